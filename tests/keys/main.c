/* SPDX-License-Identifier: MIT */
/*
 * keys: plays a keystroke script against a real program on a real
 * pseudo-terminal. This file is the command line only; play.c plays.
 *
 * Exit status: 0 the script passed, 1 it failed, 2 it could not be tried.
 */
#include "tests/keys/cast.h"
#include "tests/keys/directive.h"
#include "tests/keys/golden.h"
#include "tests/keys/play.h"
#include "tests/keys/record.h"

#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define TIMEOUT_MS 10000

enum { EXIT_PASSED, EXIT_FAILED, EXIT_NOT_TRIED };

enum option_letter {
    OPTION_UPDATE = 'u',
    OPTION_SLOW = 's',
    OPTION_ASCIICAST = 'a',
    OPTION_RECORD = 'r',
    OPTION_SIZE = 'z',
    OPTION_TIMEOUT = 't',
    OPTION_HELP = 'h',
};

static const struct option OPTIONS[] = {
    { "update", no_argument, NULL, OPTION_UPDATE },
    { "slow", no_argument, NULL, OPTION_SLOW },
    { "asciicast", required_argument, NULL, OPTION_ASCIICAST },
    { "record", required_argument, NULL, OPTION_RECORD },
    { "size", required_argument, NULL, OPTION_SIZE },
    { "timeout", required_argument, NULL, OPTION_TIMEOUT },
    { "help", no_argument, NULL, OPTION_HELP },
    { 0 },
};

static const char USAGE[] =
    "usage: keys [--update] [--slow] [--asciicast FILE] [--size 80x24] [--timeout "
    "SECONDS] SCRIPT -- PROGRAM ARG...\n"
    "       keys --record FILE -- PROGRAM ARG...\n";

struct command {
    const char *asciicast;
    const char *record;
    const char *script;
    struct play play;
};

static void help_print(void)
{
    size_t count, kind_count;
    const struct directive *directives = directive_table(&count);
    const struct value_kind *kinds = value_kinds(&kind_count);
    printf("Plays a keystroke script against a program on a pseudo-terminal.\n\n%s\n", USAGE);
    puts("  --update          rewrite golden screens that differ, and show the difference\n"
         "  --slow            about ten keys a second, with the screen mirrored here\n"
         "  --asciicast FILE  save what the program writes, to be shown by a player\n"
         "  --size 80x24      of the terminal, where the script requires none\n"
         "  --timeout SECONDS how long a wait without `within` waits (10)\n"
         "  --record FILE     use the program yourself; FILE becomes the script\n\n"
         "Exit status: 0 passed, 1 failed, 2 not tried (usage, or the script does not parse).\n\n"
         "A script has one directive a line, or several separated by ' ; '. # begins a comment.\n"
         "${NAME} is a variable of the script or of the environment.\n\nDirectives:");
    for (size_t i = 0; i < count; i++)
        printf("  %-48s %s\n", directives[i].syntax, directives[i].help);
    puts("\nValues:");
    for (size_t i = 0; i < kind_count; i++)
        printf("  %-12s %s\n", kinds[i].name, kinds[i].help);
    puts("\nMasks:");
    golden_masks_help(stdout);
}

static bool command_read(struct command *command, int argc, char **argv, struct error *error)
{
    struct play *play = &command->play;
    int letter, seconds;
    while ((letter = getopt_long(argc, argv, "+", OPTIONS, NULL)) != -1) {
        switch (letter) {
        case OPTION_UPDATE:
            play->update = true;
            break;
        case OPTION_SLOW:
            play->slow = true;
            break;
        case OPTION_ASCIICAST:
            command->asciicast = optarg;
            break;
        case OPTION_RECORD:
            command->record = optarg;
            break;
        case OPTION_SIZE:
            if (!value_size(optarg, &play->columns, &play->rows))
                return error_set(error, ERROR_USAGE,
                                 "'%s' is not a size: write columns and rows as in 80x24", optarg);
            break;
        case OPTION_TIMEOUT:
            if (!value_number(optarg, 1, 3600, &seconds))
                return error_set(error, ERROR_USAGE, "'%s' is no timeout: write seconds, 1 to 3600",
                                 optarg);
            play->timeout_ms = seconds * 1000;
            break;
        case OPTION_HELP:
            help_print();
            exit(EXIT_PASSED);
        default:
            return error_set(error, ERROR_USAGE, "see keys --help");
        }
    }
    /* getopt eats the -- that follows an option's argument directly, as in --record FILE -- PROGRAM
     */
    if (command->record == NULL) {
        if (optind >= argc)
            return error_set(error, ERROR_USAGE, "name a script; see keys --help");
        command->script = argv[optind++];
    }
    if (optind < argc && strcmp(argv[optind], "--") == 0)
        optind++;
    if (optind >= argc)
        return error_set(error, ERROR_USAGE,
                         "name the program to play against, after --; see keys --help");
    play->argv = argv + optind;
    return true;
}

/* A script that starts nothing tests nothing. */
static bool script_starts(const struct script *script)
{
    for (size_t i = 0; i < script->count; i++)
        if (script->steps[i].directive->needs_program)
            return true;
    return false;
}

static int script_play(struct command *command, struct error *error)
{
    struct script script = { 0 };
    int result = EXIT_NOT_TRIED;
    command->play.script = &script;
    if (!script_load(&script, command->script, error))
        goto out;
    if (!script_starts(&script)) {
        error_set(error, ERROR_USAGE,
                  "%s never starts the program; wait for, press or expect something",
                  command->script);
        goto out;
    }
    if (command->asciicast != NULL) {
        command->play.cast = cast_create(command->asciicast, error);
        if (command->play.cast == NULL)
            goto out;
    }
    result = play_run(&command->play) ? EXIT_PASSED : EXIT_FAILED;
out:
    play_finish(&command->play);
    cast_destroy(command->play.cast);
    script_finish(&script);
    return result;
}

/* --slow has painted on the person's terminal, and the program's questions were answered on its
 * input. */
static void terminal_tidy(void)
{
    fputs("\033[?1049l\033[?1000l\033[?1006l\033[?25h\033[0m\n", stdout);
    fflush(stdout);
    tcflush(STDIN_FILENO, TCIFLUSH);
}

int main(int argc, char **argv)
{
    struct command command = { .play = { .columns = 80, .rows = 24, .timeout_ms = TIMEOUT_MS } };
    struct error error = { 0 };
    setlocale(LC_CTYPE, "C.UTF-8"); /* for the width of characters; messages stay English */
    signal(SIGPIPE, SIG_IGN);
    int result = EXIT_NOT_TRIED;
    if (!command_read(&command, argc, argv, &error))
        result = EXIT_NOT_TRIED;
    else if (command.record != NULL)
        result =
            record_run(command.record, command.play.argv, &error) ? EXIT_PASSED : EXIT_NOT_TRIED;
    else
        result = script_play(&command, &error);
    if (command.play.slow)
        terminal_tidy();
    if (result == EXIT_NOT_TRIED)
        fprintf(stderr, "keys: %s\n", error.message);
    return result;
}

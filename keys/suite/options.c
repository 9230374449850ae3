/* SPDX-License-Identifier: MIT */
/* One row an option: getopt's table, --help and the manual's test all read it. */
#include "keys/suite/options.h"
#include "keys/script/mask.h"
#include "shared/shell_word.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS(X)                                                                                 \
    X(JOBS, "jobs", 1, "N", "scripts at a time (1)")                                               \
    X(FILTER, "filter", 1, "WORD", "only scripts with this word in path or title")                 \
    X(LIST, "list", 0, "", "name the scripts and play none")                                       \
    X(REPEAT, "repeat", 1, "N", "play each script so often")                                       \
    X(TAP, "tap", 0, "", "results in the Test Anything Protocol")                                  \
    X(JUNIT, "junit", 1, "FILE", "results as JUnit's XML, too")                                    \
    X(UPDATE, "update", 2, "[=all]",                                                               \
      "where a golden file or a picture differs, show both and ask; all: take all")                \
    X(SLOW, "slow", 0, "", "about ten keys a second, with the screen mirrored here")               \
    X(SANDBOX, "sandbox", 0, "", "a fresh HOME, little environment, no network")                   \
    X(INCLUDE, "include", 1, "FILE", "play this before each script")                               \
    X(ASCIICAST, "asciicast", 1, "FILE", "save what the program writes, to be shown by a player")  \
    X(ANIMATE, "animate", 1, "FILE", "save what the screen shows as an animated SVG")              \
    X(SIZE, "size", 1, "80x24", "of the terminal, where the script requires none")                 \
    X(TIMEOUT, "timeout", 1, "SECONDS", "how long a wait without `within` waits (10)")             \
    X(RECORD, "record", 1, "FILE", "use the program yourself; FILE becomes the script")            \
    X(GRAMMAR, "grammar", 0, "", "the language of scripts as EBNF")                                \
    X(HELP, "help", 0, "", "this")

enum { HELP_SYNTAX = 48 }; /* columns */

enum option_name {
    OPTION_BASE = 255, /* above all letters */
#define X(name, word, argument, shown, help) OPTION_##name,
    OPTIONS(X)
#undef X
};

static const struct option TABLE[] = {
#define X(name, word, argument, shown, help) { word, argument, NULL, OPTION_##name },
    OPTIONS(X)
#undef X
        { 0 },
};

static const char USAGE[] = "usage: keys [OPTION...] SCRIPT|FOLDER... [-- PROGRAM ARG...]\n"
                            "       keys --record FILE -- PROGRAM ARG...\n";

/* A syntax and what it does; a long one has its line for itself. */
static void help_line(const char *syntax, const char *help)
{
    if (strlen(syntax) > HELP_SYNTAX)
        printf("  %s\n  %-*s %s\n", syntax, HELP_SYNTAX, "", help);
    else
        printf("  %-*s %s\n", HELP_SYNTAX, syntax, help);
}

void options_help(void)
{
    size_t kinds;
    const struct value_kind *kind = value_kinds(&kinds);
    printf("Plays keystroke scripts against a program on a pseudo-terminal.\n\n%s\n", USAGE);
#define X(name, word, argument, shown, help)                                                       \
    printf("  --%s%s%-*s %s\n", word, (argument) == 1 ? " " : "",                                  \
           (int)(19 - sizeof word - ((argument) == 1)), shown, help);
    OPTIONS(X)
#undef X
    puts("\nExit status: 0 passed or skipped, 1 failed, 2 not tried (usage, or a script does not "
         "parse).\n\n"
         "A script has one directive a line, or several separated by ' ; '. # begins a comment.\n"
         "${NAME} is a variable of the script or of the environment. The file " SUITE_FILE
         " beside a\nscript is played before it.\n"
         "Begin with a wait: a key before the program has set its terminal up goes to line mode.\n"
         "Wait asks until it is so, expect once. See keys(1).\n\nDirectives:");
    for (int i = 0; i < DIRECTIVE_COUNT; i++) {
        const struct directive *directive = directive_of((enum directive_name)i);
        if (directive->name != DO_CALL)
            help_line(directive->syntax, directive->help);
    }
    puts("\nValues:");
    for (size_t i = 0; i < kinds; i++)
        printf("  %-12s %s\n", kind[i].name, kind[i].help);
    puts("\nMasks:");
    masks_help(stdout);
}

static bool number_read(const char *word, const char *text, int high, int *number,
                        struct error *error)
{
    return value_number(text, 1, high, number) ||
           error_set(error, ERROR_USAGE, "'%s' is no value for --%s: write 1 to %d", text, word,
                     high);
}

static bool include_read(struct options *options, const char *path, struct error *error)
{
    if (options->include_count == OPTIONS_INCLUDES)
        return error_set(error, ERROR_USAGE, "at most %d --include", OPTIONS_INCLUDES);
    options->includes[options->include_count++] = path;
    return true;
}

static bool option_read(struct options *options, int name, struct error *error)
{
    int seconds = 0;
    switch (name) {
    case OPTION_JOBS:
        return number_read("jobs", optarg, 64, &options->jobs, error);
    case OPTION_REPEAT:
        return number_read("repeat", optarg, 100000, &options->repeat, error);
    case OPTION_TIMEOUT:
        if (!number_read("timeout", optarg, 3600, &seconds, error))
            return false;
        options->timeout_ms = seconds * 1000;
        return true;
    case OPTION_SIZE:
        return value_size(optarg, &options->columns, &options->rows) ||
               error_set(error, ERROR_USAGE,
                         "'%s' is not a size: write columns and rows as in 80x24", optarg);
    case OPTION_UPDATE:
        options->update = optarg != NULL ? UPDATE_ALL : UPDATE_ASK;
        return optarg == NULL || strcmp(optarg, "all") == 0 ||
               error_set(error, ERROR_USAGE, "write --update, which asks, or --update=all");
    case OPTION_INCLUDE:
        return include_read(options, optarg, error);
    case OPTION_FILTER:
        options->filter = optarg;
        return true;
    case OPTION_JUNIT:
        options->junit = optarg;
        return true;
    case OPTION_ASCIICAST:
        options->asciicast = optarg;
        return true;
    case OPTION_ANIMATE:
        options->animate = optarg;
        return true;
    case OPTION_RECORD:
        options->record = optarg;
        return true;
    case OPTION_LIST:
        return options->list = true;
    case OPTION_TAP:
        return options->tap = true;
    case OPTION_SLOW:
        return options->slow = true;
    case OPTION_SANDBOX:
        return options->sandbox = true;
    case OPTION_GRAMMAR:
        return options->grammar = true;
    case OPTION_HELP:
        return options->help = true;
    default:
        return error_set(error, ERROR_USAGE, "see keys --help");
    }
}

bool options_read(struct options *options, int argc, char **argv, struct error *error)
{
    int letter;
    *options = (struct options){
        .columns = 80, .rows = 24, .timeout_ms = 10000, .jobs = 1, .repeat = 1, .self = argv[0]
    };
    /* Scripts end at the --, which getopt would swallow. */
    int end = 1;
    while (end < argc && strcmp(argv[end], "--") != 0)
        end++;
    while ((letter = getopt_long(end, argv, "", TABLE, NULL)) != -1)
        if (!option_read(options, letter, error))
            return false;
    options->paths = argv + optind;
    options->path_count = end - optind;
    if (end + 1 < argc)
        options->argv = argv + end + 1;
    if (options->help || options->grammar)
        return true;
    if (options->record != NULL)
        return options->argv != NULL ||
               error_set(error, ERROR_USAGE, "name the program to record, after --");
    return options->path_count > 0 ||
           error_set(error, ERROR_USAGE, "name a script or a folder of them; see keys --help");
}

static void word_write(FILE *out, const char *word)
{
    fputc(' ', out);
    shell_word_write(out, word);
}

char *options_again(const struct options *options, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        panic("out of memory");
    fputs(options->self, out);
    for (int i = 0; i < options->include_count; i++) {
        fputs(" --include", out);
        word_write(out, options->includes[i]);
    }
    if (options->timeout_ms != 10000)
        fprintf(out, " --timeout %d", options->timeout_ms / 1000);
    if (options->columns != 80 || options->rows != 24)
        fprintf(out, " --size %dx%d", options->columns, options->rows);
    fputs(options->sandbox ? " --sandbox" : "", out);
    word_write(out, path);
    if (options->argv != NULL) {
        fputs(" --", out);
        for (char **word = options->argv; *word != NULL; word++)
            word_write(out, *word);
    }
    fclose(out);
    return text;
}

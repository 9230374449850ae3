/* SPDX-License-Identifier: MIT */
/*
 * The program `bank`: finds the command that its words name, reads the
 * options, and runs it. What each does is in bank/commands/, one file a
 * command.
 */
#include "bank/cli/commands.h"
#include "bank/server/serve.h"
#include "shared/tty.h"
#include "shared/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says which words there are, where the ones given name no command. */
static int complain_unknown(int argc, char **argv, int words)
{
    char names[400];
    if (words == 0) {
        command_first_names(names, sizeof names);
        return complain_usage("there is no command \"%.40s\"; there are %s", argv[0], names);
    }
    command_group_names(argv[0], names, sizeof names);
    if (argc > 1)
        return complain_usage("there is no command \"%.40s %.40s\"; `bank %s` has %s", argv[0],
                              argv[1], argv[0], names);
    return complain_usage("`bank %s` needs one more word: %s", argv[0], names);
}

/* A whole command reads its own options; what stood before its name reaches it by the environment.
 */
static int run_whole(const struct bank_command *command, const struct arguments *arguments,
                     int argc, char **argv)
{
    if ((arguments->home != NULL && setenv("ESBANK_HOME", arguments->home, 1) != 0) ||
        (arguments->db != NULL && setenv("ESBANK_DB", arguments->db, 1) != 0))
        return complain("there is no memory for the environment");
    return command->run_whole(argc, argv);
}

static int run(const struct bank_command *command, struct arguments *arguments, int argc,
               char **argv)
{
    if (arguments_read(arguments, argc, argv, command->options, false) < 0)
        return EXIT_USAGE;
    if (arguments->help) {
        command_help(command);
        return EXIT_SUCCESS;
    }
    if (arguments->word_count < command->words_min || arguments->word_count > command->words_max)
        return complain_usage("%s; say `bank %s%s%s`",
                              arguments->word_count < command->words_min
                                  ? "something is missing"
                                  : "there is a word too many",
                              command->name, command->usage[0] != '\0' ? " " : "", command->usage);
    return command->run(arguments);
}

static int run_all(int argc, char **argv)
{
    struct arguments arguments = { 0 };
    if (argc == 2 && (strcmp(argv[1], "version") == 0 || strcmp(argv[1], "--version") == 0)) {
        puts("bank " VERSION);
        return EXIT_SUCCESS;
    }
    int first = 1 + arguments_read(&arguments, argc - 1, argv + 1, NULL, true), words = 0;
    if (first == 0)
        return EXIT_USAGE;
    argc -= first;
    argv += first;
    if (argc == 0 || strcmp(argv[0], "help") == 0) {
        commands_help();
        return argc > 0 || arguments.help ? EXIT_SUCCESS : EXIT_USAGE;
    }
    const struct bank_command *command = command_find(argc, argv, &words);
    if (command == NULL) {
        bool help = arguments.help ||
                    (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0));
        if (words == 0 || !help)
            return complain_unknown(argc, argv, words);
        command_group_help(argv[0]);
        return EXIT_SUCCESS;
    }
    arguments.command = command->name;
    if (command->run_whole != NULL && !arguments.help)
        return run_whole(command, &arguments, argc, argv);
    return run(command, &arguments, argc - words, argv + words);
}

int main(int argc, char **argv)
{
    tty_standard_files();
    int status = run_all(argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == EXIT_SUCCESS)
        return complain("the output could not be written: is the disk full?");
    return status;
}

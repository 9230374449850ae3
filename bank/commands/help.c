/* SPDX-License-Identifier: MIT */
/* `bank help` and `bank version`. */
#include "bank/cli/commands.h"
#include "bank/cli/usage.h"
#include "shared/version.h"

#include <stdio.h>
#include <stdlib.h>

static int run_help(struct arguments *arguments)
{
    const char *first = argument_text(arguments, "TOPIC"),
               *second = argument_text(arguments, "WORD");
    const struct bank_command *command = first != NULL ? command_named(first, second) : NULL;
    if (first == NULL)
        usage_commands();
    else if (command != NULL)
        usage_command(command);
    else if (second == NULL && command_is_group(first))
        usage_group(first);
    else
        return complain_usage("there is no help on \"%.40s%s%.40s\"; see `bank help`", first,
                              second != NULL ? " " : "", second != NULL ? second : "");
    return EXIT_SUCCESS;
}

const struct bank_command command_help = {
    .name = "help",
    .help = "what there is, or what is said of a command",
    .words = WORDS(WORD("TOPIC", TOPIC, .optional = true), WORD("WORD", TOPIC, .optional = true)),
    .effect = READS,
    .run = run_help,
};

static int run_version(struct arguments *arguments)
{
    (void)arguments;
    puts("bank " VERSION);
    return EXIT_SUCCESS;
}

const struct bank_command command_version = {
    .name = "version",
    .help = "which program this is",
    .effect = READS,
    .run = run_version,
};

/* SPDX-License-Identifier: MIT */
/*
 * The program `bank`: finds the command that its words name, reads the
 * options, and runs it. What each does is in bank/commands/, one file a
 * command.
 */
#include "bank/cli/commands.h"
#include "bank/cli/confirm.h"
#include "bank/cli/ids.h"
#include "bank/cli/usage.h"
#include "shared/tty.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What was asked about the words rather than of a command. */
static int run_none(const struct arguments *arguments)
{
    const char *first = arguments->name[0];
    if (arguments->help && first != NULL && arguments->name[1] == NULL && command_is_group(first))
        return usage_group(first), EXIT_SUCCESS;
    if (first != NULL)
        return complain_unknown(arguments);
    if (arguments->help)
        return usage_commands(), EXIT_SUCCESS;
    if (arguments->json)
        return complain_usage("a command is missing: see `bank help`");
    dup2(STDERR_FILENO, STDOUT_FILENO); /* it was not asked for */
    return usage_commands(), EXIT_USAGE;
}

static int run_all(struct arguments *arguments, int argc, char **argv)
{
    if (!arguments_parse(arguments, argc, argv))
        return EXIT_USAGE;
    if (arguments->version)
        return usage_version(arguments->json), EXIT_SUCCESS;
    if (arguments->command == NULL)
        return run_none(arguments);
    if (arguments->help)
        return usage_command(arguments->command), EXIT_SUCCESS;
    if (!arguments_check(arguments))
        return EXIT_USAGE;
    if (!ids_complete(arguments))
        return EXIT_FAILURE;
    const int status = confirm(arguments);
    return status == EXIT_SUCCESS ? arguments->command->run(arguments) : status;
}

int main(int argc, char **argv)
{
    tty_standard_files();
    static struct arguments arguments;
    const int status = run_all(&arguments, argc, argv);
    if ((fflush(stdout) == 0 && !ferror(stdout)) ||
        (status != EXIT_SUCCESS && status != EXIT_ALERTS))
        return status;
    if (arguments.command != NULL && arguments.command->effect != READS && !arguments.help)
        return complain_of(COMPLAINT_UNWRITTEN,
                           "`bank %s` was carried out, but what it printed could not be written: "
                           "is the disk full, or the output closed?",
                           arguments.command->name);
    return complain_of(COMPLAINT_UNWRITTEN,
                       "the output could not be written: is the disk full, or the output closed?");
}

/* SPDX-License-Identifier: MIT */
/* `bank console`: see bank/console/. */
#include "bank/console/console.h"

#include "bank/cli/commands.h"

#include <unistd.h>

static int run(struct arguments *arguments)
{
    struct home home;
    const bool batch = argument_flag(arguments, "batch") || !isatty(STDIN_FILENO);
    const bool keep_going = argument_flag(arguments, "keep-going");
    if (!batch && (arguments->json || keep_going))
        return complain_usage("--json and --keep-going go with --batch, or with commands on a "
                              "pipe: on a screen there is nothing for a program to read");
    if (!arguments_home(arguments, &home))
        return EXIT_USAGE;
    return batch ? console_batch(&home, arguments->db, arguments->json, keep_going)
                 : console_run(&home, arguments->db);
}

const struct bank_command command_console = {
    .name = "console",
    .help = "watch and work the bank on a full screen, or by lines from a pipe",
    .detail =
        "The views have the keys 1 to 8; ? says what a view shows and which keys it has, `:` takes "
        "a command\nof `bank`, q quits. On a pipe each line is such a command or a view's name "
        "(overview, machines,\nsagas, suspects, accounts, events, alerts, approvals, withdrawals, "
        "models); "
        "the first that fails ends it, with\nits exit status.",
    .options = WORDS(OPTION("batch", "read commands and names of views line by line", FLAG),
                     OPTION("keep-going", "with --batch: go on after a line that failed", FLAG)),
    .effect = READS,
    .run = run,
};

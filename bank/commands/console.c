/* SPDX-License-Identifier: MIT */
#include "bank/commands/commands.h"
#include "bank/commands/events.h"
#include <stdlib.h>
static int run(struct arguments *arguments)
{
    (void)arguments;
    return complain("not yet");
}
const struct bank_command command_console = {
    .name = "console",
    .usage = "",
    .help = "watch the bank on a full screen",
    .run = run,
};

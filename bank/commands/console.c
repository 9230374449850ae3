/* SPDX-License-Identifier: MIT */
/* `bank console`: the loop. console_update.c fetches, console_paint.c paints. */
#include "bank/commands/console.h"

#include "bank/cli/commands.h"
#include "shared/clock.h"
#include "shared/tty.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define UPDATE_EVERY_MS 1000

static volatile sig_atomic_t ended;

static void on_signal(int signal)
{
    (void)signal;
    ended = 1;
}

static void on_resize(int signal)
{
    (void)signal; /* it ends the wait for a key: what is painted next looks for itself */
}

static int run(struct arguments *arguments)
{
    static struct console console;
    if (arguments->json)
        return complain_usage("the console is for people; programs take `bank status --json` and "
                              "`bank events --json`");
    if (!arguments_home(arguments, &console.home))
        return EXIT_USAGE;
    console.db = arguments->db;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !console_open())
        return complain("the console needs a terminal whose type, $TERM, is known and can place "
                        "text; `bank events --follow` does without");
    /* So that the terminal is put back whatever ends us. Ctrl-\ is no more than a slip. */
    struct sigaction action = { .sa_handler = on_signal };
    signal(SIGQUIT, SIG_IGN);
    signal(SIGWINCH, on_resize);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    int64_t next_ms = 0;
    for (int key = 0; key != 'q' && key != 'Q' && !ended && !tty_gone(STDIN_FILENO);
         key = console_key(100)) {
        if (key == ' ')
            console.paused = !console.paused;
        if (clock_now_ms() >= next_ms) {
            console_update(&console);
            next_ms = clock_now_ms() + UPDATE_EVERY_MS;
        }
        console_render(&console);
    }
    console_close();
    console_finish(&console);
    return EXIT_SUCCESS;
}

const struct bank_command command_console = {
    .name = "console",
    .effect = READS,
    .help = "watch the bank on a full screen: open withdrawals, the latest events, counters",
    .detail = "q quits, the space bar lets the events stand still.",
    .run = run,
};

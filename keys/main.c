/* SPDX-License-Identifier: MIT */
/*
 * keys: plays keystroke scripts against a real program on a real
 * pseudo-terminal. The command line is suite/options.c, many scripts are
 * suite/many.c, one is play/play.c.
 *
 * Exit status: 0 passed or skipped, 1 failed, 2 could not be tried.
 */
#include "keys/suite/grammar.h"
#include "keys/suite/many.h"
#include "keys/suite/record.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

/* --slow has painted on the person's terminal, and the program's questions were answered on its
 * input. */
static void terminal_tidy(void)
{
    fputs("\033[?1049l\033[?1000l\033[?1006l\033[?2004l\033[?25h\033[0m\n", stdout);
    fflush(stdout);
    tcflush(STDIN_FILENO, TCIFLUSH);
}

/* `finally` is played when a person interrupts, too. */
static void signals_catch(void)
{
    struct sigaction action = { .sa_handler = play_interrupt };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
    struct options options;
    struct error error = { 0 };
    setlocale(LC_CTYPE, "C.UTF-8"); /* for the width of characters; messages stay English */
    signals_catch();
    int status = PLAY_NOT_TRIED;
    if (!options_read(&options, argc, argv, &error)) {
        fprintf(stderr, "keys: %s\n", error.message);
    } else if (options.help) {
        options_help();
        return PLAY_PASSED;
    } else if (options.grammar) {
        grammar_write(stdout);
        return PLAY_PASSED;
    } else if (options.update == UPDATE_ASK && !isatty(STDIN_FILENO)) {
        fputs("keys: --update asks, and this is no terminal; write --update=all to take all that "
              "differs\n",
              stderr);
    } else if (options.record != NULL) {
        if (record_run(&options, &error))
            return PLAY_PASSED;
        fprintf(stderr, "keys: %s\n", error.message);
    } else {
        status = many_play(&options);
    }
    if (options.slow)
        terminal_tidy();
    return status;
}

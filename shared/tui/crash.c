/* SPDX-License-Identifier: MIT */
/*
 * There is one way out, for a program that ends as for one that crashes: the one that is tested
 * every day. It does not go through endwin(), which allocates and locks.
 */
#include "shared/tui/crash.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#define CRASH_MOUSE_OFF "\033[?1006;1000l" /* whether it was on or not */

static struct termios line;
static char farewell[512];
static size_t farewell_length;
static volatile sig_atomic_t armed;

void tui_crash_prepare(void)
{
    tcgetattr(STDIN_FILENO, &line);
}

/* Adds a capability without its padding, "$<…>": a pause is of no use here. */
static void farewell_add(const char *text)
{
    if (text == NULL || text == (char *)-1)
        return;
    while (*text != '\0' && farewell_length < sizeof farewell) {
        const char *end;
        if (text[0] == '$' && text[1] == '<' && (end = strchr(text, '>')) != NULL) {
            text = end + 1;
            continue;
        }
        farewell[farewell_length++] = *text++;
    }
}

static void farewell_prepare(bool title)
{
    /* Cleared as well, for terminals with no other screen to go back to, and for those that mix the
     * two up.
     */
    static char names[][8] = { "sgr0", "op", "clear", "cnorm", "rmkx", "rmcup" };
    farewell_length = 0;
    farewell_add(CRASH_MOUSE_OFF);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        farewell_add(tigetstr(names[i]));
    if (title)
        farewell_add("\033[23;2t"); /* the one there was */
}

void tui_crash_add(const char *text)
{
    const size_t length = strlen(text);
    if (length > sizeof farewell - farewell_length)
        return;
    memcpy(farewell + farewell_length, text, length);
    farewell_length += length; /* last: a crash in between leaves without it */
}

static void on_crash(int signal)
{
    tui_crash_restore();
    raise(signal); /* SA_RESETHAND has put the default back; delivered when this handler returns */
}

void tui_crash_arm(bool title)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
    static char stack[16384]; /* a stack that ran over cannot hold a handler's frame */
    farewell_prepare(title);
    armed = 1;
    stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
    sigaltstack(&alternate, NULL);
    struct sigaction action = { .sa_handler = on_crash,
                                .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK) };
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
}

void tui_crash_restore(void)
{
    if (!armed)
        return;
    armed = 0;
    for (size_t done = 0; done < farewell_length;) {
        ssize_t written = write(STDOUT_FILENO, farewell + done, farewell_length - done);
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &line);
}

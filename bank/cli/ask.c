/* SPDX-License-Identifier: MIT */
#include "bank/cli/ask.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
    interrupted = signal;
}

static ssize_t line_read(int terminal, const struct termios *before, const char *prompt,
                         bool secret, char *line, size_t size)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
    enum { SIGNALS = sizeof signals / sizeof signals[0] };
    struct sigaction old[SIGNALS],
        action = { .sa_handler = on_signal }; /* no SA_RESTART: read is to end */
    struct termios unseen = *before;
    if (secret)
        unseen.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &action, &old[i]);
    tcsetattr(terminal, TCSAFLUSH,
              &unseen); /* before it is asked for: whatever is typed then is unseen and counts */
    dprintf(terminal, "%s: ", prompt);
    ssize_t length = read(terminal, line, size);
    tcsetattr(terminal, TCSAFLUSH, before);
    if (secret)
        dprintf(terminal, "\n");
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &old[i], NULL);
    if (interrupted != 0)
        raise(interrupted);
    return length;
}

bool line_ask(const char *prompt, bool secret, char *line, size_t size)
{
    struct termios before;
    int terminal = isatty(STDIN_FILENO) ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
    bool there = terminal >= 0 && tcgetattr(terminal, &before) == 0;
    ssize_t length = there ? line_read(terminal, &before, prompt, secret, line, size - 1) : 0;
    if (terminal >= 0)
        close(terminal);
    line[length > 0 ? length : 0] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return there;
}

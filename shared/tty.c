/* SPDX-License-Identifier: MIT */
#include "shared/tty.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Output that is closed takes nothing, and does not swallow it: what is written to it fails. */
void tty_standard_files(void)
{
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
        if (fcntl(file, F_GETFD) < 0 &&
            open("/dev/null", file == STDERR_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return; /* what follows has no place to complain */
}

bool tty_gone(int file)
{
    struct pollfd input = { .fd = file, .events = POLLIN };
    int waiting = 0;
    if (poll(&input, 1, 0) <= 0)
        return false;
    if (input.revents & (POLLHUP | POLLERR | POLLNVAL))
        return true;
    return ioctl(file, FIONREAD, &waiting) != 0 || waiting == 0;
}

static int bounded(int side)
{
    return side < TTY_SIDE_MAX ? side : TTY_SIDE_MAX;
}

bool tty_size(int file, int *rows, int *columns)
{
    struct winsize size;
    if (ioctl(file, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    *rows = bounded(size.ws_row);
    *columns = bounded(size.ws_col);
    return true;
}

bool tty_oversized(int file)
{
    struct winsize size;
    const char *const sides[] = { getenv("LINES"), getenv("COLUMNS") };
    for (int i = 0; i < 2; i++)
        if (sides[i] != NULL && strtol(sides[i], NULL, 10) > TTY_SIDE_MAX)
            return true;
    return ioctl(file, TIOCGWINSZ, &size) == 0 &&
           (size.ws_row > TTY_SIDE_MAX || size.ws_col > TTY_SIDE_MAX);
}

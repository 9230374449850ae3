/* SPDX-License-Identifier: MIT */
/* The standard files, and the terminal that they may be. */
#ifndef SHARED_TTY_H
#define SHARED_TTY_H

#include <stdbool.h>

/* More than any screen has. Curses counts in 16 bits, and memory grows with both. */
enum { TTY_SIDE_MAX = 1000 };

/* First of all in a program: a standard file that is closed becomes /dev/null, so that nothing else
 * that is opened gets its number. */
void tty_standard_files(void);

/* Whether the terminal, or whatever else is read, has ended: readable with nothing to read. */
bool tty_gone(int file);

/* Its size, at most TTY_SIDE_MAX each way; false when it does not say. */
bool tty_size(int file, int *rows, int *columns);

/* Before curses starts: a window, or $LINES and $COLUMNS, beyond what it can take are kept from it;
 * the size is then to be set from tty_size. */
bool tty_oversized(int file);

#endif

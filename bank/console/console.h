/* SPDX-License-Identifier: MIT */
/*
 * `bank console`: the bank on a full screen, or line by line.
 *
 *   views.c       the table of what there is to see
 *   model.c       fetches it, in threads of its own; select.c, *_fetch.c, figures.c
 *   grid.c        a table that scrolls; detail.c: the levels of a drill-down
 *   screen.c      paints all of it; paint.c: the terminal
 *   keys.c        what a key does; line.c, resolve.c: what is typed
 *   run.c         the loop
 *   batch.c       the same words from a pipe
 */
#ifndef BANK_CONSOLE_CONSOLE_H
#define BANK_CONSOLE_CONSOLE_H

#include "bank/cli/arguments.h"

/* On the terminal. The exit status. */
int console_run(const struct home *home, const char *db);

/* Each line of standard input is a command of `bank` or the name of a view. Ends at the first that
 * fails, with its status, unless it is to keep going. */
int console_batch(const struct home *home, const char *db, bool json, bool keep_going);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The ATM without a screen: views as numbered lines, what a person does as
 * lines of input; for screen readers, pipes and slow lines.
 *
 *   [menu] What would you like to do?
 *   Choose an amount to withdraw, or another service.
 *   1. 20.00 EUR
 *   …
 *   c. Cancel
 *
 * The numbers are those of the function display keys, F1 to F8. A line is an
 * answer to the view above it: a number chooses, "c" cancels, an empty line is
 * Enter; where something is to be typed the line is what is typed. "s" on the
 * welcome and out-of-service views is for the supervisor, "q" leaves.
 *
 * One line answers one view, so a file of answers can be piped in: lines are
 * kept until a view asks for one. The end of input is INPUT_QUIT. A PIN is
 * not echoed on a terminal; the bytes read are wiped once they are used.
 *
 * Order of calls: plain_start, then plain_show, plain_read and
 * plain_timeout_ms as in tui.h, then plain_stop. There is one, so no handle.
 */
#ifndef ATM_FRONTEND_PLAIN_H
#define ATM_FRONTEND_PLAIN_H

#include "atm/terminal/input.h"
#include "atm/terminal/view.h"

#include <stdbool.h>

void plain_start(void);

/* Prints the view if it says something else than the last one, or if that one has been answered. */
void plain_show(const struct view *view, int language);

/* The next thing done; INPUT_NONE when there is nothing, or when the view has been answered: show
 * the next.
 */
struct input plain_read(void);

/* How soon plain_read has something without more input; -1: not at all. */
int plain_timeout_ms(void);

/* Whether standard input is worth polling: it has not ended, and there is room for more. */
bool plain_listens(void);

/* Whether it gave up because the input had ended while no customer could be served. */
bool plain_gave_up(void);

/* Whether it ended because what it says could not be written. */
bool plain_unseen(void);

/* Gives a terminal its echo back. May be called twice, and from a fatal signal's handler. */
void plain_stop(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The machine's face, whichever it is: the screen (tui.h) or lines (plain.h).
 * Same order of calls and same rules as there.
 */
#ifndef ATM_FRONTEND_FRONTEND_H
#define ATM_FRONTEND_FRONTEND_H

#include "atm/machine/options.h"
#include "atm/terminal/input.h"
#include "atm/terminal/view.h"

#include <poll.h>

/* Whether it could be started here; asked before anything is opened, so that a refusal leaves
 * nothing behind.
 */
bool face_possible(const struct options *options, struct error *error);
bool face_start(const struct options *options, struct error *error);
void face_stop(void);

void face_show(const struct view *view, int language);
struct input face_read(void);
void face_discard(void);   /* keys that were pressed by now; lines of text are answers, and stay */
int face_timeout_ms(void); /* -1: none */
void face_poll(struct pollfd *poll); /* standard input, unless it has ended */

/* Why the program should end with a failure after all; NULL: it should not. */
const char *face_complaint(void);

#endif

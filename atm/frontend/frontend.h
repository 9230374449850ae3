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
#include "atm/trace/trace.h"

#include <poll.h>

/* Whether it could be started here; asked before anything is opened, so that a refusal leaves
 * nothing behind.
 */
bool frontend_possible(const struct options *options, struct error *error);
/* Reads the theme that was asked for; before it is started. */
bool frontend_theme(const struct options *options, struct error *error);
/* Whether it can show no characters beyond ASCII. */
bool frontend_ascii(const struct options *options);
/* command: what starts this program again; it has to live on. */
bool frontend_start(const struct options *options, const char *command, struct error *error);
void frontend_stop(void);

/* The power goes: gives the terminal back, dark but for how to switch the machine on again. */
void frontend_power_cut(void);

void frontend_show(const struct view *view, const struct inside *inside, int language);
struct input frontend_read(void);
void frontend_discard(
    void); /* keys that were pressed by now; lines of text are answers, and stay */
int frontend_timeout_ms(void);           /* -1: none */
void frontend_poll(struct pollfd *poll); /* standard input, unless it has ended */

/* Why the program should end with a failure after all; NULL: it should not. */
const char *frontend_complaint(void);

#endif

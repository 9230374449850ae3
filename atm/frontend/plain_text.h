/* SPDX-License-Identifier: MIT */
/*
 * What --plain says and understands, as pure functions: a view becomes lines,
 * a line becomes inputs. plain.h has the rules.
 */
#ifndef ATM_FRONTEND_PLAIN_TEXT_H
#define ATM_FRONTEND_PLAIN_TEXT_H

#include "atm/terminal/input.h"
#include "atm/terminal/view.h"

#define PLAIN_TEXT_SIZE  16384
#define PLAIN_INPUTS_MAX 40 /* of one line; longer ones are not understood */

/* The view as lines, each with its newline. Views that read the same mean the same: clocks, running
 * bars and what is half typed are left out. */
void plain_text(const struct view *view, int language, char text[static PLAIN_TEXT_SIZE]);

/* Whether the view asks for an answer; the others only tell what goes on. */
bool plain_asks(const struct view *view);

/* What a line means to a view: how many inputs; 0: nothing. */
int plain_answer(const struct view *view, const char *line,
                 struct input input[static PLAIN_INPUTS_MAX]);

#endif

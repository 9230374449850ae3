/* SPDX-License-Identifier: MIT */
/*
 * What the bank sees, right of a machine on a wide terminal: the steps of the
 * last saga as they happen, the messages on the wire, what the journal's flushes
 * took, the events in the log, and the cassettes.
 *
 * All of it is the trace's (atm/trace): nothing is shown that is not in it.
 */
#ifndef ATM_TUI_PAINT_INSIDE_H
#define ATM_TUI_PAINT_INSIDE_H

#include "atm/terminal/view.h"
#include "atm/trace/trace.h"
#include "atm/tui/paint_canvas.h"

#define INSIDE_COLUMNS 37 /* at least */

struct moment;

/* The canvas is the panel's. */
void paint_inside(const struct canvas *canvas, const struct inside *inside, const struct view *view,
                  const struct moment *moment);

#endif

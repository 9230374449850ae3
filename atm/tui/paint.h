/* SPDX-License-Identifier: MIT */
/*
 * Paints a view: the machine's face on 80 by 24 characters, centred on the
 * terminal.
 *
 *   row  0      the bank, the teller, the connection, the clock
 *        1–3    heading
 *        4–5    detail
 *        6–18   the body, and at its sides the function display keys in rows 7–18
 *        19     what was wrong, or the reference to quote; in row 20 below a keypad
 *        20     the countdown
 *        22     the lights at the card, cash and receipt slots
 *        23     which keys to press
 *
 * Nothing here reads a clock or keeps anything between two calls: what moves
 * follows from the moment handed in. Characters do not change with the time,
 * only styles do, except in the countdown and where something slides out of a slot
 * while a screen settles. Everything goes to ncurses' stdscr and reaches the terminal
 * with the caller's refresh.
 */
#ifndef ATM_TUI_PAINT_H
#define ATM_TUI_PAINT_H

#include "atm/terminal/view.h"
#include "atm/trace/trace.h"
#include "atm/tui/paint_canvas.h"

#include <stdbool.h>

#define PAINT_ROWS    24
#define PAINT_COLUMNS 80

struct moment {
    int age_ms;  /* since this screen came up */
    int tick_ms; /* the same, for what goes round: wraps once a day */
    int left_ms; /* of the countdown */
    int focus;   /* from 1: which key Enter presses; 0: none has it */
    bool flash;  /* a key did nothing here: those that do something are shown */
};

/* What is around the screen, where there is room: its machine, and inside it, what the bank sees.
 */
struct around {
    enum face face;
    const struct inside *inside; /* NULL: nothing is known of it */
};

/* Paints all of a terminal of that size, and fills hits with what can be clicked. */
void paint_view(const struct view *view, const struct around *around, const struct theme *theme,
                const struct moment *moment, int rows, int columns, struct hits *hits);

/* Whether everything has come to rest where it will stay. */
bool paint_settled(const struct view *view, const struct moment *moment);

/* How soon painting again would show something else; -1: not before the view changes. */
int paint_interval_ms(const struct view *view, const struct moment *moment);

#endif

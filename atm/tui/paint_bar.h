/* SPDX-License-Identifier: MIT */
/*
 * The bar of a countdown, to an eighth of a column.
 */
#ifndef ATM_TUI_PAINT_BAR_H
#define ATM_TUI_PAINT_BAR_H

#include "atm/tui/paint_canvas.h"

/* How many eighths of a bar so many columns wide are full; part is kept between 0 and whole, a
 * whole of 0 is empty. Rounded up: only nothing at all is an empty bar. */
int paint_bar_eighths(int columns, int part, int whole);

/* Seconds to show for what is left: rounded up, so that 0 means that it is over. */
int paint_bar_seconds(int left_ms);

/* Whether it is in its last quarter: then it is a warning. */
bool paint_bar_late(int left_ms, int full_ms);

/* The bar with its seconds, in one row of that width. */
void paint_bar(const struct canvas *canvas, int row, int column, int width, int left_ms,
               int full_ms);

#endif

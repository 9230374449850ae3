/* SPDX-License-Identifier: MIT */
/*
 * Large digits for amounts, five rows high.
 *
 * A text in them consists of digits, '.', ',' and '-', and of the euro's sign; anything else is a
 * blank. Each dot of a glyph is `scale` columns
 * wide and one row high: 2 looks square, 1 is for where room is scarce. Pure,
 * but for paint_digits.
 */
#ifndef ATM_TUI_PAINT_DIGITS_H
#define ATM_TUI_PAINT_DIGITS_H

#include "atm/tui/paint_canvas.h"

#include <stddef.h>

#define DIGITS_ROWS 5
#define DIGITS_EURO 'e' /* the sign of EUR */

/* Columns of the text at that scale. */
int paint_digits_width(const char *text, int scale);

/* The largest scale at which the text takes at most so many columns: 2, 1 or, when none will do, 0.
 */
int paint_digits_scale(const char *text, int columns);

/* One row (0 to 4) of the text: '#' where it is set, blanks elsewhere, and a NUL; cut at the
 * buffer's end. */
void paint_digits_row(const char *text, int scale, int row, char *buffer, size_t size);

/* Paints it with its upper left corner there. */
void paint_digits(const struct canvas *canvas, int row, int column, int scale, enum style style,
                  const char *text);

#endif

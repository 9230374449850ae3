/* SPDX-License-Identifier: MIT */
/*
 * The terminal: starting and stopping it, and text in one of a few looks, cut or
 * padded to a width. Only this file knows colours and characters. What is
 * painted reaches the terminal with paint_flush.
 *
 * Texts are UTF-8; what cannot be seen is written out, and on a terminal of ASCII
 * every other character is.
 */
#ifndef BANK_CONSOLE_PAINT_H
#define BANK_CONSOLE_PAINT_H

#include "bank/console/page.h"
#include "shared/error.h"

enum look {
    LOOK_PLAIN,
    LOOK_DIM,
    LOOK_STRONG,
    LOOK_GOOD,
    LOOK_WARNING,
    LOOK_BAD,
    LOOK_HEAD,
    LOOK_BAND, /* the top line, and the keys' */
    LOOK_BAND_STRONG,
    LOOK_BAND_BAD,
    LOOK_TAB,
    LOOK_TAB_CHOSEN,
    LOOK_KEY,
    LOOK_ACCENT, /* plots and bars */
    LOOK_ACCENT_DIM,
    LOOK_CURSOR, /* the row under the cursor */
    LOOK_COUNT
};

enum glyph {
    GLYPH_ELLIPSIS,
    GLYPH_LINE,
    GLYPH_PILLAR,
    GLYPH_UP,
    GLYPH_DOWN,
    GLYPH_DOT,
    GLYPH_STEP, /* between the levels of a drill-down */
    GLYPH_FULL, /* of a bar */
    GLYPH_COUNT
};

/* Whether there is a terminal that could show it; else one sentence. */
bool paint_possible(struct error *error);
bool paint_start(struct error *error);
void paint_stop(void);

/* The terminal's size now; takes notice of a new one. */
void paint_size(int *rows, int *columns);
void paint_clear(void);
void paint_flush(void);
void paint_again(void); /* all of it, whatever the terminal has */
void paint_title(const char *title);
/* Writes bytes to the terminal that place nothing: OSC 52. */
void paint_raw(const char *bytes);

bool paint_ascii(void);
bool paint_colours(void);
enum look paint_tone(enum tone tone);
const char *paint_glyph(enum glyph glyph);
/* A cell of a bar that is so many eighths full, from the left or from below. */
const char *paint_eighths(int eighths);

/* Each paints exactly `width` columns from there on, what is missing as blanks. */
void paint_left(int row, int column, int width, enum look look, const char *text);
void paint_right(int row, int column, int width, enum look look, const char *text);
/* As much of it as it takes, up to `width`; how many columns that were. */
int paint_text(int row, int column, int width, enum look look, const char *text);
void paint_fill(int row, int column, int width, enum look look, const char *glyph);
/* Broken at blanks, over at most so many rows; how many it took. */
int paint_wrapped(int row, int rows, int columns, enum look look, const char *text);
/* Glyphs of the console's own, as they are. */
void paint_drawn(int row, int column, enum look look, const char *glyphs);
int paint_width(const char *text);
void paint_cursor(int row, int column); /* shows it there; below 0: hides it */

/* Keys as curses has them; these besides. */
enum {
    PAINT_NO_KEY = -1,
    PAINT_CLICK = -2,
    PAINT_WHEEL_UP = -3,
    PAINT_WHEEL_DOWN = -4,
    PAINT_GONE = -5, /* the terminal */
};

/* The next key, without waiting; where a click was. */
int paint_key(int *row, int *column);

#endif

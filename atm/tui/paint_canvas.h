/* SPDX-License-Identifier: MIT */
/*
 * What painters paint on: a rectangle of the terminal with its own origin, in
 * a theme, that collects the places which can be clicked.
 *
 * Rows and columns count from 0 within the canvas; what lies outside it is
 * cut off, without complaint. Texts are UTF-8 and become ASCII where the
 * theme asks for it. In a language that runs from right to left a text with a
 * letter of it does, whatever its first one is. A plain value, owned by the caller; painting
 * reaches the terminal with the next refresh.
 */
#ifndef ATM_TUI_PAINT_CANVAS_H
#define ATM_TUI_PAINT_CANVAS_H

#include "atm/tui/paint_hit.h"
#include "atm/tui/theme.h"

struct canvas {
    int top, left; /* where it lies on the terminal */
    int height, width;
    const struct theme *theme;
    bool right_to_left; /* the language of what is painted */
    struct hits *hits;  /* in the terminal's rows and columns */
};

void canvas_text(const struct canvas *canvas, int row, int column, enum style style,
                 const char *text);

/* Within the columns given, cut with an ellipsis when it is wider. */
void canvas_left(const struct canvas *canvas, int row, int column, int width, enum style style,
                 const char *text);
void canvas_center(const struct canvas *canvas, int row, int column, int width, enum style style,
                   const char *text);
void canvas_right(const struct canvas *canvas, int row, int column, int width, enum style style,
                  const char *text);

/* A line of a list that runs as a whole from right to left, or not: at the side where it begins. */
void canvas_line(const struct canvas *canvas, int row, int column, int width, enum style style,
                 const char *text, bool right_to_left);

/* Wrapped between words over at most max_lines centred lines; how many it took. */
int canvas_paragraph(const struct canvas *canvas, struct place place, enum style style,
                     const char *text);

void canvas_glyph(const struct canvas *canvas, int row, int column, enum style style,
                  enum glyph glyph);
void canvas_repeat(const struct canvas *canvas, int row, int column, int count, enum style style,
                   enum glyph glyph);
void canvas_fill(const struct canvas *canvas, struct place place, enum style style);
void canvas_outline(const struct canvas *canvas, struct place place, enum style style);

/*
 * A surface at least three rows high, with its top and bottom rows as edges: half blocks in a
 * filled theme, so that it looks two rows high with one row of text in its middle (one row high in
 * ASCII); an outline in others.
 */
void canvas_surface(const struct canvas *canvas, struct place place, enum style style,
                    enum style edge);

/* Makes a place of the canvas clickable. */
void canvas_click(const struct canvas *canvas, struct place place, struct input input);

/* Columns the text will take here. */
int canvas_width(const struct canvas *canvas, const char *text);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Colors and attributes of a text on the screen, as a script names them:
 *
 *     bold,fg=green        underline,bg=#202020        no-reverse,fg=default
 *
 * A list with commas. Attributes: bold, underline, italic, blink, reverse,
 * strike, each with no- for its absence. Colors: black red green yellow blue
 * magenta cyan white, bright- before one of them, 0 to 255, #rrggbb, default.
 * Colors are compared as the program set them; reverse does not swap them.
 */
#ifndef KEYS_STYLE_H
#define KEYS_STYLE_H

#include "keys/terminal/terminal.h"
#include "shared/error.h"

#include <stdbool.h>

/* Whether the list can be read; the sentence in *error says what would be right. */
bool style_check(const char *list, struct error *error);

/* Whether a cell has all that the list names. */
bool style_holds(const char *list, const struct cell *cell);

/* What the cell has, in the words of a list. */
void style_describe(const struct cell *cell, char *text, int size);

/* How well its text can be told from its ground, as WCAG 2 counts it: 1 to 21. */
double style_contrast(const struct cell *cell);

#endif

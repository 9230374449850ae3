/* SPDX-License-Identifier: MIT */
/*
 * Columns that text takes where every character has its place, and the cells
 * of tables made of them. The widths are wcwidth's, of the process's locale.
 */
#ifndef ATM_TEXTS_COLUMNS_H
#define ATM_TEXTS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A mark of writing direction, which takes no column: U+200E, U+200F, U+2066 to U+2069. */
bool columns_mark(uint32_t character);

/* Held together, and from left to right, in a line that runs the other way. */
#define COLUMNS_ISOLATED(text) "\u2066" text "\u2069"

/* 0 to 2; 1 for what is not seen and for what the locale does not know. */
int columns_of_character(uint32_t character);

/* Of UTF-8 text; a byte that is none is one column. */
int columns_of(const char *text);

/* Adds a cell to a line in a buffer of that size: its text at the right of so many columns, or,
 * with a width below 0, at the left of them; what is wider takes the columns it needs, and goes on.
 * What runs from left to right stays together as it is in a line of a language that runs the other
 * way. */
void columns_add(char *line, size_t size, int language, const char *text, int width);

#endif

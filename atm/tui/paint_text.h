/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 text measured in columns: what it takes on the screen, where it
 * breaks, what it becomes in ASCII.
 *
 * Pure, but for the widths of characters, which are those of the process's
 * locale. Buffers are the caller's and always end in a NUL. A byte that is
 * not UTF-8 counts as one column and is shown as a question mark.
 */
#ifndef ATM_TUI_PAINT_TEXT_H
#define ATM_TUI_PAINT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first character of the text and how many bytes it takes; 0 at the end. */
size_t paint_text_decode(const char *text, uint32_t *character);

/* Columns of the whole text. */
int paint_text_width(const char *text);

/* Columns of its first length bytes, which end between characters. */
int paint_text_width_of(const char *text, size_t length);

/* How many bytes of the text fit into so many columns, never half a character. */
size_t paint_text_fit(const char *text, int columns);

/* Copies the text, cut to so many columns, with an ellipsis where something is missing. */
void paint_text_cut(const char *text, int columns, bool ascii, char *buffer, size_t size);

/*
 * The first line of the text when lines have so many columns: returns its bytes, without the blanks
 * it breaks at, and sets *next to where the next line starts. Breaks between words and between wide
 * characters, within a word only when it is longer than a line. A newline in the text ends a line.
 */
size_t paint_text_line(const char *text, int columns, const char **next);

/* Lines the text takes at that width; 0 for an empty one. */
int paint_text_lines(const char *text, int columns);

/* Copies the text in ASCII: letters lose their accents, signs become their likes, others question
 * marks. */
void paint_text_ascii(const char *text, char *buffer, size_t size);

#endif

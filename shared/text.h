/* SPDX-License-Identifier: MIT */
/*
 * Text from outside: which of it is taken in, and how any of it is shown.
 *
 * Some characters are not seen but change what is: controls, marks of writing direction
 * (U+202E turns what follows around), characters of no width, tags, variation selectors,
 * line separators, private use and what Unicode says is no character. Text that has one,
 * or that begins or ends with a blank, is refused on its way in. Text of older events may
 * have them: it is shown with such a character written out, as in "<U+202E>".
 *
 * No normalisation: letters that look alike stay as they are.
 */
#ifndef SHARED_TEXT_H
#define SHARED_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the first character (RFC 3629); gives its bytes, or 0 where there is none (also at a
 * NUL). */
size_t text_decode(const char *text, size_t left, uint32_t *character);

/* Whether a character is unseen or would change how the others are seen. */
bool text_hidden(uint32_t character);

/* Whether a text has a letter of a script that runs from right to left. */
bool text_has_right_to_left(const char *text);

/* Whether it is a blank of any width. */
bool text_blank(uint32_t character);

/* Whether the text may come in: UTF-8, nothing hidden, no blank at either end. "" may. */
bool text_plain(const char *text);

/* What a refusal says of text_plain, after "text of 1 to 9 bytes". */
#define TEXT_PLAIN_SHAPE "without unseen characters or blanks at its ends"

#define TEXT_SHOWN_MAX 12 /* bytes that one character takes at most, with a NUL */

/*
 * One character as it is shown: itself, "<U+202E>" for a hidden one, "<E2>" for a byte that is no
 * UTF-8. Returns how many bytes of text it stands for; 0 at the end.
 */
size_t text_show(const char *text, char shown[static TEXT_SHOWN_MAX]);

/* The whole text so, cut at a character where it does not fit; returns buffer. */
char *text_shown(const char *text, char *buffer, size_t size);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Text that runs from right to left, in the order of its columns. The machine
 * places every character itself, so it tells terminals that would turn text
 * around by themselves not to (BIDI_EXPLICIT).
 */
#ifndef ATM_TUI_PAINT_BIDI_H
#define ATM_TUI_PAINT_BIDI_H

#include <stdbool.h>
#include <stddef.h>

/* ECMA-48's BDSM: the terminal takes characters in the order they are seen; and as it was before.
 * What does not know it passes it over. */
#define BIDI_EXPLICIT "\033[8l"
#define BIDI_IMPLICIT "\033[8h"

/* One line of UTF-8 as it is seen from the left, without marks of direction; right_to_left is the
 * line's own direction, in which its pieces follow each other. Cut at a character where it does not
 * fit. The letters of Arabic are not joined. */
void paint_bidi(const char *text, bool right_to_left, char *buffer, size_t size);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Letters drawn out of several characters, read back as text. A font file says
 * what each looks like:
 *
 *     # comments begin with a number sign and a blank
 *     glyph 0
 *     █▀█
 *     █ █
 *     ▀▀▀
 *     glyph €
 *     ...
 *
 * All glyphs of a file have as many rows; a row is as wide as the widest of its
 * glyph, blanks at the end included. Glyphs may stand next to each other; more
 * than a glyph's height of blanks between two is a blank.
 */
#ifndef KEYS_BIG_H
#define KEYS_BIG_H

#include "keys/terminal/terminal.h"
#include "shared/error.h"

struct font;

/* NULL and *error when the file cannot be read, or is none. */
struct font *font_load(const char *path, struct error *error);
void font_destroy(struct font *font);

/* What is written in the font inside the area, each line of it ended by a newline. The caller
 * frees it. */
char *font_read(const struct font *font, const struct terminal *terminal, struct area area);

#endif

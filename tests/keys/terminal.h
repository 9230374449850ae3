/* SPDX-License-Identifier: MIT */
/*
 * The terminal a tested program believes it is in front of: libvterm behind a
 * few questions about what a person would see.
 *
 * A handle. Bytes the program writes go in with terminal_feed; bytes the
 * terminal has for the program (answers to its questions, encoded keys and
 * mouse clicks) come out with terminal_take. Texts are UTF-8. Rows and columns
 * count from 1. Nothing here fails: out of memory aborts.
 */
#ifndef KEYS_TERMINAL_H
#define KEYS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal;
struct key;

struct terminal *terminal_create(int columns, int rows, bool utf8);
void terminal_destroy(struct terminal *terminal);

void terminal_feed(struct terminal *terminal, const char *bytes, size_t length);
void terminal_resize(struct terminal *terminal, int columns, int rows);
int terminal_columns(const struct terminal *terminal);
int terminal_rows(const struct terminal *terminal);

/* Every row of the screen, without trailing blanks, each ended by a newline. The caller frees it.
 */
char *terminal_text(const struct terminal *terminal);

/* The title as written, and the screen's name in it: what follows "atm: ", or "" where there is
 * none. Both are valid until the next terminal_feed. */
const char *terminal_title(const struct terminal *terminal);
const char *terminal_screen(const struct terminal *terminal);
unsigned terminal_title_changes(const struct terminal *terminal);

bool terminal_cursor_visible(const struct terminal *terminal);
bool terminal_alternate(const struct terminal *terminal);
bool terminal_mouse(const struct terminal *terminal);

/* What a key or a click sends in the modes the program has chosen; it waits in terminal_take. */
void terminal_key(struct terminal *terminal, const struct key *key, bool vt100);
void terminal_button(struct terminal *terminal, int row, int column, bool pressed);

/* Moves up to `size` waiting bytes into `bytes`; 0 when there are none. */
size_t terminal_take(struct terminal *terminal, char *bytes, size_t size);

/* Columns that a UTF-8 text takes on a screen; wide characters take two. */
int terminal_width(const char *text);

#endif

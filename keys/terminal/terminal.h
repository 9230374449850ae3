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

/* Rows and columns from and to, both included. */
struct area {
    int top, left, bottom, right;
};
struct area terminal_area(const struct terminal *terminal); /* the whole screen */

/* Every row of the screen, or of a part of it, without trailing blanks, each ended by a newline.
 * The caller frees it. */
char *terminal_text(const struct terminal *terminal);
char *terminal_text_in(const struct terminal *terminal, struct area area);

/* The title as written; valid until the next terminal_feed. */
const char *terminal_title(const struct terminal *terminal);

/* What the program has switched on and not off again: bits of enum sequence_mode. */
unsigned terminal_modes(const struct terminal *terminal);
bool terminal_cursor_visible(const struct terminal *terminal);
bool terminal_mouse(const struct terminal *terminal);
void terminal_cursor(const struct terminal *terminal, int *row, int *column);

/* Bytes fed so far; the same number twice means that nothing was written between. */
unsigned long terminal_fed(const struct terminal *terminal);

/* One place of the screen as a person sees it; places outside are blank. */
struct cell {
    char text[32];  /* a character with what combines with it; "" on the right half of a wide one */
    unsigned front; /* 0xRRGGBB, reverse not applied */
    unsigned back;
    int front_index; /* 0 to 255 of the palette, -1 another color, -2 the terminal's own */
    int back_index;
    bool wide, bold, underline, italic, blink, reverse, strike;
};
struct cell terminal_cell(const struct terminal *terminal, int row, int column);

/* What a key or a click sends in the modes the program has chosen; it waits in terminal_take. */
void terminal_key(struct terminal *terminal, const struct key *key, bool vt100);
/* A button: 1 left, 2 middle, 3 right, 4 and 5 the wheel up and down. */
void terminal_button(struct terminal *terminal, int row, int column, int button, bool pressed);
void terminal_move(struct terminal *terminal, int row, int column);
void terminal_send(struct terminal *terminal, const char *bytes, size_t length);

/* Moves up to `size` waiting bytes into `bytes`; 0 when there are none. */
size_t terminal_take(struct terminal *terminal, char *bytes, size_t size);

/* Columns that a UTF-8 text takes on a screen; wide characters take two. */
int terminal_width(const char *text);

#endif

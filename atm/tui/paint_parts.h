/* SPDX-License-Identifier: MIT */
/*
 * The parts a screen is put together from. Each paints where it is told, or
 * at its own fixed place where inputs must not move, and keeps nothing.
 */
#ifndef ATM_TUI_PAINT_PARTS_H
#define ATM_TUI_PAINT_PARTS_H

#include "atm/tui/paint.h"

/* The columns of the body that the function display keys leave free. */
struct span {
    int column, width;
};

/* paint_frame.c: what is there on every screen */
/* lights: whether they are on the screen, too */
void paint_frame(const struct canvas *canvas, const struct view *view, const struct moment *moment,
                 bool lights);
bool paint_flashes(const struct moment *moment); /* whether a light that blinks is on */
void paint_too_small(const struct canvas *terminal);

/* paint_keys.c: function display keys; body_width is what the middle needs between labels, 0:
 * nothing. Gives the columns of a label. */
int paint_keys(const struct canvas *canvas, const struct view *view, const struct moment *moment,
               int body_width);
/* Whether a side (0 left, 1 right) has a label in any of those rows. */
bool paint_keys_beside(const struct view *view, int side, int top, int bottom);
/* What the labels leave free of those rows: the screen's middle when that is as wide as wanted,
 * else all there is. */
struct span paint_keys_span(const struct view *view, int label_width, int top, int bottom,
                            int wanted);
/* Whether key `row` (0 to 3) of a side (0 left, 1 right) has a label. */
bool paint_keys_labelled(const struct view *view, int side, int row);
#define KEYS_ROW   7 /* the first key's */
#define KEYS_PITCH 3

/* paint_keypad.c */
#define KEYPAD_WIDTH 34
void paint_keypad(const struct canvas *canvas, int row, int column);

/* paint_entry.c: what is being typed, and large amounts */
void paint_entry_pin(const struct canvas *canvas, int row, int middle, int digits);
void paint_entry_text(const struct canvas *canvas, int row, struct span span, const char *typed,
                      bool grouped);
#define AMOUNT_TEXT_LENGTH (MONEY_TEXT_LENGTH + 4)
void paint_amount_text(const struct view *view, char text[static AMOUNT_TEXT_LENGTH]);
/* widest: the longest amount the place is to hold at one size, or NULL */
void paint_amount(const struct canvas *canvas, int row, struct span span, const struct view *view,
                  const char *widest);

/* paint_paper.c: a receipt, and a plain list */
int paint_lines_width(const struct canvas *canvas, const struct view *view);
/* Whether they run from right to left: all of them where one has such a letter, else their columns
 * would not be. */
bool paint_lines_turned(const struct canvas *canvas, const struct view *view);
void paint_paper(const struct canvas *canvas, int top, int bottom, struct span span,
                 const struct view *view);
void paint_list(const struct canvas *canvas, int row, int rows, const struct view *view);

/* paint.c: how many rows of what slides out of its slot have left it */
int paint_thing_out(const struct view *view, const struct moment *moment);

/* paint_things.c: a slot in that row, and the canvas of what has come out below it */
struct canvas paint_slot(const struct canvas *canvas, int row, int column, int width, int rows);
void paint_card(const struct canvas *tray, int out);
void paint_spinner(const struct canvas *canvas, int row, int middle, int tick_ms);

/* paint_things.c: nothing where the view has no note */
void paint_sticky(const struct canvas *canvas, int row, int column, const struct view *view);

/* paint_note.c: the view's notes, in a tray of so many rows, and as chips in one row */
void paint_notes(const struct canvas *tray, int rows, int out, const struct view *view);
void paint_note_chips(const struct canvas *canvas, int row, struct span span,
                      const struct view *view);
/* the surface of a note of that currency, and its colour on the ground */
enum style paint_note_style(const char *code, int32_t denomination);
enum style paint_note_edge(const char *code, int32_t denomination);

/* paint_qr.c: the view's QR code on the screen, in half blocks; where there are none, a sentence
 * and what the code would say. */
void paint_qr(const struct canvas *canvas, const struct view *view);
/* In cells without half blocks: over the whole window, where that has room for it. */
void paint_qr_over(const struct canvas *terminal, const struct view *view);

/* paint_picture.c: five rows high */
void paint_sign(const struct canvas *canvas, int row, struct span span, enum view_tone tone);
void paint_logo(const struct canvas *canvas, int row, struct span span);

#endif

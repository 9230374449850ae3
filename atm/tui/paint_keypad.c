/* SPDX-License-Identifier: MIT */
/*
 * The keypad as machines have it: Cancel beside 3, Clear beside 6, Enter last. Each key is a row of
 * its colour with a half row under it, so that keys are apart without a line between them; without
 * colours, a box in brackets.
 */
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_words.h"

#include <stdio.h>

enum {
    KEY_WIDTH = 6,
    KEY_GAP = 1,
    ACTION_COLUMN = 3 * (KEY_WIDTH + KEY_GAP) + 1,
    ACTION_WIDTH = 12,
    KEY_PITCH = 2
};

struct pad_key {
    int row, column, rows, width;
    enum style style, edge;
    enum word word; /* WORD_COUNT: the digit */
    enum glyph glyph;
    struct input input;
};

#define DIGIT(row, index, digit)                                                                   \
    {                                                                                              \
        row, (index) * (KEY_WIDTH + KEY_GAP), 1, KEY_WIDTH, STYLE_PAD, STYLE_PAD_EDGE, WORD_COUNT, \
            GLYPH_COUNT,                                                                           \
        {                                                                                          \
            INPUT_DIGIT, digit                                                                     \
        }                                                                                          \
    }

static const struct pad_key keys[] = {
    DIGIT(0, 0, '1'),
    DIGIT(0, 1, '2'),
    DIGIT(0, 2, '3'),
    DIGIT(1, 0, '4'),
    DIGIT(1, 1, '5'),
    DIGIT(1, 2, '6'),
    DIGIT(2, 0, '7'),
    DIGIT(2, 1, '8'),
    DIGIT(2, 2, '9'),
    DIGIT(3, 1, '0'),
    { 0,
      ACTION_COLUMN,
      1,
      ACTION_WIDTH,
      STYLE_PAD_CANCEL,
      STYLE_PAD_CANCEL_EDGE,
      WORD_CANCEL,
      GLYPH_CANCEL,
      { INPUT_CANCEL, 0 } },
    { 1,
      ACTION_COLUMN,
      1,
      ACTION_WIDTH,
      STYLE_PAD_CLEAR,
      STYLE_PAD_CLEAR_EDGE,
      WORD_CLEAR,
      GLYPH_CLEAR,
      { INPUT_CLEAR, 0 } },
    { 2,
      ACTION_COLUMN,
      2,
      ACTION_WIDTH,
      STYLE_PAD_ENTER,
      STYLE_PAD_ENTER_EDGE,
      WORD_ENTER,
      GLYPH_ENTER,
      { INPUT_ENTER, 0 } },
};

static void paint_pad_key(const struct canvas *canvas, const struct pad_key *key, int row,
                          int column)
{
    int height = key->rows * KEY_PITCH;
    struct place place = { row + key->row * KEY_PITCH, column + key->column, height, key->width };
    canvas_click(canvas, place, key->input);
    int text_row = place.row + (height - 1) / 2;
    if (canvas->theme->filled) {
        struct place surface = { place.row, place.column, height - 1, place.width };
        canvas_fill(canvas, surface, key->style);
        canvas_repeat(canvas, place.row + height - 1, place.column, place.width, key->edge,
                      GLYPH_UPPER);
    } else {
        canvas_text(canvas, text_row, place.column, key->edge, "[");
        canvas_text(canvas, text_row, place.column + place.width - 1, key->edge, "]");
    }
    char text[48];
    if (key->word == WORD_COUNT)
        snprintf(text, sizeof text, "%c", key->input.value);
    else
        snprintf(text, sizeof text, "%s %s", paint_word(key->word),
                 theme_glyph(canvas->theme, key->glyph));
    canvas_center(canvas, text_row, place.column + 1, place.width - 2, key->style, text);
}

void paint_keypad(const struct canvas *canvas, int row, int column)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        paint_pad_key(canvas, &keys[i], row, column);
}

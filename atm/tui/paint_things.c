/* SPDX-License-Identifier: MIT */
/*
 * Pictures: the card and the notes as they come out of their slots, the sign of a message, the
 * bank's name, and something that turns while the customer waits.
 *
 * A thing slides down out of its slot: of its rows, the last `out` are seen.
 */
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_words.h"

#include <stdio.h>

enum { CARD_ROWS = 9, SLOT_OVERHANG = 3 };

struct canvas paint_slot(const struct canvas *canvas, int row, int column, int width, int rows)
{
    canvas_repeat(canvas, row, column - SLOT_OVERHANG, width + 2 * SLOT_OVERHANG, STYLE_SLOT,
                  GLYPH_SLOT);
    struct canvas below = *canvas;
    below.top += row + 1;
    below.left += column;
    below.height = rows;
    below.width = width;
    return below;
}

void paint_card(const struct canvas *tray, int out)
{
    struct canvas seen = *tray;
    const int width = tray->width;
    /* Where its upper edge is: above the slot while it is held. */
    const int first = out - CARD_ROWS;
    seen.height = out < tray->height ? out : tray->height;
    canvas_surface(&seen, (struct place){ first - 1, 0, CARD_ROWS + 1, width }, STYLE_CARD,
                   STYLE_CARD_EDGE);
    canvas_text(&seen, first + 3, 3, STYLE_CARD, paint_word(WORD_BANK));
    canvas_repeat(&seen, first + 4, 3, 4, STYLE_CARD_CHIP, GLYPH_LOWER);
    canvas_repeat(&seen, first + 5, 3, 4, STYLE_CARD_CHIP, GLYPH_BLOCK);
    for (int group = 0; group < 3; group++)
        canvas_repeat(&seen, first + 7, 3 + 5 * group, 4, STYLE_CARD, GLYPH_PIN_FULL);
    canvas_glyph(&seen, first + 7, width - 4, STYLE_CARD_CHIP, GLYPH_BRAND);
}

void paint_sticky(const struct canvas *canvas, int row, int column, const struct view *view)
{
    enum { WIDTH = 17, ROWS = 4 };
    if (view->sticky[0][0] == '\0')
        return;
    canvas_surface(canvas, (struct place){ row, column, ROWS, WIDTH }, STYLE_STICKY,
                   STYLE_STICKY_EDGE);
    for (int i = 0; i < 2; i++)
        canvas_center(canvas, row + 1 + i, column + 1, WIDTH - 2, STYLE_STICKY, view->sticky[i]);
}

void paint_spinner(const struct canvas *canvas, int row, int middle, int tick_ms)
{
    static const struct {
        int row, column;
    } ring[] = {
        { 0, 0 }, { 1, 4 }, { 2, 6 }, { 3, 4 }, { 4, 0 }, { 3, -4 }, { 2, -6 }, { 1, -4 }
    };
    enum { DOTS = sizeof ring / sizeof ring[0] };
    int head = tick_ms / 120 % DOTS;
    for (int i = 0; i < DOTS; i++) {
        int behind = (head - i + DOTS) % DOTS;
        enum style style = behind == 0  ? STYLE_ACCENT
                           : behind < 3 ? STYLE_GROUND
                                        : STYLE_LABEL_EDGE;
        canvas_glyph(canvas, row + ring[i].row, middle + ring[i].column, style, GLYPH_DOT);
    }
}

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

enum { CARD_WIDTH = 32, NOTE_WIDTH = 34, SLOT_OVERHANG = 3 };

/* A canvas that shows only what has left the slot above `row`; thing rows count from its origin. */
static struct canvas slot_canvas(const struct canvas *canvas, int row, int column, int width,
                                 int out)
{
    canvas_repeat(canvas, row, column - SLOT_OVERHANG, width + 2 * SLOT_OVERHANG, STYLE_SLOT,
                  GLYPH_SLOT);
    struct canvas below = *canvas;
    below.top += row + 1;
    below.left += column;
    below.height = out < 0 ? 0 : out;
    below.width = width;
    return below;
}

void paint_card(const struct canvas *canvas, int row, int middle, int out)
{
    struct canvas below = slot_canvas(canvas, row, middle - CARD_WIDTH / 2, CARD_WIDTH, out);
    int first =
        out - CARD_ROWS; /* where the card's upper edge is: above the slot while it is held */
    canvas_surface(&below, (struct place){ first - 1, 0, CARD_ROWS + 1, CARD_WIDTH }, STYLE_CARD,
                   STYLE_CARD_EDGE);
    canvas_text(&below, first + 3, 3, STYLE_CARD, paint_word(WORD_BANK));
    canvas_repeat(&below, first + 4, 3, 4, STYLE_CARD_CHIP, GLYPH_LOWER);
    canvas_repeat(&below, first + 5, 3, 4, STYLE_CARD_CHIP, GLYPH_BLOCK);
    canvas_repeat(&below, first + 7, 3, 4, STYLE_CARD, GLYPH_PIN_FULL);
    canvas_repeat(&below, first + 7, 8, 4, STYLE_CARD, GLYPH_PIN_FULL);
    canvas_repeat(&below, first + 7, 13, 4, STYLE_CARD, GLYPH_PIN_FULL);
    canvas_glyph(&below, first + 7, CARD_WIDTH - 4, STYLE_CARD_CHIP, GLYPH_BRAND);
}

void paint_notes(const struct canvas *canvas, int row, int middle, int out, const char *currency)
{
    enum { FRONT_WIDTH = NOTE_WIDTH - 4 };
    struct canvas below = slot_canvas(canvas, row, middle - NOTE_WIDTH / 2, NOTE_WIDTH, out);
    int first = out - NOTE_ROWS;
    const char *brand = theme_glyph(canvas->theme, GLYPH_BRAND);
    char figure[24];
    snprintf(figure, sizeof figure, "%s   %s", brand, brand);
    canvas_surface(&below, (struct place){ first - 1, 4, NOTE_ROWS, FRONT_WIDTH }, STYLE_NOTE_BACK,
                   STYLE_NOTE_BACK_EDGE);
    canvas_surface(&below, (struct place){ first - 1, 0, NOTE_ROWS + 1, FRONT_WIDTH }, STYLE_NOTE,
                   STYLE_NOTE_EDGE);
    canvas_text(&below, first + 3, 3, STYLE_NOTE, currency);
    canvas_right(&below, first + 5, 3, FRONT_WIDTH - 6, STYLE_NOTE, currency);
    canvas_center(&below, first + 3, 0, FRONT_WIDTH, STYLE_NOTE, brand);
    canvas_center(&below, first + 4, 0, FRONT_WIDTH, STYLE_NOTE, figure);
    canvas_center(&below, first + 5, 0, FRONT_WIDTH, STYLE_NOTE, brand);
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

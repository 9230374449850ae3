/* SPDX-License-Identifier: MIT */
/*
 * A receipt's QR code, for a phone: dark on light with a quiet zone of four modules on each side.
 *
 * The code has version 3, 29 by 29 modules: with its quiet zone it just fits on the screen. In half
 * blocks a module is one column wide and half a row high. From the heading's band it takes the row
 * of that band's lower edge, whose upper half stays the band's, and from the lights their upper
 * edge.
 *
 *   row  3   ▀▀▀▀▀   the band's edge, then one module of the quiet zone
 *   rows 4 to 20     the rest of the quiet zone and all of the code
 *   row 21           the last of the quiet zone
 *
 * Without half blocks a module is a cell of two columns, and the code needs 37 rows: then it is
 * painted over the whole window, or not at all. A cell has a colour behind a blank, so that no font
 * leaves a gap; on a terminal without colours light is reverse video, which is light where the
 * terminal's own text is light on dark. Where that is the other way round the code is light on
 * dark, which the standard allows and most phones read.
 */
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_words.h"

#include "atm/texts/columns.h"

#include <qrencode.h>
#include <stdio.h>

enum {
    VERSION = 3,
    MODULES = 29,
    QUIET = 4,
    SIZE = MODULES + 2 * QUIET,
    TOP_ROW = 3,
    CELL_WIDTH = 2,
    OVER_ROWS = SIZE + 2, /* with a line above and one below */
    NOTE_ROW = 9,
    NOTE_MARGIN = 20,
    SAID_ROW = 13
};

/* Whether a module is dark; those of the quiet zone, and beyond it, are not. */
static bool dark(const QRcode *code, int row, int column)
{
    row -= QUIET;
    column -= QUIET;
    return row >= 0 && row < MODULES && column >= 0 && column < MODULES &&
           (code->data[row * MODULES + column] & 1) != 0;
}

/* NULL: it says more than the version holds. The caller frees it. */
static QRcode *encode(const char *text)
{
    return QRcode_encodeString(text, VERSION, QR_ECLEVEL_L, QR_MODE_8, 1);
}

/* Two modules, one above the other. */
static void paint_pair(const struct canvas *canvas, int row, int column, bool upper, bool lower)
{
    if (upper == lower)
        canvas_text(canvas, row, column, upper ? STYLE_QR_DARK : STYLE_QR, " ");
    else
        canvas_glyph(canvas, row, column, STYLE_QR, upper ? GLYPH_UPPER : GLYPH_LOWER);
}

static void paint_halves(const struct canvas *canvas, const QRcode *code)
{
    const int left = (PAINT_COLUMNS - SIZE) / 2;
    for (int column = 0; column < SIZE; column++) {
        canvas_glyph(canvas, TOP_ROW, left + column, STYLE_QR_EDGE, GLYPH_UPPER);
        for (int row = 1; row < SIZE; row += 2)
            paint_pair(canvas, TOP_ROW + (row + 1) / 2, left + column, dark(code, row, column),
                       dark(code, row + 1, column));
    }
}

static void paint_cells(const struct canvas *canvas, const QRcode *code)
{
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++)
            canvas_text(canvas, row, CELL_WIDTH * column,
                        dark(code, row, column) ? STYLE_QR_DARK : STYLE_QR, "  ");
}

static bool has_halves(const struct canvas *canvas)
{
    return canvas->theme->glyphs != GLYPHS_ASCII;
}

static void paint_too_few_rows(const struct canvas *canvas, const struct view *view)
{
    const struct place note = { NOTE_ROW, NOTE_MARGIN, 3, PAINT_COLUMNS - 2 * NOTE_MARGIN },
                       said = { SAID_ROW, NOTE_MARGIN, 3, PAINT_COLUMNS - 2 * NOTE_MARGIN };
    canvas_paragraph(canvas, note, STYLE_WARNING, paint_word(WORD_QR_SMALL));
    canvas_paragraph(canvas, said, STYLE_GROUND, view->qr);
}

void paint_qr(const struct canvas *canvas, const struct view *view)
{
    QRcode *code = has_halves(canvas) ? encode(view->qr) : NULL;
    if (code != NULL)
        paint_halves(canvas, code);
    else
        paint_too_few_rows(canvas, view);
    QRcode_free(code);
}

void paint_qr_over(const struct canvas *terminal, const struct view *view)
{
    if (has_halves(terminal) || terminal->height < OVER_ROWS || terminal->width < CELL_WIDTH * SIZE)
        return;
    QRcode *code = encode(view->qr);
    if (code == NULL)
        return;
    struct canvas over = *terminal;
    canvas_fill(terminal, (struct place){ 0, 0, terminal->height, terminal->width }, STYLE_GROUND);
    over.top = (terminal->height - SIZE) / 2;
    over.left = (terminal->width - CELL_WIDTH * SIZE) / 2;
    paint_cells(&over, code);
    canvas_center(terminal, over.top - 1, 0, terminal->width, STYLE_STRONG, view->heading);
    canvas_center(terminal, over.top + SIZE, 0, terminal->width, STYLE_GROUND, view->hint);
    /* The keys are behind it: a click anywhere goes on. */
    terminal->hits->count = 0;
    canvas_click(terminal, (struct place){ 0, 0, terminal->height, terminal->width },
                 (struct input){ .kind = INPUT_FDK, .value = VIEW_FDKS - 1 });
    QRcode_free(code);
}

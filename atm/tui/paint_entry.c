/* SPDX-License-Identifier: MIT */
/*
 * What is being typed. Fields start at a fixed column and grow to the right; nothing that is typed
 * moves what was typed before, except an amount, which grows from its right end as on a till.
 */
#include "atm/tui/paint_digits.h"
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_text.h"

#include <stdio.h>
#include <string.h>

enum { PIN_BOX = 5, PIN_GAP = 1, PIN_SHOWN = 4, PIN_BOXES = 6 };

void paint_entry_pin(const struct canvas *canvas, int row, int middle, int digits)
{
    int column = middle - (PIN_SHOWN * (PIN_BOX + PIN_GAP) - PIN_GAP) / 2;
    if (digits > PIN_BOXES) { /* a long PIN: dots close together from the same column on */
        struct place field = { row, column, 3, 2 * 12 + 3 };
        canvas_surface(canvas, field, STYLE_FIELD, STYLE_FIELD_EDGE);
        for (int i = 0; i < digits && i < 12; i++)
            canvas_glyph(canvas, row + 1, column + 2 + 2 * i, STYLE_FIELD, GLYPH_PIN_FULL);
        return;
    }
    for (int i = 0; i < PIN_SHOWN || i < digits; i++) {
        struct place box = { row, column + i * (PIN_BOX + PIN_GAP), 3, PIN_BOX };
        canvas_surface(canvas, box, STYLE_FIELD, STYLE_FIELD_EDGE);
        bool full = i < digits;
        canvas_glyph(canvas, row + 1, box.column + PIN_BOX / 2,
                     full ? STYLE_FIELD : STYLE_FIELD_EMPTY,
                     full ? GLYPH_PIN_FULL : GLYPH_PIN_EMPTY);
    }
}

void paint_entry_text(const struct canvas *canvas, int row, struct span span, const char *typed,
                      bool grouped)
{
    int width = span.width < 34 ? span.width : 34;
    int column = span.column + (span.width - width) / 2;
    canvas_surface(canvas, (struct place){ row, column, 3, width }, STYLE_FIELD, STYLE_FIELD_EDGE);

    char shown[96];
    size_t used = 0;
    for (size_t i = 0; typed[i] != '\0' && used + 3 < sizeof shown; i++) {
        if (grouped && i > 0 && i % 4 == 0)
            shown[used++] = ' ';
        shown[used++] = typed[i];
    }
    shown[used] = '\0';
    /* Too long a text shows its end, where it grows. */
    const char *tail = shown;
    uint32_t character;
    while (canvas_width(canvas, tail) > width - 5)
        tail += paint_text_decode(tail, &character);
    canvas_text(canvas, row + 1, column + 2, STYLE_FIELD, tail);
    canvas_glyph(canvas, row + 1, column + 2 + canvas_width(canvas, tail), STYLE_FIELD,
                 GLYPH_CURSOR);
}

/* Each line is a chip; why there is none is said in their place. */
void paint_chips(const struct canvas *canvas, int row, struct span span, const struct view *view)
{
    enum { MARGIN = 1, GAP = 2 };
    if (view->amount_doubtful) {
        char text[VIEW_TEXT_LENGTH + 8];
        snprintf(text, sizeof text, "%s %s", theme_glyph(canvas->theme, GLYPH_WARNING),
                 view->line[0]);
        canvas_center(canvas, row, span.column, span.width, STYLE_WARNING, text);
        return;
    }
    int width = -GAP;
    for (int i = 0; i < view->line_count; i++)
        width += canvas_width(canvas, view->line[i]) + 2 * MARGIN + GAP;
    int column = span.column + (span.width - width) / 2;
    for (int i = 0; i < view->line_count; i++) {
        const int chip = canvas_width(canvas, view->line[i]) + 2 * MARGIN;
        canvas_fill(canvas, (struct place){ row, column, 1, chip }, STYLE_NOTE);
        canvas_text(canvas, row, column + MARGIN, STYLE_NOTE, view->line[i]);
        column += chip + GAP;
    }
}

void paint_amount_text(const struct view *view, char text[static MONEY_TEXT_LENGTH])
{
    if (view->amount_text[0] != '\0')
        memcpy(text, view->amount_text, MONEY_TEXT_LENGTH);
    else
        money_format(view->amount, text);
}

void paint_amount(const struct canvas *canvas, int row, struct span span, const struct view *view,
                  const char *widest)
{
    char text[MONEY_TEXT_LENGTH];
    paint_amount_text(view, text);
    int room = span.width - (int)strlen(view->currency) - 2;
    if (widest == NULL || paint_digits_width(text, 1) > paint_digits_width(widest, 1))
        widest = text;
    int scale = paint_digits_scale(widest, room);
    enum style style = view->tone == TONE_BAD  ? STYLE_BAD
                       : view->amount_doubtful ? STYLE_WARNING
                                               : STYLE_ACCENT;
    int width = scale > 0 ? paint_digits_width(text, scale) : (int)strlen(text);
    int column = span.column + (span.width - width - (int)strlen(view->currency) - 2) / 2;
    if (scale == 0)
        canvas_text(canvas, row + DIGITS_ROWS - 1, column, style, text);
    else
        paint_digits(canvas, row, column, scale, style, text);
    canvas_text(canvas, row + DIGITS_ROWS - 1, column + width + 2, STYLE_STRONG, view->currency);
}

/* SPDX-License-Identifier: MIT */
/*
 * What is being typed. Fields start at a fixed column and grow to the right; nothing that is typed
 * moves what was typed before, except an amount, which grows from its right end as on a till.
 */
#include "atm/texts/columns.h"
#include "atm/tui/paint_digits.h"
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_text.h"
#include "shared/cash_code.h"

#include <stdio.h>
#include <string.h>

#define SIGN ((const char[]){ ' ', DIGITS_EURO, '\0' })

static bool has_sign(const struct view *view)
{
    return view->number[0] == '\0' && strcmp(view->currency, "EUR") == 0;
}

enum {
    PIN_BOX = 5,
    PIN_GAP = 1,
    PIN_SHOWN = 4,
    PIN_BOXES = 6,
    CENTS = 3 /* with the sign before them */
};

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
    const bool code = typed[0] == '0'; /* no card begins so */
    for (size_t i = 0; typed[i] != '\0' && used + 3 < sizeof shown; i++) {
        if (grouped && (code ? cash_code_gap(i) : i > 0 && i % 4 == 0))
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

/* Large digits have no sign beyond ASCII: a blank each, and nothing for a mark of direction. */
static void amount_simple(char amount[static MONEY_TEXT_LENGTH])
{
    char *to = amount;
    uint32_t character;
    for (size_t bytes; (bytes = paint_text_decode(amount, &character)) > 0; amount += bytes)
        if (!columns_mark(character))
            *to++ = character < 0x80 ? (char)character : ' ';
    *to = '\0';
}

/* With the currency's sign, where there is a large one; notes are whole, so cash has no cents. */
void paint_amount_text(const struct view *view, char text[static AMOUNT_TEXT_LENGTH])
{
    const bool whole = view->entry == ENTRY_AMOUNT || notes_count(&view->notes) > 0;
    char amount[MONEY_TEXT_LENGTH];
    if (view->number[0] != '\0') {
        snprintf(text, AMOUNT_TEXT_LENGTH, "%s", view->number);
        return;
    }
    if (view->amount_text[0] != '\0')
        memcpy(amount, view->amount_text, sizeof amount);
    else
        money_format(view->amount, amount);
    amount_simple(amount);
    const size_t length = strlen(amount);
    if (whole && view->amount % 100 == 0 && length > CENTS)
        amount[length - CENTS] = '\0';
    snprintf(text, AMOUNT_TEXT_LENGTH, "%s%s", amount, has_sign(view) ? SIGN : "");
}

void paint_amount(const struct canvas *canvas, int row, struct span span, const struct view *view,
                  const char *widest)
{
    char text[AMOUNT_TEXT_LENGTH];
    paint_amount_text(view, text);
    const char *code = has_sign(view) || view->number[0] != '\0' ? "" : view->currency;
    const int after = code[0] == '\0' ? 0 : (int)strlen(code) + 2;
    const int room = span.width - after;
    if (widest == NULL || paint_digits_width(text, 1) > paint_digits_width(widest, 1))
        widest = text;
    int scale = paint_digits_scale(widest, room);
    enum style style = view->tone == TONE_BAD  ? STYLE_BAD
                       : view->amount_doubtful ? STYLE_WARNING
                                               : STYLE_ACCENT;
    if (scale == 0) {
        char small[AMOUNT_TEXT_LENGTH + sizeof view->currency];
        const size_t digits = strlen(text) - (has_sign(view) ? strlen(SIGN) : 0);
        snprintf(small, sizeof small, "%.*s %s", (int)digits, text, view->currency);
        canvas_center(canvas, row + DIGITS_ROWS - 1, span.column, span.width, style, small);
        return;
    }
    const int width = paint_digits_width(text, scale);
    const int column = span.column + (span.width - width - after) / 2;
    paint_digits(canvas, row, column, scale, style, text);
    canvas_text(canvas, row + DIGITS_ROWS - 1, column + width + 2, STYLE_STRONG, code);
}

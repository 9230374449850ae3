/* SPDX-License-Identifier: MIT */
/*
 * Notes in the colours of their denominations: fanned out as they lie in a tray, the largest on
 * top, and as chips beside an amount.
 */
#include "atm/tui/paint_parts.h"
#include "shared/currency.h"

#include <stdio.h>

enum {
    FAN_MOST = 5, /* notes that are told apart; of more, as many of each as fit */
    NOTE_ROWS = 7,
    NOTE_LEAST = 5,
    NOTE_SHIFT = 4, /* columns from one to the next */
    LIFT_MOST = 2   /* and rows */
};

/* Which of a currency's denominations it is, from the smallest. */
static int note_index(const char *code, int32_t denomination)
{
    const struct currency *currency = currency_find(code);
    for (uint32_t i = 0; currency != NULL && i < currency->length; i++)
        if (currency->denomination[i] == denomination)
            return (int)i;
    return NOTE_STYLES - 1;
}

enum style paint_note_style(const char *code, int32_t denomination)
{
    return (enum style)(STYLE_NOTE + note_index(code, denomination));
}

enum style paint_note_edge(const char *code, int32_t denomination)
{
    return (enum style)(STYLE_NOTE_EDGE + note_index(code, denomination));
}

/* What is written on one: "50". */
static void note_figure(int32_t denomination, char text[static MONEY_TEXT_LENGTH])
{
    if (denomination % 100 == 0)
        snprintf(text, MONEY_TEXT_LENGTH, "%d", denomination / 100);
    else
        money_format(denomination, text);
}

/* One note of each denomination at least, the smallest first; how many. */
static int fan_of(const struct notes *notes, int32_t fan[static FAN_MOST])
{
    struct notes left = *notes;
    int count = 0;
    notes_drop_zeros(&left);
    while (notes_count(&left) > FAN_MOST && left.length > 0) {
        uint32_t most = 0;
        for (uint32_t i = 1; i < left.length; i++)
            if (left.item[i].count > left.item[most].count)
                most = i;
        left.item[most].count--;
        notes_drop_zeros(&left);
    }
    for (; left.length > 0; notes_drop_zeros(&left)) {
        uint32_t least = 0;
        for (uint32_t i = 1; i < left.length; i++)
            if (left.item[i].denomination < left.item[least].denomination)
                least = i;
        left.item[least].count--;
        fan[count++] = left.item[least].denomination;
    }
    return count;
}

static void paint_note(const struct canvas *canvas, struct place place, const char *code,
                       int32_t denomination, bool on_top)
{
    char figure[MONEY_TEXT_LENGTH], middle[24];
    const enum style style = paint_note_style(code, denomination);
    const char *brand = theme_glyph(canvas->theme, GLYPH_BRAND);
    note_figure(denomination, figure);
    snprintf(middle, sizeof middle, "%s   %s", brand, brand);
    canvas_surface(canvas, place, style, paint_note_edge(code, denomination));
    canvas_text(canvas, place.row + 1, place.column + 1, style, figure);
    if (on_top && place.height >= NOTE_LEAST) {
        const int row = place.row + place.height / 2;
        canvas_center(canvas, row, place.column, place.width, style, middle);
        canvas_right(canvas, place.row + place.height - 2, place.column, place.width - 1, style,
                     figure);
        canvas_text(canvas, place.row + place.height - 2, place.column + 1, style, code);
    }
}

void paint_notes(const struct canvas *tray, int rows, int out, const struct view *view)
{
    int32_t fan[FAN_MOST];
    const int count = fan_of(&view->notes, fan);
    if (count == 0)
        return;
    struct canvas seen = *tray;
    int lift = count > 1 ? (rows - NOTE_LEAST) / (count - 1) : 0;
    lift = lift < 0 ? 0 : lift > LIFT_MOST ? LIFT_MOST : lift;
    int height = rows - lift * (count - 1);
    height = height > NOTE_ROWS ? NOTE_ROWS : height < 3 ? 3 : height;
    const int whole = height + lift * (count - 1);
    const int width = tray->width - NOTE_SHIFT * (count - 1) - 2;
    seen.height = out < tray->height ? out : tray->height;
    for (int i = 0; i < count; i++) {
        const struct place place = { lift * i + (out < whole ? out - whole : 0), 1 + NOTE_SHIFT * i,
                                     height, width };
        paint_note(&seen, place, view->currency, fan[i], i + 1 == count);
    }
}

void paint_note_chips(const struct canvas *canvas, int row, struct span span,
                      const struct view *view)
{
    enum { MARGIN = 1, GAP = 2 };
    const struct notes *notes = &view->notes;
    char text[NOTES_MAX][MONEY_TEXT_LENGTH + 16];
    int width = -GAP;
    for (uint32_t i = 0; i < notes->length; i++) {
        char figure[MONEY_TEXT_LENGTH];
        note_figure(notes->item[i].denomination, figure);
        snprintf(text[i], sizeof text[i], "%d × %s", notes->item[i].count, figure);
        width += canvas_width(canvas, text[i]) + 2 * MARGIN + GAP;
    }
    int column = span.column + (span.width - width) / 2;
    for (uint32_t i = 0; i < notes->length; i++) {
        const enum style style = paint_note_style(view->currency, notes->item[i].denomination);
        const int chip = canvas_width(canvas, text[i]) + 2 * MARGIN;
        canvas_fill(canvas, (struct place){ row, column, 1, chip }, style);
        canvas_text(canvas, row, column + MARGIN, style, text[i]);
        column += chip + GAP;
    }
}

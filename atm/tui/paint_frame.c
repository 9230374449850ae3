/* SPDX-License-Identifier: MIT */
/*
 * What does not change from screen to screen: the bands at the top and the bottom, and, where the
 * window is larger than the screen, the machine around it. Every state that has a colour also has a
 * sign and a word.
 */
#include "atm/texts/columns.h"
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_words.h"

#include <stdio.h>
#include <string.h>

#define NOTE_ROW     19 /* what was wrong, or the reference */
#define LIGHTS_ROW   22
#define HINT_ROW     23
#define LIGHT_PERIOD 1000 /* ms from one flash to the next */

static void paint_top(const struct canvas *canvas, const struct view *view)
{
    char text[96];
    canvas_fill(canvas, (struct place){ 0, 0, 1, PAINT_COLUMNS }, STYLE_BAND);
    canvas_glyph(canvas, 0, 2, STYLE_BAND_ACCENT, GLYPH_BRAND);
    canvas_left(canvas, 0, 4, 9, view->lab ? STYLE_BAND_WARNING : STYLE_BAND_STRONG,
                paint_word(view->lab ? WORD_LAB : WORD_BANK));
    snprintf(text, sizeof text, "%s %s", paint_word(WORD_TELLER), view->teller);
    canvas_left(canvas, 0, 14, 17, STYLE_BAND, text);

    const char *sign =
        theme_glyph(canvas->theme, view->bank_online ? GLYPH_LAMP_ON : GLYPH_LAMP_FAULT);
    int used = snprintf(text, sizeof text, "%s %s", sign,
                        paint_word(view->bank_online ? WORD_ONLINE : WORD_OFFLINE));
    const bool owed =
        view->owed > 0 && view->screen == SCREEN_SUPERVISOR; /* no customer's concern */
    if (owed && used > 0 && (size_t)used < sizeof text)
        snprintf(text + used, sizeof text - (size_t)used, ", %d %s", view->owed,
                 paint_word(WORD_OWED));
    enum style style = !view->bank_online ? STYLE_BAND_BAD
                       : owed             ? STYLE_BAND_WARNING
                                          : STYLE_BAND_GOOD;
    canvas_left(canvas, 0, 32, 28, style,
                text); /* as wide as the longest, and a gap before the clock */
    canvas_right(canvas, 0, 61, 17, STYLE_BAND, view->clock);
}

static const struct {
    enum glyph glyph;
    enum word word;
    enum style style;
} lamps[] = {
    [LIGHT_OFF] = { GLYPH_LAMP_OFF, WORD_LIGHT_OFF, STYLE_BAND },
    [LIGHT_ON] = { GLYPH_LAMP_ON, WORD_LIGHT_ON, STYLE_BAND_GOOD },
    [LIGHT_BLINK] = { GLYPH_LAMP_BLINK, WORD_LIGHT_BLINK, STYLE_BAND_ACCENT },
    [LIGHT_FAULT] = { GLYPH_LAMP_FAULT, WORD_LIGHT_FAULT, STYLE_BAND_BAD },
};

/* The lamp, what it is of, and its state: one behind the other as the language runs. */
static void paint_light(const struct canvas *canvas, int column, enum word name,
                        enum view_light light, bool flash)
{
    enum { LIGHT_WIDTH = 24, TURNED_WIDTH = 20, NAME_WIDTH = 10 };
    const struct {
        const char *text;
        int width;
        enum style style;
    } parts[] = {
        { theme_glyph(canvas->theme, lamps[light].glyph), LIGHT_WIDTH,
          light == LIGHT_BLINK && !flash ? STYLE_BAND : lamps[light].style },
        { paint_word(name), NAME_WIDTH, light == LIGHT_OFF ? STYLE_BAND : STYLE_BAND_STRONG },
        { paint_word(lamps[light].word), LIGHT_WIDTH,
          light == LIGHT_BLINK && !flash ? STYLE_BAND : lamps[light].style },
    };
    int taken = 0;
    for (int i = 0; i < 3; i++) {
        const int width = canvas_width(canvas, parts[i].text), room = LIGHT_WIDTH - taken;
        const int most = parts[i].width < room ? parts[i].width : room;
        if (canvas->right_to_left)
            canvas_right(canvas, LIGHTS_ROW, column + TURNED_WIDTH - taken - most, most,
                         parts[i].style, parts[i].text);
        else
            canvas_left(canvas, LIGHTS_ROW, column + taken, most, parts[i].style, parts[i].text);
        taken += width + 1;
    }
}

bool paint_flashes(const struct moment *moment)
{
    return moment->tick_ms / (LIGHT_PERIOD / 2) % 2 == 0;
}

static void paint_bottom(const struct canvas *canvas, const struct view *view,
                         const struct moment *moment, bool lights)
{
    const bool flash = paint_flashes(moment);
    if (canvas->theme->filled)
        canvas_repeat(canvas, LIGHTS_ROW - 1, 0, PAINT_COLUMNS, STYLE_BAND_EDGE, GLYPH_LOWER);
    canvas_fill(canvas, (struct place){ LIGHTS_ROW, 0, 2, PAINT_COLUMNS }, STYLE_BAND);
    if (lights) {
        paint_light(canvas, 6, WORD_CARD, view->card_light, flash);
        paint_light(canvas, 32, WORD_CASH, view->cash_light, flash);
        paint_light(canvas, 58, WORD_RECEIPT, view->receipt_light, flash);
    }
    canvas_center(canvas, HINT_ROW, 2, PAINT_COLUMNS - 4, STYLE_BAND, view->hint);
}

/* The heading in a band of its tone's colour, right under the frame's; the sign says the tone
 * without colours. */
static void paint_heading(const struct canvas *canvas, const struct view *view)
{
    static const enum glyph signs[] = {
        [TONE_NEUTRAL] = GLYPH_COUNT,
        [TONE_GOOD] = GLYPH_GOOD,
        [TONE_WARNING] = GLYPH_WARNING,
        [TONE_BAD] = GLYPH_BAD,
    };
    char text[VIEW_TEXT_LENGTH + 16];
    int tone = (int)view->tone;
    if (signs[tone] == GLYPH_COUNT)
        snprintf(text, sizeof text, "%s", view->heading);
    else
        snprintf(text, sizeof text, "%s %s", theme_glyph(canvas->theme, signs[tone]),
                 view->heading);
    if (canvas->theme->filled) {
        canvas_repeat(canvas, 1, 0, PAINT_COLUMNS, (enum style)(STYLE_TITLE_TOP + tone),
                      GLYPH_LOWER);
        canvas_fill(canvas, (struct place){ 2, 0, 1, PAINT_COLUMNS },
                    (enum style)(STYLE_TITLE + tone));
        canvas_repeat(canvas, 3, 0, PAINT_COLUMNS, (enum style)(STYLE_TITLE_EDGE + tone),
                      GLYPH_UPPER);
    } else {
        int width = canvas_width(canvas, text) + 4;
        width = width < PAINT_COLUMNS - 4 ? width : PAINT_COLUMNS - 4;
        canvas_repeat(canvas, 3, (PAINT_COLUMNS - width) / 2, width, STYLE_DIM, GLYPH_SLOT);
    }
    canvas_center(canvas, 2, 2, PAINT_COLUMNS - 4, (enum style)(STYLE_TITLE + tone), text);
    canvas_paragraph(canvas, (struct place){ 4, 4, 2, PAINT_COLUMNS - 8 }, STYLE_GROUND,
                     view->detail);
}

void paint_frame(const struct canvas *canvas, const struct view *view, const struct moment *moment,
                 bool lights)
{
    char text[VIEW_TEXT_LENGTH + 64];
    paint_top(canvas, view);
    paint_heading(canvas, view);
    /* A keypad reaches down to that row; there is no countdown then. */
    bool keypad = view->entry == ENTRY_PIN || view->entry == ENTRY_AMOUNT;
    int row = keypad ? NOTE_ROW + 1 : NOTE_ROW;
    if (view->error[0] != '\0') {
        snprintf(text, sizeof text, "%s %s", theme_glyph(canvas->theme, GLYPH_BAD), view->error);
        canvas_center(canvas, row, 4, PAINT_COLUMNS - 8, STYLE_BAD, text);
    } else if (view->reference[0] != '\0') {
        snprintf(text, sizeof text, "%s " COLUMNS_ISOLATED("%s"), paint_word(WORD_REFERENCE),
                 view->reference);
        canvas_center(canvas, row, 4, PAINT_COLUMNS - 8, STYLE_DIM, text);
    }
    paint_bottom(canvas, view, moment, lights);
}

void paint_too_small(const struct canvas *terminal)
{
    char text[96];
    int row = terminal->height / 2 - 1;
    snprintf(text, sizeof text, "%s " COLUMNS_ISOLATED("%d×%d") ".", paint_word(WORD_IS_NOW),
             terminal->width, terminal->height);
    int lines = canvas_paragraph(terminal, (struct place){ row, 0, 2, terminal->width },
                                 STYLE_WARNING, paint_word(WORD_TOO_SMALL));
    canvas_center(terminal, row + lines, 0, terminal->width, STYLE_GROUND, text);
}

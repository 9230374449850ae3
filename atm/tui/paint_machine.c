/* SPDX-License-Identifier: MIT */
#include "atm/tui/paint_machine.h"

#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_words.h"

#include <stdio.h>

enum {
    ABOVE = 2,      /* rows of the machine above its screen */
    LIGHTS = 1,     /* rows below it: the lights */
    SLOTS = 2,      /* the slots */
    TRAYS = 3,      /* and the trays' first */
    TRAY_LEAST = 4, /* rows of a tray that things can be told apart in */
    TRAY_MOST = 13,
    SIDE = 4, /* columns of the machine beside its screen */
    ALIVE = ABOVE + PAINT_ROWS + TRAYS + TRAY_LEAST + 1
};

static int tray_rows(int rows)
{
    const int room = rows - ABOVE - PAINT_ROWS - TRAYS - 1;
    return room > TRAY_MOST ? TRAY_MOST : room;
}

int machine_screen_top(int rows)
{
    if (rows < ALIVE)
        return (rows - PAINT_ROWS) / 2;
    return (rows - (ABOVE + PAINT_ROWS + TRAYS + tray_rows(rows) + 1)) / 2 + ABOVE;
}

struct slot {
    enum word word;
    int column, width; /* of its tray, from the screen's left */
};

static const struct slot card_slot = { WORD_CARD, 2, 22 }, cash_slot = { WORD_CASH, 27, 30 },
                         receipt_slot = { WORD_RECEIPT, 60, 18 };

static void paint_light(const struct canvas *face, const struct slot *slot, enum view_light light,
                        bool flash)
{
    static const struct {
        enum glyph glyph;
        enum word word;
        enum style style;
    } lamps[] = {
        [LIGHT_OFF] = { GLYPH_LAMP_OFF, WORD_LIGHT_OFF, STYLE_FACE },
        [LIGHT_ON] = { GLYPH_LAMP_ON, WORD_LIGHT_ON, STYLE_FACE_GOOD },
        [LIGHT_BLINK] = { GLYPH_LAMP_BLINK, WORD_LIGHT_BLINK, STYLE_FACE_ACCENT },
        [LIGHT_FAULT] = { GLYPH_LAMP_FAULT, WORD_LIGHT_FAULT, STYLE_FACE_BAD },
    };
    char text[96];
    const bool quiet = light == LIGHT_OFF || (light == LIGHT_BLINK && !flash);
    snprintf(text, sizeof text, "%s %s%s%s", theme_glyph(face->theme, lamps[light].glyph),
             paint_word(slot->word), light == LIGHT_OFF ? "" : " ",
             light == LIGHT_OFF ? "" : paint_word(lamps[light].word));
    canvas_center(face, PAINT_ROWS + LIGHTS, slot->column, slot->width,
                  quiet ? STYLE_FACE : lamps[light].style, text);
}

/* The slot and its tray; what lies in it is painted on the canvas given back. */
static struct canvas paint_tray(const struct canvas *face, const struct slot *slot, int rows)
{
    struct canvas tray = *face;
    tray.top += PAINT_ROWS + TRAYS;
    tray.left += slot->column;
    tray.height = rows;
    tray.width = slot->width;
    canvas_fill(&tray, (struct place){ -1, 0, rows + 1, slot->width }, STYLE_TRAY);
    canvas_fill(face, (struct place){ PAINT_ROWS + SLOTS, slot->column, rows + 1, slot->width },
                STYLE_TRAY);
    canvas_repeat(face, PAINT_ROWS + SLOTS, slot->column, slot->width, STYLE_SLOT, GLYPH_SLOT);
    return tray;
}

/* What has come out is taken by a click on it, as by the first key; so is the card put in. */
static void answer(const struct canvas *tray, const struct view *view, bool has_it)
{
    if (has_it && view->fdk[0].label[0] != '\0')
        canvas_click(tray, (struct place){ -1, 0, tray->height + 1, tray->width },
                     (struct input){ .kind = INPUT_FDK });
}

static void paint_card_tray(const struct canvas *face, const struct view *view,
                            const struct moment *moment, bool flash, int rows)
{
    const struct canvas tray = paint_tray(face, &card_slot, rows);
    const bool comes = view->screen == SCREEN_TAKE_CARD;
    paint_light(face, &card_slot, view->card_light, flash);
    if (comes)
        paint_card(&tray, paint_thing_out(view, moment));
    answer(&tray, view, comes || view->screen == SCREEN_WELCOME);
}

static void paint_cash_tray(const struct canvas *face, const struct view *view,
                            const struct moment *moment, bool flash, int rows)
{
    const struct canvas tray = paint_tray(face, &cash_slot, rows);
    const bool comes = view->screen == SCREEN_TAKE_CASH || view->screen == SCREEN_TAKE_NOTES;
    paint_light(face, &cash_slot, view->cash_light, flash);
    if (comes)
        paint_notes(&tray, rows, paint_thing_out(view, moment), view);
    else if (notes_count(&view->notes) > 0 && view->screen == SCREEN_DEPOSIT)
        paint_notes(&tray, rows, rows, view);
    answer(&tray, view, comes);
}

/* The paper comes line by line; all that is on it the screen has, too. */
static void paint_receipt_tray(const struct canvas *face, const struct view *view,
                               const struct moment *moment, bool flash, int rows)
{
    enum { LINE_MS = 25 };
    const struct canvas tray = paint_tray(face, &receipt_slot, rows);
    paint_light(face, &receipt_slot, view->receipt_light, flash);
    if (view->receipt_light != LIGHT_BLINK || view->line_count == 0 || !view->line_is_paper)
        return;
    const int out = 1 + moment->age_ms / LINE_MS, lines = out < rows ? out : rows;
    struct canvas paper = tray;
    paper.left += 1;
    paper.width -= 2;
    for (int i = 0; i < lines; i++) {
        const int line = view->line_count - lines + i; /* its foot comes first */
        canvas_fill(&paper, (struct place){ i, 0, 1, paper.width }, STYLE_PAPER);
        if (line >= 0)
            canvas_text(&paper, i, 1, STYLE_PAPER, view->line[line]);
    }
}

bool paint_machine(const struct canvas *terminal, const struct canvas *canvas,
                   const struct view *view, const struct moment *moment)
{
    const int side = canvas->left < SIDE ? canvas->left : SIDE;
    const int rows = tray_rows(terminal->height);
    const bool alive = terminal->height >= ALIVE;
    const struct place frame = { canvas->top - 1, canvas->left - 2, PAINT_ROWS + 2,
                                 PAINT_COLUMNS + 4 };
    const struct place whole = { canvas->top - ABOVE, canvas->left - side,
                                 ABOVE + PAINT_ROWS + TRAYS + rows + 1, PAINT_COLUMNS + 2 * side };
    struct canvas face = *canvas;
    if (!alive && (canvas->top < 1 || side < 3))
        return false;
    if (alive && canvas->theme->filled) {
        canvas_fill(terminal, whole, STYLE_FACE);
        canvas_fill(terminal, frame, STYLE_GROUND);
    } else if (side >= 3) {
        canvas_outline(terminal, frame, STYLE_BEZEL);
    }
    if (!alive)
        return false;
    if (!canvas->theme->filled && side == SIDE)
        canvas_outline(terminal, whole, STYLE_BEZEL);
    face.height = whole.height - ABOVE;
    const bool flash = paint_flashes(moment);
    paint_card_tray(&face, view, moment, flash, rows);
    paint_cash_tray(&face, view, moment, flash, rows);
    paint_receipt_tray(&face, view, moment, flash, rows);
    return true;
}

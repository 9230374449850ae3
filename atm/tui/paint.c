/* SPDX-License-Identifier: MIT */
/*
 * Puts a screen together from its parts. What the body shows follows from what the view has (an
 * entry, an amount, lines) before it follows from which screen it is: a view of any screen can be
 * painted.
 */
#include "atm/tui/paint.h"
#include "atm/tui/paint_bar.h"
#include "atm/tui/paint_digits.h"
#include "atm/tui/paint_inside.h"
#include "atm/tui/paint_machine.h"
#include "atm/tui/paint_parts.h"

#include "atm/tui/tui_curses.h"

#include <stdio.h>

enum {
    AMOUNT_ROW = 6,
    AMOUNT_ALONE_ROW = 11, /* a row below the first keys' labels */
    KEYPAD_ROW = 12,       /* a row below the amount's last */
    PIN_ROW = 7,
    FIELD_ROW = 16,
    FIELD_ROWS = 3,
    PICTURE_ROW = 10, /* below the first keys' labels */
    CARD_SLOT_ROW = 9,
    NOTE_SLOT_ROW = 13,
    LIST_ROW = 6,
    PAPER_ROW = 5,
    COUNTDOWN_ROW = 20,
    STICKY_ROW = 15,
    STICKY_COLUMN = 58,
    COUNTDOWN_WIDTH = 46,

    AMOUNT_ROOM = 52, /* columns at most; wider amounts get smaller digits */
    THING_ROOM = 40,
    QR_ROOM = 53, /* so that a label at its side is beside a code in the middle */
    PICTURE_ROOM = 22,

    MACHINE_MARGIN = 6, /* columns that the machine needs beside its screen */
    INSIDE_GAP = 3,
    INSIDE_WIDEST = 60,

    CARD_WIDTH = 32,
    NOTE_WIDTH = 34,
    SLIDE_STEP_MS = 33, /* a thing leaves its slot by two rows in this time: 30 frames a second */
    SLIDE_ROWS = 2,
    CARD_OUT_ROWS = 8, /* the rest is still held in the slot */
    NOTE_OUT_ROWS = 12,
    NOTE_BODY_ROWS = 5, /* of these on the screen itself */
    SPIN_MS = 120,
    BLINK_MS = 500,
    BAR_MS = 100,
};

#define AMOUNT_WIDEST                                                                              \
    "9999 e" /* room for the usual amounts, so that typing does not change their size */

static bool gives_notes(const struct view *view)
{
    return view->screen == SCREEN_TAKE_CASH || view->screen == SCREEN_TAKE_NOTES;
}

static bool thing_slides(const struct view *view)
{
    return view->screen == SCREEN_TAKE_CARD || gives_notes(view);
}

static int thing_rows(const struct view *view)
{
    return view->screen == SCREEN_TAKE_CARD ? CARD_OUT_ROWS : NOTE_OUT_ROWS;
}

int paint_thing_out(const struct view *view, const struct moment *moment)
{
    const int out = (1 + moment->age_ms / SLIDE_STEP_MS) * SLIDE_ROWS, most = thing_rows(view);
    return out > most ? most : out;
}

static bool has_keypad(const struct view *view)
{
    return view->entry == ENTRY_PIN || view->entry == ENTRY_AMOUNT;
}

/* What the parts of a body share. */
struct body {
    const struct canvas *canvas;
    const struct view *view;
    const struct moment *moment;
    int label_width;
    bool slots; /* things come out of the machine's own, not on its screen */
};

static bool has_amount(const struct view *view)
{
    return view->amount_shown || view->number[0] != '\0' || view->entry == ENTRY_AMOUNT;
}

static int amount_row(const struct view *view)
{
    return view->entry == ENTRY_AMOUNT || gives_notes(view) ? AMOUNT_ROW : AMOUNT_ALONE_ROW;
}

/* Columns of the amount in its largest digits, with its currency. */
static int amount_width(const struct view *view)
{
    char text[AMOUNT_TEXT_LENGTH];
    paint_amount_text(view, text);
    return paint_digits_width(view->entry == ENTRY_AMOUNT ? AMOUNT_WIDEST : text, 2) + 6;
}

static bool beside(const struct view *view, int top, int rows)
{
    return paint_keys_beside(view, 0, top, top + rows - 1) ||
           paint_keys_beside(view, 1, top, top + rows - 1);
}

/* Columns the middle needs where it has labels beside it; 0: there is nothing in their way. */
static int body_width(const struct canvas *canvas, const struct view *view)
{
    int width = 0;
    if (has_keypad(view) || (view->entry != ENTRY_NONE && beside(view, FIELD_ROW, FIELD_ROWS)))
        width = KEYPAD_WIDTH;
    if (has_amount(view) && beside(view, amount_row(view), DIGITS_ROWS)) {
        int digits = amount_width(view);
        width = digits > width && digits <= AMOUNT_ROOM ? digits : width;
    }
    if (view->line_count > 0 && view->line_is_paper) {
        int paper = paint_lines_width(canvas, view) + 6;
        width = paper > width ? paper : width;
    }
    if (view->qr[0] != '\0')
        width = QR_ROOM;
    if (thing_slides(view) && width < THING_ROOM)
        width = THING_ROOM;
    return width;
}

static struct span span_at(const struct body *body, int top, int rows, int wanted)
{
    return paint_keys_span(body->view, body->label_width, top, top + rows - 1, wanted);
}

static int span_middle(struct span span)
{
    return span.column + span.width / 2;
}

static void paint_body_lines(const struct body *body)
{
    const struct view *view = body->view;
    if (view->line_is_paper) {
        int bottom = COUNTDOWN_ROW - (view->countdown_full_ms > 0);
        struct span span =
            span_at(body, PAPER_ROW, bottom - PAPER_ROW, paint_lines_width(body->canvas, view) + 4);
        paint_paper(body->canvas, PAPER_ROW, bottom, span, view);
        return;
    }
    int bottom = view->entry == ENTRY_TEXT ? FIELD_ROW : COUNTDOWN_ROW - 1;
    int row = bottom - LIST_ROW < view->line_count ? LIST_ROW - 1 : LIST_ROW;
    paint_list(body->canvas, row, bottom - row, view);
}

/* What notes would come, or why there are none. */
static void paint_mix(const struct body *body)
{
    const int row = AMOUNT_ROW + DIGITS_ROWS;
    const struct view *view = body->view;
    const struct span span = span_at(body, row, 1, PAINT_COLUMNS);
    char text[VIEW_TEXT_LENGTH + 8];
    if (!view->amount_doubtful) {
        paint_note_chips(body->canvas, row, span, view);
        return;
    }
    snprintf(text, sizeof text, "%s %s", theme_glyph(body->canvas->theme, GLYPH_WARNING),
             view->line[0]);
    canvas_center(body->canvas, row, span.column, span.width, STYLE_WARNING, text);
}

static void paint_entry(const struct body *body)
{
    const struct view *view = body->view;
    struct span span = span_at(body, FIELD_ROW, FIELD_ROWS, KEYPAD_WIDTH);
    switch (view->entry) {
    case ENTRY_NONE:
        break;
    case ENTRY_PIN:
        paint_entry_pin(body->canvas, PIN_ROW, PAINT_COLUMNS / 2, view->pin_digits);
        break;
    case ENTRY_AMOUNT:
        span = span_at(body, AMOUNT_ROW, DIGITS_ROWS, amount_width(view));
        paint_amount(body->canvas, AMOUNT_ROW, span, view, AMOUNT_WIDEST);
        paint_mix(body);
        break;
    case ENTRY_CARD:
    case ENTRY_TEXT:
        paint_entry_text(body->canvas, FIELD_ROW, span, view->typed, view->entry == ENTRY_CARD);
        break;
    }
    if (has_keypad(view)) /* always there, so that a hand finds it */
        paint_keypad(body->canvas, KEYPAD_ROW, (PAINT_COLUMNS - KEYPAD_WIDTH) / 2);
}

/* What has come out is taken by a click on it, as by the first key. */
static void thing_click(const struct body *body, int row, int rows, struct span span)
{
    const int wide = span.width < THING_ROOM ? span.width : THING_ROOM;
    const struct place place = { row, span_middle(span) - wide / 2, rows, wide };
    if (body->view->fdk[0].label[0] != '\0')
        canvas_click(body->canvas, place, (struct input){ .kind = INPUT_FDK });
}

static void paint_cash(const struct body *body)
{
    const struct view *view = body->view;
    struct span span = span_at(body, AMOUNT_ROW, NOTE_SLOT_ROW - AMOUNT_ROW, amount_width(view));
    const struct span line = { span_middle(span) - PAINT_COLUMNS / 2, PAINT_COLUMNS };
    paint_note_chips(body->canvas, body->slots ? NOTE_SLOT_ROW : NOTE_SLOT_ROW - 1, line, view);
    if (body->slots)
        return;
    const struct canvas tray =
        paint_slot(body->canvas, NOTE_SLOT_ROW, span_middle(span) - NOTE_WIDTH / 2, NOTE_WIDTH,
                   NOTE_BODY_ROWS);
    paint_notes(&tray, NOTE_BODY_ROWS, paint_thing_out(view, body->moment), view);
    thing_click(body, NOTE_SLOT_ROW, NOTE_BODY_ROWS,
                span_at(body, NOTE_SLOT_ROW, NOTE_BODY_ROWS, THING_ROOM));
}

static void paint_card_out(const struct body *body)
{
    if (body->slots)
        return;
    const struct span span = span_at(body, CARD_SLOT_ROW, CARD_OUT_ROWS, THING_ROOM);
    const struct canvas tray = paint_slot(
        body->canvas, CARD_SLOT_ROW, span_middle(span) - CARD_WIDTH / 2, CARD_WIDTH, CARD_OUT_ROWS);
    paint_card(&tray, paint_thing_out(body->view, body->moment));
    thing_click(body, CARD_SLOT_ROW, CARD_OUT_ROWS, span);
}

/* What a screen has to look at beside its entry and its lines. */
static void paint_scene(const struct body *body)
{
    enum picture { NOTHING, LOGO, CARD, CASH, SIGN, QR };
    static const enum picture pictures[SCREEN_COUNT] = {
#define X(enumerator, name, cancels, picture) picture,
        SCREEN_TABLE(X)
#undef X
    };
    const struct view *view = body->view;
    struct span span = span_at(body, PICTURE_ROW, DIGITS_ROWS, PICTURE_ROOM);
    switch (pictures[view->screen]) {
    case LOGO:
        paint_logo(body->canvas, PICTURE_ROW, span);
        break;
    case CARD:
        paint_card_out(body);
        break;
    case CASH:
        paint_cash(body);
        break;
    case SIGN:
        if (view->line_count == 0 && view->entry == ENTRY_NONE && !view->amount_shown)
            paint_sign(body->canvas, PICTURE_ROW, span, view->tone);
        break;
    case QR:
        paint_qr(body->canvas, view);
        break;
    case NOTHING:
        break;
    }
}

static void paint_body(const struct canvas *canvas, const struct view *view,
                       const struct moment *moment, bool slots)
{
    struct body body = { .canvas = canvas, .view = view, .moment = moment, .slots = slots };
    body.label_width = paint_keys(canvas, view, moment, body_width(canvas, view));
    paint_scene(&body);
    if (has_amount(view) && view->entry != ENTRY_AMOUNT) {
        struct span span = span_at(&body, amount_row(view), DIGITS_ROWS, amount_width(view));
        paint_amount(canvas, amount_row(view), span, view, NULL);
    }
    if (view->line_count > 0 && !gives_notes(view) && view->entry != ENTRY_AMOUNT)
        paint_body_lines(&body);
    paint_entry(&body);
    paint_sticky(canvas, STICKY_ROW, STICKY_COLUMN, view);
    if (view->busy)
        paint_spinner(canvas, PICTURE_ROW, PAINT_COLUMNS / 2, moment->tick_ms);
}

/* The machine at the left, and what is inside at its right; false where there is no room. */
static bool paint_beside(const struct canvas *terminal, struct canvas *canvas,
                         const struct around *around, const struct view *view,
                         const struct moment *moment)
{
    const int room = terminal->width - 2 * MACHINE_MARGIN - PAINT_COLUMNS - INSIDE_GAP;
    if (around->inside == NULL || around->face == FACE_SCREEN || around->face == FACE_MACHINE ||
        room < INSIDE_COLUMNS)
        return false;
    const int width = room < INSIDE_WIDEST ? room : INSIDE_WIDEST;
    struct canvas panel = *terminal;
    canvas->left = MACHINE_MARGIN + (room - width) / 2;
    panel.left = canvas->left + PAINT_COLUMNS + MACHINE_MARGIN + INSIDE_GAP / 2;
    panel.width = width;
    panel.top = terminal->height > PAINT_ROWS + 4 ? 1 : 0;
    panel.height = terminal->height - 2 * panel.top;
    paint_inside(&panel, around->inside, view, moment);
    return true;
}

void paint_view(const struct view *view, const struct around *around, const struct theme *theme,
                const struct moment *moment, int rows, int columns, struct hits *hits)
{
    struct canvas terminal = { .height = rows,
                               .width = columns,
                               .theme = theme,
                               .right_to_left = view->right_to_left,
                               .hits = hits };
    struct canvas canvas = terminal;
    hits->count = 0;
    erase();
    if (rows < PAINT_ROWS || columns < PAINT_COLUMNS) {
        paint_too_small(&terminal);
        return;
    }
    canvas.height = PAINT_ROWS;
    canvas.width = PAINT_COLUMNS;
    const bool machine = around->face != FACE_SCREEN;
    canvas.top = machine ? machine_screen_top(rows) : (rows - PAINT_ROWS) / 2;
    if (!paint_beside(&terminal, &canvas, around, view, moment))
        canvas.left = (columns - PAINT_COLUMNS) / 2;
    const bool slots = machine && paint_machine(&terminal, &canvas, view, moment);
    paint_frame(&canvas, view, moment, !slots);
    paint_body(&canvas, view, moment, slots);
    if (view->countdown_full_ms > 0)
        paint_bar(&canvas, COUNTDOWN_ROW, (PAINT_COLUMNS - COUNTDOWN_WIDTH) / 2, COUNTDOWN_WIDTH,
                  moment->left_ms, view->countdown_full_ms);
    if (view->qr[0] != '\0')
        paint_qr_over(&terminal, view);
}

bool paint_settled(const struct view *view, const struct moment *moment)
{
    return !thing_slides(view) || paint_thing_out(view, moment) == thing_rows(view);
}

int paint_interval_ms(const struct view *view, const struct moment *moment)
{
    if (!paint_settled(view, moment))
        return SLIDE_STEP_MS - moment->age_ms % SLIDE_STEP_MS;
    if (view->countdown_full_ms > 0 && moment->left_ms > 0)
        return BAR_MS;
    if (view->busy)
        return SPIN_MS;
    bool blinks = view->card_light == LIGHT_BLINK || view->cash_light == LIGHT_BLINK ||
                  view->receipt_light == LIGHT_BLINK;
    return blinks ? BLINK_MS - moment->tick_ms % BLINK_MS : -1;
}

/* SPDX-License-Identifier: MIT */
#include "atm/tui/paint_inside.h"

#include "atm/tui/paint.h"
#include "atm/tui/paint_bar.h"
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_words.h"
#include "shared/currency.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    STEPS_MAX = 6,
    WORD_COLUMN = 3,
    TIME_COLUMN = 15,
    EVENT_COLUMN = 8,
    GAUGE_LABEL = 6,
    GAUGE_COUNT = 8
};

/* ---- the saga's steps ---- */

enum part { BEGINS, PASSES, WAITS, ENDS };

/* What counts as a step: the entry's kind and name, the word for it, and whether something is
 * waited for after it. */
/* clang-format off */
static const struct step {
    enum trace_kind kind;
    const char *name;
    enum word word;
    enum part part;
} steps[] = {
    { TRACE_SENT,    "InitiateWithdrawal",              WORD_ASKED,      BEGINS },
    { TRACE_SENT,    "InitiateDeposit",                 WORD_ASKED,      BEGINS },
    { TRACE_SENT,    "InitiateTransfer",                WORD_ASKED,      BEGINS },
    { TRACE_SENT,    "BalanceEnquiry",                  WORD_ASKED,      BEGINS },
    { TRACE_SENT,    "MiniStatement",                   WORD_ASKED,      BEGINS },
    { TRACE_SENT,    "ChangePin",                       WORD_ASKED,      BEGINS },
    { TRACE_SENT,    "IssueCashCode",                   WORD_ASKED,      BEGINS },
    { TRACE_EVENT,   "Accounts.AuthorizationConfirmed", WORD_AUTHORISED, PASSES },
    { TRACE_EVENT,   "Accounts.AuthorizationDeclined",  WORD_REFUSED,    ENDS },
    { TRACE_EVENT,   "Accounts.PinChanged",             WORD_CHANGED,    ENDS },
    { TRACE_EVENT,   "Accounts.CashCodeIssued",         WORD_CONFIRMED,  ENDS },
    { TRACE_EVENT,   "Teller.MoneyWithdrawn",           WORD_WITHDRAWN,  WAITS },
    { TRACE_JOURNAL, "presented",                       WORD_NOTES_OUT,  WAITS },
    { TRACE_JOURNAL, "retracted",                       WORD_RETRACTED,  WAITS },
    { TRACE_EVENT,   "Teller.CashDispensed",            WORD_CONFIRMED,  ENDS },
    { TRACE_EVENT,   "Teller.DispenseFailed",           WORD_REVERSED,   ENDS },
    { TRACE_EVENT,   "Teller.WithdrawalDeclined",       WORD_REFUSED,    ENDS },
    { TRACE_EVENT,   "Teller.WithdrawalSuspected",      WORD_SUSPECT,    WAITS },
    { TRACE_EVENT,   "Teller.DepositInitiated",         WORD_SLOT_OPEN,  WAITS },
    { TRACE_JOURNAL, "counted",                         WORD_COUNTED,    WAITS },
    { TRACE_JOURNAL, "given_back",                      WORD_GIVEN_BACK, WAITS },
    { TRACE_EVENT,   "Accounts.MoneyDeposited",         WORD_CREDITED,   ENDS },
    { TRACE_EVENT,   "Accounts.DepositHeld",            WORD_HELD,       ENDS },
    { TRACE_EVENT,   "Teller.DepositCancelled",         WORD_CANCELLED,  ENDS },
    { TRACE_EVENT,   "Teller.DepositDeclined",          WORD_REFUSED,    ENDS },
    { TRACE_EVENT,   "Teller.DepositSuspected",         WORD_SUSPECT,    WAITS },
    { TRACE_EVENT,   "Transfers.TransferInitiated",     WORD_HELD,       PASSES },
    { TRACE_EVENT,   "Transfers.TransferCredited",      WORD_CREDITED,   PASSES },
    { TRACE_EVENT,   "Transfers.TransferCompleted",     WORD_CONFIRMED,  ENDS },
    { TRACE_EVENT,   "Transfers.TransferReturned",      WORD_REVERSED,   ENDS },
    { TRACE_EVENT,   "Transfers.TransferDeclined",      WORD_REFUSED,    ENDS },
};
/* clang-format on */

static const struct step *step_of(const struct trace_entry *entry)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].kind == entry->kind && strcmp(steps[i].name, entry->name) == 0)
            return &steps[i];
    return NULL;
}

/* How far back the last saga began; TRACE_ENTRIES: there is none. */
static unsigned saga_begin(const struct trace *trace)
{
    const struct trace_entry *entry;
    for (unsigned back = 0; (entry = trace_back(trace, back)) != NULL; back++) {
        const struct step *step = step_of(entry);
        if (step != NULL && step->part == BEGINS)
            return back;
    }
    return TRACE_ENTRIES;
}

static void paint_time(const struct canvas *canvas, int row, int64_t us)
{
    char text[40];
    if (us < 10000000)
        snprintf(text, sizeof text, "+%" PRId64 ".%" PRId64 " ms", us / 1000, us % 1000 / 100);
    else
        snprintf(text, sizeof text, "+%" PRId64 ".%" PRId64 " s", us / 1000000,
                 us % 1000000 / 100000);
    canvas_left(canvas, row, TIME_COLUMN, canvas->width - TIME_COLUMN, STYLE_DIM, text);
}

static void paint_clock(const struct canvas *canvas, int row, int64_t at_us)
{
    char text[40];
    const int64_t ms = at_us / 1000 % 86400000;
    snprintf(text, sizeof text, "%02d:%02d:%02d.%03d UTC", (int)(ms / 3600000),
             (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
    canvas_left(canvas, row, TIME_COLUMN, canvas->width - TIME_COLUMN, STYLE_DIM, text);
}

static void paint_wait(const struct canvas *canvas, int row, const struct view *view,
                       const struct moment *moment)
{
    char text[60];
    canvas_glyph(canvas, row, 0, STYLE_DIM, GLYPH_LAMP_OFF);
    canvas_left(canvas, row, WORD_COLUMN, TIME_COLUMN - WORD_COLUMN - 1, STYLE_DIM,
                paint_word(WORD_CONFIRMED));
    if (view->countdown_full_ms > 0)
        snprintf(text, sizeof text, "%s: %d s", paint_word(WORD_WAITS_FOR_YOU),
                 paint_bar_seconds(moment->left_ms));
    else
        snprintf(text, sizeof text, "%s", paint_word(WORD_WAITS));
    canvas_left(canvas, row, TIME_COLUMN, canvas->width - TIME_COLUMN, STYLE_WARNING, text);
}

static int paint_steps(const struct canvas *canvas, int row, const struct trace *trace,
                       const struct view *view, const struct moment *moment)
{
    const unsigned begin = saga_begin(trace);
    const struct trace_entry *first = trace_back(trace, begin), *entry;
    enum part part = ENDS;
    int rows = 0;
    for (unsigned back = begin; first != NULL && rows < STEPS_MAX; back--) {
        const struct step *step = (entry = trace_back(trace, back)) != NULL ? step_of(entry) : NULL;
        if (step != NULL && uuid_equal(&entry->saga, &first->saga)) {
            part = step->part;
            canvas_glyph(canvas, row + rows, 0, STYLE_GOOD, GLYPH_LAMP_ON);
            canvas_left(canvas, row + rows, WORD_COLUMN, TIME_COLUMN - WORD_COLUMN - 1,
                        STYLE_STRONG, paint_word(step->word));
            if (entry == first)
                paint_clock(canvas, row, first->at_us);
            else
                paint_time(canvas, row + rows, entry->at_us - first->at_us);
            rows++;
        }
        if (back == 0)
            break;
    }
    if (part == WAITS && rows < STEPS_MAX)
        paint_wait(canvas, row + rows++, view, moment);
    return rows;
}

/* ---- messages and events ---- */

static void heading(const struct canvas *canvas, int row, enum word word)
{
    canvas_left(canvas, row, 0, canvas->width, STYLE_STRONG, paint_word(word));
}

static void paint_message(const struct canvas *canvas, int row, const struct trace_entry *entry)
{
    static const struct {
        enum glyph glyph;
        enum style style;
    } signs[] = { [TRACE_SENT] = { GLYPH_SENT, STYLE_ACCENT },
                  [TRACE_RECEIVED] = { GLYPH_RECEIVED, STYLE_ACCENT },
                  [TRACE_JOURNAL] = { GLYPH_WRITTEN, STYLE_DIM } };
    char text[100];
    canvas_glyph(canvas, row, 0, signs[entry->kind].style, signs[entry->kind].glyph);
    if (entry->kind == TRACE_JOURNAL)
        snprintf(text, sizeof text, "%s %s  fsync %" PRId64 ".%" PRId64 " ms",
                 paint_word(WORD_JOURNAL), entry->name, entry->took_us / 1000,
                 entry->took_us % 1000 / 100);
    else
        snprintf(text, sizeof text, "%s", entry->name);
    canvas_left(canvas, row, 3, canvas->width - 3,
                entry->kind == TRACE_JOURNAL ? STYLE_DIM : STYLE_GROUND, text);
    if (entry->kind != TRACE_JOURNAL && entry->detail[0] != '\0')
        canvas_left(canvas, row + 1, 3, canvas->width - 3, STYLE_DIM, entry->detail);
}

static int message_rows(const struct trace_entry *entry)
{
    return entry->kind != TRACE_JOURNAL && entry->detail[0] != '\0' ? 2 : 1;
}

/* Those of the last entries that fit into so many rows below their heading, the newest last. */
static void paint_messages(const struct canvas *canvas, int row, int rows,
                           const struct trace *trace)
{
    const struct trace_entry *entry;
    unsigned back = 0;
    int left = rows - 1, at = row + 1;
    heading(canvas, row, WORD_MESSAGES);
    while ((entry = trace_back(trace, back)) != NULL &&
           (entry->kind == TRACE_EVENT || message_rows(entry) <= left)) {
        left -= entry->kind == TRACE_EVENT ? 0 : message_rows(entry);
        back++;
    }
    while (back-- > 0) {
        entry = trace_back(trace, back);
        if (entry->kind == TRACE_EVENT)
            continue;
        paint_message(canvas, at, entry);
        at += message_rows(entry);
    }
}

/* Without its aggregate where that does not fit. */
static void paint_event(const struct canvas *canvas, int row, const struct trace_entry *entry)
{
    char position[32];
    const char *name = entry->name, *dot = strchr(name, '.');
    if (dot != NULL && canvas_width(canvas, name) > canvas->width - EVENT_COLUMN)
        name = dot + 1;
    snprintf(position, sizeof position, "%" PRId64, entry->position);
    canvas_right(canvas, row, 0, EVENT_COLUMN - 2, STYLE_DIM, position);
    canvas_left(canvas, row, EVENT_COLUMN, canvas->width - EVENT_COLUMN,
                strstr(name, "Money") != NULL ? STYLE_GOOD : STYLE_GROUND, name);
}

static void paint_events(const struct canvas *canvas, int row, int rows, const struct trace *trace)
{
    const struct trace_entry *entry;
    unsigned back = 0;
    int left = rows - 1, at = row + 1;
    heading(canvas, row, WORD_EVENTS);
    while (left > 0 && (entry = trace_back(trace, back)) != NULL) {
        left -= entry->kind == TRACE_EVENT;
        back++;
    }
    while (back-- > 0)
        if ((entry = trace_back(trace, back))->kind == TRACE_EVENT)
            paint_event(canvas, at++, entry);
}

/* ---- cassettes ---- */

/* A bar beside the fullest one's. */
static void paint_gauge(const struct canvas *canvas, int row, const struct note_count *notes,
                        int32_t most)
{
    char text[MONEY_TEXT_LENGTH];
    const int columns = canvas->width - GAUGE_LABEL - GAUGE_COUNT - 2;
    const int eighths = paint_bar_eighths(columns, notes->count, most > 0 ? most : 1);
    const enum style edge = paint_note_edge(CURRENCY, notes->denomination);
    char *cents = strstr(money_format(notes->denomination, text), ".00");
    if (cents != NULL)
        *cents = '\0';
    canvas_right(canvas, row, 0, GAUGE_LABEL - 1, STYLE_GROUND, text);
    for (int i = 0; i < columns; i++) {
        int step = eighths - i * THEME_BAR_STEPS;
        step = step < 0 ? 0 : step > THEME_BAR_STEPS ? THEME_BAR_STEPS : step;
        canvas_text(canvas, row, GAUGE_LABEL + i, step > 0 ? edge : STYLE_BAR,
                    theme_bar(canvas->theme, step));
    }
    snprintf(text, sizeof text, "%" PRId32, notes->count);
    canvas_right(canvas, row, canvas->width - GAUGE_COUNT, GAUGE_COUNT, STYLE_DIM, text);
}

static void paint_cassettes(const struct canvas *canvas, int row, const struct notes *cassettes)
{
    int32_t most = 0;
    heading(canvas, row, WORD_CASSETTES);
    for (uint32_t i = 0; i < cassettes->length; i++)
        most = cassettes->item[i].count > most ? cassettes->item[i].count : most;
    for (uint32_t i = 0; i < cassettes->length; i++)
        paint_gauge(canvas, row + 1 + (int)i, &cassettes->item[i], most);
}

/* ---- all of it ---- */

void paint_inside(const struct canvas *canvas, const struct inside *inside, const struct view *view,
                  const struct moment *moment)
{
    const struct trace_entry *first = trace_back(inside->trace, saga_begin(inside->trace));
    const int gauges = (int)inside->cassettes.length + 1;
    char id[UUID_TEXT_LENGTH] = "";
    canvas_left(canvas, 0, 0, canvas->width, STYLE_STRONG, paint_word(WORD_INSIDE));
    if (first != NULL)
        snprintf(id, sizeof id, "%.8s", uuid_write(&first->saga, (char[UUID_TEXT_LENGTH]){ 0 }));
    canvas_right(canvas, 0, canvas->width - 9, 9, STYLE_DIM, id);
    int top = 2 + paint_steps(canvas, 2, inside->trace, view, moment) + 1;
    const int bottom = canvas->height - gauges - 1;
    top = top < 2 + STEPS_MAX + 1 && bottom - top > 14 ? 2 + STEPS_MAX + 1 : top;
    const int messages = (bottom - top) / 2;
    paint_messages(canvas, top, messages, inside->trace);
    paint_events(canvas, top + messages + 1, bottom - top - messages - 1, inside->trace);
    paint_cassettes(canvas, bottom + 1, &inside->cassettes);
}

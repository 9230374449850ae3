/* SPDX-License-Identifier: MIT */
/*
 * low_cash: an alert when a machine has fewer notes of a denomination than the
 * low marks of its cassettes say, once for each fall; filling up, a lower mark
 * or a count that finds more clears it. Several cassettes of one denomination
 * are emptied one after the other, so one of them being empty is no news: their
 * marks count together.
 *
 * It counts what is in the machine, promised notes included, as the teller
 * does: what was put in and what counts found adds, and what was taken,
 * rejected, retracted or removed is gone. The counting is done by
 * esbank.cash_moved and esbank.cash_marked over esbank.cassette_levels, for a
 * run of events at a time; here events become rows for them.
 */
#include "bank/handlers/handlers.h"

#include "bank/core/cassettes.h"

#define TEXT_OF(number) TEXT(number)
#define TEXT(number)    #number
#define COUNT(filling)                                                                             \
    "SELECT * FROM esbank.cash_moved(" filling ", " TEXT_OF(LOW_MARK_DEFAULT) ", $1, $2, $3, $4, " \
                                                                              "$5)"

static const enum column_type types[] = { COLUMN_UUID, COLUMN_INT8, COLUMN_INT8, COLUMN_INT8,
                                          COLUMN_TIMESTAMPTZ };
static const struct effect_statement fill = { COUNT("true"), 5, types };
static const struct effect_statement drain = { COUNT("false"), 5, types };

static const struct effect_statement mark = {
    "SELECT * FROM esbank.cash_marked($1, $2, $3, $4, $5)", 5, types
};

static void add_row(struct effects *effects, const struct effect_statement *statement,
                    const struct event_record *record, int32_t denomination, int64_t number)
{
    struct columns *row = effects_row(effects, statement);
    columns_uuid(row, 0, &record->event.stream_id);
    columns_int8(row, 1, denomination);
    columns_int8(row, 2, number);
    columns_int8(row, 3, record->position);
    columns_time(row, 4, record->event.at_us);
}

static void count(struct effects *effects, const struct event_record *record,
                  const struct notes *notes, int64_t sign)
{
    for (unsigned i = 0; i < notes->length; i++)
        if (notes->item[i].count > 0 || sign > 0)
            add_row(effects, sign > 0 ? &fill : &drain, record, notes->item[i].denomination,
                    sign * notes->item[i].count);
}

static void move(struct effects *effects, const struct event_record *record, int32_t denomination,
                 int64_t change)
{
    add_row(effects, change < 0 ? &drain : &fill, record, denomination, change);
}

static void set_marks(struct effects *effects, const struct event_record *record,
                      int32_t denomination, bool of_it)
{
    const struct notes *marks = &record->event.cash.marks;
    for (unsigned i = 0; i < marks->length; i++)
        if ((marks->item[i].denomination == denomination) == of_it)
            add_row(effects, &mark, record, marks->item[i].denomination, marks->item[i].count);
}

/* Each denomination moves once in an event. The mark of the one that leaves goes before its notes,
 * that of the other comes after them, so that a swap raises no alert that it clears. */
static void swap(struct effects *effects, const struct event_record *record)
{
    const struct event *event = &record->event;
    const struct notes *removed = &event->cash.removed, *notes = &event->cash.notes;
    const int32_t out = removed->length > 0 ? removed->item[0].denomination : 0,
                  in = notes->length > 0 ? notes->item[0].denomination : 0;
    const int64_t gone = note_totals_of(&event->cash.difference, out) - notes_of(removed, out);
    set_marks(effects, record, in, false);
    if (out != 0 && out != in)
        move(effects, record, out, gone);
    if (in != 0)
        move(effects, record, in, notes_of(notes, in) + (out == in ? gone : 0));
    set_marks(effects, record, in, true);
}

static void find(struct effects *effects, const struct event_record *record)
{
    const struct note_totals *difference = &record->event.cash.difference;
    for (unsigned i = 0; i < difference->length; i++)
        move(effects, record, difference->item[i].denomination, difference->item[i].count);
}

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    const struct event *event = &record->event;
    (void)reason;
    if (event->kind == TELLER_PROVISIONED || event->kind == TELLER_CASSETTES_REPLENISHED) {
        count(effects, record, &event->cassettes.notes, 1);
    } else if (event->kind == TELLER_CASSETTE_SWAPPED) {
        swap(effects, record);
    } else if (event->kind == TELLER_CASSETTES_COUNTED) {
        find(effects, record);
    } else if (event->kind == TELLER_LOW_MARK_SET) {
        set_marks(effects, record, 0, false);
    } else { /* what a dispute was settled with is in the cassettes after all */
        const int64_t sign = event->kind == TELLER_DISPENSE_SETTLED ? 1 : -1;
        count(effects, record, &event->withdrawal.where.taken, sign);
        count(effects, record, &event->withdrawal.where.rejected, sign);
        count(effects, record, &event->withdrawal.where.retracted, sign);
    }
    return true;
}

static const enum event_kind kinds[] = { TELLER_PROVISIONED,      TELLER_CASSETTES_REPLENISHED,
                                         TELLER_CASSETTE_SWAPPED, TELLER_CASSETTES_COUNTED,
                                         TELLER_LOW_MARK_SET,     TELLER_CASH_DISPENSED,
                                         TELLER_DISPENSE_FAILED,  TELLER_DISPENSE_DISPUTED,
                                         TELLER_DISPENSE_SETTLED, EVENT_KIND_COUNT };
static const char *const forget[] = { "DELETE FROM esbank.alerts WHERE handler = 'low_cash'",
                                      "DELETE FROM esbank.cassette_levels", NULL };

const struct handler handler_low_cash = {
    .name = "low_cash",
    .help =
        "an alert when cassettes have fewer notes than their low marks, until they are filled up",
    .start = FROM_ORIGIN,
    .kinds = kinds,
    .handle = handle,
    .forget = forget,
};

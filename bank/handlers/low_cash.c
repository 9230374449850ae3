/* SPDX-License-Identifier: MIT */
/*
 * low_cash: an alert when a cassette falls below LOW_CASH_NOTES, once for each
 * fall; filling the cassette up again clears it.
 *
 * It counts what is in the machine, promised notes included, as the teller
 * does: fillings add, and what was taken, rejected or retracted is gone. The
 * counting is done by esbank.cash_moved over esbank.cassette_levels, for a run
 * of events at a time; here events become rows for it.
 */
#include "bank/handlers/handlers.h"

#define TEXT_OF(number) TEXT(number)
#define TEXT(number)    #number
#define COUNT(filling)                                                                             \
    "SELECT * FROM esbank.cash_moved(" filling ", " TEXT_OF(LOW_CASH_NOTES) ", $1, $2, $3, $4, "   \
                                                                            "$5)"

static const enum column_type types[] = { COLUMN_UUID, COLUMN_INT8, COLUMN_INT8, COLUMN_INT8,
                                          COLUMN_TIMESTAMPTZ };
static const struct effect_statement fill = { COUNT("true"), 5, types };
static const struct effect_statement drain = { COUNT("false"), 5, types };

static void count(struct effects *effects, const struct event_record *record,
                  const struct notes *notes, int64_t sign)
{
    for (unsigned i = 0; i < notes->length; i++) {
        if (notes->item[i].count == 0 && sign < 0)
            continue;
        struct columns *row = effects_row(effects, sign > 0 ? &fill : &drain);
        columns_uuid(row, 0, &record->event.stream_id);
        columns_int8(row, 1, notes->item[i].denomination);
        columns_int8(row, 2, sign * notes->item[i].count);
        columns_int8(row, 3, record->position);
        columns_time(row, 4, record->event.at_us);
    }
}

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    const struct event *event = &record->event;
    (void)reason;
    if (event->kind == TELLER_PROVISIONED || event->kind == TELLER_CASSETTES_REPLENISHED) {
        count(effects, record, &event->cassettes.notes, 1);
    } else { /* what a dispute was settled with is in the cassettes after all */
        const int64_t sign = event->kind == TELLER_DISPENSE_SETTLED ? 1 : -1;
        count(effects, record, &event->withdrawal.where.taken, sign);
        count(effects, record, &event->withdrawal.where.rejected, sign);
        count(effects, record, &event->withdrawal.where.retracted, sign);
    }
    return true;
}

static const enum event_kind kinds[] = { TELLER_PROVISIONED,       TELLER_CASSETTES_REPLENISHED,
                                         TELLER_CASH_DISPENSED,    TELLER_DISPENSE_FAILED,
                                         TELLER_DISPENSE_DISPUTED, TELLER_DISPENSE_SETTLED,
                                         EVENT_KIND_COUNT };
static const char *const forget[] = { "DELETE FROM esbank.alerts WHERE handler = 'low_cash'",
                                      "DELETE FROM esbank.cassette_levels", NULL };

const struct handler handler_low_cash = {
    .name = "low_cash",
    .help = "an alert when a cassette is nearly empty, until it is filled up",
    .start = FROM_ORIGIN,
    .kinds = kinds,
    .handle = handle,
    .forget = forget,
};

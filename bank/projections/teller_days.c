/* SPDX-License-Identifier: MIT */
/*
 * The read model `teller_days`: what each machine did in each business day.
 *
 * Most events do not say which business day they belong to; the teller's last
 * Provisioned or BusinessDayClosed does. The fold sees one run and keeps
 * nothing between runs, so that it gives the same result live, following and
 * rebuilding. Therefore a row's day is one of two things:
 *
 *   named    the run itself holds a Provisioned or a BusinessDayClosed of the
 *            teller. A close names the day it ends, and with its time the day
 *            that begins, by the same rule as teller_apply: so however many
 *            closes one run holds, each day gets its own row and its own share.
 *   running  it holds neither. The statement then adds to the teller's newest
 *            row, which is the running day's: both events above add that row,
 *            with zeros, as they begin the day. One step down the primary key.
 */
#include "bank/projections/condense.h"
#include "bank/projections/read_models.h"

#define DAY_RUNNING (-1)

struct row {
    struct uuid teller_id; /* the key: first */
    bool begun;
    int32_t day;   /* or DAY_RUNNING */
    int32_t today; /* by the calendar, for a history without a Provisioned */
    struct day_totals totals;
    int64_t closed_us, position;
};

static void row_begin(struct row *row, int32_t day)
{
    *row = (struct row){ .teller_id = row->teller_id,
                         .begun = true,
                         .day = day,
                         .today = row->today,
                         .position = row->position };
}

static void row_write(struct columns *columns, const struct row *row)
{
    columns_uuid(columns, 0, &row->teller_id);
    if (row->day == DAY_RUNNING)
        columns_null(columns, 1);
    else
        columns_int4(columns, 1, row->day);
    columns_int4(columns, 2, row->today);
    columns_int8(columns, 3, row->totals.withdrawals);
    columns_int8(columns, 4, row->totals.dispensed);
    columns_int8(columns, 5, row->totals.reversed);
    columns_int8(columns, 6, row->totals.declined);
    columns_int8(columns, 7, row->totals.suspect);
    columns_time_or_null(columns, 8, row->closed_us);
    columns_int8(columns, 9, row->position);
    columns_int8(columns, 10, row->totals.deposits);
    columns_int8(columns, 11, row->totals.deposited);
}

static bool concerns(enum event_kind kind)
{
    return kind == TELLER_PROVISIONED || kind == TELLER_BUSINESS_DAY_CLOSED ||
           kind == TELLER_CASH_DISPENSED || kind == TELLER_DISPENSE_FAILED ||
           kind == TELLER_WITHDRAWAL_DECLINED || kind == TELLER_WITHDRAWAL_SUSPECTED ||
           kind == TELLER_MONEY_DEPOSITED || kind == TELLER_DEPOSIT_SUSPECTED ||
           kind == TELLER_DISPENSE_DISPUTED || kind == TELLER_DEPOSIT_DISPUTED;
}

static void row_close(struct columns *columns, struct row *row, const struct event *event)
{
    int32_t closed = event->day, today = day_of(event->at_us);
    row->day = closed;
    row->closed_us = event->at_us;
    row_write(columns, row);
    row_begin(row, today > closed ? today : closed + 1);
}

static void row_add(struct columns *columns, struct row *row, const struct event *event)
{
    if (event->kind == TELLER_PROVISIONED) {
        row_begin(row, day_of(event->at_us));
    } else if (event->kind == TELLER_BUSINESS_DAY_CLOSED) {
        row_close(columns, row, event);
    } else if (event->kind == TELLER_WITHDRAWAL_DECLINED) {
        row->totals.declined++;
    } else if (event->kind == TELLER_WITHDRAWAL_SUSPECTED ||
               event->kind == TELLER_DEPOSIT_SUSPECTED || event->kind == TELLER_DISPENSE_DISPUTED ||
               event->kind == TELLER_DEPOSIT_DISPUTED) {
        row->totals.suspect++;
    } else if (event->kind == TELLER_MONEY_DEPOSITED) {
        row->totals.deposits++;
        row->totals.deposited += event->deposit.amount;
    } else {
        money taken = notes_value(&event->withdrawal.where.taken);
        row->totals.withdrawals += event->kind == TELLER_CASH_DISPENSED;
        row->totals.dispensed += taken;
        row->totals.reversed += event->withdrawal.amount - taken;
    }
}

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    static struct condense run = { .row_size = sizeof(struct row) };
    condense_begin(&run, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        if (!concerns(event->kind))
            continue;
        struct row *row = condense_row(&run, event->stream_id.bytes);
        row->today = day_of(event->at_us);
        row->position = records[i].position;
        if (!row->begun)
            row_begin(row, DAY_RUNNING);
        row_add(columns, row, event);
    }
    for (size_t i = 0; i < run.count; i++)
        row_write(columns, condense_at(&run, i));
}

static const enum column_type types[] = {
    COLUMN_UUID, COLUMN_INT4, COLUMN_INT4,        COLUMN_INT8, COLUMN_INT8, COLUMN_INT8,
    COLUMN_INT8, COLUMN_INT8, COLUMN_TIMESTAMPTZ, COLUMN_INT8, COLUMN_INT8, COLUMN_INT8,
};

const struct projection projection_teller_days = {
    .name = "teller_days",
    .version = 2,
    .statement =
        "INSERT INTO %1$s AS t (teller_id, business_day, withdrawals, dispensed, reversed, "
        "declined, suspect,"
        " closed_at, position, deposits, deposited)"
        " SELECT r.teller_id,"
        " coalesce(DATE '1970-01-01' + r.day,"
        " (SELECT max(d.business_day) FROM %1$s AS d WHERE d.teller_id = r.teller_id),"
        " DATE '1970-01-01' + r.today),"
        " r.withdrawals, r.dispensed, r.reversed, r.declined, r.suspect, r.closed_at, r.position,"
        " r.deposits, r.deposited"
        " FROM (SELECT unnest($1::uuid[]) AS teller_id, unnest($2::int[]) AS day,"
        " unnest($3::int[]) AS today, unnest($4::bigint[]) AS withdrawals,"
        " unnest($5::bigint[]) AS dispensed, unnest($6::bigint[]) AS reversed,"
        " unnest($7::bigint[]) AS declined, unnest($8::bigint[]) AS suspect,"
        " unnest($9::timestamptz[]) AS closed_at, unnest($10::bigint[]) AS position,"
        " unnest($11::bigint[]) AS deposits, unnest($12::bigint[]) AS deposited) AS r"
        " ON CONFLICT (teller_id, business_day) DO UPDATE SET"
        " withdrawals = t.withdrawals + EXCLUDED.withdrawals, dispensed = t.dispensed + "
        "EXCLUDED.dispensed,"
        " reversed = t.reversed + EXCLUDED.reversed, declined = t.declined + EXCLUDED.declined,"
        " suspect = t.suspect + EXCLUDED.suspect, closed_at = coalesce(EXCLUDED.closed_at, "
        "t.closed_at),"
        " deposits = t.deposits + EXCLUDED.deposits, deposited = t.deposited + EXCLUDED.deposited,"
        " position = EXCLUDED.position",
    COLUMNS_OF(types),
    .fold = fold,
};

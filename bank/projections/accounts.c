/* SPDX-License-Identifier: MIT */
/*
 * The read model `accounts`: every account as it is now.
 *
 * The balance is taken from the events as they state it; the four sums are
 * added up from the amounts. So the two come by different ways, and that
 * opening + deposits - withdrawals + reversals = balance is worth checking.
 *
 * The table has no index but its key: an update changes no indexed column, and
 * Postgres keeps the new row on the old one's page without touching the index.
 * What of a balance is held is no column here, where every withdrawal would
 * write it again: it is the sum of the held rows of `deposits`, which are few.
 */
#include "bank/projections/condense.h"
#include "bank/projections/read_models.h"

struct row {
    struct uuid account_id; /* the key: first */
    struct uuid owner_key;  /* nil: the name stays */
    const char *owner, *status;
    bool balance_known, limits_known;
    money balance, sum[SUM_COUNT], daily_limit;
    int32_t daily_count, cards;
    int64_t version, opened_us, updated_us, position;
};

static void row_move(struct row *row, const struct event *event)
{
    const struct movement *movement = event_movement(event->kind);
    row->sum[movement->sum] += movement->counts * event_amount(event);
    row->balance = event_balance(event);
    row->balance_known = true;
}

static void row_add(struct row *row, const struct event *event)
{
    if (event_moves(event->kind))
        row_move(row, event);
    switch (event->kind) {
    case ACCOUNTS_ACCOUNT_OPENED:
        row->owner = event->account_opened.owner;
        row->owner_key = event->causation_id;
        row->status = "open";
        row->daily_limit = event->account_opened.daily_limit;
        row->daily_count = event->account_opened.daily_count;
        row->limits_known = true;
        row->opened_us = event->at_us;
        break;
    case ACCOUNTS_OWNER_RENAMED:
        row->owner = event->owner_renamed.owner;
        row->owner_key = event->causation_id;
        break;
    case ACCOUNTS_LIMITS_SET:
        row->daily_limit = event->limits_set.daily_limit;
        row->daily_count = event->limits_set.daily_count;
        row->limits_known = true;
        break;
    case ACCOUNTS_CARD_ISSUED:
        row->cards++;
        break;
    case ACCOUNTS_ACCOUNT_CLOSED:
        row->status = "closed";
        break;
    default: /* of the others only version, time and position are kept */
        break;
    }
}

static void row_write(struct columns *columns, const struct row *row)
{
    columns_uuid(columns, 0, &row->account_id);
    columns_text_or_null(columns, 1, row->owner);
    columns_text_or_null(columns, 2, row->status);
    if (row->balance_known)
        columns_int8(columns, 3, row->balance);
    else
        columns_null(columns, 3);
    for (unsigned i = 0; i < SUM_COUNT; i++)
        columns_int8(columns, 4 + i, row->sum[i]);
    if (row->limits_known) {
        columns_int8(columns, 8, row->daily_limit);
        columns_int4(columns, 9, row->daily_count);
    } else {
        columns_null(columns, 8);
        columns_null(columns, 9);
    }
    columns_int4(columns, 10, row->cards);
    columns_int8(columns, 11, row->version);
    columns_time_or_null(columns, 12, row->opened_us);
    columns_time(columns, 13, row->updated_us);
    columns_int8(columns, 14, row->position);
    columns_uuid_or_null(columns, 15, &row->owner_key);
}

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    static struct condense run = { .row_size = sizeof(struct row) };
    condense_begin(&run, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        if (event_stream(event->kind) != STREAM_ACCOUNT)
            continue;
        struct row *row = condense_row(&run, event->stream_id.bytes);
        row_add(row, event);
        row->version = records[i].stream_version;
        row->updated_us = event->at_us;
        row->position = records[i].position;
    }
    for (size_t i = 0; i < run.count; i++)
        row_write(columns, condense_at(&run, i));
}

static const enum column_type types[] = {
    COLUMN_UUID,        COLUMN_TEXT,        COLUMN_TEXT, COLUMN_INT8, COLUMN_INT8, COLUMN_INT8,
    COLUMN_INT8,        COLUMN_INT8,        COLUMN_INT8, COLUMN_INT4, COLUMN_INT4, COLUMN_INT8,
    COLUMN_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ, COLUMN_INT8, COLUMN_UUID,
};

const struct projection projection_accounts = {
    .name = "accounts",
    .version = 2,
    .statement =
        "WITH run AS MATERIALIZED (SELECT unnest($1::uuid[]) AS account_id, unnest($2::text[]) AS "
        "owner,"
        " unnest($3::text[]) AS status, unnest($4::bigint[]) AS balance, unnest($5::bigint[]) AS "
        "opening,"
        " unnest($6::bigint[]) AS deposits, unnest($7::bigint[]) AS withdrawals,"
        " unnest($8::bigint[]) AS reversals, unnest($9::bigint[]) AS daily_limit,"
        " unnest($10::int[]) AS daily_count, unnest($11::int[]) AS cards, unnest($12::bigint[]) AS "
        "version,"
        " unnest($13::timestamptz[]) AS opened_at, unnest($14::timestamptz[]) AS updated_at,"
        " unnest($15::bigint[]) AS position, unnest($16::uuid[]) AS owner_key),"
        " known AS (UPDATE %1$s AS t SET"
        " owner = coalesce(run.owner, t.owner), status = coalesce(run.status, t.status),"
        " balance = coalesce(run.balance, t.balance), opening = t.opening + run.opening,"
        " deposits = t.deposits + run.deposits, withdrawals = t.withdrawals + run.withdrawals,"
        " reversals = t.reversals + run.reversals,"
        " daily_limit = coalesce(run.daily_limit, t.daily_limit),"
        " daily_count = coalesce(run.daily_count, t.daily_count), cards = t.cards + run.cards,"
        " version = run.version, opened_at = coalesce(t.opened_at, run.opened_at),"
        " updated_at = run.updated_at, position = run.position,"
        " owner_key = coalesce(run.owner_key, t.owner_key)"
        " FROM run WHERE t.account_id = run.account_id RETURNING t.account_id)"
        " INSERT INTO %1$s (account_id, owner, status, balance, opening, deposits, withdrawals, "
        "reversals,"
        " daily_limit, daily_count, cards, version, opened_at, updated_at, position, owner_key)"
        " SELECT * FROM run WHERE account_id NOT IN (SELECT account_id FROM known)",
    COLUMNS_OF(types),
    .fold = fold,
};

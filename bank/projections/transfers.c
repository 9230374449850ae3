/* SPDX-License-Identifier: MIT */
/*
 * The read model `transfers`: every transfer between two accounts and how it
 * ended. Its events stand in two streams; those of the source say all there is
 * to say of it. Each of them leads to one state, whatever the state before.
 */
#include "bank/core/transfer.h"
#include "bank/projections/condense.h"
#include "bank/projections/read_models.h"

struct row {
    struct uuid transfer_id; /* the key: first */
    const struct event *last;
    enum transfer_state state;
    int64_t initiated_us, ended_us, position;
};

/* TRANSFER_NONE for an event that is no step of the source. */
static enum transfer_state state_after(enum event_kind kind)
{
    if (kind == TRANSFERS_TRANSFER_INITIATED)
        return TRANSFER_INITIATED;
    if (kind == TRANSFERS_TRANSFER_COMPLETED)
        return TRANSFER_COMPLETED;
    if (kind == TRANSFERS_TRANSFER_RETURNED)
        return TRANSFER_RETURNED;
    if (kind == TRANSFERS_TRANSFER_DECLINED)
        return TRANSFER_DECLINED;
    return TRANSFER_NONE;
}

static void row_write(struct columns *columns, const struct row *row)
{
    const enum refusal refusal = row->last->money_moved.refusal;
    columns_uuid(columns, 0, &row->transfer_id);
    columns_uuid(columns, 1, &row->last->stream_id);
    columns_uuid_or_null(columns, 2, &row->last->money_moved.other_id);
    columns_uuid_or_null(columns, 3, &row->last->money_moved.teller_id);
    columns_int8(columns, 4, row->last->money_moved.amount);
    columns_text_or_null(columns, 5, transfer_state_name(row->state));
    columns_text_or_null(columns, 6, refusal == NOT_REFUSED ? NULL : refusal_name(refusal));
    columns_time_or_null(columns, 7, row->initiated_us);
    columns_time_or_null(columns, 8, row->ended_us);
    columns_int8(columns, 9, row->position);
}

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    static struct condense run = { .row_size = sizeof(struct row) };
    condense_begin(&run, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        const enum transfer_state state = state_after(event->kind);
        if (state == TRANSFER_NONE)
            continue;
        struct row *row = condense_row(&run, event->correlation_id.bytes);
        row->last = event;
        row->state = state;
        row->position = records[i].position;
        if (state == TRANSFER_INITIATED || state == TRANSFER_DECLINED)
            row->initiated_us = event->at_us;
        if (state != TRANSFER_INITIATED)
            row->ended_us = event->at_us;
    }
    for (size_t i = 0; i < run.count; i++)
        row_write(columns, condense_at(&run, i));
}

static const enum column_type types[] = {
    COLUMN_UUID, COLUMN_UUID, COLUMN_UUID,        COLUMN_UUID,        COLUMN_INT8,
    COLUMN_TEXT, COLUMN_TEXT, COLUMN_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ, COLUMN_INT8,
};

const struct projection projection_transfers = {
    .name = "transfers",
    .version = 1,
    .statement =
        "INSERT INTO %1$s AS t (transfer_id, account_id, to_account_id, teller_id, amount, state,"
        " refusal, initiated_at, ended_at, position)"
        " SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::uuid[]),"
        " unnest($5::bigint[]), unnest($6::text[]), unnest($7::text[]), unnest($8::timestamptz[]),"
        " unnest($9::timestamptz[]), unnest($10::bigint[])"
        " ON CONFLICT (transfer_id) DO UPDATE SET state = EXCLUDED.state,"
        " refusal = EXCLUDED.refusal, ended_at = EXCLUDED.ended_at, position = EXCLUDED.position",
    COLUMNS_OF(types),
    .fold = fold,
};

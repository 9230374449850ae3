/* SPDX-License-Identifier: MIT */
/*
 * The read model `deposits`: every deposit at a machine, where it stands and
 * how it ended; with it, the list of those an operator has to settle. Deposits
 * at the counter are single events and stand in `statement` alone.
 *
 * Each event of the saga leads to one state, whatever the state before.
 */
#include "bank/core/deposit.h"
#include "bank/projections/condense.h"
#include "bank/projections/read_models.h"

struct row {
    struct uuid deposit_id; /* the key: first */
    struct uuid teller_id, account_id;
    enum deposit_state state;
    money amount;
    enum refusal refusal;
    const struct notes *notes; /* counted, in the event */
    const char *reason;
    enum source source;
    int64_t initiated_us, counted_us, ended_us, position;
};

/* DEPOSIT_NONE for an event that is no step of a saga. */
static enum deposit_state state_after(const struct event *event)
{
    if (event->kind == TELLER_DEPOSIT_INITIATED)
        return DEPOSIT_COUNTING;
    if (event->kind == TELLER_DEPOSIT_DECLINED)
        return DEPOSIT_DECLINED;
    if (event->kind == TELLER_MONEY_DEPOSITED)
        return DEPOSIT_CREDITING;
    if (event->kind == TELLER_DEPOSIT_SUSPECTED)
        return DEPOSIT_SUSPECT;
    if (event->kind == TELLER_DEPOSIT_DISPUTED)
        return DEPOSIT_DISPUTED;
    if (event->kind == TELLER_DEPOSIT_SETTLED)
        return DEPOSIT_SETTLED;
    if (event->kind == TELLER_DEPOSIT_CANCELLED)
        return DEPOSIT_CANCELLED;
    if (event->kind == ACCOUNTS_MONEY_DEPOSITED && !uuid_is_nil(&event->money_moved.teller_id))
        return DEPOSIT_COMPLETED;
    if (event->kind == ACCOUNTS_DEPOSIT_HELD)
        return DEPOSIT_HELD;
    if (event->kind == ACCOUNTS_HELD_DEPOSIT_RELEASED)
        return DEPOSIT_COMPLETED;
    if (event->kind == ACCOUNTS_HELD_DEPOSIT_RETURNED)
        return DEPOSIT_RETURNING;
    return DEPOSIT_NONE;
}

static void row_add(struct row *row, const struct event *event)
{
    if (event_stream(event->kind) == STREAM_ACCOUNT) {
        row->account_id = event->stream_id;
        row->teller_id = event->money_moved.teller_id;
        if (event->kind == ACCOUNTS_DEPOSIT_HELD)
            row->refusal = event->money_moved.refusal;
        else if (event->kind != ACCOUNTS_HELD_DEPOSIT_RETURNED)
            row->ended_us = event->at_us;
        return;
    }
    row->teller_id = event->stream_id;
    if (!uuid_is_nil(&event->deposit.account_id))
        row->account_id = event->deposit.account_id;
    const bool unheard =
        event->kind == TELLER_DEPOSIT_DISPUTED && event->deposit.refusal == REFUSED_NO_SUCH_DEPOSIT;
    if (event->kind == TELLER_DEPOSIT_INITIATED || event->kind == TELLER_DEPOSIT_DECLINED ||
        unheard)
        row->initiated_us = event->at_us;
    if (event->kind == TELLER_DEPOSIT_CANCELLED || event->kind == TELLER_DEPOSIT_DECLINED ||
        event->kind == TELLER_DEPOSIT_SETTLED)
        row->ended_us = row->ended_us != 0 ? row->ended_us : event->at_us;
    if (event->kind == TELLER_MONEY_DEPOSITED || unheard) {
        row->amount = event->deposit.amount;
        row->notes = &event->deposit.notes;
        row->counted_us = event->at_us;
    }
    if (event->deposit.refusal != NOT_REFUSED)
        row->refusal = event->deposit.refusal;
    if (event->deposit.reason[0] != '\0')
        row->reason = event->deposit.reason;
    if (event->source != SOURCE_UNSAID)
        row->source = event->source;
}

static void row_write(struct columns *columns, const struct row *row)
{
    columns_uuid(columns, 0, &row->deposit_id);
    columns_uuid_or_null(columns, 1, &row->teller_id);
    columns_uuid_or_null(columns, 2, &row->account_id);
    columns_int8(columns, 3, row->amount);
    columns_text_or_null(columns, 4, deposit_state_name(row->state));
    columns_text_or_null(columns, 5,
                         row->refusal == NOT_REFUSED ? NULL : refusal_name(row->refusal));
    columns_notes_or_null(columns, 6, row->notes);
    columns_text_or_null(columns, 7, row->reason);
    columns_time_or_null(columns, 8, row->initiated_us);
    columns_time_or_null(columns, 9, row->counted_us);
    columns_time_or_null(columns, 10, row->ended_us);
    columns_int8(columns, 11, row->position);
    columns_text_or_null(columns, 12,
                         row->source != SOURCE_UNSAID ? source_name(row->source) : NULL);
}

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    static struct condense run = { .row_size = sizeof(struct row) };
    condense_begin(&run, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        enum deposit_state state = state_after(event);
        if (state == DEPOSIT_NONE)
            continue;
        struct row *row = condense_row(&run, event->correlation_id.bytes);
        row->state = state;
        row->position = records[i].position;
        row_add(row, event);
    }
    for (size_t i = 0; i < run.count; i++)
        row_write(columns, condense_at(&run, i));
}

static const enum column_type types[] = {
    COLUMN_UUID,        COLUMN_UUID, COLUMN_UUID, COLUMN_INT8,        COLUMN_TEXT,
    COLUMN_TEXT,        COLUMN_JSON, COLUMN_TEXT, COLUMN_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ,
    COLUMN_TIMESTAMPTZ, COLUMN_INT8, COLUMN_TEXT,
};

const struct projection projection_deposits = {
    .name = "deposits",
    .version = 2,
    .statement =
        "INSERT INTO %1$s AS t (deposit_id, teller_id, account_id, amount, state, refusal, notes, "
        "reason,"
        " initiated_at, counted_at, ended_at, position, source)"
        " SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::bigint[]),"
        " unnest($5::text[]), unnest($6::text[]), unnest($7::json[]), unnest($8::text[]),"
        " unnest($9::timestamptz[]), unnest($10::timestamptz[]), unnest($11::timestamptz[]),"
        " unnest($12::bigint[]), unnest($13::text[])"
        " ON CONFLICT (deposit_id) DO UPDATE SET"
        " teller_id = coalesce(EXCLUDED.teller_id, t.teller_id),"
        " account_id = coalesce(EXCLUDED.account_id, t.account_id),"
        " amount = greatest(EXCLUDED.amount, t.amount), state = EXCLUDED.state,"
        " refusal = coalesce(EXCLUDED.refusal, t.refusal), notes = coalesce(EXCLUDED.notes, "
        "t.notes),"
        " reason = coalesce(EXCLUDED.reason, t.reason),"
        " initiated_at = coalesce(t.initiated_at, EXCLUDED.initiated_at),"
        " counted_at = coalesce(EXCLUDED.counted_at, t.counted_at),"
        " ended_at = coalesce(t.ended_at, EXCLUDED.ended_at), position = EXCLUDED.position,"
        " source = coalesce(EXCLUDED.source, t.source)",
    COLUMNS_OF(types),
    .fold = fold,
};

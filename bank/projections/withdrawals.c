/* SPDX-License-Identifier: MIT */
/*
 * The read model `withdrawals`: every withdrawal's saga, where it stands and
 * how it ended; with it, the list of those only the machine or a count can end.
 *
 * Each event of the saga leads to one state, whatever the state before, with
 * one exception: Accounts.WithdrawalReversed ends a failed dispense, but of a
 * completed one it only brings back what the customer did not get. The
 * statement makes the same exception for the row that is there already.
 */
#include "bank/core/withdrawal.h"
#include "bank/projections/condense.h"
#include "bank/projections/read_models.h"

struct row {
    struct uuid withdrawal_id; /* the key: first */
    struct uuid teller_id, account_id;
    enum withdrawal_state state;
    money amount, taken, unknown, reversed;
    bool taken_known,
        stated; /* stated: an event that says where notes are, or that it is unknown */
    enum source source;
    enum refusal refusal;
    const struct notes *notes; /* promised, in the event */
    const char *reason;
    int64_t initiated_us, withdrawn_us, confirm_by_us, ended_us, position;
};

/* WITHDRAWAL_NONE for an event that is no step of a saga. */
static enum withdrawal_state state_after(enum event_kind kind)
{
    switch (kind) {
    case TELLER_WITHDRAWAL_INITIATED:
        return WITHDRAWAL_AUTHORIZED;
    case TELLER_WITHDRAWAL_DECLINED:
        return WITHDRAWAL_DECLINED;
    case TELLER_MONEY_WITHDRAWN:
        return WITHDRAWAL_DISPENSING;
    case TELLER_WITHDRAWAL_SUSPECTED:
        return WITHDRAWAL_SUSPECT;
    case TELLER_CASH_DISPENSED:
        return WITHDRAWAL_COMPLETED;
    case TELLER_DISPENSE_DISPUTED:
        return WITHDRAWAL_DISPUTED;
    case TELLER_DISPENSE_SETTLED:
        return WITHDRAWAL_SETTLED;
    case TELLER_DISPENSE_FAILED:
        return WITHDRAWAL_REVERSING;
    case ACCOUNTS_WITHDRAWAL_REVERSED:
        return WITHDRAWAL_REVERSED;
    default:
        return WITHDRAWAL_NONE;
    }
}

static bool is_end(enum withdrawal_state state)
{
    return state == WITHDRAWAL_COMPLETED || state == WITHDRAWAL_REVERSED ||
           state == WITHDRAWAL_DECLINED || state == WITHDRAWAL_SETTLED;
}

static void row_add_reversal(struct row *row, const struct event *event)
{
    row->account_id = event->stream_id;
    if (uuid_is_nil(&row->teller_id))
        row->teller_id = event->money_moved.teller_id;
    row->reversed += event->money_moved.amount;
}

static void row_add_step(struct row *row, const struct event *event)
{
    bool disputed = event->kind == TELLER_DISPENSE_DISPUTED;
    bool unheard = disputed && event->withdrawal.refusal == REFUSED_NO_SUCH_WITHDRAWAL;
    bool first = event->kind == TELLER_WITHDRAWAL_INITIATED ||
                 event->kind == TELLER_WITHDRAWAL_DECLINED || unheard;
    bool told =
        event->kind == TELLER_CASH_DISPENSED || event->kind == TELLER_DISPENSE_FAILED || unheard;
    row->teller_id = event->stream_id;
    if (!uuid_is_nil(&event->withdrawal.account_id))
        row->account_id = event->withdrawal.account_id;
    if (event->withdrawal.amount > row->amount)
        row->amount = event->withdrawal.amount;
    if (first && row->initiated_us == 0)
        row->initiated_us = event->at_us;
    if (event->kind == TELLER_WITHDRAWAL_DECLINED || disputed)
        row->refusal = event->withdrawal.refusal;
    if (event->kind == TELLER_MONEY_WITHDRAWN) {
        row->notes = &event->withdrawal.notes;
        row->withdrawn_us = event->at_us;
        row->confirm_by_us = event->withdrawal.confirm_by_us;
    }
    if (told || event->kind == TELLER_WITHDRAWAL_SUSPECTED || disputed ||
        event->kind == TELLER_DISPENSE_SETTLED) {
        row->stated = true;
        row->source = event->source;
        row->unknown =
            event->kind == TELLER_WITHDRAWAL_SUSPECTED ? notes_value(&event->withdrawal.notes) : 0;
    }
    if (told) {
        row->taken = notes_value(&event->withdrawal.where.taken);
        row->taken_known = true;
    }
    if (event->withdrawal.reason[0] != '\0')
        row->reason = event->withdrawal.reason;
}

static void row_write(struct columns *columns, const struct row *row)
{
    columns_uuid(columns, 0, &row->withdrawal_id);
    columns_uuid_or_null(columns, 1, &row->teller_id);
    columns_uuid_or_null(columns, 2, &row->account_id);
    columns_int8(columns, 3, row->amount);
    columns_text_or_null(columns, 4, withdrawal_state_name(row->state));
    columns_text_or_null(columns, 5,
                         row->refusal == NOT_REFUSED ? NULL : refusal_name(row->refusal));
    columns_notes_or_null(columns, 6, row->notes);
    if (row->taken_known)
        columns_int8(columns, 7, row->taken);
    else
        columns_null(columns, 7);
    columns_int8(columns, 8, row->reversed);
    columns_time_or_null(columns, 9, row->initiated_us);
    columns_time_or_null(columns, 10, row->withdrawn_us);
    columns_time_or_null(columns, 11, row->confirm_by_us);
    columns_time_or_null(columns, 12, row->ended_us);
    columns_text_or_null(columns, 13, row->reason);
    columns_int8(columns, 14, row->position);
    columns_text_or_null(columns, 15, row->stated ? source_name(row->source) : NULL);
    if (row->unknown > 0)
        columns_int8(columns, 16, row->unknown);
    else
        columns_null(columns, 16);
}

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    static struct condense run = { .row_size = sizeof(struct row) };
    condense_begin(&run, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        enum withdrawal_state state = state_after(event->kind);
        if (state == WITHDRAWAL_NONE)
            continue;
        struct row *row = condense_row(&run, event->correlation_id.bytes);
        row->position = records[i].position;
        if (state == WITHDRAWAL_REVERSED)
            row_add_reversal(row, event);
        else
            row_add_step(row, event);
        if (state == WITHDRAWAL_REVERSED && row->state == WITHDRAWAL_COMPLETED)
            continue;
        row->state = state;
        if (is_end(state) && row->ended_us == 0)
            row->ended_us = event->at_us;
    }
    for (size_t i = 0; i < run.count; i++)
        row_write(columns, condense_at(&run, i));
}

static const enum column_type types[] = {
    COLUMN_UUID,        COLUMN_UUID,        COLUMN_UUID,        COLUMN_INT8, COLUMN_TEXT,
    COLUMN_TEXT,        COLUMN_JSON,        COLUMN_INT8,        COLUMN_INT8, COLUMN_TIMESTAMPTZ,
    COLUMN_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ, COLUMN_TEXT, COLUMN_INT8,
    COLUMN_TEXT,        COLUMN_INT8,
};

const struct projection projection_withdrawals = {
    .name = "withdrawals",
    .version = 2,
    .statement =
        "WITH run AS MATERIALIZED (SELECT unnest($1::uuid[]) AS withdrawal_id, unnest($2::uuid[]) "
        "AS "
        "teller_id,"
        " unnest($3::uuid[]) AS account_id, unnest($4::bigint[]) AS amount, unnest($5::text[]) AS "
        "state,"
        " unnest($6::text[]) AS refusal, unnest($7::json[]) AS notes, unnest($8::bigint[]) AS "
        "taken,"
        " unnest($9::bigint[]) AS reversed, unnest($10::timestamptz[]) AS initiated_at,"
        " unnest($11::timestamptz[]) AS withdrawn_at, unnest($12::timestamptz[]) AS confirm_by,"
        " unnest($13::timestamptz[]) AS ended_at, unnest($14::text[]) AS reason,"
        " unnest($15::bigint[]) AS position, unnest($16::text[]) AS source,"
        " unnest($17::bigint[]) AS unknown),"
        " known AS (UPDATE %1$s AS t SET"
        " teller_id = coalesce(run.teller_id, t.teller_id),"
        " account_id = coalesce(run.account_id, t.account_id),"
        " amount = greatest(run.amount, t.amount),"
        " state = CASE WHEN run.state = 'reversed' AND t.state = 'completed' THEN t.state"
        " ELSE run.state END,"
        " refusal = coalesce(run.refusal, t.refusal), notes = coalesce(run.notes, t.notes),"
        " taken = coalesce(run.taken, t.taken), reversed = t.reversed + run.reversed,"
        " initiated_at = coalesce(t.initiated_at, run.initiated_at),"
        " withdrawn_at = coalesce(run.withdrawn_at, t.withdrawn_at),"
        " confirm_by = coalesce(run.confirm_by, t.confirm_by),"
        " ended_at = coalesce(t.ended_at, run.ended_at),"
        " reason = coalesce(run.reason, t.reason), position = run.position,"
        " unknown = CASE WHEN run.source IS NULL THEN t.unknown ELSE run.unknown END,"
        " source = coalesce(run.source, t.source)"
        " FROM run WHERE t.withdrawal_id = run.withdrawal_id RETURNING t.withdrawal_id)"
        " INSERT INTO %1$s (withdrawal_id, teller_id, account_id, amount, state, refusal, notes, "
        "taken,"
        " reversed, initiated_at, withdrawn_at, confirm_by, ended_at, reason, position, source,"
        " unknown)"
        " SELECT * FROM run WHERE withdrawal_id NOT IN (SELECT withdrawal_id FROM known)",
    COLUMNS_OF(types),
    .fold = fold,
};

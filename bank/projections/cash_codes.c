/* SPDX-License-Identifier: MIT */
/*
 * The read model `cash_codes`: the last cash code of each account, by which its number is found.
 * The PIN's reference value stays in the event; it is not read from here.
 */
#include "bank/projections/condense.h"
#include "bank/projections/read_models.h"

struct row {
    struct uuid account_id; /* the key: first */
    const struct event *issued, *ended;
    int64_t position;
};

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    static struct condense run = { .row_size = sizeof(struct row) };
    condense_begin(&run, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        const bool issued = event->kind == ACCOUNTS_CASH_CODE_ISSUED;
        if (!issued && event->kind != ACCOUNTS_CASH_CODE_ENDED)
            continue;
        struct row *row = condense_row(&run, event->stream_id.bytes);
        row->ended = issued ? NULL : event;
        row->issued = issued ? event : row->issued;
        row->position = records[i].position;
    }
    for (size_t i = 0; i < run.count; i++) {
        const struct row *row = condense_at(&run, i);
        const struct event *issued = row->issued;
        columns_uuid(columns, 0, &row->account_id);
        if (issued != NULL) {
            columns_bytes(columns, 1, issued->cash_code_issued.card, CARD_TOKEN_LENGTH);
            columns_int8(columns, 3, issued->cash_code_issued.amount);
        } else {
            columns_null(columns, 1);
            columns_null(columns, 3);
        }
        columns_text_or_null(columns, 2, issued != NULL ? issued->cash_code_issued.masked : NULL);
        columns_time_or_null(columns, 4, issued != NULL ? issued->at_us : 0);
        columns_time_or_null(columns, 5, issued != NULL ? issued->cash_code_issued.until_us : 0);
        columns_time_or_null(columns, 6, row->ended != NULL ? row->ended->at_us : 0);
        columns_text_or_null(columns, 7,
                             row->ended != NULL ? row->ended->card_changed.reason : NULL);
        columns_int8(columns, 8, row->position);
    }
}

static const enum column_type types[] = {
    COLUMN_UUID,        COLUMN_BYTEA,       COLUMN_TEXT, COLUMN_INT8, COLUMN_TIMESTAMPTZ,
    COLUMN_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ, COLUMN_TEXT, COLUMN_INT8,
};

const struct projection projection_cash_codes = {
    .name = "cash_codes",
    .version = 1,
    .statement =
        "INSERT INTO %1$s AS t (account_id, card, masked, amount, issued_at, until_at, ended_at, "
        "reason, position)"
        " SELECT unnest($1::uuid[]), unnest($2::bytea[]), unnest($3::text[]), unnest($4::bigint[]),"
        " unnest($5::timestamptz[]), unnest($6::timestamptz[]), unnest($7::timestamptz[]),"
        " unnest($8::text[]), unnest($9::bigint[])"
        " ON CONFLICT (account_id) DO UPDATE SET card = coalesce(EXCLUDED.card, t.card),"
        " masked = coalesce(EXCLUDED.masked, t.masked),"
        " amount = coalesce(EXCLUDED.amount, t.amount),"
        " issued_at = coalesce(EXCLUDED.issued_at, t.issued_at),"
        " until_at = coalesce(EXCLUDED.until_at, t.until_at),"
        " ended_at = EXCLUDED.ended_at, reason = EXCLUDED.reason, position = EXCLUDED.position",
    COLUMNS_OF(types),
    .fold = fold,
};

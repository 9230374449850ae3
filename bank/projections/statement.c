/* SPDX-License-Identifier: MIT */
/*
 * The read model `statement`: every movement of money on an account, one row
 * an event, with the balance after it. Rows are only ever added. A release
 * makes what was held available: it moves nothing and has its row all the same.
 */
#include "bank/projections/read_models.h"

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        if (!event_on_statement(event))
            continue;
        columns_uuid(columns, 0, &event->stream_id);
        columns_int8(columns, 1, records[i].position);
        columns_time(columns, 2, event->at_us);
        columns_text_or_null(columns, 3, event_movement(event->kind)->word);
        columns_int8(columns, 4, event_change(event));
        columns_int8(columns, 5, event_balance(event));
        columns_uuid(columns, 6, &event->correlation_id);
        if (event->kind == ACCOUNTS_ACCOUNT_OPENED)
            columns_null(columns, 7);
        else
            columns_uuid_or_null(columns, 7, &event->money_moved.teller_id);
    }
}

static const enum column_type types[] = {
    COLUMN_UUID, COLUMN_INT8, COLUMN_TIMESTAMPTZ, COLUMN_TEXT,
    COLUMN_INT8, COLUMN_INT8, COLUMN_UUID,        COLUMN_UUID,
};

const struct projection projection_statement = {
    .name = "statement",
    .version = 1,
    .statement = "INSERT INTO %1$s AS t"
                 " (account_id, position, at, kind, amount, balance, correlation_id, teller_id)"
                 " SELECT unnest($1::uuid[]), unnest($2::bigint[]), unnest($3::timestamptz[]),"
                 " unnest($4::text[]), unnest($5::bigint[]), unnest($6::bigint[]),"
                 " unnest($7::uuid[]), unnest($8::uuid[])",
    COLUMNS_OF(types),
    .fold = fold,
};

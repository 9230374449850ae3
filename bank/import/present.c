/* SPDX-License-Identifier: MIT */
/*
 * What of it is in this log already. An account's stream may be a beginning of
 * what is to be there, from a run that did not end, or begin with all of it,
 * from one that did; anything else is foreign and is left alone.
 */
#include "bank/import/parts.h"

#include <stdio.h>

#define ASK_RUN 1000 /* accounts */

enum { STREAM_ID, EVENT_ID, VERSION };

static bool streams_ask(struct import *import, struct query *query, struct columns *columns,
                        struct error *error)
{
    struct rows *rows =
        query_run_columns(query,
                          "SELECT substr(stream_id, 9), event_id, stream_version FROM esbank.events"
                          " WHERE stream_id = ANY ($1::text[]) ORDER BY stream_id, stream_version",
                          columns, error);
    columns_reset(columns);
    if (rows == NULL)
        return false;
    for (size_t row = 0; row < rows_count(rows); row++) {
        struct uuid account_id, event_id;
        if (!rows_uuid(rows, row, STREAM_ID, &account_id) ||
            !rows_uuid(rows, row, EVENT_ID, &event_id))
            continue;
        struct import_account *account =
            &import->account[import_index_find(&import->by_account, &account_id)];
        uint32_t version = import_index_find(&import->by_new_id, &event_id);
        account->present++;
        account->matching += version != IMPORT_NONE && version == rows_integer(rows, row, VERSION);
    }
    rows_free(rows);
    return true;
}

/* Accounts whose new card's number some other account has here. */
static bool cards_ask(struct import *import, struct query *query, struct error *error)
{
    static const enum column_type types[] = { COLUMN_BYTEA, COLUMN_UUID };
    struct columns columns;
    columns_init(&columns, types, 2);
    for (size_t i = 0; import->vault != NULL && i < import->account_count; i++)
        if (import->account[i].has_card && !import->account[i].left_out) {
            columns_bytes(&columns, 0, import->account[i].card, CARD_TOKEN_LENGTH);
            columns_uuid(&columns, 1, &import->account[i].id);
        }
    struct rows *rows =
        query_run_columns(query,
                          "SELECT w.account_id FROM unnest($1::bytea[], $2::uuid[]) AS w(card, "
                          "account_id) JOIN esbank.cards c ON c.card = w.card"
                          " WHERE c.account_id <> w.account_id",
                          &columns, error);
    columns_finish(&columns);
    if (rows == NULL)
        return false;
    for (size_t row = 0; row < rows_count(rows); row++) {
        struct uuid id;
        if (rows_uuid(rows, row, 0, &id))
            import_leave_out(import, &import->account[import_index_find(&import->by_account, &id)],
                             0, "the number its card would have is another account's here");
    }
    rows_free(rows);
    return true;
}

static void account_judge(struct import *import, struct import_account *account)
{
    bool beginning = account->present == account->matching,
         all = account->matching == account->version;
    if (beginning || all)
        return;
    if (account->matching == 0)
        import_leave_out(import, account, 0, "an account of this id is in this log already");
    else
        import_leave_out(
            import, account, 0,
            "the old log has gone on after the account was imported, and so has the account");
}

bool import_present(struct import *import, struct query *query, struct error *error)
{
    static const enum column_type types[] = { COLUMN_TEXT };
    struct columns columns;
    char stream[sizeof "account-" + UUID_TEXT_LENGTH] = "account-";
    bool worked = true;
    columns_init(&columns, types, 1);
    for (size_t i = 0; worked && i < import->account_count; i++) {
        uuid_write(&import->account[i].id, stream + 8);
        columns_bytes(&columns, 0, stream, strlen(stream));
        if (columns.rows == ASK_RUN || i + 1 == import->account_count)
            worked = streams_ask(import, query, &columns, error);
    }
    columns_finish(&columns);
    if (!worked || !cards_ask(import, query, error))
        return false;
    for (size_t i = 0; i < import->account_count; i++)
        if (!import->account[i].left_out)
            account_judge(import, &import->account[i]);
    for (size_t i = 0; i < import->event_count; i++) {
        struct import_event *event = &import->event[i];
        if (event->fate == IMPORT_APPEND && import->account[event->account].left_out)
            event->fate = IMPORT_LEAVE_OUT;
    }
    return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * The read model `cards`: which account a card belongs to, by its keyed token.
 * The PIN's reference value stays in the event; it is not read from here.
 */
#include "bank/projections/condense.h"
#include "bank/projections/read_models.h"

struct row {
    unsigned char card[CARD_TOKEN_LENGTH]; /* the key: first */
    struct uuid account_id;
    const char *masked;
    bool blocked;
    int64_t issued_us, pin_changed_us, position;
};

/* NULL for an event that changes no card. */
static const unsigned char *card_of(const struct event *event)
{
    if (event->kind == ACCOUNTS_CARD_ISSUED)
        return event->card_issued.card;
    if (event->kind == ACCOUNTS_CARD_BLOCKED || event->kind == ACCOUNTS_CARD_UNBLOCKED)
        return event->card_changed.card;
    if (event->kind == ACCOUNTS_PIN_CHANGED)
        return event->pin_changed.card;
    return NULL;
}

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    static struct condense run = { .row_size = sizeof(struct row) };
    condense_begin(&run, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        const unsigned char *card = card_of(event);
        if (card == NULL)
            continue;
        struct row *row = condense_row(&run, card);
        row->account_id = event->stream_id;
        row->blocked =
            event->kind == ACCOUNTS_CARD_BLOCKED; /* a blocked one's PIN is not changed */
        row->position = records[i].position;
        if (event->kind == ACCOUNTS_PIN_CHANGED)
            row->pin_changed_us = event->at_us;
        if (event->kind == ACCOUNTS_CARD_ISSUED) {
            row->masked = event->card_issued.masked;
            row->issued_us = event->at_us;
        }
    }
    for (size_t i = 0; i < run.count; i++) {
        const struct row *row = condense_at(&run, i);
        columns_bytes(columns, 0, row->card, CARD_TOKEN_LENGTH);
        columns_uuid(columns, 1, &row->account_id);
        columns_text_or_null(columns, 2, row->masked);
        columns_bool(columns, 3, row->blocked);
        columns_time_or_null(columns, 4, row->issued_us);
        columns_int8(columns, 5, row->position);
        columns_time_or_null(columns, 6, row->pin_changed_us);
    }
}

static const enum column_type types[] = {
    COLUMN_BYTEA,       COLUMN_UUID, COLUMN_TEXT,        COLUMN_BOOL,
    COLUMN_TIMESTAMPTZ, COLUMN_INT8, COLUMN_TIMESTAMPTZ,
};

const struct projection projection_cards = {
    .name = "cards",
    .version = 2,
    .statement =
        "INSERT INTO %1$s AS t (card, account_id, masked, blocked, issued_at, position, "
        "pin_changed_at)"
        " SELECT unnest($1::bytea[]), unnest($2::uuid[]), unnest($3::text[]),"
        " unnest($4::boolean[]), unnest($5::timestamptz[]), unnest($6::bigint[]), "
        "unnest($7::timestamptz[])"
        " ON CONFLICT (card) DO UPDATE SET"
        " account_id = EXCLUDED.account_id, masked = coalesce(EXCLUDED.masked, t.masked),"
        " blocked = EXCLUDED.blocked, issued_at = coalesce(EXCLUDED.issued_at, t.issued_at),"
        " position = EXCLUDED.position,"
        " pin_changed_at = coalesce(EXCLUDED.pin_changed_at, t.pin_changed_at)",
    COLUMNS_OF(types),
    .fold = fold,
};

/* SPDX-License-Identifier: MIT */
/*
 * The read model `tellers`: which machines are barred, and the check value of
 * each one's key since it was replaced. What a run does not tell is left as it was.
 */
#include "bank/projections/condense.h"
#include "bank/projections/read_models.h"
#include "shared/hex.h"

struct row {
    struct uuid teller_id;                       /* the key: first */
    const struct event *provisioned, *bar, *key; /* the last of each kind; NULL: none */
    int64_t position;
};

static const struct event **place_of(struct row *row, enum event_kind kind)
{
    if (kind == TELLER_PROVISIONED)
        return &row->provisioned;
    return kind == TELLER_BARRED || kind == TELLER_UNBARRED ? &row->bar : &row->key;
}

static bool is_wanted(enum event_kind kind)
{
    return kind == TELLER_PROVISIONED || kind == TELLER_BARRED || kind == TELLER_UNBARRED ||
           kind == TELLER_KEY_REPLACED || kind == TELLER_KEY_WITHDRAWN;
}

static void row_write(struct columns *columns, const struct row *row)
{
    char check[2 * KEY_CHECK_BYTES + 1];
    const struct event *bar = row->bar, *key = row->key;
    columns_uuid(columns, 0, &row->teller_id);
    columns_time_or_null(columns, 1, row->provisioned == NULL ? 0 : row->provisioned->at_us);
    if (bar == NULL)
        columns_null(columns, 2);
    else
        columns_bool(columns, 2, bar->kind == TELLER_BARRED);
    columns_text_or_null(columns, 3, bar == NULL ? NULL : bar->teller_changed.reason);
    columns_time_or_null(columns, 4, bar == NULL ? 0 : bar->at_us);
    columns_text_or_null(columns, 5,
                         key == NULL                         ? NULL
                         : key->kind == TELLER_KEY_WITHDRAWN ? "withdrawn"
                                                             : "replaced");
    if (key != NULL)
        hex_encode_upper(key->teller_changed.key_check, KEY_CHECK_BYTES, check);
    columns_text_or_null(columns, 6, key == NULL ? NULL : check);
    columns_int8(columns, 7, row->position);
}

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    static struct condense run = { .row_size = sizeof(struct row) };
    condense_begin(&run, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        if (!is_wanted(event->kind))
            continue;
        struct row *row = condense_row(&run, event->stream_id.bytes);
        *place_of(row, event->kind) = event;
        row->position = records[i].position;
    }
    for (size_t i = 0; i < run.count; i++)
        row_write(columns, condense_at(&run, i));
}

static const enum column_type types[] = {
    COLUMN_UUID,        COLUMN_TIMESTAMPTZ, COLUMN_BOOL, COLUMN_TEXT,
    COLUMN_TIMESTAMPTZ, COLUMN_TEXT,        COLUMN_TEXT, COLUMN_INT8,
};

const struct projection projection_tellers = {
    .name = "tellers",
    .version = 1,
    .statement =
        "INSERT INTO %1$s AS t (teller_id, provisioned_at, barred, bar_reason, bar_changed_at,"
        " key_state, key_check, position)"
        " SELECT u.teller_id, u.provisioned_at, coalesce(u.barred, false), u.bar_reason,"
        " u.bar_changed_at, coalesce(u.key_state, 'first'), u.key_check, u.position"
        " FROM unnest($1::uuid[], $2::timestamptz[], $3::boolean[], $4::text[], $5::timestamptz[],"
        " $6::text[], $7::text[], $8::bigint[]) AS u (teller_id, provisioned_at, barred, "
        "bar_reason,"
        " bar_changed_at, key_state, key_check, position)"
        " ON CONFLICT (teller_id) DO UPDATE SET"
        " provisioned_at = coalesce(EXCLUDED.provisioned_at, t.provisioned_at),"
        " barred = CASE WHEN EXCLUDED.bar_changed_at IS NULL THEN t.barred ELSE EXCLUDED.barred "
        "END,"
        " bar_reason = CASE WHEN EXCLUDED.bar_changed_at IS NULL THEN t.bar_reason"
        " ELSE EXCLUDED.bar_reason END,"
        " bar_changed_at = coalesce(EXCLUDED.bar_changed_at, t.bar_changed_at),"
        " key_state = CASE WHEN EXCLUDED.key_check IS NULL THEN t.key_state"
        " ELSE EXCLUDED.key_state END,"
        " key_check = coalesce(EXCLUDED.key_check, t.key_check), position = EXCLUDED.position",
    COLUMNS_OF(types),
    .fold = fold,
};

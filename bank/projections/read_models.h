/* SPDX-License-Identifier: MIT */
/*
 * The read models, one file each. To add one: its file here, its table in sql/, its line below.
 * Below, how they write a cell in which there may be nothing.
 */
#ifndef BANK_PROJECTIONS_READ_MODELS_H
#define BANK_PROJECTIONS_READ_MODELS_H

#include "bank/models/projection.h"
#include "shared/json.h"

/* clang-format off */
#define READ_MODELS(X) \
    X(accounts) \
    X(statement) \
    X(withdrawals) \
    X(teller_days) \
    X(cards) \
    X(deposits) \
    X(tellers) \
    X(transfers) \
    X(cash_codes)
/* clang-format on */

#define X(name) extern const struct projection projection_##name;
READ_MODELS(X)
#undef X

#define COLUMNS_OF(types) .column_count = sizeof(types) / sizeof(types)[0], .column = (types)

/* NULL for the nil id, which names none. */
static inline void columns_uuid_or_null(struct columns *columns, unsigned i,
                                        const struct uuid *value)
{
    if (uuid_is_nil(value))
        columns_null(columns, i);
    else
        columns_uuid(columns, i, value);
}

static inline void columns_text_or_null(struct columns *columns, unsigned i, const char *text)
{
    if (text == NULL)
        columns_null(columns, i);
    else
        columns_bytes(columns, i, text, strlen(text));
}

/* NULL for the time 0, which no event has. */
static inline void columns_time_or_null(struct columns *columns, unsigned i, int64_t at_us)
{
    if (at_us == 0)
        columns_null(columns, i);
    else
        columns_time(columns, i, at_us);
}

#define NOTES_JSON_MAX 512 /* NOTES_MAX denominations fit */

/* As JSON; NULL where no event of the run has told of notes, [] where one has told that there are
 * none. */
static inline void columns_notes_or_null(struct columns *columns, unsigned i,
                                         const struct notes *notes)
{
    if (notes == NULL) {
        columns_null(columns, i);
        return;
    }
    char text[NOTES_JSON_MAX];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_write_notes(&writer, NULL, notes);
    size_t length = json_finish(&writer);
    columns_bytes(columns, i, text, length);
}

#endif

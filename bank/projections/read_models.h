/* SPDX-License-Identifier: MIT */
/* The read models, one file each; projections.c lists them for the store. */
#ifndef BANK_PROJECTIONS_READ_MODELS_H
#define BANK_PROJECTIONS_READ_MODELS_H

#include "bank/store/projection.h"

extern const struct projection projection_accounts;
extern const struct projection projection_statement;
extern const struct projection projection_withdrawals;
extern const struct projection projection_teller_days;
extern const struct projection projection_cards;
extern const struct projection projection_deposits;

#define COLUMNS_OF(types) .column_count = sizeof(types) / sizeof(types)[0], .column = (types)

/* NULL for the nil id, which is nobody's. */
static inline void columns_uuid_or_null(struct columns *columns, unsigned i, const struct uuid *value)
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

#endif

/* SPDX-License-Identifier: MIT */
#include "bank/handlers/alerts.h"

#include <string.h>

const enum column_type alert_raise_types[] = { COLUMN_TEXT, COLUMN_UUID, COLUMN_TEXT, COLUMN_INT8,
                                               COLUMN_TIMESTAMPTZ };
const enum column_type alert_clear_types[] = { COLUMN_TEXT, COLUMN_INT8, COLUMN_TIMESTAMPTZ };

void alert_raise(struct effects *effects, const struct effect_statement *raise,
                 const struct event_record *record, const char *subject, const struct uuid *teller,
                 const char *message)
{
    struct columns *row = effects_row(effects, raise);
    columns_bytes(row, 0, subject, strlen(subject));
    if (teller != NULL)
        columns_uuid(row, 1, teller);
    else
        columns_null(row, 1);
    columns_bytes(row, 2, message, strlen(message));
    columns_int8(row, 3, record->position);
    columns_time(row, 4, record->event.at_us);
}

void alert_clear(struct effects *effects, const struct effect_statement *clear,
                 const struct event_record *record, const char *subject)
{
    struct columns *row = effects_row(effects, clear);
    columns_bytes(row, 0, subject, strlen(subject));
    columns_int8(row, 1, record->position);
    columns_time(row, 2, record->event.at_us);
}

/* SPDX-License-Identifier: MIT */
/*
 * authentication: an alert for a machine where so many authentications failed that it
 * authenticates no card for a while, until it does again.
 */
#include "bank/handlers/handlers.h"

#include <stdio.h>
#include <string.h>

static const enum column_type raise_types[] = { COLUMN_TEXT, COLUMN_UUID, COLUMN_TEXT, COLUMN_INT8,
                                                COLUMN_TIMESTAMPTZ };
static const enum column_type clear_types[] = { COLUMN_TEXT, COLUMN_INT8, COLUMN_TIMESTAMPTZ };
static const struct effect_statement raise = {
    "SELECT * FROM esbank.alerts_raise('authentication', $1, $2, $3, $4, $5)", 5, raise_types
};
static const struct effect_statement clear = {
    "SELECT * FROM esbank.alerts_clear('authentication', $1, $2, $3)", 3, clear_types
};

static void add_raise(struct effects *effects, const struct event_record *record,
                      const char *teller)
{
    const struct event *event = &record->event;
    char message[200];
    struct columns *row = effects_row(effects, &raise);
    int length =
        snprintf(message, sizeof message,
                 "%d authentications failed here: cards or PINs may be being guessed. No card is "
                 "authenticated for %lld minutes: look at the machine",
                 event->authentication_suspended.failures,
                 (long long)((event->authentication_suspended.until_us - event->at_us + 59999999) /
                             60000000));
    columns_bytes(row, 0, teller, strlen(teller));
    columns_uuid(row, 1, &event->stream_id);
    columns_bytes(row, 2, message, (size_t)length);
    columns_int8(row, 3, record->position);
    columns_time(row, 4, event->at_us);
}

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    char teller[UUID_TEXT_LENGTH];
    (void)reason;
    uuid_write(&record->event.stream_id, teller);
    if (record->event.kind == TELLER_AUTHENTICATION_SUSPENDED) {
        add_raise(effects, record, teller);
    } else {
        struct columns *row = effects_row(effects, &clear);
        columns_bytes(row, 0, teller, strlen(teller));
        columns_int8(row, 1, record->position);
        columns_time(row, 2, record->event.at_us);
    }
    return true;
}

static const enum event_kind kinds[] = { TELLER_AUTHENTICATION_SUSPENDED,
                                         TELLER_AUTHENTICATION_RESUMED, EVENT_KIND_COUNT };
static const char *const forget[] = { "DELETE FROM esbank.alerts WHERE handler = 'authentication'",
                                      NULL };

const struct handler handler_authentication = {
    .name = "authentication",
    .help = "an alert for a machine with too many failed authentications, until it authenticates "
            "cards again",
    .start = FROM_ORIGIN,
    .kinds = kinds,
    .handle = handle,
    .forget = forget,
};

/* SPDX-License-Identifier: MIT */
/*
 * authentication: an alert for a machine where so many authentications failed that it
 * authenticates no card for a while, until it does again.
 */
#include "bank/handlers/alerts.h"
#include "bank/handlers/handlers.h"

#include <stdio.h>
#include <string.h>

static const struct effect_statement raise = ALERT_RAISE("authentication"),
                                     clear = ALERT_CLEAR("authentication");

static void add_raise(struct effects *effects, const struct event_record *record,
                      const char *teller)
{
    const struct event *event = &record->event;
    char message[200];
    snprintf(message, sizeof message,
             "%d authentications failed here: cards or PINs may be being guessed. No card is "
             "authenticated for %lld minutes: look at the machine",
             event->authentication_suspended.failures,
             (long long)((event->authentication_suspended.until_us - event->at_us + 59999999) /
                         60000000));
    alert_raise(effects, &raise, record, teller, &event->stream_id, message);
}

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    char teller[UUID_TEXT_LENGTH];
    (void)reason;
    uuid_write(&record->event.stream_id, teller);
    if (record->event.kind == TELLER_AUTHENTICATION_SUSPENDED) {
        add_raise(effects, record, teller);
    } else {
        alert_clear(effects, &clear, record, teller);
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

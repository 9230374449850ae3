/* SPDX-License-Identifier: MIT */
/*
 * Raising and clearing alerts, for the handlers whose effects are no more than
 * that. An alert has a handler and a subject; one of each is open at a time
 * (esbank.alerts_raise, esbank.alerts_clear).
 *
 *   static const struct effect_statement raise = ALERT_RAISE("suspects");
 *   alert_raise(effects, &raise, record, subject, &teller_id, "what to do about it");
 */
#ifndef BANK_HANDLERS_ALERTS_H
#define BANK_HANDLERS_ALERTS_H

#include "bank/subscriptions/handler.h"

extern const enum column_type alert_raise_types[5], alert_clear_types[3];

#define ALERT_RAISE(handler)                                                                       \
    {                                                                                              \
        "SELECT * FROM esbank.alerts_raise('" handler "', $1, $2, $3, $4, $5)", 5,                 \
            alert_raise_types                                                                      \
    }
#define ALERT_CLEAR(handler)                                                                       \
    {                                                                                              \
        "SELECT * FROM esbank.alerts_clear('" handler "', $1, $2, $3)", 3, alert_clear_types       \
    }

/* teller: NULL where no machine is concerned. */
void alert_raise(struct effects *effects, const struct effect_statement *raise,
                 const struct event_record *record, const char *subject, const struct uuid *teller,
                 const char *message);
void alert_clear(struct effects *effects, const struct effect_statement *clear,
                 const struct event_record *record, const char *subject);

#endif

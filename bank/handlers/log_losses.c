/* SPDX-License-Identifier: MIT */
/*
 * log_losses: an alert for each loss of the log's end that was accepted, until an
 * operator has settled what customers and machines have of it. Nothing in the
 * log can tell when that is done, so it is an act: `bank alert settle`.
 */
#include "bank/core/act.h"
#include "bank/handlers/alerts.h"
#include "bank/handlers/handlers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct effect_statement raise = ALERT_RAISE("log_losses"),
                                     clear = ALERT_CLEAR("log_losses");

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    const struct event *event = &record->event;
    char subject[32], message[300];
    (void)reason;
    if (event->kind == BANK_ACT_RECORDED) {
        if (act_find(event->act.name) == ACT_ALERT_SETTLE)
            alert_clear(effects, &clear, record, event->act.subject);
        return true;
    }
    snprintf(subject, sizeof subject, "%" PRId64, record->position);
    snprintf(message, sizeof message,
             "events %" PRId64 " to %" PRId64 " were acknowledged and are lost: compare the "
             "machines' journals with the log, then `bank alert settle %s`",
             event->log_loss.found_position + 1, event->log_loss.known_position, subject);
    alert_raise(effects, &raise, record, subject, NULL, message);
    return true;
}

static const enum event_kind kinds[] = { BANK_LOG_LOSS_ACCEPTED, BANK_ACT_RECORDED,
                                         EVENT_KIND_COUNT };
static const char *const forget[] = { "DELETE FROM esbank.alerts WHERE handler = 'log_losses'",
                                      NULL };

const struct handler handler_log_losses = {
    .name = "log_losses",
    .help = "an alert for each loss of the log's end that was accepted, until it is settled",
    .start = FROM_ORIGIN,
    .kinds = kinds,
    .handle = handle,
    .forget = forget,
};

/* SPDX-License-Identifier: MIT */
/*
 * suspects: an alert for every withdrawal of which it is unknown where its
 * notes are, until the machine or an operator has told; and for every deposit
 * that its account could not take or that is held for review, until an operator
 * has settled it.
 *
 * Every withdrawal's end could be that of a suspect one, so all ends of a run
 * are held against the open alerts by one statement; and so are all deposits'.
 */
#include "bank/handlers/alerts.h"
#include "bank/handlers/handlers.h"

#include <stdio.h>
#include <string.h>

static const struct effect_statement raise = ALERT_RAISE("suspects"),
                                     clear = ALERT_CLEAR("suspects");

static void add_raise(struct effects *effects, const struct event_record *record,
                      const char *withdrawal)
{
    const struct event *event = &record->event;
    char amount[MONEY_TEXT_LENGTH], message[200];
    snprintf(message, sizeof message,
             "%s may have been paid or not (%s): count the machine, then `bank withdrawal resolve`",
             money_format(event->withdrawal.amount, amount),
             event->withdrawal.reason[0] != '\0' ? event->withdrawal.reason : "no reason given");
    alert_raise(effects, &raise, record, withdrawal, &event->stream_id, message);
}

static void add_held(struct effects *effects, const struct event_record *record,
                     const char *deposit)
{
    const struct event *event = &record->event;
    char amount[MONEY_TEXT_LENGTH], message[200];
    snprintf(message, sizeof message,
             "%s was put in and is held (%s): count the machine, then `bank deposit resolve`",
             money_format(event->money_moved.amount, amount),
             refusal_name(event->money_moved.refusal));
    alert_raise(effects, &raise, record, deposit, &event->money_moved.teller_id, message);
}

static void add_deposit(struct effects *effects, const struct event_record *record,
                        const char *deposit)
{
    const struct event *event = &record->event;
    char amount[MONEY_TEXT_LENGTH], message[200];
    const char *why = event->deposit.reason[0] != '\0'        ? event->deposit.reason
                      : event->deposit.refusal != NOT_REFUSED ? refusal_name(event->deposit.refusal)
                                                              : "no reason given";
    snprintf(
        message, sizeof message,
        "%s%s credited (%s): count the machine, then `bank deposit resolve`",
        event->deposit.amount > 0 ? money_format(event->deposit.amount, amount) : "an unknown sum",
        event->deposit.amount > 0 ? " was put in and not" : " was put in or not, and nothing is",
        why);
    alert_raise(effects, &raise, record, deposit, &event->stream_id, message);
}

static void add_disputed(struct effects *effects, const struct event_record *record,
                         const char *saga)
{
    const struct event *event = &record->event;
    const bool deposit = event->kind == TELLER_DEPOSIT_DISPUTED;
    const enum refusal why = deposit ? event->deposit.refusal : event->withdrawal.refusal;
    const char *noun = deposit ? "deposit" : "withdrawal";
    char amount[MONEY_TEXT_LENGTH], message[300];
    snprintf(
        message, sizeof message,
        "%s: the machine says that it %s (%s, %s): find out whose it was, then `bank %s resolve`",
        why == REFUSED_NO_SUCH_WITHDRAWAL || why == REFUSED_NO_SUCH_DEPOSIT
            ? "unknown to this bank"
            : "otherwise than this bank has it",
        deposit ? "took money in" : "paid",
        deposit ? event->deposit.outcome : event->withdrawal.outcome,
        money_format(deposit ? event->deposit.amount : event->withdrawal.amount, amount), noun);
    alert_raise(effects, &raise, record, saga, &event->stream_id, message);
}

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    char saga[UUID_TEXT_LENGTH];
    (void)reason;
    uuid_write(&record->event.correlation_id, saga);
    if (record->event.kind == TELLER_WITHDRAWAL_SUSPECTED) {
        add_raise(effects, record, saga);
    } else if (record->event.kind == TELLER_DEPOSIT_SUSPECTED) {
        add_deposit(effects, record, saga);
    } else if (record->event.kind == TELLER_DISPENSE_DISPUTED ||
               record->event.kind == TELLER_DEPOSIT_DISPUTED) {
        add_disputed(effects, record, saga);
    } else if (record->event.kind == ACCOUNTS_DEPOSIT_HELD) {
        add_held(effects, record, saga);
    } else if (record->event.kind != ACCOUNTS_MONEY_DEPOSITED ||
               !uuid_is_nil(&record->event.money_moved.teller_id)) {
        alert_clear(effects, &clear, record, saga);
    }
    return true;
}

static const enum event_kind kinds[] = {
    TELLER_WITHDRAWAL_SUSPECTED,    TELLER_CASH_DISPENSED,
    TELLER_DISPENSE_FAILED,         TELLER_DEPOSIT_SUSPECTED,
    TELLER_DEPOSIT_CANCELLED,       ACCOUNTS_MONEY_DEPOSITED,
    ACCOUNTS_DEPOSIT_HELD,          ACCOUNTS_HELD_DEPOSIT_RELEASED,
    ACCOUNTS_HELD_DEPOSIT_RETURNED, TELLER_DISPENSE_DISPUTED,
    TELLER_DISPENSE_SETTLED,        TELLER_DEPOSIT_DISPUTED,
    TELLER_DEPOSIT_SETTLED,         EVENT_KIND_COUNT
};
static const char *const forget[] = { "DELETE FROM esbank.alerts WHERE handler = 'suspects'",
                                      NULL };

const struct handler handler_suspects = {
    .name = "suspects",
    .help = "an alert for every suspect withdrawal and every suspect or held deposit, until it is "
            "resolved",
    .start = FROM_ORIGIN,
    .kinds = kinds,
    .sequence = SEQUENCE_SAGA,
    .handle = handle,
    .forget = forget,
};

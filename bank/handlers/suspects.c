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
#include "bank/handlers/handlers.h"

#include <stdio.h>
#include <string.h>

static const enum column_type raise_types[] = { COLUMN_TEXT, COLUMN_UUID, COLUMN_TEXT, COLUMN_INT8,
                                                COLUMN_TIMESTAMPTZ };
static const enum column_type clear_types[] = { COLUMN_TEXT, COLUMN_INT8, COLUMN_TIMESTAMPTZ };
static const struct effect_statement raise = {
    "SELECT * FROM esbank.alerts_raise('suspects', $1, $2, $3, $4, $5)", 5, raise_types
};
static const struct effect_statement clear = {
    "SELECT * FROM esbank.alerts_clear('suspects', $1, $2, $3)", 3, clear_types
};

static void add_raise(struct effects *effects, const struct event_record *record,
                      const char *withdrawal)
{
    const struct event *event = &record->event;
    char amount[MONEY_TEXT_LENGTH], message[200];
    struct columns *row = effects_row(effects, &raise);
    int length = snprintf(
        message, sizeof message,
        "%s may have been paid or not (%s): count the machine, then `bank withdrawal resolve`",
        money_format(event->withdrawal.amount, amount),
        event->withdrawal.reason[0] != '\0' ? event->withdrawal.reason : "no reason given");
    columns_bytes(row, 0, withdrawal, strlen(withdrawal));
    columns_uuid(row, 1, &event->stream_id);
    columns_bytes(row, 2, message, (size_t)length);
    columns_int8(row, 3, record->position);
    columns_time(row, 4, event->at_us);
}

static void add_held(struct effects *effects, const struct event_record *record,
                     const char *deposit)
{
    const struct event *event = &record->event;
    char amount[MONEY_TEXT_LENGTH], message[200];
    struct columns *row = effects_row(effects, &raise);
    int length = snprintf(
        message, sizeof message,
        "%s was put in and is held (%s): count the machine, then `bank deposit resolve`",
        money_format(event->money_moved.amount, amount), refusal_name(event->money_moved.refusal));
    columns_bytes(row, 0, deposit, strlen(deposit));
    columns_uuid(row, 1, &event->money_moved.teller_id);
    columns_bytes(row, 2, message, (size_t)length);
    columns_int8(row, 3, record->position);
    columns_time(row, 4, event->at_us);
}

static void add_deposit(struct effects *effects, const struct event_record *record,
                        const char *deposit)
{
    const struct event *event = &record->event;
    char amount[MONEY_TEXT_LENGTH], message[200];
    struct columns *row = effects_row(effects, &raise);
    const char *why = event->deposit.reason[0] != '\0'        ? event->deposit.reason
                      : event->deposit.refusal != NOT_REFUSED ? refusal_name(event->deposit.refusal)
                                                              : "no reason given";
    int length = snprintf(
        message, sizeof message,
        "%s%s credited (%s): count the machine, then `bank deposit resolve`",
        event->deposit.amount > 0 ? money_format(event->deposit.amount, amount) : "an unknown sum",
        event->deposit.amount > 0 ? " was put in and not" : " was put in or not, and nothing is",
        why);
    columns_bytes(row, 0, deposit, strlen(deposit));
    columns_uuid(row, 1, &event->stream_id);
    columns_bytes(row, 2, message, (size_t)length);
    columns_int8(row, 3, record->position);
    columns_time(row, 4, event->at_us);
}

static void add_disputed(struct effects *effects, const struct event_record *record,
                         const char *saga)
{
    const struct event *event = &record->event;
    const bool deposit = event->kind == TELLER_DEPOSIT_DISPUTED;
    const enum refusal why = deposit ? event->deposit.refusal : event->withdrawal.refusal;
    const char *noun = deposit ? "deposit" : "withdrawal";
    char amount[MONEY_TEXT_LENGTH], message[300];
    struct columns *row = effects_row(effects, &raise);
    int length = snprintf(
        message, sizeof message,
        "%s: the machine says that it %s (%s, %s): find out whose it was, then `bank %s resolve`",
        why == REFUSED_NO_SUCH_WITHDRAWAL || why == REFUSED_NO_SUCH_DEPOSIT
            ? "unknown to this bank"
            : "otherwise than this bank has it",
        deposit ? "took money in" : "paid",
        deposit ? event->deposit.outcome : event->withdrawal.outcome,
        money_format(deposit ? event->deposit.amount : event->withdrawal.amount, amount), noun);
    columns_bytes(row, 0, saga, strlen(saga));
    columns_uuid(row, 1, &event->stream_id);
    columns_bytes(row, 2, message, (size_t)length);
    columns_int8(row, 3, record->position);
    columns_time(row, 4, event->at_us);
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
        struct columns *row = effects_row(effects, &clear);
        columns_bytes(row, 0, saga, strlen(saga));
        columns_int8(row, 1, record->position);
        columns_time(row, 2, record->event.at_us);
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

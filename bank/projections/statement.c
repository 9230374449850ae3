/* SPDX-License-Identifier: MIT */
/*
 * The read model `statement`: every movement of money on an account, one row
 * an event, with the balance after it. Rows are only ever added. A release
 * makes what was held available: it moves nothing and has its row all the same.
 */
#include "bank/projections/read_models.h"

struct movement {
    const char *kind; /* NULL: the event moves no money */
    money amount, balance;
};

static struct movement movement_of(const struct event *event)
{
    const money amount = event->money_moved.amount, balance = event->money_moved.new_balance;
    switch (event->kind) {
    case ACCOUNTS_ACCOUNT_OPENED:
        if (event->account_opened.balance != 0)
            return (struct movement){ "opening", event->account_opened.balance,
                                      event->account_opened.balance };
        break;
    case ACCOUNTS_MONEY_DEPOSITED:
        return (struct movement){ "deposit", amount, balance };
    case ACCOUNTS_DEPOSIT_HELD:
        return (struct movement){ "held deposit", amount, balance };
    case ACCOUNTS_HELD_DEPOSIT_RELEASED:
        return (struct movement){ "release", 0, balance };
    case ACCOUNTS_HELD_DEPOSIT_RETURNED:
        return (struct movement){ "return", -amount, balance };
    case ACCOUNTS_MONEY_WITHDRAWN:
        return (struct movement){ "withdrawal", -amount, balance };
    case ACCOUNTS_WITHDRAWAL_REVERSED:
        return (struct movement){ "reversal", amount, balance };
    case ACCOUNTS_LIMITS_SET:
    case ACCOUNTS_CARD_ISSUED:
    case ACCOUNTS_CARD_BLOCKED:
    case ACCOUNTS_CARD_UNBLOCKED:
    case ACCOUNTS_AUTHORIZATION_CONFIRMED:
    case ACCOUNTS_AUTHORIZATION_DECLINED:
    case ACCOUNTS_ACCOUNT_CLOSED:
    case TELLER_PROVISIONED:
    case TELLER_SIGNED_ON:
    case TELLER_CASSETTES_REPLENISHED:
    case TELLER_BUSINESS_DAY_CLOSED:
    case TELLER_INCIDENT_REPORTED:
    case TELLER_WITHDRAWAL_INITIATED:
    case TELLER_WITHDRAWAL_DECLINED:
    case TELLER_MONEY_WITHDRAWN:
    case TELLER_CASH_DISPENSED:
    case TELLER_DISPENSE_FAILED:
    case TELLER_WITHDRAWAL_SUSPECTED:
    case TELLER_DEPOSIT_INITIATED:
    case TELLER_DEPOSIT_DECLINED:
    case TELLER_MONEY_DEPOSITED:
    case TELLER_DEPOSIT_CANCELLED:
    case TELLER_DEPOSIT_SUSPECTED:
    case TELLER_BARRED:
    case TELLER_UNBARRED:
    case TELLER_KEY_REPLACED:
    case TELLER_KEY_WITHDRAWN:
    case TELLER_AUTHENTICATION_SUSPENDED:
    case TELLER_AUTHENTICATION_RESUMED:
    case EVENT_KIND_COUNT:
        break;
    }
    return (struct movement){ 0 };
}

static void fold(struct columns *columns, const struct event_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &records[i].event;
        struct movement movement = movement_of(event);
        if (movement.kind == NULL)
            continue;
        columns_uuid(columns, 0, &event->stream_id);
        columns_int8(columns, 1, records[i].position);
        columns_time(columns, 2, event->at_us);
        columns_text_or_null(columns, 3, movement.kind);
        columns_int8(columns, 4, movement.amount);
        columns_int8(columns, 5, movement.balance);
        columns_uuid(columns, 6, &event->correlation_id);
        if (event->kind == ACCOUNTS_ACCOUNT_OPENED)
            columns_null(columns, 7);
        else
            columns_uuid_or_null(columns, 7, &event->money_moved.teller_id);
    }
}

static const enum column_type types[] = {
    COLUMN_UUID, COLUMN_INT8, COLUMN_TIMESTAMPTZ, COLUMN_TEXT,
    COLUMN_INT8, COLUMN_INT8, COLUMN_UUID,        COLUMN_UUID,
};

const struct projection projection_statement = {
    .name = "statement",
    .version = 1,
    .statement = "INSERT INTO %1$s AS t"
                 " (account_id, position, at, kind, amount, balance, correlation_id, teller_id)"
                 " SELECT unnest($1::uuid[]), unnest($2::bigint[]), unnest($3::timestamptz[]),"
                 " unnest($4::text[]), unnest($5::bigint[]), unnest($6::bigint[]),"
                 " unnest($7::uuid[]), unnest($8::uuid[])",
    COLUMNS_OF(types),
    .fold = fold,
};

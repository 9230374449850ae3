/* SPDX-License-Identifier: MIT */
/*
 * What becomes of each old event. An account is imported whole or not at all:
 * its events must follow each other as the core's own would.
 */
#include "bank/import/parts.h"

#include <inttypes.h>

static void opening_judge(struct import *import, struct import_account *account,
                          const struct import_event *event)
{
    if (account->opened)
        import_leave_out(import, account, event->position, "it is opened a second time");
    else if (event->amount < 0)
        import_leave_out(import, account, event->position,
                         "it is opened with a balance below zero");
    account->opened = true;
    account->balance = event->amount;
}

static void movement_judge(struct import *import, struct import_account *account,
                           const struct import_event *event)
{
    money moved = event->kind == ACCOUNTS_MONEY_DEPOSITED ? event->amount : -event->amount;
    if (!account->opened)
        import_leave_out(import, account, event->position, "its money moves before it is opened");
    else if (event->amount <= 0)
        import_leave_out(import, account, event->position, "an amount is %" PRId64, event->amount);
    else if (event->old_balance != account->balance)
        import_leave_out(import, account, event->position,
                         "old_balance is %" PRId64 ", where the events before it give %" PRId64,
                         event->old_balance, account->balance);
    else if (event->new_balance != event->old_balance + moved)
        import_leave_out(import, account, event->position,
                         "new_balance is %" PRId64 ", where %" PRId64 " and a movement of %" PRId64
                         " give %" PRId64,
                         event->new_balance, event->old_balance, moved, event->old_balance + moved);
    else if (event->new_balance < 0)
        import_leave_out(import, account, event->position, "its balance falls below zero");
    account->balance = event->new_balance;
}

static void account_judge(struct import *import, struct import_event *event)
{
    struct import_account *account = &import->account[event->account];
    struct uuid stream;
    if (!import_stream_id(event->stream, &stream) || !uuid_equal(&stream, &account->id))
        import_leave_out(import, account, event->position,
                         "an event of it stands in another stream");
    if (event->kind == ACCOUNTS_ACCOUNT_OPENED)
        opening_judge(import, account, event);
    else if (event->kind != ACCOUNTS_AUTHORIZATION_CONFIRMED)
        movement_judge(import, account, event);
    else if (!account->opened)
        import_leave_out(import, account, event->position,
                         "a PIN is confirmed before it is opened");
}

static const char *teller_reason(const struct import *import, const struct import_event *event)
{
    if (event->saga == IMPORT_NONE)
        return "a teller's event of no saga that is known";
    const struct import_saga *saga = &import->saga[event->saga];
    if (import_saga_ambiguous(saga))
        return "sagas of one account that cannot be told apart";
    return saga->deposit ? "the notes of the deposit are not known"
                         : "the notes of the withdrawal are not known";
}

static void fate_of(const struct import *import, struct import_event *event)
{
    if (event->kind == EVENT_KIND_COUNT) {
        bool of_account =
            event->account != IMPORT_NONE; /* an unreadable one; its account is left out */
        event->fate = of_account ? IMPORT_LEAVE_OUT : IMPORT_KEEP;
        if (event->reason == NULL)
            event->reason = "of no known type";
    } else if (event_stream(event->kind) != STREAM_ACCOUNT) {
        event->fate = IMPORT_KEEP;
        event->reason = teller_reason(import, event);
    } else if (import->account[event->account].left_out) {
        event->fate = IMPORT_LEAVE_OUT;
    } else if (event->kind == ACCOUNTS_AUTHORIZATION_CONFIRMED &&
               !import->account[event->account].has_card) {
        event->fate = IMPORT_KEEP;
        event->reason = "the account has no card";
    }
}

int import_parts_of(const struct import *import, const struct import_event *event)
{
    return event->kind == ACCOUNTS_ACCOUNT_OPENED && import->account[event->account].has_card ? 2
                                                                                              : 1;
}

void import_judge(struct import *import)
{
    for (size_t i = 0; i < import->account_count; i++)
        import->account[i].opened = false;
    for (size_t i = 0; i < import->event_count; i++)
        if (import->event[i].account != IMPORT_NONE && import->event[i].kind != EVENT_KIND_COUNT)
            account_judge(import, &import->event[i]);
    for (size_t i = 0; i < import->event_count; i++)
        fate_of(import, &import->event[i]);
}

void import_number(struct import *import)
{
    for (size_t i = 0; i < import->event_count; i++) {
        struct import_event *event = &import->event[i];
        if (event->fate != IMPORT_APPEND)
            continue;
        struct import_account *account = &import->account[event->account];
        event->version = account->version + 1;
        account->version += import_parts_of(import, event);
        import_index_put(&import->by_new_id, &event->id, (uint32_t)event->version);
        struct uuid second = import_derive("card", &event->id);
        if (account->version > event->version)
            import_index_put(&import->by_new_id, &second, (uint32_t)account->version);
    }
}

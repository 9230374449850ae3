/* SPDX-License-Identifier: MIT */
/*
 * One deposit at a machine: it has exactly one end or is open, and the notes
 * that the machine took are worth what the account was given; unless an
 * operator still has to settle it, or has given the notes back. What is held
 * is on the account until it is released or returned.
 */
#include "bank/verify/parts.h"

#include <inttypes.h>

void deposit_check_event(struct deposit_check *check, const struct event_record *record)
{
    const struct event *event = &record->event;
    bool at_machine =
        event->kind == ACCOUNTS_MONEY_DEPOSITED && !uuid_is_nil(&event->money_moved.teller_id);
    check->position = record->position;
    bool held = event->kind == ACCOUNTS_DEPOSIT_HELD,
         released = event->kind == ACCOUNTS_HELD_DEPOSIT_RELEASED,
         returned = event->kind == ACCOUNTS_HELD_DEPOSIT_RETURNED;
    check->ends += event->kind == TELLER_DEPOSIT_CANCELLED ||
                   event->kind == TELLER_DEPOSIT_DECLINED || at_machine || released;
    check->teller_deposited += event->kind == TELLER_MONEY_DEPOSITED;
    check->account_deposited += at_machine + held - returned;
    if (at_machine || held)
        check->account_amount += event->money_moved.amount;
    if (held)
        check->held_amount += event->money_moved.amount;
    if (released || returned)
        check->held_amount -= event->money_moved.amount;
    if (returned)
        check->account_amount -= event->money_moved.amount;
    deposit_apply(&check->deposit, event);
}

/* NULL: nothing is wrong. */
static const char *wrong_with(const struct deposit_check *check)
{
    const struct deposit *deposit = &check->deposit;
    bool held = deposit->state == DEPOSIT_HELD;
    bool open = deposit->state == DEPOSIT_COUNTING || deposit->state == DEPOSIT_SUSPECT || held;
    if (check->ends > 1)
        return "it has more than one end";
    if (deposit->state == DEPOSIT_DISPUTED || deposit->state == DEPOSIT_SETTLED)
        return NULL;
    if (deposit->state == DEPOSIT_CREDITING)
        return "it has stopped halfway: the machine has the notes, the account not their value";
    if (deposit->state == DEPOSIT_RETURNING)
        return "it has stopped halfway: its value is off the account, the notes are in the machine";
    if (!open && check->ends != 1)
        return "it has ended without an event that says so";
    if (check->teller_deposited > 1)
        return "the machine took notes more than once";
    if (notes_value(&deposit->notes) != deposit->amount)
        return "its notes are not worth its amount";
    if (check->held_amount != (held ? deposit->amount : 0))
        return "another amount was held than it was released or returned";
    if (deposit->state != DEPOSIT_COMPLETED && !held && check->account_deposited != 0)
        return "the account was credited, but it is not completed";
    if ((deposit->state == DEPOSIT_COMPLETED || held) && check->account_amount != deposit->amount)
        return "the account was credited with another amount than the machine took";
    return NULL;
}

void deposit_check_end(struct verify *verify, const struct deposit_check *check, const char *stream,
                       const char *id)
{
    const struct deposit *deposit = &check->deposit;
    if (deposit->state == DEPOSIT_NONE && check->account_deposited == 0 && check->held_amount == 0)
        return;
    verify->report->finding[VERIFY_DEPOSITS].checked++;
    const char *wrong = deposit->state == DEPOSIT_NONE
                            ? "an account was credited at a machine, but no deposit was initiated"
                            : wrong_with(check);
    if (wrong != NULL)
        verify_fail(verify, VERIFY_DEPOSITS, check->position, stream,
                    "deposit %s of %" PRId64 " (%s): %s", id, deposit->amount,
                    deposit_state_name(deposit->state), wrong);
}

/* SPDX-License-Identifier: MIT */
/*
 * The withdrawal saga. Invariants:
 *
 *   1. Exactly one end: completed, reversed, declined, or suspect until a
 *      machine or a person has told. Only an advice that contradicts an end
 *      leads out of it, to disputed; that moves no money of an account.
 *   2. Money that may be in a customer's hands is never reversed: the only
 *      rows with REVERSE_WITHDRAWAL start from an event that says where the
 *      notes are. A deadline never reverses; it only puts on the suspect list.
 *   3. An event that no row expects changes nothing.
 */
#include "bank/core/withdrawal.h"

#include <string.h>

static const struct saga_row rows[] = {
    { WITHDRAWAL_NONE, TELLER_WITHDRAWAL_INITIATED, WITHDRAWAL_AUTHORIZED, TELLER_WITHDRAW_MONEY,
      "the PIN is right: ask for the money" },
    { WITHDRAWAL_NONE, TELLER_WITHDRAWAL_DECLINED, WITHDRAWAL_DECLINED, NO_COMMAND,
      "refused before any money moved" },
    { WITHDRAWAL_AUTHORIZED, TELLER_MONEY_WITHDRAWN, WITHDRAWAL_DISPENSING, NO_COMMAND,
      "the notes are promised: now only the machine can tell" },
    { WITHDRAWAL_AUTHORIZED, TELLER_WITHDRAWAL_DECLINED, WITHDRAWAL_DECLINED, NO_COMMAND,
      "refused before any money moved" },
    { WITHDRAWAL_DISPENSING, TELLER_CASH_DISPENSED, WITHDRAWAL_COMPLETED,
      ACCOUNTS_REVERSE_WITHDRAWAL, "the customer has the notes; what was not taken goes back" },
    { WITHDRAWAL_DISPENSING, TELLER_DISPENSE_FAILED, WITHDRAWAL_REVERSING,
      ACCOUNTS_REVERSE_WITHDRAWAL, "no notes left the machine" },
    { WITHDRAWAL_DISPENSING, TELLER_WITHDRAWAL_SUSPECTED, WITHDRAWAL_SUSPECT, NO_COMMAND,
      "only a count can tell" },
    { WITHDRAWAL_DISPENSING, SAGA_DEADLINE, WITHDRAWAL_DISPENSING, TELLER_SUSPECT_WITHDRAWAL,
      "nothing was heard in time: only the machine knows" },
    { WITHDRAWAL_SUSPECT, TELLER_WITHDRAWAL_SUSPECTED, WITHDRAWAL_SUSPECT, NO_COMMAND,
      "the machine says that it does not know either" },
    { WITHDRAWAL_SUSPECT, TELLER_CASH_DISPENSED, WITHDRAWAL_COMPLETED, ACCOUNTS_REVERSE_WITHDRAWAL,
      "told or counted: the customer has the notes" },
    { WITHDRAWAL_SUSPECT, TELLER_DISPENSE_FAILED, WITHDRAWAL_REVERSING, ACCOUNTS_REVERSE_WITHDRAWAL,
      "told or counted: the customer has nothing" },
    { WITHDRAWAL_REVERSING, ACCOUNTS_WITHDRAWAL_REVERSED, WITHDRAWAL_REVERSED, NO_COMMAND,
      "the money is back" },
    { WITHDRAWAL_COMPLETED, ACCOUNTS_WITHDRAWAL_REVERSED, WITHDRAWAL_COMPLETED, NO_COMMAND,
      "the part that was not taken is back" },
    { WITHDRAWAL_NONE, TELLER_DISPENSE_DISPUTED, WITHDRAWAL_DISPUTED, NO_COMMAND,
      "unknown to this bank: an operator finds out whose it was" },
    { WITHDRAWAL_DECLINED, TELLER_DISPENSE_DISPUTED, WITHDRAWAL_DISPUTED, NO_COMMAND,
      "told: notes moved, though it was declined" },
    { WITHDRAWAL_COMPLETED, TELLER_DISPENSE_DISPUTED, WITHDRAWAL_DISPUTED, NO_COMMAND,
      "told: other notes moved than were booked" },
    { WITHDRAWAL_REVERSED, TELLER_DISPENSE_DISPUTED, WITHDRAWAL_DISPUTED, NO_COMMAND,
      "told: notes moved, though it was reversed" },
    { WITHDRAWAL_DISPUTED, TELLER_DISPENSE_DISPUTED, WITHDRAWAL_DISPUTED, NO_COMMAND,
      "told: more notes moved" },
    { WITHDRAWAL_SETTLED, TELLER_DISPENSE_DISPUTED, WITHDRAWAL_DISPUTED, NO_COMMAND,
      "told: more notes moved" },
    { WITHDRAWAL_DISPUTED, TELLER_DISPENSE_SETTLED, WITHDRAWAL_SETTLED, NO_COMMAND,
      "settled: an operator has looked" },
};

const struct saga_rows withdrawal_rows = { rows, sizeof rows / sizeof rows[0] };

/* ---- folding ---- */

static void apply_statement(struct withdrawal *withdrawal, const struct event *event)
{
    withdrawal->where = event->withdrawal.where;
    withdrawal->unknown = (struct notes){ 0 };
    withdrawal->source = event->source;
    memcpy(withdrawal->reason, event->withdrawal.reason, REASON_LENGTH);
}

static void apply_dispute(struct withdrawal *withdrawal, const struct event *event)
{
    const struct disposition *more = &event->withdrawal.where;
    notes_add_all(&withdrawal->disputed.taken, &more->taken);
    notes_add_all(&withdrawal->disputed.rejected, &more->rejected);
    notes_add_all(&withdrawal->disputed.retracted, &more->retracted);
    notes_add_all(&withdrawal->uncounted, &event->withdrawal.notes);
    withdrawal->source = event->source;
    memcpy(withdrawal->reason, event->withdrawal.reason, REASON_LENGTH);
}

static void apply_content(struct withdrawal *withdrawal, const struct event *event)
{
    switch (event->kind) {
    case TELLER_WITHDRAWAL_INITIATED:
    case TELLER_WITHDRAWAL_DECLINED:
    case TELLER_DISPENSE_DISPUTED:
        if (withdrawal->state == WITHDRAWAL_NONE) {
            withdrawal->id = event->correlation_id;
            withdrawal->teller_id = event->stream_id;
            withdrawal->account_id = event->withdrawal.account_id;
            withdrawal->amount = event->withdrawal.amount;
            withdrawal->initiated_us = event->at_us;
        }
        withdrawal->refusal = event->withdrawal.refusal;
        if (event->kind == TELLER_DISPENSE_DISPUTED)
            apply_dispute(withdrawal, event);
        break;
    case TELLER_DISPENSE_SETTLED:
        withdrawal->source = event->source;
        memcpy(withdrawal->reason, event->withdrawal.reason, REASON_LENGTH);
        if (event->withdrawal.where.taken.length + event->withdrawal.where.rejected.length +
                event->withdrawal.where.retracted.length >
            0) {
            withdrawal->disputed = (struct disposition){ 0 };
            withdrawal->uncounted = (struct notes){ 0 };
        }
        break;
    case ACCOUNTS_MONEY_WITHDRAWN:
        withdrawal->balance = event->money_moved.new_balance;
        break;
    case TELLER_MONEY_WITHDRAWN:
        withdrawal->notes = event->withdrawal.notes;
        withdrawal->withdrawn_us = event->at_us;
        withdrawal->confirm_by_us = event->withdrawal.confirm_by_us;
        break;
    case TELLER_WITHDRAWAL_SUSPECTED:
        apply_statement(withdrawal, event);
        withdrawal->unknown = event->withdrawal.notes;
        break;
    case TELLER_CASH_DISPENSED:
    case TELLER_DISPENSE_FAILED:
        apply_statement(withdrawal, event);
        break;
    case ACCOUNTS_WITHDRAWAL_REVERSED:
        withdrawal->reversed += event->money_moved.amount;
        break;
    default:
        break;
    }
}

void withdrawal_apply(struct withdrawal *withdrawal, const struct event *event)
{
    withdrawal->version++;
    const struct saga_row *row =
        saga_row_from(&withdrawal_rows, (int)withdrawal->state, (int)event->kind);
    if (row == NULL && event->kind != ACCOUNTS_MONEY_WITHDRAWN)
        return;
    apply_content(withdrawal, event);
    if (row != NULL)
        withdrawal->state = (enum withdrawal_state)row->to;
}

/* ---- the process manager ---- */

static bool reverse_rest(const struct withdrawal *withdrawal, struct command *command)
{
    money due = withdrawal->amount - notes_value(&withdrawal->where.taken) - withdrawal->reversed;
    if (due <= 0)
        return false;
    command->account_id = withdrawal->account_id;
    command->amount = due;
    command->in_full = due == withdrawal->amount;
    command->withdrawn_at_us = withdrawal->withdrawn_us;
    return true;
}

bool withdrawal_react(const struct withdrawal *withdrawal, const struct event *event,
                      struct command *command)
{
    const struct saga_row *row =
        saga_row_into(&withdrawal_rows, (int)withdrawal->state, (int)event->kind);
    if (row == NULL)
        return false;
    command->kind = row->command;
    command->withdrawal_id = withdrawal->id;
    command->teller_id = withdrawal->teller_id;
    if (row->command == ACCOUNTS_REVERSE_WITHDRAWAL)
        return reverse_rest(withdrawal, command);
    command->account_id = withdrawal->account_id;
    command->amount = withdrawal->amount;
    command->notes = event->withdrawal.notes;
    command->notes_given = event->withdrawal.notes.length > 0;
    return true;
}

int64_t withdrawal_due_us(const struct withdrawal *withdrawal)
{
    return saga_row_from(&withdrawal_rows, (int)withdrawal->state, SAGA_DEADLINE) != NULL
               ? withdrawal->confirm_by_us
               : 0;
}

bool withdrawal_ended(const struct withdrawal *withdrawal)
{
    return withdrawal->state == WITHDRAWAL_COMPLETED || withdrawal->state == WITHDRAWAL_REVERSED ||
           withdrawal->state == WITHDRAWAL_DECLINED || withdrawal->state == WITHDRAWAL_SETTLED;
}

bool withdrawal_deadline(const struct withdrawal *withdrawal, int64_t at_us,
                         struct command *command)
{
    const struct saga_row *row =
        saga_row_from(&withdrawal_rows, (int)withdrawal->state, SAGA_DEADLINE);
    if (row == NULL || at_us < withdrawal->confirm_by_us)
        return false;
    command->kind = row->command;
    command->withdrawal_id = withdrawal->id;
    command->teller_id = withdrawal->teller_id;
    return true;
}

bool withdrawal_open(const struct withdrawal *withdrawal)
{
    return withdrawal->state == WITHDRAWAL_DISPENSING || withdrawal->state == WITHDRAWAL_SUSPECT;
}

const char *withdrawal_state_name(enum withdrawal_state state)
{
    static const char *const names[WITHDRAWAL_STATE_COUNT] = {
        [WITHDRAWAL_NONE] = "none",
        [WITHDRAWAL_AUTHORIZED] = "authorized",
        [WITHDRAWAL_DISPENSING] = "dispensing",
        [WITHDRAWAL_SUSPECT] = "suspect",
        [WITHDRAWAL_REVERSING] = "reversing",
        [WITHDRAWAL_COMPLETED] = "completed",
        [WITHDRAWAL_REVERSED] = "reversed",
        [WITHDRAWAL_DECLINED] = "declined",
        [WITHDRAWAL_DISPUTED] = "disputed",
        [WITHDRAWAL_SETTLED] = "settled",
    };
    return names[state];
}

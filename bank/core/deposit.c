/* SPDX-License-Identifier: MIT */
/*
 * The deposit saga. Invariants:
 *
 *   1. Exactly one end: completed, cancelled, declined, or suspect or held
 *      until an operator has settled it. Only an advice that contradicts an end
 *      leads out of it, to disputed; that moves no money of an account.
 *   2. Money is credited only for notes that the machine says it holds.
 *   3. Notes that the machine holds are never forgotten: when the account
 *      cannot take their value, the deposit waits on the suspect list.
 *   4. An event that no row expects changes nothing.
 */
#include "bank/core/deposit.h"

static const struct saga_row rows[] = {
    { DEPOSIT_NONE, TELLER_DEPOSIT_INITIATED, DEPOSIT_COUNTING, NO_COMMAND,
      "the PIN is right: the customer may put notes in" },
    { DEPOSIT_NONE, TELLER_DEPOSIT_DECLINED, DEPOSIT_DECLINED, NO_COMMAND,
      "refused before any note went in" },
    { DEPOSIT_COUNTING, TELLER_MONEY_DEPOSITED, DEPOSIT_CREDITING, ACCOUNTS_DEPOSIT_MONEY,
      "the machine holds the notes: their value goes to the account" },
    { DEPOSIT_COUNTING, TELLER_DEPOSIT_CANCELLED, DEPOSIT_CANCELLED, NO_COMMAND,
      "the customer has the notes back" },
    { DEPOSIT_COUNTING, TELLER_DEPOSIT_SUSPECTED, DEPOSIT_SUSPECT, NO_COMMAND,
      "the machine does not know what it holds" },
    { DEPOSIT_CREDITING, ACCOUNTS_MONEY_DEPOSITED, DEPOSIT_COMPLETED, NO_COMMAND,
      "the money is on the account" },
    { DEPOSIT_CREDITING, ACCOUNTS_DEPOSIT_HELD, DEPOSIT_HELD, NO_COMMAND,
      "above a limit: on the account, but not available until it has been reviewed" },
    { DEPOSIT_CREDITING, SAGA_REFUSED, DEPOSIT_CREDITING, TELLER_SUSPECT_DEPOSIT,
      "the account cannot take it" },
    { DEPOSIT_CREDITING, TELLER_DEPOSIT_SUSPECTED, DEPOSIT_SUSPECT, NO_COMMAND,
      "only a person can settle it" },
    { DEPOSIT_SUSPECT, ACCOUNTS_MONEY_DEPOSITED, DEPOSIT_COMPLETED, NO_COMMAND,
      "settled: the account could take it after all" },
    { DEPOSIT_SUSPECT, TELLER_DEPOSIT_CANCELLED, DEPOSIT_CANCELLED, NO_COMMAND,
      "settled: the notes were given back by hand" },
    { DEPOSIT_SUSPECT, TELLER_MONEY_DEPOSITED, DEPOSIT_CREDITING, ACCOUNTS_DEPOSIT_MONEY,
      "told or counted: what the machine holds" },
    { DEPOSIT_HELD, ACCOUNTS_HELD_DEPOSIT_RELEASED, DEPOSIT_COMPLETED, NO_COMMAND,
      "reviewed: the money is available" },
    { DEPOSIT_HELD, ACCOUNTS_HELD_DEPOSIT_RETURNED, DEPOSIT_RETURNING, NO_COMMAND,
      "reviewed: the money is off the account" },
    { DEPOSIT_RETURNING, TELLER_DEPOSIT_CANCELLED, DEPOSIT_CANCELLED, NO_COMMAND,
      "settled: the notes were given back by hand" },
    { DEPOSIT_NONE, TELLER_DEPOSIT_DISPUTED, DEPOSIT_DISPUTED, NO_COMMAND,
      "unknown to this bank: an operator finds out whose it was" },
    { DEPOSIT_DECLINED, TELLER_DEPOSIT_DISPUTED, DEPOSIT_DISPUTED, NO_COMMAND,
      "told: the machine holds notes, though it was declined" },
    { DEPOSIT_CANCELLED, TELLER_DEPOSIT_DISPUTED, DEPOSIT_DISPUTED, NO_COMMAND,
      "told: the machine holds notes, though they were given back" },
    { DEPOSIT_COMPLETED, TELLER_DEPOSIT_DISPUTED, DEPOSIT_DISPUTED, NO_COMMAND,
      "told: the machine holds other notes than were credited" },
    { DEPOSIT_DISPUTED, TELLER_DEPOSIT_DISPUTED, DEPOSIT_DISPUTED, NO_COMMAND,
      "told: the machine holds more notes" },
    { DEPOSIT_SETTLED, TELLER_DEPOSIT_DISPUTED, DEPOSIT_DISPUTED, NO_COMMAND,
      "told: the machine holds more notes" },
    { DEPOSIT_DISPUTED, TELLER_DEPOSIT_SETTLED, DEPOSIT_SETTLED, NO_COMMAND,
      "settled: an operator has looked" },
};

const struct saga_rows deposit_rows = { rows, sizeof rows / sizeof rows[0] };

/* ---- folding ---- */

/* Of the events for which there is a row. */
static void apply_content(struct deposit *deposit, const struct event *event)
{
    if (event->source != SOURCE_UNSAID && event_stream(event->kind) == STREAM_TELLER) {
        deposit->source = event->source;
        memcpy(deposit->reason, event->deposit.reason, REASON_LENGTH);
    }
    if (event->kind == TELLER_DEPOSIT_INITIATED || event->kind == TELLER_DEPOSIT_DECLINED ||
        (event->kind == TELLER_DEPOSIT_DISPUTED && deposit->state == DEPOSIT_NONE)) {
        deposit->id = event->correlation_id;
        deposit->teller_id = event->stream_id;
        deposit->account_id = event->deposit.account_id;
        memcpy(deposit->card, event->deposit.card, CARD_TOKEN_LENGTH);
        deposit->initiated_us = event->at_us;
    }
    if (event->kind == TELLER_DEPOSIT_DISPUTED)
        notes_add_all(&deposit->disputed, &event->deposit.notes);
    if (event->kind == TELLER_DEPOSIT_SETTLED && event->deposit.notes.length > 0)
        deposit->disputed = (struct notes){ 0 };
    if (event->kind == TELLER_DEPOSIT_DECLINED || event->kind == TELLER_DEPOSIT_SUSPECTED ||
        event->kind == TELLER_DEPOSIT_DISPUTED)
        deposit->refusal = event->deposit.refusal;
    if (event->kind == ACCOUNTS_DEPOSIT_HELD)
        deposit->refusal = event->money_moved.refusal;
    if (event->kind == TELLER_MONEY_DEPOSITED) {
        deposit->refusal = event->deposit.refusal;
        deposit->notes = event->deposit.notes;
        deposit->amount = event->deposit.amount;
    }
    if (event->kind == ACCOUNTS_MONEY_DEPOSITED || event->kind == ACCOUNTS_DEPOSIT_HELD ||
        event->kind == ACCOUNTS_HELD_DEPOSIT_RELEASED)
        deposit->balance = event->money_moved.new_balance;
}

static bool is_end(enum deposit_state state)
{
    return state == DEPOSIT_COMPLETED || state == DEPOSIT_CANCELLED || state == DEPOSIT_DECLINED ||
           state == DEPOSIT_SETTLED;
}

void deposit_apply(struct deposit *deposit, const struct event *event)
{
    deposit->version++;
    const struct saga_row *row =
        saga_row_from(&deposit_rows, (int)deposit->state, (int)event->kind);
    if (row == NULL)
        return;
    apply_content(deposit, event);
    deposit->state = (enum deposit_state)row->to;
    if (is_end(deposit->state))
        deposit->ended_us = event->at_us;
}

bool deposit_ended(const struct deposit *deposit)
{
    return is_end(deposit->state);
}

/* ---- the process manager ---- */

static bool command_of(const struct deposit *deposit, const struct saga_row *row,
                       struct command *command)
{
    if (row == NULL || row->command == NO_COMMAND)
        return false;
    command->kind = row->command;
    command->deposit_id = deposit->id;
    command->teller_id = deposit->teller_id;
    command->account_id = deposit->account_id;
    command->amount = deposit->amount;
    memcpy(command->card, deposit->card, CARD_TOKEN_LENGTH);
    if (row->command == ACCOUNTS_DEPOSIT_MONEY)
        command->refusal = deposit->refusal;
    return true;
}

bool deposit_react(const struct deposit *deposit, const struct event *event,
                   struct command *command)
{
    return command_of(deposit, saga_row_into(&deposit_rows, (int)deposit->state, (int)event->kind),
                      command);
}

bool deposit_refused(const struct deposit *deposit, enum refusal refusal, struct command *command)
{
    command->refusal = refusal;
    return command_of(deposit, saga_row_from(&deposit_rows, (int)deposit->state, SAGA_REFUSED),
                      command);
}

const char *deposit_state_name(enum deposit_state state)
{
    static const char *const names[DEPOSIT_STATE_COUNT] = {
        [DEPOSIT_NONE] = "none",           [DEPOSIT_COUNTING] = "counting",
        [DEPOSIT_CREDITING] = "crediting", [DEPOSIT_SUSPECT] = "suspect",
        [DEPOSIT_COMPLETED] = "completed", [DEPOSIT_CANCELLED] = "cancelled",
        [DEPOSIT_DECLINED] = "declined",   [DEPOSIT_HELD] = "held",
        [DEPOSIT_RETURNING] = "returning", [DEPOSIT_DISPUTED] = "disputed",
        [DEPOSIT_SETTLED] = "settled",
    };
    return names[state];
}

/* SPDX-License-Identifier: MIT */
/*
 * What a teller makes of the commands of a deposit. The account says who may
 * put notes in; the machine says which notes it holds; then the account is
 * credited, or an operator settles. Invariants:
 *
 *   1. What the machine says it holds is an event before anybody asks whether
 *      the account can take it.
 *   2. Saying the same end again is accepted and changes nothing; saying
 *      another is refused.
 *   3. What the machine says it holds above its capacity is booked, and never
 *      available before it has been reviewed.
 */
#include "bank/core/teller.h"

static struct event *add_deposit_event(struct decision *decision, enum event_kind kind,
                                       const struct teller *teller, const struct command *command,
                                       const struct uuid *account_id)
{
    struct event *event = decision_add(decision, kind, &teller->id, command);
    event->deposit.account_id = *account_id;
    memcpy(event->deposit.reason, command->reason, REASON_LENGTH);
    return event;
}

static struct decision decide_decline(const struct teller *teller, const struct command *command,
                                      enum refusal refusal)
{
    struct decision decision = decision_accept();
    struct event *event = add_deposit_event(&decision, TELLER_DEPOSIT_DECLINED, teller, command,
                                            &command->account_id);
    event->deposit.refusal = refusal;
    decision.refusal = refusal;
    return decision;
}

/* The command memory answers an id that comes again; this is for a bank that has none. */
static struct decision decide_initiate(const struct teller *teller, const struct deposit *deposit,
                                       const struct command *command)
{
    if (deposit->state != DEPOSIT_NONE)
        return decision_refuse(deposit->refusal == REFUSED_REVERSED_BEFORE
                                   ? REFUSED_REVERSED_BEFORE
                                   : REFUSED_ALREADY_EXISTS);
    if (teller_bars(teller, command))
        return decide_decline(teller, command, REFUSED_TELLER_BARRED);
    if (uuid_is_nil(&command->account_id))
        return decision_refuse(REFUSED_NO_SUCH_CARD);
    if (!command->answered)
        return decision_ask(ACCOUNTS_CONFIRM_AUTHORIZATION);
    if (command->answer != NOT_REFUSED)
        return decide_decline(teller, command, command->answer);
    struct decision decision = decision_accept();
    struct event *event = add_deposit_event(&decision, TELLER_DEPOSIT_INITIATED, teller, command,
                                            &command->account_id);
    memcpy(event->deposit.card, command->card, CARD_TOKEN_LENGTH);
    memcpy(event->deposit.journal, command->journal, JOURNAL_POSITION_LENGTH);
    return decision;
}

static struct decision decide_counted(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command)
{
    struct notes notes = command->notes;
    notes_drop_zeros(&notes);
    struct note_totals bin = teller->deposited;
    if (notes.length == 0 || !money_in_range(notes_value(&notes)))
        return decision_refuse(REFUSED_NOTES_MISMATCH);
    if (!note_totals_add(&bin, &notes))
        return decision_refuse(REFUSED_TOO_MANY_NOTES);
    struct decision decision = decision_accept();
    struct event *event =
        add_deposit_event(&decision, TELLER_MONEY_DEPOSITED, teller, command, &deposit->account_id);
    event->deposit.notes = notes;
    event->deposit.amount = notes_value(&notes);
    if (notes_count(&notes) > teller->deposit_capacity)
        event->deposit.refusal = REFUSED_DEPOSIT_CAPACITY;
    return decision;
}

/* Notes: those that were in the machine and were given back by hand; none when the machine itself
 * cancelled.
 */
static struct decision decide_cancel(const struct teller *teller, const struct deposit *deposit,
                                     const struct command *command)
{
    struct decision decision = decision_accept();
    struct event *event = add_deposit_event(&decision, TELLER_DEPOSIT_CANCELLED, teller, command,
                                            &deposit->account_id);
    event->deposit.notes = deposit->notes;
    event->deposit.amount = deposit->amount;
    return decision;
}

/* A cancelling of what never arrived takes the id out of use, unless it is the id of something
 * else. */
static struct decision decide_unknown(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command)
{
    static const struct uuid no_account;
    if (deposit->version > 0 || command->named_otherwise)
        return decision_refuse(REFUSED_NO_SUCH_DEPOSIT);
    if (command->deposit_outcome != OUTCOME_CANCELLED)
        return teller_dispute_deposit(teller, deposit, command);
    struct decision decision = decision_accept();
    struct event *event =
        add_deposit_event(&decision, TELLER_DEPOSIT_DECLINED, teller, command, &no_account);
    event->deposit.refusal = REFUSED_REVERSED_BEFORE;
    return decision;
}

/* What the machine said before, whatever has become of it since. */
static bool said_before(const struct deposit *deposit, const struct command *command)
{
    if (deposit->notes.length > 0)
        return command->deposit_outcome == OUTCOME_COUNTED &&
               notes_equal(&deposit->notes, &command->notes);
    return command->deposit_outcome == OUTCOME_CANCELLED;
}

/* The machine has said that it does not know, and nothing since. */
static bool is_lost(const struct deposit *deposit)
{
    return deposit->state == DEPOSIT_SUSPECT && deposit->notes.length == 0;
}

static struct decision decide_lost(const struct teller *teller, const struct deposit *deposit,
                                   const struct command *command)
{
    struct decision decision = decision_accept();
    if (deposit->state == DEPOSIT_COUNTING)
        add_deposit_event(&decision, TELLER_DEPOSIT_SUSPECTED, teller, command,
                          &deposit->account_id);
    return decision;
}

static struct decision decide_confirm(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command)
{
    if (deposit->state == DEPOSIT_NONE)
        return decide_unknown(teller, deposit, command);
    if (!uuid_equal(&deposit->teller_id, &teller->id))
        return decision_refuse(REFUSED_OTHER_DEPOSIT);
    if (deposit->state == DEPOSIT_HELD || (deposit->state == DEPOSIT_SUSPECT && !is_lost(deposit)))
        return said_before(deposit, command) || command->deposit_outcome == OUTCOME_LOST
                   ? decision_accept()
                   : decision_refuse(REFUSED_DEPOSIT_ENDED);
    if (deposit->state != DEPOSIT_COUNTING && !is_lost(deposit))
        return teller_dispute_deposit(teller, deposit, command);
    if (command->deposit_outcome == OUTCOME_LOST)
        return decide_lost(teller, deposit, command);
    return command->deposit_outcome == OUTCOME_COUNTED ? decide_counted(teller, deposit, command)
                                                       : decide_cancel(teller, deposit, command);
}

static struct decision decide_suspect(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command)
{
    if (deposit->state != DEPOSIT_CREDITING)
        return decision_accept();
    struct decision decision = decision_accept();
    struct event *event = add_deposit_event(&decision, TELLER_DEPOSIT_SUSPECTED, teller, command,
                                            &deposit->account_id);
    event->deposit.notes = deposit->notes;
    event->deposit.amount = deposit->amount;
    event->deposit.refusal = command->refusal;
    return decision;
}

/* The account's own event is the end; but notes that were given back leave the bin as well. Its
 * refusal leaves all as it was. */
static struct decision decide_resolved(const struct teller *teller, const struct deposit *deposit,
                                       const struct command *command)
{
    if (command->answer != NOT_REFUSED)
        return decision_refuse(command->answer);
    return command->deposit_outcome == OUTCOME_CREDITED ? decision_accept()
                                                        : decide_cancel(teller, deposit, command);
}

static struct decision decide_resolve(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command)
{
    if (command->answered)
        return decide_resolved(teller, deposit, command);
    if (deposit->state == DEPOSIT_NONE)
        return decision_refuse(REFUSED_NO_SUCH_DEPOSIT);
    if (!uuid_equal(&deposit->teller_id, &teller->id))
        return decision_refuse(REFUSED_OTHER_DEPOSIT);
    const bool held = deposit->state == DEPOSIT_HELD,
               credit = command->deposit_outcome == OUTCOME_CREDITED;
    if (deposit->state == DEPOSIT_DISPUTED)
        return teller_settle_deposit(teller, deposit, command);
    if (deposit->state != DEPOSIT_SUSPECT && !held)
        return decision_refuse(REFUSED_NOT_SUSPECT);
    /* Only a count can say what is to be credited; what is known already is not counted anew. */
    if (is_lost(deposit) && credit)
        return decide_counted(teller, deposit, command);
    if (command->notes.length > 0)
        return decision_refuse(REFUSED_NOTES_MISMATCH);
    if (!held && !credit)
        return decide_cancel(teller, deposit, command);
    struct decision decision = decision_ask(!held    ? ACCOUNTS_DEPOSIT_MONEY
                                            : credit ? ACCOUNTS_RELEASE_DEPOSIT
                                                     : ACCOUNTS_RETURN_DEPOSIT);
    decision.ask_account_id = deposit->account_id;
    decision.ask_amount = deposit->amount;
    return decision;
}

struct decision teller_decide_deposit(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command)
{
    if (!teller->provisioned)
        return decision_refuse(REFUSED_NO_SUCH_TELLER);
    if (command->kind == TELLER_INITIATE_DEPOSIT)
        return decide_initiate(teller, deposit, command);
    if (command->kind == TELLER_CONFIRM_DEPOSIT)
        return decide_confirm(teller, deposit, command);
    if (command->kind == TELLER_SUSPECT_DEPOSIT)
        return decide_suspect(teller, deposit, command);
    if (command->kind == TELLER_RESOLVE_DEPOSIT)
        return decide_resolve(teller, deposit, command);
    return decision_refuse(REFUSED_UNKNOWN_COMMAND);
}

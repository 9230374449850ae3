/* SPDX-License-Identifier: MIT */
/*
 * An advice is always booked. What a machine says of a withdrawal or deposit
 * that this bank does not know (its database was restored), or otherwise than
 * the bank has it, has happened all the same: it becomes a disputed case on the
 * operators' list, with the machine's statement as evidence. Invariants:
 *
 *   1. The notes of the statement are in the books of the machine, each once:
 *      what was booked before for the same withdrawal is not booked again.
 *   2. Notes that the books did not have are loaded by the statement that names
 *      them, and leave the books again with it.
 *   3. No account's money moves by a dispute: whose it is an operator finds out.
 *   4. What adds nothing to the books and contradicts nothing is accepted and
 *      leaves no event. So an advice may come again.
 */
#include "bank/core/teller.h"

/* ---- the books ---- */

void teller_apply_gone(struct teller *teller, const struct disposition *where)
{
    const struct notes *gone[] = { &where->taken, &where->rejected, &where->retracted };
    struct note_totals *bin[] = { &teller->taken, &teller->rejected, &teller->retracted };
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        const struct notes unseen = notes_take_most(&teller->cassettes, gone[i]);
        note_totals_add(&teller->loaded, &unseen);
        note_totals_add(bin[i], gone[i]);
    }
}

/* Of the notes that have not left after all, those that were in the cassettes by the books. */
static struct notes counted_back(const struct disposition *where, const struct notes *uncounted)
{
    struct notes back = where->taken;
    notes_add_all(&back, &where->rejected);
    notes_add_all(&back, &where->retracted);
    notes_take_all(&back, uncounted);
    return back;
}

void teller_apply_dispute(struct teller *teller, const struct event *event)
{
    const struct disposition *where = &event->withdrawal.where;
    teller->totals.suspect +=
        event->kind == TELLER_DISPENSE_DISPUTED || event->kind == TELLER_DEPOSIT_DISPUTED;
    if (event->kind == TELLER_DEPOSIT_DISPUTED) {
        note_totals_add(&teller->deposited, &event->deposit.notes);
    } else if (event->kind == TELLER_DEPOSIT_SETTLED) {
        teller_give_back(teller, &event->deposit.notes);
    } else if (event->kind == TELLER_DISPENSE_DISPUTED) {
        teller_apply_gone(teller, where);
    } else {
        teller_take_back(teller, where);
        const struct notes back = counted_back(where, &event->withdrawal.notes);
        note_totals_take(&teller->loaded, &event->withdrawal.notes);
        notes_add_all(&teller->cassettes, &back);
    }
}

/* ---- withdrawals ---- */

static void add_event_content(struct event *event, const struct withdrawal *withdrawal,
                              const struct command *command)
{
    event->withdrawal.account_id = withdrawal->account_id;
    strcpy(event->withdrawal.outcome, dispense_outcome_name(command->outcome));
    memcpy(event->withdrawal.reason, command->reason, REASON_LENGTH);
}

static bool add_gone(struct notes *notes, const struct disposition *where)
{
    return notes_add_all(notes, &where->taken) && notes_add_all(notes, &where->retracted) &&
           notes_add_all(notes, &where->rejected);
}

/* What is said to have left the cassettes beyond what the books have of it, whichever way it went.
 */
static struct disposition beyond_books(const struct withdrawal *withdrawal,
                                       const struct command *command)
{
    const struct notes *said[] = { &command->taken, &command->retracted, &command->rejected };
    struct disposition more = { 0 };
    struct notes *list[] = { &more.taken, &more.retracted, &more.rejected };
    struct notes booked = { 0 };
    add_gone(&booked, &withdrawal->where);
    add_gone(&booked, &withdrawal->disputed);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        const struct notes booked_before = booked;
        *list[i] = *said[i];
        notes_take_most(list[i], &booked_before); /* what is new */
        notes_take_most(&booked, said[i]);
        notes_drop_zeros(list[i]);
    }
    return more;
}

static bool is_empty(const struct disposition *where)
{
    return notes_count(&where->taken) + notes_count(&where->rejected) +
               notes_count(&where->retracted) ==
           0;
}

/* Not to know contradicts nothing. */
static bool contradicts(const struct withdrawal *withdrawal, const struct command *command)
{
    switch (withdrawal->state) {
    case WITHDRAWAL_NONE:
        return true;
    case WITHDRAWAL_COMPLETED:
        return command->outcome == OUTCOME_NOT_DISPENSED ||
               (command->outcome == OUTCOME_DISPENSED &&
                notes_value(&command->taken) != notes_value(&withdrawal->where.taken)) ||
               (command->outcome == OUTCOME_RETRACTED &&
                notes_value(&command->retracted) != notes_value(&withdrawal->where.retracted));
    case WITHDRAWAL_REVERSED:
    case WITHDRAWAL_DECLINED:
        return command->outcome == OUTCOME_DISPENSED;
    case WITHDRAWAL_DISPUTED:
    case WITHDRAWAL_SETTLED:
    case WITHDRAWAL_AUTHORIZED:
    case WITHDRAWAL_DISPENSING:
    case WITHDRAWAL_SUSPECT:
    case WITHDRAWAL_REVERSING:
    case WITHDRAWAL_STATE_COUNT:
        break;
    }
    return false;
}

/* Of those, what the cassettes do not hold by the books: teller_apply_gone loads it. */
static struct notes uncounted_of(const struct teller *teller, const struct disposition *more)
{
    const struct notes *gone[] = { &more->taken, &more->rejected, &more->retracted };
    struct notes left = teller->cassettes, uncounted = { 0 };
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        const struct notes unseen = notes_take_most(&left, gone[i]);
        notes_add_all(&uncounted, &unseen);
    }
    notes_drop_zeros(&uncounted);
    return uncounted;
}

/* Whether the machine's books have a place for each of these denominations, and the withdrawal's
 * for so many notes: what it could not hold would be booked again each time it is said. */
static bool has_room(const struct teller *teller, const struct withdrawal *withdrawal,
                     const struct disposition *more)
{
    struct note_totals after = teller->loaded;
    struct notes all = { 0 };
    return note_totals_add(&after, &more->taken) && note_totals_add(&after, &more->rejected) &&
           note_totals_add(&after, &more->retracted) && add_gone(&all, &withdrawal->where) &&
           add_gone(&all, &withdrawal->disputed) && add_gone(&all, more);
}

struct decision teller_dispute(const struct teller *teller, const struct withdrawal *withdrawal,
                               const struct command *command)
{
    const bool known = withdrawal->state != WITHDRAWAL_NONE;
    struct disposition more = beyond_books(withdrawal, command);
    if (!contradicts(withdrawal, command) && is_empty(&more))
        return decision_accept();
    if (!has_room(teller, withdrawal, &more))
        more = (struct disposition){ 0 }; /* the case is there all the same */
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_DISPENSE_DISPUTED, &teller->id, command);
    add_event_content(event, withdrawal, command);
    event->withdrawal.amount =
        known ? withdrawal->amount
              : notes_value(&command->taken) + notes_value(&command->retracted);
    event->withdrawal.refusal = known ? REFUSED_WITHDRAWAL_ENDED : REFUSED_NO_SUCH_WITHDRAWAL;
    event->withdrawal.where = more;
    event->withdrawal.notes = uncounted_of(teller, &more);
    return decision;
}

/* Dispensed: what was booked stands. Not dispensed: the notes are in the cassettes after all. */
struct decision teller_settle(const struct teller *teller, const struct withdrawal *withdrawal,
                              const struct command *command)
{
    const struct disposition *disputed = &withdrawal->disputed;
    const struct notes back = counted_back(disputed, &withdrawal->uncounted);
    struct notes after = teller->cassettes;
    if (command->taken.length + command->rejected.length + command->retracted.length > 0)
        return decision_refuse(REFUSED_NOTES_MISMATCH);
    if (!notes_add_all(&after, &back))
        return decision_refuse(REFUSED_TOO_MANY_NOTES);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_DISPENSE_SETTLED, &teller->id, command);
    add_event_content(event, withdrawal, command);
    event->withdrawal.amount = withdrawal->amount;
    if (command->outcome == OUTCOME_NOT_DISPENSED) {
        event->withdrawal.where = *disputed;
        event->withdrawal.notes = withdrawal->uncounted;
    }
    return decision;
}

/* ---- deposits ---- */

static struct event *add_deposit_event(struct decision *decision, enum event_kind kind,
                                       const struct teller *teller, const struct deposit *deposit,
                                       const struct command *command, const struct notes *notes)
{
    struct event *event = decision_add(decision, kind, &teller->id, command);
    event->deposit.account_id = deposit->account_id;
    event->deposit.notes = *notes;
    event->deposit.amount = notes_value(notes);
    strcpy(event->deposit.outcome, deposit_outcome_name(command->deposit_outcome));
    memcpy(event->deposit.reason, command->reason, REASON_LENGTH);
    return event;
}

struct decision teller_dispute_deposit(const struct teller *teller, const struct deposit *deposit,
                                       const struct command *command)
{
    const bool known = deposit->state != DEPOSIT_NONE;
    struct notes more = command->notes, booked = deposit->notes;
    struct note_totals bin = teller->deposited;
    notes_add_all(&booked, &deposit->disputed);
    notes_take_most(&more, &booked);
    notes_drop_zeros(&more);
    const enum deposit_outcome outcome = command->deposit_outcome;
    const bool otherwise =
        !known ||
        (deposit->state == DEPOSIT_CANCELLED && outcome == OUTCOME_CANCELLED &&
         deposit->notes.length > 0) ||
        (deposit->state == DEPOSIT_COMPLETED &&
         (outcome == OUTCOME_CANCELLED ||
          (outcome == OUTCOME_COUNTED && notes_value(&command->notes) != deposit->amount)));
    if (!otherwise && more.length == 0)
        return decision_accept();
    if (!note_totals_add(&bin, &more))
        more = (struct notes){ 0 };
    struct decision decision = decision_accept();
    add_deposit_event(&decision, TELLER_DEPOSIT_DISPUTED, teller, deposit, command, &more)
        ->deposit.refusal = known ? REFUSED_DEPOSIT_ENDED : REFUSED_NO_SUCH_DEPOSIT;
    return decision;
}

/* Credited: an operator has seen to the account. Returned: the notes were given back by hand. */
struct decision teller_settle_deposit(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command)
{
    static const struct notes none;
    struct decision decision = decision_accept();
    add_deposit_event(&decision, TELLER_DEPOSIT_SETTLED, teller, deposit, command,
                      command->deposit_outcome == OUTCOME_RETURNED ? &deposit->disputed : &none);
    return decision;
}

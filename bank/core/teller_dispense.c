/* SPDX-License-Identifier: MIT */
/*
 * A withdrawal at its teller, after the cash: where the notes went, as the
 * machine, a deadline or an operator who has counted says. Invariants:
 *
 *   1. Where the notes of a withdrawal went adds up to what was promised, those
 *      included of which it is not known.
 *   2. Only a statement that says where they are ends it.
 */
#include "bank/core/teller.h"

/* What is promised and stands in none of the three is still in the cassettes; false when more is
 * named than promised. */
static bool disposition_of(const struct withdrawal *withdrawal, const struct command *command,
                           struct disposition *where)
{
    *where = (struct disposition){ .taken = command->taken,
                                   .rejected = command->rejected,
                                   .retracted = command->retracted,
                                   .returned = withdrawal->notes };
    bool fits = notes_take_all(&where->returned, &where->taken) &&
                notes_take_all(&where->returned, &where->rejected) &&
                notes_take_all(&where->returned, &where->retracted);
    notes_drop_zeros(&where->returned);
    return fits;
}

static struct decision decide_end(const struct teller *teller, const struct withdrawal *withdrawal,
                                  const struct command *command, enum event_kind kind)
{
    struct disposition where;
    bool fits = disposition_of(withdrawal, command, &where);
    bool taken = notes_count(&where.taken) > 0;
    if (!fits || (kind == TELLER_CASH_DISPENSED && !taken) ||
        (kind == TELLER_DISPENSE_FAILED && taken))
        return decision_refuse(REFUSED_NOTES_MISMATCH);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, kind, &teller->id, command);
    event->withdrawal.account_id = withdrawal->account_id;
    event->withdrawal.amount = withdrawal->amount;
    event->withdrawal.where = where;
    memcpy(event->withdrawal.reason, command->reason, REASON_LENGTH);
    /* Not to know is no statement that they are where they were. */
    if (kind == TELLER_WITHDRAWAL_SUSPECTED && command->outcome != OUTCOME_RETRACTED) {
        event->withdrawal.notes = where.returned;
        event->withdrawal.where.returned = (struct notes){ 0 };
    }
    return decision;
}

/* A reversal of what never arrived takes the id out of use, unless it is the id of something else.
 */
static struct decision decide_unknown(const struct teller *teller,
                                      const struct withdrawal *withdrawal,
                                      const struct command *command)
{
    if (withdrawal->version > 0 || command->named_otherwise)
        return decision_refuse(REFUSED_NO_SUCH_WITHDRAWAL);
    if (command->outcome != OUTCOME_NOT_DISPENSED ||
        command->taken.length + command->rejected.length + command->retracted.length > 0)
        return teller_dispute(teller, withdrawal, command);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_WITHDRAWAL_DECLINED, &teller->id, command);
    event->withdrawal.refusal = REFUSED_REVERSED_BEFORE;
    memcpy(event->withdrawal.reason, command->reason, REASON_LENGTH);
    return decision;
}

/* Lists that cannot be true, such as of more notes than were promised: then nothing is known. */
static struct decision decide_unfit(const struct teller *teller,
                                    const struct withdrawal *withdrawal,
                                    const struct command *command)
{
    struct decision decision = decision_accept();
    if (withdrawal->source == SOURCE_MACHINE)
        return decision;
    struct event *event =
        decision_add(&decision, TELLER_WITHDRAWAL_SUSPECTED, &teller->id, command);
    event->withdrawal.account_id = withdrawal->account_id;
    event->withdrawal.amount = withdrawal->amount;
    event->withdrawal.refusal = REFUSED_NOTES_MISMATCH;
    event->withdrawal.notes = withdrawal->notes;
    memcpy(event->withdrawal.reason, command->reason, REASON_LENGTH);
    return decision;
}

struct decision teller_confirm(const struct teller *teller, const struct withdrawal *withdrawal,
                               const struct command *command)
{
    if (withdrawal->state == WITHDRAWAL_NONE)
        return decide_unknown(teller, withdrawal, command);
    if (!uuid_equal(&withdrawal->teller_id, &teller->id))
        return decision_refuse(REFUSED_OTHER_WITHDRAWAL);
    if (!withdrawal_open(withdrawal))
        return teller_dispute(teller, withdrawal, command);
    struct disposition where;
    if (!disposition_of(withdrawal, command, &where) ||
        (command->outcome == OUTCOME_DISPENSED && notes_count(&where.taken) == 0) ||
        (command->outcome == OUTCOME_NOT_DISPENSED && notes_count(&where.taken) > 0))
        return decide_unfit(teller, withdrawal, command);
    switch (command->outcome) {
    case OUTCOME_DISPENSED:
        return decide_end(teller, withdrawal, command, TELLER_CASH_DISPENSED);
    case OUTCOME_NOT_DISPENSED:
        return decide_end(teller, withdrawal, command, TELLER_DISPENSE_FAILED);
    case OUTCOME_RETRACTED:
    case OUTCOME_UNKNOWN:
        break;
    }
    if (withdrawal->source == SOURCE_MACHINE)
        return decision_accept();
    return decide_end(teller, withdrawal, command, TELLER_WITHDRAWAL_SUSPECTED);
}

struct decision teller_suspect(const struct teller *teller, const struct withdrawal *withdrawal,
                               const struct command *command)
{
    if (withdrawal->state != WITHDRAWAL_DISPENSING)
        return decision_accept(); /* it was told in time after all */
    return decide_end(teller, withdrawal, command, TELLER_WITHDRAWAL_SUSPECTED);
}

struct decision teller_resolve(const struct teller *teller, const struct withdrawal *withdrawal,
                               const struct command *command)
{
    if (withdrawal->state == WITHDRAWAL_NONE)
        return decision_refuse(REFUSED_NO_SUCH_WITHDRAWAL);
    if (!uuid_equal(&withdrawal->teller_id, &teller->id))
        return decision_refuse(REFUSED_OTHER_WITHDRAWAL);
    if (withdrawal->state == WITHDRAWAL_DISPUTED)
        return teller_settle(teller, withdrawal, command);
    if (withdrawal->state != WITHDRAWAL_SUSPECT)
        return decision_refuse(REFUSED_NOT_SUSPECT);
    struct command counted = *command;
    if (counted.rejected.length == 0 && counted.retracted.length == 0 &&
        counted.taken.length == 0) {
        counted.rejected = withdrawal->where.rejected;
        counted.retracted = withdrawal->where.retracted;
    }
    bool dispensed = command->outcome == OUTCOME_DISPENSED;
    if (dispensed && counted.taken.length == 0) {
        struct disposition where;
        if (!disposition_of(withdrawal, &counted, &where))
            return decision_refuse(REFUSED_NOTES_MISMATCH);
        counted.taken = where.returned;
    }
    return decide_end(teller, withdrawal, &counted,
                      dispensed ? TELLER_CASH_DISPENSED : TELLER_DISPENSE_FAILED);
}

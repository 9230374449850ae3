/* SPDX-License-Identifier: MIT */
#include "bank/reconcile/reconcile.h"

static const struct {
    const char *name, *meaning;
} kinds[DIFFERENCE_COUNT] = {
#define X(enumerator, name, meaning) { name, meaning },
    DIFFERENCE_TABLE(X)
#undef X
};

const char *difference_name(enum difference_kind kind)
{
    return kinds[kind].name;
}

const char *difference_meaning(enum difference_kind kind)
{
    return kinds[kind].meaning;
}

struct finding {
    struct difference *difference;
    size_t count;
};

static struct difference *add(struct finding *finding, enum difference_kind kind)
{
    struct difference *difference = &finding->difference[finding->count++];
    *difference = (struct difference){ .kind = kind };
    return difference;
}

static void compare_notes(struct finding *finding, enum difference_kind kind,
                          const struct machine_notes *journal, const struct notes *log)
{
    if (!journal->said || notes_equal(&journal->notes, log))
        return;
    struct difference *difference = add(finding, kind);
    difference->journal_notes = journal->notes;
    difference->log_notes = *log;
}

static void compare_end(struct finding *finding, enum machine_end journal, const char *log,
                        bool fits)
{
    if (fits)
        return;
    struct difference *difference = add(finding, DIFFERENCE_OUTCOME);
    difference->journal_end = machine_end_name(journal);
    difference->log_end = log;
}

/* ---- withdrawals ---- */

/* An operator has counted what the machine did not know. */
static bool settled_by_count(enum source source, enum machine_end end)
{
    return source == SOURCE_OPERATOR &&
           (end == MACHINE_END_UNKNOWN || end == MACHINE_END_RETRACTED);
}

static bool withdrawal_fits(const struct machine_saga *saga, const struct withdrawal *withdrawal)
{
    const bool told = withdrawal->source == SOURCE_MACHINE;
    switch (withdrawal->state) {
    case WITHDRAWAL_COMPLETED:
        return saga->end == MACHINE_END_DISPENSED ||
               settled_by_count(withdrawal->source, saga->end) ||
               (saga->end == MACHINE_END_NONE && !told);
    case WITHDRAWAL_REVERSED:
    case WITHDRAWAL_REVERSING:
        return saga->end == MACHINE_END_NOT_DISPENSED ||
               settled_by_count(withdrawal->source, saga->end) ||
               (saga->end == MACHINE_END_NONE && !told);
    case WITHDRAWAL_DECLINED:
        return saga->end == MACHINE_END_DECLINED || saga->end == MACHINE_END_NOT_DISPENSED ||
               (saga->end == MACHINE_END_NONE && !saga->moved);
    case WITHDRAWAL_SUSPECT:
        return !told ? saga->end == MACHINE_END_NONE
                     : saga->end == MACHINE_END_UNKNOWN || saga->end == MACHINE_END_RETRACTED;
    case WITHDRAWAL_AUTHORIZED:
    case WITHDRAWAL_DISPENSING:
        return saga->end == MACHINE_END_NONE;
    case WITHDRAWAL_DISPUTED:
    case WITHDRAWAL_SETTLED:
    case WITHDRAWAL_NONE:
    case WITHDRAWAL_STATE_COUNT:
        break;
    }
    return false;
}

static void compare_withdrawal(struct finding *finding, const struct machine_saga *saga,
                               const struct withdrawal *withdrawal)
{
    compare_end(finding, saga->end, withdrawal_state_name(withdrawal->state),
                withdrawal_fits(saga, withdrawal));
    if (saga->begun && withdrawal->amount != 0 && saga->amount != withdrawal->amount) {
        struct difference *difference = add(finding, DIFFERENCE_AMOUNT);
        difference->journal_amount = saga->amount;
        difference->log_amount = withdrawal->amount;
    }
    if (withdrawal->state == WITHDRAWAL_DECLINED)
        return;
    compare_notes(finding, DIFFERENCE_PROMISED, &saga->promised, &withdrawal->notes);
    /* Where they went the log has from the machine's advice, or not yet. */
    if (withdrawal->source != SOURCE_MACHINE ||
        (withdrawal->state == WITHDRAWAL_SUSPECT && saga->end == MACHINE_END_UNKNOWN))
        return;
    compare_notes(finding, DIFFERENCE_TAKEN, &saga->taken, &withdrawal->where.taken);
    compare_notes(finding, DIFFERENCE_REJECTED, &saga->rejected, &withdrawal->where.rejected);
    compare_notes(finding, DIFFERENCE_RETRACTED, &saga->retracted, &withdrawal->where.retracted);
}

/* ---- deposits ---- */

static bool deposit_fits(const struct machine_saga *saga, const struct deposit *deposit)
{
    const bool notes = deposit->notes.length > 0;
    switch (deposit->state) {
    case DEPOSIT_COMPLETED:
    case DEPOSIT_HELD:
    case DEPOSIT_SUSPECT:
    case DEPOSIT_CANCELLED:
    case DEPOSIT_CREDITING:
    case DEPOSIT_RETURNING:
        if (notes) /* or counted by an operator, where the machine did not know */
            return saga->end == MACHINE_END_COUNTED || saga->end == MACHINE_END_LOST;
        return saga->end ==
                   (deposit->state == DEPOSIT_SUSPECT ? MACHINE_END_LOST : MACHINE_END_CANCELLED) ||
               (saga->end == MACHINE_END_LOST && deposit->source == SOURCE_OPERATOR);
    case DEPOSIT_DECLINED:
        return saga->end == MACHINE_END_DECLINED || saga->end == MACHINE_END_CANCELLED ||
               (saga->end == MACHINE_END_NONE && !saga->moved);
    case DEPOSIT_COUNTING:
        return saga->end == MACHINE_END_NONE;
    case DEPOSIT_DISPUTED:
    case DEPOSIT_SETTLED:
    case DEPOSIT_NONE:
    case DEPOSIT_STATE_COUNT:
        break;
    }
    return false;
}

static void compare_deposit(struct finding *finding, const struct machine_saga *saga,
                            const struct deposit *deposit)
{
    compare_end(finding, saga->end, deposit_state_name(deposit->state),
                deposit_fits(saga, deposit));
    if (saga->end == MACHINE_END_COUNTED)
        compare_notes(finding, DIFFERENCE_ACCEPTED, &saga->accepted, &deposit->notes);
}

/* ---- either ---- */

/* A request that the bank refused without an event, such as for a card that it does not know, or
 * that has not come to it yet: no note has moved. */
static bool matters(const struct machine_saga *saga)
{
    return saga->moved || saga->approved;
}

static const char *log_end(const struct saga_state *state)
{
    return state->withdrawal.state != WITHDRAWAL_NONE
               ? withdrawal_state_name(state->withdrawal.state)
               : deposit_state_name(state->deposit.state);
}

size_t reconcile(const struct machine_saga *saga, const struct saga_state *state,
                 struct difference differences[static DIFFERENCE_COUNT])
{
    struct finding finding = { .difference = differences };
    const bool logged =
        state->withdrawal.state != WITHDRAWAL_NONE || state->deposit.state != DEPOSIT_NONE;
    if (saga == NULL && logged)
        add(&finding, DIFFERENCE_ONLY_IN_LOG)->log_end = log_end(state);
    else if (saga != NULL && !logged && matters(saga))
        add(&finding, DIFFERENCE_ONLY_IN_JOURNAL)->journal_end = machine_end_name(saga->end);
    else if (saga != NULL && state->withdrawal.state != WITHDRAWAL_NONE)
        compare_withdrawal(&finding, saga, &state->withdrawal);
    else if (saga != NULL && logged)
        compare_deposit(&finding, saga, &state->deposit);
    return finding.count;
}

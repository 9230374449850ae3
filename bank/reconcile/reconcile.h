/* SPDX-License-Identifier: MIT */
/*
 * A machine's journal beside the bank's log: of one withdrawal or deposit, what
 * differs. Pure.
 *
 * What the machine does not say is no difference: a withdrawal that is under
 * way, notes whose place it does not know, and those that a power cut left
 * unsaid. Neither is what an operator has settled since by counting.
 */
#ifndef BANK_RECONCILE_RECONCILE_H
#define BANK_RECONCILE_RECONCILE_H

#include "bank/core/saga.h"
#include "bank/reconcile/machine.h"

/* enumerator, name, what it means */
#define DIFFERENCE_TABLE(X)                                                                        \
    X(ONLY_IN_JOURNAL, "only_in_journal", "the bank's log knows nothing of it")                    \
    X(ONLY_IN_LOG, "only_in_log", "the machine's journal knows nothing of it")                     \
    X(AMOUNT, "amount", "another amount")                                                          \
    X(OUTCOME, "outcome", "another end")                                                           \
    X(PROMISED, "promised", "other notes to be dispensed")                                         \
    X(TAKEN, "taken", "other notes taken")                                                         \
    X(REJECTED, "rejected", "other notes in the reject bin")                                       \
    X(RETRACTED, "retracted", "other notes in the retract bin")                                    \
    X(ACCEPTED, "accepted", "other notes in the deposit bin")

enum difference_kind {
#define X(enumerator, name, meaning) DIFFERENCE_##enumerator,
    DIFFERENCE_TABLE(X)
#undef X
        DIFFERENCE_COUNT
};

struct difference {
    enum difference_kind kind;
    struct notes journal_notes, log_notes; /* of the kinds from PROMISED on */
    money journal_amount, log_amount;      /* AMOUNT */
    const char *journal_end, *log_end;     /* OUTCOME, ONLY_…: how it ended there */
};

const char *difference_name(enum difference_kind kind);
const char *difference_meaning(enum difference_kind kind);

/* What differs, at most DIFFERENCE_COUNT; how many. saga: NULL or without a request and without
 * moved notes, the journal knows nothing of it; state: not begun, the log does not. */
size_t reconcile(const struct machine_saga *saga, const struct saga_state *state,
                 struct difference differences[static DIFFERENCE_COUNT]);

#endif

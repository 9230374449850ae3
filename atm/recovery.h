/* SPDX-License-Identifier: MIT */
/*
 * What a start owes: the withdrawals that the journal has asked for and not
 * brought to an end, and the deposits (recovery_deposit.c). The dispenser's
 * last present status says which end a withdrawal came to.
 *
 *   dispenser, for this withdrawal     advice
 *   presented, taken                   dispensed: what was put out
 *   stacked (then purged), rejected    not_dispensed: what is in the reject bin
 *   retracted                          retracted
 *   unknown                            unknown
 *   it is about another one            not_dispensed
 *
 * May be cut off anywhere and run again: storing an advice twice keeps the
 * first, and the movements it makes leave a status with the same meaning.
 */
#ifndef ATM_RECOVERY_H
#define ATM_RECOVERY_H

#include "atm/devices/acceptor.h"
#include "atm/devices/dispenser.h"
#include "atm/devices/journal.h"
#include "atm/saf.h"

#define RECOVERY_OPEN_MAX 64

struct recovery {
    int count;
    struct uuid open[RECOVERY_OPEN_MAX];
    bool is_deposit[RECOVERY_OPEN_MAX]; /* which of them */
    bool returned[RECOVERY_OPEN_MAX]; /* of a deposit: the journal knows that the customer has the notes again
                                       */
    bool overflow;
};

/* A journal_reader over a struct recovery: collects what is open. */
void recovery_read(void *recovery, const struct journal_entry *entry);

/* Pure: the advice for an open withdrawal. */
struct advice recovery_decide(const struct uuid *withdrawal, const struct dispenser_state *dispenser);

/* Stores an advice for each open withdrawal. */
bool recovery_run(const struct recovery *recovery, struct journal *journal, struct dispenser *dispenser,
                  struct saf *saf, const struct uuid *teller, struct error *error);

/* The same for deposits, from the acceptor's memory; what it holds goes into its bin, unless the journal
 * knows that it was returned: then the acceptor only could not write that down any more. */
struct advice recovery_decide_deposit(const struct uuid *deposit, const struct acceptor_state *acceptor,
                                      bool returned);
bool recovery_run_deposits(const struct recovery *recovery, struct journal *journal,
                           struct acceptor *acceptor, struct saf *saf, const struct uuid *teller,
                           struct error *error);

#endif

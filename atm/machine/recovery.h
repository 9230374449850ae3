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
 * Journal, dispenser and stored advices are three witnesses. Where one is
 * missing or was forged, or the journal has seen more than the dispenser says,
 * the advice is unknown: never the cheaper one.
 *
 *   the dispenser's memory is not there, or not its own       unknown
 *   the journal has the notes out, the dispenser has not      unknown
 *   an advice was stored, is not acknowledged, and is gone    unknown
 *   the journal was lost, and a device did it last            unknown
 *   two of the stored advice, the journal and the dispenser
 *   say different things                                      unknown
 *   or its file is not as this machine wrote it               unknown
 *
 * May be cut off anywhere and run again: storing an advice twice keeps the
 * first, and the movements that it owes the devices are made at the next start,
 * whatever was stored before.
 */
#ifndef ATM_MACHINE_RECOVERY_H
#define ATM_MACHINE_RECOVERY_H

#include "atm/devices/acceptor.h"
#include "atm/devices/dispenser.h"
#include "atm/devices/journal.h"
#include "atm/link/saf.h"

#define RECOVERY_OPEN_MAX 64

/* How far the journal has seen the notes of a withdrawal, or of a deposit, come. */
enum recovery_seen {
    SEEN_NOTHING,
    SEEN_BEGUN,    /* about to move: stack, accept */
    SEEN_INSIDE,   /* on the stacker, in the escrow */
    SEEN_OUTSIDE,  /* in front of the customer, or beyond */
    SEEN_RETURNING /* of a deposit: about to be given back */
};

struct recovery_item {
    struct uuid id;
    bool is_deposit;
    bool advised;  /* its advice was stored, and the bank has not acknowledged it */
    bool unheard;  /* the journal, which was lost, does not say anything of it */
    bool returned; /* of a deposit: the journal knows that the customer has the notes again */
    enum recovery_seen seen;
    char outcome[16];     /* the last advice's, as the journal has it; empty: it does not say */
    struct notes counted; /* of a deposit, as the journal has it */
};

/* A plain value but for the array, which recovery_finish frees. All zeros to begin with. */
struct recovery {
    int count, room;
    struct recovery_item *item;
    int code_wrong; /* supervisor's codes that were wrong since the last right one */
    bool begun;     /* an entry was read */
    bool worked;    /* the machine was loaded once, or this journal continues another */
    bool lost;      /* a deposit of which the acceptor cannot tell where its notes are */
};

/* A journal_reader over a struct recovery: collects what is open. */
void recovery_read(void *recovery, const struct journal_entry *entry);
void recovery_finish(struct recovery *recovery);

/* The journal is lost: what the devices did last is open, and all that is known of it. */
void recovery_without_journal(struct recovery *recovery, const struct dispenser *dispenser,
                              const struct acceptor *acceptor);

/* How many have no advice yet, or one that is neither stored nor acknowledged. */
int recovery_open(const struct recovery *recovery, const struct saf *saf);

/* Pure: whether a stored advice says otherwise than the journal or the dispenser. */
bool recovery_contradicted(const struct recovery_item *item, const char *outcome,
                           const struct dispenser *dispenser);

/* Pure: the advice for an open withdrawal. */
struct advice recovery_decide(const struct recovery_item *item, const struct dispenser *dispenser);

/* Stores an advice for each open withdrawal, and for each whose stored one is not to be trusted. */
bool recovery_run(const struct recovery *recovery, struct journal *journal,
                  struct dispenser *dispenser, struct saf *saf, const struct uuid *teller,
                  struct error *error);

/* Pure: the advice for an open deposit, from the acceptor's memory: what it holds goes into its
 * bin, unless the journal knows that it was returned: then the acceptor only could not write that
 * down any more. ADVICE_LOST: only a count can tell. */
struct advice recovery_decide_deposit(const struct recovery_item *item,
                                      const struct acceptor *acceptor);
bool recovery_run_deposits(struct recovery *recovery, struct journal *journal,
                           struct acceptor *acceptor, struct saf *saf, const struct uuid *teller,
                           struct error *error);

#endif

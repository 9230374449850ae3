/* SPDX-License-Identifier: MIT */
/*
 * The teller aggregate: one machine, its cassettes and its business day.
 *
 * Pure, as account.h. A teller decides about a withdrawal together with that
 * withdrawal's own state (withdrawal.h), which is its own: hundreds may
 * be open at one teller, and each is folded, kept and dropped by itself. The
 * same holds for deposits (deposit.h).
 *
 * Every note has its place. For every denomination
 *
 *   loaded + found = in the cassettes + taken + in the reject bin
 *                    + in the retract bin + removed
 *   deposited + bin_found = in the deposit bin + returned + collected
 *
 * where found and bin_found, which can be below 0, are what counts have shown
 * beyond the books, and a bin has what went into it less what it was emptied of.
 * What each event adds to the books (docs/cash.md):
 *
 *   Provisioned, CassettesReplenished
 *                      loaded, cassettes: notes
 *   CassetteSwapped    removed: removed; found: difference; loaded: notes;
 *                      cassettes: notes + difference - removed
 *   CassettesCounted   found, cassettes: difference
 *   BinEmptied         reject, retract: removed: removed; found: difference;
 *                      reject_emptied or retract_emptied: removed - difference
 *                      deposit: collected: removed; bin_found: difference
 *   CashDispensed, DispenseFailed, DispenseDisputed
 *                      taken, rejected, retracted: theirs; cassettes: less them
 *   DispenseSettled    taken, rejected, retracted: less theirs; what a bin that
 *                      was emptied since has not got any more is found
 *   MoneyDeposited, DepositDisputed
 *                      deposited: notes
 *   DepositCancelled, DepositSettled
 *                      returned: notes; what the bin has not got any more comes
 *                      from what was collected
 */
#ifndef CORE_TELLER_H
#define CORE_TELLER_H

#include "bank/core/cassettes.h"
#include "bank/core/decision.h"
#include "bank/core/deposit.h"
#include "bank/core/teller_day.h"
#include "bank/core/withdrawal.h"

#define DEPOSIT_CAPACITY_DEFAULT 200     /* notes a deposit */
#define DEPOSIT_CAPACITY_MAX     1000000 /* what one may be provisioned with */

#define TELLER_RUNS 4 /* that are known again */

struct teller {
    struct uuid id;
    int64_t version; /* events folded in */
    bool provisioned;
    int32_t business_day;      /* days since 1970 */
    int32_t cut_over_day;      /* calendar day of the last one by the machine itself */
    int32_t deposit_capacity;  /* notes that its acceptor can take in one deposit */
    struct notes cassettes;    /* in the machine, promised ones included */
    struct notes promised;     /* to open withdrawals */
    struct note_totals loaded; /* put into cassettes */
    struct note_totals taken, rejected,
        retracted; /* by customers; into the reject bin; into the retract bin */
    struct note_totals reject_emptied, retract_emptied; /* of these: with the bin */
    struct note_totals removed;   /* from cassettes and these two bins, as counted then */
    struct note_totals found;     /* by counts, beyond the books; below 0: missing */
    struct note_totals deposited; /* into the deposit bin; they are never dispensed */
    struct note_totals returned;  /* of those: given back by hand */
    struct note_totals collected, bin_found; /* removed from the deposit bin; found in it */
    struct cassettes boxes;
    struct uuid count_id;     /* of the last count or swap; nil: there was none */
    struct notes recounted;   /* denominations with such a count since the machine last agreed */
    struct notes differing;   /* what the machine counted when it last signed on with other counts;
                                 none since a count, or an agreeing sign-on */
    struct day_totals totals; /* of the business day so far */
    struct teller_day day;    /* and what it began with */
    struct uuid run[TELLER_RUNS]; /* of machines that signed on as this teller, the latest first */
    struct uuid displaced;        /* the last run that was refused; nil: none was */
    char journal[JOURNAL_POSITION_LENGTH]; /* where the machine's journal ended when it last began a
                                              withdrawal or deposit; empty: it did not say */
    int64_t suspended_until_us; /* no card is authenticated before; 0: none was suspended */
    int64_t
        barred; /* 1: its terminal may do nothing but tell how what it began has ended; else 0 */
    enum {
        TELLER_KEY_UNTOLD,
        TELLER_KEY_TOLD,
        TELLER_KEY_NONE
    } key;                                    /* untold: it has the first it was given */
    unsigned char key_check[KEY_CHECK_BYTES]; /* of the key in force, when told */
};

/* Whether the teller is barred from what this command wants. */
bool teller_bars(const struct teller *teller, const struct command *command);

/* How long a machine with too many failed authentications authenticates no card. */
#define AUTHENTICATION_SUSPENDED_US (INT64_C(5) * 60 * 1000000)

struct decision teller_decide(const struct teller *teller, const struct withdrawal *withdrawal,
                              const struct command *command);
/* For the commands of a deposit: teller_deposit.c. */
struct decision teller_decide_deposit(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command);
/* After the cash: teller_dispense.c. */
struct decision teller_confirm(const struct teller *teller, const struct withdrawal *withdrawal,
                               const struct command *command);
struct decision teller_suspect(const struct teller *teller, const struct withdrawal *withdrawal,
                               const struct command *command);
struct decision teller_resolve(const struct teller *teller, const struct withdrawal *withdrawal,
                               const struct command *command);
/* Of an advice that contradicts what the bank knows of its withdrawal or deposit: teller_dispute.c.
 */
struct decision teller_dispute(const struct teller *teller, const struct withdrawal *withdrawal,
                               const struct command *command);
struct decision teller_settle(const struct teller *teller, const struct withdrawal *withdrawal,
                              const struct command *command);
struct decision teller_dispute_deposit(const struct teller *teller, const struct deposit *deposit,
                                       const struct command *command);
struct decision teller_settle_deposit(const struct teller *teller, const struct deposit *deposit,
                                      const struct command *command);
/* Notes that have left the cassettes, promised or not. What the cassettes never held by the bank's
 * count had been loaded. */
void teller_apply_gone(struct teller *teller, const struct disposition *where);
void teller_apply_dispute(struct teller *teller, const struct event *event);

/* Notes that a person puts in, takes out and counts: teller_cash.c. */
struct decision teller_decide_cash(const struct teller *teller, const struct command *command);
void teller_apply_cash(struct teller *teller, const struct event *event);
/* What a count, a swap or an emptied bin found beyond the books of before: what its event says as
 * its difference, unless that is not true. */
struct note_totals teller_difference(const struct teller *teller, const struct event *event);
/* Notes that the books have loaded or found, less those that have a place: always 0. */
int64_t teller_unplaced(const struct teller *teller, int32_t denomination);
int64_t teller_in_bin(const struct teller *teller, enum cash_bin bin, int32_t denomination);
/* Notes that were not where they were said to have gone, and deposited ones that go back by hand.
 */
void teller_take_back(struct teller *teller, const struct disposition *where);
void teller_give_back(struct teller *teller, const struct notes *notes);

/* Of a sign-on, and what is known of the machine: teller_sign_on.c. */
struct decision teller_sign_on(const struct teller *teller, const struct command *command);
void teller_apply_machine(struct teller *teller, const struct event *event);

void teller_apply(struct teller *teller, const struct event *event);

/* Whether that time is before the end of a suspension; not where a clock was put back to long
 * before it. */
bool teller_suspended_at(int64_t until_us, int64_t at_us);

/* What may be promised to the next withdrawal: the cassettes less what is promised already. */
struct notes teller_available(const struct teller *teller);

#endif

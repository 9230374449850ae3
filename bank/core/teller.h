/* SPDX-License-Identifier: MIT */
/*
 * The teller aggregate: one machine, its cassettes and its business day.
 *
 * Pure, as account.h. A teller decides about a withdrawal together with that
 * withdrawal's own state (withdrawal.h), which is its own: hundreds may
 * be open at one teller, and each is folded, kept and dropped by itself. The
 * same holds for deposits (deposit.h).
 */
#ifndef CORE_TELLER_H
#define CORE_TELLER_H

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
    struct note_totals loaded; /* = cassettes + taken + rejected + retracted */
    struct note_totals taken, rejected,
        retracted;                /* by customers; in the reject bin; in the retract bin */
    struct note_totals deposited; /* into the deposit bin; they are never dispensed */
    struct note_totals returned;  /* of those: given back by hand */
    struct day_totals totals;     /* of the business day so far */
    struct teller_day day;        /* and what it began with */
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

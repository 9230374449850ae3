/* SPDX-License-Identifier: MIT */
/*
 * One deposit at a machine: the state of its saga, and the process manager
 * that moves it. The counterpart of withdrawal.h, in the same form: rows
 * {from, trigger, to, command, why}, keyed by the deposit's id, which is the
 * initiating command's id and every event's correlation id. A deposit at the
 * counter is one command (Accounts.DepositMoney) and no saga.
 *
 *   NONE ─▶ COUNTING ─┬─▶ CREDITING ─┬─▶ COMPLETED
 *     │               │              ├─▶ SUSPECT ─▶ COMPLETED or CANCELLED
 *     │               │              └─▶ HELD ─┬─▶ COMPLETED
 *     └─▶ DECLINED    └─▶ CANCELLED            └─▶ RETURNING ─▶ CANCELLED
 */
#ifndef CORE_DEPOSIT_H
#define CORE_DEPOSIT_H

#include "bank/core/saga_row.h"

enum deposit_state {
    DEPOSIT_NONE,
    DEPOSIT_COUNTING,  /* the customer may put notes in; no money is owed by anybody yet */
    DEPOSIT_CREDITING, /* within one step of the saga only */
    DEPOSIT_SUSPECT,   /* the notes are in the machine and the account could not take their value,
                          or (when there are none) the machine does not know where they are */
    DEPOSIT_HELD,      /* credited, but not available until it has been reviewed */
    DEPOSIT_RETURNING, /* within one step of the saga only */
    DEPOSIT_COMPLETED,
    DEPOSIT_CANCELLED,
    DEPOSIT_DECLINED,
    DEPOSIT_DISPUTED, /* the machine says that it holds notes of which this bank knows nothing */
    DEPOSIT_SETTLED,
    DEPOSIT_STATE_COUNT
};

struct deposit {
    struct uuid id;
    int64_t version; /* events folded in */
    enum deposit_state state;
    enum refusal refusal; /* declined, suspect or held: why */
    struct uuid teller_id, account_id;
    unsigned char card[CARD_TOKEN_LENGTH]; /* all zeros in older histories */
    struct notes notes;                    /* accepted by the machine */
    struct notes disputed;                 /* what a disputed advice says beyond that */
    money amount, balance;      /* their value; the account's balance once it was credited */
    enum source source;         /* whose statement about its notes is the last one */
    char reason[REASON_LENGTH]; /* and its reason */
    int64_t initiated_us, ended_us;
};

/* Folds one event of its correlation id in. */
void deposit_apply(struct deposit *deposit, const struct event *event);

/* What the process manager wants done after an event, given the state that the event led to; as
 * withdrawal_react. */
bool deposit_react(const struct deposit *deposit, const struct event *event,
                   struct command *command);

/* The same after a command of its own was refused. */
bool deposit_refused(const struct deposit *deposit, enum refusal refusal, struct command *command);

/* Whether it has come to its end. */
bool deposit_ended(const struct deposit *deposit);

const char *deposit_state_name(enum deposit_state state);

extern const struct saga_rows deposit_rows;

#endif

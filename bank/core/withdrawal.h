/* SPDX-License-Identifier: MIT */
/*
 * One withdrawal: the state of its saga, and the process manager that moves it.
 *
 * The saga is a table of rows {from, trigger, to, command, why}: an event (or
 * the passing of its deadline) takes a withdrawal from one state to the next
 * and may call for one further command. The table in docs/sagas.md is
 * made of it. Keyed by the withdrawal's id, which is the initiating
 * command's id and every event's correlation id. Pure, a plain value.
 *
 * An advice that contradicts all this, or is of no withdrawal known here, leads to
 * DISPUTED, and an operator from there to SETTLED.
 *
 *   NONE ─▶ AUTHORIZED ─▶ DISPENSING ─┬─▶ COMPLETED
 *     │          │            │       └─▶ REVERSING ─▶ REVERSED
 *     └──────────┴▶ DECLINED  └─▶ SUSPECT ─▶ (either of the two above)
 */
#ifndef CORE_WITHDRAWAL_H
#define CORE_WITHDRAWAL_H

#include "bank/core/saga_row.h"

enum withdrawal_state {
    WITHDRAWAL_NONE,
    WITHDRAWAL_AUTHORIZED,
    WITHDRAWAL_DISPENSING,
    WITHDRAWAL_SUSPECT,
    WITHDRAWAL_REVERSING,
    WITHDRAWAL_COMPLETED,
    WITHDRAWAL_REVERSED,
    WITHDRAWAL_DECLINED,
    WITHDRAWAL_DISPUTED, /* the machine says that notes moved of which this bank knows nothing */
    WITHDRAWAL_SETTLED,
    WITHDRAWAL_STATE_COUNT
};

struct withdrawal {
    struct uuid id;
    int64_t version; /* events folded in */
    enum withdrawal_state state;
    enum refusal refusal; /* declined: why */
    struct uuid teller_id, account_id;
    money amount, balance;       /* approved; the account's after it */
    money reversed;              /* went back to the account */
    struct notes notes;          /* promised */
    struct disposition where;    /* what the machine or a count has said last */
    struct disposition disputed; /* what a disputed advice says beyond that */
    struct notes uncounted;      /* of that, what the books of the cassettes did not have */
    struct notes unknown;        /* of which that statement does not say where they are */
    enum source source;          /* whose statement it is */
    char reason[REASON_LENGTH];  /* and its reason */
    int64_t initiated_us, withdrawn_us, confirm_by_us;
};

/* Folds one event of its correlation id in. */
void withdrawal_apply(struct withdrawal *withdrawal, const struct event *event);

/*
 * What the process manager wants done after an event, given the state that the
 * event led to: fills in the command's kind and content and returns true. Its
 * id, correlation and time are the caller's to give.
 */
bool withdrawal_react(const struct withdrawal *withdrawal, const struct event *event,
                      struct command *command);

/* The same for a deadline: true when it is due at that time. */
bool withdrawal_deadline(const struct withdrawal *withdrawal, int64_t at_us,
                         struct command *command);

/* When that deadline is; 0: none runs. */
int64_t withdrawal_due_us(const struct withdrawal *withdrawal);

/* Whether it has come to its end. */
bool withdrawal_ended(const struct withdrawal *withdrawal);

/* Whether only the machine can end it: it waits for a completion, a reversal or an operator. */
bool withdrawal_open(const struct withdrawal *withdrawal);

const char *withdrawal_state_name(enum withdrawal_state state);

extern const struct saga_rows withdrawal_rows;

#endif

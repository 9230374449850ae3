/* SPDX-License-Identifier: MIT */
/*
 * One transfer between two accounts: the state of its saga, and the process
 * manager that moves it; as withdrawal.h and deposit.h, and keyed like them by
 * the initiating command's id, which is every event's correlation id.
 *
 *   NONE ─▶ INITIATED ─┬─▶ CREDITED ─▶ COMPLETED
 *     │                └─▶ RETURNED
 *     └─▶ DECLINED
 *
 * No machine and no person takes part once it has begun, so all its steps are
 * one append: what is kept is NONE or one of the three ends.
 */
#ifndef CORE_TRANSFER_H
#define CORE_TRANSFER_H

#include "bank/core/saga_row.h"

enum transfer_state {
    TRANSFER_NONE,
    TRANSFER_INITIATED, /* within one append only: held at the source */
    TRANSFER_CREDITED,  /* within one append only: at the target, and still held at the source */
    TRANSFER_COMPLETED,
    TRANSFER_RETURNED, /* the target could not take it: available at the source again */
    TRANSFER_DECLINED, /* refused by the source */
    TRANSFER_STATE_COUNT
};

struct transfer {
    struct uuid id;
    enum transfer_state state;
    enum refusal refusal;              /* declined or returned: why */
    struct uuid account_id, target_id; /* the source; the target, nil: no account has the card */
    struct uuid teller_id;             /* nil: made by an operator */
    money amount;
    int64_t initiated_us, ended_us;

    /* What its events have moved, whether a row expected them or not. */
    money held, taken, given; /* held at the source; taken from it; given to the target */
    int32_t ends;
};

/* Folds one event of its correlation id in. */
void transfer_apply(struct transfer *transfer, const struct event *event);

/* What the process manager wants done after an event, given the state that the event led to; as
 * withdrawal_react. */
bool transfer_react(const struct transfer *transfer, const struct event *event,
                    struct command *command);

/* What the target's refusal is to the sender, to whom one that is closed does not exist. */
enum refusal transfer_refusal(enum refusal refusal);

/* The same after a command of its own was refused. */
bool transfer_refused(const struct transfer *transfer, enum refusal refusal,
                      struct command *command);

/* Whether it has come to its end. */
bool transfer_ended(const struct transfer *transfer);

/* What is wrong with one whose events have all been seen; NULL: nothing, or it is no transfer. */
const char *transfer_wrong(const struct transfer *transfer);

const char *transfer_state_name(enum transfer_state state);

extern const struct saga_rows transfer_rows;

#endif

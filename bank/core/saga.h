/* SPDX-License-Identifier: MIT */
/*
 * The sagas, in a registry: what the engine, loading, history and verify need to
 * know of each, so that none of them names one. A saga is a state that folds
 * the events of its id, and a state manager that says what is to be done next:
 * withdrawal.h, deposit.h, transfer.h and approval.h. SAGA_TABLE (command.h) lists them.
 */
#ifndef CORE_SAGA_H
#define CORE_SAGA_H

#include "bank/core/approval.h"
#include "bank/core/deposit.h"
#include "bank/core/transfer.h"
#include "bank/core/withdrawal.h"

/* What is kept by a saga's id. The id is one saga's; the states of the others stay as they began.
 */
struct saga_state {
    int64_t version;    /* events folded in */
    int64_t due_us;     /* the first of its sagas' deadlines; 0: none runs */
    enum saga_kind due; /* whose it is */
#define X(enumerator, name) struct name name;
    SAGA_TABLE(X)
#undef X
};

struct saga {
    const char *name;
    size_t state, id, teller_id, account_id, refusal; /* where struct saga_state has them */
    enum refusal unknown; /* the answer to a command about one that does not exist */
    void (*apply)(void *state, const struct event *event);
    /* The command that an event calls for, the state being what the event led to; its kind and
     * content are filled in. False: none. */
    bool (*react)(const void *state, const struct event *event, struct command *command);
    /* The same after a command of the saga's own was refused. NULL: none ever is. */
    bool (*refused)(const void *state, enum refusal refusal, struct command *command);
    /* When something is due that no event calls for, 0: nothing; the command that is, which has the
     * trait DUE; and whether it is at that time. NULL: never. */
    int64_t (*due_us)(const void *state);
    enum command_kind late;
    bool (*deadline)(const void *state, int64_t at_us, struct command *command);
    bool (*ended)(const void *state);
    /* What `bank verify` says of one whose events have all been seen; NULL: nothing is wrong. The
     * whole NULL: bank/verify has a file of its own for that saga. */
    const char *(*wrong)(const void *state);
    const struct saga_rows *rows;
    const char *(*state_name)(int state);
};

extern const struct saga sagas[SAGA_COUNT];

/* Folds an event into the state of every saga. */
void saga_apply(struct saga_state *state, const struct event *event);

/* Whether there is anything under its id. */
bool saga_begun(const struct saga_state *state);

/* Whether a saga of it has come to its end. */
bool saga_ended(const struct saga_state *state);

/* Whether one of that kind is there. */
bool saga_there(const struct saga_state *state, enum saga_kind saga);

void *saga_part(struct saga_state *state, enum saga_kind saga);
const struct uuid *saga_teller(const struct saga_state *state, enum saga_kind saga);
const struct uuid *saga_account(const struct saga_state *state, enum saga_kind saga);
/* Why it was refused; NOT_REFUSED: it was not. */
enum refusal saga_refusal(const struct saga_state *state, enum saga_kind saga);

#endif

/* SPDX-License-Identifier: MIT */
#include "bank/core/saga.h"

#include <stddef.h>

/* What every saga has: its own functions under their names, taking any state. */
#define HOOKS(name)                                                                                \
    static void name##_fold(void *state, const struct event *event)                                \
    {                                                                                              \
        name##_apply(state, event);                                                                \
    }                                                                                              \
    static bool name##_next(const void *state, const struct event *event, struct command *command) \
    {                                                                                              \
        return name##_react(state, event, command);                                                \
    }                                                                                              \
    static bool name##_over(const void *state)                                                     \
    {                                                                                              \
        return name##_ended(state);                                                                \
    }                                                                                              \
    static const char *name##_name(int state)                                                      \
    {                                                                                              \
        return name##_state_name((enum name##_state)state);                                        \
    }

#define X(enumerator, name) HOOKS(name)
SAGA_TABLE(X)
#undef X

static int64_t withdrawal_due(const void *state)
{
    return withdrawal_due_us(state);
}

static bool withdrawal_late(const void *state, int64_t at_us, struct command *command)
{
    return withdrawal_deadline(state, at_us, command);
}

static bool deposit_otherwise(const void *state, enum refusal refusal, struct command *command)
{
    return deposit_refused(state, refusal, command);
}

static bool transfer_otherwise(const void *state, enum refusal refusal, struct command *command)
{
    return transfer_refused(state, refusal, command);
}

static const char *transfer_amiss(const void *state)
{
    return transfer_wrong(state);
}

static bool approval_otherwise(const void *state, enum refusal refusal, struct command *command)
{
    return approval_refused(state, refusal, command);
}

static int64_t approval_due(const void *state)
{
    return approval_due_us(state);
}

static bool approval_late(const void *state, int64_t at_us, struct command *command)
{
    return approval_deadline(state, at_us, command);
}

/* What it has besides; each saga says so, if only that there is nothing. */
#define WITHDRAWAL_BESIDES                                                                         \
    .unknown = REFUSED_NO_SUCH_WITHDRAWAL, .due_us = withdrawal_due,                               \
    .late = TELLER_SUSPECT_WITHDRAWAL, .deadline = withdrawal_late
#define DEPOSIT_BESIDES  .unknown = REFUSED_NO_SUCH_DEPOSIT, .refused = deposit_otherwise
#define TRANSFER_BESIDES .refused = transfer_otherwise, .wrong = transfer_amiss
#define APPROVAL_BESIDES                                                                           \
    .unknown = REFUSED_NO_SUCH_PROPOSAL, .refused = approval_otherwise, .due_us = approval_due,    \
    .late = BANK_EXPIRE_PROPOSAL, .deadline = approval_late

const struct saga sagas[SAGA_COUNT] = {
#define X(enumerator, member)                                                                      \
    { .name = #member,                                                                             \
      .state = offsetof(struct saga_state, member),                                                \
      .id = offsetof(struct saga_state, member.id),                                                \
      .teller_id = offsetof(struct saga_state, member.teller_id),                                  \
      .account_id = offsetof(struct saga_state, member.account_id),                                \
      .refusal = offsetof(struct saga_state, member.refusal),                                      \
      .apply = member##_fold,                                                                      \
      .react = member##_next,                                                                      \
      .ended = member##_over,                                                                      \
      .rows = &member##_rows,                                                                      \
      .state_name = member##_name,                                                                 \
      enumerator##_BESIDES },
    SAGA_TABLE(X)
#undef X
};

static const void *at(const struct saga_state *state, size_t offset)
{
    return (const char *)state + offset;
}

void saga_apply(struct saga_state *state, const struct event *event)
{
    state->version++;
    state->due_us = 0;
    for (unsigned i = 0; i < SAGA_COUNT; i++) {
        void *part = saga_part(state, (enum saga_kind)i);
        sagas[i].apply(part, event);
        if (sagas[i].due_us == NULL || state->due_us > 0)
            continue;
        state->due_us = sagas[i].due_us(part);
        state->due = (enum saga_kind)i;
    }
}

bool saga_begun(const struct saga_state *state)
{
    return state->version > 0;
}

bool saga_ended(const struct saga_state *state)
{
    for (unsigned i = 0; i < SAGA_COUNT; i++)
        if (sagas[i].ended(at(state, sagas[i].state)))
            return true;
    return false;
}

bool saga_there(const struct saga_state *state, enum saga_kind saga)
{
    return !uuid_is_nil(at(state, sagas[saga].id));
}

void *saga_part(struct saga_state *state, enum saga_kind saga)
{
    return (char *)state + sagas[saga].state;
}

const struct uuid *saga_teller(const struct saga_state *state, enum saga_kind saga)
{
    return at(state, sagas[saga].teller_id);
}

const struct uuid *saga_account(const struct saga_state *state, enum saga_kind saga)
{
    return at(state, sagas[saga].account_id);
}

enum refusal saga_refusal(const struct saga_state *state, enum saga_kind saga)
{
    return *(const enum refusal *)at(state, sagas[saga].refusal);
}

/* SPDX-License-Identifier: MIT */
#include "bank/core/saga.h"

#include <stddef.h>

static void withdrawal_fold(void *state, const struct event *event)
{
    withdrawal_apply(state, event);
}

static bool withdrawal_next(const void *state, const struct event *event, struct command *command)
{
    return withdrawal_react(state, event, command);
}

static int64_t withdrawal_due(const void *state)
{
    return withdrawal_due_us(state);
}

static bool withdrawal_late(const void *state, int64_t at_us, struct command *command)
{
    return withdrawal_deadline(state, at_us, command);
}

static bool withdrawal_over(const void *state)
{
    return withdrawal_ended(state);
}

static const char *withdrawal_name(int state)
{
    return withdrawal_state_name((enum withdrawal_state)state);
}

static void deposit_fold(void *state, const struct event *event)
{
    deposit_apply(state, event);
}

static bool deposit_next(const void *state, const struct event *event, struct command *command)
{
    return deposit_react(state, event, command);
}

static bool deposit_otherwise(const void *state, enum refusal refusal, struct command *command)
{
    return deposit_refused(state, refusal, command);
}

static bool deposit_over(const void *state)
{
    return deposit_ended(state);
}

static const char *deposit_name(int state)
{
    return deposit_state_name((enum deposit_state)state);
}

#define PLACES(member)                                                                             \
    .name = #member, .state = offsetof(struct saga_state, member),                                 \
    .teller_id = offsetof(struct saga_state, member.teller_id),                                    \
    .account_id = offsetof(struct saga_state, member.account_id),                                  \
    .refusal = offsetof(struct saga_state, member.refusal)

const struct saga sagas[SAGA_COUNT] = {
    [SAGA_WITHDRAWAL] = { PLACES(withdrawal), .unknown = REFUSED_NO_SUCH_WITHDRAWAL,
                          .apply = withdrawal_fold, .react = withdrawal_next,
                          .due_us = withdrawal_due, .late = TELLER_SUSPECT_WITHDRAWAL,
                          .deadline = withdrawal_late, .ended = withdrawal_over,
                          .rows = &withdrawal_rows, .state_name = withdrawal_name },
    [SAGA_DEPOSIT] = { PLACES(deposit), .unknown = REFUSED_NO_SUCH_DEPOSIT, .apply = deposit_fold,
                       .react = deposit_next, .refused = deposit_otherwise, .ended = deposit_over,
                       .rows = &deposit_rows, .state_name = deposit_name },
};

static const void *at(const struct saga_state *state, size_t offset)
{
    return (const char *)state + offset;
}

void saga_apply(struct saga_state *state, const struct event *event)
{
    state->version++;
    for (unsigned i = 0; i < SAGA_COUNT; i++)
        sagas[i].apply(saga_part(state, (enum saga_kind)i), event);
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

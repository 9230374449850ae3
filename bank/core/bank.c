/* SPDX-License-Identifier: MIT */
#include "bank/core/bank.h"

static const struct uuid own_stream;

/* Who may was asked where the act was read. */
static struct decision record_act(const struct command *command)
{
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, BANK_ACT_RECORDED, &own_stream, command);
    strcpy(event->act.name, act_name(command->act));
    memcpy(event->act.subject, command->subject, sizeof event->act.subject);
    memcpy(event->act.reason, command->reason, sizeof event->act.reason);
    return decision;
}

struct decision bank_decide(const struct approval *approval, const struct command *command)
{
    return command->kind == BANK_RECORD_ACT ? record_act(command)
                                            : approval_decide(approval, command);
}

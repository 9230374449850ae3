/* SPDX-License-Identifier: MIT */
/*
 * What an aggregate makes of a command: events (perhaps none), a refusal that
 * leaves no event, or a question to another aggregate that has to be answered
 * before it can tell.
 */
#ifndef CORE_DECISION_H
#define CORE_DECISION_H

#include "bank/core/command.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define DECISION_EVENTS_MAX 5 /* four cards are blocked, and a cash code ends */

enum decision_kind { DECISION_EVENTS, DECISION_REFUSAL, DECISION_ASK };

struct decision {
    enum decision_kind kind;
    enum refusal refusal;       /* also set with events, where the refusal is itself an event */
    enum command_kind ask;      /* the command to run first; decide again with its answer */
    struct uuid ask_account_id; /* whom and about how much, where the command itself does not say */
    money ask_amount;
    unsigned event_count;
    struct event event[DECISION_EVENTS_MAX];
};

/* The events, which are large, are cleared when they are added. */
static inline struct decision decision_of(enum decision_kind kind)
{
    struct decision decision;
    memset(&decision, 0, offsetof(struct decision, event));
    decision.kind = kind;
    return decision;
}

/* Nothing to do, and that is fine. */
static inline struct decision decision_accept(void)
{
    return decision_of(DECISION_EVENTS);
}

static inline struct decision decision_refuse(enum refusal refusal)
{
    struct decision decision = decision_of(DECISION_REFUSAL);
    decision.refusal = refusal;
    return decision;
}

static inline struct decision decision_ask(enum command_kind ask)
{
    struct decision decision = decision_of(DECISION_ASK);
    decision.ask = ask;
    return decision;
}

/* A further event of the decision: its kind and stream are set; its ids, time and business day are
 * the command's. */
static inline struct event *decision_add(struct decision *decision, enum event_kind kind,
                                         const struct uuid *stream_id,
                                         const struct command *command)
{
    assert(decision->event_count < DECISION_EVENTS_MAX);
    struct event *event = &decision->event[decision->event_count++];
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->stream_id = *stream_id;
    event->causation_id = command->id;
    event->correlation_id = command->correlation_id;
    event->at_us = command->at_us;
    event->day = command->day;
    event->source = command_source(command->kind);
    return event;
}

#endif

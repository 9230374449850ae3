/* SPDX-License-Identifier: MIT */
/*
 * Two kinds of trouble. An event that cannot be handled is tried again after
 * growing pauses, then parked; the rest goes on, but for its own sequence. A
 * dependency that is broken (a table that is gone, a full disk, a right that
 * was taken) would fail every event: it pauses the handler, which tries again
 * by itself and parks nothing meanwhile.
 *
 * Which of the two it is, the SQLSTATE says, else the handler. And when
 * PARKED_IN_A_ROW events have been parked with none handled between, it is the
 * dependency, whatever was said.
 */
#include "bank/subscriptions/parts.h"

#include "shared/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define PARKED_IN_A_ROW 3
#define FAILURES_QUIET  5 /* failures that may pass, until the handler is paused */
#define PAUSE_MAX_MS    10000

static void notice(const struct subscription *subscription, const char *what, const char *format,
                   ...) __attribute__((format(printf, 3, 4)));

static void notice(const struct subscription *subscription, const char *what, const char *format,
                   ...)
{
    const struct subscription_options *options = &subscription->all->options;
    char line[600];
    va_list list;
    if (options->notice == NULL)
        return;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    options->notice(options->context, what, line);
}

static int64_t pause_after(const struct subscription_pace *pace, int attempts, int64_t most_ms)
{
    int64_t pause_ms = pace->retry_first_ms;
    for (int i = 1; i < attempts && pause_ms < most_ms; i++)
        pause_ms *= 4;
    return pause_ms < most_ms ? pause_ms : most_ms;
}

/* ---- an event fails ---- */

static void park_send(struct subscription *subscription, int64_t position)
{
    struct given given = { 0 };
    char sequence[UUID_TEXT_LENGTH];
    const struct uuid id = subscription->failing_sequence;
    given_text(&given, subscription->handler->name);
    given_number(&given, position);
    given_text(&given, subscription->reason);
    given_text(&given, uuid_write(&id, sequence));
    subscription->target = position;
    subscription->parking = true;
    subscription_move(subscription);
    subscription_query(
        subscription, TAG_WRITE,
        "INSERT INTO esbank.parked_events (projection, position, reason, sequence)"
        " VALUES ($1, $2::bigint, $3, $4::uuid) ON CONFLICT (projection, position) DO UPDATE"
        " SET reason = EXCLUDED.reason, sequence = EXCLUDED.sequence, parked_at = now()",
        &given);
    subscription_send(subscription, SUBSCRIPTION_APPLY);
}

void subscription_event_failed(struct subscription *subscription, int64_t position)
{
    const struct subscription_pace *pace = &subscription->all->options.pace;
    const bool unreadable = position == subscription->unreadable;
    subscription->failing_sequence =
        unreadable ? subscription->unreadable_sequence
                   : handler_sequence(subscription->handler,
                                      &subscription->records[subscription->at].event);
    if (subscription->attempts++ == 0)
        notice(subscription, "handler-fails", "subscription=%s position=%" PRId64 " reason=\"%s\"",
               subscription->handler->name, position, subscription->reason);
    if (subscription->attempts >= pace->attempts_max) {
        if (!unreadable && subscription->parked_in_a_row >= PARKED_IN_A_ROW)
            subscription_dependency_failed(subscription, position, false);
        else
            park_send(subscription, position);
        return;
    }
    int64_t pause_ms = pause_after(pace, subscription->attempts, pace->retry_max_ms);
    struct given given = { 0 };
    given_identity(&given, subscription);
    given_number(&given, subscription->saved);
    given_number(&given, position);
    given_text(&given, subscription->reason);
    given_number(&given, pause_ms);
    subscription->target = position - 1;
    subscription->retry_ms = clock_now_ms() + pause_ms;
    subscription_query(subscription, TAG_WRITE,
                       "SELECT esbank.subscription_fail($1, $2, $3::bigint::int, $4::bigint,"
                       " $5::bigint, $6, $7::bigint)",
                       &given);
    subscription_send(subscription, SUBSCRIPTION_FAIL);
}

void subscription_parked(struct subscription *subscription)
{
    notice(subscription, "parked", "subscription=%s position=%" PRId64 " reason=\"%s\"",
           subscription->handler->name, subscription->target, subscription->reason);
    sequence_add(subscription, &subscription->failing_sequence);
    if (subscription->target == subscription->unreadable)
        subscription->unreadable = 0;
    else
        subscription->parked_in_a_row++;
}

/* ---- the dependency is broken ---- */

static void pause_send(struct subscription *subscription, int64_t position)
{
    struct given given = { 0 };
    const int64_t pause_ms =
        pause_after(&subscription->all->options.pace, subscription->failures, PAUSE_MAX_MS);
    subscription->target = position > 0 ? position - 1 : subscription->position;
    given_identity(&given, subscription);
    given_number(&given, subscription->saved);
    given_number(&given, subscription->target);
    if (position > 0)
        given_number(&given, position);
    else
        given_null(&given);
    given_text(&given, subscription->reason);
    given_number(&given, pause_ms);
    subscription->retry_ms = clock_now_ms() + pause_ms;
    subscription_query(subscription, TAG_WRITE,
                       "SELECT esbank.subscription_pause($1, $2, $3::bigint::int, $4::bigint,"
                       " $5::bigint, $6::bigint, $7, $8::bigint)",
                       &given);
    subscription_send(subscription, SUBSCRIPTION_PAUSE);
}

void subscription_dependency_failed(struct subscription *subscription, int64_t position,
                                    bool may_pass)
{
    subscription->failures++;
    const bool paused = subscription->paused;
    subscription->paused = paused || !may_pass || subscription->failures >= FAILURES_QUIET;
    if (subscription->paused && !paused)
        notice(subscription, "handler-paused", "subscription=%s position=%" PRId64 " reason=\"%s\"",
               subscription->handler->name, position > 0 ? position : subscription->position + 1,
               subscription->reason);
    if (subscription->paused && subscription->mine && subscription->step != SUBSCRIPTION_PAUSE) {
        pause_send(subscription, position);
        return;
    }
    subscription->leased_ms = 0; /* look again where we are */
    subscription_wait(subscription, subscription->all->options.pace.poll_ms);
}

void subscription_resumed(struct subscription *subscription)
{
    if (subscription->paused)
        notice(subscription, "handler-resumed", "subscription=%s position=%" PRId64,
               subscription->handler->name, subscription->position);
    subscription->paused = false;
}

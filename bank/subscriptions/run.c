/* SPDX-License-Identifier: MIT */
/*
 * The statements of a subscription, and what comes of them.
 *
 * A run is applied as a whole: the checkpoint first, whose row's lock keeps out
 * everyone else, then the effects. If that fails, nothing is written and the
 * run is applied event by event, so that the one at fault is found, and all
 * before it are done. What becomes of that one is failures.c's. A run that writes nothing is only
 * noted here; its checkpoint goes along with the next that does, or within pace.poll_ms.
 */
#include "bank/postgres/session_settings.h"
#include "bank/postgres/sqlstate.h"
#include "bank/subscriptions/parts.h"

#include "shared/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lease ---- */

static void session_prepare(struct subscription *subscription)
{
    connection_query(subscription->connection, TAG_SETUP,
                     "SELECT " SESSION_COMMITS_LATER ", set_config('enable_seqscan', 'off', false)",
                     NULL);
    connection_query(subscription->connection, TAG_SETUP, "DEALLOCATE ALL", NULL);
    connection_prepare(subscription->connection, TAG_SETUP, "read", subscription->read_sql);
    connection_prepare(
        subscription->connection, TAG_SETUP, "move",
        "SELECT esbank.subscription_move($1, $2, $3::bigint::int, $4::bigint, $5::bigint, $6)");
    subscription->prepared = true;
}

void subscription_lease(struct subscription *subscription)
{
    struct given given = { 0 };
    given_identity(&given, subscription);
    if (!subscription->prepared)
        session_prepare(subscription);
    given_text(&given, subscription->handler->start == FROM_NOW ? "t" : "f");
    subscription_query(subscription, TAG_LEASE,
                       "SELECT mine, at_position, tries::bigint, retry_in_ms"
                       " FROM esbank.subscription_lease($1, $2, $3::bigint::int, $4::bool)",
                       &given);
    sequences_read(subscription);
    subscription_send(subscription, SUBSCRIPTION_LEASE);
}

static void lease_result(struct subscription *subscription, const PGresult *result)
{
    if (PQntuples(result) != 1)
        return;
    bool was_mine = subscription->mine;
    int64_t position = row_int64(result, 0, 1), now_ms = clock_now_ms();
    subscription->mine = row_bool(result, 0, 0);
    subscription->leased_ms = now_ms;
    if (!was_mine || position != subscription->saved) { /* new to us, or an operator has moved it */
        subscription->saved = subscription->position = position;
        subscription->saved_ms = now_ms;
    }
    subscription->attempts = (int)row_int64(result, 0, 2);
    subscription->singly = subscription->attempts > 0;
    subscription->retry_ms = subscription->attempts > 0 && !PQgetisnull(result, 0, 3)
                                 ? now_ms + row_int64(result, 0, 3)
                                 : 0;
}

void subscription_release(struct subscription *subscription)
{
    struct given given = { 0 };
    given_text(&given, subscription->handler->name);
    given_text(&given, subscription->all->owner);
    given_number(&given, subscription->saved);
    given_number(&given, subscription->position);
    subscription_query(
        subscription, TAG_WRITE,
        "UPDATE esbank.subscriptions SET lease_owner = NULL, lease_until = NULL,"
        " position = CASE WHEN position = $3::bigint THEN $4::bigint ELSE position END"
        " WHERE name = $1 AND lease_owner = $2",
        &given);
    subscription->mine = subscription->paused = false;
    subscription_send(subscription, SUBSCRIPTION_RELEASE);
}

/* ---- a run is read ---- */

/* The unwanted types stand in it as a constant, so that Postgres makes a hash table of them. */
char *subscription_read_sql(const struct handler *handler)
{
    char *unwanted = handler_unwanted(handler), *sql;
    if (asprintf(&sql,
                 "SELECT h.position, " EVENT_ROW_COLUMNS " FROM (" LOG_END
                 ") h LEFT JOIN esbank.events e"
                 " ON e.position > $1::bigint AND e.position <= $1 + $2::bigint AND e.position <= "
                 "h.position"
                 " AND e.event_type <> ALL ('%s'::text[]) ORDER BY e.position",
                 unwanted) < 0)
        panic("out of memory");
    free(unwanted);
    return sql;
}

static void run_go_on(struct subscription *subscription);

void subscription_read(struct subscription *subscription)
{
    struct given given = { 0 };
    given_number(&given, subscription->position);
    given_number(&given, subscription->all->options.pace.run_max);
    subscription->woken = false;
    subscription->count = subscription->at = subscription->end = 0;
    subscription->unreadable = 0;
    if (live_take(subscription)) {
        run_go_on(subscription);
        return;
    }
    subscription_run(subscription, TAG_READ, "read", &given);
    subscription_send(subscription, SUBSCRIPTION_READ);
}

/* The records of one row; false for one that cannot be read. */
static bool event_take(struct subscription *subscription, const struct stored_event *stored)
{
    struct error error;
    struct event_record *to = &subscription->records[subscription->count];
    unsigned count = event_decode(stored, to, &error);
    for (unsigned i = 0, kept = 0; i < count; i++)
        if (handler_wants(subscription->handler, to[i].event.kind)) {
            if (kept != i)
                to[kept] = to[i];
            kept++;
            subscription->count++;
        }
    if (count == 0)
        snprintf(subscription->reason, sizeof subscription->reason, "%.299s", error.message);
    return count > 0;
}

static void read_result(struct subscription *subscription, const PGresult *result)
{
    struct stored_event stored;
    if (PQntuples(result) == 0)
        return;
    int64_t most = subscription->position + subscription->all->options.pace.run_max;
    subscription->head = row_int64(result, 0, 0);
    subscription->run_end = subscription->head < most ? subscription->head : most;
    for (int row = 0; row < PQntuples(result) && !PQgetisnull(result, row, 1); row++) {
        event_row_read(result, row, 1, &stored);
        if (!event_take(subscription, &stored)) {
            subscription->unreadable = stored.position;
            subscription->unreadable_sequence = sequence_of_stored(subscription, &stored);
            subscription->run_end = stored.position - 1;
            return;
        }
    }
}

/* ---- it is applied ---- */

void subscription_move(struct subscription *subscription)
{
    struct given given = { 0 };
    given_identity(&given, subscription);
    given_number(&given, subscription->saved);
    given_number(&given, subscription->target);
    given_text(&given, subscription->target >= subscription->head ? "live" : "catching up");
    subscription_run(subscription, TAG_WRITE, "move", &given);
}

void subscription_save(struct subscription *subscription)
{
    subscription->count = subscription->at = subscription->end = subscription->handled = 0;
    subscription->holding = 0;
    subscription->unreadable = 0;
    subscription->target = subscription->position;
    subscription_move(subscription);
    subscription_send(subscription, SUBSCRIPTION_APPLY);
}

static void effect_send(struct subscription *subscription, struct effect *effect)
{
    const char *values[COLUMNS_MAX];
    int lengths[COLUMNS_MAX], formats[COLUMNS_MAX];
    columns_parameters(&effect->columns, values, lengths, formats);
    struct parameters parameters = { (int)effect->columns.count, values, lengths, formats };
    connection_query(subscription->connection, TAG_EFFECT, effect->statement->sql, &parameters);
}

/* The whole rest of the run, or what belongs to one event. */
static void part_choose(struct subscription *subscription)
{
    const struct event_record *records = subscription->records;
    subscription->end = subscription->count;
    subscription->target = subscription->run_end;
    if (!subscription->singly || subscription->at == subscription->count)
        return;
    size_t end = subscription->at + 1;
    while (end < subscription->count && records[end].position == records[subscription->at].position)
        end++;
    subscription->end = end;
    subscription->target = records[subscription->at].position;
}

/* The effects of the part; what waits behind a parked event of its sequence is parked too. */
static bool effects_gather(struct subscription *subscription, struct error *reason)
{
    static const char full[] = "too many events wait behind parked ones: retry or skip those";
    *reason = (struct error){ 0 };
    effects_reset(&subscription->effects);
    subscription->handled = subscription->holding = 0;
    for (size_t i = subscription->at; i < subscription->end; i++) {
        const struct event_record *record = &subscription->records[i];
        if (sequence_holds(subscription, record)) {
            if (sequences_full(subscription)) {
                error_set(reason, ERROR_PASSING, "%s", full);
                snprintf(subscription->reason, sizeof subscription->reason, "%s", full);
                return false;
            }
            sequence_hold(subscription, record);
            continue;
        }
        if (!subscription->handler->handle(&subscription->effects, record, reason)) {
            snprintf(subscription->reason, sizeof subscription->reason, "%.299s", reason->message);
            return false;
        }
        subscription->handled++;
    }
    return true;
}

/* Sends the next part of the run, or finds that there is nothing to send: then true, and it is
 * done. */
static bool part_send(struct subscription *subscription)
{
    struct error reason;
    part_choose(subscription);
    bool worked = effects_gather(subscription, &reason);
    if (!worked && !subscription->singly) {
        subscription->singly = true;
        part_choose(subscription);
        worked = effects_gather(subscription, &reason);
    }
    if (!worked) {
        const int64_t position = subscription->records[subscription->at].position;
        if (reason.kind == ERROR_CONNECTION || reason.kind == ERROR_PASSING)
            subscription_dependency_failed(subscription, position, false);
        else
            subscription_event_failed(subscription, position);
        return false;
    }
    if (subscription->effects.count == 0 && subscription->attempts == 0 && !subscription->paused)
        return true;
    subscription_move(subscription);
    for (size_t i = 0; i < subscription->effects.count; i++)
        effect_send(subscription, &subscription->effects.effect[i]);
    subscription_send(subscription, SUBSCRIPTION_APPLY);
    return false;
}

/* ---- what comes of a step ---- */

static void saved(struct subscription *subscription)
{
    subscription->saved = subscription->position = subscription->target;
    subscription->saved_ms = subscription->leased_ms = clock_now_ms();
}

/* Goes through the run as far as there is nothing to write. */
static void run_go_on(struct subscription *subscription)
{
    while (subscription->at < subscription->count ||
           subscription->position < subscription->run_end) {
        if (!part_send(subscription))
            return;
        subscription->position = subscription->target;
        subscription->at = subscription->end;
    }
    if (subscription->unreadable != 0) {
        subscription_event_failed(subscription, subscription->unreadable);
        return;
    }
    subscription->singly = false;
    if (subscription->paused) { /* all of it went through */
        subscription_save(subscription);
        return;
    }
    bool more = subscription->position < subscription->head;
    if (more && subscription->all->active)
        subscription_go_on(subscription);
    else
        subscription_wait(subscription, subscription->woken
                                            ? subscription->all->options.pace.gather_ms
                                            : subscription->all->options.pace.poll_ms);
}

static void apply_done(struct subscription *subscription)
{
    saved(subscription);
    subscription->attempts = subscription->failures = 0;
    subscription->retry_ms = 0;
    alerts_log(subscription);
    subscription->parked_count += subscription->parking ? 1 : (int64_t)subscription->holding;
    subscription->holding = 0;
    if (subscription->parking) {
        subscription_parked(subscription);
    } else if (subscription->handled > 0 || subscription->count == 0) {
        if (subscription->handled > 0)
            subscription->parked_in_a_row = 0;
        subscription_resumed(subscription);
    }
    subscription->parking = false;
    subscription->at = subscription->end;
    if (subscription->at == subscription->count)
        subscription->singly = false;
    if (subscription->all->active && subscription->at < subscription->count)
        run_go_on(subscription);
    else
        subscription_go_on(subscription);
}

static void step_failed(struct subscription *subscription)
{
    const bool of_run = subscription->step == SUBSCRIPTION_APPLY && !subscription->parking &&
                        subscription->at < subscription->count;
    const int64_t position = of_run ? subscription->records[subscription->at].position : 0;
    subscription->parking = false;
    alerts_forget(subscription); /* they were undone */
    if (strcmp(subscription->sqlstate, "ES002") == 0) {
        subscription->mine = false;
        subscription_go_on(subscription);
    } else if (strcmp(subscription->sqlstate, "26000") == 0) {
        subscription->prepared = false;
        subscription->leased_ms = 0;
        subscription_wait(subscription, subscription->all->options.pace.poll_ms);
    } else if (!of_run || !sqlstate_of_data(subscription->sqlstate)) {
        subscription_dependency_failed(subscription, position,
                                       sqlstate_may_pass(subscription->sqlstate));
    } else if (!subscription->singly) {
        subscription->singly = true;
        run_go_on(subscription);
    } else {
        subscription_event_failed(subscription, position);
    }
}

static void step_done(struct subscription *subscription)
{
    switch (subscription->step) {
    case SUBSCRIPTION_LEASE:
        if (subscription->mine || !subscription->all->active)
            subscription_go_on(subscription);
        else
            subscription_wait(subscription, subscription->all->options.pace.poll_ms);
        break;
    case SUBSCRIPTION_READ:
        if (subscription->all->active)
            run_go_on(subscription);
        else
            subscription_go_on(subscription);
        break;
    case SUBSCRIPTION_APPLY:
        apply_done(subscription);
        break;
    case SUBSCRIPTION_FAIL:
        saved(subscription);
        subscription->singly = true;
        subscription_go_on(subscription);
        break;
    case SUBSCRIPTION_PAUSE:
        saved(subscription);
        subscription_go_on(subscription);
        break;
    case SUBSCRIPTION_RELEASE:
        subscription_go_on(subscription);
        break;
    case SUBSCRIPTION_AWAY:
    case SUBSCRIPTION_WAIT:
        panic("a subscription was answered without having asked");
    }
}

void subscription_result(void *context, int tag, const PGresult *result)
{
    struct subscription *subscription = context;
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return;
    if (result_failed(result)) {
        snprintf(subscription->sqlstate, sizeof subscription->sqlstate, "%s",
                 result_sqlstate(result));
        result_message(result, subscription->reason, sizeof subscription->reason);
    } else if (tag == TAG_LEASE) {
        lease_result(subscription, result);
    } else if (tag == TAG_SEQUENCES) {
        sequences_result(subscription, result);
    } else if (tag == TAG_READ) {
        read_result(subscription, result);
    } else if (tag == TAG_EFFECT) {
        alerts_result(subscription, result);
    }
}

void subscription_synced(void *context, int tag)
{
    struct subscription *subscription = context;
    assert(tag == TAG_STEP);
    if (subscription->sqlstate[0] != '\0')
        step_failed(subscription);
    else
        step_done(subscription);
}

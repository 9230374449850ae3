/* SPDX-License-Identifier: MIT */
/*
 * The follower catches up the read models that do not ride with the appends,
 * one after another, on a session of its own:
 *
 *   SETUP ──▶ READ a run ──▶ APPLY it ──▶ READ … ──▶ at the head: it rides again
 *                ▲             │ failed as a whole: event by event
 *                │             ├──▶ PARK the one that fails, with its reason
 *                └─────────────┘
 *
 * A run's rows and its checkpoint are one transaction. When a run ends in sight
 * of the head, appends are held back for the few milliseconds until the model
 * has reached it (a lock that it must wait for ends that: it pauses); only while
 * none is under way may it board.
 *
 * A projection of another version than its table is folded into a shadow table
 * from the first event on; at the head the two are exchanged (SWAP), so nobody
 * ever sees the table half full.
 *
 * Failures that are not an event's fault (a lock, a full disk) are tried again
 * after a pause. A statement that cannot work (its table is gone) is left for
 * STUCK_MS, so that the others have their turn, and tried again then.
 */
#include "bank/postgres/sessions.h"
#include "bank/postgres/sqlstate.h"
#include "bank/store/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_MS = 1000, STUCK_MS = 2000 };

static void follow(struct store *store);

static void hold_end(struct store *store)
{
    store->hold = false;
    append_send(store);
}

static void stuck_send(struct store *store)
{
    store->follower.model->stuck = true;
    hold_end(store);
    follow_note(&store->follower);
}

/* Its session has no such statement: SETUP failed, and nobody could be told. That is no event's
 * fault. */
static bool never_prepared(const struct follower *follower)
{
    return strcmp(follower->sqlstate, "26000") == 0;
}

static void pause_begin(struct store *store)
{
    struct timeval pause = { PAUSE_MS / 1000, PAUSE_MS % 1000 * 1000 };
    store->follower.unprepared =
        store->follower.step == FOLLOW_SETUP || never_prepared(&store->follower);
    store->follower.step = FOLLOW_PAUSE;
    hold_end(store);
    evtimer_add(store->follower.pause, &pause);
}

/* ---- what comes of a step ---- */

static void ride(struct store *store)
{
    struct follower *follower = &store->follower;
    struct model *model = follower->model;
    model->is_inline = true;
    model->rebuild = false;
    follower->model = NULL;
    follower->step = FOLLOW_IDLE;
    model_note(store, model);
    hold_end(store);
    follow(store); /* is another one behind? */
}

/* It has what there is; the writer's sessions have no statement of its, so it is followed again and
 * again until they are made anew. */
static void follows(struct store *store)
{
    struct follower *follower = &store->follower;
    struct model *model = follower->model;
    model->stuck = true;
    if (model->why[0] != '\0')
        model_note(store, model);
    follower->model = NULL;
    follower->step = FOLLOW_IDLE;
    hold_end(store);
    follow(store);
}

/* A read found nothing: the model is where the log ended then. */
static void at_head(struct store *store)
{
    struct follower *follower = &store->follower;
    store->hold = true;
    if (append_under_way(store)) {
        follower->step = FOLLOW_IDLE; /* woken when they have been answered */
    } else if (follower->model->position != store->head) {
        follow_read(follower);
    } else if (follower->model->rebuild) {
        follow_swap(follower);
    } else if (follower->model->prepared) {
        ride(store);
    } else {
        follows(store);
    }
}

static void read_done(struct store *store)
{
    struct follower *follower = &store->follower;
    if (follower->short_run && follower->count > 0)
        store->hold = true;
    if (follower->count > 0)
        follow_apply(follower);
    else if (follower->unreadable != 0)
        follow_park(follower, follower->unreadable);
    else
        at_head(store);
}

static void apply_done(struct follower *follower)
{
    follower->model->position = follower->records[follower->end - 1].position;
    follower->at = follower->end;
    if (follower->at < follower->count) {
        follow_apply(follower);
        return;
    }
    follower->singly = false;
    follow_read(follower);
}

static void park_done(struct follower *follower)
{
    follower->model->position = follower->unreadable;
    follower->at = follower->end;
    if (follower->at < follower->count) {
        follow_apply(follower);
        return;
    }
    follower->singly = false;
    follow_read(follower);
}

static void step_failed(struct store *store)
{
    struct follower *follower = &store->follower;
    if (follower->step == FOLLOW_NOTE || follower->step == FOLLOW_REREAD ||
        sqlstate_may_pass(follower->sqlstate) || never_prepared(follower)) {
        pause_begin(store);
    } else if (strcmp(follower->sqlstate, "ES001") == 0) {
        follow_reread(follower);
    } else if (follower->step != FOLLOW_APPLY || !sqlstate_of_data(follower->sqlstate)) {
        stuck_send(store);
    } else if (!follower->singly) {
        follower->singly = true;
        hold_end(store); /* that takes a while */
        follow_apply(follower);
    } else {
        follow_park(follower, follower->records[follower->at].position);
    }
}

static void step_done(struct store *store)
{
    struct follower *follower = &store->follower;
    if (follower->sqlstate[0] != '\0') {
        step_failed(store);
        return;
    }
    switch (follower->step) {
    case FOLLOW_SETUP:
    case FOLLOW_REREAD:
        follow_read(follower);
        break;
    case FOLLOW_READ:
        read_done(store);
        break;
    case FOLLOW_APPLY:
        apply_done(follower);
        break;
    case FOLLOW_PARK:
        park_done(follower);
        break;
    case FOLLOW_SWAP:
        ride(store);
        break;
    case FOLLOW_NOTE:
        follower->model = NULL;
        follower->step = FOLLOW_IDLE;
        follow(store);
        break;
    case FOLLOW_IDLE:
    case FOLLOW_PAUSE:
        panic("the follower was answered without having asked");
    }
}

/* ---- the session ---- */

static void read_result(struct follower *follower, const PGresult *result)
{
    struct stored_event stored;
    struct error error;
    follower->short_run = PQntuples(result) < FOLLOW_RUN_MAX;
    for (int row = 0; row < PQntuples(result) && follower->unreadable == 0; row++) {
        event_row_read(result, row, 0, &stored);
        unsigned count = event_decode(&stored, &follower->records[follower->count], &error);
        if (count == 0) {
            follower->unreadable = stored.position;
            snprintf(follower->reason, sizeof follower->reason, "%.299s", error.message);
        }
        follower->count += count;
    }
}

static void follower_result(void *context, int tag, const PGresult *result)
{
    struct follower *follower = &((struct store *)context)->follower;
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return;
    if (result_failed(result)) {
        snprintf(follower->sqlstate, sizeof follower->sqlstate, "%s", result_sqlstate(result));
        result_message(result, follower->reason, sizeof follower->reason);
    } else if (tag == FOLLOW_TAG_READ) {
        read_result(follower, result);
    } else if (tag == FOLLOW_TAG_REREAD && PQntuples(result) == 1) {
        follower->model->position = row_int64(result, 0, 0);
    }
}

static void follower_synced(void *context, int tag)
{
    assert(tag == FOLLOW_TAG_STEP);
    step_done(context);
    models_tell(context);
}

/* The next model that is behind, or the one that was waited for. */
static void follow(struct store *store)
{
    struct follower *follower = &store->follower;
    if (follower->model != NULL) {
        follow_read(follower);
        return;
    }
    for (unsigned i = 0; i < store->model_count && follower->model == NULL; i++)
        if (!store->model[i].is_inline && !store->model[i].stuck)
            follower->model = &store->model[i];
    if (follower->model == NULL)
        connection_close(follower->connection);
    else
        follow_setup(follower);
}

void follower_wake(struct store *store)
{
    struct follower *follower = &store->follower;
    if (store->state != WRITER_ACTIVE || follower->step != FOLLOW_IDLE)
        return;
    if (store->hold && append_under_way(store))
        return;
    if (connection_ready(follower->connection)) {
        follow(store);
        return;
    }
    for (unsigned i = 0; i < store->model_count; i++)
        if (!store->model[i].is_inline && !store->model[i].stuck)
            connection_open(follower->connection);
}

static void follower_ready(void *context)
{
    follower_wake(context);
}

static void follower_reset(struct store *store)
{
    evtimer_del(store->follower.pause);
    store->follower.step = FOLLOW_IDLE;
    store->follower.model = NULL;
    store->hold = false;
}

/* Whether the last step was done, the checkpoint will tell. */
static void follower_lost(void *context, const char *why)
{
    struct store *store = context;
    (void)why;
    follower_reset(store);
    append_send(store);
}

void follower_stop(struct store *store)
{
    follower_reset(store);
    connection_close(store->follower.connection);
}

static void on_pause_over(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct store *store = context;
    store->follower.step = FOLLOW_IDLE;
    if (store->follower.model == NULL || !connection_ready(store->follower.connection))
        return;
    if (store->follower.unprepared)
        follow_setup(&store->follower);
    else if (store->follower.model->rebuild) /* its checkpoint is only here */
        follow_read(&store->follower);
    else
        follow_reread(&store->follower);
}

static void on_stuck_over(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct store *store = context;
    bool any = false;
    for (unsigned i = 0; store->state == WRITER_ACTIVE && i < store->model_count; i++) {
        any = any || store->model[i].stuck;
        store->model[i].stuck = false;
    }
    if (any)
        follower_wake(store);
}

void follower_create(struct store *store, const char *conninfo)
{
    struct follower *follower = &store->follower;
    struct connection_hooks hooks = { .name = SESSION_FOLLOWER,
                                      .context = store,
                                      .ready = follower_ready,
                                      .result = follower_result,
                                      .synced = follower_synced,
                                      .lost = follower_lost };
    follower->connection = connection_create(store->loop, conninfo, &hooks);
    follower->pause = evtimer_new(store->loop, on_pause_over, store);
    follower->stuck = event_new(store->loop, -1, EV_PERSIST, on_stuck_over, store);
    follower->records =
        malloc((FOLLOW_RUN_MAX + 1) * UPCAST_EVENTS_MAX * sizeof *follower->records);
    if (follower->pause == NULL || follower->stuck == NULL || follower->records == NULL)
        panic("out of memory");
    evtimer_add(follower->stuck, &(struct timeval){ .tv_sec = STUCK_MS / 1000 });
}

void follower_destroy(struct store *store)
{
    connection_destroy(store->follower.connection);
    event_free(store->follower.pause);
    event_free(store->follower.stuck);
    columns_finish(&store->follower.columns);
    free(store->follower.records);
}

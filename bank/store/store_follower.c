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
 * has reached it; only while none is under way may it board.
 *
 * A projection of another version than its table is folded into a shadow table
 * from the first event on; at the head the two are exchanged (SWAP), so nobody
 * ever sees the table half full.
 *
 * Failures that are not an event's fault (a lock, a full disk) are tried again
 * after a pause; a statement that can never work is left until the next start.
 */
#include "bank/store/store_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUN_MAX = 1000, PAUSE_MS = 1000 };

enum { TAG_SETUP = 1, TAG_READ, TAG_APPLY, TAG_MOVE, TAG_PARK, TAG_SWAP, TAG_NOTE, TAG_REREAD, TAG_STEP };

#define STATEMENT "model"

static void follow(struct store *store);

static void query(struct follower *follower, int tag, const char *sql, const struct arguments *arguments)
{
    if (arguments == NULL) {
        connection_query(follower->connection, tag, sql, NULL);
        return;
    }
    struct parameters parameters = arguments_parameters(arguments);
    connection_query(follower->connection, tag, sql, &parameters);
}

static void step_send(struct follower *follower, enum follower_step step)
{
    follower->step = step;
    follower->sqlstate[0] = '\0';
    connection_sync(follower->connection, TAG_STEP);
}

static void hold_end(struct store *store)
{
    store->hold = false;
    append_send(store);
}

/* ---- the steps ---- */

static void setup_send(struct follower *follower)
{
    struct model *model = follower->model;
    const char *name = model->projection->name;
    char sql[300];
    query(follower, TAG_SETUP,
          "SELECT set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)", NULL);
    query(follower, TAG_SETUP, "DEALLOCATE ALL", NULL);
    if (model->rebuild) {
        struct arguments arguments = { 0 };
        arguments_text(&arguments, name);
        snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS esbank.%.63s_shadow", name);
        query(follower, TAG_SETUP, sql, NULL);
        snprintf(sql, sizeof sql, "CREATE TABLE esbank.%.63s_shadow (LIKE esbank.%.63s INCLUDING ALL)", name,
                 name);
        query(follower, TAG_SETUP, sql, NULL);
        query(follower, TAG_SETUP, "DELETE FROM esbank.parked_events WHERE projection = $1", &arguments);
        query(follower, TAG_SETUP,
              "UPDATE esbank.projections SET state = 'following', error = 'being made again for a newer "
              "program',"
              " updated_at = now() WHERE name = $1",
              &arguments);
        model->position = 0;
    }
    model_prepare(follower->connection, TAG_SETUP, STATEMENT, model->projection,
                  model->rebuild ? "_shadow" : "");
    columns_finish(&follower->columns);
    columns_init(&follower->columns, model->projection->column, model->projection->column_count);
    follower->singly = false;
    step_send(follower, FOLLOW_SETUP);
}

static void read_send(struct follower *follower)
{
    struct arguments arguments = { 0 };
    arguments_int64(&arguments, follower->model->position);
    arguments_int64(&arguments, RUN_MAX);
    follower->count = follower->at = follower->end = 0;
    follower->unreadable = 0;
    query(follower, TAG_READ,
          "SELECT " EVENT_ROW_COLUMNS
          " FROM esbank.events e WHERE e.position > $1::bigint ORDER BY e.position"
          " LIMIT $2::bigint",
          &arguments);
    step_send(follower, FOLLOW_READ);
}

/* Fails when somebody else has moved the checkpoint. Without a lock, since locks are taken as an append does:
 * tables first, then the checkpoint. */
static void check_send(struct follower *follower)
{
    struct arguments arguments = { 0 };
    if (follower->model->rebuild)
        return;
    arguments_text(&arguments, follower->model->projection->name);
    arguments_int64(&arguments, follower->model->position);
    query(follower, TAG_MOVE,
          "SELECT esbank.superseded(position, 0, $2::bigint, 0) FROM esbank.projections"
          " WHERE name = $1 AND position <> $2::bigint",
          &arguments);
}

/* The checkpoint, unless it was moved meanwhile; a shadow table has none. */
static void move_send(struct follower *follower, int64_t position)
{
    struct arguments arguments = { 0 };
    if (follower->model->rebuild)
        return;
    arguments_text(&arguments, follower->model->projection->name);
    arguments_int64(&arguments, follower->model->position);
    arguments_int64(&arguments, position);
    query(follower, TAG_MOVE,
          "UPDATE esbank.projections SET position = CASE WHEN position = $2::bigint THEN $3::bigint"
          " ELSE esbank.superseded(position, 0, $2, 0) END, updated_at = now() WHERE name = $1",
          &arguments);
}

/* The records [at, end): the whole run, or those of one event. */
static void apply_send(struct follower *follower)
{
    follower->end = follower->count;
    if (follower->singly) {
        follower->end = follower->at + 1;
        while (follower->end < follower->count &&
               follower->records[follower->end].position == follower->records[follower->at].position)
            follower->end++;
    }
    check_send(follower);
    columns_reset(&follower->columns);
    follower->model->projection->fold(&follower->columns, follower->records + follower->at,
                                      follower->end - follower->at);
    if (follower->columns.rows > 0) {
        struct arguments arguments;
        arguments_columns(&arguments, &follower->columns);
        struct parameters parameters = arguments_parameters(&arguments);
        connection_run(follower->connection, TAG_APPLY, STATEMENT, &parameters);
    }
    move_send(follower, follower->records[follower->end - 1].position);
    step_send(follower, FOLLOW_APPLY);
}

static void park_send(struct follower *follower, int64_t position)
{
    struct arguments arguments = { 0 };
    arguments_text(&arguments, follower->model->projection->name);
    arguments_int64(&arguments, position);
    arguments_text(&arguments, follower->reason);
    query(follower, TAG_PARK,
          "INSERT INTO esbank.parked_events (projection, position, reason) VALUES ($1, $2::bigint, $3)"
          " ON CONFLICT DO NOTHING",
          &arguments);
    move_send(follower, position);
    follower->unreadable = position; /* where the step ends */
    step_send(follower, FOLLOW_PARK);
}

static void swap_send(struct follower *follower)
{
    const char *name = follower->model->projection->name;
    struct arguments arguments = { 0 };
    char sql[300];
    snprintf(sql, sizeof sql, "DROP TABLE esbank.%.63s", name);
    query(follower, TAG_SWAP, sql, NULL);
    snprintf(sql, sizeof sql, "ALTER TABLE esbank.%.63s_shadow RENAME TO %.63s", name, name);
    query(follower, TAG_SWAP, sql, NULL);
    arguments_text(&arguments, name);
    arguments_int64(&arguments, follower->model->projection->version);
    arguments_int64(&arguments, follower->model->position);
    query(follower, TAG_SWAP,
          "UPDATE esbank.projections SET version = $2::bigint, position = $3::bigint WHERE name = $1",
          &arguments);
    step_send(follower, FOLLOW_SWAP);
}

static void stuck_send(struct store *store, const char *why)
{
    struct follower *follower = &store->follower;
    struct arguments arguments = { 0 };
    follower->model->stuck = true;
    hold_end(store);
    arguments_text(&arguments, follower->model->projection->name);
    arguments_text(&arguments, why);
    query(follower, TAG_NOTE,
          "UPDATE esbank.projections SET state = 'following', error = $2, updated_at = now() WHERE name = $1",
          &arguments);
    step_send(follower, FOLLOW_NOTE);
}

static void pause_begin(struct store *store)
{
    struct timeval pause = { PAUSE_MS / 1000, PAUSE_MS % 1000 * 1000 };
    store->follower.step = FOLLOW_PAUSE;
    hold_end(store);
    evtimer_add(store->follower.pause, &pause);
}

/* ---- what comes of a step ---- */

static bool class_is(const char *sqlstate, const char *class)
{
    return strncmp(sqlstate, class, 2) == 0;
}

/* Whether the same may work in a moment: a conflict of transactions, resources, a person's interference. */
static bool may_pass(const char *sqlstate)
{
    return class_is(sqlstate, "40") || class_is(sqlstate, "53") || class_is(sqlstate, "55") ||
           class_is(sqlstate, "57") || class_is(sqlstate, "58");
}

static void ride(struct store *store)
{
    struct follower *follower = &store->follower;
    struct model *model = follower->model;
    model->riding = true;
    model->rebuild = false;
    follower->model = NULL;
    follower->step = FOLLOW_IDLE;
    model_note(store, model);
    hold_end(store);
    follow(store); /* is another one behind? */
}

/* A read found nothing: the model is where the log ended then. */
static void at_head(struct store *store)
{
    struct follower *follower = &store->follower;
    store->hold = true;
    if (append_under_way(store)) {
        follower->step = FOLLOW_IDLE; /* woken when they have been answered */
    } else if (follower->model->position != store->head) {
        read_send(follower);
    } else if (follower->model->rebuild) {
        swap_send(follower);
    } else {
        ride(store);
    }
}

static void read_done(struct store *store)
{
    struct follower *follower = &store->follower;
    if (follower->short_run && follower->count > 0)
        store->hold = true;
    if (follower->count > 0)
        apply_send(follower);
    else if (follower->unreadable != 0)
        park_send(follower, follower->unreadable);
    else
        at_head(store);
}

static void apply_done(struct follower *follower)
{
    follower->model->position = follower->records[follower->end - 1].position;
    follower->at = follower->end;
    if (follower->at < follower->count) {
        apply_send(follower);
        return;
    }
    follower->singly = false;
    read_send(follower);
}

static void park_done(struct follower *follower)
{
    follower->model->position = follower->unreadable;
    follower->at = follower->end;
    if (follower->at < follower->count) {
        apply_send(follower);
        return;
    }
    follower->singly = false;
    read_send(follower);
}

static void reread_send(struct follower *follower)
{
    struct arguments arguments = { 0 };
    arguments_text(&arguments, follower->model->projection->name);
    query(follower, TAG_REREAD, "SELECT position FROM esbank.projections WHERE name = $1", &arguments);
    step_send(follower, FOLLOW_REREAD);
}

static void step_failed(struct store *store)
{
    struct follower *follower = &store->follower;
    if (follower->step == FOLLOW_NOTE || follower->step == FOLLOW_REREAD || may_pass(follower->sqlstate)) {
        pause_begin(store);
    } else if (strcmp(follower->sqlstate, "ES001") == 0) {
        reread_send(follower);
    } else if (follower->step != FOLLOW_APPLY || class_is(follower->sqlstate, "42")) {
        char why[sizeof follower->reason];
        memcpy(why, follower->reason, sizeof why);
        stuck_send(store, why);
    } else if (!follower->singly) {
        follower->singly = true;
        hold_end(store); /* that takes a while */
        apply_send(follower);
    } else {
        park_send(follower, follower->records[follower->at].position);
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
        read_send(follower);
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
    follower->short_run = PQntuples(result) < RUN_MAX;
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
    } else if (tag == TAG_READ) {
        read_result(follower, result);
    } else if (tag == TAG_REREAD && PQntuples(result) == 1) {
        follower->model->position = row_int64(result, 0, 0);
    }
}

static void follower_synced(void *context, int tag)
{
    assert(tag == TAG_STEP);
    step_done(context);
}

/* The next model that is behind, or the one that was waited for. */
static void follow(struct store *store)
{
    struct follower *follower = &store->follower;
    if (follower->model != NULL) {
        read_send(follower);
        return;
    }
    for (unsigned i = 0; i < store->model_count && follower->model == NULL; i++)
        if (!store->model[i].riding && !store->model[i].stuck)
            follower->model = &store->model[i];
    if (follower->model == NULL)
        connection_close(follower->connection);
    else
        setup_send(follower);
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
        if (!store->model[i].riding && !store->model[i].stuck)
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
    if (store->follower.model->rebuild)
        setup_send(&store->follower);
    else
        reread_send(&store->follower);
}

void follower_create(struct store *store, const char *conninfo)
{
    struct follower *follower = &store->follower;
    struct connection_hooks hooks = { .context = store,
                                      .ready = follower_ready,
                                      .result = follower_result,
                                      .synced = follower_synced,
                                      .lost = follower_lost };
    follower->connection = connection_create(store->loop, conninfo, &hooks);
    follower->pause = evtimer_new(store->loop, on_pause_over, store);
    follower->records = malloc((RUN_MAX + 1) * UPCAST_EVENTS_MAX * sizeof *follower->records);
    if (follower->pause == NULL || follower->records == NULL)
        panic("out of memory");
}

void follower_destroy(struct store *store)
{
    connection_destroy(store->follower.connection);
    event_free(store->follower.pause);
    columns_finish(&store->follower.columns);
    free(store->follower.records);
}

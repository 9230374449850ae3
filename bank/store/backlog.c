/* SPDX-License-Identifier: MIT */
/*
 * What the riding read models are owed, and the session of their own that
 * brings it to them while the writer appends on.
 *
 * Owed is always the end of the log, (checkpoint, head], less what a model that
 * boarded meanwhile has had. It goes as one run, one transaction at a time:
 *
 *   [ under way | the next run ............ ]◀── committed batches
 *     ▲ forgotten when it has committed
 *
 * The next run goes when nothing has been appended for a moment, when it has OWED_RUN
 * events or its first is OWED_AGE_MS old, or when somebody waits for one of them. Each
 * run is a transaction that a processor works at while somebody may wait for an
 * append: so one for what came close together, not one for each batch.
 *
 * The transaction moves the checkpoints from where the models are known to be,
 * or fails as a whole. So nothing is ever folded twice, whoever else is at it:
 * an earlier session of ours that ends late, another bank, a rebuild. Its
 * commit does not wait for the disk. It cannot be there without the events,
 * which were on disk before; and when it is lost, its checkpoint is lost too.
 *
 * Whatever goes wrong here (a statement that fails, the session's end, more
 * than BACKLOG_MAX events because a table is locked) puts models off: what is owed
 * is forgotten, since the log has it, and the follower brings them up.
 */
#include "bank/postgres/sessions.h"
#include "bank/store/parts.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OWED_RUN = 16384, BACKLOG_MAX = 65536 }; /* events */
enum { QUIET_MS = 2, OWED_AGE_MS = 200 };

enum { TAG_STEP = TAG_WRITER + 1, TAG_PREPARED, TAG_NAMED, TAG_BROUGHT };

/* ---- events that are owed ---- */

static void room_make(struct backlog *backlog, size_t count)
{
    if (backlog->count + count <= backlog->capacity)
        return;
    backlog->capacity = 2 * (backlog->count + count);
    backlog->record = realloc(backlog->record, backlog->capacity * sizeof *backlog->record);
    if (backlog->record == NULL)
        panic("out of memory for %zu events that read models are owed", backlog->capacity);
}

/* The session ends, since what is under way on it nobody is to hear of; another begins. */
static void give_up(struct store *store, const char *why)
{
    backlog_forget(store);
    backlog_open(store);
    models_put_off(store, why);
}

void backlog_add(struct store *store, const struct slot *slot)
{
    struct backlog *backlog = &store->backlog;
    const struct batch *batch = slot->batch;
    if (batch->strong)
        backlog->wanted = slot->after;
    if (batch->event_count == 0)
        return;
    if (!backlog->ready) {
        models_put_off(store, "the session that brings them their events was lost");
        return;
    }
    if (backlog->count + batch->event_count > BACKLOG_MAX) {
        give_up(store, "they were too far behind: is a table of theirs locked?");
        return;
    }
    if (backlog->count == backlog->under_way)
        event_add(backlog->age, &(struct timeval){ .tv_usec = OWED_AGE_MS * 1000 });
    event_add(backlog->quiet, &(struct timeval){ .tv_usec = QUIET_MS * 1000 });
    room_make(backlog, batch->event_count);
    memcpy(backlog->record + backlog->count, batch->event,
           batch->event_count * sizeof *batch->event);
    backlog->count += batch->event_count;
}

static bool run_is_due(const struct store *store)
{
    const struct backlog *backlog = &store->backlog;
    const bool quiet = !append_under_way(store) && !event_pending(backlog->quiet, EV_TIMEOUT, NULL);
    return quiet || backlog->count >= OWED_RUN || backlog->record[0].position <= backlog->wanted ||
           !event_pending(backlog->age, EV_TIMEOUT, NULL);
}

void backlog_bring(struct store *store)
{
    struct backlog *backlog = &store->backlog;
    if (backlog->count == 0 || backlog->under_way > 0 || !run_is_due(store))
        return;
    backlog->under_way = backlog->count;
    backlog->failed_tag = 0;
    models_run(store, backlog->connection, backlog->record, backlog->count);
    connection_sync(backlog->connection, TAG_BROUGHT);
}

void backlog_bring_all(struct store *store)
{
    store->backlog.wanted = INT64_MAX;
    backlog_bring(store);
}

static void on_time(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    backlog_bring(context);
}

static void brought(struct store *store)
{
    struct backlog *backlog = &store->backlog;
    const int64_t position = backlog->record[backlog->under_way - 1].position;
    backlog->count -= backlog->under_way;
    memmove(backlog->record, backlog->record + backlog->under_way,
            backlog->count * sizeof *backlog->record);
    backlog->under_way = 0;
    models_move(store, position);
    models_tell(store);
    backlog_bring(store);
}

/* A model whose statement failed is told so; the others start over with it. */
static void not_brought(struct store *store)
{
    struct backlog *backlog = &store->backlog;
    if (backlog->failed_tag >= TAG_MODEL)
        model_put_off(store, &store->model[backlog->failed_tag - TAG_MODEL], backlog->message);
    give_up(store,
            backlog->failed_tag >= TAG_MODEL ? "another read model failed" : backlog->message);
    follower_wake(store);
}

/* ---- the session ---- */

static void backlog_connected(void *context)
{
    struct store *store = context;
    struct connection *connection = store->backlog.connection;
    connection_query(connection, TAG_STEP, "SELECT " SESSION_LOOKS_UP ", " SESSION_COMMITS_LATER,
                     NULL);
    models_prepare(connection, TAG_STEP);
    connection_sync(connection, TAG_STEP);
    for (unsigned i = 0; i < store->model_count;
         i++) { /* one that fails does not end the others' */
        model_prepare(connection, TAG_STEP, store->model[i].statement_name,
                      store->model[i].projection, "");
        connection_sync(connection, TAG_STEP);
    }
    connection_sync(connection, TAG_PREPARED);
}

static void backlog_result(void *context, int tag, const PGresult *result)
{
    struct backlog *backlog = &((struct store *)context)->backlog;
    if (!result_failed(result) || PQresultStatus(result) == PGRES_PIPELINE_ABORTED ||
        backlog->failed_tag != 0)
        return;
    backlog->failed_tag = tag;
    result_message(result, backlog->message, sizeof backlog->message);
}

static void backlog_synced(void *context, int tag)
{
    struct store *store = context;
    struct backlog *backlog = &store->backlog;
    if (tag == TAG_PREPARED) {
        backlog->ready = true;
        /* For pg_stat_activity, once it works. */
        connection_query(backlog->connection, TAG_NAMED,
                         "SELECT set_config('application_name', '" SESSION_PREFIX SESSION_MODELS
                         "', false)",
                         NULL);
        connection_sync(backlog->connection, TAG_NAMED);
    } else if (tag == TAG_BROUGHT && backlog->failed_tag == 0) {
        brought(store);
    } else if (tag == TAG_BROUGHT) {
        not_brought(store);
    }
}

static void backlog_lost(void *context, const char *why)
{
    struct store *store = context;
    struct backlog *backlog = &store->backlog;
    char reason[300];
    const bool some = backlog->count > 0;
    backlog->ready = false;
    backlog->count = backlog->under_way = 0;
    if (!some)
        return;
    snprintf(reason, sizeof reason, "the session that brings them their events was lost: %s", why);
    models_put_off(store, reason);
    follower_wake(store);
}

void backlog_open(struct store *store)
{
    connection_open(store->backlog.connection);
}

void backlog_forget(struct store *store)
{
    struct backlog *backlog = &store->backlog;
    backlog->ready = false;
    backlog->count = backlog->under_way = 0;
    backlog->wanted = 0;
    connection_close(backlog->connection);
}

void backlog_create(struct store *store, const char *conninfo)
{
    struct connection_hooks hooks = { .name = SESSION_MODELS_PREPARING,
                                      .context = store,
                                      .ready = backlog_connected,
                                      .result = backlog_result,
                                      .synced = backlog_synced,
                                      .lost = backlog_lost };
    store->backlog.connection = connection_create(store->loop, conninfo, &hooks);
    store->backlog.quiet = evtimer_new(store->loop, on_time, store);
    store->backlog.age = evtimer_new(store->loop, on_time, store);
    if (store->backlog.quiet == NULL || store->backlog.age == NULL)
        panic("out of memory");
}

void backlog_destroy(struct store *store)
{
    connection_destroy(store->backlog.connection);
    event_free(store->backlog.quiet);
    event_free(store->backlog.age);
    free(store->backlog.record);
}

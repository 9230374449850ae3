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
 * than OWED_MAX events because a table is locked) puts models off: what is owed
 * is forgotten, since the log has it, and the follower brings them up.
 */
#include "bank/store/parts.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OWED_RUN = 16384, OWED_MAX = 65536 }; /* events */
enum { QUIET_MS = 2, OWED_AGE_MS = 200 };

enum { TAG_STEP = TAG_WRITER + 1, TAG_PREPARED, TAG_NAMED, TAG_BROUGHT };

/* ---- events that are owed ---- */

static void room_make(struct owed *owed, size_t count)
{
    if (owed->count + count <= owed->capacity)
        return;
    owed->capacity = 2 * (owed->count + count);
    owed->record = realloc(owed->record, owed->capacity * sizeof *owed->record);
    if (owed->record == NULL)
        panic("out of memory for %zu events that read models are owed", owed->capacity);
}

/* The session ends, since what is under way on it nobody is to hear of; another begins. */
static void give_up(struct store *store, const char *why)
{
    owed_forget(store);
    owed_open(store);
    models_put_off(store, why);
}

void owed_add(struct store *store, const struct slot *slot)
{
    struct owed *owed = &store->owed;
    const struct batch *batch = slot->batch;
    if (batch->strong)
        owed->wanted = slot->after;
    if (batch->event_count == 0)
        return;
    if (!owed->ready) {
        models_put_off(store, "the session that brings them their events was lost");
        return;
    }
    if (owed->count + batch->event_count > OWED_MAX) {
        give_up(store, "they were too far behind: is a table of theirs locked?");
        return;
    }
    if (owed->count == owed->under_way)
        event_add(owed->age, &(struct timeval){ .tv_usec = OWED_AGE_MS * 1000 });
    event_add(owed->quiet, &(struct timeval){ .tv_usec = QUIET_MS * 1000 });
    room_make(owed, batch->event_count);
    memcpy(owed->record + owed->count, batch->event, batch->event_count * sizeof *batch->event);
    owed->count += batch->event_count;
}

static bool run_is_due(const struct store *store)
{
    const struct owed *owed = &store->owed;
    const bool quiet = !append_under_way(store) && !event_pending(owed->quiet, EV_TIMEOUT, NULL);
    return quiet || owed->count >= OWED_RUN || owed->record[0].position <= owed->wanted ||
           !event_pending(owed->age, EV_TIMEOUT, NULL);
}

void owed_bring(struct store *store)
{
    struct owed *owed = &store->owed;
    if (owed->count == 0 || owed->under_way > 0 || !run_is_due(store))
        return;
    owed->under_way = owed->count;
    owed->failed_tag = 0;
    models_run(store, owed->connection, owed->record, owed->count);
    connection_sync(owed->connection, TAG_BROUGHT);
}

void owed_bring_all(struct store *store)
{
    store->owed.wanted = INT64_MAX;
    owed_bring(store);
}

static void on_time(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    owed_bring(context);
}

static void brought(struct store *store)
{
    struct owed *owed = &store->owed;
    const int64_t position = owed->record[owed->under_way - 1].position;
    owed->count -= owed->under_way;
    memmove(owed->record, owed->record + owed->under_way, owed->count * sizeof *owed->record);
    owed->under_way = 0;
    models_move(store, position);
    models_tell(store);
    owed_bring(store);
}

/* A model whose statement failed is told so; the others start over with it. */
static void not_brought(struct store *store)
{
    struct owed *owed = &store->owed;
    if (owed->failed_tag >= TAG_MODEL)
        model_put_off(store, &store->model[owed->failed_tag - TAG_MODEL], owed->message);
    give_up(store, owed->failed_tag >= TAG_MODEL ? "another read model failed" : owed->message);
    follower_wake(store);
}

/* ---- the session ---- */

static void owed_connected(void *context)
{
    struct store *store = context;
    struct connection *connection = store->owed.connection;
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

static void owed_result(void *context, int tag, const PGresult *result)
{
    struct owed *owed = &((struct store *)context)->owed;
    if (!result_failed(result) || PQresultStatus(result) == PGRES_PIPELINE_ABORTED ||
        owed->failed_tag != 0)
        return;
    owed->failed_tag = tag;
    result_message(result, owed->message, sizeof owed->message);
}

static void owed_synced(void *context, int tag)
{
    struct store *store = context;
    struct owed *owed = &store->owed;
    if (tag == TAG_PREPARED) {
        owed->ready = true;
        /* For pg_stat_activity, once it works. */
        connection_query(owed->connection, TAG_NAMED,
                         "SELECT set_config('application_name', 'bank: read models', false)", NULL);
        connection_sync(owed->connection, TAG_NAMED);
    } else if (tag == TAG_BROUGHT && owed->failed_tag == 0) {
        brought(store);
    } else if (tag == TAG_BROUGHT) {
        not_brought(store);
    }
}

static void owed_lost(void *context, const char *why)
{
    struct store *store = context;
    struct owed *owed = &store->owed;
    char reason[300];
    const bool some = owed->count > 0;
    owed->ready = false;
    owed->count = owed->under_way = 0;
    if (!some)
        return;
    snprintf(reason, sizeof reason, "the session that brings them their events was lost: %s", why);
    models_put_off(store, reason);
    follower_wake(store);
}

void owed_open(struct store *store)
{
    connection_open(store->owed.connection);
}

void owed_forget(struct store *store)
{
    struct owed *owed = &store->owed;
    owed->ready = false;
    owed->count = owed->under_way = 0;
    owed->wanted = 0;
    connection_close(owed->connection);
}

void owed_create(struct store *store, const char *conninfo)
{
    struct connection_hooks hooks = { .name = "read models, preparing",
                                      .context = store,
                                      .ready = owed_connected,
                                      .result = owed_result,
                                      .synced = owed_synced,
                                      .lost = owed_lost };
    store->owed.connection = connection_create(store->loop, conninfo, &hooks);
    store->owed.quiet = evtimer_new(store->loop, on_time, store);
    store->owed.age = evtimer_new(store->loop, on_time, store);
    if (store->owed.quiet == NULL || store->owed.age == NULL)
        panic("out of memory");
}

void owed_destroy(struct store *store)
{
    connection_destroy(store->owed.connection);
    event_free(store->owed.quiet);
    event_free(store->owed.age);
    free(store->owed.record);
}

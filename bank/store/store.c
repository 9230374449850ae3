/* SPDX-License-Identifier: MIT */
/* Where a store begins and ends; parts.h says which file does what in between. */
#include "bank/store/parts.h"

#include "bank/postgres/migrations.h"
#include "shared/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESTROY_PATIENCE_MS = 1000, DESTROY_STEP_MS = 20 };

static const enum column_type events_types[] = {
    COLUMN_INT8, COLUMN_TEXT, COLUMN_INT8, COLUMN_UUID,        COLUMN_TEXT,  COLUMN_UUID,
    COLUMN_UUID, COLUMN_JSON, COLUMN_JSON, COLUMN_TIMESTAMPTZ, COLUMN_BYTEA, COLUMN_BYTEA,
};
static const enum column_type commands_types[] = { COLUMN_UUID, COLUMN_BYTEA, COLUMN_TEXT };
static const enum column_type data_keys_types[] = { COLUMN_UUID, COLUMN_UUID, COLUMN_BYTEA,
                                                    COLUMN_BYTEA };
static const enum column_type kept_types[] = { COLUMN_UUID, COLUMN_INT8,        COLUMN_TEXT,
                                               COLUMN_TEXT, COLUMN_UUID,        COLUMN_UUID,
                                               COLUMN_JSON, COLUMN_TIMESTAMPTZ, COLUMN_TEXT };
static const enum column_type snapshots_types[] = { COLUMN_TEXT, COLUMN_INT8, COLUMN_INT4,
                                                    COLUMN_BYTEA };

static void projections_take(struct store *store, const struct projection *const *list)
{
    for (; *list != NULL; list++) {
        if (store->model_count == PROJECTIONS_MAX)
            panic("there are more than %d projections: raise PROJECTIONS_MAX", PROJECTIONS_MAX);
        struct model *model = &store->model[store->model_count];
        model->projection = *list;
        snprintf(model->statement_name, sizeof model->statement_name, "model_%u",
                 store->model_count++);
        columns_init(&model->columns, (*list)->column, (*list)->column_count);
    }
}

struct store *store_create(const struct store_options *options, struct error *error)
{
    if (!migrations_apply(options->conninfo, migrations, NULL, error))
        return NULL;
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        panic("out of memory");
    store->loop = options->loop;
    store->listener = options->listener;
    store->unreachable = options->unreachable;
    store->unreachable_context = options->unreachable_context;
    store->chain = hash_chain_create();
    store->sealer = log_sealer_create(options->log_key);
    if (!known_open(&store->known, options->known_path, store->sealer, error)) {
        hash_chain_destroy(store->chain);
        log_sealer_destroy(store->sealer);
        free(store);
        return NULL;
    }
    store->sealed_before = options->sealed_before;
    store->accept_loss = options->accept_loss;
    columns_init(&store->events, events_types, sizeof events_types / sizeof *events_types);
    columns_init(&store->commands, commands_types, sizeof commands_types / sizeof *commands_types);
    for (size_t i = 0; i < STORAGE_APPENDS_MAX; i++)
        columns_init(&store->slot[i].snapshots, snapshots_types,
                     sizeof snapshots_types / sizeof *snapshots_types);
    columns_init(&store->data_keys, data_keys_types,
                 sizeof data_keys_types / sizeof *data_keys_types);
    columns_init(&store->erasures, (const enum column_type[]){ COLUMN_UUID }, 1);
    columns_init(&store->kept, kept_types, sizeof kept_types / sizeof *kept_types);
    projections_take(store, options->projections);
    store_models_create(store);
    backlog_create(store, options->conninfo);
    follower_create(store, options->conninfo);
    loads_create(store, options->conninfo);
    writer_create(store, options->conninfo);
    lanes_create(store, options->conninfo);
    lease_create(store, options->conninfo);
    struct connection *const beside[] = { store->lane[1].connection, store->reader,
                                          store->backlog.connection, store->follower.connection };
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        connection_beside(beside[i], store->writer);
    connection_patience(store->follower.connection, 0); /* its steps are long; the lease watches */
    return store;
}

struct storage store_storage(struct store *store)
{
    return (struct storage){
        .self = store, .append = append_take, .load = loads_take, .models_position = models_position
    };
}

bool store_active(const struct store *store)
{
    return store->state == WRITER_ACTIVE && connection_ready(store->writer);
}

struct log_end store_end(const struct store *store)
{
    struct log_end end = { .position = store->head, .epoch = store->epoch };
    memcpy(end.hash, store->head_hash, HASH_LENGTH);
    memcpy(end.seal, store->head_seal, LOG_SEAL_LENGTH);
    return end;
}

bool store_stands_by(const struct store *store)
{
    return store->denied;
}

const char *store_hindrance(const struct store *store)
{
    return store->hindrance;
}

void store_check(struct store *store)
{
    lease_check(store);
}

void store_look(struct store *store)
{
    for (unsigned i = 0; i < LANES; i++)
        if (store->lane[i].slot != NULL)
            connection_look(store->lane[i].connection);
}

static void on_step(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what, (void)context;
}

/* Lets the loop run until all batches have had their outcome and the models all events, for a
 * moment at most.
 */
static void wait_for_batches(struct store *store)
{
    struct timeval step = { 0, DESTROY_STEP_MS * 1000 };
    struct event *tick = event_new(store->loop, -1, EV_PERSIST, on_step, NULL);
    if (tick == NULL)
        panic("out of memory");
    evtimer_add(tick, &step);
    int64_t deadline_ms = clock_now_ms() + DESTROY_PATIENCE_MS;
    backlog_bring_all(store);
    while ((store->slot_count > 0 || (store_active(store) && store->backlog.count > 0)) &&
           clock_now_ms() < deadline_ms)
        event_base_loop(store->loop, EVLOOP_ONCE);
    event_free(tick);
}

void store_destroy(struct store *store)
{
    if (store == NULL)
        return;
    wait_for_batches(store);
    lease_destroy(store);
    lanes_destroy(store);
    writer_destroy(store);
    loads_destroy(store);
    follower_destroy(store);
    backlog_destroy(store);
    store_models_destroy(store);
    columns_finish(&store->events);
    columns_finish(&store->commands);
    for (size_t i = 0; i < STORAGE_APPENDS_MAX; i++)
        columns_finish(&store->slot[i].snapshots);
    columns_finish(&store->data_keys);
    columns_finish(&store->erasures);
    columns_finish(&store->kept);
    known_close(&store->known);
    log_sealer_destroy(store->sealer);
    hash_chain_destroy(store->chain);
    free(store);
}

void store_flush(struct store *store)
{
    known_flush(&store->known);
}

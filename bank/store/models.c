/* SPDX-License-Identifier: MIT */
/*
 * The read models that ride with the appends.
 *
 * No customer waits for them: once a batch is on disk, a session beside
 * the writer's (backlog.c) brings them its events, a moment later and those of
 * several batches as one run: a withdrawal that begins and ends in it is one
 * row written instead of two, every statement's fixed cost is paid once, and a
 * second processor has something to do. Only a batch with a reply that waits for
 * the read models brings its own events along, and any batch while there is no such
 * session: its segment then holds their statements and their checkpoints.
 *
 * The two do not touch the same rows at once: a batch brings its own only when
 * nothing is owed and no other is in flight. Where a transaction is left over that
 * nobody listens to any more, the checkpoint lets only one of them through.
 *
 * A bank that dies leaves models that are behind; the follower brings them up.
 * Somebody else may move a checkpoint that is behind the head (`bank projection
 * rebuild`), so each is moved only from where it is known to be; if one is not
 * there, the models are put off and the follower looks where they are.
 */
#include "bank/store/parts.h"
#include "bank/store/rebuild.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *sql;
} statements[] = {
    { "checkpoint",
      "WITH moved AS (UPDATE esbank.projections AS p SET position = $3::bigint, updated_at = now()"
      " FROM unnest($1::text[], $2::bigint[]) AS c (name, known)"
      " WHERE p.name = c.name AND p.position = c.known RETURNING p.name)"
      " SELECT CASE WHEN (SELECT count(*) FROM moved) <> cardinality($1)"
      " THEN esbank.superseded(NULL, 0, NULL, 0) END" },
    { "patience", "SELECT set_config('lock_timeout', $1, true)" },
    { "note",
      "UPDATE esbank.projections SET state = $2, error = $3, updated_at = now() WHERE name = $1" },
};

void models_prepare(struct connection *connection, int tag)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        connection_prepare(connection, tag, statements[i].name, statements[i].sql);
}

void model_prepare(struct connection *connection, int tag, const char *name,
                   const struct projection *projection, const char *suffix)
{
    char table[120];
    snprintf(table, sizeof table, "esbank.%.63s%.30s", projection->name, suffix);
    char *sql = rebuild_statement(projection, table);
    connection_prepare(connection, tag, name, sql);
    free(sql);
}

/* ---- where they are ---- */

bool models_inline(const struct store *store)
{
    for (unsigned i = 0; i < store->model_count; i++)
        if (store->model[i].is_inline)
            return true;
    return false;
}

void models_move(struct store *store, int64_t position)
{
    for (unsigned i = 0; i < store->model_count; i++)
        if (store->model[i].is_inline && store->model[i].position < position)
            store->model[i].position = position;
}

int64_t models_position(void *self)
{
    const struct store *store = self;
    int64_t position = store->head;
    for (unsigned i = 0; i < store->model_count; i++) {
        const struct model *model = &store->model[i];
        const int64_t has =
            model->rebuild ? 0 : model->position; /* what is made beside it is not read yet */
        position = has < position ? has : position;
    }
    return position;
}

void store_lags(const struct store *store,
                void (*each)(void *context, const char *projection, int64_t lag), void *context)
{
    for (unsigned i = 0; i < store->model_count; i++) {
        const struct model *model = &store->model[i];
        const int64_t has = model->rebuild ? 0 : model->position;
        each(context, model->projection->name, store->head > has ? store->head - has : 0);
    }
}

void models_tell(struct store *store)
{
    const int64_t position = models_position(store);
    const bool grown = position > store->models_told;
    store->models_told = position;
    if (grown && !store->lease.lapsed && store->listener.models_moved != NULL)
        store->listener.models_moved(store->listener.context);
}

void models_committed(struct store *store, const struct slot *slot)
{
    if (!slot->later)
        models_move(store, slot->after);
    else if (models_inline(store))
        backlog_add(store, slot);
}

/* ---- the part of a segment ---- */

/* Of a batch that brings its own events along all later ones would wait for a lock on a read model
 * too: it goes without them soon, and who waits for them waits for the follower. */
#define MODEL_PATIENCE "50ms"
/* Batches wait behind a note, too, and there is one for each model. */
#define NOTE_PATIENCE "10ms"

/* How long statements of this transaction wait for a lock from here on. */
static void patience_send(struct connection *connection, int tag, const char *patience)
{
    struct arguments arguments = { 0 };
    arguments_text(&arguments, patience);
    arguments_run(&arguments, connection, tag, "patience");
}

/* One model's part of a run; what it has had already is left out. */
static void model_send(struct store *store, struct connection *connection, unsigned i,
                       const struct event_record *records, size_t count)
{
    struct model *model = &store->model[i];
    struct arguments arguments;
    columns_reset(&model->columns);
    model->projection->fold(&model->columns, records, count);
    if (model->columns.rows == 0)
        return;
    arguments_columns(&arguments, &model->columns);
    arguments_run(&arguments, connection, TAG_MODEL + (int)i, model->statement_name);
}

void models_run(struct store *store, struct connection *connection,
                const struct event_record *records, size_t count)
{
    struct columns *checkpoints = &store->checkpoints;
    struct arguments arguments;
    if (count == 0)
        return;
    columns_reset(checkpoints);
    for (unsigned i = 0; i < store->model_count; i++) {
        const struct model *model = &store->model[i];
        const int64_t known = model->position;
        size_t had = 0;
        while (had < count && records[had].position <= known)
            had++;
        if (!model->is_inline || had == count)
            continue;
        columns_bytes(checkpoints, 0, model->projection->name, strlen(model->projection->name));
        columns_int8(checkpoints, 1, known);
        model_send(store, connection, i, records + had, count - had);
    }
    if (checkpoints->rows == 0)
        return;
    arguments_columns(&arguments, checkpoints);
    arguments_int64(&arguments, records[count - 1].position);
    arguments_run(&arguments, connection, TAG_CHECKPOINT, "checkpoint");
}

void models_send(struct store *store, struct lane *lane, struct slot *slot)
{
    const struct batch *batch = slot->batch;
    const struct backlog *backlog = &store->backlog;
    const bool beside =
        append_under_way(store) || lane != &store->lane[0]; /* whose statements they are */
    slot->later = beside || backlog->count > 0 || (backlog->ready && !batch->strong);
    if (slot->later || batch->event_count == 0 || !models_inline(store))
        return;
    patience_send(lane->connection, TAG_PATIENCE, MODEL_PATIENCE);
    models_run(store, lane->connection, batch->event, batch->event_count);
    patience_send(lane->connection, TAG_PATIENCE, LANE_PATIENCE);
}

/* ---- begin and end ---- */

void store_models_create(struct store *store)
{
    static const enum column_type checkpoints_types[] = { COLUMN_TEXT, COLUMN_INT8 };
    columns_init(&store->checkpoints, checkpoints_types, 2);
}

void store_models_destroy(struct store *store)
{
    columns_finish(&store->checkpoints);
    for (unsigned i = 0; i < store->model_count; i++)
        columns_finish(&store->model[i].columns);
}

/* ---- what people read about a projection ---- */

static void note_send(struct store *store, const struct model *model)
{
    struct arguments arguments = { 0 };
    arguments_text(&arguments, model->projection->name);
    arguments_text(&arguments, model->is_inline ? "inline" : "following");
    arguments_text(&arguments, model->why[0] == '\0' ? NULL : model->why);
    patience_send(store->writer, TAG_WRITER, NOTE_PATIENCE);
    arguments_run(&arguments, store->writer, TAG_WRITER, "note");
    connection_sync(store->writer, TAG_WRITER);
}

void models_note(struct store *store)
{
    const struct slot *slot = store->lane[0].slot;
    if (!connection_ready(store->writer) || (slot != NULL && slot->state == SLOT_WRITTEN))
        return;
    for (unsigned i = 0; i < store->model_count; i++)
        if (store->model[i].untold) {
            store->model[i].untold = false;
            note_send(store, &store->model[i]);
        }
}

static void note(struct store *store, struct model *model, const char *why)
{
    snprintf(model->why, sizeof model->why, "%s", why);
    model->untold = true;
    models_note(store);
}

void model_note(struct store *store, struct model *model)
{
    note(store, model, "");
}

void model_put_off(struct store *store, struct model *model, const char *why)
{
    model->is_inline = false;
    note(store, model, why);
}

void models_put_off(struct store *store, const char *why)
{
    for (unsigned i = 0; i < store->model_count; i++)
        if (store->model[i].is_inline)
            model_put_off(store, &store->model[i], why);
}

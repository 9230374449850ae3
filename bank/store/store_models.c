/* SPDX-License-Identifier: MIT */
/*
 * The read models that ride with the appends: each batch's segment holds their
 * statements and their checkpoint, so a reply's events and what people read
 * are there at the same moment.
 *
 * When batches are large, that is put off for a few: the events of several are
 * then folded as one run, in which a withdrawal that begins and ends is one row
 * written instead of two, and every statement's fixed cost is paid once. What
 * they are owed meanwhile is kept in memory and is always the end of the log,
 * (checkpoint, head], less what a model that boarded meanwhile has had. It
 * comes with the first segment that finds OWED_RUN events, or a small batch,
 * or, when no batch comes, by a timer. A bank that dies before leaves models
 * that are behind; the follower brings them up.
 *
 *   NOW      what is owed and the batch's own events; then nothing is owed
 *   EARLIER  what is owed when it is sent; its own events are owed from its commit on
 *   LATER    nothing; likewise
 *
 * A batch whose events somebody waits for counts as a small one, and so does
 * whatever comes while such events are owed.
 *
 * One segment at a time brings what is owed, and none goes NOW behind one that
 * does not. Somebody else may move a checkpoint that is behind the head (`bank
 * projection rebuild`), so each is moved only from where it is known to be; if
 * one is not there, the models are put off and the follower looks where they are.
 */
#include "bank/store/store_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LARGE_BATCH = 256, /* events */
    OWED_RUN = 4096,
    OWED_MS = 5, /* from the last answer, without another batch */
};

void model_prepare(struct connection *connection, int tag, const char *name,
                   const struct projection *projection, const char *suffix)
{
    static const char hole[] = "%1$s";
    size_t size = strlen(projection->statement) + 100;
    char *sql = malloc(size * 4);
    if (sql == NULL)
        panic("out of memory");
    char *at = sql;
    for (const char *from = projection->statement; *from != '\0';)
        if (strncmp(from, hole, sizeof hole - 1) == 0) {
            at += sprintf(at, "esbank.%.63s%s", projection->name, suffix);
            from += sizeof hole - 1;
        } else {
            *at++ = *from++;
        }
    *at = '\0';
    assert((size_t)(at - sql) < size * 4);
    connection_prepare(connection, tag, name, sql);
    free(sql);
}

/* ---- what is owed ---- */

static void owed_add(struct owed *owed, const struct event_record *records, size_t count)
{
    if (owed->count + count > owed->capacity) {
        size_t capacity = 2 * (owed->count + count);
        owed->record = realloc(owed->record, capacity * sizeof *owed->record);
        if (owed->record == NULL)
            panic("out of memory for %zu events that read models are owed", capacity);
        owed->capacity = capacity;
    }
    if (count > 0)
        memcpy(owed->record + owed->count, records, count * sizeof *records);
    owed->count += count;
}

static bool any_rides(const struct store *store)
{
    for (unsigned i = 0; i < store->model_count; i++)
        if (store->model[i].riding)
            return true;
    return false;
}

void models_settle(struct store *store)
{
    struct timeval delay = { 0, OWED_MS * 1000 };
    if (store->owed.count > 0 && store->slot_count == 0)
        evtimer_add(store->owed.timer, &delay);
}

/* How far the riding models are with what was committed. */
static void checkpoints_move(struct store *store, int64_t position)
{
    for (unsigned i = 0; i < store->model_count; i++)
        if (store->model[i].riding && store->model[i].position < position)
            store->model[i].position = position;
}

int64_t models_position(void *self)
{
    const struct store *store = self;
    int64_t position = store->head;
    for (unsigned i = 0; i < store->model_count; i++) {
        const struct model *model = &store->model[i];
        const int64_t has =
            model->rebuild ? 0 : model->position; /* what is made beside it nobody reads yet */
        position = has < position ? has : position;
    }
    return position;
}

void models_tell(struct store *store)
{
    const int64_t position = models_position(store);
    const bool grown = position > store->models_told;
    store->models_told = position;
    if (grown && store->listener.models_moved != NULL)
        store->listener.models_moved(store->listener.context);
}

void models_committed(struct store *store, const struct slot *slot)
{
    struct owed *owed = &store->owed;
    const struct batch *batch = slot->batch;
    if (slot->models == MODELS_NOW) {
        owed->count = 0;
        checkpoints_move(store, slot->after);
        return;
    }
    if (slot->models == MODELS_EARLIER) {
        checkpoints_move(store, owed->record[slot->owed - 1].position);
        owed->count -= slot->owed;
        memmove(owed->record, owed->record + slot->owed, owed->count * sizeof *owed->record);
    }
    if (batch->strong)
        owed->wanted = slot->after;
    if (any_rides(store))
        owed_add(owed, batch->event, batch->event_count);
    else
        owed->count = 0;
}

void models_forget(struct store *store)
{
    store->owed.count = 0;
    evtimer_del(store->owed.timer);
}

/* ---- the part of a segment ---- */

/* What those before it, which have not been answered, do. */
static enum slot_models choose(const struct store *store, const struct slot *slot)
{
    bool all_now = true, alone = true, bringing = false;
    for (size_t i = 0; i < store->slot_count; i++) {
        const struct slot *other = &store->slot[(store->slot_first + i) % STORAGE_APPENDS_MAX];
        if (other == slot)
            break;
        if (other->state != SLOT_SENT)
            continue;
        alone = false;
        all_now = all_now && other->models == MODELS_NOW;
        bringing =
            bringing || other->models == MODELS_EARLIER || (other->models == MODELS_NOW && other->owed > 0);
    }
    const bool wanted = slot->batch->strong ||
                        (store->owed.count > 0 && store->owed.record[0].position <= store->owed.wanted);
    const bool large = slot->batch->event_count >= LARGE_BATCH && !wanted;
    if (!large && all_now && (store->owed.count == 0 || alone))
        return MODELS_NOW;
    if (store->owed.count > 0 && !bringing && (!large || store->owed.count >= OWED_RUN))
        return MODELS_EARLIER;
    return MODELS_LATER;
}

/* One model's part of a run; what it has had already is left out. */
static void model_send(struct store *store, unsigned i, const struct event_record *records, size_t count)
{
    struct model *model = &store->model[i];
    struct arguments arguments;
    columns_reset(&model->columns);
    model->projection->fold(&model->columns, records, count);
    if (model->columns.rows == 0)
        return;
    arguments_columns(&arguments, &model->columns);
    segment_run(store, TAG_MODEL + (int)i, model->statement_name, &arguments);
}

/* behind: the run begins where a segment ends that has not been answered. */
static void run_send(struct store *store, const struct event_record *records, size_t count, bool behind)
{
    struct columns *checkpoints = &store->checkpoints;
    struct arguments arguments;
    if (count == 0)
        return;
    columns_reset(checkpoints);
    for (unsigned i = 0; i < store->model_count; i++) {
        const struct model *model = &store->model[i];
        const int64_t known = behind ? records[0].position - 1 : model->position;
        size_t had = 0;
        while (had < count && records[had].position <= known)
            had++;
        if (!model->riding || had == count)
            continue;
        columns_bytes(checkpoints, 0, model->projection->name, strlen(model->projection->name));
        columns_int8(checkpoints, 1, known);
        model_send(store, i, records + had, count - had);
    }
    if (checkpoints->rows == 0)
        return;
    arguments_columns(&arguments, checkpoints);
    arguments_int64(&arguments, records[count - 1].position);
    segment_run(store, TAG_CHECKPOINT, "checkpoint", &arguments);
}

void models_send(struct store *store, struct slot *slot)
{
    struct owed *owed = &store->owed;
    const struct batch *batch = slot->batch;
    slot->models = choose(store, slot);
    slot->owed = slot->models == MODELS_LATER ? 0 : owed->count;
    if (slot->models == MODELS_EARLIER) {
        run_send(store, owed->record, owed->count, false);
    } else if (slot->models == MODELS_NOW && owed->count == 0) {
        run_send(store, batch->event, batch->event_count, slot->before != store->head);
    } else if (slot->models == MODELS_NOW) {
        owed_add(owed, batch->event, batch->event_count);
        run_send(store, owed->record, owed->count, false);
        owed->count = slot->owed; /* until it is committed */
    }
}

/* ---- when no batch comes ---- */

bool models_bring(struct store *store)
{
    if (store->owed.count == 0)
        return false;
    if (store->slot_count == 0)
        append_take(store, &store->owed.no_batch);
    return true;
}

static void on_owed_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct store *store = context;
    if (store->state == WRITER_ACTIVE)
        models_bring(store);
}

/* ---- begin and end ---- */

void store_models_create(struct store *store)
{
    static const enum column_type checkpoints_types[] = { COLUMN_TEXT, COLUMN_INT8 };
    columns_init(&store->checkpoints, checkpoints_types, 2);
    store->owed.timer = evtimer_new(store->loop, on_owed_timer, store);
    if (store->owed.timer == NULL)
        panic("out of memory");
}

void store_models_destroy(struct store *store)
{
    event_free(store->owed.timer);
    free(store->owed.record);
    columns_finish(&store->checkpoints);
    for (unsigned i = 0; i < store->model_count; i++)
        columns_finish(&store->model[i].columns);
}

/* ---- what people read about a projection ---- */

static void note_send(struct store *store, const struct model *model, const char *why)
{
    if (!connection_ready(store->writer))
        return;
    struct arguments arguments = { 0 };
    arguments_text(&arguments, model->projection->name);
    arguments_text(&arguments, model->riding ? "inline" : "following");
    arguments_text(&arguments, why);
    segment_run(store, TAG_WRITER, "note", &arguments);
    connection_sync(store->writer, TAG_WRITER);
}

void model_note(struct store *store, const struct model *model)
{
    note_send(store, model, NULL);
}

void model_put_off(struct store *store, struct model *model, const char *why)
{
    model->riding = false;
    note_send(store, model, why);
}

void models_put_off(struct store *store, const char *why)
{
    for (unsigned i = 0; i < store->model_count; i++)
        if (store->model[i].riding)
            model_put_off(store, &store->model[i], why);
}

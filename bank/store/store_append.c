/* SPDX-License-Identifier: MIT */
/*
 * Batches on their way. At most STORAGE_APPENDS_MAX wait in a ring, in the
 * order they were taken; each stands on top of the one before it.
 *
 *   taken ──▶ QUEUED ──segment_send──▶ SENT ──Sync, no error──▶ told COMMITTED
 *               ▲                       │ ├──a unique index──▶ told CONFLICT, those after it doomed
 *               │                       │ ├──ES001, or what nobody expects──▶ writer_abandon: all told LOST
 *               │                       │ └──a projection's statement──▶ that projection is put off
 *               └────── STALE ◀─────────┘    and all are sent again
 *
 * Invariants:
 *   1. Outcomes are told in the order of the batches.
 *   2. tail = where the log ends with the last one taken that is not doomed.
 *   3. A doomed or stale batch cannot commit: it expects a head that the failed
 *      one before it would have made. One without events makes no other head,
 *      so nothing is sent behind it before its Sync has come back.
 *   4. What is SENT or STALE is answered by exactly one Sync each, in order.
 */
#include "bank/store/store_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slot *slot_at(struct store *store, size_t i)
{
    assert(i < store->slot_count);
    return &store->slot[(store->slot_first + i) % STORAGE_APPENDS_MAX];
}

bool append_under_way(const struct store *store)
{
    for (size_t i = 0; i < store->slot_count; i++)
        if (store->slot[(store->slot_first + i) % STORAGE_APPENDS_MAX].state != SLOT_QUEUED)
            return true;
    return false;
}

static struct batch *slot_remove_first(struct store *store)
{
    struct batch *batch = slot_at(store, 0)->batch;
    store->slot_first = (store->slot_first + 1) % STORAGE_APPENDS_MAX;
    store->slot_count--;
    return batch;
}

static void tell(struct store *store, struct batch *batch, enum append_outcome outcome)
{
    if (batch != &store->owed.no_batch)
        store->listener.appended(store->listener.context, batch, outcome);
}

void slot_tell_first(struct store *store, enum append_outcome outcome)
{
    tell(store, slot_remove_first(store), outcome);
}

void slots_lose(struct store *store)
{
    store->redo = false;
    models_forget(store);
    /* One that is taken while these are told finds no log to write to either, and is told by the timer. */
    for (size_t left = store->slot_count; left > 0; left--)
        slot_tell_first(store, APPEND_LOST);
    store->tail = store->head;
    memcpy(store->sent_hash, store->head_hash, HASH_LENGTH);
}

/* ---- taking and sending ---- */

void append_take(void *self, struct batch *batch)
{
    struct store *store = self;
    if (store->slot_count == STORAGE_APPENDS_MAX)
        panic("the store was given more than %d batches at once", STORAGE_APPENDS_MAX);
    store->slot_count++;
    struct slot *slot = slot_at(store, store->slot_count - 1);
    *slot = (struct slot){ .batch = batch, .before = store->tail };
    for (size_t i = 0; i < batch->event_count; i++)
        batch->event[i].position = store->tail + 1 + (int64_t)i;
    slot->after = store->tail += (int64_t)batch->event_count;
    if (store->state == WRITER_ACTIVE)
        append_send(store);
    else if (!store->told_active) /* else it is told with those whose fate is being asked */
        event_active(store->lost_timer, EV_TIMEOUT, 0);
}

void append_send(struct store *store)
{
    if (store->state != WRITER_ACTIVE || store->hold || !connection_ready(store->writer))
        return;
    if (store->redo) {
        if (append_under_way(store))
            return;
        store->redo = false;
        memcpy(store->sent_hash, store->head_hash, HASH_LENGTH);
    }
    for (size_t i = 0; i < store->slot_count; i++) {
        struct slot *slot = slot_at(store, i);
        if (slot->state == SLOT_QUEUED)
            segment_send(store, slot);
        if (slot->before == slot->after)
            return;
    }
}

/* ---- results ---- */

/* The oldest that waits for a Sync. */
static struct slot *slot_answered(struct store *store, size_t *index)
{
    for (size_t i = 0; i < store->slot_count; i++)
        if (slot_at(store, i)->state != SLOT_QUEUED) {
            *index = i;
            return slot_at(store, i);
        }
    panic("Postgres answered an append that was not sent");
}

void append_result(struct store *store, int tag, const PGresult *result)
{
    size_t index;
    struct slot *slot = slot_answered(store, &index);
    if (!result_failed(result) || PQresultStatus(result) == PGRES_PIPELINE_ABORTED || slot->failed_tag != 0)
        return;
    slot->failed_tag = tag;
    snprintf(slot->sqlstate, sizeof slot->sqlstate, "%s", result_sqlstate(result));
    result_message(result, slot->message, sizeof slot->message);
}

/* Those after a batch that failed for good were built on it. */
static void doom_all(struct store *store)
{
    for (size_t i = 0; i < store->slot_count; i++)
        slot_at(store, i)->doomed = true;
    store->tail = store->head;
    memcpy(store->sent_hash, store->head_hash, HASH_LENGTH);
}

/* Doomed ones that wait for nothing. */
static void settle_doomed(struct store *store)
{
    while (store->slot_count > 0 && slot_at(store, 0)->doomed && slot_at(store, 0)->state == SLOT_QUEUED)
        slot_tell_first(store, APPEND_LOST);
}

static void committed(struct store *store, const struct slot *slot)
{
    store->head = slot->after;
    memcpy(store->head_hash, slot->hash, HASH_LENGTH);
    models_committed(store, slot);
    slot_tell_first(store, APPEND_COMMITTED);
    models_tell(store);
}

/* Read models are at fault, not the batch: without them, the batch goes through. */
static void send_again(struct store *store, size_t index)
{
    struct slot *slot = slot_at(store, index);
    if (slot->failed_tag >= TAG_MODEL)
        model_put_off(store, &store->model[slot->failed_tag - TAG_MODEL], slot->message);
    else
        models_put_off(store, "somebody else has moved a checkpoint");
    slot->state = SLOT_QUEUED;
    for (size_t i = index + 1; i < store->slot_count; i++)
        if (slot_at(store, i)->state == SLOT_SENT)
            slot_at(store, i)->state = SLOT_STALE;
    store->redo = true;
}

/* What the Sync of the oldest one says. False when that was the end of this session. */
static bool settle(struct store *store)
{
    size_t index;
    struct slot *slot = slot_answered(store, &index);
    char why[sizeof slot->message + 60];
    if (slot->state == SLOT_STALE || slot->doomed) {
        slot->state = SLOT_QUEUED;
    } else if (slot->failed_tag == 0) {
        assert(index == 0);
        committed(store, slot);
    } else if (slot->failed_tag >= TAG_MODEL ||
               (slot->failed_tag == TAG_CHECKPOINT && strcmp(slot->sqlstate, "ES001") == 0)) {
        send_again(store, index);
    } else if (strcmp(slot->sqlstate, "23505") == 0) {
        assert(index == 0);
        struct batch *batch = slot_remove_first(store);
        doom_all(store);
        tell(store, batch, APPEND_CONFLICT);
    } else {
        snprintf(
            why, sizeof why, "%s%s",
            strcmp(slot->sqlstate, "ES001") == 0 ? "" : "the database refuses to append: ", slot->message);
        writer_abandon(store, why);
        return false;
    }
    settle_doomed(store);
    return true;
}

void append_synced(struct store *store)
{
    if (!settle(store))
        return;
    append_send(store);
    models_settle(store);
    follower_wake(store);
}

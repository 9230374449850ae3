/* SPDX-License-Identifier: MIT */
/*
 * Batches on their way. At most STORAGE_APPENDS_MAX wait in a ring, in the
 * order they were taken; each stands on top of the one before it.
 *
 *   taken ──▶ QUEUED ──a lane is free──▶ WRITTEN ──it is the oldest──▶ SENT ──Sync──▶ told
 *               ▲                                                       │
 *               └───────────────── a read model was at fault ◀──────────┘
 *
 * A lane (lane.c) is a session that writes one batch at a time. Two of them
 * take turns, so that the rows of one batch are inserted while the one before
 * it still is, or waits for the disk. What puts them in order is the end of
 * each: a batch moves the head and commits only when the one before it has been
 * answered. So each statement that two batches in flight could both want a lock
 * for comes after that, and what comes before it does not wait for a batch that
 * is behind. (With a foreign lock on a table between them it may; then the
 * sessions' lock_timeout ends that.)
 *
 * What a Sync says:
 *   no error                      told COMMITTED
 *   a unique index                told CONFLICT, and those behind it are doomed
 *   a projection's statement      that projection is put off, and the batch goes again
 *   a checkpoint                  all that ride are, likewise
 *   ES001, or another error       writer_abandon: all are told LOST
 *
 * Invariants:
 *   1. Outcomes are told in the order of the batches.
 *   2. tail = where the log ends with the last one taken that is not doomed.
 *   3. A doomed batch cannot commit: it expects a head that the failed one
 *      before it would have made. One without events makes no other head, so
 *      nothing is written behind it before its Sync has come back.
 *   4. Only the oldest that has not committed is SENT, or one that is doomed.
 */
#include "bank/log/log.h"
#include "bank/store/parts.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct slot *slot_of(struct store *store, size_t i)
{
    return &store->slot[(store->slot_first + i) % STORAGE_APPENDS_MAX];
}

struct slot *slot_at(struct store *store, size_t i)
{
    assert(i < store->slot_count);
    return slot_of(store, i);
}

bool append_under_way(const struct store *store)
{
    for (unsigned i = 0; i < LANES; i++)
        if (store->lane[i].slot != NULL)
            return true;
    return false;
}

static void slot_remove_first(struct store *store)
{
    store->slot_first = (store->slot_first + 1) % STORAGE_APPENDS_MAX;
    store->slot_count--;
}

/* Before the first reply of the batch leaves. */
static void acknowledge(struct store *store, const struct slot *slot)
{
    struct log_end end = { .position = slot->after, .epoch = store->epoch };
    memcpy(end.hash, slot->hash, HASH_LENGTH);
    memcpy(end.seal, slot->seal, LOG_SEAL_LENGTH);
    known_set(&store->known, &end, slot->sequence);
    if (!loss_is(store, slot->batch))
        return;
    store->loss.wanted = false;
    log_event("log-loss-accepted", "known_position=%" PRId64 " found_position=%" PRId64,
              store->loss.known.position, store->loss.found.position);
}

void slot_tell_first(struct store *store, enum append_outcome outcome)
{
    struct slot *slot = slot_at(store, 0);
    struct batch *batch = slot->batch;
    if (outcome == APPEND_COMMITTED)
        acknowledge(store, slot);
    slot_remove_first(store);
    if (!loss_is(store, batch))
        store->listener.appended(store->listener.context, batch, outcome);
}

void slots_lose(struct store *store)
{
    backlog_forget(store);
    /* One that is taken while these are told finds no log to write to either, and is told by the
     * timer. */
    for (size_t left = store->slot_count; left > 0; left--)
        slot_tell_first(store, APPEND_LOST);
    store->tail = store->head;
}

/* ---- taking and sending ---- */

void append_take(void *self, struct batch *batch)
{
    struct store *store = self;
    if (store->slot_count == STORAGE_APPENDS_MAX)
        panic("the store was given more than %d batches at once", STORAGE_APPENDS_MAX);
    struct slot *slot = slot_of(store, store->slot_count++);
    slot->batch = batch;
    slot->state = SLOT_QUEUED;
    slot->again = slot->doomed = false;
    slot->before = store->tail;
    for (size_t i = 0; i < batch->event_count; i++)
        batch->event[i].position = store->tail + 1 + (int64_t)i;
    slot->after = store->tail += (int64_t)batch->event_count;
    segment_keep(slot);
    if (store->state == WRITER_ACTIVE)
        append_send(store);
    else if (!store->told_active) /* else it is told with those whose fate is being asked */
        event_active(store->lost_timer, EV_TIMEOUT, 0);
}

/* Only the first can bring read models their events, so the others wait for the session that does
 * it later.
 */
static struct lane *lane_free(struct store *store)
{
    const unsigned usable = store->backlog.ready || !models_inline(store) ? LANES : 1;
    for (unsigned i = 0; i < usable; i++)
        if (store->lane[i].slot == NULL && lane_ready(&store->lane[i]))
            return &store->lane[i];
    return NULL;
}

static struct lane *lane_of(struct store *store, const struct slot *slot)
{
    for (unsigned i = 0; i < LANES; i++)
        if (store->lane[i].slot == slot)
            return &store->lane[i];
    panic("a batch that is being written has no lane");
}

/* The doomed come first, and nothing is written before they are gone: it might want what they have.
 */
static bool doomed_end(struct store *store)
{
    bool any = false;
    for (size_t i = 0; i < store->slot_count && slot_at(store, i)->doomed; i++) {
        struct slot *slot = slot_at(store, i);
        any = true;
        if (slot->state == SLOT_WRITTEN)
            segment_end(store, lane_of(store, slot), slot);
    }
    return any;
}

/* Starts what may be started, and finishes the oldest. */
void append_send(struct store *store)
{
    if (store->state != WRITER_ACTIVE || doomed_end(store))
        return;
    for (size_t i = 0; i < store->slot_count; i++) {
        struct slot *slot = slot_at(store, i);
        struct lane *lane = slot->state == SLOT_QUEUED ? lane_free(store) : lane_of(store, slot);
        if (slot->state == SLOT_QUEUED && (lane == NULL || (store->hold && !slot->again)))
            return;
        if (slot->state == SLOT_QUEUED && i == 0)
            segment_write(store, lane, slot, store->head_hash, &store->sums);
        else if (slot->state == SLOT_QUEUED)
            segment_write(store, lane, slot, slot_at(store, i - 1)->hash,
                          &slot_at(store, i - 1)->sums);
        if (slot->state == SLOT_WRITTEN && i == 0)
            segment_end(store, lane, slot);
        else if (slot->state == SLOT_WRITTEN)
            connection_flush(lane->connection);
        if (slot->before == slot->after)
            return;
    }
}

/* ---- results ---- */

/* The first id in "Key (command_id)=(…) already exists.", in whatever language that is. */
static struct uuid conflict_of(const PGresult *result)
{
    struct uuid id = { 0 };
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *at = detail == NULL ? NULL : strstr(detail, ")=(");
    if (at == NULL || strlen(at + 3) < UUID_TEXT_LENGTH ||
        !uuid_read(at + 3, UUID_TEXT_LENGTH - 1, &id))
        id = (struct uuid){ 0 };
    return id;
}

void append_result(struct lane *lane, int tag, const PGresult *result)
{
    struct slot *slot = lane->slot;
    if (tag == TAG_HEAD && PQntuples(result) == 1 && PQgetlength(result, 0, 0) == TID_LENGTH)
        memcpy(slot->head_at, PQgetvalue(result, 0, 0), TID_LENGTH);
    if (!result_failed(result) || PQresultStatus(result) == PGRES_PIPELINE_ABORTED ||
        slot->failed_tag != 0)
        return;
    slot->failed_tag = tag;
    snprintf(slot->sqlstate, sizeof slot->sqlstate, "%s", result_sqlstate(result));
    result_message(result, slot->message, sizeof slot->message);
    slot->conflict = conflict_of(result);
}

/* Those after a batch that failed for good were built on it. */
static void doom_all(struct store *store)
{
    for (size_t i = 0; i < store->slot_count; i++)
        slot_at(store, i)->doomed = true;
    store->tail = store->head;
}

/* Doomed ones that wait for nothing. */
static void settle_doomed(struct store *store)
{
    while (store->slot_count > 0 && slot_at(store, 0)->doomed &&
           slot_at(store, 0)->state == SLOT_QUEUED)
        slot_tell_first(store, APPEND_LOST);
}

/* The next one's end goes out first: its session has nothing to do until then. */
static void committed(struct store *store, const struct slot *slot)
{
    store->head = slot->after;
    memcpy(store->head_hash, slot->hash, HASH_LENGTH);
    memcpy(store->head_seal, slot->seal, LOG_SEAL_LENGTH);
    memcpy(store->head_at, slot->head_at, TID_LENGTH);
    store->sums = slot->sums;
    if (store->slot_count > 1 && slot_at(store, 1)->state == SLOT_WRITTEN)
        segment_end(store, lane_of(store, slot_at(store, 1)), slot_at(store, 1));
    models_committed(store, slot);
    slot_tell_first(store, APPEND_COMMITTED);
    models_tell(store);
}

/* What the Sync of a lane's batch says. False when that was the end of this session. */
static bool settle(struct store *store, struct slot *slot)
{
    char why[sizeof slot->message + 60];
    const bool superseded = strcmp(slot->sqlstate, "ES001") == 0;
    assert(slot->doomed || slot == slot_at(store, 0));
    slot->state = SLOT_QUEUED;
    if (slot->doomed) {
        assert(slot->failed_tag != 0);
    } else if (slot->failed_tag == 0) {
        committed(store, slot);
    } else if (slot->failed_tag >= TAG_MODEL) {
        slot->again = true;
        model_put_off(store, &store->model[slot->failed_tag - TAG_MODEL], slot->message);
    } else if (slot->failed_tag == TAG_CHECKPOINT) {
        slot->again = true;
        models_put_off(store,
                       superseded ? "another session has moved a checkpoint" : slot->message);
    } else if (strcmp(slot->sqlstate, "23505") == 0) {
        slot->batch->conflict = slot->conflict;
        doom_all(store); /* the first's own mark means nothing once it has gone */
        slot_tell_first(store, APPEND_CONFLICT);
    } else {
        snprintf(why, sizeof why, "%s%s",
                 superseded ? "" : "the database refuses to append: ", slot->message);
        writer_abandon(store, why);
        return false;
    }
    settle_doomed(store);
    return true;
}

void append_synced(struct lane *lane)
{
    struct store *store = lane->store;
    struct slot *slot = lane->slot;
    if (!lease_holds(store)) { /* another bank may be the active one: what became of it is asked */
        writer_drop(store, "its lease had passed");
        return;
    }
    lane->slot = NULL;
    if (!settle(store, slot))
        return;
    models_note(store);
    append_send(store);
    backlog_bring(store);
    follower_wake(store);
}

/* SPDX-License-Identifier: MIT */
/*
 * The sessions that write batches by turns; append.c gives them their
 * work. The first is the writer's own, which holds the bank's lock and
 * therefore decides whether there is anything to write. The second is an aid:
 * without it, everything goes through the first. It carries no read models: a
 * batch beside another never does, and alone it goes through the first as long as
 * that one can be used.
 *
 * The second has a lock too. A bank that takes over waits until it is free
 * (writer.c), so that nothing of an earlier bank's is still on its way.
 */
#include "bank/postgres/sessions.h"
#include "bank/store/parts.h"

#include <assert.h>

enum { TAG_STEP = TAG_WRITER + 1, TAG_PREPARED };

bool lane_ready(const struct lane *lane)
{
    return lane->prepared && connection_ready(lane->connection);
}

static void lane_connected(void *context)
{
    struct lane *lane = context;
    connection_query(
        lane->connection, TAG_STEP,
        "SELECT set_config('application_name', '" SESSION_PREFIX SESSION_LANE "', false)", NULL);
    connection_query(lane->connection, TAG_STEP, "SELECT pg_advisory_lock(" LANE_LOCK ")", NULL);
    connection_query(lane->connection, TAG_STEP, "SELECT " SETTINGS_OF_LANES, NULL);
    segment_prepare(lane->connection, TAG_STEP);
    connection_sync(lane->connection, TAG_PREPARED);
}

static void lane_result(void *context, int tag, const PGresult *result)
{
    struct lane *lane = context;
    if (tag < TAG_WRITER && tag > 0)
        append_result(lane, tag, result);
    else if (result_failed(result))
        connection_close(lane->connection); /* the first does it all */
}

static void lane_synced(void *context, int tag)
{
    struct lane *lane = context;
    if (tag == TAG_APPENDED) {
        append_synced(lane);
    } else {
        lane->prepared = true;
        append_send(lane->store);
    }
}

/* What it has only written went with its transaction; what was to commit may have. */
static void lane_lost(void *context, const char *why)
{
    struct lane *lane = context;
    struct slot *slot = lane->slot;
    lane->prepared = false;
    lane->slot = NULL;
    if (slot == NULL)
        return;
    if (slot->state == SLOT_SENT) {
        writer_drop(lane->store, why);
    } else {
        slot->state = SLOT_QUEUED;
        slot->again = true;
        append_send(lane->store);
    }
}

void lanes_open(struct store *store)
{
    store->lane[0].prepared = true;
    connection_open(store->lane[1].connection);
}

void lanes_close(struct store *store)
{
    for (unsigned i = 0; i < LANES; i++) {
        store->lane[i].prepared = false;
        store->lane[i].slot = NULL;
    }
    connection_close(store->lane[1].connection);
}

void lanes_create(struct store *store, const char *conninfo)
{
    static_assert(LANES == 2, "there is one beside the writer's");
    struct lane *second = &store->lane[1];
    struct connection_hooks hooks = { .name = SESSION_LANE_PREPARING,
                                      .context = second,
                                      .ready = lane_connected,
                                      .result = lane_result,
                                      .synced = lane_synced,
                                      .lost = lane_lost };
    for (unsigned i = 0; i < LANES; i++)
        store->lane[i].store = store;
    store->lane[0].connection = store->writer;
    second->connection = connection_create(store->loop, conninfo, &hooks);
}

void lanes_destroy(struct store *store)
{
    connection_destroy(store->lane[1].connection);
}

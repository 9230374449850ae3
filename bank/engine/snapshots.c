/* SPDX-License-Identifier: MIT */
/* Snapshots that are due by a batch's events. */
#include "bank/engine/parts.h"

/* A busy stream's come once a second: each is a version of the stream's one row, which cannot be
 * cleaned up while another session has an old snapshot, and the next has to pass them all. */
#define SNAPSHOT_PAUSE_US  INT64_C(1000000)
#define SNAPSHOT_EVERY_MAX 10 /* intervals that one may wait for that */

static bool snapshot_due(const struct engine *engine, int64_t events, int64_t last_us,
                         int64_t now_us)
{
    const int64_t every = engine->settings.snapshot_every;
    return every > 0 && events >= every &&
           (now_us - last_us >= SNAPSHOT_PAUSE_US || events >= every * SNAPSHOT_EVERY_MAX);
}

/* In the batch that makes them due: a snapshot is of a state that commits with it, or not at all.
 */
void batch_snapshots(struct engine *engine, struct batch_slot *slot)
{
    for (size_t i = slot->batch.event_count; i-- > 0;) {
        const struct event *event = &slot->batch.event[i].event;
        struct snapshot_record record = { .kind = event_stream(event->kind),
                                          .id = event->stream_id };
        if (record.kind == STREAM_BANK) {
            continue; /* a number is all its state */
        } else if (record.kind == STREAM_ACCOUNT) {
            struct cached_account *cached = cache_find(&engine->accounts, &record.id);
            if (!snapshot_due(engine, cached->account.version - cached->snapshot_version,
                              cached->snapshot_us, event->at_us))
                continue;
            cached->snapshot_us = event->at_us;
            cached->snapshot_version = record.version = cached->account.version;
            record.state = &cached->account;
        } else {
            struct cached_teller *cached = cache_find(&engine->tellers, &record.id);
            if (!snapshot_due(engine, cached->teller.version - cached->snapshot_version,
                              cached->snapshot_us, event->at_us))
                continue;
            cached->snapshot_us = event->at_us;
            cached->snapshot_version = record.version = cached->teller.version;
            record.state = &cached->teller;
        }
        *batch_snapshot(slot) = record;
    }
}

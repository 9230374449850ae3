/* SPDX-License-Identifier: MIT */
/*
 * Grows the log of a home that no bank serves, through the store and in big
 * batches: accounts first, one account's long history next, then withdrawals.
 * A bank can serve the home afterwards. The figures are the rate of the first
 * and of the last PROBE events of withdrawals.
 */
#include "tests/bench/bench.h"
#include "tests/bench/people.h"
#include "tests/bench/pump.h"

#include "bank/cluster/cluster.h"

#include <stdio.h>
#include <stdlib.h>

#define BATCH_EVENTS 5120
#define PROBE        200000

struct fill {
    struct feed feed;
    struct vault *vault;
    int64_t hot_left, events,
        wanted; /* withdrawals' events on disk, and how many there are to be */
    int64_t sent;
    uint32_t opened;
    int64_t start_ns, first_ns, last_events, last_ns;
    int endings; /* batches that only confirm, at the end */
};

static bool next(void *context, struct feed_batch *batch)
{
    struct fill *fill = context;
    if (fill->feed.teller[0].version == 0) {
        feed_tellers(&fill->feed, batch);
    } else if (fill->opened < fill->feed.account_count) {
        uint32_t left = fill->feed.account_count - fill->opened;
        uint32_t count = left < BATCH_EVENTS / 3 ? left : BATCH_EVENTS / 3;
        feed_accounts(&fill->feed, batch, fill->opened, count, fill->vault);
        fill->opened += count;
    } else if (fill->hot_left > 0) {
        int64_t count = fill->hot_left < BATCH_EVENTS ? fill->hot_left : BATCH_EVENTS;
        feed_deposits(&fill->feed, batch, (size_t)count);
        fill->hot_left -= count;
    } else if (fill->sent < fill->wanted) {
        feed_withdrawals(&fill->feed, batch, BATCH_EVENTS / FEED_EVENTS);
        fill->sent += (int64_t)batch->batch.event_count;
    } else if (fill->endings < FEED_LAG) {
        fill->endings++;
        feed_withdrawals(&fill->feed, batch, 0);
    } else {
        return false;
    }
    return true;
}

static void done(void *context, const struct feed_batch *batch)
{
    struct fill *fill = context;
    const struct event_record *last = &batch->batch.event[batch->batch.event_count - 1];
    if (last->event.kind != TELLER_MONEY_WITHDRAWN)
        return;
    if (fill->events == 0)
        fill->start_ns = now_ns();
    int64_t before = fill->events;
    fill->events += (int64_t)batch->batch.event_count;
    if (before < PROBE && fill->events >= PROBE)
        fill->first_ns = now_ns();
    if (fill->last_ns == 0 && fill->events >= fill->wanted - PROBE) {
        fill->last_ns = now_ns();
        fill->last_events = fill->events;
    }
}

static void grow(struct fill *fill, const char *conninfo)
{
    struct pump *pump = bench_allocate(1, sizeof *pump);
    int64_t start_ns = now_ns();
    pump->context = fill;
    pump->next = next;
    pump->done = done;
    pump_open(pump, conninfo, vault_log_key(fill->vault), projections, BATCH_EVENTS + FEED_EVENTS);
    if (pump->head > 0)
        give_up("there is a log already: fill wants a new home");
    pump_run(pump);
    int64_t end_ns = now_ns();
    figure("fill_s", (double)(end_ns - start_ns) / 1e9);
    if (fill->first_ns > fill->start_ns)
        figure("events_per_s_at_0",
               (double)PROBE / ((double)(fill->first_ns - fill->start_ns) / 1e9));
    if (fill->events > fill->last_events)
        figure("events_per_s_at_end", (double)(fill->events - fill->last_events) /
                                          ((double)(end_ns - fill->last_ns) / 1e9));
    pump_close(pump);
    free(pump);
}

int fill_command(const struct bench_options *options)
{
    struct error error;
    struct fill *fill = bench_allocate(1, sizeof *fill);
    struct cluster_options cluster_options = { .home = &options->home };
    int lock = home_create(&options->home, &error) ? home_lock(&options->home, &error) : -1;
    if (lock < 0)
        give_up("%s", error.message);
    fill->vault = vault_open(&options->home, &error);
    if (fill->vault == NULL)
        give_up("%s", error.message);
    for (int64_t i = 0; i < FEED_TELLERS; i++) {
        struct uuid teller = people_teller(i);
        if (!vault_make_terminal_key(fill->vault, &teller, &error))
            give_up("%s", error.message);
    }
    struct cluster *cluster = cluster_start(&cluster_options, &error);
    if (cluster == NULL)
        give_up("%s", error.message);
    feed_open(&fill->feed, (uint32_t)options->accounts, FEED_TELLERS, BATCH_EVENTS / FEED_EVENTS,
              true);
    fill->feed.random = (uint64_t)wall_us();
    fill->hot_left = options->hot_events;
    fill->wanted = options->events - options->hot_events - 3 * options->accounts;
    grow(fill, cluster_conninfo(cluster));
    cluster_stop(cluster);
    feed_close(&fill->feed);
    vault_close(fill->vault);
    home_unlock(lock);
    free(fill);
    return 0;
}

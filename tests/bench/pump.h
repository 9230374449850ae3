/* SPDX-License-Identifier: MIT */
/*
 * The bank's store, driven without the bank: two batches in flight, as the
 * engine has them. `next` fills a batch with what comes next and says whether
 * there was anything; `done` is told of each batch that is on disk.
 */
#ifndef TESTS_BENCH_PUMP_H
#define TESTS_BENCH_PUMP_H

#include "bank/models/projection.h"
#include "tests/bench/feed.h"
#include "tests/bench/latency.h"

#include <stdint.h>

#define PUMP_BATCHES 2

struct pump {
    void *context;
    bool (*next)(void *context, struct feed_batch *batch);
    void (*done)(void *context, const struct feed_batch *batch);
    struct latency commit;

    struct feed_batch batch[PUMP_BATCHES];
    int64_t sent_ns[PUMP_BATCHES];
    bool in_flight[PUMP_BATCHES];
    int64_t head; /* where the log ends */
    struct event_base *loop;
    struct store *store;
    bool active;
};

/* Takes the log over, which is sealed with that key; batches have room for `most` events. */
void pump_open(struct pump *pump, const char *conninfo, const unsigned char *log_key,
               const struct projection *const *read_models, size_t most);
/* Until `next` has nothing more and all is on disk. */
void pump_run(struct pump *pump);
/* Until the read models have all of it. */
void pump_settle(struct pump *pump);
void pump_close(struct pump *pump);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * How fast the bank could be if deciding, the wire and the engine cost
 * nothing: its own store, fed with whole withdrawals from memory. One run goes on
 * with the log of the one before, as the bank does: a log with a past costs more.
 */
#include "bank/codec/log_seal.h"
#include "tests/bench/bench.h"
#include "tests/bench/processes.h"
#include "tests/bench/pump.h"

#include <stdlib.h>

/* The bare database of a measurement has no home. */
static const unsigned char log_key[LOG_KEY_LENGTH] = "the ceiling's key, 32 bytes long";
static const struct projection *const no_read_models[] = { NULL };

struct ceiling {
    const struct bench_options *options;
    struct feed feed;
    uint32_t opened;
    int64_t start_ns, end_ns; /* of the measured window; 0: not begun */
    int64_t events;           /* on disk within it */
    int64_t batches;
    int64_t sent_events; /* since the warm-up began */
    bool ready;
    int endings; /* batches that only confirm, at the end */
};

#define ACCOUNTS_A_BATCH 300

static bool next(void *context, struct feed_batch *batch)
{
    struct ceiling *ceiling = context;
    if (!ceiling->ready) {
        uint32_t left = ceiling->feed.account_count - ceiling->opened;
        if (left == ceiling->feed.account_count && ceiling->feed.teller[0].version == 0) {
            feed_tellers(&ceiling->feed, batch);
            return true;
        }
        uint32_t count = left < ACCOUNTS_A_BATCH ? left : ACCOUNTS_A_BATCH;
        feed_accounts(&ceiling->feed, batch, ceiling->opened, count, NULL);
        ceiling->opened += count;
        return count > 0;
    }
    const bool ended = now_ns() >= ceiling->end_ns;
    if (ended && ceiling->endings == FEED_LAG)
        return false;
    ceiling->endings += ended;
    feed_withdrawals(&ceiling->feed, batch, ended ? 0 : (size_t)ceiling->options->batch);
    ceiling->sent_events += (int64_t)batch->batch.event_count;
    return true;
}

static void done(void *context, const struct feed_batch *batch)
{
    struct ceiling *ceiling = context;
    int64_t at_ns = now_ns();
    if (at_ns < ceiling->start_ns || at_ns > ceiling->end_ns)
        return;
    ceiling->events += (int64_t)batch->batch.event_count;
    ceiling->batches++;
}

int ceiling_command(const struct bench_options *options)
{
    struct ceiling *ceiling = bench_allocate(1, sizeof *ceiling);
    struct pump *pump = bench_allocate(1, sizeof *pump);
    struct cluster_cpu before, after;
    size_t batch = (size_t)options->batch, most = batch * FEED_EVENTS;
    if (options->db == NULL || batch == 0)
        give_up("the ceiling wants --db and --batch");
    ceiling->options = options;
    feed_open(&ceiling->feed, (uint32_t)options->accounts, 1, batch, options->bare == 0);
    ceiling->feed.random = (uint64_t)wall_us();
    pump->context = ceiling;
    pump->next = next;
    pump->done = done;
    pump_open(pump, options->db, log_key, options->bare == 0 ? projections : no_read_models,
              most < ACCOUNTS_A_BATCH * 3 ? ACCOUNTS_A_BATCH * 3 : most);
    ceiling->ready = options->state != NULL && feed_restore(&ceiling->feed, options->state);
    if (ceiling->ready != (pump->head > 0))
        give_up("the ceiling wants an empty database, or one with the --state of the run before");
    if (!ceiling->ready)
        pump_run(pump);
    pump_settle(pump);
    ceiling->ready = true;
    pump->commit = (struct latency){ 0 };
    ceiling->start_ns = now_ns() + options->warm_up_ms * 1000000;
    ceiling->end_ns = ceiling->start_ns + options->measure_ms * 1000000;
    cluster_cpu_read(&options->home, &before);
    pump_run(pump);
    pump_settle(pump);
    cluster_cpu_read(&options->home, &after);
    double cpu_s = cluster_cpu_between(&before, &after);
    double rate = (double)ceiling->events / FEED_EVENTS / ((double)options->measure_ms / 1000);
    figure("withdrawals_per_s", rate);
    figure("batches_per_s", (double)ceiling->batches / ((double)options->measure_ms / 1000));
    figure("postgres_cpu_us_per_withdrawal",
           ceiling->sent_events > 0 ? cpu_s * 1e6 * FEED_EVENTS / (double)ceiling->sent_events : 0);
    latency_figures(&pump->commit, "commit");
    pump_close(pump);
    if (options->state != NULL)
        feed_save(&ceiling->feed, options->state);
    feed_close(&ceiling->feed);
    free(pump);
    free(ceiling);
    return 0;
}

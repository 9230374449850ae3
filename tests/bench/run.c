/* SPDX-License-Identifier: MIT */
/* One load, warmed up, measured over a window, and brought to its end. */
#include "tests/bench/fleet.h"
#include "tests/bench/witness.h"

#include <stdlib.h>

#define SECOND_NS INT64_C(1000000000)

struct seconds {
    int64_t least, count; /* withdrawals in the worst whole second */
    int64_t rss_first, rss_most, rss_last;
};

static void run_window(struct fleet *fleet, const struct witness *witness, int64_t length_ns,
                       struct seconds *seconds)
{
    int64_t end_ns = now_ns() + length_ns;
    seconds->rss_first = seconds->rss_most = witness_rss_bytes(witness);
    while (now_ns() < end_ns) {
        int64_t next_ns = now_ns() + SECOND_NS, completed = fleet->counts.completed;
        fleet_run_until(fleet, next_ns < end_ns ? next_ns : end_ns);
        seconds->rss_last = witness_rss_bytes(witness);
        if (seconds->rss_last > seconds->rss_most)
            seconds->rss_most = seconds->rss_last;
        completed = fleet->counts.completed - completed;
        if (next_ns <= end_ns && (seconds->count++ == 0 || completed < seconds->least))
            seconds->least = completed;
    }
}

static void print(const struct fleet *fleet, const struct seconds *seconds, double window_s)
{
    const struct fleet_counts *counts = &fleet->counts;
    figure("withdrawals_per_s", (double)counts->completed / window_s);
    figure("worst_second_withdrawals", (double)seconds->least);
    figure("offered_per_s", (double)(counts->started + counts->missed) / window_s);
    figure("refused", (double)counts->refused);
    figure("turned_away_91", (double)counts->turned_away);
    figure("missed", (double)counts->missed);
    latency_figures(&counts->initiate, "initiate");
    latency_figures(&counts->whole, "whole");
    figure("rss_first_bytes", (double)seconds->rss_first);
    figure("rss_most_bytes", (double)seconds->rss_most);
    figure("rss_last_bytes", (double)seconds->rss_last);
}

int run_command(const struct bench_options *options)
{
    struct fleet *fleet = bench_allocate(1, sizeof *fleet);
    struct witness *witness = witness_open(options);
    struct sighting before, after;
    struct seconds seconds = { 0 };
    fleet_open(fleet, options);
    fleet_run_until(fleet, now_ns() + options->warm_up_ms * 1000000);
    int64_t refused = fleet->counts.refused;
    witness_look(witness, &before);
    /* What came in meanwhile is not of the window, and neither are its times. */
    fleet->due_ns = 0;
    fleet_run_until(fleet, now_ns() + 20 * INT64_C(1000000));
    fleet->counts = (struct fleet_counts){ .refused = refused };
    int64_t start_ns = now_ns();
    run_window(fleet, witness, options->measure_ms * 1000000, &seconds);
    double window_s = (double)(now_ns() - start_ns) / 1e9;
    int64_t completed = fleet->counts.completed;
    witness_look(witness, &after);
    print(fleet, &seconds, window_s);
    witness_figures(&before, &after, completed);
    refused = fleet->counts.refused;
    fleet_drain(fleet);
    if (fleet->counts.refused > refused)
        give_up("%lld requests were refused after the window",
                (long long)(fleet->counts.refused - refused));
    fleet_close(fleet);
    witness_close(witness);
    free(fleet);
    return 0;
}

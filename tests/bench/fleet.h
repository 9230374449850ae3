/* SPDX-License-Identifier: MIT */
/*
 * All terminals of a load, their connections and their clock.
 *
 *   fleet_open      desks, connections, sign-ons
 *   fleet_run_until the loop, to a time; may be called again
 *   fleet_drain     starts nothing new, waits until every withdrawal is complete
 *
 * A closed load (offered 0) starts a terminal's next withdrawal when the last
 * is complete. An open one starts them when they are due; one that finds no
 * idle terminal is counted as missed.
 */
#ifndef TESTS_BENCH_FLEET_H
#define TESTS_BENCH_FLEET_H

#include "tests/bench/latency.h"
#include "tests/bench/terminal.h"

struct fleet_counts {
    int64_t completed, refused, turned_away, missed, started;
    struct latency initiate, whole;
};

struct fleet {
    const struct bench_options *options;
    int epoll;
    uint32_t terminal_count, link_count, desk_count;
    struct terminal *terminal;
    struct link *link; /* one more than link_count: the last is an operator's */
    struct desk *desk;
    uint32_t *idle, idle_count; /* numbers of idle terminals */
    uint32_t *retry, retry_count;
    int64_t due_ns; /* of the next arrival of an open load */
    bool stopping;
    uint64_t random;
    struct fleet_counts counts;
};

void fleet_open(struct fleet *fleet, const struct bench_options *options);
void fleet_run_until(struct fleet *fleet, int64_t until_ns);
void fleet_drain(struct fleet *fleet);
void fleet_close(struct fleet *fleet);

#endif

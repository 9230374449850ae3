/* SPDX-License-Identifier: MIT */
/*
 * What a load costs the machine, seen from outside: two sightings, before and
 * after, and the figures of the difference.
 */
#ifndef TESTS_BENCH_WITNESS_H
#define TESTS_BENCH_WITNESS_H

#include "tests/bench/bench.h"
#include "tests/bench/processes.h"

struct witness; /* an operator's connection and a database session, kept open */

struct sighting {
    double bank_cpu_s, driver_cpu_s;
    struct cluster_cpu cluster;
    int64_t wal_bytes, table_bytes; /* written so far; the size of schema esbank */
    int64_t events, batches, commands, turned_away, conflicts;
    int64_t bank_rss_bytes;
};

struct witness *witness_open(const struct bench_options *options);
void witness_close(struct witness *witness);
void witness_look(struct witness *witness, struct sighting *sighting);
int64_t witness_rss_bytes(const struct witness *witness);
void witness_figures(const struct sighting *before, const struct sighting *after,
                     int64_t withdrawals);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A histogram of times: 64 steps to each doubling, so a percentile read from
 * it is at most 1.6 % too high, and counting costs nothing.
 */
#ifndef TESTS_BENCH_LATENCY_H
#define TESTS_BENCH_LATENCY_H

#include <stdint.h>

#define LATENCY_STEPS     64
#define LATENCY_DOUBLINGS 40

struct latency {
    int64_t count, sum_ns;
    int64_t bucket[LATENCY_DOUBLINGS * LATENCY_STEPS];
};

void latency_add(struct latency *latency, int64_t ns);
/* The time that a part (0.99) of all stayed within, in microseconds; 0 when there is none. */
double latency_percentile_us(const struct latency *latency, double part);
/* Prints PREFIX_p50_us, PREFIX_p99_us, PREFIX_p999_us. */
void latency_figures(const struct latency *latency, const char *prefix);

#endif

/* SPDX-License-Identifier: MIT */
#include "tests/bench/latency.h"

#include "tests/bench/bench.h"

#include <stdio.h>

/* Below 64 every value has its own bucket; above, the top seven bits choose it. */
static int bucket_of(int64_t ns)
{
    uint64_t value = ns < 0 ? 0 : (uint64_t)ns;
    if (value < LATENCY_STEPS)
        return (int)value;
    int shift = 63 - __builtin_clzll(value) - 6;
    int bucket = (shift + 1) * LATENCY_STEPS + (int)((value >> shift) - LATENCY_STEPS);
    int last = LATENCY_DOUBLINGS * LATENCY_STEPS - 1;
    return bucket < last ? bucket : last;
}

static int64_t bucket_end_ns(int bucket)
{
    if (bucket < LATENCY_STEPS)
        return bucket;
    int shift = bucket / LATENCY_STEPS - 1;
    return ((int64_t)(bucket % LATENCY_STEPS + LATENCY_STEPS + 1) << shift) - 1;
}

void latency_add(struct latency *latency, int64_t ns)
{
    latency->count++;
    latency->sum_ns += ns;
    latency->bucket[bucket_of(ns)]++;
}

double latency_percentile_us(const struct latency *latency, double part)
{
    int64_t wanted = (int64_t)(part * (double)latency->count + 0.999999), seen = 0;
    for (int i = 0; i < LATENCY_DOUBLINGS * LATENCY_STEPS && latency->count > 0; i++) {
        seen += latency->bucket[i];
        if (seen >= wanted)
            return (double)bucket_end_ns(i) / 1000;
    }
    return 0;
}

void latency_figures(const struct latency *latency, const char *prefix)
{
    static const struct {
        const char *name;
        double part;
    } percentiles[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p999", 0.999 } };
    char name[64];
    for (size_t i = 0; i < sizeof percentiles / sizeof percentiles[0]; i++) {
        snprintf(name, sizeof name, "%s_%s_us", prefix, percentiles[i].name);
        figure(name, latency_percentile_us(latency, percentiles[i].part));
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * What processes take of the machine, as /proc tells it: processor time, and
 * memory. A cluster is many processes, some of which come and go; between two
 * sightings, only the time of those still there at the second counts.
 */
#ifndef TESTS_BENCH_PROCESSES_H
#define TESTS_BENCH_PROCESSES_H

#include "shared/home.h"

#include <stddef.h>
#include <stdint.h>

#define CLUSTER_PROCESSES_MAX 64

struct cluster_cpu {
    size_t count;
    struct {
        long pid;
        double cpu_s;
    } process[CLUSTER_PROCESSES_MAX];
};

/* Of the home's private cluster; nothing when there is none. */
void cluster_cpu_read(const struct home *home, struct cluster_cpu *cpu);
double cluster_cpu_between(const struct cluster_cpu *before, const struct cluster_cpu *after);

/* Processor time so far, in seconds; 0 for one that is not there. */
double process_cpu_s(long pid);
double process_own_cpu_s(void);
int64_t process_rss_bytes(long pid);

#endif

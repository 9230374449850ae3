/* SPDX-License-Identifier: MIT */
/*
 * The benchmark's driver: one program, one command a kind of measurement.
 *
 * scripts/bench starts a bank and calls these; each prints its figures on
 * stdout, one "name value" a line, and says on stderr why it could not. What
 * the load is made of (accounts, cards, tellers) follows from numbers alone
 * (people.h), so that no command has to hand anything to the next one.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "shared/error.h"
#include "shared/home.h"

#include <stdint.h>
#include <time.h>

struct bench_options {
    struct home home;
    const char *db; /* the store commands' database; NULL: the home's */
    const char
        *state; /* ceiling: the file that says how far its log has come; NULL: it is to be empty */
    int64_t accounts;    /* opened by setup, drawn from by run */
    int64_t tellers;     /* terminals are spread over so many teller ids */
    int64_t terminals;   /* withdrawals going on at a time */
    int64_t connections; /* they share so many */
    int64_t warm_up_ms, measure_ms;
    int64_t offered; /* withdrawals a second that arrive, whether there is an answer or not; 0: each
                      * terminal starts its next one when the last is complete */
    int64_t bank_pid;
    int64_t batch;      /* store commands: withdrawals in one batch */
    int64_t events;     /* fill: events in the log at its end */
    int64_t hot_events; /* fill: events of account 0 alone */
    int64_t bare; /* store commands: the events alone, without command memory and read models */
    int64_t megabytes; /* memory: to touch */
    int64_t hold;      /* memory: other than 0, and to hold */
};

/* Each returns the exit status. */
int memory_command(const struct bench_options *options);
int setup_command(const struct bench_options *options);
int run_command(const struct bench_options *options);
int ceiling_command(const struct bench_options *options);
int fill_command(const struct bench_options *options);
int touch_command(const struct bench_options *options);
int console_command(const struct bench_options *options);
int ready_command(const struct bench_options *options);

/* Prints one figure. */
void figure(const char *name, double value);

/* Says why on stderr and ends the program: a benchmark that cannot go on has no figures. */
void give_up(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Zeroed memory; gives up when there is none. */
void *bench_allocate(size_t count, size_t size);

static inline int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int64_t wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A cheap pseudo-random number (splitmix64): what is drawn must not cost what is measured. */
static inline uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#endif

/* SPDX-License-Identifier: MIT */
/* What the bank says of itself: GetStatus, GetHistory and GetMachines, asked on one connection. */
#ifndef BANK_CONSOLE_FIGURES_H
#define BANK_CONSOLE_FIGURES_H

#include "shared/home.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Figures of GetStatus that are shown, by their names there. */
#define FIGURE_NAMES(X)                                                                            \
    X(uptime_s)                                                                                    \
    X(terminals)                                                                                   \
    X(operators)                                                                                   \
    X(commands)                                                                                    \
    X(refused)                                                                                     \
    X(events)                                                                                      \
    X(batches)                                                                                     \
    X(queued)                                                                                      \
    X(position)                                                                                    \
    X(epoch)                                                                                       \
    X(open_withdrawals)                                                                            \
    X(latency_p50_us)                                                                              \
    X(latency_p99_us)

/* Series of GetHistory that are shown, by their names there: a value a second. */
#define SERIES_NAMES(X)                                                                            \
    X(withdrawals)                                                                                 \
    X(commands)                                                                                    \
    X(refused)                                                                                     \
    X(events)                                                                                      \
    X(batches)                                                                                     \
    X(p50_us)                                                                                      \
    X(p99_us)

#define SERIES_SECONDS 600
#define REFUSALS_MAX   12
#define REFUSAL_SIZE   40

enum series {
#define X(name) SERIES_##name,
    SERIES_NAMES(X)
#undef X
        SERIES_COUNT
};

struct figures {
    bool known;
    char trouble[200]; /* why not; empty: no trouble */
    char state[20];
#define X(name) int64_t name;
    FIGURE_NAMES(X)
#undef X
    int64_t until_s; /* the last second of the series, since 1970; 0: none is known */
    size_t seconds;  /* how many there are; the last one is the newest */
    int64_t series[SERIES_COUNT][SERIES_SECONDS];
    size_t refusal_count; /* of the last ten minutes, the most frequent first */
    struct {
        char name[REFUSAL_SIZE];
        int64_t count;
    } refusal[REFUSALS_MAX];
};

/* The machines that are signed on, in the order of their ids. */
struct machines {
    bool known;
    size_t count, capacity;
    struct uuid *id;
};

struct client;

/* A connection to the bank that is opened when it is needed, and again after it was lost. */
struct figures_line {
    const struct home *home;
    struct client *client; /* NULL: not connected */
};

/* Each asks and waits for up to a second. */
void figures_ask(struct figures_line *line, struct figures *figures);
void machines_ask(struct figures_line *line, struct machines *machines);
void figures_line_close(struct figures_line *line);

bool machines_have(const struct machines *machines, const struct uuid *id);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What the bank did in each of the last seconds, and whom it refused why in the
 * last minutes: the reply to GetHistory.
 *
 * It is made from the engine's counters once a second, so that recording costs
 * the commands nothing; its size does not depend on what goes on.
 */
#ifndef BANK_SERVER_HISTORY_H
#define BANK_SERVER_HISTORY_H

#include "bank/engine/engine.h"

/* clang-format off */

/* Columns: the name in the reply; what it is, of one second. */
#define HISTORY_TABLE(X) \
    X(withdrawals, "withdrawals that were approved") \
    X(commands,    "commands answered, refused ones included") \
    X(refused,     "commands refused") \
    X(events,      "events handed to the store") \
    X(batches,     "batches handed to the store") \
    X(p50_us,      "what half of the commands took at most, in microseconds; 0: there were none") \
    X(p99_us,      "what 99 of 100 commands took at most")
/* clang-format on */

enum history_series {
#define X(name, help) HISTORY_##name,
    HISTORY_TABLE(X)
#undef X
        HISTORY_COUNT
};

enum {
    HISTORY_SECONDS = 600,
    HISTORY_MINUTES = HISTORY_SECONDS / 60,
    HISTORY_REPLY_MAX = 65536 /* more than the reply takes, whatever the figures */
};

struct history {
    int64_t until_s, seconds; /* the last second there is, since 1970; how many there are */
    int64_t value[HISTORY_COUNT][HISTORY_SECONDS];   /* of second s at s % HISTORY_SECONDS */
    int64_t refused[HISTORY_MINUTES][REFUSAL_COUNT]; /* of minute m at m % HISTORY_MINUTES */
    int64_t minute;

    /* The counters at the last tick. */
    int64_t before[HISTORY_COUNT], refused_before[REFUSAL_COUNT];
    struct histogram latency_before;
    bool begun;
};

/* Every second or so; now_s: the wall clock. What two ticks lie apart is spread over the seconds.
 */
void history_tick(struct history *history, const struct engine_metrics *metrics, int64_t now_s);

/* The reply, without a newline: the last `seconds` at most. */
size_t history_write(const struct history *history, char *buffer, size_t size,
                     const struct uuid *id, int64_t seconds);

#endif

/* SPDX-License-Identifier: MIT */
#include "bank/server/history.h"

#include "shared/json.h"
#include "shared/wire.h"

#include <string.h>

static const char *const names[HISTORY_COUNT] = {
#define X(name, help) #name,
    HISTORY_TABLE(X)
#undef X
};

/* ---- the tick ---- */

/* All commands from outside as one histogram. */
static struct histogram latency_of(const struct engine_metrics *metrics)
{
    struct histogram all = { 0 };
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        if (metrics->latency[kind].count > 0)
            histogram_add(&all, &metrics->latency[kind]);
    return all;
}

static int64_t refused_of(const struct engine_metrics *metrics, int refusal)
{
    int64_t count = 0;
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        count += metrics->outcome[kind][refusal];
    return count;
}

/* The counters now, as the series have them; p50 and p99 are none. */
static void counters_read(const struct engine_metrics *metrics, int64_t now[static HISTORY_COUNT])
{
    now[HISTORY_withdrawals] = metrics->outcome[TELLER_INITIATE_WITHDRAWAL][NOT_REFUSED];
    now[HISTORY_commands] = metrics->commands;
    now[HISTORY_refused] = metrics->refused;
    now[HISTORY_events] = metrics->events;
    now[HISTORY_batches] = metrics->batches;
    now[HISTORY_p50_us] = now[HISTORY_p99_us] = 0;
}

static void refused_add(struct history *history, const struct engine_metrics *metrics,
                        int64_t now_s)
{
    const int64_t minute = now_s / 60;
    for (int64_t i = 1; i <= minute - history->minute && i <= HISTORY_MINUTES; i++)
        memset(history->refused[(history->minute + i) % HISTORY_MINUTES], 0,
               sizeof history->refused[0]);
    history->minute = minute > history->minute ? minute : history->minute;
    for (int refusal = NOT_REFUSED + 1; refusal < REFUSAL_COUNT; refusal++) {
        const int64_t now = refused_of(metrics, refusal);
        history->refused[history->minute % HISTORY_MINUTES][refusal] +=
            now - history->refused_before[refusal];
        history->refused_before[refusal] = now;
    }
}

static void second_add(struct history *history, const int64_t values[static HISTORY_COUNT])
{
    const int64_t second = ++history->until_s;
    for (int i = 0; i < HISTORY_COUNT; i++)
        history->value[i][second % HISTORY_SECONDS] = values[i];
    history->seconds += history->seconds < HISTORY_SECONDS;
}

void history_tick(struct history *history, const struct engine_metrics *metrics, int64_t now_s)
{
    int64_t now[HISTORY_COUNT], spread[HISTORY_COUNT];
    const struct histogram latency = latency_of(metrics);
    const int64_t elapsed = now_s - history->until_s;
    if (history->begun && elapsed <= 0) /* the clock was put back, or the second goes on */
        return;
    counters_read(metrics, now);
    if (history->begun) {
        struct histogram fresh = latency;
        histogram_subtract(&fresh, &history->latency_before);
        for (int i = 0; i < HISTORY_COUNT; i++)
            spread[i] = (now[i] - history->before[i]) / elapsed;
        spread[HISTORY_p50_us] = histogram_quantile(&fresh, 500);
        spread[HISTORY_p99_us] = histogram_quantile(&fresh, 990);
        if (elapsed > HISTORY_SECONDS)
            history->until_s = now_s - HISTORY_SECONDS;
        while (history->until_s < now_s)
            second_add(history, spread);
    }
    refused_add(history, metrics, now_s);
    memcpy(history->before, now, sizeof now);
    history->latency_before = latency;
    history->until_s = now_s;
    history->begun = true;
}

/* ---- the reply ---- */

/* The most frequent first. */
static void refusals_write(const struct history *history, struct json_writer *writer)
{
    int64_t count[REFUSAL_COUNT] = { 0 };
    for (int minute = 0; minute < HISTORY_MINUTES; minute++)
        for (int refusal = 0; refusal < REFUSAL_COUNT; refusal++)
            count[refusal] += history->refused[minute][refusal];
    json_open_object(writer, "refusals");
    for (;;) {
        int most = 0;
        for (int refusal = 1; refusal < REFUSAL_COUNT; refusal++)
            if (count[refusal] > count[most])
                most = refusal;
        if (count[most] <= 0)
            break;
        json_write_integer(writer, refusal_name((enum refusal)most), count[most]);
        count[most] = 0;
    }
    json_close_object(writer);
}

size_t history_write(const struct history *history, char *buffer, size_t size,
                     const struct uuid *id, int64_t seconds)
{
    struct json_writer writer;
    if (seconds > history->seconds)
        seconds = history->seconds;
    json_writer_init(&writer, buffer, size);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "v", WIRE_VERSION);
    json_write_uuid(&writer, "id", id);
    json_write_boolean(&writer, "ok", true);
    json_write_string(&writer, "code", refusal_code(NOT_REFUSED));
    json_open_object(&writer, "history");
    json_write_integer(&writer, "until_s", history->until_s);
    json_write_integer(&writer, "seconds", seconds);
    for (int i = 0; i < HISTORY_COUNT; i++) {
        json_open_array(&writer, names[i]);
        for (int64_t second = history->until_s - seconds + 1; second <= history->until_s; second++)
            json_write_integer(&writer, NULL, history->value[i][second % HISTORY_SECONDS]);
        json_close_array(&writer);
    }
    refusals_write(history, &writer);
    json_close_object(&writer);
    json_close_object(&writer);
    return json_finish(&writer);
}

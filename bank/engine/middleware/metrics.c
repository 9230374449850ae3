/* SPDX-License-Identifier: MIT */
/* Counts what was answered, how, and after how long. */
#include "bank/engine/parts.h"

static void count(struct engine *engine, const struct request *request, int outcome)
{
    struct engine_metrics *metrics = &engine->metrics;
    const enum command_kind kind = request->command.kind;
    const int64_t now_us = engine->world.monotonic_us(engine->world.context);
    metrics->outcome[kind][outcome]++;
    histogram_record(&metrics->latency[kind], now_us - request->received_us);
    if (request->sender != 0)
        histogram_window_record(&metrics->recent, now_us, now_us - request->received_us);
}

static void after(struct engine *engine, const struct request *request, bool replayed)
{
    engine->metrics.commands++;
    engine->metrics.replayed += replayed;
    engine->metrics.refused += !replayed && request->refusal != NOT_REFUSED;
    count(engine, request, replayed ? (int)OUTCOME_REPLAYED : (int)request->refusal);
}

static void failed(struct engine *engine, const struct request *request, enum refusal refusal)
{
    count(engine, request, (int)refusal);
    engine->metrics.turned_away += refusal == REFUSED_BANK_UNAVAILABLE;
}

const struct middleware middleware_metrics = { .name = "metrics",
                                               .after = after,
                                               .failed = failed };

/* SPDX-License-Identifier: MIT */
/* What the engine has counted, and what it has in memory, for those who watch the bank. */
#include "bank/engine/parts.h"

const struct engine_metrics *engine_metrics(const struct engine *engine)
{
    struct engine_metrics *metrics = (struct engine_metrics *)(uintptr_t)&engine->metrics;
    metrics->open_withdrawals = (int64_t)deadlines_count(&engine->deadlines, SAGA_WITHDRAWAL);
    metrics->cached_accounts = (int64_t)engine->accounts.count;
    metrics->cached_tellers = (int64_t)engine->tellers.count;
    metrics->cached_withdrawals = (int64_t)engine->sagas.count;
    metrics->waiting = (int64_t)engine->waiting.count;
    metrics->queued = (int64_t)engine->queue.count + metrics->waiting;
    metrics->held = (int64_t)engine->held.count;
    metrics->in_flight = engine->in_flight;
    return metrics;
}

struct histogram engine_latency(struct engine *engine)
{
    return histogram_window_whole(&engine->metrics.recent,
                                  engine->world.monotonic_us(engine->world.context));
}

void engine_tellers(const struct engine *engine,
                    bool (*each)(void *context, const struct teller *teller), void *context)
{
    for (const void *value = cache_newest(&engine->tellers); value != NULL;
         value = cache_older(value)) {
        const struct cached_teller *cached = value;
        if (cached->teller.provisioned && !cached->unreadable && !each(context, &cached->teller))
            return;
    }
}

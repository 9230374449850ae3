/* SPDX-License-Identifier: MIT */
/* Counts what was answered, and how. */
#include "bank/engine/parts.h"

static void after(struct engine *engine, const struct request *request, bool replayed)
{
    engine->metrics.commands++;
    engine->metrics.replayed += replayed;
    engine->metrics.refused += !replayed && request->refusal != NOT_REFUSED;
}

static void failed(struct engine *engine, const struct request *request __attribute__((unused)),
                   enum refusal refusal)
{
    engine->metrics.turned_away += refusal == REFUSED_BANK_UNAVAILABLE;
}

const struct middleware middleware_metrics = { .name = "metrics",
                                               .after = after,
                                               .failed = failed };

/* SPDX-License-Identifier: MIT */
#include "bank/engine/middleware.h"

/* Idempotency is not here: it needs the batch in flight and the store, so it stands at the queue
 * (engine.c).
 */
static const struct middleware *const chain[] = {
    &middleware_overload, /* first: the cheapest way to say no */
    &middleware_rate,     &middleware_authorisation, &middleware_validation,
    &middleware_metrics,  &middleware_log,
};

#define CHAIN_LENGTH (sizeof chain / sizeof chain[0])

enum refusal middleware_before(struct engine *engine, const struct request *request)
{
    for (size_t i = 0; i < CHAIN_LENGTH; i++) {
        enum refusal refusal =
            chain[i]->before == NULL ? NOT_REFUSED : chain[i]->before(engine, request);
        if (refusal != NOT_REFUSED)
            return refusal;
    }
    return NOT_REFUSED;
}

void middleware_after(struct engine *engine, const struct request *request, bool replayed)
{
    for (size_t i = 0; i < CHAIN_LENGTH; i++)
        if (chain[i]->after != NULL)
            chain[i]->after(engine, request, replayed);
}

void middleware_failed(struct engine *engine, const struct request *request, enum refusal refusal)
{
    for (size_t i = 0; i < CHAIN_LENGTH; i++)
        if (chain[i]->failed != NULL)
            chain[i]->failed(engine, request, refusal);
}

/* SPDX-License-Identifier: MIT */
/* Sheds load: what cannot be decided soon is turned away with 91, so that memory and waiting stay bounded. */
#include "bank/engine/parts.h"

static enum refusal before(struct engine *engine, const struct request *request)
{
    if (request->sender == 0) /* the bank's own commands keep promises already made */
        return NOT_REFUSED;
    if (!engine->active)
        return REFUSED_BANK_UNAVAILABLE;
    return engine->queue.count + engine->waiting.count >= engine->settings.queue_max
               ? REFUSED_BANK_UNAVAILABLE
               : NOT_REFUSED;
}

const struct middleware middleware_overload = { .name = "overload", .before = before };

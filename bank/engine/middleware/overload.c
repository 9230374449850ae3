/* SPDX-License-Identifier: MIT */
/*
 * Sheds load: what cannot be decided soon is turned away with 91, so that
 * memory and waiting stay bounded. What tells how something ended has as much
 * room again: turned away, it comes back, and until it is taken the work done
 * for its beginning has come to nothing. An operator has a little more room, since
 * what he sends may be what ends the crowd, such as filling cassettes.
 */
#include "bank/engine/parts.h"

static size_t room_for(const struct engine *engine, const struct request *request)
{
    const enum command_kind kind = request->command.kind;
    const size_t most = engine->settings.queue_max;
    if (command_is(kind, CONTINUES) && command_is(kind, TELLS))
        return most * 2;
    return request->sender == BY_OPERATOR ? most + most / 8 : most;
}

static enum refusal before(struct engine *engine, const struct request *request)
{
    if (request->sender == 0) /* the bank's own commands keep promises already made */
        return NOT_REFUSED;
    if (!engine->active || engine->unsure)
        return REFUSED_BANK_UNAVAILABLE;
    return engine->queue.count + engine->waiting.count >= room_for(engine, request)
               ? REFUSED_BANK_UNAVAILABLE
               : NOT_REFUSED;
}

const struct middleware middleware_overload = { .name = "overload", .before = before };

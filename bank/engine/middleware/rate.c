/* SPDX-License-Identifier: MIT */
/*
 * Slows down a client that sends more than its share: settings.rate commands a second
 * for each terminal and each operator. Off while that is 0.
 *
 * A token bucket that holds one second's worth, kept as one number: the time at
 * which the bucket will be full again. A command puts that off by a rate's
 * share of a second; one that would put it off by more than a second is turned
 * away with 91 and the time after which there will be a token. Turned away
 * commands cost no token.
 */
#include "bank/engine/parts.h"

#define SECOND_US INT64_C(1000000)

/* The terminal's teller, signed on or about to; an operator by the name, whatever the connection.
 */
static struct uuid sender_of(const struct request *request)
{
    static const struct uuid operators = { { 0x0f } };
    if (request->sender == BY_OPERATOR)
        return uuid_named(&operators, request->who.name);
    return uuid_is_nil(&request->signed_on) ? request->command.teller_id : request->signed_on;
}

static enum refusal before(struct engine *engine, const struct request *request)
{
    if (engine->settings.rate == 0 || request->sender == 0)
        return NOT_REFUSED;
    struct uuid sender = sender_of(request);
    int64_t now_us = engine->world.monotonic_us(engine->world.context);
    int64_t *full_us = cache_put(&engine->rates, &sender);
    int64_t after_us = (*full_us > now_us ? *full_us : now_us) + SECOND_US / engine->settings.rate;
    int64_t over_us = after_us - now_us - SECOND_US;
    if (over_us > 0) {
        engine->metrics.slowed_down++;
        engine->retry_after_ms = over_us / 1000 + 1;
        return REFUSED_BANK_UNAVAILABLE;
    }
    *full_us = after_us;
    return NOT_REFUSED;
}

const struct middleware middleware_rate = { .name = "rate", .before = before };

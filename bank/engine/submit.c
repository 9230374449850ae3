/* SPDX-License-Identifier: MIT */
/* Requests on their way in: those from outside, and commands of the bank's own. */
#include "bank/engine/parts.h"

#include <stdlib.h>

void engine_submit(struct engine *engine, struct request *request)
{
    request->lookup = request->named_lookup = 0;
    request->conflicts = 0;
    request->alone = false;
    request->counted = request->decided = false;
    request->refusal = NOT_REFUSED;
    enum refusal refusal = middleware_before(engine, request);
    if (refusal != NOT_REFUSED)
        engine_refuse(engine, request, refusal);
    else
        queue_add(&engine->queue, request);
}

static void own_done(struct request *request, const char *line __attribute__((unused)),
                     size_t length __attribute__((unused)), bool replayed __attribute__((unused)))
{
    struct engine *engine = request->owner;
    request->answered(engine, request);
    request->next = engine->free_request;
    engine->free_request = request;
}

void engine_submit_own(struct engine *engine, const struct command *command,
                       void (*answered)(struct engine *engine, const struct request *request))
{
    struct request *request = engine->free_request;
    if (request != NULL)
        engine->free_request = request->next;
    else if ((request = malloc(sizeof *request)) == NULL)
        panic("out of memory for a command of the bank's own");
    *request = (struct request){ .command = *command,
                                 .done = own_done,
                                 .owner = engine,
                                 .answered = answered,
                                 .actor = "bank",
                                 .received_us = engine->world.monotonic_us(engine->world.context) };
    request_hash_content(request);
    engine_submit(engine, request);
}

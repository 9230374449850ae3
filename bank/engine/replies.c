/* SPDX-License-Identifier: MIT */
/*
 * Replies on their way out: answers, refusals, and answers that wait for the
 * read models, those to requests with "consistency":"strong".
 *
 *   committed (or replayed) ──▶ models_position is there ──▶ answered
 *                           └─▶ held ──models_moved──▶ answered
 *                                └─ WAIT_MAX_US, the log lost, the bank's end ─▶ answered, marked
 * "eventual"
 *
 * What is held is committed, so it leaves as a success whatever happens, and its
 * text in the command memory is the one without the mark. A reply waits for the
 * events of its own command; one that is replayed, for all that was committed
 * by then, since the memory has no positions. So the first one held is the
 * first one due, by position and by time.
 *
 * When as many are held as may queue, further ones leave at once, marked:
 * memory stays bounded, and a read model that is stuck turns no request away.
 */
#include "bank/engine/parts.h"

#include <stdlib.h>

#define WAIT_MAX_US INT64_C(5000000)

static void give(struct engine *engine, struct request *request, const char *line, size_t length,
                 bool replayed)
{
    middleware_after(engine, request, replayed);
    request->done(request, line, length, replayed);
}

void engine_refuse(struct engine *engine, struct request *request, enum refusal refusal)
{
    char line[REPLY_MAX];
    int retry_after_ms = refusal == REFUSED_BANK_UNAVAILABLE ? (engine->active ? 100 : 500) : 0;
    if (engine->retry_after_ms > 0)
        retry_after_ms = (int)engine->retry_after_ms;
    engine->retry_after_ms = 0;
    size_t length = reply_refuse(line, &request->command.id, refusal, NULL, retry_after_ms);
    request->refusal = refusal;
    middleware_failed(engine, request, refusal);
    request->done(request, line, length, false);
}

/* ---- those that wait ---- */

static bool is_met(const struct engine *engine, struct request *request, bool replayed)
{
    request->position = replayed ? engine->head : request->position;
    return request->position <= engine->storage.models_position(engine->storage.self);
}

static void hold(struct engine *engine, struct request *request, const char *line, size_t length,
                 bool replayed)
{
    char text[REPLY_MAX + REPLY_EVENTUAL_MAX];
    if (!engine->active || engine->ending || engine->held.count >= engine->settings.queue_max) {
        memcpy(text, line, length);
        give(engine, request, text, reply_mark_eventual(text, length), replayed);
        return;
    }
    request->held = malloc(length + REPLY_EVENTUAL_MAX);
    if (request->held == NULL)
        panic("out of memory for a reply");
    memcpy(request->held, line, length);
    request->held_length = length;
    request->held_replayed = replayed;
    request->held_until_us = engine->world.monotonic_us(engine->world.context) + WAIT_MAX_US;
    queue_add(&engine->held, request);
}

void engine_answer(struct engine *engine, struct request *request, const char *line, size_t length,
                   bool replayed)
{
    if (request->strong && !is_met(engine, request, replayed))
        hold(engine, request, line, length, replayed);
    else
        give(engine, request, line, length, replayed);
}

static void release(struct engine *engine, bool met)
{
    struct request *request = queue_take(&engine->held);
    char *line = request->held;
    size_t length = met ? request->held_length : reply_mark_eventual(line, request->held_length);
    request->held = NULL;
    give(engine, request, line, length, request->held_replayed);
    free(line);
}

static void on_models_moved(void *context)
{
    struct engine *engine = context;
    const int64_t position = engine->storage.models_position(engine->storage.self);
    while (engine->held.first != NULL && engine->held.first->position <= position)
        release(engine, true);
}

void replies_run(struct engine *engine)
{
    if (engine->held.first == NULL)
        return;
    const int64_t now_us = engine->world.monotonic_us(engine->world.context);
    while (engine->held.first != NULL && engine->held.first->held_until_us <= now_us)
        release(engine, false);
}

void replies_give_up(struct engine *engine)
{
    while (engine->held.first != NULL)
        release(engine, false);
}

int64_t replies_deadline_us(const struct engine *engine)
{
    const struct engine_world *world = &engine->world;
    if (engine->held.first == NULL)
        return INT64_MAX;
    return world->now_us(world->context) + engine->held.first->held_until_us -
           world->monotonic_us(world->context);
}

void replies_listen(struct storage_listener *listener)
{
    listener->models_moved = on_models_moved;
}

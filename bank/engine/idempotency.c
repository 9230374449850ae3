/* SPDX-License-Identifier: MIT */
/*
 * The command memory: what was answered under an id, for ever.
 *
 * The store has all of it; here are the most recent ones, and those in flight.
 * An id that is not here is taken for new: if it is not, the unique index
 * catches it, the whole batch comes back, and then the store is asked.
 *
 * A reply that is longer than an entry holds is not here, though its id is:
 * one that repeats it waits for a load, and is answered from the store's row
 * as it comes by.
 */
#include "bank/engine/parts.h"

static bool content_is(const unsigned char *content, const struct request *request)
{
    static const unsigned char any[CONTENT_HASH_LENGTH];
    const struct command *command = &request->command;
    unsigned char reversed[CONTENT_HASH_LENGTH];
    if (memcmp(content, request->content, CONTENT_HASH_LENGTH) == 0 ||
        memcmp(content, any, CONTENT_HASH_LENGTH) == 0)
        return true;
    if (!command_is(command->kind, BEGINS))
        return false;
    request_reversed_content(command->kind, &command->teller_id, &command->id, reversed);
    return memcmp(content, reversed, CONTENT_HASH_LENGTH) == 0;
}

enum idempotency_answer idempotency_ask(struct engine *engine, const struct request *request,
                                        const struct remembered **found)
{
    const struct remembered *remembered = cache_find(&engine->memory, &request->command.id);
    *found = remembered;
    if (remembered == NULL)
        return IDEMPOTENCY_UNKNOWN;
    if (cache_batch(remembered) > engine->committed)
        return IDEMPOTENCY_IN_FLIGHT;
    if (!content_is(remembered->content, request))
        return IDEMPOTENCY_CONFLICT;
    return remembered->reply_length > IDEMPOTENCY_REPLY_MAX ? IDEMPOTENCY_ASK_STORE
                                                            : IDEMPOTENCY_SAME;
}

void idempotency_keep(struct engine *engine, const struct command_record *record, int64_t batch)
{
    struct remembered *remembered = cache_put(&engine->memory, &record->id);
    memcpy(remembered->content, record->content, CONTENT_HASH_LENGTH);
    remembered->reply_length = (uint32_t)record->reply_length;
    if (record->reply_length <= IDEMPOTENCY_REPLY_MAX)
        memcpy(remembered->reply, record->reply, record->reply_length);
    cache_mark(remembered, batch);
}

/* Answers those in the queue who wait for exactly this; the others stay, in their order. */
static void answer_those_in(struct engine *engine, struct queue *queue,
                            const struct command_record *record)
{
    struct request *request;
    for (size_t left = queue->count; left > 0 && (request = queue_take(queue)) != NULL; left--)
        if (uuid_equal(&request->command.id, &record->id) && content_is(record->content, request))
            engine_answer(engine, request, record->reply, record->reply_length, true);
        else
            queue_add(queue, request);
}

void idempotency_told(struct engine *engine, const struct command_record *record)
{
    if (cache_find(&engine->memory, &record->id) == NULL)
        idempotency_keep(engine, record, engine->committed);
    if (record->reply_length <= IDEMPOTENCY_REPLY_MAX)
        return;
    answer_those_in(engine, &engine->waiting, record);
    answer_those_in(engine, &engine->queue, record); /* woken by something else in the same turn */
}

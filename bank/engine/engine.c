/* SPDX-License-Identifier: MIT */
/*
 * The engine's loop: queue and batches; what the store says of them comes to outcomes.c.
 * Invariants:
 *
 *   1. A reply leaves after its batch has committed, and then always; one that is to wait
 *      for the read models does that in replies.c.
 *   2. While a batch has failed and later ones are in flight, nothing new is
 *      decided: they fail too, and their requests come back in their order.
 *   3. What a request's decision saw is committed, or in a batch before its own.
 *   4. Every request lent to the engine is answered exactly once.
 */
#include "bank/engine/parts.h"

#include <assert.h>
#include <stdlib.h>

#define AGAIN_US INT64_C(10000000) /* a deadline whose command could not be carried out */

struct engine_settings engine_settings_default(void)
{
    return (struct engine_settings){ .confirm_within_us = 120 * INT64_C(1000000),
                                     .snapshot_every = 200,
                                     .failed_auth_limit = 10,
                                     .batch_max = 1024,
                                     .batch_early = 64,
                                     .queue_max = 8192,
                                     .accounts_max = 100000,
                                     .tellers_max = 4096,
                                     .withdrawals_max = 65536,
                                     .commands_max = 4096 };
}

bool engine_is_full(const struct engine *engine)
{
    return engine->active &&
           engine->queue.count + engine->waiting.count >= engine->settings.queue_max;
}

void engine_turned_away(struct engine *engine)
{
    engine->metrics.turned_away++;
}

/* ---- deadlines ---- */

/* A bank that is active again gets all deadlines anew. */
static void deadline_answered(struct engine *engine, const struct request *request)
{
    if (engine->active &&
        (request->refusal == REFUSED_SYSTEM_ERROR || request->refusal == REFUSED_BANK_UNAVAILABLE ||
         request->refusal == REFUSED_ID_CONFLICT))
        deadlines_set(&engine->deadlines, command_saga_id(&request->command),
                      command_traits(request->command.kind)->saga,
                      engine->world.now_us(engine->world.context) + AGAIN_US);
}

/* Each command has an id that cannot be known outside before, or it could be used up. It takes
 * effect once all the same: dispatch asks the saga whether it is still due. */
static void run_deadlines(struct engine *engine)
{
    struct uuid id;
    enum saga_kind saga;
    int64_t now_us = engine->world.now_us(engine->world.context);
    while (engine->queue.count < engine->settings.batch_max &&
           deadlines_take(&engine->deadlines, now_us, &id, &saga)) {
        struct command command = { .kind = sagas[saga].late,
                                   .id = engine->world.fresh_id(engine->world.context),
                                   .correlation_id = id,
                                   .reason = "no advice in time" };
        *command_id_of(&command, saga) = id;
        engine_submit_own(engine, &command, deadline_answered);
    }
}

int64_t engine_deadline_us(const struct engine *engine)
{
    if (!engine->active)
        return INT64_MAX;
    const int64_t confirm_us = deadlines_next_us(&engine->deadlines),
                  reply_us = replies_deadline_us(engine);
    return confirm_us < reply_us ? confirm_us : reply_us;
}

/* ---- batches ---- */

static struct batch_slot *slot_open(struct engine *engine)
{
    struct batch_slot *slot = engine->slot;
    while (slot->number != 0)
        slot++;
    slot->number = engine->last_batch + 1;
    slot->batch.event_count = slot->batch.command_count = 0;
    slot->batch.snapshot_count = slot->batch.data_key_count = 0;
    slot->batch.strong = false;
    slot->bank_version = 0;
    slot->batch.conflict = (struct uuid){ 0 };
    slot->reply_length = 0;
    days_forget(slot);
    queue_init(&slot->requests);
    return slot;
}

/* Closed: the reply buffer moves no more, so the command records can point into it. */
static void slot_send(struct engine *engine, struct batch_slot *slot)
{
    size_t at = 0;
    for (size_t i = 0; i < slot->batch.command_count; i++) {
        slot->batch.command[i].reply = slot->reply + at;
        at += slot->batch.command[i].reply_length;
    }
    assert(at == slot->reply_length);
    batch_snapshots(engine, slot);
    engine->last_batch = slot->number;
    engine->in_flight++;
    engine->metrics.batches++;
    engine->metrics.events += (int64_t)slot->batch.event_count;
    histogram_record(&engine->metrics.batch_size, (int64_t)slot->requests.count);
    slot->sent_us = engine->world.monotonic_us(engine->world.context);
    engine->storage.append(engine->storage.self, &slot->batch);
}

static void decide(struct engine *engine, struct batch_slot *slot, struct request *request)
{
    const bool in_batch = request->refusal == NOT_REFUSED && dispatch(engine, slot, request);
    request->decided = true;
    authentication_count(engine, request, request->refusal);
    if (!in_batch)
        engine_refuse(engine, request, request->refusal);
}

/* A guess under a used id is decided and then undone with its batch: it costs the machine a try,
 * right or wrong, so that what is left of the tries does not tell which it was. */
void engine_refuse_conflict(struct engine *engine, struct request *request, enum refusal refusal)
{
    if (refusal == REFUSED_ID_CONFLICT && request->decided)
        authentication_count(engine, request, REFUSED_WRONG_PIN);
    engine_refuse(engine, request, refusal);
}

/* False when it has to wait; else it is answered or decided. */
static bool take_request(struct engine *engine, struct batch_slot *slot, struct request *request)
{
    const struct remembered *remembered;
    switch (idempotency_ask(engine, request, &remembered)) {
    case IDEMPOTENCY_SAME:
        engine_answer(engine, request, remembered->reply, remembered->reply_length, true);
        return true;
    case IDEMPOTENCY_CONFLICT:
        engine_refuse_conflict(engine, request, REFUSED_ID_CONFLICT);
        return true;
    case IDEMPOTENCY_ASK_STORE:
        prefetch_reply(engine, &request->command.id);
        return false;
    case IDEMPOTENCY_IN_FLIGHT:
        return false;
    case IDEMPOTENCY_UNKNOWN:
        break;
    }
    switch (authentication_admit(engine, request)) {
    case AUTHENTICATION_WAITS:
        return false;
    case AUTHENTICATION_REFUSED:
        engine_refuse(engine, request, REFUSED_AUTHENTICATION_LIMIT);
        return true;
    case AUTHENTICATION_GOES_ON:
        break;
    }
    if (!prefetch_met(engine, request))
        return false;
    decide(engine, slot, request);
    return true;
}

/* A batch takes its part of all that is here, queued or in flight, so that one of several does not
 * become large at the others' cost: while it was written, there would be nothing to make the next
 * of. */
static size_t batch_share(const struct engine *engine)
{
    const struct engine_settings *settings = &engine->settings;
    size_t all = engine->queue.count;
    for (int i = 0; i < BATCH_SLOTS; i++)
        all += engine->slot[i].number == 0 ? 0 : engine->slot[i].requests.count;
    size_t part = all / BATCH_SLOTS + 1;
    if (part < settings->batch_early)
        part = settings->batch_early;
    return part < settings->batch_max ? part : settings->batch_max;
}

/* Whether the batch may take the next one: one that is to be alone is the first and the last of its
 * batch. */
static bool may_join(const struct engine *engine, const struct batch_slot *slot)
{
    const struct request *next = engine->queue.first;
    return next != NULL &&
           (slot->requests.count == 0 || (!next->alone && !slot->requests.first->alone));
}

static void form_batch(struct engine *engine)
{
    const size_t most = batch_share(engine);
    struct batch_slot *slot = slot_open(engine);
    while (slot->requests.count < most && may_join(engine, slot)) {
        struct request *request = queue_take(&engine->queue);
        if (!take_request(engine, slot, request))
            queue_add(&engine->waiting, request);
    }
    if (slot->requests.count > 0 && slot->requests.first->alone)
        engine->secluded =
            slot->number; /* it may come back, and what is behind it would come back too */
    if (slot->batch.command_count > 0)
        slot_send(engine, slot);
    else
        slot->number = 0;
}

static void trim(struct engine *engine)
{
    const struct engine_settings *settings = &engine->settings;
    cache_trim(&engine->accounts, settings->accounts_max, engine->committed);
    cache_trim(&engine->tellers, settings->tellers_max, engine->committed);
    cache_trim(&engine->sagas, settings->withdrawals_max, engine->committed);
    cache_trim(&engine->cards, settings->accounts_max, engine->committed);
    cache_trim(&engine->memory, settings->commands_max, engine->committed);
    cache_trim(&engine->rates, settings->queue_max, engine->committed);
    cache_trim(&engine->failures, settings->tellers_max, engine->committed);
}

/* What is used in this turn counts as used now. */
static void tell_time(struct engine *engine)
{
    int64_t now_us = engine->world.monotonic_us(engine->world.context);
    engine->accounts.now_us = engine->tellers.now_us = engine->sagas.now_us = now_us;
}

/* One at once when nothing is in flight; more only when each is worth an fsync of its own: with few
 * clients, several in flight would just share out between them what one commit could carry. */
static bool may_send(const struct engine *engine)
{
    return engine->in_flight == 0 || (engine->in_flight < BATCH_SLOTS && engine->secluded == 0 &&
                                      engine->queue.count >= engine->settings.batch_early);
}

void engine_run(struct engine *engine)
{
    if (!engine->active || engine->unsure)
        return;
    tell_time(engine);
    replies_run(engine);
    run_deadlines(engine);
    while (!engine->failing && engine->queue.count > 0 && may_send(engine))
        form_batch(engine);
    prefetch_load(engine);
    trim(engine);
}

/* ---- life ---- */

struct engine *engine_create(const struct engine_settings *settings,
                             const struct engine_world *world)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        panic("out of memory for the engine");
    engine->settings = *settings;
    if (engine->settings.batch_early > settings->batch_max) /* a full one is worth sending */
        engine->settings.batch_early = settings->batch_max;
    engine->world = *world;
    cache_init(&engine->accounts, sizeof(struct cached_account));
    cache_init(&engine->tellers, sizeof(struct cached_teller));
    cache_init(&engine->sagas, sizeof(struct cached_saga));
    cache_init(&engine->cards, sizeof(struct cached_card));
    cache_init(&engine->memory, sizeof(struct remembered));
    cache_init(&engine->rates, sizeof(int64_t));
    authentication_init(engine);
    deadlines_init(&engine->deadlines);
    queue_init(&engine->queue);
    queue_init(&engine->waiting);
    queue_init(&engine->failed);
    queue_init(&engine->held);
    prefetch_init(engine);
    return engine;
}

struct storage_listener engine_listener(struct engine *engine)
{
    struct storage_listener listener = { .context = engine };
    outcomes_listen(&listener);
    prefetch_listen(&listener);
    replies_listen(&listener);
    return listener;
}

void engine_watch(struct engine *engine, const struct engine_watch *watch)
{
    engine->watch = watch != NULL ? *watch : (struct engine_watch){ 0 };
}

void engine_connect(struct engine *engine, struct storage storage)
{
    engine->storage = storage;
}

void engine_destroy(struct engine *engine)
{
    if (engine == NULL)
        return;
    for (int i = 0; i < BATCH_SLOTS; i++) {
        free(engine->slot[i].batch.event);
        free(engine->slot[i].batch.command);
        free(engine->slot[i].batch.snapshot);
        free(engine->slot[i].batch.data_key);
        free(engine->slot[i].reply);
        days_forget(&engine->slot[i]);
    }
    struct request *next;
    for (struct request *request = engine->held.first; request != NULL; request = request->next)
        free(request->held);
    for (struct request *request = engine->free_request; request != NULL; request = next) {
        next = request->next;
        free(request);
    }
    cache_finish(&engine->accounts);
    cache_finish(&engine->tellers);
    cache_finish(&engine->sagas);
    cache_finish(&engine->cards);
    cache_finish(&engine->memory);
    cache_finish(&engine->rates);
    cache_finish(&engine->failures);
    deadlines_finish(&engine->deadlines);
    prefetch_finish(engine);
    free(engine);
}

void engine_end(struct engine *engine)
{
    engine->ending = true;
    replies_give_up(engine);
}

bool engine_active(const struct engine *engine)
{
    return engine->active && !engine->unsure;
}

bool engine_idle(const struct engine *engine)
{
    return engine->queue.count + engine->waiting.count + engine->held.count == 0 &&
           engine->in_flight == 0;
}

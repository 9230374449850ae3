/* SPDX-License-Identifier: MIT */
/*
 * What the store says of the batches, and of the log: a batch is committed, comes back, or may have
 * been; this bank has the log, has lost it, or does not know for now.
 *
 * A batch that comes back takes those behind it along. What their decisions have left in the caches
 * is dropped once the last of them is back, and the requests are decided anew, in their order.
 */
#include "bank/engine/parts.h"

#include <stdio.h>

#define CAREFUL_US  INT64_C(1000000) /* after a repeated id that was not said to be one */
#define CONFLICT_US INT64_C(1000000) /* between two lines of the log about them */

/* ---- a batch ---- */

static void committed(struct engine *engine, struct batch_slot *slot)
{
    const struct batch *batch = &slot->batch;
    struct request *request;
    histogram_record(&engine->metrics.commit,
                     engine->world.monotonic_us(engine->world.context) - slot->sent_us);
    engine->committed = slot->number;
    deadlines_committed(&engine->deadlines, slot->number);
    if (slot->bank_version > 0)
        engine->bank_committed = slot->bank_version;
    if (batch->event_count > 0)
        engine->head = batch->event[batch->event_count - 1].position;
    size_t told = 0;
    while ((request = queue_take(&slot->requests)) != NULL) {
        const size_t last = request->last_event;
        const struct uuid teller_id = request->command.teller_id;
        request->position = last == 0 ? 0 : batch->event[last - 1].position;
        engine_answer(engine, request, slot->reply + request->reply_at, request->reply_length,
                      false);
        if (engine->watch.committed != NULL && last > told)
            engine->watch.committed(engine->watch.context, &teller_id, batch->event + told,
                                    last - told);
        told = last > told ? last : told;
    }
}

/* One line a second at most; it says how many were left out. */
static void log_conflict(struct engine *engine, const struct request *request, enum refusal answer)
{
    char id[UUID_TEXT_LENGTH], line[320];
    const int64_t now_us = engine->world.monotonic_us(engine->world.context);
    if (engine->world.conflict == NULL)
        return;
    if (engine->conflict_told_us != 0 && now_us - engine->conflict_told_us < CONFLICT_US) {
        engine->conflicts_untold++;
        return;
    }
    snprintf(line, sizeof line, "command=%s id=%s actor=\"%s\" answer=%s more=%lld",
             command_name(request->command.kind), uuid_write(&request->command.id, id),
             request->actor, refusal_name(answer), (long long)engine->conflicts_untold);
    engine->conflict_told_us = now_us;
    engine->conflicts_untold = 0;
    engine->world.conflict(engine->world.context, line);
}

static bool is_about(const struct request *request, const struct uuid *id)
{
    const struct command *command = &request->command;
    return uuid_equal(&command->id, id) || uuid_equal(command_saga_id(command), id) ||
           uuid_equal(&command->data_key.account_id, id);
}

static bool slot_is_about(const struct batch_slot *slot, const struct uuid *id)
{
    const struct request *request = slot->requests.first;
    while (request != NULL && !is_about(request, id))
        request = request->next;
    return request != NULL;
}

/*
 * An id in this batch was used before. Its requests are decided anew, after a look at what their
 * ids came to. Whichever is about the id goes alone from now on, and so do all where the store
 * cannot tell it, and any that comes back twice; so a request costs its neighbours one retry at
 * most. One that comes back alone is answered.
 */
static void conflicted(struct engine *engine, struct batch_slot *slot)
{
    const struct uuid *id = &slot->batch.conflict;
    const bool known = !uuid_is_nil(id) && slot_is_about(slot, id);
    struct request *request;
    engine->metrics.conflicts++;
    engine->careful_until_us = engine->world.monotonic_us(engine->world.context) + CAREFUL_US;
    while ((request = queue_take(&slot->requests)) != NULL) {
        if (request->alone) {
            enum refusal answer = known ? REFUSED_ID_CONFLICT : REFUSED_SYSTEM_ERROR;
            log_conflict(engine, request, answer);
            engine_refuse_conflict(engine, request, answer);
            continue;
        }
        request->repeat = true;
        request->lookup = request->named_lookup = 0;
        request->alone = ++request->conflicts > 1 || !known || is_about(request, id);
        queue_add(&engine->failed, request);
    }
}

static void lost(struct engine *engine, struct batch_slot *slot)
{
    struct request *request;
    engine->metrics.lost++;
    while ((request = queue_take(&slot->requests)) != NULL)
        queue_add(&engine->failed, request);
}

static void forget_uncommitted(struct engine *engine)
{
    struct cache *caches[] = { &engine->accounts, &engine->tellers, &engine->sagas, &engine->cards,
                               &engine->memory };
    for (size_t i = 0; i < sizeof caches / sizeof caches[0]; i++)
        cache_drop_since(caches[i], engine->committed);
    deadlines_undo(&engine->deadlines);
    engine->failing = false;
    engine->bank_version = engine->bank_committed;
    queue_prepend(&engine->queue, &engine->failed);
    needs_forget_holders(engine);
}

static void on_appended(void *context, struct batch *batch, enum append_outcome outcome)
{
    struct engine *engine = context;
    struct batch_slot *slot = engine->slot;
    while (&slot->batch != batch)
        slot++;
    engine->in_flight--;
    if (engine->secluded == slot->number)
        engine->secluded = 0;
    if (outcome != APPEND_COMMITTED)
        engine->failing = true;
    if (outcome == APPEND_COMMITTED)
        committed(engine, slot);
    else if (outcome == APPEND_CONFLICT)
        conflicted(engine, slot);
    else
        lost(engine, slot);
    slot->number = 0;
    if (engine->failing && engine->in_flight == 0)
        forget_uncommitted(engine);
    engine_wake(engine);
}

/* ---- the log ---- */

static void on_activated(void *context, int64_t head)
{
    struct engine *engine = context;
    engine->active = true;
    engine->unsure = false;
    engine->head = head;
}

/* Those in no batch: their senders still learn that nothing was decided. */
static void refuse_undecided(struct engine *engine)
{
    struct request *request;
    engine_wake(engine);
    while ((request = queue_take(&engine->queue)) != NULL)
        engine_refuse(engine, request, REFUSED_BANK_UNAVAILABLE);
}

static void on_unsure(void *context)
{
    struct engine *engine = context;
    engine->unsure = true;
    refuse_undecided(engine);
}

static void on_sure(void *context)
{
    ((struct engine *)context)->unsure = false;
}

static void on_deactivated(void *context, const char *why __attribute__((unused)))
{
    struct engine *engine = context;
    engine->active = engine->unsure = false;
    engine->load_stale = engine->is_loading;
    cache_clear(&engine->accounts);
    cache_clear(&engine->tellers);
    cache_clear(&engine->sagas);
    cache_clear(&engine->cards);
    cache_clear(&engine->memory);
    deadlines_clear(&engine->deadlines);
    engine->proposers.count = 0; /* those that are open then, the store tells, too */
    replies_give_up(engine);
    refuse_undecided(engine);
}

static void on_open_proposal(void *context, const struct uuid *id, int64_t expires_us,
                             const char *proposer)
{
    struct engine *engine = context;
    deadlines_set(&engine->deadlines, id, SAGA_APPROVAL, expires_us);
    proposers_add(&engine->proposers, &engine->deadlines, id, proposer);
}

static void on_bank_version(void *context, int64_t version)
{
    struct engine *engine = context;
    engine->bank_version = engine->bank_committed = version;
}

static void on_operators_read(void *context, const struct uuid id[static 2], bool is_file)
{
    struct engine *engine = context;
    engine->operators_read =
        (struct operators_read){ .last = id[0], .before = id[1], .is_file = is_file };
}

const struct operators_read *engine_operators_read(const struct engine *engine)
{
    return &engine->operators_read;
}

void engine_operators_note(struct engine *engine, const struct uuid *id, bool is_file)
{
    struct operators_read *read = &engine->operators_read;
    if (!uuid_equal(&read->last, id))
        *read = (struct operators_read){ .last = *id, .before = read->last, .is_file = is_file };
}

static void on_open_withdrawal(void *context, const struct uuid *withdrawal_id,
                               int64_t confirm_by_us)
{
    struct engine *engine = context;
    deadlines_set(&engine->deadlines, withdrawal_id, SAGA_WITHDRAWAL, confirm_by_us);
}

void outcomes_listen(struct storage_listener *listener)
{
    listener->appended = on_appended;
    listener->activated = on_activated;
    listener->deactivated = on_deactivated;
    listener->unsure = on_unsure;
    listener->sure = on_sure;
    listener->open_withdrawal = on_open_withdrawal;
    listener->open_proposal = on_open_proposal;
    listener->bank_version = on_bank_version;
    listener->operators_read = on_operators_read;
}

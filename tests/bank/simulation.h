/* SPDX-License-Identifier: MIT */
/*
 * A simulated store, clock and supply of ids for the engine.
 *
 * Everything is in memory and decided by one seed: which batches commit and
 * when they say so, which are lost, when the bank loses the log and gets it
 * back. The engine cannot tell it from Postgres; a failing run is repeated by
 * its seed. Include it in one test program; it is all static.
 */
#ifndef TESTS_BANK_SIMULATION_H
#define TESTS_BANK_SIMULATION_H

#include "bank/engine/engine.h"
#include "bank/store/storage.h"

#include <stdlib.h>
#include <string.h>

enum { SIM_EVENTS_MAX = 200000, SIM_COMMANDS_MAX = 60000, SIM_REPLY_MAX = 700 };

struct sim_command {
    struct uuid id;
    unsigned char content[CONTENT_HASH_LENGTH];
    char reply[SIM_REPLY_MAX];
    size_t reply_length;
};

struct simulation {
    uint64_t seed;
    int64_t now_us;
    uint64_t ids;
    struct storage_listener listener;
    struct event_record *event;
    size_t event_count;
    struct sim_command *command;
    size_t command_count;

    struct batch *pending[STORAGE_APPENDS_MAX]; /* handed over, in order */
    size_t pending_count;
    bool models_behind; /* the read models get nothing until sim_models_follow */
    size_t models_have;
    const struct load *load;
    struct load load_copy;
    bool active;
    int lost_percent, away_percent; /* how often a batch is lost, and the log with it */
    int64_t conflicts, losses, outages;
};

static uint64_t sim_random(struct simulation *sim, uint64_t below)
{
    sim->seed ^= sim->seed << 13;
    sim->seed ^= sim->seed >> 7;
    sim->seed ^= sim->seed << 17;
    return sim->seed % below;
}

static struct uuid sim_id(uint64_t kind, uint64_t number)
{
    struct uuid id = { { 0 } };
    for (int i = 0; i < 8; i++) {
        id.bytes[i] = (unsigned char)(number >> (56 - 8 * i));
        id.bytes[8 + i] = (unsigned char)(kind >> (56 - 8 * i));
    }
    id.bytes[15] = (unsigned char)(id.bytes[15] + 1);
    return id;
}

static int64_t sim_now(void *context)
{
    return ((struct simulation *)context)->now_us;
}

static struct uuid sim_fresh_id(void *context)
{
    return sim_id(0xf5e5, ++((struct simulation *)context)->ids);
}

static struct engine_world sim_world(struct simulation *sim)
{
    return (struct engine_world){
        .context = sim, .now_us = sim_now, .monotonic_us = sim_now, .fresh_id = sim_fresh_id
    };
}

/* ---- the storage ---- */

static void sim_append(void *self, struct batch *batch)
{
    struct simulation *sim = self;
    sim->pending[sim->pending_count++] = batch;
}

static void sim_start_load(void *self, const struct load *load)
{
    struct simulation *sim = self;
    sim->load_copy = *load;
    sim->load = &sim->load_copy;
}

static int64_t sim_models_position(void *self)
{
    return (int64_t)((struct simulation *)self)->models_have;
}

/* The read models have the first count events. */
static inline void sim_models_follow(struct simulation *sim, size_t count)
{
    sim->models_have = count;
    sim->listener.models_moved(sim->listener.context);
}

static struct storage sim_storage(struct simulation *sim)
{
    return (struct storage){ .self = sim,
                             .append = sim_append,
                             .load = sim_start_load,
                             .models_position = sim_models_position };
}

static struct sim_command *sim_command_find(struct simulation *sim, const struct uuid *id)
{
    for (size_t i = sim->command_count; i-- > 0;)
        if (uuid_equal(&sim->command[i].id, id))
            return &sim->command[i];
    return NULL;
}

/* And says which id it is, as the store does. */
static bool sim_conflicts(struct simulation *sim, struct batch *batch)
{
    for (size_t i = 0; i < batch->command_count; i++)
        if (sim_command_find(sim, &batch->command[i].id) != NULL) {
            batch->conflict = batch->command[i].id;
            return true;
        }
    return false;
}

static void sim_write(struct simulation *sim, const struct batch *batch)
{
    for (size_t i = 0; i < batch->event_count; i++) {
        batch->event[i].position = (int64_t)sim->event_count + 1;
        sim->event[sim->event_count] = batch->event[i];
        if (batch->event[i].event.kind == BANK_COMMAND_PROPOSED)
            sim->event[sim->event_count].event.given = NULL; /* it was the request's */
        sim->event_count++;
    }
    if (!sim->models_behind)
        sim->models_have = sim->event_count;
    for (size_t i = 0; i < batch->command_count; i++) {
        struct sim_command *command = &sim->command[sim->command_count++];
        command->id = batch->command[i].id;
        memcpy(command->content, batch->command[i].content, CONTENT_HASH_LENGTH);
        command->reply_length = batch->command[i].reply_length;
        memcpy(command->reply, batch->command[i].reply, command->reply_length);
    }
}

static void sim_tell(struct simulation *sim, enum append_outcome outcome)
{
    struct batch *batch = sim->pending[0];
    memmove(sim->pending, sim->pending + 1, --sim->pending_count * sizeof sim->pending[0]);
    sim->listener.appended(sim->listener.context, batch, outcome);
}

static void sim_lose_all(struct simulation *sim)
{
    while (sim->pending_count > 0)
        sim_tell(sim, APPEND_LOST);
}

static void sim_finish_load(struct simulation *sim)
{
    const struct load *load = sim->load;
    struct storage_listener *to = &sim->listener;
    sim->load = NULL;
    for (size_t i = 0; i < sim->event_count; i++) {
        const struct event_record *record = &sim->event[i];
        bool account = event_stream(record->event.kind) == STREAM_ACCOUNT;
        const struct uuid *ids = account ? load->account : load->teller;
        for (size_t j = 0; j < (account ? load->account_count : load->teller_count); j++)
            if (uuid_equal(&ids[j], &record->event.stream_id))
                to->stream_event(to->context, record);
        for (size_t j = 0; j < load->withdrawal_count; j++)
            if (uuid_equal(&load->withdrawal[j], &record->event.correlation_id))
                to->withdrawal_event(to->context, &load->withdrawal[j], record);
        for (size_t j = 0; j < load->card_count; j++)
            if (record->event.kind == ACCOUNTS_CARD_ISSUED &&
                memcmp(load->card[j], record->event.card_issued.card, CARD_TOKEN_LENGTH) == 0)
                to->card(to->context, load->card[j], &record->event.stream_id, false);
            else if (record->event.kind == ACCOUNTS_CASH_CODE_ISSUED &&
                     memcmp(load->card[j], record->event.cash_code_issued.card,
                            CARD_TOKEN_LENGTH) == 0)
                to->card(to->context, load->card[j], &record->event.stream_id, true);
    }
    for (size_t j = 0; j < load->command_count; j++) {
        const struct sim_command *found = sim_command_find(sim, &load->command[j]);
        if (found == NULL)
            continue;
        struct command_record record = { .id = found->id,
                                         .reply = found->reply,
                                         .reply_length = found->reply_length };
        memcpy(record.content, found->content, CONTENT_HASH_LENGTH);
        to->command(to->context, &record);
    }
    to->loaded(to->context, true);
}

static void sim_activate(struct simulation *sim)
{
    for (size_t i = 0; i < sim->event_count; i++) {
        const struct event *event = &sim->event[i].event;
        bool open = event->kind == TELLER_MONEY_WITHDRAWN;
        for (size_t j = i + 1; j < sim->event_count && open; j++) {
            const struct event *later = &sim->event[j].event;
            open =
                !(uuid_equal(&later->correlation_id, &event->correlation_id) &&
                  (later->kind == TELLER_CASH_DISPENSED || later->kind == TELLER_DISPENSE_FAILED ||
                   later->kind == TELLER_WITHDRAWAL_SUSPECTED));
        }
        if (open)
            sim->listener.open_withdrawal(sim->listener.context, &event->correlation_id,
                                          event->withdrawal.confirm_by_us);
    }
    for (size_t i = 0; i < sim->event_count; i++) {
        const struct event *event = &sim->event[i].event;
        bool open = event->kind == BANK_COMMAND_PROPOSED;
        for (size_t j = i + 1; j < sim->event_count && open; j++)
            open = event_stream(sim->event[j].event.kind) != STREAM_BANK ||
                   !uuid_equal(&sim->event[j].event.correlation_id, &event->correlation_id);
        if (open)
            sim->listener.open_proposal(sim->listener.context, &event->correlation_id,
                                        event->proposal.expires_us, event->proposal.proposer);
    }
    int64_t version = 0;
    for (size_t i = 0; i < sim->event_count; i++)
        version += event_stream(sim->event[i].event.kind) == STREAM_BANK;
    sim->listener.bank_version(sim->listener.context, version);
    sim->active = true;
    sim->listener.activated(sim->listener.context, (int64_t)sim->event_count);
}

static void sim_go_away(struct simulation *sim)
{
    /* What was sent may have been written; the store finds out which before it tells. */
    while (sim->pending_count > 0 && sim_random(sim, 2) == 0 &&
           !sim_conflicts(sim, sim->pending[0])) {
        sim_write(sim, sim->pending[0]);
        sim_tell(sim, APPEND_COMMITTED);
    }
    sim_lose_all(sim);
    if (sim->load != NULL) {
        sim->load = NULL;
        sim->listener.loaded(sim->listener.context, false);
    }
    sim->active = false;
    sim->outages++;
    sim->listener.deactivated(sim->listener.context, "simulated");
}

/* One thing happens: a commit, a loss, a load, an outage, its end, or time passes. */
static inline void sim_step(struct simulation *sim)
{
    sim->now_us += 100 + (int64_t)sim_random(sim, 2000);
    if (!sim->active) {
        if (sim_random(sim, 4) == 0)
            sim_activate(sim);
        return;
    }
    if ((int)sim_random(sim, 1000) < sim->away_percent * 10) {
        sim_go_away(sim);
        return;
    }
    if (sim->load != NULL && sim_random(sim, 2) == 0)
        sim_finish_load(sim);
    if (sim->models_behind && sim_random(sim, 4) == 0)
        sim_models_follow(sim, sim->event_count);
    if (sim->pending_count == 0 || sim_random(sim, 3) == 0)
        return;
    if ((int)sim_random(sim, 100) < sim->lost_percent) {
        sim->losses++;
        sim_lose_all(sim);
    } else if (sim_conflicts(sim, sim->pending[0])) {
        sim->conflicts++;
        sim_tell(sim, APPEND_CONFLICT);
        sim_lose_all(sim);
    } else {
        sim_write(sim, sim->pending[0]);
        sim_tell(sim, APPEND_COMMITTED);
    }
}

static void sim_init(struct simulation *sim, uint64_t seed)
{
    *sim = (struct simulation){ .seed = seed * UINT64_C(0x9E3779B97F4A7C15) + 1,
                                .now_us = INT64_C(1790000000000000) };
    sim->event = calloc(SIM_EVENTS_MAX, sizeof *sim->event);
    sim->command = calloc(SIM_COMMANDS_MAX, sizeof *sim->command);
}

/* An engine on this store, which gives it the log at once; engine_destroy ends it. */
static inline struct engine *sim_engine_create(struct simulation *sim,
                                               const struct engine_settings *settings)
{
    struct engine_world world = sim_world(sim);
    struct engine *engine = engine_create(settings, &world);
    sim->listener = engine_listener(engine);
    engine_connect(engine, sim_storage(sim));
    sim_activate(sim);
    return engine;
}

static void sim_finish(struct simulation *sim)
{
    free(sim->event);
    free(sim->command);
}

#endif

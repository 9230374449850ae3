/* SPDX-License-Identifier: MIT */
#include "tests/bench/pump.h"

#include "bank/store/store.h"
#include "tests/bench/bench.h"

#include <event2/event.h>

static void on_activated(void *context, int64_t head)
{
    struct pump *pump = context;
    pump->active = true;
    pump->head = head;
    event_base_loopbreak(pump->loop);
}

static void on_deactivated(void *context __attribute__((unused)), const char *why)
{
    give_up("the store lost the log: %s", why);
}

static void on_open_withdrawal(void *context __attribute__((unused)),
                               const struct uuid *withdrawal_id __attribute__((unused)),
                               int64_t confirm_by_us __attribute__((unused)))
{
}

static void send_next(struct pump *pump, int i)
{
    pump->in_flight[i] = pump->next(pump->context, &pump->batch[i]);
    if (!pump->in_flight[i])
        return;
    struct storage storage = store_storage(pump->store);
    pump->sent_ns[i] = now_ns();
    storage.append(storage.self, &pump->batch[i].batch);
}

static void on_appended(void *context, struct batch *batch, enum append_outcome outcome)
{
    struct pump *pump = context;
    int i = batch == &pump->batch[0].batch ? 0 : 1;
    if (outcome != APPEND_COMMITTED)
        give_up("a batch was not committed: %s",
                outcome == APPEND_CONFLICT ? "something was there already" : "lost");
    if (batch->event_count > 0)
        pump->head = batch->event[batch->event_count - 1].position;
    latency_add(&pump->commit, now_ns() - pump->sent_ns[i]);
    pump->in_flight[i] = false;
    pump->done(pump->context, &pump->batch[i]);
    /* At the end of the turn, as the engine does: the listener may not call the store back. */
    event_base_loopbreak(pump->loop);
}

static void on_models_moved(void *context)
{
    event_base_loopbreak(((struct pump *)context)->loop);
}

void pump_open(struct pump *pump, const char *conninfo, const unsigned char *log_key,
               const struct projection *const *read_models, size_t most)
{
    struct error error;
    pump->loop = event_base_new();
    if (pump->loop == NULL)
        give_up("no event loop can be made");
    for (int i = 0; i < PUMP_BATCHES; i++)
        feed_batch_open(&pump->batch[i], most);
    struct store_options options = { .conninfo = conninfo,
                                     .loop = pump->loop,
                                     .listener = { .context = pump,
                                                   .activated = on_activated,
                                                   .deactivated = on_deactivated,
                                                   .open_withdrawal = on_open_withdrawal,
                                                   .appended = on_appended,
                                                   .models_moved = on_models_moved },
                                     .projections = read_models,
                                     .log_key = log_key };
    pump->store = store_create(&options, &error);
    if (pump->store == NULL)
        give_up("%s", error.message);
    while (!pump->active)
        if (event_base_dispatch(pump->loop) != 0)
            give_up("the store waits for nothing");
}

void pump_run(struct pump *pump)
{
    bool busy = true;
    while (busy) {
        busy = false;
        for (int i = 0; i < PUMP_BATCHES; i++) {
            if (!pump->in_flight[i])
                send_next(pump, i);
            busy |= pump->in_flight[i];
        }
        if (busy && event_base_dispatch(pump->loop) != 0)
            give_up("the store waits for nothing");
    }
}

void pump_settle(struct pump *pump)
{
    struct storage storage = store_storage(pump->store);
    while (storage.models_position(storage.self) < pump->head)
        if (event_base_dispatch(pump->loop) != 0)
            give_up("the store waits for nothing");
}

void pump_close(struct pump *pump)
{
    pump->active = false;
    store_destroy(pump->store);
    event_base_free(pump->loop);
    for (int i = 0; i < PUMP_BATCHES; i++)
        feed_batch_close(&pump->batch[i]);
}

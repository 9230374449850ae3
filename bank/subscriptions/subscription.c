/* SPDX-License-Identifier: MIT */
/*
 * What follows what, for each subscription by itself:
 *
 *   AWAY ──session──▶ LEASE ──mine──▶ READ ──▶ APPLY ──▶ READ … ──▶ at the head: WAIT
 *                       ▲ └─not mine─▶ WAIT      │                          │
 *                       │               │        ├─ one event fails: FAIL ──┤
 *                       │               │        └─ dependency fails: PAUSE ┤
 *                       └──── poll_ms ──┴───────────────────────────────────┘  woken: READ
 *
 * subscription_go_on is the one place that chooses; every step's end and the
 * timer come to it. There is never more than one step under way.
 */
#include "bank/subscriptions/parts.h"

#include "shared/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESTROY_PATIENCE_MS = 500, DESTROY_STEP_MS = 5 };

struct subscription_pace subscription_pace_default(void)
{
    return (struct subscription_pace){ .lease_ms = 5000,
                                       .poll_ms = 1000,
                                       .gather_ms = 50,
                                       .retry_first_ms = 200,
                                       .retry_max_ms = 60000,
                                       .attempts_max = 5,
                                       .run_max = 500,
                                       .parked_max = 10000 };
}

void subscription_wait(struct subscription *subscription, int64_t delay_ms)
{
    struct timeval delay = { delay_ms / 1000, delay_ms % 1000 * 1000 };
    subscription->step = SUBSCRIPTION_WAIT;
    evtimer_add(subscription->timer, &delay);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void subscription_go_on(struct subscription *subscription)
{
    const struct subscription_pace *pace = &subscription->all->options.pace;
    int64_t now_ms = clock_now_ms();
    if (!subscription->all->active) {
        if (subscription->mine) {
            subscription_release(subscription);
        } else {
            subscription->step = SUBSCRIPTION_AWAY;
            connection_close(subscription->connection);
        }
    } else if (!subscription->mine || now_ms - subscription->leased_ms >= pace->poll_ms) {
        subscription_lease(subscription);
    } else if (now_ms < subscription->retry_ms) {
        subscription_wait(subscription, least(pace->poll_ms, subscription->retry_ms - now_ms));
    } else if (subscription->position != subscription->saved && !subscription->paused &&
               now_ms - subscription->saved_ms >= pace->poll_ms) {
        subscription_save(subscription);
    } else {
        subscription_read(subscription);
    }
}

static void on_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what;
    struct subscription *subscription = context;
    if (subscription->step == SUBSCRIPTION_WAIT)
        subscription_go_on(subscription);
}

/* ---- the session ---- */

static void on_ready(void *context)
{
    struct subscription *subscription = context;
    subscription->prepared = false;
    subscription_go_on(subscription);
}

/* What became of the last step, the checkpoint will tell. */
static void on_lost(void *context, const char *why)
{
    struct subscription *subscription = context;
    (void)why;
    evtimer_del(subscription->timer);
    subscription->step = SUBSCRIPTION_AWAY;
    subscription->mine = subscription->parking = false;
    alerts_forget(subscription);
    if (!subscription->all->active)
        connection_close(subscription->connection);
}

static void subscription_init(struct subscription *subscription, struct subscriptions *all,
                              const struct handler *handler)
{
    const struct subscription_options *options = &all->options;
    struct connection_hooks hooks = { .name = handler->name,
                                      .context = subscription,
                                      .ready = on_ready,
                                      .result = subscription_result,
                                      .synced = subscription_synced,
                                      .lost = on_lost };
    subscription->all = all;
    subscription->handler = handler;
    subscription->read_sql = subscription_read_sql(handler);
    subscription->connection = connection_create(options->loop, options->conninfo, &hooks);
    subscription->timer = evtimer_new(options->loop, on_timer, subscription);
    struct event_record *records =
        calloc((size_t)(options->pace.run_max + 1) * UPCAST_EVENTS_MAX, sizeof *records);
    if (subscription->timer == NULL || records == NULL)
        panic("out of memory");
    subscription->records = records;
    live_init(subscription);
    effects_init(&subscription->effects);
}

static void subscription_finish(struct subscription *subscription)
{
    connection_destroy(subscription->connection);
    event_free(subscription->timer);
    effects_finish(&subscription->effects);
    free(subscription->records);
    live_finish(subscription);
    free(subscription->read_sql);
    free(subscription->sequence);
    alerts_forget(subscription);
}

/* ---- all of them ---- */

static void owner_name(char *owner, size_t size)
{
    char host[60], id_text[UUID_TEXT_LENGTH];
    struct uuid id = uuid_make();
    if (gethostname(host, sizeof host) != 0)
        strcpy(host, "?");
    host[sizeof host - 1] = '\0';
    snprintf(owner, size, "%s process %d %.8s", host, (int)getpid(), uuid_write(&id, id_text));
}

struct subscriptions *subscriptions_create(const struct subscription_options *options)
{
    size_t count = 0;
    while (options->handlers[count] != NULL)
        count++;
    struct subscriptions *all = calloc(1, sizeof *all + count * sizeof all->subscription[0]);
    if (all == NULL)
        panic("out of memory");
    all->options = *options;
    all->count = count;
    if (options->owner != NULL)
        snprintf(all->owner, sizeof all->owner, "%s", options->owner);
    else
        owner_name(all->owner, sizeof all->owner);
    for (size_t i = 0; i < count; i++)
        subscription_init(&all->subscription[i], all, options->handlers[i]);
    return all;
}

void subscriptions_run(struct subscriptions *all, bool active)
{
    if (all == NULL || all->active == active)
        return;
    all->active = active;
    for (size_t i = 0; i < all->count; i++) {
        struct subscription *subscription = &all->subscription[i];
        if (active)
            connection_open(subscription->connection);
        else if (subscription->step == SUBSCRIPTION_AWAY)
            connection_close(subscription->connection);
        if (subscription->step == SUBSCRIPTION_WAIT)
            subscription_wait(subscription, 0);
    }
}

void subscriptions_wake(struct subscriptions *all)
{
    for (size_t i = 0; all != NULL && i < all->count; i++) {
        struct subscription *subscription = &all->subscription[i];
        if (subscription->woken || !subscription->mine)
            continue;
        subscription->woken = true;
        if (subscription->step == SUBSCRIPTION_WAIT)
            subscription_wait(subscription, all->options.pace.gather_ms);
    }
}

void subscriptions_appended(struct subscriptions *all, const struct event_record *records,
                            size_t count)
{
    for (size_t i = 0; all != NULL && i < all->count; i++)
        live_add(&all->subscription[i], records, count);
    subscriptions_wake(all);
}

void subscriptions_each(const struct subscriptions *all,
                        void (*each)(void *context, const char *name, int64_t position,
                                     bool paused),
                        void *context)
{
    for (size_t i = 0; all != NULL && i < all->count; i++) {
        const struct subscription *subscription = &all->subscription[i];
        if (subscription->mine)
            each(context, subscription->handler->name, subscription->position,
                 subscription->paused);
    }
}

static bool all_away(const struct subscriptions *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->subscription[i].step != SUBSCRIPTION_AWAY)
            return false;
    return true;
}

static void on_step(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what, (void)context;
}

void subscriptions_destroy(struct subscriptions *all)
{
    if (all == NULL)
        return;
    subscriptions_run(all, false);
    struct event *tick = event_new(all->options.loop, -1, EV_PERSIST, on_step, NULL);
    if (tick == NULL)
        panic("out of memory");
    struct timeval step = { 0, DESTROY_STEP_MS * 1000 };
    evtimer_add(tick, &step);
    int64_t deadline_ms = clock_now_ms() + DESTROY_PATIENCE_MS;
    while (!all_away(all) && clock_now_ms() < deadline_ms)
        event_base_loop(all->options.loop, EVLOOP_ONCE);
    event_free(tick);
    for (size_t i = 0; i < all->count; i++)
        subscription_finish(&all->subscription[i]);
    free(all);
}

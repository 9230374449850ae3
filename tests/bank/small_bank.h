/* SPDX-License-Identifier: MIT */
/*
 * A bank without a server: the engine on a real store, in the test's own loop.
 * Included by one test program each; it is all static.
 */
#ifndef TESTS_BANK_SMALL_BANK_H
#define TESTS_BANK_SMALL_BANK_H

#include "bank/engine/engine.h"
#include "bank/store/store.h"
#include "shared/clock.h"
#include "tests/support/check.h"
#include "tests/support/database.h"
#include "tests/support/log_forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SMALL_BANK_DEADLINE_MS = 60000 };

static const struct uuid account_id = { { 0x11, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14,
                                          15 } };

struct small_bank {
    struct event_base *loop;
    struct engine *engine;
    struct store *store;
    struct storage_listener listener; /* the engine's */
    int64_t events_read;
    size_t answered;
    char reply[2048]; /* the last */
};

static struct database database;
static struct small_bank bank;

/* For bank_open: set before it, else nothing. */
static struct {
    size_t commands_max;
    void (*conflict)(void *context, const char *line);
} bank_with;

static int64_t now_us(void *context)
{
    (void)context;
    return clock_us(CLOCK_REALTIME);
}

static int64_t monotonic_us(void *context)
{
    (void)context;
    return clock_us(CLOCK_MONOTONIC);
}

static struct uuid fresh_id(void *context)
{
    (void)context;
    return uuid_make();
}

static void on_stream_event(void *context, const struct event_record *record)
{
    bank.events_read++;
    bank.listener.stream_event(context, record);
}

static void on_tick(evutil_socket_t socket, short what, void *context)
{
    (void)socket, (void)what, (void)context;
}

static void turn(void)
{
    struct timeval step = { 0, 2000 };
    event_base_once(bank.loop, -1, EV_TIMEOUT, on_tick, NULL, &step);
    event_base_loop(bank.loop, EVLOOP_ONCE);
    engine_run(bank.engine);
}

static void bank_open(int64_t snapshot_every, const struct projection *const *projection_list)
{
    struct error error;
    struct engine_settings settings = engine_settings_default();
    struct engine_world world = { .now_us = now_us,
                                  .monotonic_us = monotonic_us,
                                  .fresh_id = fresh_id };
    settings.snapshot_every = snapshot_every;
    settings.commands_max =
        bank_with.commands_max > 0 ? bank_with.commands_max : settings.commands_max;
    world.conflict = bank_with.conflict;
    memset(&bank, 0, sizeof bank);
    bank.loop = event_base_new();
    bank.engine = engine_create(&settings, &world);
    bank.listener = engine_listener(bank.engine);
    struct store_options options = { .conninfo = database.conninfo,
                                     .loop = bank.loop,
                                     .listener = bank.listener,
                                     .projections = projection_list,
                                     .log_key = test_log_key };
    options.listener.stream_event = on_stream_event;
    bank.store = store_create(&options, &error);
    check_worked(bank.store != NULL, &error);
    engine_connect(bank.engine, store_storage(bank.store));
    int64_t until_ms = clock_now_ms() + SMALL_BANK_DEADLINE_MS;
    while (!engine_active(bank.engine) && clock_now_ms() < until_ms)
        turn();
    assert_true(engine_active(bank.engine));
}

static void bank_close(void)
{
    store_destroy(bank.store);
    engine_destroy(bank.engine);
    event_base_free(bank.loop);
}

static void on_answer(struct request *request, const char *line, size_t length, bool replayed)
{
    (void)request, (void)replayed;
    assert_true(length < sizeof bank.reply);
    memcpy(bank.reply, line, length);
    bank.reply[length] = '\0';
    bank.answered++;
}

static void say_with(struct request *request, enum command_kind kind, struct uuid id, money amount,
                     bool strong)
{
    *request = (struct request){
        .sender = BY_OPERATOR, .actor = "operator", .strong = strong, .done = on_answer
    };
    request->command = (struct command){ .kind = kind,
                                         .id = id,
                                         .correlation_id = id,
                                         .account_id = account_id,
                                         .amount = amount,
                                         .owner = "Peter" };
    request_hash_content(request);
    engine_submit(bank.engine, request);
}

static inline void say(struct request *request, enum command_kind kind, struct uuid id,
                       money amount)
{
    say_with(request, kind, id, amount, false);
}

static inline void await_answers(size_t count)
{
    int64_t until_ms = clock_now_ms() + SMALL_BANK_DEADLINE_MS;
    while (bank.answered < count && clock_now_ms() < until_ms)
        turn();
    assert_int_equal(bank.answered, count);
    check_contains(bank.reply, "\"ok\":true");
}

#endif

/* SPDX-License-Identifier: MIT */
/* Snapshots on a real Postgres: reading an account does not take its whole history, and without any of them
 * nothing but that changes. */
#include "bank/engine/engine.h"
#include "bank/store/clock.h"
#include "bank/store/store.h"
#include "tests/support/check.h"
#include "tests/support/database.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVENTS = 10000, SNAPSHOT_EVERY = 200, WAVE = 500, DEADLINE_MS = 60000 };

static const struct uuid account_id = { { 0x11, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14, 15 } };

/* ---- a bank without a server ---- */

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

static int64_t clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

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
    return uuid_generate();
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

static void bank_open(int64_t snapshot_every)
{
    static const struct projection *const no_projections[] = { NULL };
    struct error error;
    struct engine_settings settings = engine_settings_default();
    struct engine_world world = { .now_us = now_us, .monotonic_us = monotonic_us, .fresh_id = fresh_id };
    settings.snapshot_every = snapshot_every;
    memset(&bank, 0, sizeof bank);
    bank.loop = event_base_new();
    bank.engine = engine_create(&settings, &world);
    bank.listener = engine_listener(bank.engine);
    struct store_options options = { .conninfo = database.conninfo,
                                     .loop = bank.loop,
                                     .listener = bank.listener,
                                     .projections = no_projections };
    options.listener.stream_event = on_stream_event;
    bank.store = store_create(&options, &error);
    check_worked(bank.store != NULL, &error);
    engine_connect(bank.engine, store_storage(bank.store));
    int64_t until_ms = clock_now_ms() + DEADLINE_MS;
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

static void say(struct request *request, enum command_kind kind, struct uuid id, money amount)
{
    *request = (struct request){ .sender = BY_OPERATOR, .actor = "operator", .done = on_answer };
    request->command = (struct command){ .kind = kind,
                                         .id = id,
                                         .correlation_id = id,
                                         .account_id = account_id,
                                         .amount = amount,
                                         .owner = "Peter" };
    request_hash_content(request);
    engine_submit(bank.engine, request);
}

static void await_answers(size_t count)
{
    int64_t until_ms = clock_now_ms() + DEADLINE_MS;
    while (bank.answered < count && clock_now_ms() < until_ms)
        turn();
    assert_int_equal(bank.answered, count);
    check_contains(bank.reply, "\"ok\":true");
}

/* The account with a history of EVENTS events. */
static void live_long(void)
{
    static struct request request[WAVE];
    say(&request[0], ACCOUNTS_OPEN_ACCOUNT, uuid_generate(), 0);
    await_answers(1);
    for (size_t said = 1; said < EVENTS;) {
        size_t wave = EVENTS - said < WAVE ? EVENTS - said : WAVE;
        for (size_t i = 0; i < wave; i++)
            say(&request[i], ACCOUNTS_DEPOSIT_MONEY, uuid_generate(), 100);
        said += wave;
        await_answers(said);
    }
}

static int64_t ask_integer(const char *sql)
{
    char *answer = database_ask(&database, sql);
    int64_t number = strtoll(answer, NULL, 10);
    free(answer);
    return number;
}

/* A bank that starts, takes one deposit, and ends: how many events it has read for that. */
static int64_t visit(int64_t snapshot_every, int64_t balance)
{
    struct request request;
    char expected[60];
    bank_open(snapshot_every);
    say(&request, ACCOUNTS_DEPOSIT_MONEY, uuid_generate(), 1);
    await_answers(1);
    snprintf(expected, sizeof expected, "\"balance\":%lld", (long long)balance + 1);
    check_contains(bank.reply, expected);
    int64_t events_read = bank.events_read;
    bank_close();
    return events_read;
}

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    return 0;
}

static int end(void **state)
{
    (void)state;
    database_drop(&database);
    return 0;
}

/* ---- the tests ---- */

static void test_an_account_with_a_long_history_is_read_from_its_snapshot(void **state)
{
    (void)state;
    bank_open(SNAPSHOT_EVERY);
    live_long();
    bank_close();
    assert_int_equal(ask_integer("SELECT count(*) FROM esbank.events"), EVENTS);
    assert_int_equal(ask_integer("SELECT count(*) FROM esbank.snapshots"), 1);
    /* A batch's snapshot is of its last event, so it is never further behind than the events between two. */
    assert_in_range(visit(SNAPSHOT_EVERY, (EVENTS - 1) * 100), 0, SNAPSHOT_EVERY - 1);
}

static void test_without_any_snapshot_only_more_is_read(void **state)
{
    (void)state;
    bank_open(SNAPSHOT_EVERY);
    live_long();
    bank_close();
    int64_t balance = (EVENTS - 1) * 100;
    assert_in_range(visit(SNAPSHOT_EVERY, balance), 0, SNAPSHOT_EVERY - 1);
    database_run(&database, "DELETE FROM esbank.snapshots");
    assert_int_equal(visit(SNAPSHOT_EVERY, balance + 1), EVENTS + 1);
    /* And a new one was taken at once, so that the next is quick again. */
    assert_int_equal(ask_integer("SELECT stream_version FROM esbank.snapshots"), EVENTS + 2);
    assert_int_equal(visit(SNAPSHOT_EVERY, balance + 2), 0);
    assert_int_equal(
        ask_integer("SELECT count(*) FROM (SELECT stream_version - lag(stream_version) OVER (ORDER"
                    " BY position) AS step FROM esbank.events) AS s WHERE step <> 1"),
        0);
}

static void test_a_snapshot_of_another_layout_is_passed_over(void **state)
{
    (void)state;
    bank_open(SNAPSHOT_EVERY);
    live_long();
    bank_close();
    database_run(&database, "UPDATE esbank.snapshots SET layout = layout + 1");
    assert_int_equal(visit(SNAPSHOT_EVERY, (EVENTS - 1) * 100), EVENTS);
}

static void test_none_are_taken_where_none_are_wanted(void **state)
{
    (void)state;
    bank_open(0);
    live_long();
    bank_close();
    assert_int_equal(ask_integer("SELECT count(*) FROM esbank.snapshots"), 0);
    assert_int_equal(visit(0, (EVENTS - 1) * 100), EVENTS);
}

static void run_bank(const char *word, const char *stream)
{
    const char *build = getenv("BUILD");
    const char *directory = scratch_create();
    char program[400];
    struct process process;
    snprintf(program, sizeof program, "%s/bank", build != NULL ? build : "build");
    const char *argv[] = { program, "snapshot", word, "--db", database.conninfo, stream, NULL };
    assert_int_equal(process_run(&process, directory, argv, DEADLINE_MS), 0);
}

static void test_what_an_operator_takes_spares_the_events_and_changes_nothing(void **state)
{
    (void)state;
    char stream[60], text[UUID_TEXT_LENGTH];
    snprintf(stream, sizeof stream, "account-%s", uuid_format(&account_id, text));
    bank_open(0);
    live_long();
    bank_close();
    int64_t balance = (EVENTS - 1) * 100;
    run_bank("take", stream);
    assert_int_equal(visit(0, balance), 0);
    assert_int_equal(visit(0, balance + 1), 1); /* what came after it */
    run_bank("take", NULL);
    assert_int_equal(ask_integer("SELECT stream_version FROM esbank.snapshots"), EVENTS + 2);
    assert_int_equal(visit(0, balance + 2), 0);
    run_bank("drop", NULL);
    assert_int_equal(visit(0, balance + 3), EVENTS + 3);
}

static void test_one_of_another_layout_is_replaced_when_one_is_taken(void **state)
{
    (void)state;
    bank_open(SNAPSHOT_EVERY);
    live_long();
    bank_close();
    run_bank("take", NULL);
    database_run(&database, "UPDATE esbank.snapshots SET layout = layout + 1");
    run_bank("take", NULL);
    assert_int_equal(visit(SNAPSHOT_EVERY, (EVENTS - 1) * 100), 0);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_an_account_with_a_long_history_is_read_from_its_snapshot),
        STORY(test_without_any_snapshot_only_more_is_read),
        STORY(test_a_snapshot_of_another_layout_is_passed_over),
        STORY(test_none_are_taken_where_none_are_wanted),
        STORY(test_what_an_operator_takes_spares_the_events_and_changes_nothing),
        STORY(test_one_of_another_layout_is_replaced_when_one_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

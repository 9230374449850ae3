/* SPDX-License-Identifier: MIT */
/* Subscriptions on a real Postgres: catching up, live, one runner among banks, killed. */
#include "tests/bank/subscription_kit.h"

#include <inttypes.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000 };

static const struct handler newcomer = {
    .name = "newcomer", .start = FROM_NOW, .kinds = wanted, .handle = handle
};
static const struct handler *const just_newcomer[] = { &newcomer, NULL };

/* ---- the story of one that works ---- */

static void test_it_catches_up_in_order_and_then_is_live(void **state)
{
    (void)state;
    struct subscription_pace pace = quick();
    pace.poll_ms = 15000; /* so that only being woken can be quick */
    for (int i = 0; i < 160; i++)
        deposit(8, 100);
    struct subscriptions *subscriptions = start_on(kit.loop, "a", just_writer, pace);
    await(IN_ORDER_ONCE, "1280 1280 true");
    await("SELECT status || ' ' || position FROM esbank.subscriptions", "live 1280");
    int64_t from_ms = clock_now_ms();
    for (int i = 0; i < 5; i++) {
        deposit(3, 100);
        subscriptions_wake(subscriptions);
    }
    await(IN_ORDER_ONCE, "1295 1295 true");
    assert_true(clock_now_ms() - from_ms < pace.poll_ms);
    subscriptions_destroy(subscriptions);
    database_check(&database,
                   "SELECT position || ' ' || (lease_owner IS NULL) FROM esbank.subscriptions",
                   "1295 true");
}

/* Each version of its row has a key of its own, so those that another session's snapshot keeps are
 * not gone through. */
static void test_a_run_costs_no_more_while_a_snapshot_keeps_every_version(void **state)
{
    (void)state;
    struct subscription_pace pace = quick();
    struct held *held =
        database_hold(&database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1");
    pace.run_max = 1;
    for (int i = 0; i < 300; i++)
        deposit(8, 100);
    struct subscriptions *subscriptions = start_on(kit.loop, "a", just_writer, pace);
    await("SELECT count(*) FROM esbank.seen", "2400");
    subscriptions_destroy(subscriptions);
    await("SELECT n_tup_upd >= 2400 FROM pg_stat_user_tables WHERE relname = 'subscriptions'", "t");
    assert_in_range(database_number(&database,
                                    "SELECT heap_blks_hit + heap_blks_read + idx_blks_hit +"
                                    " idx_blks_read FROM pg_statio_user_tables"
                                    " WHERE relname = 'subscriptions'"),
                    2400, 2400 * 10);
    database_release(held, NULL);
}

/* Appends so many and gives the batch with another amount: which of the two is seen shows where it
 * came from.
 */
static struct batch *deposit_to_tell(struct kit_batch *room, size_t count, money amount, money told)
{
    struct batch *batch = kit_deposits(room, &account_id, version, count);
    for (size_t i = 0; i < count; i++)
        batch->event[i].event.money_moved.amount = amount;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
    version += (int64_t)count;
    for (size_t i = 0; i < count; i++)
        batch->event[i].event.money_moved.amount = told;
    return batch;
}

static void deposit_and_tell(struct subscriptions *subscriptions, size_t count, money amount,
                             money told)
{
    static struct kit_batch room;
    struct batch *batch = deposit_to_tell(&room, count, amount, told);
    subscriptions_appended(subscriptions, batch->event, batch->event_count);
}

static bool seen_as_told(void)
{
    return database_says(&database, "SELECT amount::text FROM esbank.seen ORDER BY id DESC LIMIT 1",
                         "777");
}

/* One that is reading just then sees them in the log, so it may take a few. */
static void deposit_until_seen_as_told(struct subscriptions *subscriptions)
{
    int64_t deadline_ms = clock_now_ms() + DEADLINE_MS;
    do {
        assert_true(clock_now_ms() < deadline_ms);
        deposit_and_tell(subscriptions, 1, 100, 777);
        char *all_seen = NULL;
        assert_true(asprintf(&all_seen, "%" PRId64, version) > 0);
        kit_wait(&kit, database_says(&database, "SELECT count(*)::text FROM esbank.seen", all_seen),
                 "all are seen");
        free(all_seen);
    } while (!seen_as_told());
}

static void test_what_was_appended_here_is_not_read_back(void **state)
{
    (void)state;
    static struct kit_batch eight, eight_more;
    struct subscription_pace pace = quick();
    pace.poll_ms = 15000;
    pace.run_max = 3;
    struct subscriptions *subscriptions = start_on(kit.loop, "a", just_writer, pace);
    deposit_until_seen_as_told(subscriptions);
    deposit(2, 100); /* it is not told of these, */
    deposit_and_tell(subscriptions, 2, 100, 777);
    await("SELECT string_agg(amount::text, ' ') FROM (SELECT amount FROM esbank.seen ORDER BY id "
          "DESC LIMIT "
          "4) AS last",
          "100 100 100 100"); /* so it reads what it was told too */
    deposit_until_seen_as_told(subscriptions);
    struct batch *first = deposit_to_tell(&eight, 8, 100, 777);
    struct batch *second = deposit_to_tell(&eight_more, 8, 100, 777);
    subscriptions_appended(subscriptions, first->event, 8);
    subscriptions_appended(subscriptions, second->event, 8); /* more than it keeps */
    await("SELECT count(*) || ' ' || max(amount) FROM (SELECT amount FROM esbank.seen ORDER BY id "
          "DESC LIMIT "
          "16) AS last"
          " WHERE amount = 100",
          "16 100");
    deposit_until_seen_as_told(subscriptions);
    database_check(&database, SAME_AS_LOG, "t");
    subscriptions_destroy(subscriptions);
}

static void test_one_that_fails_among_those_appended_here_is_parked(void **state)
{
    (void)state;
    struct subscriptions *subscriptions = start("a");
    deposit_until_seen_as_told(subscriptions);
    deposit_and_tell(subscriptions, 2, FAULTY, FAULTY);
    deposit_and_tell(subscriptions, 1, 100, 777);
    await("SELECT count(*) || ' ' || count(*) FILTER (WHERE p.reason LIKE '%check constraint%')"
          " || ' ' || count(*) FILTER (WHERE data->>'amount' = '666') FROM esbank.parked_events p"
          " JOIN esbank.events USING (position)",
          "3 1 2"); /* the two after it wait for it */
    await("SELECT count(*) FROM esbank.events WHERE position NOT IN (SELECT position FROM"
          " esbank.seen)",
          "3");
    subscriptions_destroy(subscriptions);
}

static void test_what_nobody_woke_it_for_is_polled(void **state)
{
    (void)state;
    struct subscriptions *subscriptions = start("a");
    await("SELECT status FROM esbank.subscriptions", "live");
    deposit(2, 100);
    await(IN_ORDER_ONCE, "2 2 true");
    subscriptions_destroy(subscriptions);
}

static void test_one_that_starts_from_now_is_not_shown_the_past(void **state)
{
    (void)state;
    deposit(5, 100);
    struct subscriptions *subscriptions = start_on(kit.loop, "a", just_newcomer, quick());
    await("SELECT status || ' ' || position FROM esbank.subscriptions", "live 5");
    deposit(1, 100);
    await("SELECT string_agg(position::text, ',') FROM esbank.seen", "6");
    database_check(&database,
                   "SELECT subscription || ' ' || first_position || ' ' || last_position || ' ' ||"
                   " why FROM esbank.subscription_skips",
                   "newcomer 1 5 from now");
    subscriptions_destroy(subscriptions);
}

static void test_events_it_does_not_want_move_the_checkpoint_too(void **state)
{
    (void)state;
    static struct kit_batch room;
    struct batch *batch = kit_deposits(&room, &account_id, 0, 4);
    for (size_t i = 0; i < 4; i++) {
        batch->event[i].event = kit_event(ACCOUNTS_LIMITS_SET, &account_id);
    }
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
    struct subscriptions *subscriptions = start("a");
    await("SELECT lag || ' ' || state || ' ' || kind FROM esbank.lag WHERE name = 'writer'",
          "0 live subscription");
    database_check(&database, "SELECT count(*) FROM esbank.seen", "0");
    subscriptions_destroy(subscriptions);
}

static void test_the_lag_is_there_for_people(void **state)
{
    (void)state;
    struct subscriptions *subscriptions = start("a");
    await("SELECT state FROM esbank.lag WHERE kind = 'subscription'", "live");
    subscriptions_destroy(subscriptions);
    deposit(7, 100);
    database_check(
        &database,
        "SELECT name || ' ' || state || ' ' || lag || ' ' || parked FROM esbank.lag WHERE kind ="
        " 'subscription'",
        "writer not running 7 0");
}

/* ---- one runner ---- */

static void test_of_two_banks_one_runs_it_and_the_other_takes_over(void **state)
{
    (void)state;
    deposit(8, 100);
    struct subscriptions *a = start("a"), *b = NULL;
    await("SELECT lease_owner FROM esbank.subscriptions", "a");
    b = start("b");
    for (int i = 0; i < 60; i++) {
        deposit(8, 100);
        subscriptions_wake(a);
        subscriptions_wake(b);
        database_check(&database, "SELECT lease_owner FROM esbank.subscriptions", "a");
    }
    subscriptions_run(a, false); /* it gives the lease back */
    deposit(8, 100);
    await(IN_ORDER_ONCE, "496 496 true");
    database_check(&database, "SELECT lease_owner FROM esbank.subscriptions", "b");
    subscriptions_run(a, true);
    deposit(4, 100);
    await(IN_ORDER_ONCE, "500 500 true");
    database_check(&database, "SELECT lease_owner FROM esbank.subscriptions", "b");
    subscriptions_destroy(a);
    subscriptions_destroy(b);
}

static void test_a_bank_whose_lease_was_taken_writes_nothing(void **state)
{
    (void)state;
    struct subscriptions *a = start("a");
    deposit(3, 100);
    await(IN_ORDER_ONCE, "3 3 true");
    database_run(&database, "UPDATE esbank.subscriptions SET lease_owner = 'b',"
                            " lease_until = clock_timestamp() + interval '1 hour'");
    deposit(3, 100);
    subscriptions_wake(a);
    for (int i = 0; i < 100; i++)
        kit_turn(&kit);
    database_check(&database, IN_ORDER_ONCE, "3 3 true");
    database_run(&database, "UPDATE esbank.subscriptions SET lease_until = clock_timestamp()");
    await(IN_ORDER_ONCE, "6 6 true");
    subscriptions_destroy(a);
}

/* A bank of its own, in a process of its own, until it is killed. */
static pid_t fork_runner(void)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    struct event_base *loop = event_base_new();
    struct subscription_pace pace = quick();
    pace.run_max = 3;
    start_on(loop, "killed", just_writer, pace);
    event_base_loop(loop, EVLOOP_NO_EXIT_ON_EMPTY);
    _exit(1);
}

static void test_a_killed_runner_loses_nothing_and_doubles_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 250; i++)
        deposit(8, 100);
    for (int round = 1; round <= 3; round++) {
        char enough[120];
        snprintf(enough, sizeof enough, "SELECT coalesce(max(position), 0) >= %d FROM esbank.seen",
                 round * 300);
        pid_t child = fork_runner();
        int64_t until_ms = clock_now_ms() + DEADLINE_MS;
        while (!database_is(&database, enough) && clock_now_ms() < until_ms)
            clock_pause_ms(1);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        database_check(&database, enough, "t");
    }
    database_check(&database, "SELECT max(position) < 2000 FROM esbank.seen", "t");
    struct subscriptions *subscriptions = start("heir");
    await(IN_ORDER_ONCE, "2000 2000 true");
    database_check(&database, "SELECT lease_owner FROM esbank.subscriptions", "heir");
    subscriptions_destroy(subscriptions);
}

/* The server goes on with a commit whose client is gone. */
static void test_a_runner_killed_before_it_hears_of_its_commit_doubles_nothing(void **state)
{
    (void)state;
    database_run(&database,
                 "CREATE FUNCTION esbank.fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                 " PERFORM pg_sleep(0.4); RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER fault"
                 " AFTER INSERT ON esbank.seen DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                 " WHEN (NEW.position = 3) EXECUTE FUNCTION esbank.fault()");
    deposit(8, 100);
    pid_t child = fork_runner();
    await("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
          " AND datname = current_database()",
          "1");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    await(IN_ORDER_ONCE, "3 3 true"); /* committed, and nobody was told */
    database_check(&database, "SELECT position FROM esbank.subscriptions", "3");
    struct subscriptions *subscriptions = start("heir");
    await(IN_ORDER_ONCE, "8 8 true");
    subscriptions_destroy(subscriptions);
}

static void test_a_lost_session_is_made_again(void **state)
{
    (void)state;
    struct subscriptions *subscriptions = start("a");
    for (int i = 0; i < 40; i++) {
        deposit(8, 100);
        subscriptions_wake(subscriptions);
        if (i % 10 == 5)
            database_end_sessions(&database, "query LIKE '%subscription%'");
    }
    await(IN_ORDER_ONCE, "320 320 true");
    subscriptions_destroy(subscriptions);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_a_run_costs_no_more_while_a_snapshot_keeps_every_version),
        STORY(test_it_catches_up_in_order_and_then_is_live),
        STORY(test_what_was_appended_here_is_not_read_back),
        STORY(test_one_that_fails_among_those_appended_here_is_parked),
        STORY(test_what_nobody_woke_it_for_is_polled),
        STORY(test_one_that_starts_from_now_is_not_shown_the_past),
        STORY(test_events_it_does_not_want_move_the_checkpoint_too),
        STORY(test_the_lag_is_there_for_people),
        STORY(test_of_two_banks_one_runs_it_and_the_other_takes_over),
        STORY(test_a_bank_whose_lease_was_taken_writes_nothing),
        STORY(test_a_killed_runner_loses_nothing_and_doubles_nothing),
        STORY(test_a_runner_killed_before_it_hears_of_its_commit_doubles_nothing),
        STORY(test_a_lost_session_is_made_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

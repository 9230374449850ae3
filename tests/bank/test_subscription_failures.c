/* SPDX-License-Identifier: MIT */
/* Subscriptions whose handler fails: tried again, parked, and what operators do about it. */
#include "bank/subscriptions/repair.h"
#include "tests/bank/subscription_kit.h"

/* ---- failures ---- */

static void
test_a_failing_event_is_tried_again_then_parked_with_the_rest_of_its_stream(void **state)
{
    (void)state;
    struct subscription_pace pace = quick();
    pace.retry_first_ms = 150;
    deposit(8, 100);
    deposit(1, FAULTY);
    deposit(8, 100);
    struct subscriptions *subscriptions = start_on(kit.loop, "a", just_writer, pace);
    await("SELECT attempts FROM esbank.subscriptions", "1");
    database_check(&database,
                   "SELECT status || ' ' || position || ' ' || failing_position || ' ' || "
                   "(retry_at IS NOT NULL)"
                   " || ' ' || (error LIKE '%check constraint%') FROM esbank.subscriptions",
                   "retrying 8 9 true true");
    database_check(&database, IN_ORDER_ONCE, "8 8 true");
    int64_t from_ms = clock_now_ms();
    await("SELECT attempts FROM esbank.subscriptions", "2");
    await("SELECT count(*) FROM esbank.parked_events", "9");
    assert_true(clock_now_ms() - from_ms >
                4 * pace.retry_first_ms); /* the second pause is longer */
    database_check(
        &database,
        "SELECT projection || ' ' || position || ' ' || (reason LIKE '%check constraint%') FROM"
        " esbank.parked_events ORDER BY position LIMIT 1",
        "writer 9 true");
    database_check(&database, IN_ORDER_ONCE, "8 8 true"); /* the rest is of its stream */
    database_check(&database,
                   "SELECT status || ' ' || attempts || ' ' || position FROM esbank.subscriptions",
                   "live 0 17");
    subscriptions_destroy(subscriptions);
}

static void test_an_event_that_works_the_second_time_is_not_parked(void **state)
{
    (void)state;
    handler_fails = 2;
    deposit(4, 100);
    deposit(1, 13);
    deposit(4, 100);
    struct subscriptions *subscriptions = start("a");
    await(IN_ORDER_ONCE, "9 9 true");
    assert_int_equal(handler_fails, 0);
    database_check(&database, "SELECT count(*) FROM esbank.parked_events", "0");
    subscriptions_destroy(subscriptions);
}

static void test_attempts_are_counted_across_banks(void **state)
{
    (void)state;
    struct subscription_pace pace = quick();
    pace.retry_first_ms = 30000;
    deposit(1, FAULTY);
    struct subscriptions *a = start_on(kit.loop, "a", just_writer, pace);
    await("SELECT attempts FROM esbank.subscriptions", "1");
    subscriptions_destroy(a);
    struct subscriptions *b = start("b");
    await("SELECT lease_owner FROM esbank.subscriptions", "b");
    for (int i = 0; i < 50; i++)
        kit_turn(&kit);
    database_check(&database, "SELECT attempts FROM esbank.subscriptions",
                   "1"); /* it keeps to the pause */
    database_run(&database, "UPDATE esbank.subscriptions SET retry_at = clock_timestamp()");
    await("SELECT count(*) FROM esbank.parked_events", "1");
    subscriptions_destroy(b);
}

static void test_an_event_that_cannot_be_read_is_parked(void **state)
{
    (void)state;
    deposit(5, 100);
    database_run(&database,
                 "ALTER TABLE esbank.events DISABLE TRIGGER ALL; UPDATE esbank.events SET"
                 " event_type = 'Accounts.FromTheFuture' WHERE position = 3");
    struct subscriptions *subscriptions = start("a");
    await("SELECT string_agg(position::text, ',' ORDER BY position) FROM esbank.parked_events",
          "3,4,5"); /* what it was may matter to those after it */
    database_check(&database, "SELECT string_agg(position::text, ',') FROM esbank.seen", "1,2");
    subscriptions_destroy(subscriptions);
}

/* ---- between the effects and the checkpoint ---- */

/* At the commit of what the handler has written that happens. */
static void at_commit(const char *what)
{
    char sql[600];
    snprintf(sql, sizeof sql,
             "CREATE FUNCTION esbank.fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN %s;"
             " RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON esbank.seen"
             " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION esbank.fault()",
             what);
    database_run(&database, sql);
}

static void no_fault(void)
{
    database_run(&database, "DROP FUNCTION esbank.fault() CASCADE");
}

static void test_a_full_disk_at_the_commit_loses_nothing_and_doubles_nothing(void **state)
{
    (void)state;
    at_commit("RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'");
    deposit(5, 100);
    struct subscriptions *subscriptions = start("a");
    await("SELECT status || ' ' || position || ' ' || error FROM esbank.subscriptions",
          "paused 0 No space left on device");
    database_check(&database,
                   "SELECT count(*) || ' ' || (SELECT count(*) FROM esbank.parked_events)"
                   " FROM esbank.seen",
                   "0 0");
    no_fault();
    await(IN_ORDER_ONCE, "5 5 true");
    await("SELECT status FROM esbank.subscriptions", "live");
    subscriptions_destroy(subscriptions);
}

static void test_a_connection_lost_at_the_commit_loses_nothing_and_doubles_nothing(void **state)
{
    (void)state;
    at_commit("INSERT INTO esbank.cuts DEFAULT VALUES;"
              " PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(5)");
    database_run(&database, "CREATE TABLE esbank.cuts (id int GENERATED ALWAYS AS IDENTITY)");
    deposit(5, 100);
    struct subscriptions *subscriptions = start("a");
    /* A number that was taken stays so when the transaction is gone. */
    await("SELECT (last_value >= 3)::text FROM esbank.cuts_id_seq", "true");
    database_check(&database, "SELECT count(*) FROM esbank.seen", "0");
    no_fault();
    await(IN_ORDER_ONCE, "5 5 true");
    subscriptions_destroy(subscriptions);
}

/* ---- operators' actions ---- */

static struct query *hand(void)
{
    struct error error;
    struct query *query = query_open(database.conninfo, NULL, &error);
    if (query == NULL)
        check_fail("%s", error.message);
    return query;
}

static void test_parked_events_are_retried_in_order_and_skipped_by_hand(void **state)
{
    (void)state;
    struct error error, why;
    struct repair_result result;
    deposit(2, 100);
    deposit(2, FAULTY);
    deposit(2, 100);
    struct subscriptions *subscriptions = start("a");
    await("SELECT count(*) || ' ' || (SELECT count(*) FROM esbank.seen) FROM esbank.parked_events",
          "4 2");
    struct query *query = hand();
    check_worked(repair_retry(query, &writer, 0, &result, &why, &error), &error);
    assert_int_equal(result.failed, 1);
    assert_int_equal(result.waiting, 3);
    check_contains(why.message, "check constraint");
    assert_false(repair_retry(query, &writer, 5, &result, &why, &error));
    check_contains(error.message, "event 5 waits behind event 4, which is parked: retry that");
    check_worked(repair_skip(query, &writer, 3, &error), &error);
    assert_false(repair_skip(query, &writer, 3, &error));
    database_run(&database, "ALTER TABLE esbank.seen DROP CONSTRAINT seen_amount_check");
    check_worked(repair_retry(query, &writer, 4, &result, &why, &error), &error);
    assert_int_equal(result.handled, 1);
    assert_false(repair_retry(query, &writer, 4, &result, &why, &error));
    check_contains(error.message, "neither fails nor is parked");
    deposit(1, 100); /* 7: its stream still is held back */
    await("SELECT count(*) FROM esbank.parked_events", "3");
    check_worked(repair_retry(query, &writer, 0, &result, &why, &error), &error);
    assert_int_equal(result.handled, 3);
    deposit(1, 100);
    await("SELECT string_agg(position::text, ',' ORDER BY id) FROM esbank.seen", "1,2,4,5,6,7,8");
    database_check(&database,
                   "SELECT first_position || ' ' || last_position || ' ' || why FROM"
                   " esbank.subscription_skips",
                   "3 3 skip");
    assert_false(repair_retry(query, &writer, 0, &result, &why, &error));
    query_close(query);
    subscriptions_destroy(subscriptions);
}

static void test_too_many_parked_events_pause_the_handler(void **state)
{
    (void)state;
    struct error error, why;
    struct repair_result result;
    struct subscription_pace pace = quick();
    pace.parked_max = 3;
    deposit(1, FAULTY);
    struct subscriptions *subscriptions = start_on(kit.loop, "a", just_writer, pace);
    for (int i = 0; i < 6; i++)
        deposit(1, 100);
    await("SELECT status || ' ' || failing_position || ' ' || (SELECT count(*) FROM"
          " esbank.parked_events) || ' ' || error FROM esbank.subscriptions",
          "paused 4 3 too many events wait behind parked ones: retry or skip those");
    struct query *query = hand();
    database_run(&database, "ALTER TABLE esbank.seen DROP CONSTRAINT seen_amount_check");
    check_worked(repair_retry(query, &writer, 0, &result, &why, &error), &error);
    assert_int_equal(result.handled, 3);
    await(IN_ORDER_ONCE, "7 7 true");
    query_close(query);
    subscriptions_destroy(subscriptions);
}

static void test_what_was_parked_without_an_order_is_not_called_handled(void **state)
{
    (void)state;
    struct error error, why;
    struct repair_result result;
    int64_t position = 0, left_out;
    deposit(3, 100);
    struct subscriptions *subscriptions = start("a");
    await(IN_ORDER_ONCE, "3 3 true");
    database_run(&database, "INSERT INTO esbank.parked_events VALUES ('writer', 2, 'x')");
    struct query *query = hand();
    assert_false(repair_retry(query, &writer, 0, &result, &why, &error));
    check_contains(error.message, "a retry would have no effect: `bank subscription reset writer`");
    position = 1;
    assert_false(repair_reset(query, &writer, &position, &left_out, &error));
    check_contains(error.message, "only a reset to the first event has it handled");
    position = 0;
    check_worked(repair_reset(query, &writer, &position, &left_out, &error), &error);
    await(IN_ORDER_ONCE, "3 3 true");
    query_close(query);
    subscriptions_destroy(subscriptions);
}

static void test_the_event_that_fails_is_retried_at_once_or_passed_over(void **state)
{
    (void)state;
    struct error error, why;
    struct repair_result result;
    struct subscription_pace pace = quick();
    pace.retry_first_ms = 60000;
    deposit(1, 100);
    deposit(1, FAULTY);
    deposit(1, 100);
    struct subscriptions *subscriptions = start_on(kit.loop, "a", just_writer, pace);
    await("SELECT attempts FROM esbank.subscriptions", "1");
    struct query *query = hand();
    check_worked(repair_retry(query, &writer, 2, &result, &why, &error), &error);
    assert_true(result.sooner);
    await("SELECT attempts FROM esbank.subscriptions", "1"); /* and fails again */
    check_worked(repair_skip(query, &writer, 2, &error), &error);
    await("SELECT string_agg(position::text, ',' ORDER BY id) FROM esbank.seen", "1,3");
    query_close(query);
    subscriptions_destroy(subscriptions);
}

static void test_a_reset_shows_it_all_again(void **state)
{
    (void)state;
    struct error error;
    int64_t position = 0, left_out;
    for (int i = 0; i < 10; i++)
        deposit(6, 100);
    struct subscriptions *subscriptions = start("a");
    await(IN_ORDER_ONCE, "60 60 true");
    database_check(&database, "SELECT min(id) FROM esbank.seen", "1");
    struct query *query = hand();
    check_worked(repair_reset(query, &writer, &position, &left_out, &error), &error);
    await(IN_ORDER_ONCE, "60 60 true");
    database_check(&database, "SELECT min(id) > 60 FROM esbank.seen", "t");
    database_check(&database, SAME_AS_LOG, "t");
    position = 55; /* nothing is removed: the handler is shown five again */
    check_worked(repair_reset(query, &writer, &position, &left_out, &error), &error);
    await("SELECT count(*) FROM esbank.seen", "65");
    position = 61;
    assert_false(repair_reset(query, &writer, &position, &left_out, &error));
    check_contains(error.message, "the log ends at position 60");
    subscriptions_destroy(subscriptions);
    deposit(6, 100);
    position = HANDLING_FROM_NOW;
    check_worked(repair_reset(query, &writer, &position, &left_out, &error), &error);
    assert_int_equal(position, 66);
    assert_int_equal(left_out, 6);
    database_check(&database, "SELECT position FROM esbank.subscriptions", "66");
    database_check(&database,
                   "SELECT first_position || ' ' || last_position || ' ' || why FROM"
                   " esbank.subscription_skips",
                   "61 66 reset");
    query_close(query);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_a_failing_event_is_tried_again_then_parked_with_the_rest_of_its_stream),
        STORY(test_an_event_that_works_the_second_time_is_not_parked),
        STORY(test_attempts_are_counted_across_banks),
        STORY(test_an_event_that_cannot_be_read_is_parked),
        STORY(test_a_full_disk_at_the_commit_loses_nothing_and_doubles_nothing),
        STORY(test_a_connection_lost_at_the_commit_loses_nothing_and_doubles_nothing),
        STORY(test_parked_events_are_retried_in_order_and_skipped_by_hand),
        STORY(test_too_many_parked_events_pause_the_handler),
        STORY(test_what_was_parked_without_an_order_is_not_called_handled),
        STORY(test_the_event_that_fails_is_retried_at_once_or_passed_over),
        STORY(test_a_reset_shows_it_all_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What read models get a moment after the append, several batches at once, from a session beside
 * the writer's. */
#include "bank/postgres/query.h"
#include "tests/bank/store_kit.h"

enum { LARGE = 300, HUGE = 6000 }; /* events of a batch */

struct large {
    struct kit_batch first; /* its command is the batch's */
    struct event_record event[HUGE];
};

static struct large room[STORAGE_APPENDS_MAX];

/* Its table refuses the amount 666. */
static const struct projection amounts = KIT_AMOUNTS("amounts", 1, "amount");
static const struct projection doubles = KIT_AMOUNTS("doubles", 1, "amount * 2");
static const struct projection *const both[] = { &amounts, &doubles, NULL };

static bool ride(void)
{
    return database_is(
        &database,
        "SELECT bool_and(p.position = h.position AND state = 'inline') FROM esbank.projections p,"
        " esbank.log_head h");
}

/* The session has told its name, which it does when it can be used. */
static bool session_there(void)
{
    return database_is(
        &database, "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database()"
                   " AND application_name = 'bank: read models'");
}

static bool session_prepares(void)
{
    return database_is(
        &database,
        "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND "
        "wait_event ="
        " 'relation' AND application_name = 'bank: read models, preparing' AND query LIKE 'INSERT "
        "INTO esbank.amounts%'");
}

static bool second_there(void)
{
    return database_is(
        &database, "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database()"
                   " AND application_name = 'bank: second writer' AND state = 'idle'");
}

/* One session waits for a lock in its commit's statements, the other for more statements. */
static bool all_written(void)
{
    return database_is(
        &database,
        "SELECT count(*) FILTER (WHERE wait_event = 'relation' AND query LIKE 'INSERT INTO "
        "esbank.snap%')"
        " = 1 AND count(*) FILTER (WHERE wait_event = 'ClientRead' AND query LIKE 'INSERT INTO "
        "esbank.comm%')"
        " = 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'");
}

static void start(void)
{
    kit_start_with(&kit, &database, both);
    kit_wait(&kit, kit.active && session_there(), "the store is active, with all its sessions");
}

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    database_run(
        &database,
        "CREATE SCHEMA esbank; CREATE TABLE esbank.amounts (position bigint, amount bigint"
        " CHECK (amount <> 666)); CREATE TABLE esbank.doubles (position bigint, amount bigint)");
    start();
    return 0;
}

/* The table can be read but not written while it is held. */
static struct held *hold_amounts(void)
{
    return database_hold(&database, "LOCK TABLE esbank.amounts IN SHARE MODE");
}

static struct batch *deposits(int i, int64_t version, size_t count)
{
    struct large *large = &room[i];
    struct batch *batch = kit_deposits_in(large->event, &large->first, &account_id, version, count);
    for (size_t n = 0; n < count; n++)
        batch->event[n].event.money_moved.amount = 100;
    return batch;
}

static void commit(int64_t version, size_t count)
{
    assert_int_equal(kit_commit(&kit, deposits(0, version, count)), APPEND_COMMITTED);
}

/* One whose reply waits for the read models. */
static void commit_strong(int64_t version, size_t count)
{
    struct batch *batch = deposits(0, version, count);
    batch->strong = true;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
}

static int64_t position(void)
{
    return kit.storage.models_position(kit.storage.self);
}

/* Each event is there once, in both. */
static void check_each_once(void)
{
    database_check(&database,
                   "SELECT e.p = a.p AND e.p = d.p FROM"
                   " (SELECT array_agg(position ORDER BY position) AS p FROM esbank.events) e,"
                   " (SELECT array_agg(position ORDER BY position) AS p FROM esbank.amounts) a,"
                   " (SELECT array_agg(position ORDER BY position) AS p FROM esbank.doubles) d",
                   "t");
}

static void check_caught_up(int64_t head)
{
    kit_wait(&kit, position() == head, "the read models have all");
    kit_wait(&kit, ride(), "they ride");
    check_each_once();
}

/* ---- tests ---- */

static void test_a_batch_that_is_waited_for_is_there_with_its_reply(void **state)
{
    (void)state;
    static const size_t sizes[] = { 3, LARGE };
    int64_t version = 0;
    for (int i = 0; i < 2; i++) {
        commit_strong(version, sizes[i]);
        version += (int64_t)sizes[i];
        assert_int_equal(position(), version);
        assert_int_equal(kit.moves, i + 1);
        assert_true(ride());
        check_each_once();
    }
}

static void test_a_batch_does_not_wait_for_the_read_models(void **state)
{
    (void)state;
    commit_strong(0, 2);
    struct held *held = hold_amounts();
    commit(2, LARGE);
    assert_int_equal(position(), 2);
    assert_int_equal(kit.moves, 1);
    database_check(&database, "SELECT count(*) FROM esbank.amounts", "2");
    database_check(&database, "SELECT max(lag) || ' ' || min(state) FROM esbank.lag", "300 inline");
    database_release(held, NULL);
    kit_wait(&kit, kit.moves == 2, "the store tells that they have it, though no batch follows");
    assert_int_equal(position(), 2 + LARGE);
    assert_true(ride());
    check_each_once();
}

static void test_a_batch_behind_one_that_is_owed_does_not_either(void **state)
{
    (void)state;
    struct held *held = hold_amounts();
    commit(0, LARGE);
    commit(LARGE, 2);
    commit_strong(LARGE + 2, 1);
    assert_int_equal(position(), 0);
    database_release(held, NULL);
    check_caught_up(LARGE + 3);
    commit_strong(LARGE + 3, 1);
    assert_true(ride()); /* at once again */
}

/* A batch follows at once on each, for as long as that takes. */
static void test_appends_that_never_pause_do_not_leave_the_read_models_behind(void **state)
{
    (void)state;
    int64_t version = 0;
    const int64_t until_ms = clock_now_ms() + KIT_DEADLINE_MS;
    for (; kit.moves < 3 && clock_now_ms() < until_ms; version++)
        commit(version, 1);
    assert_true(kit.moves >= 3);
    assert_true(version > 2 * kit.moves); /* and not one at a time */
    check_caught_up(version);
}

static void test_large_and_small_batches_in_flight_together_reach_them_once_each(void **state)
{
    (void)state;
    static const size_t sizes[] = { 300, 3, 1, 290, 256, 255, 2, 300, 300, 299, 1, 4, 280, 0, 300 };
    int64_t version = 0;
    for (int taken = 0; taken < 120; taken++) {
        kit_wait(&kit, taken - kit.outcomes < 3, "one of three has its outcome");
        size_t count = sizes[(size_t)taken % (sizeof sizes / sizeof *sizes)];
        kit_append(&kit, deposits(taken % 3, version, count));
        version += (int64_t)count;
        if (taken % 40 == 39)
            kit_wait(&kit, kit.outcomes == taken + 1 && ride(), "they have all");
    }
    check_caught_up(version);
    for (int i = 0; i < 120; i++)
        assert_int_equal(kit.outcome[i], APPEND_COMMITTED);
    kit_check_chain(&database);
}

/* Three in flight together, one of which cannot end while the snapshots are held; for one somebody
 * may wait.
 */
enum { FIRST, SECOND, THIRD, NONE };

static struct held *hold_snapshots(void)
{
    return database_hold(&database, "LOCK TABLE esbank.snapshots IN SHARE MODE");
}

static void append_three(int64_t count, int cannot_end, int waited_for)
{
    static struct account account;
    static struct snapshot_record snapshot;
    account = (struct account){ .id = account_id, .version = 1 };
    snapshot = (struct snapshot_record){ STREAM_ACCOUNT, account_id, 1, &account };
    for (int i = FIRST; i <= THIRD; i++) {
        struct batch *batch = deposits(i, i * count, (size_t)count);
        batch->strong = i == waited_for;
        batch->snapshot = &snapshot;
        batch->snapshot_count = i == cannot_end;
        kit_append(&kit, batch);
    }
}

static void check_two_come_before_the_third(int64_t count, int waited_for)
{
    struct held *held = hold_snapshots();
    append_three(count, THIRD, waited_for);
    kit_wait(&kit, position() == 2 * count, "they have what is committed");
    assert_int_equal(kit.outcomes, 2);
    database_release(held, NULL);
    kit_wait(&kit, kit.outcomes == 3, "the third has its outcome");
    check_caught_up(3 * count);
}

static void test_events_that_are_waited_for_do_not_wait_for_more(void **state)
{
    (void)state;
    check_two_come_before_the_third(LARGE, SECOND);
}

static void test_events_do_not_wait_for_an_append_that_takes_long(void **state)
{
    (void)state;
    check_two_come_before_the_third(3, NONE);
}

/* The first batch is owed, the second cannot end, and the third's rows wait behind it in the
 * writer's session when the read models are put off: that must not end the third. */
static void test_telling_of_read_models_put_off_ends_no_batch(void **state)
{
    (void)state;
    struct held *models = hold_amounts(), *second = hold_snapshots();
    kit_wait(&kit, second_there(), "the second writer is there");
    append_three(LARGE, SECOND, NONE);
    kit_wait(&kit, kit.outcomes == 1 && all_written(),
             "the first is committed, the others are written");
    database_end_sessions(&database, "application_name = 'bank: read models'");
    kit_wait(&kit, session_prepares(), "their session is being made anew");
    database_check(&database, "SELECT count(*) || ' ' || max(position) FROM esbank.events",
                   "300 300");
    database_release(second, NULL);
    kit_wait(&kit, kit.outcomes == 3, "all have their outcome");
    database_check(&database,
                   "SELECT bool_and(error LIKE 'the session that brings%') FROM esbank.projections",
                   "t");
    database_release(models, NULL);
    check_caught_up(3 * LARGE);
}

static struct query *reader(void)
{
    struct error error;
    struct query *query = query_open(database.conninfo, NULL, &error);
    if (query == NULL)
        fail_msg("%s", error.message);
    return query;
}

static bool models_wait(void)
{
    return database_is(
        &database, "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database()"
                   " AND application_name = 'bank: read models' AND wait_event = 'relation'");
}

/* What holds the table lets go of it by itself; until then there is nothing to be read. */
static void test_somebody_who_reads_them_may_wait_for_what_is_committed(void **state)
{
    (void)state;
    struct query *query = reader();
    struct held *held =
        database_hold(&database, "SET LOCAL idle_in_transaction_session_timeout = '1s';"
                                 "LOCK TABLE esbank.amounts IN SHARE MODE");
    commit(0, 3);
    kit_wait(&kit, models_wait() || position() == 3, "their session is at it");
    query_await_models(query);
    check_each_once();
    query_close(query);
    database_abandon(held);
}

static void test_nobody_waits_for_a_bank_that_does_not_serve(void **state)
{
    (void)state;
    struct query *query = reader();
    commit_strong(0, 3);
    kit_stop(&kit);
    database_run(&database, "UPDATE esbank.projections SET position = 1");
    const int64_t since_ms = clock_now_ms();
    query_await_models(query);
    assert_true(clock_now_ms() - since_ms < 5000); /* what it would wait for one that does */
    query_close(query);
    start();
}

static void test_a_failing_event_among_those_owed_is_parked(void **state)
{
    (void)state;
    struct batch *batch = deposits(0, 0, LARGE);
    batch->event[7].event.money_moved.amount = 666;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
    commit(LARGE, 1);
    kit_wait(&kit, ride(), "they ride again");
    database_check(&database,
                   "SELECT count(*) || ' ' || (SELECT string_agg(projection || position, ',')"
                   " FROM esbank.parked_events) FROM esbank.amounts",
                   "300 amounts8");
    database_check(&database, "SELECT count(*) FROM esbank.doubles", "301");
    kit_wait(&kit, session_there(), "the session is there again");
    commit(LARGE + 1, LARGE);
    kit_wait(&kit, ride(), "they have more");
    database_check(&database, "SELECT count(*) FROM esbank.amounts", "600");
}

static void test_what_is_owed_when_the_session_ends_is_caught_up(void **state)
{
    (void)state;
    struct held *held = hold_amounts();
    commit(0, LARGE);
    database_end_sessions(&database, "application_name = 'bank: read models'");
    commit(LARGE, LARGE); /* the log goes on */
    database_release(held, NULL);
    check_caught_up(2 * LARGE);
    assert_int_equal(kit.deactivations, 0);
}

static void test_what_is_owed_when_all_sessions_end_is_caught_up(void **state)
{
    (void)state;
    struct held *held = hold_amounts();
    commit(0, LARGE);
    database_end_sessions(&database, "query NOT LIKE 'LOCK%'");
    database_release(held, NULL);
    check_caught_up(LARGE);
}

static void test_what_is_owed_when_the_bank_ends_is_brought_before(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        kit_append(&kit, deposits(i, i * LARGE, LARGE));
    kit_stop(&kit);
    assert_true(ride());
    check_each_once();
    start();
    assert_int_equal(kit.head, 3 * LARGE);
}

static void test_read_models_whose_table_is_locked_for_long_are_put_off(void **state)
{
    (void)state;
    struct held *held = hold_amounts();
    for (int i = 0; i < 12; i++)
        commit(i * HUGE, HUGE);
    database_check(&database,
                   "SELECT bool_and(state = 'following' AND error LIKE 'they were too far behind%')"
                   " FROM esbank.projections",
                   "t");
    database_release(held, NULL);
    check_caught_up(12 * HUGE);
}

/* Somebody else brings them the run that is under way. */
static void test_a_checkpoint_moved_by_somebody_else_is_not_passed_twice(void **state)
{
    (void)state;
    struct held *held = hold_amounts();
    commit(0, LARGE);
    database_release(held, "INSERT INTO esbank.amounts SELECT position, 100 FROM esbank.events;"
                           "UPDATE esbank.projections SET position = 300 WHERE name = 'amounts'");
    check_caught_up(LARGE);
    commit(LARGE, 2);
    check_caught_up(LARGE + 2);
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_a_batch_that_is_waited_for_is_there_with_its_reply),
        case_of(test_a_batch_does_not_wait_for_the_read_models),
        case_of(test_a_batch_behind_one_that_is_owed_does_not_either),
        case_of(test_appends_that_never_pause_do_not_leave_the_read_models_behind),
        case_of(test_large_and_small_batches_in_flight_together_reach_them_once_each),
        case_of(test_events_that_are_waited_for_do_not_wait_for_more),
        case_of(test_events_do_not_wait_for_an_append_that_takes_long),
        case_of(test_telling_of_read_models_put_off_ends_no_batch),
        case_of(test_somebody_who_reads_them_may_wait_for_what_is_committed),
        case_of(test_nobody_waits_for_a_bank_that_does_not_serve),
        case_of(test_a_failing_event_among_those_owed_is_parked),
        case_of(test_what_is_owed_when_the_session_ends_is_caught_up),
        case_of(test_what_is_owed_when_all_sessions_end_is_caught_up),
        case_of(test_what_is_owed_when_the_bank_ends_is_brought_before),
        case_of(test_read_models_whose_table_is_locked_for_long_are_put_off),
        case_of(test_a_checkpoint_moved_by_somebody_else_is_not_passed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

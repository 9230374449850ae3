/* SPDX-License-Identifier: MIT */
/* Two sessions that write by turns: each that ends, each lock in between, and what is told of the
 * batches. */
#include "tests/bank/store_kit.h"

static const struct projection amounts = KIT_AMOUNTS("amounts", 1, "amount");
static const struct projection *const list[] = { &amounts, NULL };

static struct kit_batch room[STORAGE_APPENDS_MAX];

/* Of the account that a batch has a snapshot of, and changes once it was taken. */
static struct account account;
static struct snapshot_record snapshot = { STREAM_ACCOUNT, { { 0 } }, 1, &account };

/* Runs the loop until the database says yes. */
#define await(sql, what) kit_wait(&kit, database_is(&database, sql), what)

static bool sessions_there(void)
{
    return database_is(&database,
                       "SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = "
                       "current_database() AND application_name"
                       " IN ('bank: read models', 'bank: second writer') AND state = 'idle'");
}

static void start(void)
{
    kit_start_with(&kit, &database, list);
    kit_wait(&kit, kit.active && sessions_there(), "the store is active, with all its sessions");
}

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    database_run(
        &database,
        "CREATE SCHEMA esbank; CREATE TABLE esbank.amounts (position bigint, amount bigint)");
    account = (struct account){ .id = account_id, .version = 1, .balance = 42 };
    snapshot.id = account_id;
    start();
    return 0;
}

/* The batch i deposits twice, on top of those before it. */
static struct batch *deposits(int i)
{
    return kit_deposits(&room[i], &account_id, 2 * i, 2);
}

/* One session waits for a lock in its commit's statements, the other for more statements. */
static bool both_written(void)
{
    return database_is(
        &database,
        "SELECT count(*) FILTER (WHERE wait_event = 'relation') = 1 AND count(*) FILTER (WHERE"
        " wait_event = 'ClientRead') = 1 FROM pg_stat_activity WHERE datname = current_database()"
        " AND state = 'active'");
}

/* Three in flight: the second, in the second session, cannot end while snapshots are held. */
static struct held *three_in_flight(void)
{
    struct held *held = database_hold(&database, "LOCK TABLE esbank.snapshots IN SHARE MODE");
    for (int i = 0; i < 3; i++) {
        struct batch *batch = deposits(i);
        batch->snapshot = &snapshot;
        batch->snapshot_count = i == 1;
        kit_append(&kit, batch);
    }
    kit_wait(&kit, kit.outcomes == 1 && both_written(),
             "the second waits in its end, and the third behind it");
    return held;
}

#define SECOND                                                                                     \
    "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'bank: "      \
    "second writer'"

static void kill_second(void)
{
    database_end_sessions(&database, "application_name = 'bank: second writer'");
}

static void await_events(const char *count)
{
    char sql[100];
    int64_t until_ms = clock_now_ms() + KIT_DEADLINE_MS;
    snprintf(sql, sizeof sql, "SELECT count(*) = %s FROM esbank.events", count);
    while (!database_is(&database, sql)) /* the loop is not run, so no answer is read */
        assert_true(clock_now_ms() < until_ms);
}

static void check_told(enum append_outcome first, enum append_outcome second,
                       enum append_outcome third)
{
    kit_wait(&kit, kit.outcomes == 3 && kit.active, "all have their outcome");
    assert_int_equal(kit.outcome[0], first);
    assert_int_equal(kit.outcome[1], second);
    assert_int_equal(kit.outcome[2], third);
    kit_check_chain(&database);
    await("SELECT count(*) = (SELECT position FROM esbank.log_head) AND count(*) ="
          " count(DISTINCT position) FROM esbank.amounts",
          "the read model has each event once");
}

/* ---- tests ---- */

static void test_what_only_waits_for_its_turn_is_written_again(void **state)
{
    (void)state;
    struct held *held = database_hold(&database, "LOCK TABLE esbank.snapshots IN SHARE MODE");
    for (int i = 0; i < 2; i++) {
        struct batch *batch = deposits(i);
        batch->snapshot = &snapshot;
        batch->snapshot_count = i == 0;
        kit_append(&kit, batch);
    }
    await("SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'bank: second writer'"
          " AND state = 'active' AND wait_event = 'ClientRead' AND datname = current_database()",
          "the second is written");
    char sql[300];
    char *first = database_ask(&database, "SELECT pid " SECOND);
    snprintf(sql, sizeof sql, "SELECT count(*) = 1 %s AND pid <> %s", SECOND, first);
    free(first);
    kill_second();
    await(sql, "another session has taken its place");
    assert_int_equal(kit.outcomes, 0);
    database_release(held, NULL);
    kit_wait(&kit, kit.outcomes == 2, "both have their outcome");
    assert_int_equal(kit.outcome[0], APPEND_COMMITTED);
    assert_int_equal(kit.outcome[1], APPEND_COMMITTED);
    assert_int_equal(kit.deactivations, 0);
    kit_check_chain(&database);
}

static void test_a_second_session_that_ends_before_its_commit_loses_what_it_had(void **state)
{
    (void)state;
    struct held *held = three_in_flight();
    kill_second();
    database_release(held, NULL);
    check_told(APPEND_COMMITTED, APPEND_LOST, APPEND_LOST);
}

static void test_a_second_session_whose_answer_is_lost_has_committed(void **state)
{
    (void)state;
    struct held *held = three_in_flight();
    database_release(held, NULL);
    await_events("4");
    int64_t until_ms = clock_now_ms() + KIT_DEADLINE_MS;
    while (kit_lose_answers(true) == 0) /* until it is there */
        assert_true(clock_now_ms() < until_ms);
    check_told(APPEND_COMMITTED, APPEND_COMMITTED, APPEND_LOST);
}

static void test_all_answers_lost_with_one_committed_and_one_written(void **state)
{
    (void)state;
    struct held *held = three_in_flight();
    database_release(held, NULL);
    await_events("4");
    kit_lose_answers(false);
    check_told(APPEND_COMMITTED, APPEND_COMMITTED, APPEND_LOST);
}

#define ASKING                                                                                     \
    "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'relation' AND "    \
    "query LIKE"                                                                                   \
    " '%pg_try_advisory_lock%' AND pid <> pg_backend_pid()"

/* What became of it is asked until there is an answer. */
static void test_a_question_that_is_refused_is_asked_again(void **state)
{
    (void)state;
    kit_append(&kit, deposits(0));
    await_events("2");
    kit_lose_answers(false);
    struct held *held =
        database_hold(&database, "LOCK TABLE esbank.log_head IN ACCESS EXCLUSIVE MODE");
    char sql[400];
    await("SELECT count(*) = 1 " ASKING, "a session asks");
    char *first = database_ask(&database, "SELECT pid " ASKING);
    snprintf(sql, sizeof sql, "SELECT count(*) = 1 %s AND pid <> %s", ASKING, first);
    free(first);
    await(sql, "it was refused, and another one asks");
    assert_int_equal(kit.outcomes, 0);
    database_release(held, NULL);
    kit_wait(&kit, kit.outcomes == 1, "it has its outcome");
    assert_int_equal(kit.outcome[0], APPEND_COMMITTED);
    kit_wait(&kit, kit.active, "the store is active");
}

static void test_a_conflict_dooms_what_is_written_and_not_what_comes_then(void **state)
{
    (void)state;
    char sql[200], id[UUID_TEXT_LENGTH];
    struct batch *first = deposits(0), *second = deposits(1);
    snprintf(sql, sizeof sql, "INSERT INTO esbank.commands VALUES ('%s', '', 'x', 0)",
             uuid_write(&room[0].command.id, id));
    struct held *held = database_hold(&database, sql);
    kit_append(&kit, first);
    kit_append(&kit, second);
    await("SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = current_database() AND state ="
          " 'active' AND wait_event IN ('transactionid', 'ClientRead')",
          "the first waits for the command, the second for the first");
    database_release(held, NULL);
    kit_wait(&kit, kit.outcomes >= 1, "the first has its outcome");
    kit_append(&kit, kit_deposits(&room[2], &account_id, 0, 1));
    check_told(APPEND_CONFLICT, APPEND_LOST, APPEND_COMMITTED);
}

/* It brings a command of one that is doomed and still being written. */
static void test_nothing_is_written_beside_what_is_doomed(void **state)
{
    (void)state;
    assert_int_equal(kit_commit(&kit, deposits(0)), APPEND_COMMITTED);
    const struct uuid repeated = room[0].command.id;
    struct batch *second = deposits(1), *third = deposits(2);
    room[1].command.id = repeated;
    kit_append(&kit, second);
    kit_append(&kit, third);
    kit_wait(&kit, kit.outcomes >= 2, "the second has its outcome");
    struct batch *fourth = kit_deposits(&room[3], &account_id, 2, 2);
    room[3].command.id = room[2].command.id;
    kit_append(&kit, fourth);
    kit_wait(&kit, kit.outcomes == 4, "all have their outcome");
    assert_int_equal(kit.outcome[1], APPEND_CONFLICT);
    assert_int_equal(kit.outcome[2], APPEND_LOST);
    assert_int_equal(kit.outcome[3], APPEND_COMMITTED);
    assert_int_equal(kit.deactivations, 0);
}

static void test_a_snapshot_is_what_it_was_when_its_batch_was_taken(void **state)
{
    (void)state;
    struct held *held = database_hold(&database, "LOCK TABLE esbank.snapshots IN SHARE MODE");
    struct batch *batch = deposits(0);
    batch->snapshot = &snapshot;
    batch->snapshot_count = 1;
    kit_append(&kit, batch);
    for (int i = 1; i < 4; i++) {
        batch = deposits(i);
        batch->snapshot = &snapshot;
        batch->snapshot_count = 1;
        kit_append(&kit, batch);
        account.balance++;
    }
    account.balance = 1000;
    database_release(held, NULL);
    kit_wait(&kit, kit.outcomes == 4, "all have their outcome");
    kit_load(&kit, &(struct load){ .account_count = 1, .account = &account_id });
    assert_int_equal(kit.account_state.balance, 44);
}

/* As the sessions that append say themselves. */
static void test_the_servers_defaults_are_not_ours(void **state)
{
    (void)state;
    kit_stop(&kit);
    /* Version 13 lacks the fourth timeout, those before 17 the fifth. */
    database_run(
        &database,
        "DO $$ DECLARE setting record; BEGIN FOR setting IN SELECT name, value FROM"
        " (VALUES ('default_transaction_isolation', 'repeatable read'),"
        " ('synchronous_commit', 'off'), ('statement_timeout', '1min'), ('lock_timeout', '1min'),"
        " ('idle_in_transaction_session_timeout', '1min'), ('idle_session_timeout', '1min'),"
        " ('transaction_timeout', '1min')) AS v (name, value) JOIN pg_settings USING (name)"
        " LOOP EXECUTE format('ALTER DATABASE %I SET %I = %L', current_database(), setting.name,"
        " setting.value); END LOOP; END $$");
    database_run(&database, "CREATE TABLE public.seen (writer integer, setting text);"
                            "CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS $$ "
                            "BEGIN INSERT INTO public.seen"
                            " SELECT pg_backend_pid(), name || ' ' || setting FROM pg_settings "
                            "WHERE name IN ('statement_timeout', 'lock_timeout', "
                            "'idle_in_transaction_session_timeout',"
                            " 'default_transaction_isolation', 'synchronous_commit')"
                            " OR name IN ('idle_session_timeout', 'transaction_timeout')"
                            " AND setting <> '0';"
                            " RETURN NULL; END $$;"
                            "CREATE TRIGGER see AFTER INSERT ON esbank.events FOR EACH STATEMENT "
                            "EXECUTE FUNCTION public.see()");
    start();
    for (int i = 0; i < 3; i++)
        kit_append(&kit, deposits(i));
    check_told(APPEND_COMMITTED, APPEND_COMMITTED, APPEND_COMMITTED);
    assert_int_equal(kit.deactivations, 0);
    database_check(&database, "SELECT count(DISTINCT writer) FROM public.seen", "2");
    database_check(
        &database, "SELECT string_agg(DISTINCT setting, ', ' ORDER BY setting) FROM public.seen",
        "default_transaction_isolation read committed, idle_in_transaction_session_timeout 0,"
        " lock_timeout 5000, statement_timeout 0, synchronous_commit on");
}

/* The read models' session is away while two could be written: nothing is owed to models that could
 * not get it. */
static void test_without_the_read_models_session_there_is_one_at_a_time(void **state)
{
    (void)state;
    struct held *held = database_hold(&database, "LOCK TABLE esbank.amounts IN SHARE MODE");
    database_end_sessions(&database, "application_name = 'bank: read models'");
    await("SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND "
          "wait_event"
          " = 'relation' AND query LIKE 'INSERT INTO esbank.amounts%'",
          "their session is being made anew");
    for (int i = 0; i < 3; i++)
        kit_append(&kit, deposits(i));
    await("SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = current_database() AND "
          "wait_event"
          " = 'relation'",
          "the first batch waits for its read model");
    assert_int_equal(kit.outcomes, 0);
    database_release(held, NULL);
    check_told(APPEND_COMMITTED, APPEND_COMMITTED, APPEND_COMMITTED);
    assert_true(
        database_is(&database, "SELECT bool_and(state = 'inline') FROM esbank.projections"));
}

static void test_a_checkpoint_that_is_locked_loses_nothing(void **state)
{
    (void)state;
    struct held *held =
        database_hold(&database, "UPDATE esbank.projections SET updated_at = now()");
    assert_int_equal(kit_commit(&kit, deposits(0)), APPEND_COMMITTED);
    assert_int_equal(kit_commit(&kit, deposits(1)), APPEND_COMMITTED);
    assert_int_equal(kit_commit(&kit, deposits(2)), APPEND_COMMITTED);
    assert_int_equal(kit.deactivations, 0);
    database_release(held, NULL);
    check_told(APPEND_COMMITTED, APPEND_COMMITTED, APPEND_COMMITTED);
}

/* As `bank projection rebuild` does it, while small batches go on. */
static void test_an_exchange_of_tables_takes_locks_in_the_appends_order(void **state)
{
    (void)state;
    PGconn *connection = PQconnectdb(database.conninfo);
    int done = 0, committed = 0;
    for (bool busy = false; done < 200;) {
        if (!busy)
            PQsendQuery(connection, "BEGIN; LOCK TABLE esbank.amounts IN ACCESS EXCLUSIVE MODE;"
                                    " SELECT FROM esbank.projections FOR UPDATE;"
                                    " SELECT FROM esbank.log_head FOR UPDATE; COMMIT");
        busy = true;
        struct batch *batch = kit_deposits(&room[0], &account_id, 2 * committed++, 2);
        assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
        PQconsumeInput(connection);
        if (PQisBusy(connection))
            continue;
        for (PGresult *result; (result = PQgetResult(connection)) != NULL; PQclear(result))
            assert_true(PQresultStatus(result) != PGRES_FATAL_ERROR);
        busy = false;
        done++;
    }
    PQfinish(connection);
    assert_int_equal(kit.deactivations, 0);
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_what_only_waits_for_its_turn_is_written_again),
        case_of(test_a_second_session_that_ends_before_its_commit_loses_what_it_had),
        case_of(test_a_second_session_whose_answer_is_lost_has_committed),
        case_of(test_all_answers_lost_with_one_committed_and_one_written),
        case_of(test_a_question_that_is_refused_is_asked_again),
        case_of(test_a_conflict_dooms_what_is_written_and_not_what_comes_then),
        case_of(test_nothing_is_written_beside_what_is_doomed),
        case_of(test_a_snapshot_is_what_it_was_when_its_batch_was_taken),
        case_of(test_the_servers_defaults_are_not_ours),
        case_of(test_without_the_read_models_session_there_is_one_at_a_time),
        case_of(test_a_checkpoint_that_is_locked_loses_nothing),
        case_of(test_an_exchange_of_tables_takes_locks_in_the_appends_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

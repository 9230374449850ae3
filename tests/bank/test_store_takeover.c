/* SPDX-License-Identifier: MIT */
/* Who may write: lost connections, two banks on one database, and what becomes of batches under
 * way. */
#include "tests/bank/store_kit.h"

enum { KILLS = 60 };

/* The session that holds the lock of the log; the one that writes beside it. */
#define KILL_HOLDER(lock)                                                                          \
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND "  \
    "database ="                                                                                   \
    " (SELECT oid FROM pg_database WHERE datname = current_database())"                            \
    " AND (classid::bigint << 32 | objid::bigint) = " lock
#define KILL_WRITER KILL_HOLDER("7310595820020202")
#define SECOND_LOCK "7310595820020203"
#define KILL_SECOND KILL_HOLDER(SECOND_LOCK)

static void test_a_second_store_stands_by_and_takes_over(void **state)
{
    (void)state;
    struct kit second;
    struct kit_batch room, more;
    assert_int_equal(kit_commit(&kit, kit_deposits(&room, &account_id, 0, 2)), APPEND_COMMITTED);
    kit_start(&second, &database);
    int64_t until_ms = clock_now_ms() + 500;
    while (clock_now_ms() < until_ms)
        kit_turn(&second);
    assert_false(second.active);

    database_run(&database, KILL_WRITER);
    /* Whoever polls first gets it; the first one is not run until the second one has it. */
    kit_wait(&second, second.active, "the second store has taken over");
    assert_int_equal(second.head, 2);
    assert_int_equal(kit_commit(&second, kit_deposits(&more, &account_id, 2, 1)), APPEND_COMMITTED);
    kit_wait(&kit, !kit.active, "the first store knows");
    assert_int_equal(kit.deactivations, 1);
    assert_false(store_active(kit.store));

    kit_stop(&second);
    kit_wait(&kit, kit.active, "the first store has it again");
    assert_int_equal(kit.head, 3);
    kit_check_chain(&database);
}

static void test_batches_under_way_when_another_bank_takes_over_are_told(void **state)
{
    (void)state;
    struct kit second;
    struct kit_batch committed, lost;
    kit_start(&second, &database);
    kit_append(&kit, kit_deposits(&committed, &account_id, 0, 2));
    kit_wait(&kit, kit.outcomes == 1, "the first batch is committed");
    kit_append(&kit, kit_deposits(&lost, &account_id, 2, 2)); /* in the socket's buffer, or not */
    database_run(&database, KILL_WRITER);
    kit_wait(&second, second.active, "the second store has taken over");
    kit_wait(&kit, kit.outcomes == 2, "the second batch has its outcome");
    bool there = database_number(&database, "SELECT count(*) FROM esbank.events") == 4;
    assert_int_equal(kit.outcome[1], there ? APPEND_COMMITTED : APPEND_LOST);
    kit_wait(&kit, !kit.active, "the first store is told");
    kit_stop(&second);
}

static void test_a_stale_epoch_is_refused(void **state)
{
    (void)state;
    struct kit_batch room[3];
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[0], &account_id, 0, 1)), APPEND_COMMITTED);
    log_forge(database.conninfo, test_log_key, RAISE_EPOCH);
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[1], &account_id, 1, 1)), APPEND_LOST);
    assert_int_equal(kit.deactivations, 1);
    check_contains(kit.why, "another bank has taken it over");
    assert_int_equal(database_number(&database, "SELECT count(*) FROM esbank.events"), 1);
    kit_wait(&kit, kit.active, "the store is active again, in an epoch of its own");
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[2], &account_id, 1, 1)), APPEND_COMMITTED);
    kit_check_chain(&database);
}

/* Ends a session from another one without waiting for it. */
static void kill_soon(PGconn *killer, const char *sql)
{
    PQclear(PQgetResult(killer));
    while (PQisBusy(killer))
        PQconsumeInput(killer);
    PQclear(PQgetResult(killer));
    PQsendQuery(killer, sql);
}

/* Keeps the store busy until its session ends; then every batch told must be there, or not, as
 * told. */
static void check_one_kill(PGconn *killer, int delay_us, int64_t *version)
{
    static struct kit_batch room[4000];
    int first = kit.outcomes, taken = 0, deactivations = kit.deactivations;
    int64_t next = *version, start_ms = clock_now_ms();
    struct timespec now, start;
    bool killed = false;
    clock_gettime(CLOCK_MONOTONIC, &start);
    while (kit.deactivations == deactivations) {
        assert_true(clock_now_ms() - start_ms < KIT_DEADLINE_MS);
        while (kit.active && taken < 4000 && taken - (kit.outcomes - first) < STORAGE_APPENDS_MAX) {
            kit_append(&kit, kit_deposits(&room[taken++], &account_id, next, 2));
            next += 2;
        }
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (!killed &&
            (now.tv_sec - start.tv_sec) * 1000000 + (now.tv_nsec - start.tv_nsec) / 1000 >
                delay_us) {
            kill_soon(killer, KILL_WRITER);
            killed = true;
        }
        event_base_loop(kit.loop, EVLOOP_ONCE);
    }
    assert_int_equal(kit.outcomes - first, taken); /* all told before the deactivation */
    int committed = 0;
    for (int i = 0; i < taken; i++) {
        assert_ptr_equal(kit.told[(first + i) % 4096], &room[i].batch);
        if (kit.outcome[(first + i) % 4096] == APPEND_COMMITTED)
            assert_int_equal(committed++, i); /* nothing commits after one that is lost */
        else
            assert_int_equal(kit.outcome[(first + i) % 4096], APPEND_LOST);
    }
    *version += 2 * committed;
    kit_wait(&kit, kit.active, "the store is active again");
    assert_int_equal(kit.head, *version);
    assert_int_equal(database_number(&database, "SELECT count(*) FROM esbank.events"), *version);
}

static void test_a_connection_that_ends_under_a_commit_tells_the_truth(void **state)
{
    (void)state;
    int64_t version = 0;
    unsigned seed = 20240607;
    PGconn *killer = PQconnectdb(database.conninfo);
    for (int i = 0; i < KILLS; i++)
        check_one_kill(killer, rand_r(&seed) % 8000, &version);
    PQfinish(killer);
    assert_int_equal(kit.activations, KILLS + 1);
    kit_check_chain(&database);
}

/* What the second session has only written is written again; when it was to commit, the first is
 * asked. */
static void test_the_second_session_may_end_at_any_time(void **state)
{
    (void)state;
    static struct kit_batch room[200];
    unsigned seed = 20240608;
    PGconn *killer = PQconnectdb(database.conninfo);
    int64_t version = 0, killed = 0;
    for (int round = 0; round < KILLS / 2; round++) {
        const int first = kit.outcomes, moment = (int)(rand_r(&seed) % 150);
        int taken = 0;
        kit_wait(&kit, kit.active, "the store is active");
        while (kit.outcomes - first < 200 && kit.active) {
            for (; taken < 200 && taken - (kit.outcomes - first) < STORAGE_APPENDS_MAX; taken++) {
                kit_append(&kit, kit_deposits(&room[taken], &account_id, version + 2 * taken, 2));
                if (taken == moment)
                    kill_soon(killer, KILL_SECOND);
            }
            event_base_loop(kit.loop, EVLOOP_ONCE);
        }
        kit_wait(&kit, kit.outcomes - first == taken, "all have their outcome");
        int committed = 0;
        for (int i = 0; i < taken; i++) {
            assert_ptr_equal(kit.told[(first + i) % 4096], &room[i].batch);
            if (kit.outcome[(first + i) % 4096] == APPEND_COMMITTED)
                assert_int_equal(committed++, i);
        }
        version += 2 * committed;
        PGresult *answer = PQgetResult(killer);
        killed += PQntuples(answer);
        PQclear(answer);
    }
    PQfinish(killer);
    assert_true(killed > KILLS / 4); /* it was there to be killed */
    kit_wait(&kit, kit.active, "the store is active");
    assert_int_equal(database_number(&database, "SELECT count(*) FROM esbank.events"), version);
    kit_check_chain(&database);
}

static void test_what_is_left_of_an_earlier_bank_is_ended_first(void **state)
{
    (void)state;
    kit_stop(&kit);
    PGconn *left = PQconnectdb(database.conninfo);
    PQclear(PQexec(left, "SELECT pg_advisory_lock(" SECOND_LOCK ")"));
    kit_start(&kit, &database);
    kit_wait(&kit, kit.active, "the store is active");
    PGresult *result = PQexec(left, "SELECT 1");
    assert_int_equal(PQresultStatus(result), PGRES_FATAL_ERROR);
    PQclear(result);
    PQfinish(left);
}

/* Two batches, the answer to the first one lost after it was committed, the second never sent. */
static void check_lost_answer(size_t count)
{
    struct kit_batch first, second;
    char sql[200], id[UUID_TEXT_LENGTH];
    kit_append(&kit, kit_deposits(&first, &account_id, 0, count));
    snprintf(sql, sizeof sql, "SELECT count(*) FROM esbank.commands WHERE command_id = '%s'",
             uuid_write(&first.command.id, id));
    int64_t until_ms = clock_now_ms() + KIT_DEADLINE_MS;
    while (database_number(&database, sql) ==
           0) /* the loop is not run, so the answer is not read */
        assert_true(clock_now_ms() < until_ms);
    kit_lose_answers(false);
    kit_append(&kit, kit_deposits(&second, &account_id, (int64_t)count, count));
    kit_wait(&kit, kit.outcomes == 2, "both have their outcome");
    assert_int_equal(kit.outcome[0], APPEND_COMMITTED);
    assert_int_equal(kit.outcome[1], APPEND_LOST);
    kit_wait(&kit, kit.deactivations == 1 && kit.active, "the store is active again");
    assert_int_equal(kit.head, count);
    kit_check_chain(&database);
}

static void test_a_commit_whose_answer_is_lost_is_told_as_committed(void **state)
{
    (void)state;
    check_lost_answer(3);
}

static void test_a_refusal_whose_answer_is_lost_is_told_as_committed(void **state)
{
    (void)state;
    check_lost_answer(0);
}

/* The first thing a new session asks for is held: nobody can tell what became of the batch. */
static void test_a_long_outage_with_a_batch_under_way_is_told_before_its_outcome(void **state)
{
    (void)state;
    struct kit_batch room;
    struct held *held = database_hold(&database, "LOCK TABLE esbank.log_head");
    kit_append(&kit, kit_deposits(&room, &account_id, 0, 2));
    kit_wait(&kit,
             database_is(&database, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname ="
                                    " current_database() AND wait_event = 'relation')"),
             "the batch waits for the head");
    database_run(&database, KILL_WRITER);
    kit_wait(&kit, kit.unsure == 1, "it is told that nothing is known");
    assert_true(kit.active);
    assert_int_equal(kit.outcomes, 0);
    database_release(held, NULL);
    kit_wait(&kit, kit.outcomes == 1, "the batch has its outcome");
    assert_int_equal(kit.outcome[0], APPEND_LOST);
    kit_wait(&kit, kit.activations == 2, "the log is there again");
    assert_int_equal(kit.unsure, 1);
}

static void test_a_load_during_an_outage_says_so_and_works_again(void **state)
{
    (void)state;
    struct load load = { .account_count = 1, .account = &account_id };
    database_end_sessions(&database, "true");
    kit_load(&kit, &load); /* either way, it answers */
    kit_wait(&kit, kit.deactivations == 1 && kit.active, "the store is active again");
    kit_load(&kit, &load);
    assert_true(kit.worked);
}

static void test_a_batch_taken_while_standing_by_is_lost(void **state)
{
    (void)state;
    struct kit second;
    struct kit_batch room;
    kit_start(&second, &database);
    kit_append(&second, kit_deposits(&room, &account_id, 0, 1));
    assert_int_equal(second.outcomes, 0); /* never from inside an operation */
    kit_wait(&second, second.outcomes == 1, "the batch has its outcome");
    assert_int_equal(second.outcome[0], APPEND_LOST);
    kit_stop(&second);
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_a_second_store_stands_by_and_takes_over),
        case_of(test_batches_under_way_when_another_bank_takes_over_are_told),
        case_of(test_a_stale_epoch_is_refused),
        case_of(test_a_connection_that_ends_under_a_commit_tells_the_truth),
        case_of(test_the_second_session_may_end_at_any_time),
        case_of(test_what_is_left_of_an_earlier_bank_is_ended_first),
        case_of(test_a_commit_whose_answer_is_lost_is_told_as_committed),
        case_of(test_a_refusal_whose_answer_is_lost_is_told_as_committed),
        case_of(test_a_long_outage_with_a_batch_under_way_is_told_before_its_outcome),
        case_of(test_a_load_during_an_outage_says_so_and_works_again),
        case_of(test_a_batch_taken_while_standing_by_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

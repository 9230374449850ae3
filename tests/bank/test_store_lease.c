/* SPDX-License-Identifier: MIT */
/* The active store's lease: what keeps it, and what is told when it has passed. */
#include "tests/bank/store_kit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define LEASE_LOCK    "7310595820020204"
#define LEASE_SESSION "application_name = 'bank: lease'"

static int64_t session_of(const char *condition)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "SELECT coalesce(min(pid), 0) FROM pg_stat_activity WHERE datname ="
             " current_database() AND %s",
             condition);
    return database_number(&database, sql);
}

static void turn_for(int ms)
{
    for (const int64_t until_ms = clock_now_ms() + ms; clock_now_ms() < until_ms;)
        kit_turn(&kit);
}

/* Another session stands in the way of the lease's own, as a server that takes no more would. */
static void test_the_writers_session_keeps_the_lease_while_it_has_none_of_its_own(void **state)
{
    (void)state;
    struct kit_batch room;
    PGconn *other = PQconnectdb(database.conninfo);
    assert_int_equal(PQsendQuery(other, "SELECT pg_advisory_lock(" LEASE_LOCK ")"), 1);
    kit_wait(&kit, session_of("wait_event = 'advisory'") > 0, "the other one waits");
    database_end_sessions(&database, LEASE_SESSION);
    kit_wait(&kit, session_of(LEASE_SESSION " AND wait_event = 'advisory'") > 0,
             "the lease's session waits behind it");
    turn_for(5000);
    assert_int_equal(kit.unsure, 0);
    assert_int_equal(kit.deactivations, 0);
    assert_int_equal(kit_commit(&kit, kit_deposits(&room, &account_id, 0, 1)), APPEND_COMMITTED);
    PQfinish(other);
}

/* Ten steps of its loop are missed: as when the process was stopped. */
static void test_a_store_that_stood_still_is_unsure_until_it_has_renewed(void **state)
{
    (void)state;
    struct load load = { .account_count = 1, .account = &account_id };
    kit_wait(&kit, session_of(LEASE_SESSION) > 0, "the lease has its session");
    turn_for(1000);
    clock_pause_ms(2800);
    store_check(kit.store);
    assert_int_equal(kit.unsure, 1);
    kit_wait(&kit, kit.sure == 1, "it has renewed");
    assert_int_equal(kit.deactivations, 0);
    kit_load(&kit, &load);
    assert_true(kit.worked);
}

/* The row is committed; whether that may be told is another matter. */
static void test_an_outcome_that_comes_after_the_lease_is_asked_for_again(void **state)
{
    (void)state;
    struct kit_batch room;
    kit_append(&kit, kit_deposits(&room, &account_id, 0, 1));
    kit_wait(&kit,
             database_is(&database, "SELECT count(*) = 1 FROM esbank.events") || kit.outcomes > 0,
             "it is committed");
    if (kit.outcomes > 0)
        return; /* too fast to be late */
    clock_pause_ms(2800);
    kit_wait(&kit, kit.outcomes == 1, "it has its outcome");
    assert_int_equal(kit.outcome[0], APPEND_COMMITTED);
    assert_int_equal(kit.deactivations, 1);
    kit_wait(&kit, kit.activations == 2, "the store is active again");
}

/* Other tests' databases wait for each of the server's processes: none stands still for long,
 * whatever becomes of this test. */
static pid_t stand_still(pid_t process)
{
    kill(process, SIGSTOP);
    const pid_t guard = fork();
    if (guard == 0) {
        clock_pause_ms(10000);
        kill(process, SIGCONT);
        _exit(0);
    }
    return guard;
}

static void go_on(pid_t process, pid_t guard)
{
    kill(process, SIGCONT);
    kill(guard, SIGKILL);
    waitpid(guard, NULL, 0);
}

/* All its backends stand still: the sessions are left, and others are made. */
static void test_a_session_that_is_not_answered_is_left(void **state)
{
    (void)state;
    kit_wait(&kit, session_of(LEASE_SESSION) > 0, "the lease has its session");
    turn_for(1000); /* and holds the lease by it, not by the writer's */
    const pid_t pid = (pid_t)session_of(LEASE_SESSION);
    const pid_t guard = stand_still(pid);
    kit_wait(&kit, kit.unsure >= 1, "it is unsure");
    kit_wait(&kit, kit.deactivations >= 1, "it gives the sessions up");
    check_contains(kit.why, "the database does not answer");
    go_on(pid, guard);
    kit_wait(&kit, kit.activations >= 2, "the store is active again");
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_the_writers_session_keeps_the_lease_while_it_has_none_of_its_own),
        case_of(test_a_store_that_stood_still_is_unsure_until_it_has_renewed),
        case_of(test_an_outcome_that_comes_after_the_lease_is_asked_for_again),
        case_of(test_a_session_that_is_not_answered_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

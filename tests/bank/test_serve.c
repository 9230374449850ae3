/* SPDX-License-Identifier: MIT */
/*
 * The whole program over a real Postgres: `bank serve`, and what can be said
 * to it. Each test has a home and a database of its own.
 */
#include "bank/cli/client.h"
#include "shared/clock.h"
#include "shared/wire.h"
#include "tests/support/check.h"
#include "tests/support/database.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000 };

#define DEMO_ACCOUNT "e5ba0000-0000-8000-8000-000000000010"

static struct database database;
static struct home home;
static struct process bank;
static struct error error;
static char program[400];

static void serve(struct process *process, const char *directory)
{
    const char *argv[] = { program, "serve", "--home", directory, "--db", database.conninfo, NULL };
    process_spawn(process, directory, argv);
}

static int run(const char *command, struct process *process)
{
    const char *argv[] = { program, command, "--home", home.path, NULL };
    return process_run(process, home.path, argv, DEADLINE_MS);
}

static bool answers(void *arg)
{
    (void)arg;
    struct process ping;
    return run("ping", &ping) == 0;
}

/* With what the bank has to say when it does not. */
static void await_answer(const struct process *process)
{
    int64_t deadline_ms = clock_now_ms() + DEADLINE_MS;
    while (!answers(NULL)) {
        if (clock_now_ms() >= deadline_ms) {
            char *text = process_read_file(process->err);
            check_fail("the bank does not answer: %s", text);
        }
        clock_pause_ms(10);
    }
}

static int set_up(void **state)
{
    (void)state;
    const char *build = getenv("BUILD");
    snprintf(program, sizeof program, "%s/bank", build != NULL ? build : "build");
    snprintf(home.path, sizeof home.path, "%s", scratch_create());
    database_create(&database);
    serve(&bank, home.path);
    await_answer(&bank);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (!process_ended(&bank))
        process_stop(&bank, SIGKILL, DEADLINE_MS);
    database_drop(&database);
    return 0;
}

static void check_err(const struct process *process, const char *part)
{
    char *text = process_read_file(process->err);
    check_contains(text, part);
    free(text);
}

/* What the operator's socket answers. */
static char *ask(const char *line)
{
    struct client *client = client_open(&home, "operator.sock", &error);
    check_worked(client != NULL, &error);
    char *reply = client_call(client, line, DEADLINE_MS, &error);
    check_worked(reply != NULL, &error);
    client_close(client);
    return reply;
}

static void deposit(const char *id, char reply[static 400])
{
    char line[400];
    snprintf(
        line, sizeof line,
        "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000%s\",\"command\":\"DepositMoney\","
        "\"account_id\":\"" DEMO_ACCOUNT "\",\"amount\":100}",
        id);
    char *answer = ask(line);
    snprintf(reply, 400, "%s", answer);
    free(answer);
}

static void test_the_default_teller_is_loaded_once(void **state)
{
    (void)state;
    check_err(&bank, "bank: ready time=");
    assert_int_equal(process_stop(&bank, SIGTERM, DEADLINE_MS), 0);
    serve(&bank, home.path);
    await_answer(&bank);
    database_check(&database,
                   "SELECT count(*) FROM esbank.events WHERE event_type = 'Teller.Provisioned' AND "
                   "stream_id = "
                   "'teller-" DEFAULT_TELLER_ID "'",
                   "1");
    char path[HOME_PATH_SIZE];
    home_path(&home, path, sizeof path, "keys/terminal-" DEFAULT_TELLER_ID ".key");
    assert_int_equal(access(path, R_OK), 0);
}

static void test_the_demo_account_is_opened_once(void **state)
{
    (void)state;
    struct process demo;
    for (int i = 0; i < 3; i++)
        if (run("demo", &demo) != 0)
            check_err(&demo, "it worked");
    database_check(
        &database,
        "SELECT string_agg(event_type, ' ' ORDER BY position) FROM esbank.events WHERE stream_id = "
        "'account-" DEMO_ACCOUNT "'",
        "Accounts.AccountOpened Accounts.MoneyDeposited Accounts.CardIssued");
    char path[HOME_PATH_SIZE];
    struct stat status;
    home_path(&home, path, sizeof path, "demo-card");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    char *text = process_read_file(path);
    assert_string_equal(text, "4000001234567899\nPeter\n");
    free(text);
}

static void test_a_home_has_one_bank(void **state)
{
    (void)state;
    struct process second;
    serve(&second, home.path);
    assert_int_equal(process_wait(&second, DEADLINE_MS), 1);
    check_err(&second, "a bank already serves");
    assert_true(answers(NULL));
}

static void test_a_bank_that_was_killed_remembers(void **state)
{
    (void)state;
    struct process demo;
    char first[400], again[400];
    assert_int_equal(run("demo", &demo), 0);
    deposit("01", first);
    check_contains(first, "\"balance\":50100");
    process_stop(&bank, SIGKILL, DEADLINE_MS);
    serve(&bank, home.path);
    await_answer(&bank);
    deposit("01", again);
    assert_string_equal(first, again);
    deposit("02", again);
    check_contains(again, "\"balance\":50200");
}

static void test_a_second_bank_stands_by_and_takes_over(void **state)
{
    (void)state;
    struct process standby, demo, copy;
    struct home first = home, other;
    char reply[400], keys[HOME_PATH_SIZE];
    assert_int_equal(run("demo", &demo), 0);
    snprintf(other.path, sizeof other.path, "%s", scratch_create());
    home_path(&home, keys, sizeof keys, "keys");
    assert_int_equal(process_run(&copy, other.path,
                                 (const char *const[]){ "cp", "-a", keys, other.path, NULL },
                                 DEADLINE_MS),
                     0);
    serve(&standby, other.path);
    home = other;
    struct client *client = NULL;
    for (int i = 0; i < DEADLINE_MS / 10 && client == NULL; i++) {
        client = client_open(&home, "operator.sock", &error);
        clock_pause_ms(client == NULL ? 10 : 0);
    }
    check_worked(client != NULL, &error);
    client_close(client);
    deposit("01", reply);
    check_contains(reply, "bank_unavailable");
    process_stop(&bank, SIGKILL, DEADLINE_MS);
    await_answer(&standby);
    deposit("01", reply);
    check_contains(reply, "\"balance\":50100");
    home = first;
    assert_int_equal(process_stop(&standby, SIGTERM, DEADLINE_MS), 0);
}

static void test_it_ends_when_asked_to_and_leaves_no_sockets(void **state)
{
    (void)state;
    char path[HOME_PATH_SIZE];
    assert_int_equal(process_stop(&bank, SIGINT, DEADLINE_MS), 0);
    home_path(&home, path, sizeof path, "operator.sock");
    assert_int_not_equal(access(path, F_OK), 0);
    check_err(&bank, "bank: ended time=");
    struct process ping;
    assert_int_equal(run("ping", &ping), 1);
    check_err(&ping, "no bank serves");
}

static bool waits_for_the_schema(void *process)
{
    const char *path = ((struct process *)process)->err;
    if (access(path, R_OK) != 0) /* not yet begun */
        return false;
    char *text = process_read_file(path);
    bool waits = strstr(text, "waiting for it") != NULL;
    free(text);
    return waits;
}

static void test_it_can_be_ended_while_another_program_changes_the_schema(void **state)
{
    (void)state;
    struct process waiting;
    struct database served = database;
    struct home first = home, other;
    snprintf(other.path, sizeof other.path, "%s", scratch_create());
    database_create(&database);
    PGconn *holder = PQconnectdb(database.conninfo);
    PQclear(PQexec(holder, "SELECT pg_advisory_lock(7310595820010101)"));
    for (int i = 0; i < 2; i++) {
        serve(&waiting, other.path);
        wait_until(waits_for_the_schema, &waiting, DEADLINE_MS, "the bank waits for the lock");
        assert_int_equal(process_stop(&waiting, i == 0 ? SIGTERM : SIGINT, DEADLINE_MS), 0);
        check_err(&waiting, "asked to end while another program was changing");
    }
    database_check(&database, "SELECT to_regnamespace('esbank') IS NULL", "t");
    serve(&waiting, other.path);
    wait_until(waits_for_the_schema, &waiting, DEADLINE_MS, "the bank waits for the lock");
    PQfinish(holder);
    home = other;
    await_answer(&waiting);
    assert_int_equal(process_stop(&waiting, SIGTERM, DEADLINE_MS), 0);
    home = first;
    database_drop(&database);
    database = served;
}

static void test_wrong_options_are_told(void **state)
{
    (void)state;
    static const char *const wrong[][3] = { { "--confirm-within", "0", "SECONDS" },
                                            { "--batch", "x", "number" },
                                            { "--log", "all", "commands" },
                                            { "--colour", NULL, "no option" },
                                            { "--db", NULL, "needs a value" } };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct process process;
        const char *argv[] = { program, "serve", wrong[i][0], wrong[i][1], NULL };
        assert_int_equal(process_run(&process, home.path, argv, DEADLINE_MS), 2);
        check_err(&process, wrong[i][2]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_the_default_teller_is_loaded_once),
        TEST(test_the_demo_account_is_opened_once),
        TEST(test_a_home_has_one_bank),
        TEST(test_a_bank_that_was_killed_remembers),
        TEST(test_a_second_bank_stands_by_and_takes_over),
        TEST(test_it_ends_when_asked_to_and_leaves_no_sockets),
        TEST(test_it_can_be_ended_while_another_program_changes_the_schema),
        TEST(test_wrong_options_are_told),
    };
    return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Two banks on one database, each with a home of its own and the same keys,
 * while terminals withdraw: the one that serves is killed, or stopped for so
 * long that Postgres gives its session up, and the other one takes over.
 * terminals.h says what has to hold. And a bank that was stopped through it
 * all appends nothing once it goes on.
 */
#include "tests/plug/terminals.h"

#include "shared/clock.h"
#include "tests/support/scratch.h"

enum { ROUNDS = 3, BETWEEN = 25, PACE_MS = 40 };

static struct world other;

static int count_in_log(const struct world *bank, const char *word)
{
    if (access(bank->bank.err, R_OK) != 0)
        return 0;
    char *text = process_read_file(bank->bank.err);
    int found = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        found++;
    free(text);
    return found;
}

struct said {
    const struct world *bank;
    const char *word;
    int before;
};

static bool said_again(void *context)
{
    const struct said *said = context;
    check_children();
    return count_in_log(said->bank, said->word) > said->before;
}

static void await_word(const struct world *bank, const char *word, int before)
{
    struct said said = { bank, word, before };
    wait_until(said_again, &said, WORLD_DEADLINE_MS, word);
}

static void start_standby(struct world *bank)
{
    world_spawn(bank);
    await_word(bank, "bank: standby ", 0);
}

static int begin(void **state)
{
    (void)state;
    struct error error;
    struct process copy;
    char path[SCRATCH_SIZE + 8], keys[HOME_PATH_SIZE];
    world_create(&world, false);
    world_start(&world);
    terminals_open();
    other = (struct world){ .directory = scratch_create(), .database = world.database };
    snprintf(path, sizeof path, "%s/home", other.directory);
    check_worked(home_locate(path, &other.home, &error) && home_create(&other.home, &error),
                 &error);
    home_path(&world.home, keys, sizeof keys, "keys");
    assert_int_equal(process_run(&copy, other.directory,
                                 (const char *const[]){ "cp", "-a", keys, other.home.path, NULL },
                                 WORLD_DEADLINE_MS),
                     0);
    struct world *const banks[] = { &world, &other };
    for (int i = 0; i < 2; i++) {
        banks[i]->options[0] = "--db";
        banks[i]->options[1] = world.database.conninfo;
    }
    start_standby(&other);
    place[0] = serves = &world;
    place[1] = &other;
    pace_ms = PACE_MS;
    terminals_begin();
    return 0;
}

static struct world *standby_of(const struct world *bank)
{
    return bank == &world ? &other : &world;
}

/* The bank that serves at the end is started anew for the last questions, so the other one has to
 * be gone. */
static int end(void **state)
{
    (void)state;
    if (standby_of(serves)->bank.pid != 0)
        assert_int_equal(process_stop(&standby_of(serves)->bank, SIGTERM, WORLD_DEADLINE_MS), 0);
    terminals_end();
    if (serves == &other)
        assert_int_equal(process_stop(&other.bank, SIGTERM, WORLD_DEADLINE_MS), 0);
    world_destroy(&world);
    return 0;
}

static void test_a_standby_takes_over_from_a_bank_that_is_killed(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct world *killed = serves;
        terminals_await(BETWEEN + (int)roll(BETWEEN), "the terminals are served");
        process_stop(&killed->bank, SIGKILL, WORLD_DEADLINE_MS);
        serves = standby_of(killed);
        await_word(serves, "bank: take-over ", 0);
        terminals_await(BETWEEN, "the terminals are served by the standby");
        start_standby(killed);
    }
}

/* Stops it, and returns once no thread of it runs. */
static void bank_stop(const struct world *bank)
{
    int status = 0;
    kill(bank->bank.pid, SIGSTOP);
    assert_int_equal(waitpid(bank->bank.pid, &status, WUNTRACED), bank->bank.pid);
    assert_true(WIFSTOPPED(status));
}

static void deposit_line(char line[static 300], const struct uuid *id)
{
    char id_text[UUID_TEXT_LENGTH];
    char *account = database_ask(&world.database, "SELECT account_id FROM esbank.accounts LIMIT 1");
    snprintf(
        line, 300,
        "{\"v\":1,\"id\":\"%s\",\"command\":\"DepositMoney\",\"account_id\":\"%s\",\"amount\":100}",
        uuid_write(id, id_text), account);
    free(account);
}

static void ask_recorded(const struct uuid *id, const char *wanted)
{
    char sql[200], id_text[UUID_TEXT_LENGTH];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM esbank.commands WHERE command_id = '%s'",
             uuid_write(id, id_text));
    ask_is(sql, wanted);
}

static void sessions_end(void)
{
    database_run(&world.database,
                 "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND "
                 "granted AND "
                 "database = (SELECT oid FROM pg_database WHERE datname = current_database())");
}

/* While it is stopped the other bank takes over and serves, since its session ends or its lease
 * does, and a request comes in. */
static void check_one_stop(struct world *stopped, bool session_ends)
{
    static struct wire operators;
    char line[300];
    struct uuid id = uuid_make();
    struct world *next = standby_of(stopped);
    int inactive = count_in_log(stopped, "bank: inactive "),
        standby = count_in_log(stopped, "bank: standby ");
    int taken = count_in_log(next, "bank: take-over ");
    deposit_line(line, &id);
    bank_stop(stopped);
    assert_true(wire_open(&operators, stopped, "operator.sock"));
    assert_true(wire_send(&operators, line, strlen(line)) && wire_send(&operators, "\n", 1));
    const int64_t stopped_ms = clock_now_ms();
    if (session_ends)
        sessions_end();
    serves = next;
    await_word(next, "bank: take-over ", taken);
    printf("# taken over after %d ms\n", (int)(clock_now_ms() - stopped_ms));
    terminals_await(BETWEEN, "the terminals are served by the standby");
    char *epoch = database_ask(&world.database, "SELECT epoch FROM esbank.log_head");

    process_signal(&stopped->bank, SIGCONT);
    char *reply = wire_line(&operators, WORLD_DEADLINE_MS);
    if (reply != NULL && !reply_has(reply, "\"bank_unavailable\""))
        check_fail("seed %u: the bank that was stopped answers %.200s", seed, reply);
    free(reply);
    wire_close(&operators);
    ask_recorded(&id, "0");
    await_word(stopped, "bank: inactive ", inactive);
    await_word(stopped, "bank: standby ", standby);
    terminals_await(BETWEEN, "the terminals are served with both banks there");
    ask_is("SELECT epoch FROM esbank.log_head", epoch);
    free(epoch);

    assert_true(wire_open(&operators, next, "operator.sock"));
    reply = wire_call(&operators, line, WORLD_DEADLINE_MS);
    assert_true(reply_has(reply, "\"ok\":true"));
    free(reply);
    wire_close(&operators);
    ask_recorded(&id, "1");
}

static void test_a_bank_that_was_stopped_appends_nothing_after_a_take_over(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        terminals_await(BETWEEN + (int)roll(BETWEEN), "the terminals are served");
        check_one_stop(serves, true);
    }
}

static void test_a_bank_that_stands_still_is_superseded(void **state)
{
    (void)state;
    terminals_await(BETWEEN + (int)roll(BETWEEN), "the terminals are served");
    check_one_stop(serves, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_standby_takes_over_from_a_bank_that_is_killed, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            test_a_bank_that_was_stopped_appends_nothing_after_a_take_over, begin, end),
        cmocka_unit_test_setup_teardown(test_a_bank_that_stands_still_is_superseded, begin, end),
    };
    return cmocka_run_group_tests_name("standby", tests, NULL, NULL);
}

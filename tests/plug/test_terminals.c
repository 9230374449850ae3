/* SPDX-License-Identifier: MIT */
/*
 * Three terminals withdraw over the wire while the bank, its Postgres, both, or
 * a session between them is killed at random moments. terminals.h says what has
 * to hold.
 */
#include "bank/vault/keys.h"
#include "tests/plug/terminals.h"
#include "tests/support/log_forge.h"

#include <libpq-fe.h>

enum { KILLS = 24, RUN_MS = 100000 };

enum victim {
    THE_BANK,
    POSTGRES,
    BOTH,
    CONNECTIONS,
    THE_EPOCH,
    SECOND_WRITER,
    READ_MODELS,
    VICTIMS
};
static const char *const victim_names[VICTIMS] = { "bank",        "Postgres", "both",
                                                   "connections", "epoch",    "second writer",
                                                   "read models" };

static void kill_postgres(void)
{
    pid_t postmaster = world_postmaster(&world);
    if (postmaster > 1)
        kill(postmaster, SIGKILL);
}

/* A Postgres that cannot be reached now has been struck just before. */
static void statement_run(const char *sql)
{
    PGconn *connection = PQconnectdb(world.database.conninfo);
    PQclear(PQexec(connection, sql));
    PQfinish(connection);
}

static void cut_connections(void)
{
    statement_run("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = "
                  "current_database() "
                  "AND pid <> pg_backend_pid()");
}

static void cut_session(const char *name)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = "
             "current_database()"
             " AND application_name = 'bank: %s'",
             name);
    statement_run(sql);
}

/* As if another bank had taken the log over, and were gone again. */
static void raise_epoch(void)
{
    struct key key = key_named(KEY_LOG, NULL);
    struct error error;
    check_worked(key_read(&world.home, &key, &error), &error);
    log_forge(world.database.conninfo, key.bytes, RAISE_EPOCH);
}

static void strike(enum victim victim)
{
    if (victim == POSTGRES || victim == BOTH)
        kill_postgres();
    if (victim == CONNECTIONS)
        cut_connections();
    if (victim == THE_EPOCH)
        raise_epoch();
    if (victim == SECOND_WRITER || victim == READ_MODELS)
        cut_session(victim_names[victim]);
    if (victim == THE_BANK || victim == BOTH) {
        process_stop(&world.bank, SIGKILL, WORLD_DEADLINE_MS);
        world_spawn(&world);
    }
}
/* Strikes each victim once, then those that the dice say. */
static void strike_many(void)
{
    int struck[VICTIMS] = { 0 }, kills = 0;
    world_start(&world);
    terminals_open();
    terminals_begin();
    int64_t deadline = world_now_ms() + RUN_MS;
    for (int i = 0; i < KILLS && world_now_ms() < deadline; i++) {
        terminals_await(3 + (int)roll(40), "the terminals are served again");
        enum victim victim = i < VICTIMS ? (enum victim)i : roll(VICTIMS);
        struck[victim]++;
        strike(victim);
        if (getenv("TEST_VERBOSE") != NULL)
            printf("# %lld %s\n", (long long)world_now_ms(), victim_names[victim]), fflush(stdout);
    }
    terminals_await(3, "the terminals are served after the last crash");
    terminals_end();
    printf("# killed:");
    for (int i = 0; i < VICTIMS; i++) {
        printf(" %s %d,", victim_names[i], struck[i]);
        kills += struck[i];
    }
    printf(" %d in all\n", kills);
    assert_true(kills >= 20);
    world_destroy(&world);
}

static void test_withdrawals_survive_crashes_of_the_bank_and_of_postgres(void **state)
{
    (void)state;
    world_create(&world, true);
    strike_many();
}

/* A batch for each request: three are in flight, in two sessions, and the read models get theirs
 * later. */
static void test_withdrawals_in_batches_of_one_do_too(void **state)
{
    (void)state;
    world_create(&world, true);
    world.options[0] = "--batch";
    world.options[1] = "1";
    strike_many();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_withdrawals_survive_crashes_of_the_bank_and_of_postgres),
        cmocka_unit_test(test_withdrawals_in_batches_of_one_do_too),
    };
    return cmocka_run_group_tests_name("terminals", tests, NULL, NULL);
}

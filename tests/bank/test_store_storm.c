/* SPDX-License-Identifier: MIT */
/*
 * Large and small batches in flight, some of them waited for, while sessions of
 * the store are ended at random moments: one kind at a time, or all. Whatever
 * was told must be so, in the log and in the read model.
 *
 * STORM_SEED repeats a run's choices; the moments are the machine's own.
 */
#include "tests/bank/store_kit.h"

enum { ROUNDS = 25, BATCHES = 80, EVENTS_MAX = 300 };

static const struct projection amounts = KIT_AMOUNTS("amounts", 1, "amount");
static const struct projection *const list[] = { &amounts, NULL };
static const size_t sizes[] = { 300, 3, 1, 290, 0, 255, 2, 300, 0, 0, 299, 1, 4, 280, 0, 300 };

/* Of the store's sessions, those that are ended. */
static const char *const victims[] = {
    "application_name = 'bank: second writer'",
    "application_name = 'bank: read models'",
    "query LIKE 'SELECT esbank%' OR query LIKE 'INSERT INTO esbank.amounts%'",
    ("pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND"
     " (classid::bigint << 32 | objid::bigint) = 7310595820020202)"),
    "true",
};
enum { VICTIMS = sizeof victims / sizeof *victims };

static unsigned seed;

static struct room {
    struct kit_batch first; /* its command is the batch's */
    struct event_record event[EVENTS_MAX];
} room[STORAGE_APPENDS_MAX];

static int roll(int sides)
{
    return rand_r(&seed) % sides;
}

static struct batch *deposits(int i, int64_t version, size_t count)
{
    struct room *large = &room[i % STORAGE_APPENDS_MAX];
    struct batch *batch = kit_deposits_in(large->event, &large->first, &account_id, version, count);
    batch->strong = roll(8) == 0;
    return batch;
}

static void strike(PGconn *killer)
{
    char sql[500];
    snprintf(
        sql, sizeof sql,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND (%s)",
        victims[roll(VICTIMS)]);
    for (PGresult *result; (result = PQgetResult(killer)) != NULL;)
        PQclear(result);
    PQsendQuery(killer, sql);
}

/* Batches until one session has ended, and a while longer unless it was the writer's. Gives the
 * log's end. */
static int64_t one_round(PGconn *killer, int64_t version)
{
    const int first = kit.outcomes, moment = roll(BATCHES * 3 / 4),
              deactivations = kit.deactivations;
    size_t count[BATCHES];
    int64_t next = version;
    int taken = 0;
    bool over = false;
    while (kit.outcomes - first < BATCHES && kit.deactivations == deactivations) {
        while (kit.active && taken < BATCHES &&
               taken - (kit.outcomes - first) < STORAGE_APPENDS_MAX) {
            count[taken] = sizes[roll(sizeof sizes / sizeof *sizes)];
            kit_append(&kit, deposits(taken, next, count[taken]));
            next += (int64_t)count[taken];
            if (taken++ == moment)
                strike(killer);
        }
        event_base_loop(kit.loop, EVLOOP_ONCE);
    }
    kit_wait(&kit, kit.outcomes - first == taken, "all have their outcome");
    for (int i = 0; i < taken; i++)
        if (kit.outcome[(first + i) % 4096] == APPEND_COMMITTED) {
            assert_false(over); /* nothing commits after one that is lost */
            version += (int64_t)count[i];
        } else {
            assert_int_equal(kit.outcome[(first + i) % 4096], APPEND_LOST);
            over = true;
        }
    return version;
}

static void check_log(int64_t version)
{
    char expected[100];
    snprintf(expected, sizeof expected, "%lld %lld %lld", (long long)version, (long long)version,
             (long long)version);
    database_check(&database,
                   "SELECT count(*) || ' ' || coalesce(max(position), 0) || ' ' ||"
                   " (SELECT position FROM esbank.log_head) FROM esbank.events",
                   expected);
}

static void test_what_is_told_is_so_whichever_session_ends(void **state)
{
    (void)state;
    const char *given = getenv("STORM_SEED");
    int64_t version = 0;
    seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    printf("# seed %u\n", seed);
    database_create(&database);
    database_run(
        &database,
        "CREATE SCHEMA esbank; CREATE TABLE esbank.amounts (position bigint, amount bigint)");
    kit_start_with(&kit, &database, list);
    PGconn *killer = PQconnectdb(database.conninfo);
    for (int round = 0; round < ROUNDS; round++) {
        kit_wait(&kit, kit.active, "the store is active");
        version = one_round(killer, version);
        kit_wait(&kit, kit.active, "the store is active again");
        check_log(version);
    }
    PQfinish(killer);
    kit_wait(&kit, kit.storage.models_position(kit.storage.self) == version,
             "the read model has all");
    database_check(&database,
                   "SELECT (SELECT array_agg(position ORDER BY position) FROM esbank.amounts)"
                   " = (SELECT array_agg(position ORDER BY position) FROM esbank.events)",
                   "t");
    kit_check_chain(&database);
    kit_stop(&kit);
    database_drop(&database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_told_is_so_whichever_session_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Snapshots on a real Postgres: reading an account does not take its whole history, and without any
 * of them nothing but that changes. */
#include "tests/bank/small_bank.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

/* A stream that grows faster than an interval a second is behind by up to ten. */
enum {
    EVENTS = 10000,
    SNAPSHOT_EVERY = 200,
    BEHIND_MOST = 10 * SNAPSHOT_EVERY - 1,
    WAVE = 500,
    DEADLINE_MS = 60000
};

static const struct projection *const no_projections[] = { NULL };

/* The account with a history of EVENTS events. */
static void live_long(void)
{
    static struct request request[WAVE];
    say(&request[0], ACCOUNTS_OPEN_ACCOUNT, uuid_make(), 0);
    await_answers(1);
    for (size_t said = 1; said < EVENTS;) {
        size_t wave = EVENTS - said < WAVE ? EVENTS - said : WAVE;
        for (size_t i = 0; i < wave; i++)
            say(&request[i], ACCOUNTS_DEPOSIT_MONEY, uuid_make(), 100);
        said += wave;
        await_answers(said);
    }
}

/* A bank that starts, takes one deposit, and ends: how many events it has read for that. */
static int64_t visit(int64_t snapshot_every, int64_t balance)
{
    struct request request;
    char expected[60];
    bank_open(snapshot_every, no_projections);
    say(&request, ACCOUNTS_DEPOSIT_MONEY, uuid_make(), 1);
    await_answers(1);
    snprintf(expected, sizeof expected, "\"balance\":%lld", (long long)balance + 1);
    check_contains(bank.reply, expected);
    int64_t events_read = bank.events_read;
    bank_close();
    return events_read;
}

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    return 0;
}

static int end(void **state)
{
    (void)state;
    database_drop(&database);
    return 0;
}

/* ---- the tests ---- */

static void test_an_account_with_a_long_history_is_read_from_its_snapshot(void **state)
{
    (void)state;
    bank_open(SNAPSHOT_EVERY, no_projections);
    live_long();
    bank_close();
    assert_int_equal(database_number(&database, "SELECT count(*) FROM esbank.events"), EVENTS);
    assert_int_equal(database_number(&database, "SELECT count(*) FROM esbank.snapshots"), 1);
    /* A batch's snapshot is of its last event, so it is never further behind than the events
     * between two. */
    assert_in_range(visit(SNAPSHOT_EVERY, (EVENTS - 1) * 100), 0, BEHIND_MOST);
}

static void test_without_any_snapshot_only_more_is_read(void **state)
{
    (void)state;
    bank_open(SNAPSHOT_EVERY, no_projections);
    live_long();
    bank_close();
    int64_t balance = (EVENTS - 1) * 100;
    assert_in_range(visit(SNAPSHOT_EVERY, balance), 0, BEHIND_MOST);
    database_run(&database, "DELETE FROM esbank.snapshots");
    assert_int_equal(visit(SNAPSHOT_EVERY, balance + 1), EVENTS + 1);
    /* And a new one was taken at once, so that the next is quick again. */
    assert_int_equal(database_number(&database, "SELECT stream_version FROM esbank.snapshots"),
                     EVENTS + 2);
    assert_int_equal(visit(SNAPSHOT_EVERY, balance + 2), 0);
    assert_int_equal(
        database_number(
            &database,
            "SELECT count(*) FROM (SELECT stream_version - lag(stream_version) OVER (ORDER"
            " BY position) AS step FROM esbank.events) AS s WHERE step <> 1"),
        0);
}

static void test_a_snapshot_of_another_layout_is_passed_over(void **state)
{
    (void)state;
    bank_open(SNAPSHOT_EVERY, no_projections);
    live_long();
    bank_close();
    database_run(&database, "UPDATE esbank.snapshots SET layout = layout + 1");
    assert_int_equal(visit(SNAPSHOT_EVERY, (EVENTS - 1) * 100), EVENTS);
}

static void test_none_are_taken_where_none_are_wanted(void **state)
{
    (void)state;
    bank_open(0, no_projections);
    live_long();
    bank_close();
    assert_int_equal(database_number(&database, "SELECT count(*) FROM esbank.snapshots"), 0);
    assert_int_equal(visit(0, (EVENTS - 1) * 100), EVENTS);
}

static void run_bank(const char *word, const char *stream)
{
    const char *build = getenv("BUILD");
    const char *directory = scratch_create();
    char program[400];
    struct process process;
    snprintf(program, sizeof program, "%s/bank", build != NULL ? build : "build");
    const char *argv[] = { program, "snapshot",        word,   "--home", directory,
                           "--db",  database.conninfo, stream, NULL };
    assert_int_equal(process_run(&process, directory, argv, DEADLINE_MS), 0);
}

static void test_what_an_operator_takes_spares_the_events_and_changes_nothing(void **state)
{
    (void)state;
    char stream[60], text[UUID_TEXT_LENGTH];
    snprintf(stream, sizeof stream, "account-%s", uuid_write(&account_id, text));
    bank_open(0, no_projections);
    live_long();
    bank_close();
    int64_t balance = (EVENTS - 1) * 100;
    run_bank("take", stream);
    assert_int_equal(visit(0, balance), 0);
    assert_int_equal(visit(0, balance + 1), 1); /* what came after it */
    run_bank("take", NULL);
    assert_int_equal(database_number(&database, "SELECT stream_version FROM esbank.snapshots"),
                     EVENTS + 2);
    assert_int_equal(visit(0, balance + 2), 0);
    run_bank("drop", NULL);
    assert_int_equal(visit(0, balance + 3), EVENTS + 3);
}

static void test_one_of_another_layout_is_replaced_when_one_is_taken(void **state)
{
    (void)state;
    bank_open(SNAPSHOT_EVERY, no_projections);
    live_long();
    bank_close();
    run_bank("take", NULL);
    database_run(&database, "UPDATE esbank.snapshots SET layout = layout + 1");
    run_bank("take", NULL);
    assert_int_equal(visit(SNAPSHOT_EVERY, (EVENTS - 1) * 100), 0);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_an_account_with_a_long_history_is_read_from_its_snapshot),
        STORY(test_without_any_snapshot_only_more_is_read),
        STORY(test_a_snapshot_of_another_layout_is_passed_over),
        STORY(test_none_are_taken_where_none_are_wanted),
        STORY(test_what_an_operator_takes_spares_the_events_and_changes_nothing),
        STORY(test_one_of_another_layout_is_replaced_when_one_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What an append costs while another session holds an old snapshot, so that no version of a row can
 * be cleaned up: as much after a thousand appends as at first. */
#include "tests/bank/store_kit.h"

enum { APPENDS = 2400 };

static const struct projection amounts = KIT_AMOUNTS("amounts", 1, "amount");
static const struct projection *const one[] = { &amounts, NULL };

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    database_run(&database, "CREATE SCHEMA esbank;"
                            " CREATE TABLE esbank.amounts (position bigint, amount bigint)");
    kit_start_with(&kit, &database, one);
    kit_wait(&kit, kit.active, "the store is active");
    return 0;
}

static int end(void **state)
{
    (void)state;
    database_drop(&database);
    return 0;
}

static struct held *hold_snapshot(void)
{
    return database_hold(&database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1");
}

static void commit(int64_t version)
{
    static struct kit_batch room;
    struct batch *batch = kit_deposits(&room, &account_id, version, 1);
    batch->strong = true; /* with its read models' checkpoints */
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);
}

/* Pages of a table that were looked at, of its indexes' too. A session tells them at its end. */
static int64_t pages(const char *table)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "SELECT heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)"
             " FROM pg_statio_user_tables WHERE schemaname = 'esbank' AND relname = '%s'",
             table);
    return database_number(&database, sql);
}

static bool writes_are_told(void)
{
    return database_is(&database,
                       "SELECT n_tup_upd >= 2400 FROM pg_stat_user_tables WHERE relname = "
                       "'log_head'") &&
           database_is(&database, "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname ="
                                  " current_database() AND application_name LIKE 'bank%'");
}

static void test_an_append_looks_at_few_pages_whatever_a_snapshot_keeps(void **state)
{
    (void)state;
    struct held *held = hold_snapshot();
    for (int i = 0; i < APPENDS; i++)
        commit(i);
    kit_stop(&kit);
    const int64_t until_ms = clock_now_ms() + KIT_DEADLINE_MS;
    while (!writes_are_told())
        if (clock_now_ms() > until_ms)
            check_fail("the sessions never told what they had done");
    assert_in_range(pages("log_head"), APPENDS, APPENDS * 8);
    assert_in_range(pages("projections"), APPENDS, APPENDS * 10);
    database_release(held, NULL);
}

static void test_the_head_is_found_again_where_it_was_moved(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        commit(i);
    database_run(&database, "VACUUM FULL esbank.log_head");
    for (int i = 5; i < 10; i++)
        commit(i);
    database_check(&database, "SELECT position FROM esbank.log_head", "10");
    kit_check_chain(&database);
    kit_stop(&kit);
}

static void test_an_append_is_undone_where_another_has_moved_the_head(void **state)
{
    (void)state;
    static struct kit_batch room;
    commit(0);
    database_run(&database, "UPDATE esbank.log_head SET epoch = epoch + 1");
    assert_int_equal(kit_commit(&kit, kit_deposits(&room, &account_id, 1, 1)), APPEND_LOST);
    database_run(&database, "VACUUM FULL esbank.log_head");
    database_check(&database, "SELECT count(*) FROM esbank.events", "1");
    kit_stop(&kit);
}

/* Which was the primary keys' to see to. */
static void test_the_head_and_each_checkpoint_have_one_row(void **state)
{
    (void)state;
    database_run(&database, "INSERT INTO esbank.projections VALUES ('amounts', 1, 0, 'inline')");
    database_check(&database, "SELECT count(*) FROM esbank.projections", "1");
    database_run(&database,
                 "DO $$ BEGIN INSERT INTO esbank.log_head SELECT * FROM esbank.log_head;"
                 " RAISE 'it has two'; EXCEPTION WHEN restrict_violation THEN NULL; END $$");
    database_check(&database, "SELECT count(*) FROM esbank.log_head", "1");
    kit_stop(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_append_looks_at_few_pages_whatever_a_snapshot_keeps,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_the_head_is_found_again_where_it_was_moved, begin,
                                        end),
        cmocka_unit_test_setup_teardown(test_an_append_is_undone_where_another_has_moved_the_head,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_the_head_and_each_checkpoint_have_one_row, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

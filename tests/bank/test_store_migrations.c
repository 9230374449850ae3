/* SPDX-License-Identifier: MIT */
/* The schema's migrations: once each, all or nothing, never backwards. */
#include "bank/postgres/migrations.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct migration two[] = {
    { "001_one.sql", "CREATE TABLE esbank.one (id int); INSERT INTO esbank.one VALUES (1);" },
    { "002_two.sql", "CREATE TABLE esbank.two (id int)" },
    { NULL, NULL },
};
static const struct migration three[] = {
    { "001_one.sql", "CREATE TABLE esbank.one (id int); INSERT INTO esbank.one VALUES (1);" },
    { "002_two.sql", "CREATE TABLE esbank.two (id int)" },
    { "003_three.sql", "CREATE TABLE esbank.three (id int)" },
    { NULL, NULL },
};
static const struct migration broken[] = {
    { "001_one.sql", "CREATE TABLE esbank.one (id int)" },
    { "002_two.sql", "CREATE TABLE nowhere.two (id int)" },
    { NULL, NULL },
};
static const struct migration changed[] = {
    { "001_one.sql", "CREATE TABLE esbank.one (id bigint)" },
    { NULL, NULL },
};

static struct database database;

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

static void apply(const struct migration *list, int expected)
{
    struct error error;
    int applied;
    check_worked(migrations_apply(database.conninfo, list, &applied, &error), &error);
    assert_int_equal(applied, expected);
}

static void check_refused(const struct migration *list, const char *why)
{
    struct error error = { 0 };
    int applied;
    assert_false(migrations_apply(database.conninfo, list, &applied, &error));
    assert_int_equal(error.kind, ERROR_DATABASE);
    assert_int_equal(applied, 0);
    check_contains(error.message, why);
}

static void test_each_file_is_applied_once(void **state)
{
    (void)state;
    apply(two, 2);
    apply(two, 0);
    apply(three, 1);
    database_check(&database, "SELECT count(*) FROM esbank.one", "1");
    database_check(&database, "SELECT string_agg(name, ' ' ORDER BY number) FROM esbank.migrations",
                   "001_one.sql 002_two.sql 003_three.sql");
}

static void test_a_failing_file_leaves_nothing_behind(void **state)
{
    (void)state;
    check_refused(broken, "sql/002_two.sql failed");
    database_check(&database,
                   "SELECT to_regclass('esbank.one') IS NULL AND to_regnamespace('esbank') IS NULL",
                   "t");
}

static void test_a_database_newer_than_the_program_is_refused(void **state)
{
    (void)state;
    apply(three, 3);
    check_refused(two, "the database is newer than this program (it has 003_three.sql)");
}

static void test_a_file_changed_after_it_was_applied_is_refused(void **state)
{
    (void)state;
    apply(two, 2);
    check_refused(changed, "made with another sql/001_one.sql");
}

static void test_a_database_that_is_not_there_is_a_connection_error(void **state)
{
    (void)state;
    struct error error = { 0 };
    assert_false(migrations_apply("host=/nowhere", two, NULL, &error));
    assert_int_equal(error.kind, ERROR_CONNECTION);
    check_contains(error.message, "the database cannot be reached");
}

static void test_every_table_and_column_of_ours_is_explained(void **state)
{
    (void)state;
    int count = 0;
    while (migrations[count].name != NULL)
        count++;
    apply(migrations, count);
    database_check(
        &database,
        "SELECT coalesce(string_agg(c.relname || coalesce('.' || a.attname, ''), ' '), '')"
        " FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT"
        " a.attisdropped WHERE c.relnamespace = 'esbank'::regnamespace AND c.relkind = 'r'"
        " AND (obj_description(c.oid) IS NULL OR col_description(c.oid, a.attnum) IS NULL)",
        "");
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_each_file_is_applied_once),
        case_of(test_a_failing_file_leaves_nothing_behind),
        case_of(test_a_database_newer_than_the_program_is_refused),
        case_of(test_a_file_changed_after_it_was_applied_is_refused),
        case_of(test_a_database_that_is_not_there_is_a_connection_error),
        case_of(test_every_table_and_column_of_ours_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

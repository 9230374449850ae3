/* SPDX-License-Identifier: MIT */
/* The tests' own helpers, since a helper that hides a failure would hide all of them. */
#include "tests/support/check.h"
#include "tests/support/database.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_a_program_ends_with_its_status_and_output(void **state)
{
    (void)state;
    struct process process;
    const char *argv[] = { "sh", "-c", "echo out; echo err >&2; exit 3", NULL };
    assert_int_equal(process_run(&process, scratch_create(), argv, 5000), 3);
    char *out = process_read_file(process.out);
    char *err = process_read_file(process.err);
    assert_string_equal(out, "out\n");
    assert_string_equal(err, "err\n");
    free(out);
    free(err);
}

static void test_a_signalled_program_says_which_signal(void **state)
{
    (void)state;
    struct process process;
    const char *argv[] = { "sleep", "60", NULL };
    process_spawn(&process, scratch_create(), argv);
    assert_false(process_ended(&process));
    assert_int_equal(process_stop(&process, SIGTERM, 5000), 128 + SIGTERM);
    assert_true(process_ended(&process));
}

static bool counts_to_three(void *arg)
{
    return ++*(int *)arg == 3;
}

static void test_waiting_ends_as_soon_as_the_condition_holds(void **state)
{
    (void)state;
    int calls = 0;
    wait_until(counts_to_three, &calls, 5000, "three calls");
    assert_int_equal(calls, 3);
}

static void test_two_databases_are_fresh_and_apart(void **state)
{
    (void)state;
    struct database one, two;
    database_create(&one);
    database_create(&two);
    database_run(&one, "CREATE TABLE t AS SELECT 7 AS n");
    char *there = database_ask(&one, "SELECT n FROM t");
    char *absent = database_ask(&two, "SELECT to_regclass('t')");
    assert_string_equal(there, "7");
    assert_string_equal(absent, "");
    free(there);
    free(absent);
    char dropped[200];
    snprintf(dropped, sizeof dropped, "SELECT count(*) FROM pg_database WHERE datname = '%s'",
             one.name);
    database_drop(&one);
    char *left = database_ask(&two, dropped);
    assert_string_equal(left, "0");
    free(left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_program_ends_with_its_status_and_output),
        cmocka_unit_test(test_a_signalled_program_says_which_signal),
        cmocka_unit_test(test_waiting_ends_as_soon_as_the_condition_holds),
        cmocka_unit_test(test_two_databases_are_fresh_and_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The line of a long command fits its terminal, whatever it is about. */
#include "bank/cli/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_it_says_share_rate_and_time_left(void **state)
{
    (void)state;
    char line[PROGRESS_LINE_SIZE];
    assert_string_equal(progress_line("accounts", 4500, 10000, 4000, 2000, 79, line),
                        "accounts [#############.................]  45%  2000 events/s  0:03 left");
    assert_string_equal(
        progress_line("accounts", 1, 8000001, 1, 1000, 79, line),
        "accounts [..............................]   0%  1 events/s  2222:13:20 left");
}

static void test_what_is_done_has_no_time_left(void **state)
{
    (void)state;
    char line[PROGRESS_LINE_SIZE];
    assert_string_equal(progress_line("pass 1 of 3", 10, 10, 10, 1, 79, line),
                        "pass 1 of 3 [##############################] 100%  10000 events/s");
    assert_string_equal(progress_line("x", 0, 0, 0, 0, 79, line),
                        "x [..............................]   0%  0 events/s");
}

static void test_it_is_never_wider_than_its_terminal(void **state)
{
    (void)state;
    char line[PROGRESS_LINE_SIZE];
    for (size_t width = 1; width < 200; width++)
        assert_true(strlen(progress_line("withdrawals", 123456, 9876543, 5, 7, width, line)) <=
                    width);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_says_share_rate_and_time_left),
        cmocka_unit_test(test_what_is_done_has_no_time_left),
        cmocka_unit_test(test_it_is_never_wider_than_its_terminal),
    };
    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The numbers of cash codes: which are, and that what is drawn is one and is another each time. */
#include "shared/cash_code.h"
#include "shared/pin_block.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_ten_digits_of_which_the_first_is_0_and_the_last_fits(void **state)
{
    (void)state;
    assert_true(cash_code_is("0123456782"));
    static const char *const not [] = { "",           "0",           "0123456783",
                                        "012345678",  "00123456782", "01234567a2",
                                        "1234567897", "79927398713", "4000001234567899" };
    for (size_t i = 0; i < sizeof not / sizeof not [0]; i++)
        assert_false(cash_code_is(not [i]));
}

static void test_what_is_drawn_is_one_with_any_digit_anywhere(void **state)
{
    (void)state;
    char number[CASH_CODE_LENGTH], before[CASH_CODE_LENGTH] = "";
    bool seen[CASH_CODE_DIGITS][10] = { 0 };
    int same = 0;
    for (int i = 0; i < 1000; i++) {
        assert_true(cash_code_draw(number));
        assert_true(cash_code_is(number) && pan_valid(number));
        same += strcmp(number, before) == 0;
        strcpy(before, number);
        for (int j = 1; j < CASH_CODE_DIGITS; j++)
            seen[j][number[j] - '0'] = true;
    }
    assert_int_equal(same, 0);
    for (int j = 1; j < CASH_CODE_DIGITS; j++)
        for (int digit = 0; digit < 10; digit++)
            assert_true(seen[j][digit]);
}

static void test_it_is_shown_in_groups_as_far_as_it_goes(void **state)
{
    (void)state;
    char shown[CASH_CODE_SHOWN];
    assert_string_equal(cash_code_show("0123456782", shown), "0123 456 782");
    assert_string_equal(cash_code_show("01234", shown), "0123 4");
    assert_string_equal(cash_code_show("", shown), "");
    assert_string_equal(cash_code_show("4000001234567899", shown), "4000 001 234"); /* no more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_digits_of_which_the_first_is_0_and_the_last_fits),
        cmocka_unit_test(test_what_is_drawn_is_one_with_any_digit_anywhere),
        cmocka_unit_test(test_it_is_shown_in_groups_as_far_as_it_goes),
    };
    return cmocka_run_group_tests_name("cash_code", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Money: its range, checked sums, and its text. */
#include "shared/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void assert_text(money amount, const char *text)
{
    char buffer[MONEY_TEXT_LENGTH];
    assert_string_equal(money_format(amount, buffer), text);
}

static void assert_parsed(const char *text, money wanted)
{
    money amount = -77;
    if (!money_parse(text, &amount))
        fail_msg("\"%s\" was not taken for an amount", text);
    assert_int_equal(amount, wanted);
}

static void test_an_amount_is_written_with_two_decimals(void **state)
{
    (void)state;
    assert_text(0, "0.00");
    assert_text(5, "0.05");
    assert_text(-5, "-0.05");
    assert_text(100, "1.00");
    assert_text(123450, "1234.50");
    assert_text(-123450, "-1234.50");
    assert_text(MONEY_CAP - 1, "9999999999999.99");
    assert_text(INT64_MAX, "92233720368547758.07");
    assert_text(INT64_MIN, "-92233720368547758.08");
}

static void test_an_amount_is_read_with_up_to_two_decimals(void **state)
{
    (void)state;
    assert_parsed("0", 0);
    assert_parsed("-0", 0);
    assert_parsed("1234", 123400);
    assert_parsed("1234.5", 123450);
    assert_parsed("1234.50", 123450);
    assert_parsed("-1234.05", -123405);
    assert_parsed("0.01", 1);
    assert_parsed("007", 700);
    assert_parsed("9999999999999.99", MONEY_CAP - 1);
    assert_parsed("-9999999999999.99", -(MONEY_CAP - 1));
}

static void test_what_is_no_amount_is_not_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "-",
        "+1",
        ".5",
        "1.",
        "1.234",
        "1..5",
        "1.5.5",
        " 1",
        "1 ",
        "1\n",
        "--1",
        "1-",
        "12a",
        "a",
        "1,00",
        "1'000",
        "1e3",
        "0x10",
        "-.5",
        "1.-5",
        "1.+5",
        "\xd9\xa1",
        "inf",
        "nan",
        "10000000000000",
        "10000000000000.00",
        "-10000000000000",
        "99999999999999999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        money amount = -77;
        if (money_parse(texts[i], &amount))
            fail_msg("\"%s\" was taken for an amount", texts[i]);
        assert_int_equal(amount, -77);
    }
}

static void test_writing_and_reading_give_the_same_amount_back(void **state)
{
    (void)state;
    srand(1);
    for (int i = 0; i < 20000; i++) {
        money amount = ((money)rand() << 31 | rand()) % (i % 2 == 0 ? MONEY_CAP : 100000);
        char buffer[MONEY_TEXT_LENGTH];
        assert_parsed(money_format(i % 3 == 0 ? -amount : amount, buffer),
                      i % 3 == 0 ? -amount : amount);
    }
}

static void test_an_amount_stands_below_the_cap_on_both_sides(void **state)
{
    (void)state;
    assert_true(money_in_range(0));
    assert_true(money_in_range(MONEY_CAP - 1));
    assert_true(money_in_range(-MONEY_CAP + 1));
    assert_false(money_in_range(MONEY_CAP));
    assert_false(money_in_range(-MONEY_CAP));
    assert_false(money_in_range(INT64_MAX));
    assert_false(money_in_range(INT64_MIN));
}

static void test_a_sum_that_leaves_the_range_is_not_made(void **state)
{
    (void)state;
    money sum = -77;
    assert_true(money_add(MONEY_CAP - 2, 1, &sum));
    assert_int_equal(sum, MONEY_CAP - 1);
    assert_true(money_add(100, -300, &sum));
    assert_int_equal(sum, -200);
    assert_false(money_add(MONEY_CAP - 1, 1, &sum));
    assert_false(money_add(-MONEY_CAP + 1, -1, &sum));
    assert_false(money_add(INT64_MAX, 1, &sum));
    assert_false(money_add(INT64_MAX, INT64_MAX, &sum));
    assert_false(money_add(INT64_MIN, -1, &sum));
    assert_int_equal(sum, -200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_amount_is_written_with_two_decimals),
        cmocka_unit_test(test_an_amount_is_read_with_up_to_two_decimals),
        cmocka_unit_test(test_what_is_no_amount_is_not_read),
        cmocka_unit_test(test_writing_and_reading_give_the_same_amount_back),
        cmocka_unit_test(test_an_amount_stands_below_the_cap_on_both_sides),
        cmocka_unit_test(test_a_sum_that_leaves_the_range_is_not_made),
    };
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The table of currencies: each row well formed, and none on which choosing notes is expensive. */
#include "shared/currency.h"

#include "shared/note_mix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static int32_t common_divisor(int32_t a, int32_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

static void test_every_row_is_in_order(void **state)
{
    (void)state;
    const char *last = "";
    for (const struct currency *row = currency_next(NULL); row != NULL; row = currency_next(row)) {
        assert_int_equal(strlen(row->code), 3);
        assert_true(strcmp(last, row->code) < 0);
        last = row->code;
        assert_ptr_equal(currency_find(row->code), row);
        assert_true(row->minor == 1 || row->minor == 100);
        assert_true(row->length >= 1 && row->length <= NOTES_MAX);
        for (uint32_t i = 0; i < row->length; i++) {
            assert_true(row->denomination[i] > (i == 0 ? 0 : row->denomination[i - 1]));
            assert_true(row->denomination[i] <= DENOMINATION_MAX);
            assert_int_equal(row->denomination[i] % row->minor, 0);
        }
    }
    assert_null(currency_find("XXX"));
    assert_null(currency_find(""));
}

/* Whichever of its notes a machine has: fewer of them have no smaller unit. */
static void test_what_a_row_can_pay_fits_into_the_table_of_amounts(void **state)
{
    (void)state;
    for (const struct currency *row = currency_next(NULL); row != NULL; row = currency_next(row)) {
        int32_t unit = row->denomination[0];
        for (uint32_t i = 1; i < row->length; i++)
            unit = common_divisor(row->denomination[i], unit);
        assert_true(row->denomination[row->length - 1] / unit * NOTE_MIX_LIMIT <
                    NOTE_MIX_CELLS_MAX);
    }
}

static void test_the_banks_own_is_written_in_hundredths(void **state)
{
    (void)state;
    const struct currency *own = currency_own();
    char list[CURRENCY_LIST_LENGTH];
    assert_string_equal(own->code, "EUR");
    assert_int_equal(own->minor, 100);
    assert_string_equal(currency_list(own, own->minor, list), "5, 10, 20, 50, 100, 200 or 500");
    assert_string_equal(currency_list(own, 1, list),
                        "500, 1000, 2000, 5000, 10000, 20000 or 50000");
}

static void test_a_note_is_the_currencys_or_not(void **state)
{
    (void)state;
    const struct currency *own = currency_own();
    assert_true(currency_has(own, 500));
    assert_true(currency_has(own, 50000));
    assert_false(currency_has(own, 700));
    assert_false(currency_has(own, 100));
    assert_false(currency_has(own, 0));
    struct notes notes = { 3, { { 5000, 1 }, { 987, 0 }, { 2000, 3 } } };
    assert_true(currency_has_all(own, &(struct notes){ 0 }));
    assert_false(currency_has_all(own, &notes));
    currency_drop_others(own, &notes);
    assert_true(currency_has_all(own, &notes));
    assert_int_equal(notes.length, 2);
    assert_int_equal(notes_of(&notes, 5000), 1);
    assert_int_equal(notes_of(&notes, 2000), 3);
}

static void test_every_rows_denominations_can_be_named(void **state)
{
    (void)state;
    for (const struct currency *row = currency_next(NULL); row != NULL; row = currency_next(row)) {
        char list[CURRENCY_LIST_LENGTH], last[16];
        currency_list(row, 1, list);
        assert_true(strlen(list) < sizeof list - 1);
        snprintf(last, sizeof last, " or %d", row->denomination[row->length - 1]);
        assert_non_null(strstr(list, last));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_is_in_order),
        cmocka_unit_test(test_what_a_row_can_pay_fits_into_the_table_of_amounts),
        cmocka_unit_test(test_the_banks_own_is_written_in_hundredths),
        cmocka_unit_test(test_a_note_is_the_currencys_or_not),
        cmocka_unit_test(test_every_rows_denominations_can_be_named),
    };
    return cmocka_run_group_tests_name("currency", tests, NULL, NULL);
}

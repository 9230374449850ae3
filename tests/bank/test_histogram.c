/* SPDX-License-Identifier: MIT */
/* Counts by size: exact at powers of two, a sixteenth otherwise, and the last minute by itself. */
#include "bank/engine/histogram.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_a_power_of_two_is_counted_exactly(void **state)
{
    (void)state;
    for (unsigned power = 0; power < HISTOGRAM_POWERS; power++) {
        struct histogram histogram = { 0 };
        const int64_t bound = INT64_C(1) << power;
        histogram_record(&histogram, bound);
        histogram_record(&histogram, bound + 1);
        assert_int_equal(histogram_at_most(&histogram, power), 1);
        assert_int_equal(histogram.count, 2);
        assert_int_equal(histogram.sum, 2 * bound + 1);
    }
}

static void test_a_quantile_is_off_by_a_sixteenth_at_most(void **state)
{
    (void)state;
    struct histogram histogram = { 0 };
    for (int64_t value = 1; value <= 10000; value++)
        histogram_record(&histogram, value);
    for (int64_t thousandths = 1; thousandths <= 1000; thousandths++) {
        const int64_t exact = thousandths * 10, told = histogram_quantile(&histogram, thousandths);
        assert_true(told >= exact && told <= exact + exact / 16 + 1);
    }
    assert_int_equal(histogram_quantile(&(struct histogram){ 0 }, 500), 0);
}

static void test_what_no_bucket_has_room_for_is_counted_as_the_most(void **state)
{
    (void)state;
    struct histogram histogram = { 0 };
    histogram_record(&histogram, INT64_MAX);
    histogram_record(&histogram, -5);
    assert_int_equal(histogram.bucket[HISTOGRAM_BUCKETS - 1], 1);
    assert_int_equal(histogram.bucket[0], 1);
    assert_int_equal(histogram_at_most(&histogram, HISTOGRAM_POWERS - 1), 1);
}

static void test_the_window_forgets_after_a_minute(void **state)
{
    (void)state;
    static struct histogram_window window;
    const int64_t begin_us = 1000 * HISTOGRAM_SLICE_US;
    histogram_window_record(&window, begin_us, 100);
    histogram_window_record(&window, begin_us + 30 * INT64_C(1000000), 200);
    assert_int_equal(histogram_window_whole(&window, begin_us + 60 * INT64_C(1000000)).count, 2);
    assert_int_equal(histogram_window_whole(&window, begin_us + 70 * INT64_C(1000000)).count, 1);
    assert_int_equal(histogram_window_whole(&window, begin_us + 100 * INT64_C(1000000)).count, 0);
    histogram_window_record(&window, begin_us + 9000 * INT64_C(1000000), 300);
    assert_int_equal(histogram_window_whole(&window, begin_us + 9000 * INT64_C(1000000)).sum, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_power_of_two_is_counted_exactly),
        cmocka_unit_test(test_a_quantile_is_off_by_a_sixteenth_at_most),
        cmocka_unit_test(test_what_no_bucket_has_room_for_is_counted_as_the_most),
        cmocka_unit_test(test_the_window_forgets_after_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Deadlines come out when they are due, in whatever order they went in. */
#include "bank/engine/deadlines.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>

static struct deadlines deadlines;

static struct uuid id_of(int number)
{
    struct uuid id = { { 1 } };
    id.bytes[14] = (unsigned char)(number >> 8);
    id.bytes[15] = (unsigned char)number;
    return id;
}

static int number_of(const struct uuid *id)
{
    return id->bytes[14] << 8 | id->bytes[15];
}

static int begin(void **state)
{
    (void)state;
    deadlines_init(&deadlines);
    return 0;
}

static int end(void **state)
{
    (void)state;
    deadlines_finish(&deadlines);
    return 0;
}

static void set(int number, int64_t at_us)
{
    struct uuid id = id_of(number);
    deadlines_set(&deadlines, &id, SAGA_WITHDRAWAL, at_us);
}

static void cancel(int number)
{
    struct uuid id = id_of(number);
    deadlines_cancel(&deadlines, &id);
}

/* -1: none is due. */
static int take(int64_t now_us)
{
    struct uuid id;
    enum saga_kind saga;
    return deadlines_take(&deadlines, now_us, &id, &saga) ? number_of(&id) : -1;
}

static void test_one_with_more_patience_holds_up_nobody(void **state)
{
    (void)state;
    set(1, 86400);
    set(2, 120);
    set(3, 130);
    assert_int_equal(deadlines_next_us(&deadlines), 120);
    assert_int_equal(take(119), -1);
    assert_int_equal(take(500), 2);
    assert_int_equal(take(500), 3);
    assert_int_equal(take(500), -1);
    assert_int_equal(deadlines_next_us(&deadlines), 86400);
    cancel(1);
    assert_int_equal(deadlines_next_us(&deadlines), INT64_MAX);
}

static void test_one_that_is_set_again_has_the_later_word(void **state)
{
    (void)state;
    set(1, 100);
    set(2, 200);
    set(1, 300);
    assert_int_equal(deadlines_count(&deadlines, SAGA_WITHDRAWAL), 2);
    assert_int_equal(take(300), 2);
    set(1, 50);
    assert_int_equal(take(50), 1);
    cancel(1);
    cancel(7);
    assert_int_equal(deadlines_count(&deadlines, SAGA_WITHDRAWAL), 0);
}

static void move(int64_t batch, int number, int64_t from_us, int64_t to_us)
{
    struct uuid id = id_of(number);
    deadlines_move(&deadlines, batch, &id, (struct due){ SAGA_WITHDRAWAL, from_us },
                   (struct due){ SAGA_WITHDRAWAL, to_us });
}

static void test_what_is_not_committed_is_undone(void **state)
{
    (void)state;
    set(1, 100);
    move(1, 2, 0, 200);
    move(2, 1, 100, 0);
    move(2, 3, 0, 300);
    move(3, 2, 200, 0);
    move(3, 2, 0, 400);
    assert_int_equal(deadlines_next_us(&deadlines), 300);
    deadlines_committed(&deadlines, 1);
    deadlines_undo(&deadlines);
    assert_int_equal(take(1000), 1);
    assert_int_equal(take(1000), 2);
    assert_int_equal(take(1000), -1);
    move(4, 1, 0, 100);
    deadlines_committed(&deadlines, 4);
    deadlines_undo(&deadlines);
    assert_int_equal(take(1000), 1);
}

/* Against a table that is searched from end to end. */
static void test_any_order_of_setting_cancelling_and_taking(void **state)
{
    (void)state;
    enum { NUMBERS = 3000, STEPS = 30000 };
    static int64_t at_us[NUMBERS]; /* 0: not set */
    int open = 0;
    srand(7);
    for (int step = 0; step < STEPS; step++) {
        const int number = rand() % NUMBERS;
        if (rand() % 4 != 0) {
            open += at_us[number] == 0;
            set(number, at_us[number] = 1 + rand() % 100000);
        } else if (rand() % 2 != 0) {
            open -= at_us[number] != 0;
            at_us[number] = 0;
            cancel(number);
        } else {
            int64_t first_us = INT64_MAX;
            for (int i = 0; i < NUMBERS; i++)
                first_us = at_us[i] != 0 && at_us[i] < first_us ? at_us[i] : first_us;
            assert_int_equal(deadlines_next_us(&deadlines), first_us);
            const int taken = take(100001);
            if (open == 0) {
                assert_int_equal(taken, -1);
                continue;
            }
            assert_in_range(taken, 0, NUMBERS - 1);
            assert_int_equal(at_us[taken], first_us);
            at_us[taken] = 0;
            open--;
        }
        assert_int_equal(deadlines_count(&deadlines, SAGA_WITHDRAWAL), open);
    }
    deadlines_clear(&deadlines);
    assert_int_equal(take(INT64_MAX), -1);
    set(5, 5);
    assert_int_equal(take(5), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, end)
        case_of(test_one_with_more_patience_holds_up_nobody),
        case_of(test_one_that_is_set_again_has_the_later_word),
        case_of(test_what_is_not_committed_is_undone),
        case_of(test_any_order_of_setting_cancelling_and_taking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

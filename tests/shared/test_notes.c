/* SPDX-License-Identifier: MIT */
/* Notes by denomination: adding, taking and their limits. */
#include "shared/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct notes two(int32_t denomination, int32_t count, int32_t other, int32_t other_count)
{
    struct notes notes = { 0 };
    assert_true(notes_add(&notes, denomination, count));
    assert_true(notes_add(&notes, other, other_count));
    return notes;
}

static void test_value_and_count_are_sums(void **state)
{
    (void)state;
    struct notes none = { 0 }, some = two(5000, 3, 2000, 4);
    assert_int_equal(notes_value(&none), 0);
    assert_int_equal(notes_count(&none), 0);
    assert_int_equal(notes_value(&some), 23000);
    assert_int_equal(notes_count(&some), 7);
    assert_int_equal(notes_of(&some, 2000), 4);
    assert_int_equal(notes_of(&some, 1000), 0);
    struct notes most = { 0 };
    for (int i = 0; i < NOTES_MAX; i++)
        assert_true(notes_add(&most, DENOMINATION_MAX - i, NOTES_COUNT_MAX));
    assert_int_equal(notes_value(&most),
                     (money)NOTES_COUNT_MAX * (8 * (money)DENOMINATION_MAX - 28));
}

static void test_a_count_stays_between_nothing_and_a_million(void **state)
{
    (void)state;
    struct notes notes = two(5000, 3, 2000, NOTES_COUNT_MAX), before = notes;
    assert_false(notes_add(&notes, 5000, -4));
    assert_false(notes_add(&notes, 2000, 1));
    assert_false(notes_add(&notes, 2000, INT32_MAX));
    assert_false(notes_add(&notes, 1000, -1));
    assert_memory_equal(&notes, &before, sizeof notes);
    assert_true(notes_add(&notes, 5000, -3));
    assert_int_equal(notes_of(&notes, 5000), 0);
}

static void test_there_is_room_for_eight_denominations(void **state)
{
    (void)state;
    struct notes notes = { 0 };
    for (int i = 1; i <= NOTES_MAX; i++)
        assert_true(notes_add(&notes, i, 1));
    struct notes before = notes;
    assert_false(notes_add(&notes, 9, 1));
    assert_memory_equal(&notes, &before, sizeof notes);
    assert_true(notes_add(&notes, 8, 1));
}

static void test_adding_and_taking_all_is_all_or_nothing(void **state)
{
    (void)state;
    struct notes a = two(5000, 3, 2000, 4), b = two(2000, 1, 1000, 5);
    assert_true(notes_add_all(&a, &b));
    assert_int_equal(notes_of(&a, 5000), 3);
    assert_int_equal(notes_of(&a, 2000), 5);
    assert_int_equal(notes_of(&a, 1000), 5);
    assert_true(notes_take_all(&a, &b));
    assert_int_equal(notes_value(&a), 23000);
    struct notes before = a, too_many = two(5000, 1, 2000, 5);
    assert_false(notes_take_all(&a, &too_many));
    assert_memory_equal(&a, &before, sizeof a);
}

static void test_denominations_of_which_there_are_none_can_be_left_out(void **state)
{
    (void)state;
    struct notes notes = { 3, { { 5000, 0 }, { 2000, 4 }, { 1000, 0 } } };
    notes_drop_zeros(&notes);
    assert_int_equal(notes.length, 1);
    assert_int_equal(notes_of(&notes, 2000), 4);
    notes_drop_zeros(&notes);
    assert_int_equal(notes.length, 1);
}

static void test_equal_notes_are_as_many_of_each(void **state)
{
    (void)state;
    const struct notes some = { 2, { { 5000, 1 }, { 2000, 2 } } },
                       turned = { 3, { { 2000, 2 }, { 1000, 0 }, { 5000, 1 } } },
                       others = { 2, { { 5000, 2 }, { 2000, 1 } } }, fewer = { 1, { { 5000, 1 } } };
    assert_true(notes_equal(&some, &turned) && notes_equal(&turned, &some));
    assert_false(notes_equal(&some, &others) || notes_equal(&some, &fewer));
    assert_false(notes_equal(&fewer, &some));
}

static void test_totals_grow_beyond_what_a_machine_holds(void **state)
{
    (void)state;
    struct note_totals totals = { 0 };
    struct notes many = two(5000, NOTES_COUNT_MAX, 2000, 1);
    for (int i = 0; i < 5000; i++)
        assert_true(note_totals_add(&totals, &many));
    assert_int_equal(note_totals_of(&totals, 5000), INT64_C(5000) * NOTES_COUNT_MAX);
    assert_int_equal(note_totals_of(&totals, 2000), 5000);
    assert_int_equal(note_totals_of(&totals, 1000), 0);
}

static void test_totals_have_room_for_eight_denominations_too(void **state)
{
    (void)state;
    struct note_totals totals = { 0 };
    for (int i = 1; i < NOTES_MAX; i++)
        assert_true(note_totals_add(&totals, &(struct notes){ 1, { { i, 1 } } }));
    struct note_totals before = totals;
    assert_false(note_totals_add(&totals, &(struct notes){ 2, { { 100, 1 }, { 101, 1 } } }));
    assert_memory_equal(&totals, &before, sizeof totals);
    assert_true(note_totals_add(&totals, &(struct notes){ 1, { { 100, 1 } } }));
}

static void test_valid_notes_stand_once_each_and_in_range(void **state)
{
    (void)state;
    assert_true(notes_valid(&(struct notes){ 0 }));
    assert_true(notes_valid(&(struct notes){ 2, { { 5000, 0 }, { 2000, NOTES_COUNT_MAX } } }));
    assert_false(notes_valid(&(struct notes){ 2, { { 5000, 1 }, { 5000, 1 } } }));
    assert_false(notes_valid(&(struct notes){ 1, { { 0, 1 } } }));
    assert_false(notes_valid(&(struct notes){ 1, { { -5000, 1 } } }));
    assert_false(notes_valid(&(struct notes){ 1, { { DENOMINATION_MAX + 1, 1 } } }));
    assert_false(notes_valid(&(struct notes){ 1, { { 5000, -1 } } }));
    assert_false(notes_valid(&(struct notes){ 1, { { 5000, NOTES_COUNT_MAX + 1 } } }));
    assert_false(notes_valid(&(struct notes){ .length = NOTES_MAX + 1 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_and_count_are_sums),
        cmocka_unit_test(test_a_count_stays_between_nothing_and_a_million),
        cmocka_unit_test(test_there_is_room_for_eight_denominations),
        cmocka_unit_test(test_adding_and_taking_all_is_all_or_nothing),
        cmocka_unit_test(test_denominations_of_which_there_are_none_can_be_left_out),
        cmocka_unit_test(test_equal_notes_are_as_many_of_each),
        cmocka_unit_test(test_totals_grow_beyond_what_a_machine_holds),
        cmocka_unit_test(test_totals_have_room_for_eight_denominations_too),
        cmocka_unit_test(test_valid_notes_stand_once_each_and_in_range),
    };
    return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}

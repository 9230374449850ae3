/* SPDX-License-Identifier: MIT */
/*
 * The note mix against brute force: thousands of small random cassettes, and
 * for each the whole table of what they can pay and with how few notes.
 */
#include "shared/note_mix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KINDS_MAX = 4, COUNT_MAX = 6, AMOUNT_MAX = KINDS_MAX * COUNT_MAX * 20 + 1 };

/* fewest[amount]: notes, or 0 where it cannot be paid (fewest[0] means nothing). */
static int fewest[AMOUNT_MAX];

static void pay_every_way(const struct notes *available, uint32_t kind, money amount, int used)
{
    if (kind == available->length) {
        if (fewest[amount] == 0 || used < fewest[amount])
            fewest[amount] = used;
        return;
    }
    for (int count = 0; count <= available->item[kind].count; count++)
        pay_every_way(available, kind + 1, amount + (money)count * available->item[kind].denomination,
                      used + count);
}

static struct notes random_cassettes(void)
{
    static const int32_t real[] = { 1, 2, 5, 10, 20 };
    struct notes notes = { 0 };
    int kinds = 1 + rand() % KINDS_MAX;
    for (int i = 0; i < kinds; i++)
        notes_add(&notes, rand() % 2 == 0 ? real[rand() % 5] : 1 + rand() % 20, rand() % (COUNT_MAX + 1));
    for (uint32_t i = 0; i < notes.length; i++) /* the same denomination may have been drawn twice */
        if (notes.item[i].count > COUNT_MAX)
            notes.item[i].count = COUNT_MAX;
    return notes;
}

static void assert_pays(const struct notes *mix, const struct notes *available, money amount, int limit)
{
    struct notes left = *available;
    assert_int_equal(notes_value(mix), amount);
    assert_true(notes_count(mix) <= limit);
    assert_true(notes_take_all(&left, mix));
    for (uint32_t i = 0; i < mix->length; i++) {
        assert_true(mix->item[i].count > 0);
        assert_true(i == 0 || mix->item[i].denomination < mix->item[i - 1].denomination);
    }
}

static void test_the_mix_is_the_fewest_notes_there_are(void **state)
{
    (void)state;
    srand(11);
    for (int round = 0; round < 4000; round++) {
        struct notes available = random_cassettes(), mix;
        int limit = rand() % 4 == 0 ? 1 + rand() % 8 : NOTE_MIX_LIMIT;
        memset(fewest, 0, sizeof fewest);
        pay_every_way(&available, 0, 0, 0);
        for (money amount = 1; amount <= notes_value(&available) + 1; amount++) {
            bool payable = fewest[amount] > 0 && fewest[amount] <= limit;
            assert_int_equal(note_mix_find(&available, amount, limit, &mix), payable);
            if (!payable)
                continue;
            assert_pays(&mix, &available, amount, limit);
            assert_int_equal(notes_count(&mix), fewest[amount]);
        }
    }
}

static void test_the_nearest_amounts_are_the_nearest(void **state)
{
    (void)state;
    srand(12);
    for (int round = 0; round < 3000; round++) {
        struct notes available = random_cassettes();
        int limit = rand() % 4 == 0 ? 1 + rand() % 8 : NOTE_MIX_LIMIT;
        memset(fewest, 0, sizeof fewest);
        pay_every_way(&available, 0, 0, 0);
        money amount = 1 + rand() % (AMOUNT_MAX - 1), below, above, wanted_below = 0, wanted_above = 0;
        for (money at = 1; at < AMOUNT_MAX; at++)
            if (fewest[at] > 0 && fewest[at] <= limit) {
                if (at < amount)
                    wanted_below = at;
                else if (at > amount && wanted_above == 0)
                    wanted_above = at;
            }
        note_mix_nearest(&available, amount, limit, &below, &above);
        assert_int_equal(below, wanted_below);
        assert_int_equal(above, wanted_above);
    }
}

static void test_choices_begin_with_the_fewest_notes_and_go_on_with_smaller_ones(void **state)
{
    (void)state;
    srand(13);
    int with_two = 0;
    for (int round = 0; round < 3000; round++) {
        struct notes available = random_cassettes(), choices[NOTE_MIX_CHOICES_MAX];
        money amount = 1 + rand() % 60;
        memset(fewest, 0, sizeof fewest);
        pay_every_way(&available, 0, 0, 0);
        int count = note_mix_choices(&available, amount, NOTE_MIX_LIMIT, choices);
        assert_int_equal(count > 0, fewest[amount] > 0);
        for (int i = 0; i < count; i++) {
            assert_pays(&choices[i], &available, amount, NOTE_MIX_LIMIT);
            if (i == 0)
                assert_int_equal(notes_count(&choices[0]), fewest[amount]);
            else
                assert_true(choices[i].item[0].denomination < choices[i - 1].item[0].denomination);
        }
        with_two += count >= 2;
    }
    assert_true(with_two > 100);
}

static void test_twenty_can_be_had_in_three_ways(void **state)
{
    (void)state;
    struct notes available = { 4, { { 500, 9 }, { 2000, 9 }, { 100, 9 }, { 1000, 9 } } };
    struct notes choices[NOTE_MIX_CHOICES_MAX];
    assert_int_equal(note_mix_choices(&available, 2000, NOTE_MIX_LIMIT, choices), 3);
    assert_int_equal(notes_of(&choices[0], 2000), 1);
    assert_int_equal(notes_of(&choices[1], 1000), 2);
    assert_int_equal(notes_of(&choices[2], 500), 4);
}

static void test_sixty_is_paid_from_fifties_and_twenties(void **state)
{
    (void)state;
    struct notes available = { 2, { { 5000, 10 }, { 2000, 10 } } }, mix;
    assert_true(note_mix_find(&available, 6000, NOTE_MIX_LIMIT, &mix));
    assert_int_equal(notes_of(&mix, 2000), 3);
    assert_int_equal(notes_count(&mix), 3);
    assert_false(note_mix_find(&available, 3000, NOTE_MIX_LIMIT, &mix));
    money below, above;
    note_mix_nearest(&available, 3000, NOTE_MIX_LIMIT, &below, &above);
    assert_int_equal(below, 2000);
    assert_int_equal(above, 4000);
}

static void test_nothing_and_less_than_nothing_cannot_be_paid(void **state)
{
    (void)state;
    struct notes available = { 1, { { 5000, 10 } } }, empty = { 0 }, mix, choices[NOTE_MIX_CHOICES_MAX];
    assert_false(note_mix_find(&available, 0, NOTE_MIX_LIMIT, &mix));
    assert_false(note_mix_find(&available, -5000, NOTE_MIX_LIMIT, &mix));
    assert_false(note_mix_find(&empty, 5000, NOTE_MIX_LIMIT, &mix));
    assert_int_equal(note_mix_choices(&empty, 5000, NOTE_MIX_LIMIT, choices), 0);
    money below = 1, above = 1;
    note_mix_nearest(&empty, 5000, NOTE_MIX_LIMIT, &below, &above);
    assert_int_equal(below, 0);
    assert_int_equal(above, 0);
    note_mix_nearest(&available, MONEY_CAP - 1, NOTE_MIX_LIMIT, &below, &above);
    assert_int_equal(below, 50000);
    assert_int_equal(above, 0);
}

static void test_even_hard_cassettes_are_answered_soon(void **state)
{
    (void)state;
    static const int32_t hard[NOTES_MAX] = { 9973, 9967, 9949, 9941, 9931, 9929, 9923, 9907 };
    struct notes available = { 0 }, mix;
    for (int i = 0; i < NOTES_MAX; i++)
        notes_add(&available, hard[i], NOTES_COUNT_MAX);
    clock_t start = clock();
    for (money amount = 300001; amount < 300021; amount++)
        if (note_mix_find(&available, amount, NOTE_MIX_LIMIT, &mix))
            assert_pays(&mix, &available, amount, NOTE_MIX_LIMIT);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_mix_is_the_fewest_notes_there_are),
        cmocka_unit_test(test_the_nearest_amounts_are_the_nearest),
        cmocka_unit_test(test_choices_begin_with_the_fewest_notes_and_go_on_with_smaller_ones),
        cmocka_unit_test(test_twenty_can_be_had_in_three_ways),
        cmocka_unit_test(test_sixty_is_paid_from_fifties_and_twenties),
        cmocka_unit_test(test_nothing_and_less_than_nothing_cannot_be_paid),
        cmocka_unit_test(test_even_hard_cassettes_are_answered_soon),
    };
    return cmocka_run_group_tests_name("note mix", tests, NULL, NULL);
}

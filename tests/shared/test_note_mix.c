/* SPDX-License-Identifier: MIT */
/*
 * The note mix against brute force: thousands of small random cassettes, and
 * for each the whole table of what they can pay and with how few notes.
 */
#include "shared/note_mix.h"

#include "shared/currency.h"
#include "shared/note_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

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
        pay_every_way(available, kind + 1,
                      amount + (money)count * available->item[kind].denomination, used + count);
}

static struct notes random_cassettes(void)
{
    static const int32_t real[] = { 1, 2, 5, 10, 20 };
    struct notes notes = { 0 };
    int kinds = 1 + rand() % KINDS_MAX;
    for (int i = 0; i < kinds; i++)
        notes_add(&notes, rand() % 2 == 0 ? real[rand() % 5] : 1 + rand() % 20,
                  rand() % (COUNT_MAX + 1));
    for (uint32_t i = 0; i < notes.length;
         i++) /* the same denomination may have been drawn twice */
        if (notes.item[i].count > COUNT_MAX)
            notes.item[i].count = COUNT_MAX;
    return notes;
}

static void assert_pays(const struct notes *mix, const struct notes *available, money amount,
                        int limit)
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
        money amount = 1 + rand() % (AMOUNT_MAX - 1), below, above, wanted_below = 0,
              wanted_above = 0;
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
    struct notes available = { 1, { { 5000, 10 } } }, empty = { 0 }, mix,
                 choices[NOTE_MIX_CHOICES_MAX];
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

/* ---- against the table, and what it costs ---- */

/* The search and the table, each by itself, on the same problem: the mix is the same, down to its
 * notes. */
static void test_the_table_of_amounts_says_what_brute_force_says(void **state)
{
    (void)state;
    srand(14);
    static struct note_table table;
    for (int round = 0; round < 2000; round++) {
        struct notes available = random_cassettes(), mix;
        struct note_kind kind[NOTES_MAX];
        int kinds = 0;
        for (int32_t denomination = 20; denomination > 0; denomination--)
            if (notes_of(&available, denomination) > 0)
                kind[kinds++] =
                    (struct note_kind){ denomination, notes_of(&available, denomination) };
        memset(fewest, 0, sizeof fewest);
        pay_every_way(&available, 0, 0, 0);
        note_table_fill(&table, kind, kinds, AMOUNT_MAX - 1);
        for (int amount = 1; amount < AMOUNT_MAX; amount++) {
            int32_t chosen[NOTES_MAX];
            assert_int_equal(note_table_fewest(&table, amount),
                             fewest[amount] > 0 ? fewest[amount] : NOTE_TABLE_NONE);
            if (fewest[amount] == 0)
                continue;
            note_table_trace(&table, amount, chosen);
            assert_true(note_mix_find(&available, amount, NOTE_MIX_LIMIT, &mix));
            for (int i = 0; i < kinds; i++)
                assert_int_equal(chosen[i], notes_of(&mix, kind[i].units));
        }
    }
}

enum { LEAST_CELLS = NOTE_MIX_CELLS_MAX + 2 };
static int least[LEAST_CELLS];

/* Every note of a currency, some of each: the fewest notes for each amount by the plain recurrence.
 */
static void plain_table(const struct notes *available, int32_t unit)
{
    for (int x = 0; x < LEAST_CELLS; x++)
        least[x] = x == 0 ? 0 : 1000;
    for (uint32_t i = 0; i < available->length; i++) {
        const int units = available->item[i].denomination / unit;
        const int count = available->item[i].count < 40 ? available->item[i].count : 40;
        for (int x = LEAST_CELLS - 1; x >= 0; x--)
            for (int notes = 1; notes <= count && notes * units <= x; notes++)
                if (least[x - notes * units] + notes < least[x])
                    least[x] = least[x - notes * units] + notes;
    }
}

static void test_whole_currencies_are_exact_at_a_bounded_cost(void **state)
{
    (void)state;
    srand(15);
    int hard = 0;
    for (const struct currency *row = currency_next(NULL); row != NULL; row = currency_next(row))
        for (int round = 0; round < 20; round++) {
            struct notes available = { 0 }, mix;
            int32_t unit = row->denomination[0];
            while (row->denomination[1] % unit != 0 ||
                   row->denomination[row->length - 1] % unit != 0)
                unit /= 2; /* 20 and 50 have 10 */
            for (uint32_t i = 0; i < row->length; i++)
                notes_add(&available, row->denomination[i],
                          rand() % (round % 3 == 0   ? 4
                                    : round % 3 == 1 ? 12
                                                     : 60));
            plain_table(&available, unit);
            for (int tries = 0; tries < 200; tries++) {
                const int x = 1 + rand() % NOTE_MIX_CELLS_MAX;
                int64_t steps = 0;
                const bool payable = least[x] <= NOTE_MIX_LIMIT;
                if (note_mix_find_counted(&available, (money)x * unit, NOTE_MIX_LIMIT, &mix,
                                          &steps) != payable)
                    fail_msg("%s: %d units are %spayable", row->code, x, payable ? "" : "not ");
                if (payable) {
                    assert_pays(&mix, &available, (money)x * unit, NOTE_MIX_LIMIT);
                    assert_int_equal(notes_count(&mix), least[x]);
                }
                assert_true(steps <= NOTE_MIX_STEPS_MAX);
                hard += steps > 200; /* the search did not settle it */
                money below, above, wanted_below = 0, wanted_above = 0;
                for (int at = 1; at <= NOTE_MIX_CELLS_MAX + 1; at++)
                    if (at < x && least[at] <= NOTE_MIX_LIMIT)
                        wanted_below = (money)at * unit;
                    else if (at > x && least[at] <= NOTE_MIX_LIMIT && wanted_above == 0)
                        wanted_above = (money)at * unit;
                steps = 0;
                note_mix_nearest_counted(&available, (money)x * unit, NOTE_MIX_LIMIT, &below,
                                         &above, &steps);
                assert_int_equal(below, wanted_below);
                assert_int_equal(above, wanted_above);
                assert_true(steps <= NOTE_MIX_STEPS_MAX);
            }
        }
    print_message("# %d amounts needed the table\n", hard);
    assert_true(hard > 0);
}

static void test_what_most_notes_pay_is_below_all_that_is_more(void **state)
{
    (void)state;
    struct notes available = { 4, { { 50000, 6 }, { 2000, 981 }, { 1000, 32 }, { 500, 31 } } };
    money below, above;
    note_mix_nearest(&available, 1784000, NOTE_MIX_LIMIT, &below, &above);
    assert_int_equal(below, 368000);
    assert_int_equal(above, 0);
    note_mix_nearest(&available, 368000 - 1, NOTE_MIX_LIMIT, &below, &above);
    assert_int_equal(below, 367000);
    assert_int_equal(above, 368000);
}

/* Denominations that only an old log can name: exact where it can be had, refused where not, and
 * never slow.
 */
static void test_hostile_cassettes_cost_no_more_than_others(void **state)
{
    (void)state;
    static const int32_t near_primes[] = { 99999989, 99999971, 99999959, 99999941,
                                           99999931, 99999847, 99999839, 99999827 };
    static const int32_t small_primes[] = { 9973, 9967, 9949, 9941, 9931, 9929, 9923, 9907 };
    srand(16);
    int64_t most = 0;
    for (int round = 0; round < 3000; round++) {
        struct notes available = { 0 }, mix;
        for (int i = 0; i < NOTES_MAX; i++)
            notes_add(&available,
                      round % 3 == 0   ? near_primes[i]
                      : round % 3 == 1 ? small_primes[i]
                                       : 1 + rand() % (round % 2 == 0 ? 100 : DENOMINATION_MAX),
                      round % 7 == 0 ? rand() % 9 : NOTES_COUNT_MAX / 2);
        const money amount = round < 3        ? 2000000011
                             : round % 3 == 0 ? INT64_C(1900000000) + rand() % 200000000
                                              : 1 + rand() % 400000;
        int64_t steps = 0;
        if (note_mix_find_counted(&available, amount, NOTE_MIX_LIMIT, &mix, &steps))
            assert_pays(&mix, &available, amount, NOTE_MIX_LIMIT);
        assert_true(steps <= NOTE_MIX_STEPS_MAX);
        most = steps > most ? steps : most;
        steps = 0;
        money below, above;
        note_mix_nearest_counted(&available, amount, NOTE_MIX_LIMIT, &below, &above, &steps);
        assert_true(steps <= NOTE_MIX_STEPS_MAX);
        if (below > 0 && below < NOTE_MIX_CELLS_MAX)
            assert_true(below < amount && note_mix_find(&available, below, NOTE_MIX_LIMIT, &mix));
        if (above > 0)
            assert_true(above > amount && note_mix_find(&available, above, NOTE_MIX_LIMIT, &mix));
    }
    print_message("# %lld steps at most\n", (long long)most);
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
        cmocka_unit_test(test_the_table_of_amounts_says_what_brute_force_says),
        cmocka_unit_test(test_whole_currencies_are_exact_at_a_bounded_cost),
        cmocka_unit_test(test_what_most_notes_pay_is_below_all_that_is_more),
        cmocka_unit_test(test_hostile_cassettes_cost_no_more_than_others),
    };
    return cmocka_run_group_tests_name("note mix", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The PIN pad: which digits end up in which block, and how a new PIN is compared. */
#include "atm/devices/pin_pad.h"

#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PAN "4000001234567899"

static const struct pin_key key = { { 1, 2, 3 } };
static const struct uuid request = { { 9, 8, 7 } };

static void type(enum pin_entry entry, const char *digits)
{
    pin_pad_forget(entry);
    for (; *digits != '\0'; digits++)
        pin_pad_digit(entry, *digits);
}

static int begin(void **state)
{
    (void)state;
    pin_pad_init();
    pin_pad_wipe();
    return 0;
}

static void test_each_block_has_its_own_pin_and_key(void **state)
{
    (void)state;
    unsigned char block[PIN_BLOCK_LENGTH];
    char pin[PIN_DIGITS_MAX + 1];
    struct pin_key once, new_once;
    wire_pin_key(&key, &request, &once);
    wire_new_pin_key(&key, &request, &new_once);
    type(PIN_OF_CARD, "1234");
    type(PIN_NEW, "739184");
    type(PIN_REPEATED, "739184");
    assert_true(pin_pad_block(&key, &request, PAN, block));
    assert_true(pin_block_decode(&once, PAN, block, pin));
    assert_string_equal(pin, "1234");
    assert_true(pin_pad_new_block(&key, &request, PAN, block));
    assert_false(pin_block_decode(&once, PAN, block, pin));
    assert_true(pin_block_decode(&new_once, PAN, block, pin));
    assert_string_equal(pin, "739184");
}

static void test_only_the_same_twice_makes_a_block(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
        bool same;
    } typed[] = { { "739184", "739184", true },
                  { "739184", "739185", false },
                  { "739184", "73918", false },
                  { "73918", "739184", false },
                  { "839184", "739184", false },
                  { "739184", "", false },
                  { "", "", false },
                  { "123456789012", "123456789012", true } };
    unsigned char block[PIN_BLOCK_LENGTH];
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        type(PIN_NEW, typed[i].first);
        type(PIN_REPEATED, typed[i].second);
        assert_int_equal(pin_pad_repeated(), typed[i].same);
        assert_int_equal(pin_pad_new_block(&key, &request, PAN, block), typed[i].same);
    }
}

static void test_a_wipe_forgets_all_of_them(void **state)
{
    (void)state;
    unsigned char block[PIN_BLOCK_LENGTH];
    type(PIN_OF_CARD, "1234");
    type(PIN_NEW, "739184");
    type(PIN_REPEATED, "739184");
    pin_pad_forget(PIN_NEW);
    assert_true(pin_pad_block(&key, &request, PAN, block));
    assert_false(pin_pad_new_block(&key, &request, PAN, block));
    pin_pad_wipe();
    assert_false(pin_pad_block(&key, &request, PAN, block));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_block_has_its_own_pin_and_key, begin),
        cmocka_unit_test_setup(test_only_the_same_twice_makes_a_block, begin),
        cmocka_unit_test_setup(test_a_wipe_forgets_all_of_them, begin),
    };
    return cmocka_run_group_tests_name("pin pad", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Which PINs a card's holder may not choose. */
#include "bank/vault/pin_policy.h"

#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_what_is_tried_first_is_weak(void **state)
{
    (void)state;
    static const char *const weak[] = { "0000", "7777",   "111111111111", "1234",         "4567",
                                        "6789", "7890",   "9012",         "012345678901", "4321",
                                        "9876", "210987", "0987",         "3210" };
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++)
        if (!pin_is_weak(weak[i]))
            check_fail("%s may be chosen", weak[i]);
}

static void test_any_other_may_be_chosen(void **state)
{
    (void)state;
    static const char *const good[] = { "1235", "1223", "1233", "2234", "1212",         "1357",
                                        "7391", "0001", "1000", "9899", "123456789013", "4320" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (pin_is_weak(good[i]))
            check_fail("%s may not be chosen", good[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_tried_first_is_weak),
        cmocka_unit_test(test_any_other_may_be_chosen),
    };
    return cmocka_run_group_tests_name("pin_policy", tests, NULL, NULL);
}

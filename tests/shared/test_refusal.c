/* SPDX-License-Identifier: MIT */
/* The table of refusals: what programs, events and people rely on. */
#include "shared/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <string.h>

static void test_every_refusal_has_a_code_a_name_and_a_sentence(void **state)
{
    (void)state;
    for (int i = 0; i < REFUSAL_COUNT; i++) {
        enum refusal refusal = (enum refusal)i;
        const char *code = refusal_code(refusal), *name = refusal_name(refusal);
        const char *message = refusal_sentence(refusal);
        assert_int_equal(strlen(code), 2);
        assert_true(isdigit((unsigned char)code[0]) && isdigit((unsigned char)code[1]));
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
        assert_true(strlen(name) > 3 && strlen(message) > 5);
        assert_true(isupper((unsigned char)message[0]));
        assert_int_equal(message[strlen(message) - 1], '.');
    }
}

static void test_a_name_finds_its_refusal_and_no_two_share_one(void **state)
{
    (void)state;
    for (int i = 0; i < REFUSAL_COUNT; i++)
        assert_int_equal(refusal_find(refusal_name((enum refusal)i)), i);
    assert_int_equal(refusal_find("no_such_refusal"), REFUSAL_COUNT);
    assert_int_equal(refusal_find(""), REFUSAL_COUNT);
    assert_int_equal(refusal_find("WRONG_PIN"), REFUSAL_COUNT);
}

static void test_code_00_is_approval_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(NOT_REFUSED, 0);
    assert_string_equal(refusal_code(NOT_REFUSED), "00");
    for (int i = 1; i < REFUSAL_COUNT; i++)
        assert_string_not_equal(refusal_code((enum refusal)i), "00");
}

static void test_codes_are_those_of_iso_8583(void **state)
{
    (void)state;
    static const struct {
        enum refusal refusal;
        const char *code, *name;
    } documented[] = {
        { REFUSED_INSUFFICIENT_FUNDS, "51", "insufficient_funds" },
        { REFUSED_WRONG_PIN, "55", "wrong_pin" },
        { REFUSED_DAILY_LIMIT, "61", "daily_limit" },
        { REFUSED_FREQUENCY_LIMIT, "65", "frequency_limit" },
        { REFUSED_AUTHENTICATION_LIMIT, "65", "authentication_limit" },
        { REFUSED_PIN_TRIES_EXCEEDED, "75", "pin_tries_exceeded" },
        { REFUSED_NO_SUCH_CARD, "14", "no_such_card" },
        { REFUSED_CARD_BLOCKED, "62", "card_blocked" },
        { REFUSED_BANK_UNAVAILABLE, "91", "bank_unavailable" },
        { REFUSED_ID_CONFLICT, "94", "id_conflict" },
        { REFUSED_SYSTEM_ERROR, "96", "system_error" },
        { REFUSED_REVERSED_BEFORE, "12", "reversed_before" },
        { REFUSED_WITHDRAWAL_ENDED, "21", "withdrawal_ended" },
        { REFUSED_NOT_PAYABLE, "13", "amount_not_payable" },
        { REFUSED_OUT_OF_CASH, "51", "atm_out_of_cash" },
    };
    for (size_t i = 0; i < sizeof documented / sizeof documented[0]; i++) {
        assert_string_equal(refusal_code(documented[i].refusal), documented[i].code);
        assert_string_equal(refusal_name(documented[i].refusal), documented[i].name);
    }
}

static void test_what_decides_nothing_is_not_remembered(void **state)
{
    (void)state;
    static const enum refusal transport[] = {
        REFUSED_NOT_SIGNED_ON,   REFUSED_OTHER_TELLER,       REFUSED_INVALID_AMOUNT,
        REFUSED_INVALID_REQUEST, REFUSED_UNKNOWN_COMMAND,    REFUSED_NOT_PERMITTED,
        REFUSED_ID_CONFLICT,     REFUSED_BANK_UNAVAILABLE,   REFUSED_SYSTEM_ERROR,
        REFUSED_BAD_MAC,         REFUSED_NO_SUCH_CARD,       REFUSED_AUTHENTICATION_LIMIT,
        REFUSED_WRONG_VERSION,   REFUSED_NO_OPERATOR,        REFUSED_ROLE_NEEDED,
        REFUSED_SAME_PERSON,     REFUSED_TOO_MANY_PROPOSALS,
    };
    int remembered = 0;
    for (int i = 0; i < REFUSAL_COUNT; i++)
        remembered += refusal_is_domain((enum refusal)i);
    assert_int_equal(remembered, REFUSAL_COUNT - (int)(sizeof transport / sizeof transport[0]));
    for (size_t i = 0; i < sizeof transport / sizeof transport[0]; i++)
        assert_false(refusal_is_domain(transport[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_refusal_has_a_code_a_name_and_a_sentence),
        cmocka_unit_test(test_a_name_finds_its_refusal_and_no_two_share_one),
        cmocka_unit_test(test_code_00_is_approval_and_nothing_else),
        cmocka_unit_test(test_codes_are_those_of_iso_8583),
        cmocka_unit_test(test_what_decides_nothing_is_not_remembered),
    };
    return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The bank's leave to move notes: exactly these, for this withdrawal, once. */
#include "atm/link/dispense_token.h"

#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define ID "0192f0c1-0000-7000-8000-000000000001"
#define GRANTED                                                                                    \
    "{\"v\":1,\"id\":\"" ID                                                                        \
    "\",\"ok\":true,\"code\":\"00\",\"notes\":[{\"denomination\":5000,\"count\":2},"               \
    "{\"denomination\":1000,\"count\":1}]}"

static const struct pin_key bank = { { 1, 2, 3 } }, stranger = { { 1, 2, 4 } };
static const struct notes granted = { .length = 2, .item = { { 1000, 1 }, { 5000, 2 } } };

static struct uuid withdrawal(void)
{
    struct uuid id;
    assert_true(uuid_read(ID, strlen(ID), &id));
    return id;
}

static bool allows(const struct pin_key *signer, const char *object, const struct uuid *id,
                   const struct notes *notes)
{
    static struct dispense_token token;
    char line[1000];
    memcpy(line, object, strlen(object));
    dispense_token_set(&token, &bank, line, wire_sign(signer, line, strlen(object)));
    bool allowed = dispense_token_use(&token, id, notes);
    assert_false(dispense_token_use(&token, id, notes)); /* used up */
    return allowed;
}

static void test_the_notes_of_a_signed_approval_may_move_once(void **state)
{
    (void)state;
    struct uuid id = withdrawal();
    assert_true(allows(&bank, GRANTED, &id, &granted));
}

static void test_no_other_note_and_no_other_withdrawal_may(void **state)
{
    (void)state;
    struct uuid id = withdrawal(), other = id;
    other.bytes[15]++;
    assert_false(allows(&bank, GRANTED, &other, &granted));
    static const struct notes more = { .length = 2, .item = { { 1000, 2 }, { 5000, 2 } } },
                              fewer = { .length = 1, .item = { { 5000, 2 } } },
                              others = { .length = 2, .item = { { 2000, 1 }, { 5000, 2 } } },
                              none = { 0 };
    assert_false(allows(&bank, GRANTED, &id, &more));
    assert_false(allows(&bank, GRANTED, &id, &fewer));
    assert_false(allows(&bank, GRANTED, &id, &others));
    assert_false(allows(&bank, GRANTED, &id, &none));
}

static void test_only_the_banks_word_counts_and_only_an_approval(void **state)
{
    (void)state;
    struct uuid id = withdrawal();
    struct dispense_token token = { 0 };
    assert_false(allows(&stranger, GRANTED, &id, &granted));
    assert_false(
        allows(&bank, "{\"v\":1,\"id\":\"" ID "\",\"ok\":false,\"notes\":[]}", &id, &granted));
    assert_false(allows(&bank, "{\"v\":1,\"id\":\"" ID "\",\"ok\":true}", &id, &granted));
    dispense_token_set(&token, &bank, GRANTED, strlen(GRANTED)); /* without a mac */
    assert_false(dispense_token_use(&token, &id, &granted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_notes_of_a_signed_approval_may_move_once),
        cmocka_unit_test(test_no_other_note_and_no_other_withdrawal_may),
        cmocka_unit_test(test_only_the_banks_word_counts_and_only_an_approval),
    };
    return cmocka_run_group_tests_name("dispense_token", tests, NULL, NULL);
}

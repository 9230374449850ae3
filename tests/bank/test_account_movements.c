/* SPDX-License-Identifier: MIT */
/* The last lines of an account's statement, which the account keeps. */
#include "tests/bank/given.h"

static void assert_line(int number, const char *word, money change, int64_t at_us)
{
    const struct past_movement *movement = account_movement(account_of(PETER), number);
    assert_non_null(movement);
    assert_string_equal(movement_word(movement->kind), word);
    assert_int_equal(movement->change, change);
    assert_int_equal(movement->at_s, at_us / SECOND_US);
}

static void test_each_movement_has_a_line_and_the_last_is_the_first(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 20));
    given_account(PETER, 50000);
    bank.now_us += 90 * SECOND_US;
    struct uuid withdrawal = given_dispensing(10000);
    bank.now_us += SECOND_US;
    given(confirm(withdrawal, OUTCOME_NOT_DISPENSED, (struct notes){ 0 }));
    assert_line(0, "reversal", 10000, MORNING + 91 * SECOND_US);
    assert_line(1, "withdrawal", -10000, MORNING + 90 * SECOND_US);
    assert_line(2, "deposit", 50000, MORNING);
    assert_null(account_movement(account_of(PETER), 3));
}

static void test_the_last_ten_are_kept(void **state)
{
    (void)state;
    given_account(PETER, 0);
    assert_null(account_movement(account_of(PETER), 0));
    for (money amount = 1; amount <= 23; amount++)
        given(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, amount));
    for (int i = 0; i < ACCOUNT_MOVEMENTS; i++)
        assert_line(i, "deposit", 23 - i, MORNING);
    assert_null(account_movement(account_of(PETER), ACCOUNT_MOVEMENTS));
}

/* An account that an older bank opened with money in it. */
static void test_an_opening_with_money_is_a_line_and_one_without_is_none(void **state)
{
    (void)state;
    for (money balance = 0; balance <= 700; balance += 700) {
        struct account account = { 0 };
        const struct event opened = { .kind = ACCOUNTS_ACCOUNT_OPENED,
                                      .at_us = MORNING,
                                      .account_opened = { .balance = balance } };
        account_apply(&account, &opened);
        assert_int_equal(account.movements, balance > 0);
        assert_int_equal(event_on_statement(&opened), balance > 0);
    }
}

static void test_a_release_moves_nothing_and_is_a_line(void **state)
{
    (void)state;
    struct account account = { 0 };
    const struct event released = { .kind = ACCOUNTS_HELD_DEPOSIT_RELEASED,
                                    .at_us = MORNING,
                                    .money_moved = { .amount = 500, .new_balance = 500 } };
    account_apply(&account, &released);
    assert_int_equal(account_movement(&account, 0)->change, 0);
    assert_string_equal(movement_word(account_movement(&account, 0)->kind), "release");
}

static void test_the_right_pin_is_asked_for(void **state)
{
    (void)state;
    given_account(PETER, 100);
    struct command enquiry = for_account(ACCOUNTS_ENQUIRE_MOVEMENTS, PETER, 0);
    assert_refusal(when(with_card(enquiry, CARD, WRONG_PIN)), REFUSED_WRONG_PIN);
    then(ACCOUNTS_AUTHORIZATION_DECLINED);
    assert_accepted(when(with_card(enquiry, CARD, RIGHT_PIN)));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED);
    assert_int_equal(account_of(PETER)->movements, 1);
}

/* They are in snapshots, whose layout does not tell one order from another. */
static void test_movements_keep_their_numbers(void **state)
{
    (void)state;
    static const char *const words[] = { "opening",      "deposit", "held deposit",
                                         "release",      "return",  "withdrawal",
                                         "reversal",     NULL,      "transfer in",
                                         "transfer out", NULL };
    enum { KNOWN = sizeof words / sizeof words[0] };
    for (int i = 0; i < KNOWN; i++) {
        const char *word = movement_word((enum movement_kind)(i + 1));
        if ((word == NULL) != (words[i] == NULL) || (word != NULL && strcmp(word, words[i]) != 0))
            check_fail("the movement \"%s\" had the number %d: a new one goes to the end",
                       words[i] != NULL ? words[i] : "of no word", i + 1);
    }
    if (MOVEMENT_KIND_COUNT != KNOWN + 1)
        check_fail("put the movements from number %d on into this test", KNOWN + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_each_movement_has_a_line_and_the_last_is_the_first),
        sentence(test_the_last_ten_are_kept),
        sentence(test_an_opening_with_money_is_a_line_and_one_without_is_none),
        sentence(test_a_release_moves_nothing_and_is_a_line),
        sentence(test_the_right_pin_is_asked_for),
        sentence(test_movements_keep_their_numbers),
    };
    return cmocka_run_group_tests_name("account_movements", tests, NULL, NULL);
}

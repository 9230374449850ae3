/* SPDX-License-Identifier: MIT */
/* The account aggregate: cards and the PINs tried on them. */
#include "tests/bank/given.h"

static enum refusal try_pin(unsigned char card, unsigned char pin)
{
    return when(with_card(for_account(ACCOUNTS_CONFIRM_AUTHORIZATION, PETER, 0), card, pin));
}

static struct command about_card(enum command_kind kind, unsigned char card)
{
    return with_card(for_account(kind, PETER, 0), card, RIGHT_PIN);
}

/* The account as a restarted bank would read it: folded again from its events. */
static struct account folded_again(void)
{
    struct account account = { 0 };
    for (size_t i = 0; i < bank.count; i++)
        account_apply(&account, &bank.record[i].event);
    return account;
}

static void test_a_card_is_issued_with_its_masked_number(void **state)
{
    (void)state;
    given(for_account(ACCOUNTS_OPEN_ACCOUNT, PETER, 0));
    struct command issue = about_card(ACCOUNTS_ISSUE_CARD, CARD);
    snprintf(issue.masked, sizeof issue.masked, "400000******7899");
    assert_accepted(when(issue));
    then(ACCOUNTS_CARD_ISSUED);
    assert_string_equal(event_at(0)->card_issued.masked, "400000******7899");
    const struct card *card = account_card(account_of(PETER), issue.card);
    assert_non_null(card);
    assert_string_equal(card->masked, "400000******7899");
    assert_false(card->blocked);
    unsigned char unknown[CARD_TOKEN_LENGTH] = { 1 };
    assert_null(account_card(account_of(PETER), unknown));
}

static void test_a_card_is_issued_once_and_an_account_has_at_most_four(void **state)
{
    (void)state;
    given(for_account(ACCOUNTS_OPEN_ACCOUNT, PETER, 0));
    for (unsigned char card = 1; card <= ACCOUNT_CARDS_MAX; card++)
        given(about_card(ACCOUNTS_ISSUE_CARD, card));
    assert_refusal(when(about_card(ACCOUNTS_ISSUE_CARD, 1)), REFUSED_ALREADY_EXISTS);
    assert_refusal(when(about_card(ACCOUNTS_ISSUE_CARD, 5)), REFUSED_TOO_MANY_CARDS);
    then_nothing();
}

static void test_the_right_pin_is_confirmed(void **state)
{
    (void)state;
    given_account(PETER, 100);
    assert_accepted(try_pin(CARD, RIGHT_PIN));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED);
    assert_accepted(when(about_card(ACCOUNTS_ENQUIRE_BALANCE, CARD)));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED);
}

static void test_a_pin_is_compared_to_its_last_byte(void **state)
{
    (void)state;
    given_account(PETER, 100);
    for (int i = 0; i < PIN_REFERENCE_LENGTH; i++) {
        struct command try = about_card(ACCOUNTS_CONFIRM_AUTHORIZATION, CARD);
        try.pin_reference[i] ^= 0x80;
        struct decision decision = account_decide(account_of(PETER), &try);
        assert_refusal(decision.refusal, REFUSED_WRONG_PIN);
    }
}

static void test_a_wrong_pin_is_declined_with_the_tries_left(void **state)
{
    (void)state;
    given_account(PETER, 100);
    assert_refusal(try_pin(CARD, WRONG_PIN), REFUSED_WRONG_PIN);
    then(ACCOUNTS_AUTHORIZATION_DECLINED);
    assert_refusal(event_at(0)->authorization.refusal, REFUSED_WRONG_PIN);
    assert_int_equal(event_at(0)->authorization.tries_left, 2);
    assert_refusal(try_pin(CARD, WRONG_PIN), REFUSED_WRONG_PIN);
    assert_int_equal(event_at(0)->authorization.tries_left, 1);
}

static void test_the_third_wrong_pin_blocks_the_card(void **state)
{
    (void)state;
    given_account(PETER, 100);
    try_pin(CARD, WRONG_PIN);
    try_pin(CARD, WRONG_PIN);
    assert_refusal(try_pin(CARD, WRONG_PIN), REFUSED_PIN_TRIES_EXCEEDED);
    then(ACCOUNTS_AUTHORIZATION_DECLINED, ACCOUNTS_CARD_BLOCKED);
    assert_int_equal(event_at(0)->authorization.tries_left, 0);
    assert_string_equal(event_at(1)->card_changed.reason, "wrong_pin");
    assert_refusal(try_pin(CARD, RIGHT_PIN), REFUSED_CARD_BLOCKED);
    then_nothing();
}

static void test_wrong_tries_and_a_block_survive_a_restart(void **state)
{
    (void)state;
    given_account(PETER, 100);
    try_pin(CARD, WRONG_PIN);
    try_pin(CARD, WRONG_PIN);
    struct account again = folded_again();
    assert_int_equal(again.card[0].wrong_pins, 2);
    *account_of(PETER) = again;
    assert_refusal(try_pin(CARD, WRONG_PIN), REFUSED_PIN_TRIES_EXCEEDED);
    again = folded_again();
    assert_memory_equal(&again, account_of(PETER), sizeof again);
    assert_true(again.card[0].blocked);
}

static void test_the_right_pin_starts_the_count_again(void **state)
{
    (void)state;
    given_account(PETER, 100);
    for (int round = 0; round < 3; round++) {
        assert_refusal(try_pin(CARD, WRONG_PIN), REFUSED_WRONG_PIN);
        assert_refusal(try_pin(CARD, WRONG_PIN), REFUSED_WRONG_PIN);
        assert_accepted(try_pin(CARD, RIGHT_PIN));
    }
}

static void test_balance_enquiries_count_as_tries(void **state)
{
    (void)state;
    given_account(PETER, 100);
    for (int i = 0; i < 2; i++)
        when(with_card(for_account(ACCOUNTS_ENQUIRE_BALANCE, PETER, 0), CARD, WRONG_PIN));
    assert_refusal(try_pin(CARD, WRONG_PIN), REFUSED_PIN_TRIES_EXCEEDED);
}

static void test_the_tries_of_one_card_are_not_anothers(void **state)
{
    (void)state;
    given_account(PETER, 100);
    given(about_card(ACCOUNTS_ISSUE_CARD, 9));
    for (int i = 0; i < 3; i++)
        try_pin(CARD, WRONG_PIN);
    assert_accepted(try_pin(9, RIGHT_PIN));
    assert_refusal(try_pin(CARD, RIGHT_PIN), REFUSED_CARD_BLOCKED);
}

static void test_an_unknown_card_is_refused_without_an_event(void **state)
{
    (void)state;
    given_account(PETER, 100);
    assert_refusal(try_pin(99, RIGHT_PIN), REFUSED_NO_SUCH_CARD);
    assert_refusal(when(about_card(ACCOUNTS_BLOCK_CARD, 99)), REFUSED_NO_SUCH_CARD);
    assert_refusal(when(about_card(ACCOUNTS_UNBLOCK_CARD, 99)), REFUSED_NO_SUCH_CARD);
    then_nothing();
}

static void test_an_operator_blocks_and_unblocks_a_card(void **state)
{
    (void)state;
    given_account(PETER, 100);
    struct command block = about_card(ACCOUNTS_BLOCK_CARD, CARD);
    snprintf(block.reason, sizeof block.reason, "lost");
    assert_accepted(when(block));
    then(ACCOUNTS_CARD_BLOCKED);
    assert_string_equal(event_at(0)->card_changed.reason, "lost");
    assert_refusal(when(block), REFUSED_CARD_BLOCKED);
    assert_accepted(when(about_card(ACCOUNTS_UNBLOCK_CARD, CARD)));
    then(ACCOUNTS_CARD_UNBLOCKED);
    assert_refusal(when(about_card(ACCOUNTS_UNBLOCK_CARD, CARD)), REFUSED_CARD_NOT_BLOCKED);
    then_nothing();
    assert_accepted(try_pin(CARD, RIGHT_PIN));
}

static void test_an_unblocked_card_has_all_its_tries_again(void **state)
{
    (void)state;
    given_account(PETER, 100);
    for (int i = 0; i < 3; i++)
        try_pin(CARD, WRONG_PIN);
    given(about_card(ACCOUNTS_UNBLOCK_CARD, CARD));
    assert_refusal(try_pin(CARD, WRONG_PIN), REFUSED_WRONG_PIN);
    assert_int_equal(event_at(0)->authorization.tries_left, 2);
}

static void test_without_a_card_named_all_of_the_account_are_meant(void **state)
{
    (void)state;
    given(for_account(ACCOUNTS_OPEN_ACCOUNT, PETER, 0));
    assert_refusal(when(for_account(ACCOUNTS_BLOCK_CARD, PETER, 0)), REFUSED_NO_SUCH_CARD);
    for (unsigned char card = 1; card <= ACCOUNT_CARDS_MAX; card++)
        given(about_card(ACCOUNTS_ISSUE_CARD, card));
    given(about_card(ACCOUNTS_BLOCK_CARD, 2));
    assert_accepted(when(for_account(ACCOUNTS_BLOCK_CARD, PETER, 0)));
    then(ACCOUNTS_CARD_BLOCKED, ACCOUNTS_CARD_BLOCKED, ACCOUNTS_CARD_BLOCKED);
    assert_refusal(when(for_account(ACCOUNTS_BLOCK_CARD, PETER, 0)), REFUSED_CARD_BLOCKED);
    assert_accepted(when(for_account(ACCOUNTS_UNBLOCK_CARD, PETER, 0)));
    then(ACCOUNTS_CARD_UNBLOCKED, ACCOUNTS_CARD_UNBLOCKED, ACCOUNTS_CARD_UNBLOCKED,
         ACCOUNTS_CARD_UNBLOCKED);
    assert_refusal(when(for_account(ACCOUNTS_UNBLOCK_CARD, PETER, 0)), REFUSED_CARD_NOT_BLOCKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_a_card_is_issued_with_its_masked_number),
        sentence(test_a_card_is_issued_once_and_an_account_has_at_most_four),
        sentence(test_the_right_pin_is_confirmed),
        sentence(test_a_pin_is_compared_to_its_last_byte),
        sentence(test_a_wrong_pin_is_declined_with_the_tries_left),
        sentence(test_the_third_wrong_pin_blocks_the_card),
        sentence(test_wrong_tries_and_a_block_survive_a_restart),
        sentence(test_the_right_pin_starts_the_count_again),
        sentence(test_balance_enquiries_count_as_tries),
        sentence(test_the_tries_of_one_card_are_not_anothers),
        sentence(test_an_unknown_card_is_refused_without_an_event),
        sentence(test_an_operator_blocks_and_unblocks_a_card),
        sentence(test_an_unblocked_card_has_all_its_tries_again),
        sentence(test_without_a_card_named_all_of_the_account_are_meant),
    };
    return cmocka_run_group_tests_name("account cards", tests, NULL, NULL);
}

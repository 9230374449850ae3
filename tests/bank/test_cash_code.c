/* SPDX-License-Identifier: MIT */
/*
 * The account aggregate: its owner asks for a cash code, and somebody without a card withdraws with
 * it, once. Every number that is no open code is answered as one that never was.
 */
#include "tests/bank/given.h"

enum { CODE = 40, OTHER_CODE = 41, CODE_PIN = 14, OTHER_CARD = 8, AMOUNT = 10000, MUCH = 200000 };

static struct command ask(unsigned char number, money amount)
{
    struct command command =
        with_card(for_account(ACCOUNTS_ISSUE_CASH_CODE, PETER, amount), CARD, RIGHT_PIN);
    command.teller_id = MACHINE;
    command.by_terminal = true;
    memset(command.cash_code, number, sizeof command.cash_code);
    memset(command.new_pin_reference, CODE_PIN, sizeof command.new_pin_reference);
    memset(command.card_new_pin, 0x40 + CODE_PIN, sizeof command.card_new_pin);
    strcpy(command.code_masked, "******1234");
    return command;
}

static struct command redeem(unsigned char number, money amount, unsigned char pin)
{
    return with_card(initiate(MACHINE, PETER, amount), number, pin);
}

static void given_code(unsigned char number)
{
    given(ask(number, AMOUNT));
}

static void given_bank(void)
{
    given_account(PETER, MUCH);
    struct command limits = for_account(ACCOUNTS_SET_LIMITS, PETER, 0);
    limits.daily_limit = DAILY_LIMIT_DEFAULT;
    limits.deposit_limit = limits.deposit_daily = LIMIT_UNSAID;
    given(limits);
    given_teller(MACHINE, notes_of_two(5000, 100, 2000, 100));
}

static const struct cash_code *peters(void)
{
    return &account_of(PETER)->code;
}

static void assert_is_no_card(unsigned char number)
{
    static const unsigned char pins[] = { CODE_PIN, WRONG_PIN };
    for (size_t i = 0; i < sizeof pins; i++) {
        assert_refusal(when(redeem(number, AMOUNT, pins[i])), REFUSED_NO_SUCH_CARD);
        then_nothing();
    }
}

/* ---- asking ---- */

static void test_a_code_holds_for_three_hours_and_nothing_of_the_balance(void **state)
{
    (void)state;
    given_bank();
    assert_accepted(when(ask(CODE, AMOUNT)));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, ACCOUNTS_CASH_CODE_ISSUED);
    assert_string_equal(event_at(1)->cash_code_issued.masked, "******1234");
    assert_int_equal(event_at(1)->cash_code_issued.amount, AMOUNT);
    assert_int_equal(event_at(1)->cash_code_issued.until_us, bank.now_us + 3 * 3600 * SECOND_US);
    assert_int_equal(account_available(account_of(PETER), bank.now_us), DAILY_LIMIT_DEFAULT);
    assert_int_equal(account_cleared(account_of(PETER)), MUCH);
}

static void test_without_the_cards_pin_there_is_no_code_and_nothing_is_said_of_it(void **state)
{
    (void)state;
    struct command asked[4] = { ask(CODE, AMOUNT), ask(CODE, 2 * MUCH), ask(CODE, AMOUNT),
                                ask(CODE, AMOUNT) };
    asked[2].new_pin_weak = true;
    asked[3].card_holder = id_of(3);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        bank_start(state);
        given_bank();
        assert_refusal(when(with_card(asked[i], CARD, WRONG_PIN)), REFUSED_WRONG_PIN);
        then(ACCOUNTS_AUTHORIZATION_DECLINED);
        assert_int_equal(event_at(0)->authorization.tries_left, PIN_TRIES - 1);
    }
    assert_refusal(when(with_card(ask(CODE, AMOUNT), OTHER_CARD, RIGHT_PIN)), REFUSED_NO_SUCH_CARD);
}

static void test_the_amount_is_one_that_could_be_withdrawn_now(void **state)
{
    (void)state;
    given_bank();
    assert_refusal(when(ask(CODE, MUCH + 1)), REFUSED_INSUFFICIENT_FUNDS);
    assert_refusal(when(ask(CODE, DAILY_LIMIT_DEFAULT + 1)), REFUSED_DAILY_LIMIT);
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED);
    given(initiate(MACHINE, PETER, 5000));
    assert_refusal(when(ask(CODE, DAILY_LIMIT_DEFAULT)), REFUSED_DAILY_LIMIT);
    assert_accepted(when(ask(CODE, DAILY_LIMIT_DEFAULT - 5000)));
    struct command limits = for_account(ACCOUNTS_SET_LIMITS, PETER, 0);
    limits.daily_count = 1;
    given(limits);
    assert_refusal(when(ask(CODE, AMOUNT)), REFUSED_FREQUENCY_LIMIT);
}

static void test_its_pin_is_neither_weak_nor_the_cards(void **state)
{
    (void)state;
    given_bank();
    struct command weak = ask(CODE, AMOUNT), same = ask(CODE, AMOUNT);
    weak.new_pin_weak = true;
    memset(same.card_new_pin, RIGHT_PIN, sizeof same.card_new_pin);
    assert_refusal(when(weak), REFUSED_WEAK_PIN);
    assert_refusal(when(same), REFUSED_WEAK_PIN);
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED);
}

static void test_five_a_day_and_then_not_even_a_number_is_looked_at(void **state)
{
    (void)state;
    given_bank();
    for (int i = 0; i < CASH_CODES_MAX; i++)
        assert_accepted(when(ask((unsigned char)(CODE + i), AMOUNT)));
    struct command taken = ask(90, AMOUNT);
    taken.card_holder = id_of(3);
    assert_refusal(when(ask(90, AMOUNT)), REFUSED_CASH_CODE_LIMIT);
    assert_refusal(when(taken), REFUSED_CASH_CODE_LIMIT);
    assert_accepted(when(initiate(MACHINE, PETER, 5000)));
    time_passes(DAY_US);
    assert_refusal(when(taken), REFUSED_ALREADY_EXISTS);
    assert_accepted(when(ask(90, AMOUNT)));
}

static void test_another_code_takes_the_place_of_the_first(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    given_code(OTHER_CODE);
    assert_is_no_card(CODE);
    assert_accepted(when(redeem(OTHER_CODE, AMOUNT, CODE_PIN)));
}

/* ---- withdrawing ---- */

static void test_a_code_pays_out_once_and_counts_to_the_days_limits(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    assert_accepted(when(redeem(CODE, AMOUNT - 5000, CODE_PIN)));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_WITHDRAWAL_INITIATED, ACCOUNTS_MONEY_WITHDRAWN,
         ACCOUNTS_CASH_CODE_ENDED, TELLER_MONEY_WITHDRAWN);
    assert_string_equal(event_at(3)->card_changed.reason, "used");
    assert_int_equal(account_of(PETER)->withdrawn_today, AMOUNT - 5000);
    assert_int_equal(account_of(PETER)->withdrawals_today, 1);
    assert_is_no_card(CODE);
}

static void test_a_code_stays_used_when_its_withdrawal_is_reversed(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    given(redeem(CODE, AMOUNT, CODE_PIN));
    const struct uuid id = event_at(1)->correlation_id;
    given(confirm(id, OUTCOME_NOT_DISPENSED, (struct notes){ 0 }));
    assert_int_equal(account_of(PETER)->balance, MUCH);
    assert_is_no_card(CODE);
}

static void test_a_withdrawal_that_is_refused_leaves_the_code_open(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    assert_refusal(when(redeem(CODE, AMOUNT + 1000, CODE_PIN)), REFUSED_CASH_CODE_AMOUNT);
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_WITHDRAWAL_DECLINED);
    when(redeem(CODE, 3000, CODE_PIN)); /* no notes for it */
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_WITHDRAWAL_INITIATED, TELLER_WITHDRAWAL_DECLINED);
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, MUCH - 5000));
    when(redeem(CODE, AMOUNT, CODE_PIN)); /* no money any more */
    assert_string_equal(refusal_name(event_at(2)->withdrawal.refusal), "insufficient_funds");
    assert_accepted(when(redeem(CODE, 5000, CODE_PIN)));
}

static void test_a_withdrawal_of_the_owner_leaves_the_code_open(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    when(redeem(CODE, 3000, CODE_PIN));
    given(initiate(MACHINE, PETER, 5000));
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 5000));
    assert_accepted(when(redeem(CODE, AMOUNT, CODE_PIN)));
}

static void test_the_third_wrong_pin_ends_the_code_and_no_card(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    assert_refusal(when(redeem(CODE, AMOUNT, WRONG_PIN)), REFUSED_WRONG_PIN);
    assert_int_equal(event_at(0)->authorization.tries_left, 2);
    assert_refusal(when(redeem(CODE, 2 * MUCH, WRONG_PIN)), REFUSED_WRONG_PIN);
    assert_refusal(when(redeem(CODE, AMOUNT, WRONG_PIN)), REFUSED_PIN_TRIES_EXCEEDED);
    then(ACCOUNTS_AUTHORIZATION_DECLINED, ACCOUNTS_CASH_CODE_ENDED, TELLER_WITHDRAWAL_DECLINED);
    assert_string_equal(event_at(1)->card_changed.reason, "wrong_pin");
    assert_is_no_card(CODE);
    assert_accepted(when(initiate(MACHINE, PETER, 5000)));
}

static void test_a_right_pin_starts_the_count_of_wrong_ones_again(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    for (int i = 0; i < 2 * PIN_TRIES; i++)
        assert_refusal(
            when(redeem(CODE, i % 2 == 0 ? AMOUNT : 2 * AMOUNT, i % 2 == 0 ? WRONG_PIN : CODE_PIN)),
            i % 2 == 0 ? REFUSED_WRONG_PIN : REFUSED_CASH_CODE_AMOUNT);
}

static void test_a_code_whose_time_is_over_is_none(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    time_passes(CASH_CODE_LIFE_US - 1);
    assert_refusal(when(redeem(CODE, 2 * AMOUNT, CODE_PIN)), REFUSED_CASH_CODE_AMOUNT);
    time_passes(1);
    assert_is_no_card(CODE);
}

static void test_a_code_is_good_for_nothing_else(void **state)
{
    (void)state;
    given_bank();
    given_account(id_of(2), 100);
    given_code(CODE);
    static const enum command_kind kinds[] = { ACCOUNTS_ENQUIRE_BALANCE, ACCOUNTS_ENQUIRE_MOVEMENTS,
                                               ACCOUNTS_CHANGE_PIN, ACCOUNTS_ISSUE_CASH_CODE };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_refusal(when(with_card(for_account(kinds[i], PETER, AMOUNT), CODE, CODE_PIN)),
                       REFUSED_NO_SUCH_CARD);
        then_nothing();
    }
    assert_refusal(when(with_card(initiate_deposit(MACHINE, PETER), CODE, CODE_PIN)),
                   REFUSED_NO_SUCH_CARD);
    struct command transfer = for_account(TRANSFERS_INITIATE_TRANSFER, PETER, 1000);
    transfer.teller_id = MACHINE;
    transfer.other_id = id_of(2);
    assert_refusal(when(with_card(transfer, CODE, CODE_PIN)), REFUSED_NO_SUCH_CARD);
    assert_int_equal(account_of(PETER)->balance, MUCH);
    assert_accepted(when(redeem(CODE, AMOUNT, CODE_PIN)));
}

/* ---- what ends it ---- */

static void test_an_operator_ends_it_by_itself_or_with_a_card(void **state)
{
    (void)state;
    static const unsigned char blocked[] = { CODE, CARD, 0 }; /* 0: all there are */
    for (size_t i = 0; i < sizeof blocked; i++) {
        bank_start(state);
        given_bank();
        given_code(CODE);
        assert_accepted(
            when(with_card(for_account(ACCOUNTS_BLOCK_CARD, PETER, 0), blocked[i], RIGHT_PIN)));
        if (blocked[i] == CODE)
            then(ACCOUNTS_CASH_CODE_ENDED);
        else
            then(ACCOUNTS_CARD_BLOCKED, ACCOUNTS_CASH_CODE_ENDED);
        assert_is_no_card(CODE);
        assert_refusal(when(with_card(for_account(ACCOUNTS_BLOCK_CARD, PETER, 0), CODE, 0)),
                       REFUSED_NO_SUCH_CARD);
        assert_refusal(when(with_card(for_account(ACCOUNTS_UNBLOCK_CARD, PETER, 0), CODE, 0)),
                       REFUSED_NO_SUCH_CARD);
    }
}

static void test_four_cards_and_a_code_are_blocked_at_once(void **state)
{
    (void)state;
    given_bank();
    for (unsigned char card = 60; card < 60 + ACCOUNT_CARDS_MAX - 1; card++)
        given(with_card(for_account(ACCOUNTS_ISSUE_CARD, PETER, 0), card, RIGHT_PIN));
    given_code(CODE);
    assert_accepted(when(for_account(ACCOUNTS_BLOCK_CARD, PETER, 0)));
    assert_int_equal(bank.count - bank.first, ACCOUNT_CARDS_MAX + 1);
}

static void test_a_closed_account_has_no_code_and_does_not_say_that_it_had(void **state)
{
    (void)state;
    given_bank();
    given_code(CODE);
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, MUCH));
    assert_accepted(when(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0)));
    then(ACCOUNTS_CASH_CODE_ENDED, ACCOUNTS_ACCOUNT_CLOSED);
    assert_is_no_card(CODE);
    assert_false(card_given(peters()->token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_a_code_holds_for_three_hours_and_nothing_of_the_balance),
        sentence(test_without_the_cards_pin_there_is_no_code_and_nothing_is_said_of_it),
        sentence(test_the_amount_is_one_that_could_be_withdrawn_now),
        sentence(test_its_pin_is_neither_weak_nor_the_cards),
        sentence(test_five_a_day_and_then_not_even_a_number_is_looked_at),
        sentence(test_another_code_takes_the_place_of_the_first),
        sentence(test_a_code_pays_out_once_and_counts_to_the_days_limits),
        sentence(test_a_code_stays_used_when_its_withdrawal_is_reversed),
        sentence(test_a_withdrawal_that_is_refused_leaves_the_code_open),
        sentence(test_a_withdrawal_of_the_owner_leaves_the_code_open),
        sentence(test_the_third_wrong_pin_ends_the_code_and_no_card),
        sentence(test_a_right_pin_starts_the_count_of_wrong_ones_again),
        sentence(test_a_code_whose_time_is_over_is_none),
        sentence(test_a_code_is_good_for_nothing_else),
        sentence(test_an_operator_ends_it_by_itself_or_with_a_card),
        sentence(test_four_cards_and_a_code_are_blocked_at_once),
        sentence(test_a_closed_account_has_no_code_and_does_not_say_that_it_had),
    };
    return cmocka_run_group_tests_name("cash_code", tests, NULL, NULL);
}

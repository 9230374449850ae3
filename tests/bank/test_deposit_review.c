/* SPDX-License-Identifier: MIT */
/*
 * Deposits that are on the account and not available yet: above the acceptor's capacity, above a
 * limit, and what becomes of them once an operator has looked.
 */
#include "tests/bank/given_deposit.h"

static void given_deposit_limits(money deposit_limit, money deposit_daily)
{
    struct command command = for_account(ACCOUNTS_SET_LIMITS, PETER, 0);
    command.deposit_limit = deposit_limit;
    command.deposit_daily = deposit_daily;
    given(command);
}

/* Asks, and counts so many notes of 50.00. */
static struct uuid deposit_fifties(int32_t count)
{
    struct uuid id = given_counting();
    given(counted(id, some_notes(5000, count)));
    return id;
}

static struct uuid given_held(void)
{
    given_peter_at_the_machine(50000);
    given_deposit_limits(100000, 0);
    struct uuid id = deposit_fifties(100);
    assert_state(id, DEPOSIT_HELD);
    return id;
}

static money available(void)
{
    return account_available(account_of(PETER), bank.now_us);
}

static void assert_conserved(void)
{
    const struct account *account = account_of(PETER);
    assert_int_equal(account_sums(account), account->balance);
    assert_true(account->held >= 0 && account->held <= account->balance);
}

static void test_more_notes_than_the_acceptor_takes_are_booked_and_held(void **state)
{
    (void)state;
    given_peter_at_the_machine(0);
    struct uuid id = given_counting();
    assert_accepted(when(counted(id, some_notes(20000, 50000))));
    then(TELLER_MONEY_DEPOSITED, ACCOUNTS_DEPOSIT_HELD);
    assert_int_equal(event_at(0)->deposit.refusal, REFUSED_DEPOSIT_CAPACITY);
    assert_int_equal(event_at(1)->money_moved.refusal, REFUSED_DEPOSIT_CAPACITY);
    assert_state(id, DEPOSIT_HELD);
    assert_int_equal(account_of(PETER)->balance, 1000000000);
    assert_int_equal(account_of(PETER)->held, 1000000000);
    assert_int_equal(available(), 0);
    assert_refusal(when(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 1)),
                   REFUSED_INSUFFICIENT_FUNDS);
    when(initiate(MACHINE, PETER, 5000));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_WITHDRAWAL_INITIATED, TELLER_WITHDRAWAL_DECLINED);
    assert_int_equal(event_at(2)->withdrawal.refusal, REFUSED_INSUFFICIENT_FUNDS);
    assert_refusal(when(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0)), REFUSED_ACCOUNT_NOT_EMPTY);
    assert_conserved();
}

static void test_an_acceptor_is_provisioned_with_its_capacity(void **state)
{
    (void)state;
    given_account(PETER, 0);
    struct command provision = for_teller(TELLER_PROVISION, MACHINE);
    provision.notes = some_notes(5000, 10);
    provision.deposit_capacity = 50;
    given(provision);
    assert_int_equal(event_at(0)->cassettes.deposit_capacity, 50);
    assert_state(deposit_fifties(50), DEPOSIT_COMPLETED);
    assert_state(deposit_fifties(51), DEPOSIT_HELD);
    given_teller(OTHER, some_notes(5000, 10));
    assert_int_equal(teller_of(OTHER)->deposit_capacity, DEPOSIT_CAPACITY_DEFAULT);
    /* One that was provisioned before there was such a field. */
    struct event old = { .kind = TELLER_PROVISIONED, .cassettes.notes = some_notes(5000, 10) };
    struct teller teller = { 0 };
    teller_apply(&teller, &old);
    assert_int_equal(teller.deposit_capacity, DEPOSIT_CAPACITY_DEFAULT);
}

static void test_a_capacity_can_be_set_later(void **state)
{
    (void)state;
    given_peter_at_the_machine(0);
    struct command command = for_teller(TELLER_SET_DEPOSIT_CAPACITY, MACHINE);
    command.deposit_capacity = 5;
    assert_accepted(when(command));
    then(TELLER_DEPOSIT_CAPACITY_SET);
    given(counted(given_counting(), some_notes(5000, 5)));
    then(TELLER_MONEY_DEPOSITED, ACCOUNTS_MONEY_DEPOSITED);
    given(counted(given_counting(), some_notes(5000, 6)));
    then(TELLER_MONEY_DEPOSITED, ACCOUNTS_DEPOSIT_HELD);
}

static void test_a_deposit_above_the_limit_is_held(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    given_deposit_limits(100000, 0);
    assert_state(deposit_fifties(20), DEPOSIT_COMPLETED);
    struct uuid id = given_counting();
    given(counted(id, some_notes(5000, 21)));
    then(TELLER_MONEY_DEPOSITED, ACCOUNTS_DEPOSIT_HELD);
    assert_int_equal(event_at(0)->deposit.refusal, NOT_REFUSED);
    assert_int_equal(event_at(1)->money_moved.refusal, REFUSED_DEPOSIT_LIMIT);
    assert_int_equal(available(), 150000);
    assert_int_equal(account_of(PETER)->balance, 255000);
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 150000));
    assert_refusal(when(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 1)),
                   REFUSED_INSUFFICIENT_FUNDS);
    given(
        for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 200000)); /* at the counter the money was seen */
    assert_int_equal(available(), 200000);
    assert_conserved();
}

static void test_a_card_has_a_limit_of_its_own_for_each_day(void **state)
{
    (void)state;
    given_peter_at_the_machine(0);
    given(with_card(for_account(ACCOUNTS_ISSUE_CARD, PETER, 0), CARD + 1, RIGHT_PIN));
    given_deposit_limits(0, 100000);
    assert_state(deposit_fifties(15), DEPOSIT_COMPLETED);
    assert_state(deposit_fifties(6), DEPOSIT_HELD); /* is none of the day's, since it is reviewed */
    assert_int_equal(deposit_of(bank.deposit[1].id)->refusal, REFUSED_DEPOSIT_DAILY);
    assert_state(deposit_fifties(5), DEPOSIT_COMPLETED);
    assert_state(deposit_fifties(1), DEPOSIT_HELD);
    given(with_card(initiate_deposit(MACHINE, PETER), CARD + 1, RIGHT_PIN));
    struct uuid id = event_at(0)->correlation_id;
    given(counted(id, some_notes(5000, 20)));
    assert_state(id, DEPOSIT_COMPLETED);
    time_passes(16 * 3600 * SECOND_US); /* it is midnight, by UTC */
    assert_state(deposit_fifties(20), DEPOSIT_COMPLETED);
    time_passes(-SECOND_US); /* a clock that is put back makes no room */
    assert_state(deposit_fifties(1), DEPOSIT_HELD);
    assert_conserved();
}

static void test_a_held_deposit_is_released(void **state)
{
    (void)state;
    struct uuid id = given_held();
    assert_int_equal(available(), 50000);
    assert_accepted(when(resolve(id, OUTCOME_CREDITED)));
    then(ACCOUNTS_HELD_DEPOSIT_RELEASED);
    assert_int_equal(event_at(0)->money_moved.amount, 500000);
    assert_int_equal(event_at(0)->money_moved.new_balance, 550000);
    assert_state(id, DEPOSIT_COMPLETED);
    assert_int_equal(deposit_of(id)->balance, 550000);
    assert_int_equal(account_of(PETER)->held, 0);
    assert_int_equal(available(), 550000);
    assert_conserved();
    assert_refusal(when(resolve(id, OUTCOME_CREDITED)), REFUSED_NOT_SUSPECT);
    assert_refusal(when(resolve(id, OUTCOME_RETURNED)), REFUSED_NOT_SUSPECT);
}

static void test_a_held_deposit_is_returned(void **state)
{
    (void)state;
    struct uuid id = given_held();
    struct uuid other = deposit_fifties(101);
    assert_accepted(when(resolve(id, OUTCOME_RETURNED)));
    then(ACCOUNTS_HELD_DEPOSIT_RETURNED, TELLER_DEPOSIT_CANCELLED);
    assert_int_equal(event_at(0)->money_moved.new_balance, 555000);
    assert_state(id, DEPOSIT_CANCELLED);
    assert_state(other, DEPOSIT_HELD);
    assert_int_equal(account_of(PETER)->held, 505000);
    assert_int_equal(account_of(PETER)->balance, 555000);
    assert_int_equal(available(), 50000);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->returned, 5000), 100);
    assert_conserved();
    assert_refusal(when(resolve(id, OUTCOME_RETURNED)), REFUSED_NOT_SUSPECT);
}

static void test_an_advice_of_a_held_deposit_may_come_again(void **state)
{
    (void)state;
    struct uuid id = given_held();
    assert_accepted(when(counted(id, some_notes(5000, 100))));
    then_nothing();
    assert_refusal(when(counted(id, some_notes(5000, 1))), REFUSED_DEPOSIT_ENDED);
    assert_refusal(when(cancelled(id)), REFUSED_DEPOSIT_ENDED);
    then_nothing();
    assert_state(id, DEPOSIT_HELD);
}

/* What an operator credits has been looked at: no limit holds it. */
static void test_a_suspect_deposit_that_is_credited_is_not_held(void **state)
{
    (void)state;
    given_peter_at_the_machine(MONEY_CAP - 5000);
    given_deposit_limits(1000, 1000);
    struct uuid id = deposit_fifties(3);
    assert_state(id, DEPOSIT_SUSPECT);
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 100000));
    given(resolve(id, OUTCOME_CREDITED));
    then(ACCOUNTS_MONEY_DEPOSITED);
    assert_state(id, DEPOSIT_COMPLETED);
    assert_int_equal(account_of(PETER)->held, 0);
}

static void test_limits_that_are_left_out_are_the_defaults_or_stay(void **state)
{
    (void)state;
    struct command open = for_account(ACCOUNTS_OPEN_ACCOUNT, PETER, 0);
    open.deposit_limit = open.deposit_daily = LIMIT_UNSAID;
    given(open);
    assert_int_equal(event_at(0)->account_opened.deposit_limit, DEPOSIT_LIMIT_DEFAULT);
    assert_int_equal(account_of(PETER)->deposit_daily, DEPOSIT_DAILY_DEFAULT);
    given_deposit_limits(5000, LIMIT_UNSAID);
    assert_int_equal(account_of(PETER)->deposit_limit, 5000);
    assert_int_equal(account_of(PETER)->deposit_daily, DEPOSIT_DAILY_DEFAULT);
    given_deposit_limits(LIMIT_UNSAID, 0);
    assert_int_equal(account_of(PETER)->deposit_limit, 5000);
    assert_int_equal(account_of(PETER)->deposit_daily, 0);
    /* An account that was opened before there were such limits. */
    struct event old = { .kind = ACCOUNTS_ACCOUNT_OPENED,
                         .account_opened = { .deposit_limit = LIMIT_UNSAID,
                                             .deposit_daily = LIMIT_UNSAID } };
    struct account account = { 0 };
    account_apply(&account, &old);
    assert_int_equal(account.deposit_limit, DEPOSIT_LIMIT_DEFAULT);
    assert_int_equal(account.deposit_daily, DEPOSIT_DAILY_DEFAULT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_more_notes_than_the_acceptor_takes_are_booked_and_held),
        sentence(test_an_acceptor_is_provisioned_with_its_capacity),
        sentence(test_a_capacity_can_be_set_later),
        sentence(test_a_deposit_above_the_limit_is_held),
        sentence(test_a_card_has_a_limit_of_its_own_for_each_day),
        sentence(test_a_held_deposit_is_released),
        sentence(test_a_held_deposit_is_returned),
        sentence(test_an_advice_of_a_held_deposit_may_come_again),
        sentence(test_a_suspect_deposit_that_is_credited_is_not_held),
        sentence(test_limits_that_are_left_out_are_the_defaults_or_stay),
    };
    return cmocka_run_group_tests_name("deposit_review", tests, NULL, NULL);
}

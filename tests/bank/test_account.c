/* SPDX-License-Identifier: MIT */
/* The account aggregate: money, limits and its closing. Cards and PINs: test_account_cards.c. */
#include "tests/bank/given.h"

static struct command limits(money daily_limit, int32_t daily_count)
{
    struct command command = for_account(ACCOUNTS_SET_LIMITS, PETER, 0);
    command.daily_limit = daily_limit;
    command.daily_count = daily_count;
    return command;
}

/* At a machine, without the saga around it. */
static struct command at_machine(money amount)
{
    struct command command = for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, amount);
    command.teller_id = MACHINE;
    return command;
}

static struct command at_counter(money amount)
{
    return for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, amount);
}

static struct command reversal(money amount)
{
    struct command command = for_account(ACCOUNTS_REVERSE_WITHDRAWAL, PETER, amount);
    command.teller_id = MACHINE;
    command.withdrawn_at_us = bank.now_us;
    return command;
}

/* As full as it can be; what is withdrawn may come back, so nothing else takes its place. */
static void test_a_reversal_always_has_room(void **state)
{
    (void)state;
    given_account(PETER, MONEY_CAP - 1);
    given(limits(0, 0));
    given(at_machine(5000));
    assert_refusal(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 1)), REFUSED_BALANCE_LIMIT);
    given(reversal(2000)); /* some notes were taken */
    assert_int_equal(account_of(PETER)->balance, MONEY_CAP - 1 - 3000);
    assert_refusal(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 1)), REFUSED_BALANCE_LIMIT);
    given(reversal(3000));
    assert_int_equal(account_of(PETER)->balance, MONEY_CAP - 1);
    assert_true(money_in_range(account_of(PETER)->balance));
    given(at_counter(7000)); /* that never comes back */
    assert_accepted(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 7000)));
    assert_refusal(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 1)), REFUSED_BALANCE_LIMIT);
}

static void assert_balanced(void)
{
    const struct account *account = account_of(PETER);
    assert_int_equal(account_sums(account), account->balance);
}

static void test_an_account_is_opened_with_its_owner_and_limits(void **state)
{
    (void)state;
    struct command open = for_account(ACCOUNTS_OPEN_ACCOUNT, PETER, 0);
    snprintf(open.owner, sizeof open.owner, "Peter");
    open.daily_limit = 70000;
    open.daily_count = 3;
    assert_accepted(when(open));
    then(ACCOUNTS_ACCOUNT_OPENED);
    assert_string_equal(event_at(0)->account_opened.owner, "Peter");
    assert_int_equal(event_at(0)->account_opened.balance, 0);
    assert_int_equal(account_of(PETER)->daily_limit, 70000);
    assert_int_equal(account_of(PETER)->daily_count, 3);
    assert_int_equal(account_of(PETER)->status, ACCOUNT_OPEN);
}

static void test_an_event_has_the_ids_and_the_time_of_its_command(void **state)
{
    (void)state;
    struct command open = for_account(ACCOUNTS_OPEN_ACCOUNT, PETER, 0);
    open.id = id_of(5000);
    given(open);
    struct uuid id = id_of(5000), account_id = PETER;
    assert_true(uuid_equal(&event_at(0)->causation_id, &id));
    assert_true(uuid_equal(&event_at(0)->correlation_id, &id));
    assert_true(uuid_equal(&event_at(0)->stream_id, &account_id));
    assert_int_equal(event_at(0)->at_us, MORNING);
}

static void test_an_account_is_opened_once(void **state)
{
    (void)state;
    given_account(PETER, 0);
    assert_refusal(when(for_account(ACCOUNTS_OPEN_ACCOUNT, PETER, 0)), REFUSED_ALREADY_EXISTS);
    then_nothing();
}

static void test_before_it_is_opened_every_command_is_refused(void **state)
{
    (void)state;
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        if (command_traits(kind)->aggregate != STREAM_ACCOUNT || kind == ACCOUNTS_OPEN_ACCOUNT)
            continue;
        assert_refusal(when(for_account(kind, PETER, 100)), REFUSED_NO_SUCH_ACCOUNT);
        then_nothing();
    }
}

static void test_an_account_decides_its_own_commands_and_no_other(void **state)
{
    (void)state;
    given_account(PETER, 0);
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        struct command command = for_account((enum command_kind)kind, PETER, 0);
        const enum refusal refusal = account_decide(account_of(PETER), &command).refusal;
        if ((refusal == REFUSED_UNKNOWN_COMMAND) == is_for_account(command.kind))
            check_fail("account_decide and the row of %s disagree about whose command it is",
                       command_name(command.kind));
    }
}

static void test_a_deposit_adds_to_the_balance(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    assert_accepted(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 2500)));
    then(ACCOUNTS_MONEY_DEPOSITED);
    assert_int_equal(event_at(0)->money_moved.amount, 2500);
    assert_int_equal(event_at(0)->money_moved.old_balance, 50000);
    assert_int_equal(event_at(0)->money_moved.new_balance, 52500);
    assert_int_equal(account_of(PETER)->balance, 52500);
    assert_balanced();
}

static void test_a_balance_stays_below_the_cap(void **state)
{
    (void)state;
    given_account(PETER, MONEY_CAP - 1);
    assert_refusal(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 1)), REFUSED_BALANCE_LIMIT);
    then_nothing();
    given(at_counter(1));
    assert_accepted(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 1)));
}

/* The sums are over an account's life, so money that goes to and fro makes them grow for ever. */
static void test_what_went_in_over_a_life_stays_countable(void **state)
{
    (void)state;
    const money most = INT64_MAX / 2;
    given_account(PETER, 500);
    account_of(PETER)->sum[SUM_DEPOSITS] = most - 1000;
    account_of(PETER)->sum[SUM_WITHDRAWALS] = most - 1500;
    assert_refusal(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 1001)), REFUSED_BALANCE_LIMIT);
    then_nothing();
    assert_accepted(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 1000)));
    assert_accepted(when(at_counter(1500)));
    assert_balanced();
}

static void test_the_whole_balance_can_be_withdrawn_and_no_more(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    assert_refusal(when(at_counter(50001)), REFUSED_INSUFFICIENT_FUNDS);
    assert_refusal(when(at_machine(50001)), REFUSED_INSUFFICIENT_FUNDS);
    then_nothing();
    assert_accepted(when(at_machine(50000)));
    then(ACCOUNTS_MONEY_WITHDRAWN);
    assert_int_equal(event_at(0)->money_moved.old_balance, 50000);
    assert_int_equal(event_at(0)->money_moved.new_balance, 0);
    assert_balanced();
    assert_refusal(when(at_machine(1)), REFUSED_INSUFFICIENT_FUNDS);
}

static void test_the_daily_limit_holds_at_machines_until_midnight(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(60000, 0));
    given(at_machine(40000));
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 20000);
    assert_refusal(when(at_machine(20001)), REFUSED_DAILY_LIMIT);
    then_nothing();
    given(at_machine(20000));
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 0);
    bank.now_us = MORNING - MORNING % DAY_US + DAY_US - 1;
    assert_refusal(when(at_machine(1)), REFUSED_DAILY_LIMIT);
    time_passes(1);
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 60000);
    assert_accepted(when(at_machine(60000)));
    assert_refusal(when(at_machine(1)), REFUSED_DAILY_LIMIT);
}

static void test_the_counter_knows_no_limit_and_uses_none_up(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(60000, 1));
    given(at_counter(100000));
    given(at_counter(100000));
    assert_accepted(when(at_machine(60000)));
    assert_accepted(when(at_counter(100000)));
    assert_balanced();
}

static void test_what_is_available_is_the_less_of_balance_and_limit(void **state)
{
    (void)state;
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 0);
    given_account(PETER, 500);
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 500);
    given(limits(300, 0));
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 300);
    given(at_machine(100));
    given(limits(50, 0));
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 0);
    given(limits(0, 0));
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 400);
}

static void test_a_reversal_gives_the_days_room_back(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(60000, 0));
    given(at_machine(60000));
    assert_accepted(when(reversal(25000)));
    then(ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_int_equal(account_of(PETER)->balance, 465000);
    assert_balanced();
    assert_refusal(when(at_machine(25001)), REFUSED_DAILY_LIMIT);
    assert_accepted(when(at_machine(25000)));
    given(reversal(60000));
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 60000);
}

static void test_a_reversal_of_yesterdays_money_gives_no_room_today(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(60000, 0));
    given(at_machine(30000));
    struct command late = reversal(30000);
    time_passes(DAY_US);
    given(at_machine(40000));
    given(late);
    assert_int_equal(account_of(PETER)->balance, 460000);
    assert_refusal(when(at_machine(20001)), REFUSED_DAILY_LIMIT);
    assert_accepted(when(at_machine(20000)));
}

static void test_the_frequency_limit_counts_withdrawals_of_the_day(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(0, 2));
    given(at_machine(100));
    given(at_machine(100));
    assert_refusal(when(at_machine(100)), REFUSED_FREQUENCY_LIMIT);
    then_nothing();
    time_passes(DAY_US);
    assert_accepted(when(at_machine(100)));
}

/* Another host's clock was ahead, or this one's was: what it let through has used up the room here.
 */
static void test_a_clock_put_back_over_midnight_gives_no_room(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(60000, 2));
    time_passes(DAY_US);
    given(at_machine(40000));
    time_passes(-DAY_US);
    assert_refusal(when(at_machine(20001)), REFUSED_DAILY_LIMIT);
    given(at_machine(20000));
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 0);
    given(limits(0, 2));
    assert_refusal(when(at_machine(100)), REFUSED_FREQUENCY_LIMIT);
    time_passes(2 * DAY_US);
    assert_accepted(when(at_machine(100)));
}

static void test_a_clock_that_was_far_ahead_blocks_nobody(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(60000, 0));
    time_passes(365 * DAY_US);
    given(at_machine(60000));
    time_passes(-365 * DAY_US);
    for (int days = 0; days < 3; days++) { /* and each of these has its limit */
        given(at_machine(60000));
        assert_refusal(when(at_machine(1)), REFUSED_DAILY_LIMIT);
        time_passes(DAY_US);
    }
    time_passes(361 * DAY_US);
    assert_accepted(when(at_machine(60000))); /* the day before the one it had been ahead to */
}

static void test_a_withdrawal_reversed_in_full_was_none_of_the_days(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(60000, 1));
    given(at_machine(60000));
    struct command whole = reversal(60000);
    whole.in_full = true;
    assert_accepted(when(whole));
    then(ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_true(event_at(0)->money_moved.in_full);
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 60000);
    assert_accepted(when(at_machine(60000)));
    assert_refusal(when(at_machine(100)), REFUSED_DAILY_LIMIT);
}

static void test_a_withdrawal_reversed_in_part_is_one_of_the_days(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(0, 1));
    given(at_machine(60000));
    assert_accepted(when(reversal(59000)));
    assert_false(event_at(0)->money_moved.in_full);
    assert_refusal(when(at_machine(100)), REFUSED_FREQUENCY_LIMIT);
}

static void test_yesterdays_withdrawal_reversed_is_none_of_todays(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given(limits(0, 1));
    given(at_machine(100));
    struct command late = reversal(100);
    late.in_full = true;
    time_passes(DAY_US);
    given(at_machine(100));
    given(late);
    assert_refusal(when(at_machine(100)), REFUSED_FREQUENCY_LIMIT);
}

static void test_an_account_with_money_in_it_is_not_closed(void **state)
{
    (void)state;
    given_account(PETER, 100);
    assert_refusal(when(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0)), REFUSED_ACCOUNT_NOT_EMPTY);
    then_nothing();
    given(at_counter(100));
    assert_accepted(when(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0)));
    then(ACCOUNTS_ACCOUNT_CLOSED);
    assert_refusal(when(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0)), REFUSED_ACCOUNT_CLOSED);
}

static void test_a_closed_account_takes_no_orders(void **state)
{
    (void)state;
    given_account(PETER, 0);
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0));
    assert_refusal(when(for_account(ACCOUNTS_OPEN_ACCOUNT, PETER, 0)), REFUSED_ALREADY_EXISTS);
    assert_refusal(when(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 1)), REFUSED_ACCOUNT_CLOSED);
    assert_refusal(when(at_machine(1)), REFUSED_ACCOUNT_CLOSED);
    assert_refusal(when(limits(1, 1)), REFUSED_ACCOUNT_CLOSED);
    assert_refusal(when(with_card(for_account(ACCOUNTS_ISSUE_CARD, PETER, 0), 9, RIGHT_PIN)),
                   REFUSED_ACCOUNT_CLOSED);
    assert_refusal(
        when(with_card(for_account(ACCOUNTS_CONFIRM_AUTHORIZATION, PETER, 0), CARD, RIGHT_PIN)),
        REFUSED_ACCOUNT_CLOSED);
    then_nothing();
}

static void test_a_reversal_reaches_a_closed_account_and_is_paid_out_at_the_counter(void **state)
{
    (void)state;
    given_account(PETER, 5000);
    given(at_machine(5000));
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0));
    assert_accepted(when(reversal(5000)));
    then(ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_int_equal(account_of(PETER)->balance, 5000);
    assert_int_equal(account_available(account_of(PETER), bank.now_us), 0);
    assert_refusal(when(at_machine(5000)), REFUSED_ACCOUNT_CLOSED);
    assert_accepted(when(at_counter(5000)));
    then(ACCOUNTS_MONEY_WITHDRAWN);
    assert_balanced();
}

/* In a log of before there was always room for it. */
static void test_a_reversal_is_not_stopped_by_the_cap(void **state)
{
    (void)state;
    given_account(PETER, MONEY_CAP - 1);
    given(limits(0, 0));
    given(at_machine(5000));
    account_of(PETER)->may_return = 0;
    given(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 5000));
    account_of(PETER)->may_return = 5000;
    assert_accepted(when(reversal(5000)));
    assert_int_equal(account_of(PETER)->balance, MONEY_CAP - 1 + 5000);
    assert_balanced();
}

static void test_an_account_folds_a_version_an_event(void **state)
{
    (void)state;
    given_account(PETER, 100);
    assert_int_equal(account_of(PETER)->version, 3);
}

/* One that account_apply does not know would end the bank. */
static void test_each_event_of_its_stream_is_known(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        struct account account = { .version = 41 };
        const struct event event = { .kind = (enum event_kind)kind };
        if (event_stream(event.kind) != STREAM_ACCOUNT)
            continue;
        account_apply(&account, &event);
        assert_int_equal(account.version, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_a_reversal_always_has_room),
        sentence(test_an_account_is_opened_with_its_owner_and_limits),
        sentence(test_an_event_has_the_ids_and_the_time_of_its_command),
        sentence(test_an_account_is_opened_once),
        sentence(test_before_it_is_opened_every_command_is_refused),
        sentence(test_an_account_decides_its_own_commands_and_no_other),
        sentence(test_a_deposit_adds_to_the_balance),
        sentence(test_a_balance_stays_below_the_cap),
        sentence(test_what_went_in_over_a_life_stays_countable),
        sentence(test_the_whole_balance_can_be_withdrawn_and_no_more),
        sentence(test_the_daily_limit_holds_at_machines_until_midnight),
        sentence(test_the_counter_knows_no_limit_and_uses_none_up),
        sentence(test_what_is_available_is_the_less_of_balance_and_limit),
        sentence(test_a_reversal_gives_the_days_room_back),
        sentence(test_a_reversal_of_yesterdays_money_gives_no_room_today),
        sentence(test_the_frequency_limit_counts_withdrawals_of_the_day),
        sentence(test_a_clock_put_back_over_midnight_gives_no_room),
        sentence(test_a_clock_that_was_far_ahead_blocks_nobody),
        sentence(test_a_withdrawal_reversed_in_full_was_none_of_the_days),
        sentence(test_a_withdrawal_reversed_in_part_is_one_of_the_days),
        sentence(test_yesterdays_withdrawal_reversed_is_none_of_todays),
        sentence(test_an_account_with_money_in_it_is_not_closed),
        sentence(test_a_closed_account_takes_no_orders),
        sentence(test_a_reversal_reaches_a_closed_account_and_is_paid_out_at_the_counter),
        sentence(test_a_reversal_is_not_stopped_by_the_cap),
        sentence(test_an_account_folds_a_version_an_event),
        sentence(test_each_event_of_its_stream_is_known),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The business day: which one an event of money counts to, and what the end of one reports. */
#include "tests/bank/given.h"

enum { MORNING_DAY = 20000 };

/* ---- the day of an event ---- */

static void given_machine(void)
{
    given_account(PETER, 50000);
    given_teller(MACHINE, notes_of_two(5000, 10, 2000, 10));
}

static void given_cut_over(void)
{
    given(for_teller(TELLER_CUT_OVER, MACHINE));
}

static void assert_days(int32_t day)
{
    for (size_t i = bank.first; i < bank.count; i++)
        assert_int_equal(bank.record[i].event.day, day);
}

static void test_money_at_a_machine_counts_to_the_machines_business_day(void **state)
{
    (void)state;
    given_machine();
    given_cut_over(); /* in the morning: tomorrow's business has begun */
    given(initiate(MACHINE, PETER, 7000));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_WITHDRAWAL_INITIATED, ACCOUNTS_MONEY_WITHDRAWN,
         TELLER_MONEY_WITHDRAWN);
    assert_days(MORNING_DAY + 1);
}

static void test_money_at_the_counter_counts_to_the_calendar_day(void **state)
{
    (void)state;
    given_machine();
    given_cut_over();
    given(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, 100));
    assert_days(MORNING_DAY);
    time_passes(DAY_US);
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 100));
    assert_days(MORNING_DAY + 1);
}

static void test_what_ends_after_the_cut_over_counts_to_the_day_after(void **state)
{
    (void)state;
    given_machine();
    given(initiate(MACHINE, PETER, 5000));
    assert_days(MORNING_DAY);
    const struct uuid withdrawal = event_at(0)->correlation_id;
    given_cut_over();
    assert_days(MORNING_DAY); /* which is the one that it ends */
    given(confirm(withdrawal, OUTCOME_NOT_DISPENSED, (struct notes){ 0 }));
    then(TELLER_DISPENSE_FAILED, ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_days(MORNING_DAY + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_money_at_a_machine_counts_to_the_machines_business_day),
        sentence(test_money_at_the_counter_counts_to_the_calendar_day),
        sentence(test_what_ends_after_the_cut_over_counts_to_the_day_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

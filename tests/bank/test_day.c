/* SPDX-License-Identifier: MIT */
/* The business day: which one an event of money counts to, and what the end of one reports. */
#include "bank/codec/day_json.h"
#include "bank/codec/event_json.h"
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

/* ---- the report ---- */

static const struct day_line *line_of_50(void)
{
    for (uint32_t i = 0; i < bank.report.line_count; i++)
        if (bank.report.line[i].denomination == 5000)
            return &bank.report.line[i];
    check_fail("the report has no line for notes of 50");
    return NULL;
}

static struct uuid given_withdrawal(money amount)
{
    given(initiate(MACHINE, PETER, amount));
    return event_at(0)->correlation_id;
}

static void given_taken(money amount, struct notes notes)
{
    given(confirm(given_withdrawal(amount), OUTCOME_DISPENSED, notes));
}

static void given_deposit(struct notes notes)
{
    given(initiate_deposit(MACHINE, PETER));
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, event_at(0)->correlation_id, OUTCOME_COUNTED, notes));
}

static void assert_in_flight(struct uuid id, const char *saga, const char *state, money amount)
{
    for (uint32_t i = 0; i < bank.report.open_count; i++) {
        const struct day_open *open = &bank.report.open[i];
        if (!uuid_equal(&open->id, &id))
            continue;
        assert_string_equal(open->saga, saga);
        assert_string_equal(open->state, state);
        assert_int_equal(open->amount, amount);
        return;
    }
    check_fail("what is in flight is not in the report");
}

static void test_the_first_day_opens_with_nothing_and_loads_what_the_machine_came_with(void **state)
{
    (void)state;
    given_machine();
    given_cut_over();
    assert_true(event_at(0)->day_closed.report == &bank.report);
    assert_int_equal(bank.report.line_count, 2);
    assert_int_equal(bank.report.line[0].denomination, 5000);
    assert_int_equal(bank.report.line[1].denomination, 2000);
    assert_int_equal(line_of_50()->opening, 0);
    assert_int_equal(line_of_50()->moved[DAY_BOOK_loaded], 10);
    assert_int_equal(line_of_50()->closing, 10);
    assert_true(day_report_balances(&bank.report));
}

static void test_a_day_opens_with_what_the_one_before_closed_with(void **state)
{
    (void)state;
    given_machine();
    given_taken(5000, some_notes(5000, 1));
    given_cut_over();
    assert_int_equal(line_of_50()->moved[DAY_BOOK_taken], 1);
    time_passes(DAY_US);
    given_taken(10000, some_notes(5000, 2));
    given_cut_over();
    assert_int_equal(line_of_50()->opening, 9);
    assert_int_equal(line_of_50()->moved[DAY_BOOK_loaded], 0);
    assert_int_equal(line_of_50()->moved[DAY_BOOK_taken], 2);
    assert_int_equal(line_of_50()->closing, 7);
    assert_true(day_report_balances(&bank.report));
}

static void test_notes_that_did_not_reach_the_customer_have_columns_of_their_own(void **state)
{
    (void)state;
    given_machine();
    struct command failed =
        confirm(given_withdrawal(15000), OUTCOME_NOT_DISPENSED, (struct notes){ 0 });
    failed.rejected = some_notes(5000, 1);
    failed.retracted = some_notes(5000, 2);
    given(failed);
    given_cut_over();
    assert_int_equal(line_of_50()->moved[DAY_BOOK_rejected], 1);
    assert_int_equal(line_of_50()->moved[DAY_BOOK_retracted], 2);
    assert_int_equal(line_of_50()->closing, 7);
    assert_int_equal(event_at(0)->day_closed.totals.reversals, 1);
    assert_int_equal(event_at(0)->day_closed.totals.reversed, 15000);
    assert_true(day_report_balances(&bank.report));
}

static void test_deposited_notes_are_in_a_bin_of_their_own(void **state)
{
    (void)state;
    given_machine();
    given_deposit(some_notes(5000, 3));
    given_cut_over();
    assert_int_equal(line_of_50()->closing, 10);
    assert_int_equal(line_of_50()->moved[DAY_BOOK_deposited], 3);
    assert_int_equal(line_of_50()->bin_closing, 3);
    time_passes(DAY_US);
    given_cut_over();
    assert_int_equal(line_of_50()->bin_opening, 3);
    assert_int_equal(line_of_50()->moved[DAY_BOOK_deposited], 0);
    assert_int_equal(line_of_50()->bin_closing, 3);
}

static void test_declines_are_counted_by_their_reasons(void **state)
{
    (void)state;
    given_machine();
    when(initiate(MACHINE, PETER, 60000)); /* more than he has */
    when(initiate(MACHINE, PETER, 65000));
    when(with_card(initiate_deposit(MACHINE, PETER), CARD, WRONG_PIN));
    given_cut_over();
    assert_int_equal(bank.report.declined[REFUSED_WRONG_PIN], 1);
    assert_int_equal(event_at(0)->day_closed.totals.deposits_declined, 1);
    assert_int_equal(event_at(0)->day_closed.totals.declined, 2);
    int64_t declines = 0;
    for (int i = 0; i < REFUSAL_COUNT; i++)
        declines += bank.report.declined[i];
    assert_int_equal(declines, 3);
    time_passes(DAY_US);
    given_cut_over();
    assert_int_equal(bank.report.declined[REFUSED_WRONG_PIN], 0);
}

static void test_a_count_of_the_day_stands_against_the_books(void **state)
{
    (void)state;
    given_machine();
    given_cut_over();
    assert_int_equal(bank.report.counted_us, 0);
    time_passes(DAY_US);
    given_withdrawal(5000); /* which may have left the machine */
    struct command sign_on = for_teller(TELLER_SIGN_ON, MACHINE);
    sign_on.notes = notes_of_two(5000, 9, 2000, 8);
    sign_on.notes_given = true;
    given(sign_on);
    const int64_t counted_us = bank.now_us;
    given_cut_over();
    assert_int_equal(bank.report.counted_us, counted_us);
    assert_int_equal(bank.report.counted_by, SOURCE_MACHINE);
    assert_int_equal(line_of_50()->counted, 9);
    assert_int_equal(line_of_50()->computed, 10);
    assert_int_equal(day_line_difference(line_of_50()), 0);
    assert_int_equal(day_line_difference(&bank.report.line[1]), -2);
}

static void test_what_the_machine_counts_at_the_end_stands_against_the_books(void **state)
{
    (void)state;
    given_machine();
    struct command cut_over = for_teller(TELLER_CUT_OVER, MACHINE);
    cut_over.notes = notes_of_two(5000, 8, 2000, 10);
    cut_over.notes_given = true;
    given(cut_over);
    assert_int_equal(bank.report.counted_us, bank.now_us);
    assert_int_equal(bank.report.counted_by, SOURCE_MACHINE);
    assert_int_equal(line_of_50()->counted, 8);
    assert_int_equal(line_of_50()->computed, 10);
    assert_int_equal(day_line_difference(line_of_50()), -2);
    assert_int_equal(line_of_50()->closing, 10); /* a count by a person moves the books */
    assert_true(day_report_balances(&bank.report));
    time_passes(DAY_US);
    given_cut_over();
    assert_int_equal(bank.report.counted_us, 0);
}

/* ---- what is in flight ---- */

static void test_an_open_withdrawal_is_carried_over_until_it_has_ended(void **state)
{
    (void)state;
    given_machine();
    const struct uuid open = given_withdrawal(5000);
    given_cut_over();
    assert_int_equal(bank.report.open_count, 1);
    assert_in_flight(open, "withdrawal", "dispensing", 5000);
    time_passes(DAY_US);
    given_cut_over();
    assert_in_flight(open, "withdrawal", "dispensing", 5000);
    time_passes(DAY_US);
    given(confirm(open, OUTCOME_DISPENSED, some_notes(5000, 1)));
    given_cut_over();
    assert_int_equal(bank.report.open_count, 0);
}

static void test_a_suspect_is_carried_over_by_name(void **state)
{
    (void)state;
    given_machine();
    const struct uuid suspect = given_withdrawal(5000);
    given(confirm(suspect, OUTCOME_UNKNOWN, (struct notes){ 0 }));
    given(initiate_deposit(MACHINE, PETER));
    const struct uuid counting = event_at(0)->correlation_id;
    given_cut_over();
    assert_int_equal(bank.report.open_count, 2);
    assert_in_flight(suspect, "withdrawal", "suspect", 5000);
    assert_in_flight(counting, "deposit", "counting", 0);
}

/* Its end is the account's event, which the teller does not see. */
static void test_a_suspect_deposit_that_was_credited_is_in_flight_no_more(void **state)
{
    (void)state;
    given_machine();
    given(initiate_deposit(MACHINE, PETER));
    const struct uuid deposit = event_at(0)->correlation_id;
    given(for_account(ACCOUNTS_DEPOSIT_MONEY, PETER, MONEY_CAP - 50000 - 5000));
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, deposit, OUTCOME_COUNTED, some_notes(5000, 2)));
    then(TELLER_MONEY_DEPOSITED, TELLER_DEPOSIT_SUSPECTED);
    given_cut_over();
    assert_in_flight(deposit, "deposit", "suspect", 10000);
    time_passes(DAY_US);
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 50000));
    given(for_deposit(TELLER_RESOLVE_DEPOSIT, deposit, OUTCOME_CREDITED, (struct notes){ 0 }));
    given_cut_over();
    assert_int_equal(bank.report.open_count, 0);
    assert_int_equal(teller_of(MACHINE)->day.open_count, 0);
}

static void test_beyond_so_many_in_flight_the_report_has_their_number(void **state)
{
    (void)state;
    given_account(PETER, 100 * 5000);
    given_teller(MACHINE, some_notes(5000, 100));
    struct uuid first = given_withdrawal(5000);
    for (int i = 1; i < DAY_OPEN_MAX + 3; i++)
        given_withdrawal(5000);
    given_cut_over();
    assert_int_equal(bank.report.open_count, DAY_OPEN_MAX);
    assert_int_equal(bank.report.open_more, 3);
    given(confirm(first, OUTCOME_DISPENSED, some_notes(5000, 1)));
    time_passes(DAY_US);
    given_cut_over();
    assert_int_equal(bank.report.open_count, DAY_OPEN_MAX - 1);
    assert_int_equal(bank.report.open_more, 3);
}

/* One that is in flight without a name is counted once, whatever its machine does not know. */
static void test_beyond_so_many_a_lost_deposit_is_counted_once(void **state)
{
    (void)state;
    struct uuid last;
    given_machine();
    for (int i = 0; i <= DAY_OPEN_MAX; i++) {
        given(initiate_deposit(MACHINE, PETER));
        last = event_at(0)->correlation_id;
    }
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, last, OUTCOME_LOST, (struct notes){ 0 }));
    then(TELLER_DEPOSIT_SUSPECTED);
    assert_int_equal(teller_of(MACHINE)->day.open_more, 1);
    given(for_deposit(TELLER_RESOLVE_DEPOSIT, last, OUTCOME_RETURNED, (struct notes){ 0 }));
    then(TELLER_DEPOSIT_CANCELLED);
    assert_int_equal(teller_of(MACHINE)->day.open_more, 0);
}

/* A day that ended before there were reports says nothing of what is in flight. */
static void test_a_day_without_a_report_carries_over_what_the_teller_knows(void **state)
{
    (void)state;
    given_machine();
    const struct uuid open = given_withdrawal(5000);
    struct event old = { .kind = TELLER_BUSINESS_DAY_CLOSED,
                         .stream_id = MACHINE,
                         .at_us = bank.now_us,
                         .day = MORNING_DAY };
    teller_apply(teller_of(MACHINE), &old);
    time_passes(DAY_US);
    given_cut_over();
    assert_int_equal(event_at(0)->day, MORNING_DAY + 1);
    assert_in_flight(open, "withdrawal", "dispensing", 5000);
    assert_int_equal(line_of_50()->opening, 10);
}

/* ---- the report in the event ---- */

static void test_a_report_is_read_as_it_was_written(void **state)
{
    (void)state;
    char data[EVENT_DATA_MAX], again[EVENT_DATA_MAX];
    given_machine();
    given_withdrawal(5000);
    given_deposit(some_notes(1000, 3));
    when(initiate(MACHINE, PETER, 60000));
    given_cut_over();
    struct event event = *event_at(0), read = *event_at(0);
    const size_t length = event_json_write_data(&event, data);
    struct error error;
    struct json *json = json_parse(data, length, &error);
    struct day_report report;
    assert_true(day_json_read(json_get(json, "report"), &report));
    assert_true(day_report_balances(&report));
    event.day_closed.report = &report;
    event_json_write_data(&event, again);
    assert_string_equal(again, data);
    json_destroy(json);

    check_worked(event_json_read_data("Teller.BusinessDayClosed", data, length, &read, &error),
                 &error);
    assert_null(read.day_closed.report);
    assert_true(read.day_closed.reported);
    assert_int_equal(read.day_closed.carried_count, 1);
    assert_true(uuid_equal(&read.day_closed.carried[0], &event.day_closed.carried[0]));
}

static void test_the_longest_report_fits(void **state)
{
    (void)state;
    static struct day_report report;
    static char data[EVENT_DATA_MAX];
    struct event event = { .kind = TELLER_BUSINESS_DAY_CLOSED };
    memset(&event.day_closed.totals, 0x0f, sizeof event.day_closed.totals);
    event.day_closed.report = &report;
    report.line_count = DAY_LINES_MAX;
    report.open_count = DAY_OPEN_MAX;
    report.counted_us = report.open_more = INT64_C(1) << 52;
    for (int i = 0; i < DAY_LINES_MAX; i++)
        for (size_t j = 0; j < sizeof report.line[i] / sizeof(int64_t); j++)
            ((int64_t *)(void *)&report.line[i])[j] = 2000000000;
    for (int i = 0; i < REFUSAL_COUNT; i++)
        report.declined[i] = 1000000;
    for (int i = 0; i < DAY_OPEN_MAX; i++)
        report.open[i] =
            (struct day_open){ id_of(7), "withdrawal", "dispensing", MONEY_CAP, bank.now_us };
    assert_true(event_json_write_data(&event, data) > 8000);
}

static void test_a_report_that_does_not_add_up_says_so(void **state)
{
    (void)state;
    given_machine();
    given_cut_over();
    bank.report.line[1].closing--;
    assert_false(day_report_balances(&bank.report));
    bank.report.line[1].closing++;
    bank.report.line[0].moved[DAY_BOOK_deposited]++;
    assert_false(day_report_balances(&bank.report));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_money_at_a_machine_counts_to_the_machines_business_day),
        sentence(test_money_at_the_counter_counts_to_the_calendar_day),
        sentence(test_what_ends_after_the_cut_over_counts_to_the_day_after),
        sentence(test_the_first_day_opens_with_nothing_and_loads_what_the_machine_came_with),
        sentence(test_a_day_opens_with_what_the_one_before_closed_with),
        sentence(test_notes_that_did_not_reach_the_customer_have_columns_of_their_own),
        sentence(test_deposited_notes_are_in_a_bin_of_their_own),
        sentence(test_declines_are_counted_by_their_reasons),
        sentence(test_a_count_of_the_day_stands_against_the_books),
        sentence(test_what_the_machine_counts_at_the_end_stands_against_the_books),
        sentence(test_an_open_withdrawal_is_carried_over_until_it_has_ended),
        sentence(test_a_suspect_is_carried_over_by_name),
        sentence(test_a_suspect_deposit_that_was_credited_is_in_flight_no_more),
        sentence(test_beyond_so_many_in_flight_the_report_has_their_number),
        sentence(test_beyond_so_many_a_lost_deposit_is_counted_once),
        sentence(test_a_day_without_a_report_carries_over_what_the_teller_knows),
        sentence(test_a_report_is_read_as_it_was_written),
        sentence(test_the_longest_report_fits),
        sentence(test_a_report_that_does_not_add_up_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

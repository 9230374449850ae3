/* SPDX-License-Identifier: MIT */
/* The teller aggregate: the machine itself, and a withdrawal up to the cash. After it:
 * test_withdrawal.c. */
#include "shared/note_mix.h"
#include "tests/bank/given.h"

static struct command with_notes(struct command command, struct notes notes)
{
    command.notes = notes;
    command.notes_given = true;
    return command;
}

static void assert_notes(struct notes got, struct notes wanted)
{
    for (uint32_t i = 0; i < wanted.length; i++)
        assert_int_equal(notes_of(&got, wanted.item[i].denomination), wanted.item[i].count);
    assert_int_equal(notes_value(&got), notes_value(&wanted));
}

static bool agrees(struct notes counted)
{
    given(with_notes(for_teller(TELLER_SIGN_ON, MACHINE), counted));
    then(TELLER_SIGNED_ON);
    return event_at(0)->cassettes.agrees;
}

/* ---- the machine ---- */

static void test_a_teller_is_provisioned_once_with_its_cassettes(void **state)
{
    (void)state;
    given_teller(MACHINE, notes_of_two(5000, 100, 2000, 200));
    then(TELLER_PROVISIONED);
    assert_notes(teller_of(MACHINE)->cassettes, notes_of_two(5000, 100, 2000, 200));
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->loaded, 2000), 200);
    assert_int_equal(teller_of(MACHINE)->business_day, 20000);
    assert_refusal(when(for_teller(TELLER_PROVISION, MACHINE)), REFUSED_ALREADY_EXISTS);
    then_nothing();
}

static void test_before_it_is_provisioned_every_command_is_refused(void **state)
{
    (void)state;
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        struct command command = for_teller((enum command_kind)kind, MACHINE);
        if (is_for_account(command.kind) || kind == TELLER_PROVISION)
            continue;
        command.withdrawal_id = id_of(900);
        assert_refusal(when(command), REFUSED_NO_SUCH_TELLER);
        then_nothing();
    }
}

static void test_a_teller_decides_its_own_commands_and_no_other(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 1));
    struct withdrawal none = { 0 };
    struct deposit no_deposit = { 0 };
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        struct command command = for_teller((enum command_kind)kind, MACHINE);
        const struct command_traits *traits = command_traits(command.kind);
        const struct decision decision =
            traits->saga == SAGA_DEPOSIT
                ? teller_decide_deposit(teller_of(MACHINE), &no_deposit, &command)
                : teller_decide(teller_of(MACHINE), &none, &command);
        if ((decision.refusal == REFUSED_UNKNOWN_COMMAND) == (traits->aggregate == STREAM_TELLER))
            check_fail("teller_decide and the row of %s disagree about whose command it is",
                       command_name(command.kind));
    }
}

static void test_a_sign_on_says_whether_the_counts_agree(void **state)
{
    (void)state;
    given_teller(MACHINE, notes_of_two(5000, 10, 2000, 20));
    assert_true(agrees(notes_of_two(5000, 10, 2000, 20)));
    assert_int_equal(notes_count(&event_at(0)->cassettes.expected), 0);
    assert_false(agrees(notes_of_two(5000, 9, 2000, 20)));
    assert_notes(event_at(0)->cassettes.expected, notes_of_two(5000, 10, 2000, 20));
    assert_false(agrees(notes_of_two(5000, 11, 2000, 20)));
    assert_false(agrees(some_notes(5000, 10)));
    struct notes more = notes_of_two(5000, 10, 2000, 20);
    notes_add(&more, 1000, 1);
    assert_false(agrees(more));
}

static void test_a_sign_on_without_a_count_agrees(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 10));
    given(for_teller(TELLER_SIGN_ON, MACHINE));
    assert_true(event_at(0)->cassettes.agrees);
}

static struct command run_signs_on(uint64_t run)
{
    struct command command = for_teller(TELLER_SIGN_ON, MACHINE);
    command.run = id_of(run);
    return command;
}

static void
test_the_later_of_two_machines_stays_and_the_one_that_comes_back_is_refused(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 10));
    given(run_signs_on(901));
    given(run_signs_on(901)); /* the same one, after a network cut */
    given(for_teller(TELLER_SIGN_ON, MACHINE));
    given(run_signs_on(902)); /* started anew, or another machine */
    then(TELLER_SIGNED_ON);
    assert_refusal(when(run_signs_on(901)), REFUSED_DISPLACED);
    then(TELLER_SIGN_ON_REFUSED);
    assert_refusal(when(run_signs_on(901)), REFUSED_DISPLACED);
    then_nothing(); /* once is enough */
    given(run_signs_on(902));
    given(run_signs_on(903)); /* a supervisor has started the first one anew */
    assert_refusal(when(run_signs_on(902)), REFUSED_DISPLACED);
    then(TELLER_SIGN_ON_REFUSED);
    assert_true(uuid_equal(&event_at(0)->cassettes.run, &(struct uuid[]){ id_of(902) }[0]));
}

static void test_how_far_a_machines_journal_had_come_is_known(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given_teller(MACHINE, some_notes(5000, 10));
    struct command cash = initiate(MACHINE, PETER, 5000);
    strcpy(cash.journal, "7:0123456789abcdef");
    given(cash);
    assert_string_equal(teller_of(MACHINE)->journal, "7:0123456789abcdef");
    given(initiate(MACHINE, PETER, 5000)); /* of a client that does not say */
    assert_string_equal(teller_of(MACHINE)->journal, "7:0123456789abcdef");
    struct command deposit = initiate_deposit(MACHINE, PETER);
    strcpy(deposit.journal, "19:fedcba9876543210");
    given(deposit);
    assert_string_equal(teller_of(MACHINE)->journal, "19:fedcba9876543210");
    struct command adopted = for_teller(TELLER_REPORT_INCIDENT, MACHINE);
    adopted.incident = INCIDENT_MEMORIES_ADOPTED;
    given(adopted);
    assert_string_equal(teller_of(MACHINE)->journal, "");
}

static void test_promised_notes_may_or_may_not_be_in_the_machine(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given_teller(MACHINE, notes_of_two(5000, 10, 2000, 20));
    given_dispensing(15000);
    assert_true(agrees(notes_of_two(5000, 10, 2000, 20)));
    assert_true(agrees(notes_of_two(5000, 7, 2000, 20)));
    assert_true(agrees(notes_of_two(5000, 9, 2000, 20)));
    assert_false(agrees(notes_of_two(5000, 6, 2000, 20)));
    assert_notes(event_at(0)->cassettes.promised, some_notes(5000, 3));
    /* A denomination that was never loaded does not make up for a missing one. */
    struct notes other = notes_of_two(5000, 7, 2000, 20);
    notes_add(&other, 1000, 2);
    assert_false(agrees(other));
}

static void test_replenishing_adds_to_the_cassettes(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 10));
    assert_accepted(when(with_notes(for_teller(TELLER_REPLENISH_CASSETTES, MACHINE),
                                    notes_of_two(5000, 5, 1000, 40))));
    then(TELLER_CASSETTES_REPLENISHED);
    assert_notes(teller_of(MACHINE)->cassettes, notes_of_two(5000, 15, 1000, 40));
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->loaded, 5000), 15);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->loaded, 1000), 40);
}

static void test_a_machine_has_room_for_a_million_notes_and_eight_denominations(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(1, NOTES_COUNT_MAX - 1));
    struct command one =
        with_notes(for_teller(TELLER_REPLENISH_CASSETTES, MACHINE), some_notes(1, 1));
    given(one);
    assert_refusal(when(one), REFUSED_TOO_MANY_NOTES);
    then_nothing();
    for (int denomination = 2; denomination <= NOTES_MAX; denomination++)
        given(with_notes(for_teller(TELLER_REPLENISH_CASSETTES, MACHINE),
                         some_notes(denomination, 1)));
    assert_refusal(
        when(with_notes(for_teller(TELLER_REPLENISH_CASSETTES, MACHINE), some_notes(100, 1))),
        REFUSED_TOO_MANY_NOTES);
    then_nothing();
}

static void test_a_cut_over_closes_the_day_with_its_totals(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given_teller(MACHINE, notes_of_two(5000, 100, 2000, 100));
    given(confirm(given_dispensing(15000), OUTCOME_DISPENSED, some_notes(5000, 3)));
    given(confirm(given_dispensing(15000), OUTCOME_DISPENSED, some_notes(5000, 2)));
    given(confirm(given_dispensing(10000), OUTCOME_NOT_DISPENSED, some_notes(0, 0)));
    given(confirm(given_dispensing(10000), OUTCOME_UNKNOWN, some_notes(0, 0)));
    when(initiate(MACHINE, PETER, 1));
    assert_accepted(when(for_teller(TELLER_CUT_OVER, MACHINE)));
    then(TELLER_BUSINESS_DAY_CLOSED);
    const struct day_totals *totals = &event_at(0)->day_closed.totals;
    assert_int_equal(event_at(0)->day, 20000);
    assert_int_equal(totals->withdrawals, 2);
    assert_int_equal(totals->dispensed, 25000);
    assert_int_equal(totals->reversed, 15000);
    assert_int_equal(totals->declined, 1);
    assert_int_equal(totals->suspect, 1);
    time_passes(DAY_US);
    given(for_teller(TELLER_CUT_OVER, MACHINE));
    assert_int_equal(event_at(0)->day_closed.totals.withdrawals, 0);
    assert_int_equal(event_at(0)->day_closed.totals.dispensed, 0);
}

static void test_a_business_day_follows_the_calendar_and_never_comes_twice(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 1));
    static const int64_t passes_days[] = { 0, 1, 1, 8, 0, 1 };
    static const int32_t begins[] = { 20001, 20002, 20003, 20010, 20011, 20012 };
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        time_passes(passes_days[i] * DAY_US);
        given(for_teller(TELLER_CUT_OVER, MACHINE));
        assert_int_equal(teller_of(MACHINE)->business_day, begins[i]);
    }
}

static struct command cut_over_by_machine(void)
{
    struct command command = for_teller(TELLER_CUT_OVER, MACHINE);
    command.by_machine = true;
    return command;
}

static void test_a_business_day_is_never_ahead_of_tomorrow(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 1));
    given(for_teller(TELLER_CUT_OVER, MACHINE));
    for (int i = 0; i < 3600; i++) {
        assert_refusal(when(for_teller(TELLER_CUT_OVER, MACHINE)), REFUSED_CUT_OVER_TOO_EARLY);
        assert_refusal(when(cut_over_by_machine()), REFUSED_CUT_OVER_TOO_EARLY);
        then_nothing();
    }
    assert_int_equal(teller_of(MACHINE)->business_day, 20001);
    time_passes(16 * 3600 * SECOND_US - 1); /* the last microsecond of the day, by UTC */
    assert_refusal(when(for_teller(TELLER_CUT_OVER, MACHINE)), REFUSED_CUT_OVER_TOO_EARLY);
    time_passes(1);
    given(for_teller(TELLER_CUT_OVER, MACHINE));
    assert_int_equal(teller_of(MACHINE)->business_day, 20002);
    time_passes(-DAY_US); /* a clock that is put back */
    assert_refusal(when(for_teller(TELLER_CUT_OVER, MACHINE)), REFUSED_CUT_OVER_TOO_EARLY);
}

static void test_a_machine_cuts_over_once_a_calendar_day_and_an_operator_catches_up(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 1));
    time_passes(3 * DAY_US);
    given(cut_over_by_machine()); /* in the morning, what was forgotten for three evenings */
    assert_true(event_at(0)->day_closed.by_machine);
    assert_int_equal(teller_of(MACHINE)->business_day, 20003);
    assert_refusal(when(cut_over_by_machine()), REFUSED_CUT_OVER_TOO_EARLY);
    then_nothing();
    given(for_teller(TELLER_CUT_OVER, MACHINE));
    assert_false(event_at(0)->day_closed.by_machine);
    assert_int_equal(teller_of(MACHINE)->business_day, 20004);
    time_passes(DAY_US);
    given(cut_over_by_machine());
    assert_int_equal(teller_of(MACHINE)->business_day, 20005);
}

/* As logs may have it that were written before there was a bound. */
static void test_a_teller_far_ahead_stays_until_the_calendar_has_come_up_with_it(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, some_notes(5000, 10));
    teller_of(MACHINE)->business_day = 20010;
    assert_refusal(when(for_teller(TELLER_CUT_OVER, MACHINE)), REFUSED_CUT_OVER_TOO_EARLY);
    given(for_teller(TELLER_SIGN_ON, MACHINE));
    given(confirm(given_dispensing(5000), OUTCOME_DISPENSED, some_notes(5000, 1)));
    time_passes(9 * DAY_US);
    assert_refusal(when(for_teller(TELLER_CUT_OVER, MACHINE)), REFUSED_CUT_OVER_TOO_EARLY);
    time_passes(DAY_US);
    given(cut_over_by_machine());
    assert_int_equal(event_at(0)->day, 20010);
    assert_int_equal(event_at(0)->day_closed.totals.withdrawals, 1);
    assert_int_equal(teller_of(MACHINE)->business_day, 20011);
}

/* ---- a withdrawal, up to the cash ---- */

static void test_an_approved_withdrawal_takes_the_documented_steps(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, notes_of_two(5000, 100, 2000, 100));
    assert_accepted(when(initiate(MACHINE, PETER, 16000)));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_WITHDRAWAL_INITIATED, ACCOUNTS_MONEY_WITHDRAWN,
         TELLER_MONEY_WITHDRAWN);
    struct uuid id = event_at(0)->correlation_id;
    for (size_t i = 0; i < 4; i++)
        assert_true(uuid_equal(&event_at(i)->correlation_id, &id));
    assert_true(uuid_equal(&event_at(1)->causation_id, &id));
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(uuid_equal(&event_at(i)->causation_id, &event_at(j)->causation_id));
    assert_notes(event_at(3)->withdrawal.notes, notes_of_two(5000, 2, 2000, 3));
    assert_int_equal(event_at(3)->withdrawal.confirm_by_us, bank.now_us + bank.confirm_within_us);
    assert_int_equal(withdrawal_of(id)->balance, 34000);
    assert_notes(teller_of(MACHINE)->promised, notes_of_two(5000, 2, 2000, 3));
    assert_notes(teller_of(MACHINE)->cassettes, notes_of_two(5000, 100, 2000, 100));
}

/* The refusal of an initiated withdrawal is its last event, whose content says why. */
static void assert_declined(struct command command, enum refusal why)
{
    when(command);
    const struct event *last = &bank.record[bank.count - 1].event;
    assert_string_equal(event_type(last->kind), "Teller.WithdrawalDeclined");
    assert_refusal(last->withdrawal.refusal, why);
    assert_int_equal(last->withdrawal.amount, command.amount);
    assert_string_equal(withdrawal_state_name(withdrawal_of(last->correlation_id)->state),
                        "declined");
    assert_refusal(withdrawal_of(last->correlation_id)->refusal, why);
    assert_int_equal(notes_count(&teller_of(MACHINE)->promised), 0);
}

static void test_a_card_of_no_account_is_refused_without_an_event(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 10));
    struct command command = initiate(MACHINE, id_of(1), 5000);
    command.account_id = (struct uuid){ 0 };
    assert_refusal(when(command), REFUSED_NO_SUCH_CARD);
    then_nothing(); /* guesses are not kept */
}

static void test_wrong_pins_are_declined_until_the_card_is_blocked(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, some_notes(5000, 10));
    struct command wrong = with_card(initiate(MACHINE, PETER, 5000), CARD, WRONG_PIN);
    assert_declined(wrong, REFUSED_WRONG_PIN);
    then(ACCOUNTS_AUTHORIZATION_DECLINED, TELLER_WITHDRAWAL_DECLINED);
    assert_declined(wrong, REFUSED_WRONG_PIN);
    assert_declined(wrong, REFUSED_PIN_TRIES_EXCEEDED);
    then(ACCOUNTS_AUTHORIZATION_DECLINED, ACCOUNTS_CARD_BLOCKED, TELLER_WITHDRAWAL_DECLINED);
    assert_declined(initiate(MACHINE, PETER, 5000), REFUSED_CARD_BLOCKED);
    then(TELLER_WITHDRAWAL_DECLINED);
    assert_int_equal(account_of(PETER)->balance, 50000);
}

static void test_what_the_account_refuses_is_declined(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, some_notes(5000, 100));
    assert_declined(initiate(MACHINE, PETER, 55000), REFUSED_INSUFFICIENT_FUNDS);
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_WITHDRAWAL_INITIATED, TELLER_WITHDRAWAL_DECLINED);
    struct command limits = for_account(ACCOUNTS_SET_LIMITS, PETER, 0);
    limits.daily_limit = 10000;
    limits.daily_count = 1;
    given(limits);
    assert_declined(initiate(MACHINE, PETER, 15000), REFUSED_DAILY_LIMIT);
    given(confirm(given_dispensing(5000), OUTCOME_DISPENSED, some_notes(5000, 1)));
    assert_declined(initiate(MACHINE, PETER, 5000), REFUSED_FREQUENCY_LIMIT);
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 45000));
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0));
    assert_declined(initiate(MACHINE, PETER, 5000), REFUSED_ACCOUNT_CLOSED);
}

static void test_a_machine_without_the_cash_declines_before_the_account_is_asked(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, notes_of_two(5000, 1, 2000, 2));
    assert_declined(initiate(MACHINE, PETER, 10000), REFUSED_OUT_OF_CASH);
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_WITHDRAWAL_INITIATED, TELLER_WITHDRAWAL_DECLINED);
    assert_declined(initiate(MACHINE, PETER, 6000), REFUSED_NOT_PAYABLE);
    assert_declined(initiate(MACHINE, PETER, 8000), REFUSED_NOT_PAYABLE);
    assert_int_equal(account_of(PETER)->balance, 50000);
}

/* An old log can name any denomination: it is read and counts, but such notes are never promised.
 */
static void test_notes_of_another_currency_stay_where_they_are(void **state)
{
    (void)state;
    static const int32_t primes[] = { 99999989, 99999971, 99999959, 99999941,
                                      99999931, 99999847, 99999839 };
    given_account(PETER, 500000);
    struct notes odd = { 0 };
    for (size_t i = 0; i < sizeof primes / sizeof primes[0]; i++)
        notes_add(&odd, primes[i], 1000);
    given_teller(MACHINE, odd);
    assert_declined(initiate(MACHINE, PETER, 2000000011), REFUSED_OUT_OF_CASH);
    given(with_notes(for_teller(TELLER_REPLENISH_CASSETTES, MACHINE), some_notes(5000, 10)));
    assert_true(agrees(some_notes(5000, 10)));
    assert_declined(initiate(MACHINE, PETER, primes[0]), REFUSED_OUT_OF_CASH);
    given_dispensing(10000);
    assert_int_equal(notes_of(&teller_of(MACHINE)->cassettes, primes[0]), 1000);
}

static void test_one_presentation_holds_forty_notes(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given_teller(MACHINE, some_notes(1000, 100));
    assert_declined(initiate(MACHINE, PETER, 41000), REFUSED_NOT_PAYABLE);
    assert_declined(with_notes(initiate(MACHINE, PETER, 41000), some_notes(1000, 41)),
                    REFUSED_NOTES_MISMATCH);
    given_dispensing(40000);
}

static void test_notes_promised_to_one_withdrawal_are_not_promised_to_another(void **state)
{
    (void)state;
    given_account(PETER, 500000);
    given_teller(MACHINE, some_notes(5000, 3));
    struct uuid first = given_dispensing(10000);
    when(initiate(MACHINE, PETER, 10000));
    assert_refusal(event_at(2)->withdrawal.refusal, REFUSED_OUT_OF_CASH);
    given_dispensing(5000);
    given(confirm(first, OUTCOME_NOT_DISPENSED, some_notes(0, 0)));
    given_dispensing(10000);
}

static void test_chosen_notes_are_dispensed_as_chosen(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, notes_of_two(5000, 10, 2000, 10));
    given(with_notes(initiate(MACHINE, PETER, 10000), some_notes(2000, 5)));
    assert_notes(event_at(1)->withdrawal.notes, some_notes(2000, 5));
    assert_notes(event_at(3)->withdrawal.notes, some_notes(2000, 5));
}

static void test_chosen_notes_must_fit_the_amount_and_the_machine(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, notes_of_two(5000, 2, 2000, 10));
    assert_declined(with_notes(initiate(MACHINE, PETER, 10000), some_notes(2000, 4)),
                    REFUSED_NOTES_MISMATCH);
    assert_declined(with_notes(initiate(MACHINE, PETER, 15000), some_notes(5000, 3)),
                    REFUSED_NOTES_MISMATCH);
    assert_declined(with_notes(initiate(MACHINE, PETER, 10000), some_notes(1000, 10)),
                    REFUSED_NOTES_MISMATCH);
    assert_int_equal(account_of(PETER)->balance, 50000);
}

/* ---- barred, and keys ---- */

static struct command by_terminal(struct command command)
{
    command.by_terminal = true;
    return command;
}

static void test_a_barred_terminal_may_only_tell_how_things_ended(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, some_notes(5000, 20));
    struct uuid before = given_dispensing(5000), put_in = given_counting();
    struct command bar = for_teller(TELLER_BAR, MACHINE);
    snprintf(bar.reason, sizeof bar.reason, "stolen");
    given(bar);
    then(TELLER_BARRED);
    assert_string_equal(event_at(0)->teller_changed.reason, "stolen");
    assert_refusal(when(bar), REFUSED_TELLER_BARRED);
    assert_refusal(when(by_terminal(for_teller(TELLER_SIGN_ON, MACHINE))), REFUSED_TELLER_BARRED);
    assert_refusal(when(by_terminal(for_teller(TELLER_CUT_OVER, MACHINE))), REFUSED_TELLER_BARRED);
    assert_refusal(when(by_terminal(with_notes(for_teller(TELLER_REPLENISH_CASSETTES, MACHINE),
                                               some_notes(5000, 1)))),
                   REFUSED_TELLER_BARRED);
    then_nothing();
    assert_refusal(when(by_terminal(initiate(MACHINE, PETER, 5000))), REFUSED_TELLER_BARRED);
    then(TELLER_WITHDRAWAL_DECLINED);
    assert_refusal(when(by_terminal(initiate_deposit(MACHINE, PETER))), REFUSED_TELLER_BARRED);
    then(TELLER_DEPOSIT_DECLINED);
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        const struct command command = by_terminal(for_teller(kind, MACHINE));
        const bool tells = kind == TELLER_CONFIRM_DISPENSE || kind == TELLER_CONFIRM_DEPOSIT ||
                           kind == TELLER_REPORT_INCIDENT;
        const bool bars = (command_traits(kind)->senders & BY_TERMINAL) != 0 && !tells;
        if (teller_bars(teller_of(MACHINE), &command) != bars)
            check_fail("a barred machine's %s is %s", command_name(kind),
                       bars ? "taken" : "refused");
    }
    given(by_terminal(confirm(before, OUTCOME_DISPENSED, some_notes(5000, 1))));
    given(by_terminal(
        for_deposit(TELLER_CONFIRM_DEPOSIT, put_in, OUTCOME_COUNTED, some_notes(5000, 1))));
    given(for_teller(TELLER_CUT_OVER, MACHINE)); /* an operator */
    given(for_teller(TELLER_UNBAR, MACHINE));
    assert_refusal(when(for_teller(TELLER_UNBAR, MACHINE)), REFUSED_TELLER_NOT_BARRED);
    given(by_terminal(initiate(MACHINE, PETER, 5000)));
}

static struct command with_key(enum command_kind kind, unsigned char check)
{
    struct command command = for_teller(kind, MACHINE);
    memset(command.key_check, check, sizeof command.key_check);
    return command;
}

static void test_only_the_key_in_force_signs_on(void **state)
{
    (void)state;
    given_teller(MACHINE, some_notes(5000, 20));
    given(with_key(TELLER_SIGN_ON, 1)); /* the log has not been told of any */
    given(with_key(TELLER_REPLACE_KEY, 2));
    then(TELLER_KEY_REPLACED);
    assert_refusal(when(with_key(TELLER_SIGN_ON, 1)), REFUSED_KEY_REPLACED);
    given(with_key(TELLER_SIGN_ON, 2));
    given(with_key(TELLER_WITHDRAW_KEY, 2));
    then(TELLER_KEY_WITHDRAWN);
    assert_refusal(when(with_key(TELLER_SIGN_ON, 2)), REFUSED_KEY_REPLACED);
    assert_refusal(when(with_key(TELLER_WITHDRAW_KEY, 2)), REFUSED_NO_TELLER_KEY);
    given(with_key(TELLER_REPLACE_KEY, 3));
    given(with_key(TELLER_SIGN_ON, 3));
}

static void test_an_id_is_initiated_once(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    given_teller(MACHINE, some_notes(5000, 10));
    struct command again = initiate(MACHINE, PETER, 5000);
    again.id = given_dispensing(5000);
    assert_refusal(when(again), REFUSED_ALREADY_EXISTS);
    then_nothing();
    assert_int_equal(account_of(PETER)->balance, 45000);
}

/* One that teller_apply does not know would end the bank. */
static void test_each_event_of_its_stream_is_known(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        struct teller teller = { .version = 41 };
        const struct event event = { .kind = (enum event_kind)kind };
        if (event_stream(event.kind) != STREAM_TELLER)
            continue;
        teller_apply(&teller, &event);
        assert_int_equal(teller.version, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_a_teller_is_provisioned_once_with_its_cassettes),
        sentence(test_before_it_is_provisioned_every_command_is_refused),
        sentence(test_a_teller_decides_its_own_commands_and_no_other),
        sentence(test_a_sign_on_says_whether_the_counts_agree),
        sentence(test_a_sign_on_without_a_count_agrees),
        sentence(test_the_later_of_two_machines_stays_and_the_one_that_comes_back_is_refused),
        sentence(test_how_far_a_machines_journal_had_come_is_known),
        sentence(test_promised_notes_may_or_may_not_be_in_the_machine),
        sentence(test_replenishing_adds_to_the_cassettes),
        sentence(test_a_machine_has_room_for_a_million_notes_and_eight_denominations),
        sentence(test_a_cut_over_closes_the_day_with_its_totals),
        sentence(test_a_business_day_follows_the_calendar_and_never_comes_twice),
        sentence(test_a_business_day_is_never_ahead_of_tomorrow),
        sentence(test_a_machine_cuts_over_once_a_calendar_day_and_an_operator_catches_up),
        sentence(test_a_teller_far_ahead_stays_until_the_calendar_has_come_up_with_it),
        sentence(test_an_approved_withdrawal_takes_the_documented_steps),
        sentence(test_a_card_of_no_account_is_refused_without_an_event),
        sentence(test_wrong_pins_are_declined_until_the_card_is_blocked),
        sentence(test_what_the_account_refuses_is_declined),
        sentence(test_a_machine_without_the_cash_declines_before_the_account_is_asked),
        sentence(test_notes_of_another_currency_stay_where_they_are),
        sentence(test_one_presentation_holds_forty_notes),
        sentence(test_notes_promised_to_one_withdrawal_are_not_promised_to_another),
        sentence(test_chosen_notes_are_dispensed_as_chosen),
        sentence(test_chosen_notes_must_fit_the_amount_and_the_machine),
        sentence(test_a_barred_terminal_may_only_tell_how_things_ended),
        sentence(test_only_the_key_in_force_signs_on),
        sentence(test_an_id_is_initiated_once),
        sentence(test_each_event_of_its_stream_is_known),
    };
    return cmocka_run_group_tests_name("teller", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* A withdrawal once the notes are promised: every way it can end, and that it ends once. */
#include "tests/bank/given.h"

static const struct notes nothing;

static int start(void **state)
{
    bank_start(state);
    given_account(PETER, 100000);
    given_teller(MACHINE, notes_of_two(5000, 100, 2000, 100));
    given_teller(OTHER, some_notes(5000, 100));
    return 0;
}

#define about_withdrawals(test) cmocka_unit_test_setup_teardown(test, start, bank_end)

#define assert_state(id, name)                                                                     \
    assert_string_equal(withdrawal_state_name(withdrawal_of(id)->state), name)

static struct command resolve(struct uuid id, enum dispense_outcome outcome)
{
    struct command command = for_teller(TELLER_RESOLVE_WITHDRAWAL, MACHINE);
    command.withdrawal_id = id;
    command.outcome = outcome;
    return command;
}

/* What the engine does when a deadline has passed. */
static enum refusal deadline_passes(struct uuid id)
{
    struct command command = { .kind = NO_COMMAND };
    bank.first = bank.count;
    bank.now_us = withdrawal_of(id)->confirm_by_us;
    if (!withdrawal_deadline(withdrawal_of(id), bank.now_us, &command))
        return NOT_REFUSED;
    return when(command);
}

/* Whose statement the last one is, and the notes of which it does not say where they are. */
static void assert_unknown(struct uuid id, const char *source, money value)
{
    assert_string_equal(source_name(withdrawal_of(id)->source), source);
    assert_int_equal(notes_value(&withdrawal_of(id)->unknown), value);
}

/* An advice that is booked as a case of its own, with what it adds to what customers took. */
static void assert_disputed(struct command advice, const char *contradicts, money taken)
{
    assert_accepted(when(advice));
    then(TELLER_DISPENSE_DISPUTED);
    assert_string_equal(refusal_name(event_at(0)->withdrawal.refusal), contradicts);
    assert_int_equal(notes_value(&event_at(0)->withdrawal.where.taken), taken);
    assert_string_equal(withdrawal_state_name(withdrawal_of(advice.withdrawal_id)->state),
                        "disputed");
    assert_string_equal(source_name(withdrawal_of(advice.withdrawal_id)->source), "machine");
}

static money balance(void)
{
    return account_of(PETER)->balance;
}

/* Nothing stays promised, and every note is somewhere. */
static void assert_machine_settled(int32_t in_cassettes, int64_t taken, int64_t rejected,
                                   int64_t retracted)
{
    const struct teller *teller = teller_of(MACHINE);
    assert_int_equal(notes_count(&teller->promised), 0);
    assert_int_equal(notes_of(&teller->cassettes, 5000), in_cassettes);
    assert_int_equal(note_totals_of(&teller->taken, 5000), taken);
    assert_int_equal(note_totals_of(&teller->rejected, 5000), rejected);
    assert_int_equal(note_totals_of(&teller->retracted, 5000), retracted);
    assert_int_equal(note_totals_of(&teller->loaded, 5000),
                     in_cassettes + taken + rejected + retracted);
}

/* ---- the terminal tells ---- */

static void test_a_confirmed_dispense_completes(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    assert_accepted(when(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4))));
    then(TELLER_CASH_DISPENSED);
    assert_true(uuid_equal(&event_at(0)->correlation_id, &id));
    assert_int_equal(event_at(0)->withdrawal.amount, 20000);
    assert_state(id, "completed");
    assert_int_equal(balance(), 80000);
    assert_machine_settled(96, 4, 0, 0);
}

static void test_a_failed_dispense_is_reversed_in_full(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command fault = confirm(id, OUTCOME_NOT_DISPENSED, nothing);
    snprintf(fault.reason, sizeof fault.reason, "dispenser_jam");
    assert_accepted(when(fault));
    then(TELLER_DISPENSE_FAILED, ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_string_equal(event_at(0)->withdrawal.reason, "dispenser_jam");
    assert_int_equal(event_at(1)->money_moved.amount, 20000);
    assert_int_equal(event_at(1)->money_moved.withdrawn_at_us, MORNING);
    assert_true(event_at(1)->money_moved.in_full);
    assert_state(id, "reversed");
    assert_int_equal(balance(), 100000);
    assert_machine_settled(100, 0, 0, 0);
}

static void test_notes_rejected_before_presenting_are_reversed_and_leave_the_cassettes(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command fault = confirm(id, OUTCOME_NOT_DISPENSED, nothing);
    fault.rejected = some_notes(5000, 3);
    assert_accepted(when(fault));
    then(TELLER_DISPENSE_FAILED, ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_int_equal(balance(), 100000);
    assert_machine_settled(97, 0, 3, 0);
}

static void test_a_partial_dispense_completes_and_the_difference_is_reversed(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command partial = confirm(id, OUTCOME_DISPENSED, some_notes(5000, 1));
    partial.rejected = some_notes(5000, 2);
    assert_accepted(when(partial));
    then(TELLER_CASH_DISPENSED, ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_int_equal(event_at(1)->money_moved.amount, 15000);
    assert_false(event_at(1)->money_moved.in_full);
    assert_state(id, "completed");
    assert_int_equal(withdrawal_of(id)->reversed, 15000);
    assert_int_equal(balance(), 95000);
    assert_machine_settled(97, 1, 2, 0);
}

static void test_retracted_notes_are_suspect_and_nothing_is_credited(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command retracted = confirm(id, OUTCOME_RETRACTED, nothing);
    retracted.retracted = some_notes(5000, 3);
    assert_accepted(when(retracted));
    then(TELLER_WITHDRAWAL_SUSPECTED);
    assert_unknown(id, "machine", 0); /* it says that the fourth has not left */
    assert_int_equal(notes_count(&withdrawal_of(id)->where.returned), 1);
    assert_state(id, "suspect");
    assert_int_equal(balance(), 80000);
    assert_int_equal(notes_of(&teller_of(MACHINE)->promised, 5000), 4);
    assert_accepted(when(retracted));
    then_nothing();
    assert_accepted(deadline_passes(id));
    then_nothing();
}

static void test_an_unknown_position_is_suspect(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command unknown = confirm(id, OUTCOME_UNKNOWN, nothing);
    unknown.rejected = some_notes(5000, 1);
    assert_accepted(when(unknown));
    then(TELLER_WITHDRAWAL_SUSPECTED);
    assert_unknown(id, "machine", 15000);
    assert_accepted(when(unknown));
    then_nothing();
    assert_state(id, "suspect");
    assert_int_equal(balance(), 80000);
}

static void test_notes_that_were_not_promised_are_a_mismatch(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command more = confirm(id, OUTCOME_DISPENSED, some_notes(5000, 3));
    more.rejected = more.retracted = some_notes(5000, 1);
    const struct command lists[] = {
        more,
        confirm(id, OUTCOME_DISPENSED, some_notes(5000, 5)),
        confirm(id, OUTCOME_DISPENSED, some_notes(2000, 1)),
        confirm(id, OUTCOME_DISPENSED, nothing),
        confirm(id, OUTCOME_NOT_DISPENSED, some_notes(5000, 4)),
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        assert_accepted(when(lists[i])); /* an advice is always booked */
        if (i > 0)
            then_nothing();
    }
    assert_unknown(id, "machine", 20000);
    assert_state(id, "suspect");
    assert_accepted(when(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4))));
    assert_machine_settled(96, 4, 0, 0);
}

static void test_an_end_said_again_is_accepted_and_another_is_disputed(void **state)
{
    (void)state;
    struct uuid done = given_dispensing(20000), back = given_dispensing(20000);
    given(confirm(done, OUTCOME_DISPENSED, some_notes(5000, 4)));
    given(confirm(back, OUTCOME_NOT_DISPENSED, nothing));
    assert_accepted(when(confirm(done, OUTCOME_DISPENSED, some_notes(5000, 4))));
    assert_accepted(when(confirm(back, OUTCOME_NOT_DISPENSED, nothing)));
    assert_accepted(when(confirm(done, OUTCOME_UNKNOWN, nothing))); /* which is no news */
    assert_accepted(when(confirm(back, OUTCOME_RETRACTED, nothing)));
    then_nothing();
    assert_disputed(confirm(done, OUTCOME_DISPENSED, some_notes(5000, 3)), "withdrawal_ended", 0);
    assert_disputed(confirm(back, OUTCOME_DISPENSED, some_notes(5000, 4)), "withdrawal_ended",
                    20000);
    assert_int_equal(balance(), 80000);
    assert_machine_settled(92, 8, 0, 0);
}

static void test_a_declined_withdrawal_can_be_given_up_and_is_disputed_when_dispensed(void **state)
{
    (void)state;
    when(initiate(MACHINE, PETER, 5));
    struct uuid id = event_at(0)->correlation_id;
    assert_state(id, "declined");
    assert_accepted(when(confirm(id, OUTCOME_NOT_DISPENSED, nothing)));
    then_nothing();
    assert_disputed(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 1)), "withdrawal_ended", 5000);
}

static void test_a_reversal_of_what_never_arrived_takes_its_id_out_of_use(void **state)
{
    (void)state;
    struct command reversal = confirm(id_of(900), OUTCOME_NOT_DISPENSED, nothing);
    snprintf(reversal.reason, sizeof reversal.reason, "timeout");
    assert_accepted(when(reversal));
    then(TELLER_WITHDRAWAL_DECLINED);
    assert_refusal(event_at(0)->withdrawal.refusal, REFUSED_REVERSED_BEFORE);
    assert_string_equal(event_at(0)->withdrawal.reason, "timeout");
    assert_state(id_of(900), "declined");
    assert_accepted(when(reversal));
    then_nothing();
    struct command late = initiate(MACHINE, PETER, 20000);
    late.id = id_of(900);
    assert_refusal(when(late), REFUSED_REVERSED_BEFORE);
    then_nothing();
    assert_int_equal(balance(), 100000);
}

static void test_only_a_reversal_may_name_an_unknown_withdrawal(void **state)
{
    (void)state;
    assert_refusal(when(resolve(id_of(900), OUTCOME_DISPENSED)), REFUSED_NO_SUCH_WITHDRAWAL);
    struct command elsewhere = confirm(id_of(900), OUTCOME_NOT_DISPENSED, nothing);
    elsewhere.named_otherwise = true; /* it is another command's id, and nothing has moved */
    assert_refusal(when(elsewhere), REFUSED_NO_SUCH_WITHDRAWAL);
    then_nothing();
    static const enum dispense_outcome outcomes[] = { OUTCOME_DISPENSED, OUTCOME_RETRACTED,
                                                      OUTCOME_UNKNOWN };
    for (uint64_t i = 0; i < 3; i++) {
        assert_disputed(confirm(id_of(901 + i), outcomes[i], nothing), "no_such_withdrawal", 0);
        assert_string_equal(event_at(0)->withdrawal.outcome, dispense_outcome_name(outcomes[i]));
    }
    struct command rejected = confirm(id_of(905), OUTCOME_NOT_DISPENSED, nothing);
    rejected.rejected = some_notes(5000, 2);
    assert_disputed(rejected, "no_such_withdrawal", 0);
    assert_machine_settled(98, 0, 2, 0);
}

static void test_an_unknown_withdrawal_is_booked_and_an_operator_settles_it(void **state)
{
    (void)state;
    struct command told = confirm(id_of(900), OUTCOME_DISPENSED, some_notes(5000, 3));
    told.rejected = some_notes(5000, 1);
    snprintf(told.reason, sizeof told.reason, "power");
    assert_disputed(told, "no_such_withdrawal", 15000);
    assert_string_equal(event_at(0)->withdrawal.reason, "power");
    assert_int_equal(teller_of(MACHINE)->totals.suspect, 1);
    assert_machine_settled(96, 3, 1, 0);
    assert_accepted(when(told));
    then_nothing();
    struct command late = initiate(MACHINE, PETER, 15000);
    late.id = id_of(900);
    assert_refusal(when(late), REFUSED_ALREADY_EXISTS);
    struct command counted = resolve(id_of(900), OUTCOME_DISPENSED);
    counted.taken = some_notes(5000, 1);
    assert_refusal(when(counted), REFUSED_NOTES_MISMATCH);
    assert_accepted(when(resolve(id_of(900), OUTCOME_DISPENSED)));
    then(TELLER_DISPENSE_SETTLED);
    assert_state(id_of(900), "settled");
    assert_machine_settled(96, 3, 1, 0);
    assert_int_equal(balance(), 100000);
    assert_refusal(when(resolve(id_of(900), OUTCOME_DISPENSED)), REFUSED_NOT_SUSPECT);
}

static void test_a_dispute_whose_notes_are_found_puts_them_back(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    given(confirm(id, OUTCOME_NOT_DISPENSED, nothing));
    assert_disputed(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4)), "withdrawal_ended", 20000);
    assert_machine_settled(96, 4, 0, 0);
    assert_accepted(when(resolve(id, OUTCOME_NOT_DISPENSED)));
    assert_machine_settled(100, 0, 0, 0);
    assert_int_equal(balance(), 100000);
    assert_disputed(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4)), "withdrawal_ended", 20000);
}

/* What the machine never held does not come into its cassettes by being claimed and found wrong. */
static void test_notes_that_the_books_did_not_have_leave_them_again(void **state)
{
    (void)state;
    struct command told = confirm(id_of(900), OUTCOME_DISPENSED, some_notes(5000, 110));
    told.rejected = some_notes(1000, 7);
    assert_disputed(told, "no_such_withdrawal", 550000);
    assert_int_equal(notes_value(&event_at(0)->withdrawal.notes), 50000 + 7000);
    told.taken = some_notes(5000, 115);
    assert_disputed(told, "withdrawal_ended", 25000);
    assert_machine_settled(0, 115, 0, 0);
    assert_accepted(when(resolve(id_of(900), OUTCOME_NOT_DISPENSED)));
    then(TELLER_DISPENSE_SETTLED);
    assert_int_equal(notes_value(&event_at(0)->withdrawal.notes), 75000 + 7000);
    assert_machine_settled(100, 0, 0, 0);
    assert_int_equal(notes_of(&teller_of(MACHINE)->cassettes, 1000), 0);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->loaded, 1000), 0);
    assert_disputed(told, "withdrawal_ended", 575000);
    assert_accepted(when(resolve(id_of(900), OUTCOME_NOT_DISPENSED)));
    assert_machine_settled(100, 0, 0, 0);
}

static void test_notes_that_went_elsewhere_are_not_booked_twice(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    given(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4)));
    struct command retracted = confirm(id, OUTCOME_RETRACTED, nothing);
    retracted.retracted = some_notes(5000, 4);
    assert_disputed(retracted, "withdrawal_ended", 0);
    assert_machine_settled(96, 4, 0, 0);
    retracted.rejected = some_notes(5000, 1);
    assert_disputed(retracted, "withdrawal_ended", 0);
    assert_machine_settled(95, 4, 1, 0);
}

static void test_more_notes_than_can_be_kept_of_one_are_not_booked_again_and_again(void **state)
{
    (void)state;
    struct command told = confirm(id_of(900), OUTCOME_DISPENSED, some_notes(5000, NOTES_COUNT_MAX));
    told.rejected = told.retracted = told.taken;
    assert_disputed(told, "no_such_withdrawal", 0);
    assert_disputed(told, "withdrawal_ended", 0);
    assert_machine_settled(100, 0, 0, 0);
    told.rejected = told.retracted = nothing;
    assert_disputed(told, "withdrawal_ended", NOTES_COUNT_MAX * INT64_C(5000));
    assert_accepted(when(told));
    then_nothing();
}

/* A bank that was restored knows of fewer notes than the machine had, and promised them to others.
 */
static void test_more_notes_than_the_bank_counts_are_booked_too(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    assert_disputed(confirm(id_of(900), OUTCOME_DISPENSED, some_notes(5000, 110)),
                    "no_such_withdrawal", 550000);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->loaded, 5000), 110);
    assert_int_equal(
        notes_value(&(struct notes){ 1, { teller_available(teller_of(MACHINE)).item[0] } }), 0);
    given(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4)));
    assert_machine_settled(0, 114, 0, 0);
}

static void test_a_machine_speaks_for_its_own_withdrawals_only(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command foreign = confirm(id, OUTCOME_NOT_DISPENSED, nothing);
    foreign.teller_id = OTHER;
    assert_refusal(when(foreign), REFUSED_OTHER_WITHDRAWAL);
    foreign = resolve(id, OUTCOME_NOT_DISPENSED);
    foreign.teller_id = OTHER;
    assert_refusal(when(foreign), REFUSED_OTHER_WITHDRAWAL);
    then_nothing();
    assert_state(id, "dispensing");
}

/* ---- the deadline ---- */

static void test_a_passed_deadline_makes_suspect_and_reverses_nothing(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command early = { 0 };
    assert_false(
        withdrawal_deadline(withdrawal_of(id), withdrawal_of(id)->confirm_by_us - 1, &early));
    assert_accepted(deadline_passes(id));
    then(TELLER_WITHDRAWAL_SUSPECTED);
    assert_unknown(id, "deadline", 20000);
    assert_int_equal(notes_count(&event_at(0)->withdrawal.where.returned), 0);
    assert_state(id, "suspect");
    assert_int_equal(balance(), 80000);
    assert_true(withdrawal_open(withdrawal_of(id)));
    assert_accepted(deadline_passes(id));
    then_nothing();
}

static void test_a_deadline_after_the_end_does_nothing(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    given(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4)));
    assert_accepted(deadline_passes(id));
    then_nothing();
    struct command late = for_teller(TELLER_SUSPECT_WITHDRAWAL, MACHINE);
    late.withdrawal_id = id;
    assert_accepted(when(late));
    then_nothing();
    assert_state(id, "completed");
}

static void test_the_machine_can_still_tell_after_the_deadline(void **state)
{
    (void)state;
    struct uuid taken = given_dispensing(20000), back = given_dispensing(20000),
                kept = given_dispensing(20000);
    deadline_passes(taken);
    deadline_passes(back);
    deadline_passes(kept);
    assert_accepted(when(confirm(taken, OUTCOME_DISPENSED, some_notes(5000, 4))));
    then(TELLER_CASH_DISPENSED);
    assert_accepted(when(confirm(back, OUTCOME_NOT_DISPENSED, nothing)));
    then(TELLER_DISPENSE_FAILED, ACCOUNTS_WITHDRAWAL_REVERSED);
    struct command retracted = confirm(kept, OUTCOME_RETRACTED, nothing);
    retracted.retracted = some_notes(5000, 4);
    assert_accepted(when(retracted));
    then(TELLER_WITHDRAWAL_SUSPECTED);
    assert_state(taken, "completed");
    assert_state(back, "reversed");
    assert_state(kept, "suspect");
}

/* ---- the operator resolves ---- */

static void test_only_a_suspect_withdrawal_is_resolved(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    assert_refusal(when(resolve(id, OUTCOME_NOT_DISPENSED)), REFUSED_NOT_SUSPECT);
    given(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4)));
    assert_refusal(when(resolve(id, OUTCOME_NOT_DISPENSED)), REFUSED_NOT_SUSPECT);
    then_nothing();
}

static void test_counted_and_found_in_the_machine_is_reversed(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command retracted = confirm(id, OUTCOME_RETRACTED, nothing);
    retracted.retracted = some_notes(5000, 4);
    given(retracted);
    assert_accepted(when(resolve(id, OUTCOME_NOT_DISPENSED)));
    then(TELLER_DISPENSE_FAILED, ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_state(id, "reversed");
    assert_int_equal(balance(), 100000);
    assert_machine_settled(96, 0, 0, 4);
    assert_disputed(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4)), "withdrawal_ended", 0);
}

static void test_counted_and_missing_means_the_customer_has_it(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    deadline_passes(id);
    assert_accepted(when(resolve(id, OUTCOME_DISPENSED)));
    then(TELLER_CASH_DISPENSED);
    assert_state(id, "completed");
    assert_unknown(id, "operator", 0);
    assert_int_equal(balance(), 80000);
    assert_machine_settled(96, 4, 0, 0);
}

static void test_counted_and_partly_found_is_completed_with_the_rest_reversed(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command unknown = confirm(id, OUTCOME_UNKNOWN, nothing);
    given(unknown);
    struct command counted = resolve(id, OUTCOME_DISPENSED);
    counted.taken = some_notes(5000, 1);
    counted.retracted = some_notes(5000, 2);
    assert_accepted(when(counted));
    then(TELLER_CASH_DISPENSED, ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_int_equal(event_at(1)->money_moved.amount, 15000);
    assert_int_equal(balance(), 95000);
    assert_machine_settled(97, 1, 0, 2);
}

static void test_what_the_machine_told_of_its_bins_holds_unless_counted_otherwise(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command retracted = confirm(id, OUTCOME_RETRACTED, nothing);
    retracted.rejected = some_notes(5000, 1);
    retracted.retracted = some_notes(5000, 1);
    given(retracted);
    assert_accepted(when(resolve(id, OUTCOME_DISPENSED)));
    then(TELLER_CASH_DISPENSED, ACCOUNTS_WITHDRAWAL_REVERSED);
    assert_int_equal(notes_of(&event_at(0)->withdrawal.where.taken, 5000), 2);
    assert_int_equal(balance(), 90000);
    assert_machine_settled(96, 2, 1, 1);
}

static void test_a_resolution_must_fit_what_was_promised(void **state)
{
    (void)state;
    struct uuid id = given_dispensing(20000);
    struct command retracted = confirm(id, OUTCOME_RETRACTED, nothing);
    retracted.retracted = some_notes(5000, 4);
    given(retracted);
    assert_refusal(when(resolve(id, OUTCOME_DISPENSED)), REFUSED_NOTES_MISMATCH);
    struct command counted = resolve(id, OUTCOME_DISPENSED);
    counted.rejected = some_notes(5000, 5);
    assert_refusal(when(counted), REFUSED_NOTES_MISMATCH);
    counted = resolve(id, OUTCOME_NOT_DISPENSED);
    counted.taken = some_notes(5000, 1);
    assert_refusal(when(counted), REFUSED_NOTES_MISMATCH);
    then_nothing();
    assert_state(id, "suspect");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        about_withdrawals(test_a_confirmed_dispense_completes),
        about_withdrawals(test_a_failed_dispense_is_reversed_in_full),
        about_withdrawals(
            test_notes_rejected_before_presenting_are_reversed_and_leave_the_cassettes),
        about_withdrawals(test_a_partial_dispense_completes_and_the_difference_is_reversed),
        about_withdrawals(test_retracted_notes_are_suspect_and_nothing_is_credited),
        about_withdrawals(test_an_unknown_position_is_suspect),
        about_withdrawals(test_notes_that_were_not_promised_are_a_mismatch),
        about_withdrawals(test_an_end_said_again_is_accepted_and_another_is_disputed),
        about_withdrawals(
            test_a_declined_withdrawal_can_be_given_up_and_is_disputed_when_dispensed),
        about_withdrawals(test_a_reversal_of_what_never_arrived_takes_its_id_out_of_use),
        about_withdrawals(test_only_a_reversal_may_name_an_unknown_withdrawal),
        about_withdrawals(test_an_unknown_withdrawal_is_booked_and_an_operator_settles_it),
        about_withdrawals(test_a_dispute_whose_notes_are_found_puts_them_back),
        about_withdrawals(test_more_notes_than_can_be_kept_of_one_are_not_booked_again_and_again),
        about_withdrawals(test_notes_that_the_books_did_not_have_leave_them_again),
        about_withdrawals(test_notes_that_went_elsewhere_are_not_booked_twice),
        about_withdrawals(test_more_notes_than_the_bank_counts_are_booked_too),
        about_withdrawals(test_a_machine_speaks_for_its_own_withdrawals_only),
        about_withdrawals(test_a_passed_deadline_makes_suspect_and_reverses_nothing),
        about_withdrawals(test_a_deadline_after_the_end_does_nothing),
        about_withdrawals(test_the_machine_can_still_tell_after_the_deadline),
        about_withdrawals(test_only_a_suspect_withdrawal_is_resolved),
        about_withdrawals(test_counted_and_found_in_the_machine_is_reversed),
        about_withdrawals(test_counted_and_missing_means_the_customer_has_it),
        about_withdrawals(test_counted_and_partly_found_is_completed_with_the_rest_reversed),
        about_withdrawals(test_what_the_machine_told_of_its_bins_holds_unless_counted_otherwise),
        about_withdrawals(test_a_resolution_must_fit_what_was_promised),
    };
    return cmocka_run_group_tests_name("withdrawal", tests, NULL, NULL);
}

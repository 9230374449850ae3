/* SPDX-License-Identifier: MIT */
/*
 * Deposits at a machine: every way one can end, said twice, said otherwise,
 * and settled by hand; then its saga as a table.
 */
#include "tests/bank/given_deposit.h"

static const struct notes nothing;

static struct command lost(struct uuid id)
{
    return for_deposit(TELLER_CONFIRM_DEPOSIT, id, OUTCOME_LOST, nothing);
}

/* An advice that is booked as a case of its own, with what it adds to the deposit bin. */
static void assert_disputed(struct command advice, const char *contradicts, money amount)
{
    assert_accepted(when(advice));
    then(TELLER_DEPOSIT_DISPUTED);
    assert_string_equal(refusal_name(event_at(0)->deposit.refusal), contradicts);
    assert_int_equal(event_at(0)->deposit.amount, amount);
    assert_state(advice.deposit_id, DEPOSIT_DISPUTED);
}

/* A deposit that the account could not take: it was closed while the notes were being counted. */
static struct uuid given_suspect(void)
{
    given_peter_at_the_machine(0);
    struct uuid id = given_counting();
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0));
    given(counted(id, some_notes(5000, 3)));
    assert_state(id, DEPOSIT_SUSPECT);
    return id;
}

/* As above, but for want of room, which can be made. */
static struct uuid given_suspect_for_want_of_room(void)
{
    given_peter_at_the_machine(MONEY_CAP - 5000);
    struct uuid id = given_counting();
    given(counted(id, some_notes(5000, 3)));
    assert_state(id, DEPOSIT_SUSPECT);
    return id;
}

/* ---- the way it should go ---- */

static void test_a_deposit_is_authorised_counted_and_credited(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    assert_accepted(when(initiate_deposit(MACHINE, PETER)));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_DEPOSIT_INITIATED);
    struct uuid id = event_at(0)->correlation_id;
    assert_accepted(when(counted(id, notes_of_two(5000, 3, 2000, 1))));
    then(TELLER_MONEY_DEPOSITED, ACCOUNTS_MONEY_DEPOSITED);
    assert_int_equal(event_at(0)->deposit.amount, 17000);
    assert_true(uuid_equal(&event_at(1)->money_moved.teller_id, &(struct uuid[]){ MACHINE }[0]));
    assert_true(uuid_equal(&event_at(1)->correlation_id, &id));
    assert_state(id, DEPOSIT_COMPLETED);
    assert_int_equal(account_of(PETER)->balance, 67000);
    assert_int_equal(deposit_of(id)->balance, 67000);
}

static void test_deposited_notes_stay_in_their_bin(void **state)
{
    (void)state;
    given_peter_at_the_machine(0);
    given(counted(given_counting(), notes_of_two(5000, 3, 20000, 1)));
    const struct teller *teller = teller_of(MACHINE);
    assert_int_equal(note_totals_of(&teller->deposited, 5000), 3);
    assert_int_equal(note_totals_of(&teller->deposited, 20000), 1);
    assert_int_equal(notes_of(&teller->cassettes, 5000), 10);
    assert_int_equal(note_totals_of(&teller->loaded, 5000), 10);
    assert_int_equal(teller->totals.deposits, 1);
    assert_int_equal(teller->totals.deposited, 35000);
    given(for_teller(TELLER_CUT_OVER, MACHINE));
    assert_int_equal(event_at(0)->day_closed.totals.deposited, 35000);
    assert_int_equal(teller->totals.deposited, 0);
}

static void test_a_cancelled_deposit_moves_no_money(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    struct uuid id = given_counting();
    struct command command = cancelled(id);
    snprintf(command.reason, sizeof command.reason, "jam");
    assert_accepted(when(command));
    then(TELLER_DEPOSIT_CANCELLED);
    assert_string_equal(event_at(0)->deposit.reason, "jam");
    assert_state(id, DEPOSIT_CANCELLED);
    assert_int_equal(account_of(PETER)->balance, 50000);
    assert_int_equal(teller_of(MACHINE)->deposited.length, 0);
}

/* ---- refused before any note went in ---- */

static void test_a_wrong_pin_declines_it(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    assert_refusal(when(with_card(initiate_deposit(MACHINE, PETER), CARD, WRONG_PIN)),
                   REFUSED_WRONG_PIN);
    then(ACCOUNTS_AUTHORIZATION_DECLINED, TELLER_DEPOSIT_DECLINED);
    struct uuid id = event_at(0)->correlation_id;
    assert_state(id, DEPOSIT_DECLINED);
    assert_accepted(when(cancelled(id)));
    then_nothing();
    assert_disputed(counted(id, some_notes(5000, 1)), "deposit_ended", 5000);
}

static void test_a_card_nobody_has_is_refused_without_an_event(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    assert_refusal(when(initiate_deposit(MACHINE, (struct uuid){ 0 })), REFUSED_NO_SUCH_CARD);
    then_nothing();
}

static void test_a_closed_account_declines_it(void **state)
{
    (void)state;
    given_peter_at_the_machine(0);
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0));
    assert_refusal(when(initiate_deposit(MACHINE, PETER)), REFUSED_ACCOUNT_CLOSED);
    then(TELLER_DEPOSIT_DECLINED);
}

static void test_an_unknown_machine_takes_nothing(void **state)
{
    (void)state;
    given_account(PETER, 50000);
    assert_refusal(when(initiate_deposit(MACHINE, PETER)), REFUSED_NO_SUCH_TELLER);
    then_nothing();
}

/* ---- said again, said otherwise, said of nothing ---- */

static void test_the_same_advice_again_changes_nothing(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    struct uuid id = given_counting();
    given(counted(id, notes_of_two(5000, 3, 2000, 1)));
    assert_accepted(when(counted(id, notes_of_two(2000, 1, 5000, 3))));
    then_nothing();
    assert_int_equal(account_of(PETER)->balance, 67000);
    struct uuid other = given_counting();
    given(cancelled(other));
    assert_accepted(when(cancelled(other)));
    then_nothing();
}

static void test_another_advice_than_the_first_is_disputed(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    struct uuid id = given_counting();
    given(counted(id, some_notes(5000, 3)));
    assert_disputed(counted(id, some_notes(5000, 2)), "deposit_ended", 0);
    assert_accepted(when(resolve(id, OUTCOME_CREDITED)));
    struct uuid other = given_counting(), third = given_counting();
    given(cancelled(other));
    assert_disputed(counted(other, some_notes(5000, 3)), "deposit_ended", 15000);
    given(counted(third, some_notes(5000, 1)));
    assert_disputed(cancelled(third), "deposit_ended", 0);
    assert_int_equal(account_of(PETER)->balance, 70000);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->deposited, 5000), 7);
}

static void test_notes_that_are_none_are_refused(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    struct uuid id = given_counting();
    assert_refusal(when(counted(id, nothing)), REFUSED_NOTES_MISMATCH);
    assert_refusal(when(counted(id, (struct notes){ 1, { { 5000, 0 } } })), REFUSED_NOTES_MISMATCH);
    assert_state(id, DEPOSIT_COUNTING);
}

static void test_a_bin_has_room_for_eight_denominations(void **state)
{
    (void)state;
    given_peter_at_the_machine(0);
    struct notes eight = { 0 };
    for (int32_t i = 1; i <= NOTES_MAX; i++)
        notes_add(&eight, i * 1000, 1);
    given(counted(given_counting(), eight));
    assert_refusal(when(counted(given_counting(), some_notes(777, 1))), REFUSED_TOO_MANY_NOTES);
    then_nothing();
}

static void test_another_machines_deposit_is_not_ones_own(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    given_teller(OTHER, some_notes(5000, 1));
    struct command command = counted(given_counting(), some_notes(5000, 1));
    command.teller_id = OTHER;
    assert_refusal(when(command), REFUSED_OTHER_DEPOSIT);
    then_nothing();
}

static void test_cancelling_what_never_arrived_takes_the_id_out_of_use(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    assert_accepted(when(cancelled(id_of(900))));
    then(TELLER_DEPOSIT_DECLINED);
    assert_int_equal(event_at(0)->deposit.refusal, REFUSED_REVERSED_BEFORE);
    struct command late = initiate_deposit(MACHINE, PETER);
    late.id = id_of(900);
    assert_refusal(when(late), REFUSED_REVERSED_BEFORE);
    then_nothing();
}

static void test_notes_of_an_unknown_deposit_are_not_credited(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    assert_disputed(counted(id_of(900), some_notes(5000, 1)), "no_such_deposit", 5000);
    assert_string_equal(event_at(0)->deposit.outcome, "counted");
    assert_int_equal(account_of(PETER)->balance, 50000);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->deposited, 5000), 1);
    assert_accepted(when(counted(id_of(900), some_notes(5000, 1))));
    then_nothing();
    assert_disputed(counted(id_of(900), some_notes(5000, 3)), "deposit_ended", 10000);
    struct command late = initiate_deposit(MACHINE, PETER);
    late.id = id_of(900);
    assert_refusal(when(late), REFUSED_ALREADY_EXISTS);
    assert_accepted(when(resolve(id_of(900), OUTCOME_RETURNED)));
    then(TELLER_DEPOSIT_SETTLED);
    assert_state(id_of(900), DEPOSIT_SETTLED);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->returned, 5000), 3);
    assert_disputed(lost(id_of(901)), "no_such_deposit", 0);
    assert_accepted(when(resolve(id_of(901), OUTCOME_CREDITED)));
    assert_refusal(when(resolve(id_of(901), OUTCOME_CREDITED)), REFUSED_NOT_SUSPECT);
}

/* ---- the machine does not know ---- */

static void test_a_machine_that_does_not_know_what_it_holds_makes_a_suspect(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    struct uuid told = given_counting(), given_back = given_counting(), found = given_counting(),
                none = given_counting();
    const struct uuid all[] = { told, given_back, found, none };
    for (size_t i = 0; i < 4; i++) {
        assert_accepted(when(lost(all[i])));
        then(TELLER_DEPOSIT_SUSPECTED);
        assert_state(all[i], DEPOSIT_SUSPECT);
        assert_accepted(when(lost(all[i])));
        then_nothing();
    }
    assert_accepted(when(counted(told, some_notes(5000, 1)))); /* the machine itself, later */
    then(TELLER_MONEY_DEPOSITED, ACCOUNTS_MONEY_DEPOSITED);
    assert_accepted(when(cancelled(given_back)));
    assert_refusal(when(resolve(found, OUTCOME_CREDITED)), REFUSED_NOTES_MISMATCH);
    struct command count = resolve(found, OUTCOME_CREDITED);
    count.notes = some_notes(5000, 2);
    assert_accepted(when(count));
    then(TELLER_MONEY_DEPOSITED, ACCOUNTS_MONEY_DEPOSITED);
    assert_string_equal(source_name(deposit_of(found)->source), "operator");
    assert_accepted(when(resolve(none, OUTCOME_RETURNED)));
    then(TELLER_DEPOSIT_CANCELLED);
    assert_int_equal(account_of(PETER)->balance, 65000);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->deposited, 5000), 3);
}

/* ---- counted, but not credited ---- */

static void test_what_the_account_cannot_take_is_suspect(void **state)
{
    (void)state;
    given_peter_at_the_machine(0);
    struct uuid id = given_counting();
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0));
    assert_accepted(when(counted(id, some_notes(5000, 3))));
    then(TELLER_MONEY_DEPOSITED, TELLER_DEPOSIT_SUSPECTED);
    assert_int_equal(event_at(1)->deposit.refusal, REFUSED_ACCOUNT_CLOSED);
    assert_int_equal(event_at(1)->deposit.amount, 15000);
    assert_state(id, DEPOSIT_SUSPECT);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->deposited, 5000), 3);
    assert_accepted(when(counted(id, some_notes(5000, 3))));
    then_nothing();
}

static void test_an_operator_credits_it_once_the_account_can_take_it(void **state)
{
    (void)state;
    struct uuid id = given_suspect_for_want_of_room();
    assert_refusal(when(resolve(id, OUTCOME_CREDITED)), REFUSED_BALANCE_LIMIT);
    then_nothing();
    assert_state(id, DEPOSIT_SUSPECT);
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, 100000));
    assert_accepted(when(resolve(id, OUTCOME_CREDITED)));
    then(ACCOUNTS_MONEY_DEPOSITED);
    assert_int_equal(event_at(0)->money_moved.amount, 15000);
    assert_true(uuid_equal(&event_at(0)->money_moved.teller_id, &(struct uuid[]){ MACHINE }[0]));
    assert_state(id, DEPOSIT_COMPLETED);
    assert_refusal(when(resolve(id, OUTCOME_CREDITED)), REFUSED_NOT_SUSPECT);
}

static void test_an_operator_gives_the_notes_back(void **state)
{
    (void)state;
    struct uuid id = given_suspect();
    assert_accepted(when(resolve(id, OUTCOME_RETURNED)));
    then(TELLER_DEPOSIT_CANCELLED);
    assert_int_equal(event_at(0)->deposit.amount, 15000);
    assert_state(id, DEPOSIT_CANCELLED);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->deposited, 5000), 3);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->returned, 5000), 3);
    assert_accepted(when(counted(id, some_notes(5000, 3)))); /* the machine's own word stands */
    assert_refusal(when(resolve(id, OUTCOME_CREDITED)), REFUSED_NOT_SUSPECT);
    assert_disputed(cancelled(id), "deposit_ended", 0);
}

static void test_only_a_suspect_deposit_is_resolved(void **state)
{
    (void)state;
    given_peter_at_the_machine(50000);
    assert_refusal(when(resolve(id_of(900), OUTCOME_CREDITED)), REFUSED_NO_SUCH_DEPOSIT);
    assert_refusal(when(resolve(given_counting(), OUTCOME_CREDITED)), REFUSED_NOT_SUSPECT);
    then_nothing();
}

/* ---- the table ---- */

static void
test_a_trigger_stands_once_for_each_state_and_only_a_dispute_leads_out_of_an_end(void **state)
{
    (void)state;
    int count;
    const struct saga_row *row = deposit_rows.row;
    count = (int)deposit_rows.count;
    for (int i = 0; i < count; i++) {
        assert_true((row[i].from != DEPOSIT_COMPLETED && row[i].from != DEPOSIT_CANCELLED &&
                     row[i].from != DEPOSIT_DECLINED && row[i].from != DEPOSIT_SETTLED) ||
                    row[i].to == DEPOSIT_DISPUTED);
        assert_true(strlen(row[i].why) > 0);
        assert_true(strlen(deposit_state_name(row[i].from)) > 0);
        for (int j = 0; j < i; j++)
            assert_false(row[i].from == row[j].from && row[i].trigger == row[j].trigger);
    }
}

static void test_an_event_that_no_row_expects_changes_nothing(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        struct deposit deposit = { .state = DEPOSIT_COMPLETED, .amount = 5000 };
        struct command command = { .kind = NO_COMMAND };
        struct event event = { .kind = (enum event_kind)kind };
        if (kind == TELLER_DEPOSIT_DISPUTED)
            continue;
        deposit_apply(&deposit, &event);
        assert_int_equal(deposit.state, DEPOSIT_COMPLETED);
        assert_int_equal(deposit.amount, 5000);
        assert_false(deposit_react(&deposit, &event, &command));
        assert_false(deposit_refused(&deposit, REFUSED_ACCOUNT_CLOSED, &command));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_a_deposit_is_authorised_counted_and_credited),
        sentence(test_deposited_notes_stay_in_their_bin),
        sentence(test_a_cancelled_deposit_moves_no_money),
        sentence(test_a_wrong_pin_declines_it),
        sentence(test_a_card_nobody_has_is_refused_without_an_event),
        sentence(test_a_closed_account_declines_it),
        sentence(test_an_unknown_machine_takes_nothing),
        sentence(test_the_same_advice_again_changes_nothing),
        sentence(test_another_advice_than_the_first_is_disputed),
        sentence(test_notes_that_are_none_are_refused),
        sentence(test_a_bin_has_room_for_eight_denominations),
        sentence(test_another_machines_deposit_is_not_ones_own),
        sentence(test_cancelling_what_never_arrived_takes_the_id_out_of_use),
        sentence(test_notes_of_an_unknown_deposit_are_not_credited),
        sentence(test_a_machine_that_does_not_know_what_it_holds_makes_a_suspect),
        sentence(test_what_the_account_cannot_take_is_suspect),
        sentence(test_an_operator_credits_it_once_the_account_can_take_it),
        sentence(test_an_operator_gives_the_notes_back),
        sentence(test_only_a_suspect_deposit_is_resolved),
        sentence(test_a_trigger_stands_once_for_each_state_and_only_a_dispute_leads_out_of_an_end),
        sentence(test_an_event_that_no_row_expects_changes_nothing),
    };
    return cmocka_run_group_tests_name("deposit", tests, NULL, NULL);
}

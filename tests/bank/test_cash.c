/* SPDX-License-Identifier: MIT */
/* Cash in a person's hands: notes put in, boxes swapped, cassettes counted, bins emptied. */
#include "tests/bank/given.h"

static const struct notes nothing;

static struct command with_notes(struct command command, struct notes notes)
{
    command.notes = notes;
    command.notes_given = true;
    return command;
}

static struct command replenish(int32_t cassette, struct notes notes)
{
    struct command command = with_notes(for_teller(TELLER_REPLENISH_CASSETTES, MACHINE), notes);
    command.cassette = cassette;
    return command;
}

static struct command count(int32_t cassette, struct notes notes)
{
    struct command command = with_notes(for_teller(TELLER_COUNT_CASSETTES, MACHINE), notes);
    command.cassette = cassette;
    strcpy(command.reason, "counted twice");
    return command;
}

static struct command swap(int32_t cassette, struct notes removed, struct notes notes,
                           const char *box)
{
    struct command command = with_notes(for_teller(TELLER_SWAP_CASSETTE, MACHINE), notes);
    command.cassette = cassette;
    command.removed = removed;
    strcpy(command.box, box);
    return command;
}

static struct command empty(enum cash_bin bin, struct notes notes)
{
    struct command command = with_notes(for_teller(TELLER_EMPTY_BIN, MACHINE), notes);
    command.bin = bin;
    return command;
}

static struct command low_mark(int32_t cassette, int32_t mark)
{
    struct command command = for_teller(TELLER_SET_LOW_MARK, MACHINE);
    command.cassette = cassette;
    command.low_mark = mark;
    return command;
}

static struct command sign_on(struct notes counted)
{
    return with_notes(for_teller(TELLER_SIGN_ON, MACHINE), counted);
}

static int32_t holds(int32_t cassette)
{
    const struct teller *teller = teller_of(MACHINE);
    return cassettes_holds(
        &teller->boxes, cassette,
        notes_of(&teller->cassettes, teller->boxes.at[cassette - 1].denomination));
}

/* The last command's event has no difference but that. */
static void assert_difference(int32_t denomination, int64_t wanted)
{
    const struct note_totals *difference = &event_at(0)->cash.difference;
    assert_int_equal(note_totals_of(difference, denomination), wanted);
    assert_int_equal(difference->length, wanted != 0);
}

static void assert_placed(void)
{
    const struct teller *teller = teller_of(MACHINE);
    for (uint32_t i = 0; i < teller->loaded.length; i++)
        assert_int_equal(teller_unplaced(teller, teller->loaded.item[i].denomination), 0);
}

/* A machine with 50s in its first cassette and 20s in its second, and a customer. */
static void given_machine(void)
{
    given_account(PETER, 5000000);
    given_teller(MACHINE, notes_of_two(5000, 100, 2000, 200));
}

/* ---- cassettes ---- */

static void test_a_new_machine_has_a_cassette_for_each_denomination(void **state)
{
    (void)state;
    given_machine();
    const struct cassettes *boxes = &teller_of(MACHINE)->boxes;
    assert_int_equal(boxes->at[0].denomination, 5000);
    assert_int_equal(boxes->at[1].denomination, 2000);
    assert_int_equal(boxes->at[1].low_mark, LOW_MARK_DEFAULT);
    assert_null(cassettes_find(boxes, 3));
    assert_null(cassettes_find(boxes, 0));
    assert_null(cassettes_find(boxes, CASSETTES_MAX + 1));
    assert_int_equal(holds(1), 100);
    given(replenish(0, notes_of_two(2000, 10, 1000, 7)));
    assert_int_equal(holds(2), 210);
    assert_int_equal(boxes->at[2].denomination, 1000);
    assert_int_equal(holds(3), 7);
}

static void test_two_cassettes_of_one_denomination_are_emptied_one_after_the_other(void **state)
{
    (void)state;
    given_machine();
    given(swap(4, nothing, some_notes(5000, 30), "SN-4"));
    assert_int_equal(holds(1), 100);
    assert_int_equal(holds(4), 30);
    given(confirm(given_dispensing(200000), OUTCOME_DISPENSED, some_notes(5000, 40)));
    assert_int_equal(holds(1), 60);
    assert_int_equal(holds(4), 30);
    given(confirm(given_dispensing(200000), OUTCOME_DISPENSED, some_notes(5000, 40)));
    given(confirm(given_dispensing(150000), OUTCOME_DISPENSED, some_notes(5000, 30)));
    assert_int_equal(holds(1), 0);
    assert_int_equal(holds(4), 20);
    given(replenish(4, some_notes(5000, 5)));
    assert_int_equal(holds(1), 0);
    assert_int_equal(holds(4), 25);
    given(replenish(0, some_notes(5000, 5)));
    assert_int_equal(holds(1), 5);
    assert_int_equal(holds(4), 25);
}

static void test_notes_go_into_a_cassette_of_their_denomination(void **state)
{
    (void)state;
    given_machine();
    assert_refusal(when(replenish(1, some_notes(2000, 5))), REFUSED_CASSETTE_MISMATCH);
    assert_refusal(when(replenish(1, notes_of_two(5000, 5, 2000, 5))), REFUSED_CASSETTE_MISMATCH);
    assert_refusal(when(replenish(3, some_notes(2000, 5))), REFUSED_NO_SUCH_CASSETTE);
    then_nothing();
    given(replenish(2, some_notes(2000, 5)));
    assert_int_equal(event_at(0)->cassettes.cassette, 2);
    assert_int_equal(holds(2), 205);
}

static void test_a_denomination_needs_a_place(void **state)
{
    (void)state;
    given_machine();
    for (int32_t number = 3; number <= CASSETTES_MAX; number++)
        given(swap(number, nothing, some_notes(2000, 1), ""));
    assert_refusal(when(replenish(0, some_notes(1000, 5))), REFUSED_TOO_MANY_NOTES);
    then_nothing();
    given(replenish(0, some_notes(2000, 5)));
}

/* ---- swapping ---- */

static void test_a_swap_takes_a_box_out_and_puts_another_in(void **state)
{
    (void)state;
    given_machine();
    given(confirm(given_dispensing(100000), OUTCOME_DISPENSED, some_notes(5000, 20)));
    struct command command = swap(1, some_notes(5000, 80), some_notes(10000, 50), "SN-77");
    strcpy(command.reason, "filled at the centre");
    given(command);
    then(TELLER_CASSETTE_SWAPPED);
    assert_difference(5000, 0);
    assert_int_equal(notes_of(&event_at(0)->cash.marks, 5000), 0);
    assert_int_equal(notes_of(&event_at(0)->cash.marks, 10000), LOW_MARK_DEFAULT);
    assert_string_equal(event_at(0)->cash.reason, "filled at the centre");
    const struct teller *teller = teller_of(MACHINE);
    assert_string_equal(teller->boxes.at[0].box, "SN-77");
    assert_int_equal(notes_of(&teller->cassettes, 5000), 0);
    assert_int_equal(note_totals_of(&teller->removed, 5000), 80);
    assert_int_equal(note_totals_of(&teller->found, 5000), 0);
    assert_int_equal(note_totals_of(&teller->loaded, 10000), 50);
    assert_int_equal(holds(1), 50);
    assert_placed();
    given(swap(1, some_notes(10000, 50), some_notes(10000, 60), "SN-78"));
    assert_string_equal(event_at(0)->cash.removed_box, "SN-77");
    assert_int_equal(event_at(0)->cash.marks.length, 0);
    assert_int_equal(holds(1), 60);
}

static void test_what_a_box_that_is_taken_out_lacks_is_a_difference(void **state)
{
    (void)state;
    given_machine();
    given(swap(1, some_notes(5000, 97), some_notes(5000, 10), ""));
    assert_difference(5000, -3);
    assert_int_equal(holds(1), 10);
    given(swap(1, some_notes(5000, 12), nothing, ""));
    assert_difference(5000, 2);
    const struct teller *teller = teller_of(MACHINE);
    assert_int_equal(note_totals_of(&teller->found, 5000), -1);
    assert_int_equal(note_totals_of(&teller->removed, 5000), 109);
    assert_null(cassettes_find(&teller->boxes, 1));
    assert_placed();
}

/* The notes of the suspect withdrawal may be in the box or not. */
static void test_promised_notes_in_a_box_that_is_taken_out_are_no_difference(void **state)
{
    (void)state;
    given_machine();
    struct uuid id = given_dispensing(100000);
    given(swap(1, some_notes(5000, 80), some_notes(5000, 40), ""));
    assert_difference(5000, 0);
    assert_int_equal(notes_of(&teller_of(MACHINE)->cassettes, 5000), 60);
    given(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 20)));
    assert_int_equal(notes_of(&teller_of(MACHINE)->cassettes, 5000), 40);
    assert_placed();
}

static void test_the_other_cassette_of_a_denomination_keeps_what_it_holds(void **state)
{
    (void)state;
    given_machine();
    given(swap(3, nothing, some_notes(5000, 30), ""));
    given(confirm(given_dispensing(200000), OUTCOME_DISPENSED, some_notes(5000, 40)));
    given(swap(1, some_notes(5000, 59), nothing, ""));
    assert_difference(5000, -1);
    assert_int_equal(holds(3), 30);
    given(swap(3, some_notes(5000, 30), some_notes(5000, 70), ""));
    assert_difference(5000, 0);
    assert_int_equal(holds(3), 70);
    assert_placed();
}

static void test_a_swap_says_what_was_in_the_box(void **state)
{
    (void)state;
    given_machine();
    assert_refusal(when(swap(1, nothing, some_notes(5000, 10), "")), REFUSED_CASSETTE_MISMATCH);
    assert_refusal(when(swap(1, some_notes(2000, 1), nothing, "")), REFUSED_CASSETTE_MISMATCH);
    assert_refusal(when(swap(3, some_notes(5000, 1), some_notes(5000, 1), "")),
                   REFUSED_CASSETTE_MISMATCH);
    assert_refusal(when(swap(1, some_notes(5000, 100), notes_of_two(5000, 1, 2000, 1), "")),
                   REFUSED_CASSETTE_MISMATCH);
    assert_refusal(when(swap(1, some_notes(5000, 100), nothing, "SN-1")),
                   REFUSED_CASSETTE_MISMATCH);
    assert_refusal(when(swap(3, nothing, nothing, "")), REFUSED_NO_SUCH_CASSETTE);
    assert_refusal(when(swap(9, nothing, some_notes(5000, 1), "")), REFUSED_NO_SUCH_CASSETTE);
    assert_refusal(when(swap(0, nothing, some_notes(5000, 1), "")), REFUSED_NO_SUCH_CASSETTE);
    assert_refusal(when(swap(3, nothing, some_notes(5000, NOTES_COUNT_MAX), "")),
                   REFUSED_TOO_MANY_NOTES);
    then_nothing();
}

/* ---- counting ---- */

static void test_a_count_sets_the_truth(void **state)
{
    (void)state;
    given_machine();
    given(count(0, notes_of_two(5000, 98, 2000, 203)));
    then(TELLER_CASSETTES_COUNTED);
    const struct note_totals *difference = &event_at(0)->cash.difference;
    assert_int_equal(note_totals_of(difference, 5000), -2);
    assert_int_equal(note_totals_of(difference, 2000), 3);
    assert_int_equal(notes_of(&event_at(0)->cash.expected, 5000), 100);
    assert_string_equal(event_at(0)->cash.reason, "counted twice");
    const struct teller *teller = teller_of(MACHINE);
    assert_int_equal(notes_of(&teller->cassettes, 5000), 98);
    assert_int_equal(notes_of(&teller->cassettes, 2000), 203);
    assert_int_equal(note_totals_of(&teller->found, 2000), 3);
    assert_int_equal(note_totals_of(&teller->loaded, 2000), 200);
    assert_placed();
    given(sign_on(notes_of_two(5000, 98, 2000, 203)));
    assert_true(event_at(0)->cassettes.agrees);
}

static void test_only_what_is_named_was_counted(void **state)
{
    (void)state;
    given_machine();
    given(count(0, (struct notes){ 1, { { 5000, 0 } } }));
    assert_difference(5000, -100);
    assert_int_equal(notes_of(&teller_of(MACHINE)->cassettes, 5000), 0);
    assert_int_equal(notes_of(&teller_of(MACHINE)->cassettes, 2000), 200);
}

static void test_one_cassette_of_two_can_be_counted(void **state)
{
    (void)state;
    given_machine();
    given(swap(3, nothing, some_notes(5000, 30), ""));
    given(count(3, some_notes(5000, 28)));
    assert_difference(5000, -2);
    assert_int_equal(holds(1), 100);
    assert_int_equal(holds(3), 28);
    given(count(1, some_notes(5000, 101)));
    assert_difference(5000, 1);
    assert_int_equal(holds(1), 101);
    assert_int_equal(holds(3), 28);
    given(count(0, some_notes(5000, 129)));
    assert_difference(5000, 0);
    assert_refusal(when(count(2, some_notes(5000, 1))), REFUSED_CASSETTE_MISMATCH);
    assert_refusal(when(count(4, some_notes(5000, 1))), REFUSED_NO_SUCH_CASSETTE);
    assert_refusal(when(count(0, some_notes(1000, 1))), REFUSED_NO_SUCH_CASSETTE);
    assert_refusal(when(count(0, nothing)), REFUSED_CASSETTE_MISMATCH);
    then_nothing();
}

static void test_promised_notes_may_be_in_a_count_or_not(void **state)
{
    (void)state;
    given_machine();
    struct uuid id = given_dispensing(100000);
    given(count(0, some_notes(5000, 85)));
    assert_difference(5000, 0);
    assert_int_equal(notes_of(&event_at(0)->cash.promised, 5000), 20);
    given(count(0, some_notes(5000, 101)));
    assert_difference(5000, 1);
    given(count(0, some_notes(5000, 78)));
    assert_difference(5000, -3);
    given(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 20)));
    assert_int_equal(notes_of(&teller_of(MACHINE)->cassettes, 5000), 78);
    assert_placed();
}

/* ---- bins ---- */

/* 4 notes were rejected, 3 retracted; the withdrawals have ended. */
static void given_bins(void)
{
    given_machine();
    struct command rejecting = confirm(given_dispensing(20000), OUTCOME_NOT_DISPENSED, nothing);
    rejecting.rejected = some_notes(5000, 4);
    given(rejecting);
    struct command retracting = confirm(given_dispensing(15000), OUTCOME_RETRACTED, nothing);
    retracting.retracted = some_notes(5000, 3);
    given(retracting);
    retracting.kind = TELLER_RESOLVE_WITHDRAWAL;
    retracting.outcome = OUTCOME_NOT_DISPENSED;
    retracting.id = (struct uuid){ 0 };
    given(retracting);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->rejected, 5000), 4);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->retracted, 5000), 3);
}

static void test_an_emptied_bin_is_empty(void **state)
{
    (void)state;
    given_bins();
    given(empty(BIN_REJECT, some_notes(5000, 4)));
    then(TELLER_BIN_EMPTIED);
    assert_string_equal(event_at(0)->cash.bin, "reject");
    assert_difference(5000, 0);
    const struct teller *teller = teller_of(MACHINE);
    assert_int_equal(teller_in_bin(teller, BIN_REJECT, 5000), 0);
    assert_int_equal(teller_in_bin(teller, BIN_RETRACT, 5000), 3);
    assert_int_equal(note_totals_of(&teller->removed, 5000), 4);
    given(empty(BIN_RETRACT, notes_of_two(5000, 2, 2000, 1)));
    assert_int_equal(note_totals_of(&event_at(0)->cash.difference, 5000), -1);
    assert_int_equal(note_totals_of(&event_at(0)->cash.difference, 2000), 1);
    assert_int_equal(teller_in_bin(teller, BIN_RETRACT, 5000), 0);
    assert_int_equal(teller_in_bin(teller, BIN_RETRACT, 2000), 0);
    assert_int_equal(note_totals_of(&teller->removed, 5000), 6);
    assert_int_equal(note_totals_of(&teller->found, 5000), -1);
    assert_placed();
    given(empty(BIN_RETRACT, nothing));
    assert_difference(5000, 0);
}

/* A machine may name a denomination of which none went in. */
static void test_what_is_found_in_a_bin_counts_once(void **state)
{
    (void)state;
    given_machine();
    struct command rejecting = confirm(given_dispensing(20000), OUTCOME_NOT_DISPENSED, nothing);
    rejecting.rejected = some_notes(5000, 4);
    notes_add(&rejecting.rejected, 2000, 0);
    given(rejecting);
    given(empty(BIN_REJECT, notes_of_two(5000, 4, 2000, 3)));
    assert_int_equal(event_at(0)->cash.difference.length, 1);
    assert_int_equal(note_totals_of(&event_at(0)->cash.difference, 2000), 3);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->found, 2000), 3);
    assert_int_equal(teller_in_bin(teller_of(MACHINE), BIN_REJECT, 2000), 0);
    assert_placed();
}

static void test_what_is_settled_after_its_bin_was_emptied_is_found(void **state)
{
    (void)state;
    given_machine();
    struct uuid id = given_dispensing(20000);
    given(confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4)));
    struct command more = confirm(id, OUTCOME_DISPENSED, some_notes(5000, 4));
    more.rejected = some_notes(5000, 2);
    given(more);
    then(TELLER_DISPENSE_DISPUTED);
    given(empty(BIN_REJECT, nothing)); /* they were never there */
    assert_difference(5000, -2);
    struct command settle = for_teller(TELLER_RESOLVE_WITHDRAWAL, MACHINE);
    settle.withdrawal_id = id;
    settle.outcome = OUTCOME_NOT_DISPENSED;
    given(settle);
    assert_int_equal(notes_of(&teller_of(MACHINE)->cassettes, 5000), 96);
    assert_int_equal(teller_in_bin(teller_of(MACHINE), BIN_REJECT, 5000), 0);
    assert_int_equal(note_totals_of(&teller_of(MACHINE)->found, 5000), 0);
    assert_placed();
}

static struct uuid given_deposit(struct notes notes)
{
    struct uuid id = given_counting();
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, id, OUTCOME_COUNTED, notes));
    return id;
}

static void test_the_deposit_bin_has_books_of_its_own(void **state)
{
    (void)state;
    given_machine();
    given_deposit(some_notes(5000, 5));
    assert_int_equal(teller_in_bin(teller_of(MACHINE), BIN_DEPOSIT, 5000), 5);
    given(empty(BIN_DEPOSIT, some_notes(5000, 4)));
    assert_difference(5000, -1);
    const struct teller *teller = teller_of(MACHINE);
    assert_int_equal(teller_in_bin(teller, BIN_DEPOSIT, 5000), 0);
    assert_int_equal(note_totals_of(&teller->collected, 5000), 4);
    assert_int_equal(note_totals_of(&teller->deposited, 5000), 5);
    assert_int_equal(note_totals_of(&teller->removed, 5000), 0);
    assert_int_equal(note_totals_of(&teller->found, 5000), 0);
    given_deposit(some_notes(1000, 2));
    assert_int_equal(teller_in_bin(teller, BIN_DEPOSIT, 1000), 2);
    assert_placed();
}

static void
test_notes_given_back_after_the_bin_was_emptied_come_from_what_was_collected(void **state)
{
    (void)state;
    given_machine();
    struct uuid id = given_counting();
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, id, OUTCOME_LOST, nothing));
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, given_counting(), OUTCOME_COUNTED,
                      some_notes(5000, 3)));
    /* The account is gone, so that the notes it cannot take are suspect. */
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, PETER, account_of(PETER)->balance));
    struct uuid held = given_counting();
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PETER, 0));
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, held, OUTCOME_COUNTED, some_notes(5000, 6)));
    assert_string_equal(deposit_state_name(deposit_of(held)->state), "suspect");
    given(empty(BIN_DEPOSIT, some_notes(5000, 9)));
    given(for_deposit(TELLER_RESOLVE_DEPOSIT, held, OUTCOME_RETURNED, nothing));
    const struct teller *teller = teller_of(MACHINE);
    assert_int_equal(note_totals_of(&teller->returned, 5000), 6);
    assert_int_equal(note_totals_of(&teller->collected, 5000), 3);
    assert_int_equal(teller_in_bin(teller, BIN_DEPOSIT, 5000), 0);
    assert_int_equal(note_totals_of(&teller->bin_found, 5000), 0);
}

/* ---- low marks ---- */

static void test_a_low_mark_is_a_cassettes_own(void **state)
{
    (void)state;
    given_machine();
    given(low_mark(1, 40));
    then(TELLER_LOW_MARK_SET);
    assert_int_equal(notes_of(&event_at(0)->cash.marks, 5000), 40);
    given(swap(3, nothing, some_notes(5000, 30), ""));
    assert_int_equal(notes_of(&event_at(0)->cash.marks, 5000), 40 + LOW_MARK_DEFAULT);
    given(low_mark(3, 0));
    assert_int_equal(notes_of(&event_at(0)->cash.marks, 5000), 40);
    given(swap(1, some_notes(5000, 100), some_notes(5000, 50), ""));
    assert_int_equal(teller_of(MACHINE)->boxes.at[0].low_mark, 40);
    assert_refusal(when(low_mark(4, 1)), REFUSED_NO_SUCH_CASSETTE);
    then_nothing();
}

/* ---- sign-ons ---- */

static struct command strict(struct notes counted)
{
    struct command command = sign_on(counted);
    command.strict_counts = true;
    command.by_terminal = true;
    command.run = id_of(77);
    return command;
}

static void test_strict_counts_keep_a_machine_out_until_it_agrees(void **state)
{
    (void)state;
    given_machine();
    const struct notes counted = notes_of_two(5000, 99, 2000, 200);
    assert_refusal(when(strict(counted)), REFUSED_COUNTS_DIFFER);
    then(TELLER_SIGN_ON_REFUSED);
    assert_int_equal(notes_of(&event_at(0)->cassettes.notes, 5000), 99);
    assert_int_equal(notes_of(&event_at(0)->cassettes.expected, 5000), 100);
    assert_refusal(when(strict(counted)), REFUSED_COUNTS_DIFFER);
    then_nothing();
    assert_refusal(when(strict(notes_of_two(5000, 98, 2000, 200))), REFUSED_COUNTS_DIFFER);
    then(TELLER_SIGN_ON_REFUSED);
    /* The operator counts what the bank had: it is the machine that is wrong, and may learn. */
    given(count(0, some_notes(5000, 100)));
    assert_int_equal(teller_of(MACHINE)->recounted.length, 1);
    assert_refusal(when(strict(counted)), REFUSED_COUNTS_DIFFER);
    then(TELLER_SIGN_ON_REFUSED);
    /* Or what the machine had. */
    given(count(0, some_notes(5000, 99)));
    given(strict(counted));
    assert_true(event_at(0)->cassettes.agrees);
    assert_int_equal(teller_of(MACHINE)->recounted.length, 0);
    assert_int_equal(teller_of(MACHINE)->differing.length, 0);
}

static void test_a_machine_that_says_no_counts_is_let_in(void **state)
{
    (void)state;
    given_machine();
    struct command command = for_teller(TELLER_SIGN_ON, MACHINE);
    command.strict_counts = true;
    given(command);
    then(TELLER_SIGNED_ON);
}

static void test_a_barred_machine_moves_no_cash(void **state)
{
    (void)state;
    given_machine();
    given(for_teller(TELLER_BAR, MACHINE));
    struct command commands[] = { replenish(0, some_notes(5000, 1)), count(0, some_notes(5000, 1)),
                                  swap(1, some_notes(5000, 1), nothing, ""),
                                  empty(BIN_REJECT, nothing) };
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        commands[i].by_terminal = true;
        assert_refusal(when(commands[i]), REFUSED_TELLER_BARRED);
        then_nothing();
        commands[i].by_terminal = false;
        given(commands[i]);
    }
}

/* Only a forged log has such numbers; bank verify reads it to the end all the same. */
static void test_a_number_of_no_cassette_changes_nothing(void **state)
{
    (void)state;
    given_machine();
    static const int32_t odd[] = { -1, 9, INT32_MIN, INT32_MAX };
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct event events[4] = { { .kind = TELLER_CASSETTES_COUNTED },
                                   { .kind = TELLER_CASSETTE_SWAPPED },
                                   { .kind = TELLER_LOW_MARK_SET },
                                   { .kind = TELLER_CASSETTES_REPLENISHED } };
        for (int kind = 0; kind < 3; kind++) {
            events[kind].cash.cassette = odd[i];
            events[kind].cash.notes = some_notes(5000, 1);
        }
        events[3].cassettes.cassette = odd[i];
        events[3].cassettes.notes = some_notes(5000, 1);
        for (int kind = 0; kind < 4; kind++) {
            teller_difference(teller_of(MACHINE), &events[kind]);
            teller_apply(teller_of(MACHINE), &events[kind]);
        }
    }
    assert_int_equal(holds(2), 200);
    assert_placed();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_a_new_machine_has_a_cassette_for_each_denomination),
        sentence(test_two_cassettes_of_one_denomination_are_emptied_one_after_the_other),
        sentence(test_notes_go_into_a_cassette_of_their_denomination),
        sentence(test_a_denomination_needs_a_place),
        sentence(test_a_swap_takes_a_box_out_and_puts_another_in),
        sentence(test_what_a_box_that_is_taken_out_lacks_is_a_difference),
        sentence(test_promised_notes_in_a_box_that_is_taken_out_are_no_difference),
        sentence(test_the_other_cassette_of_a_denomination_keeps_what_it_holds),
        sentence(test_a_swap_says_what_was_in_the_box),
        sentence(test_a_count_sets_the_truth),
        sentence(test_only_what_is_named_was_counted),
        sentence(test_one_cassette_of_two_can_be_counted),
        sentence(test_promised_notes_may_be_in_a_count_or_not),
        sentence(test_an_emptied_bin_is_empty),
        sentence(test_what_is_found_in_a_bin_counts_once),
        sentence(test_what_is_settled_after_its_bin_was_emptied_is_found),
        sentence(test_the_deposit_bin_has_books_of_its_own),
        sentence(test_notes_given_back_after_the_bin_was_emptied_come_from_what_was_collected),
        sentence(test_a_low_mark_is_a_cassettes_own),
        sentence(test_strict_counts_keep_a_machine_out_until_it_agrees),
        sentence(test_a_machine_that_says_no_counts_is_let_in),
        sentence(test_a_barred_machine_moves_no_cash),
        sentence(test_a_number_of_no_cassette_changes_nothing),
    };
    return cmocka_run_group_tests_name("cash", tests, NULL, NULL);
}

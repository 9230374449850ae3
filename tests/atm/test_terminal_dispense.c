/* SPDX-License-Identifier: MIT */
/* From the approval to the withdrawal's one end: every branch stores exactly one advice, the right
 * one. */
#include "tests/atm/terminal_kit.h"

static void test_the_card_comes_back_before_the_cash(void **state)
{
    (void)state;
    struct kit kit;
    kit_approved(&kit);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_true(kit_wants(&kit, EFFECT_EJECT));
    assert_false(kit_wants(&kit, EFFECT_STACK));
    kit_enter(&kit);
    assert_true(kit_wants(&kit, EFFECT_STACK));
}

static void test_each_movement_is_journalled_before_it_happens(void **state)
{
    (void)state;
    struct kit kit;
    kit_stacking(&kit);
    assert_true(kit_journalled(&kit, JOURNAL_STACK) >= 0);
    assert_true(kit_journalled(&kit, JOURNAL_STACK) < kit_place(&kit, EFFECT_STACK));
    kit_hears(&kit, EVENT_STACKED);
    assert_true(kit_journalled(&kit, JOURNAL_PRESENT) >= 0);
    assert_true(kit_journalled(&kit, JOURNAL_PRESENT) < kit_place(&kit, EFFECT_PRESENT));
}

static void test_cash_that_is_taken_completes_the_withdrawal(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    kit_enter(&kit);
    kit_expect(&kit, STATE_ANOTHER);
    kit_expect_advice(&kit, ADVICE_DISPENSED);
    assert_int_equal(notes_value(&kit_effect(&kit, EFFECT_ADVISE)->advice.taken), 6000);
    assert_true(kit_wants(&kit, EFFECT_TAKE));
    assert_int_equal(kit_effect(&kit, EFFECT_PRINT)->balance, 44000);
}

static void test_notes_that_jam_are_not_charged(void **state)
{
    (void)state;
    struct kit kit;
    kit_presenting(&kit);
    struct terminal_event *event = kit_event(&kit, EVENT_PRESENTED);
    event->notes = (struct notes){ 1, { { 5000, 1 } } };
    event->rejected = (struct notes){ 1, { { 1000, 1 } } };
    kit_send(&kit);
    kit_enter(&kit);
    kit_expect_advice(&kit, ADVICE_DISPENSED);
    const struct advice *advice = &kit_effect(&kit, EFFECT_ADVISE)->advice;
    assert_int_equal(notes_value(&advice->taken), 5000);
    assert_int_equal(notes_value(&advice->rejected), 1000);
    assert_int_equal(kit_effect(&kit, EFFECT_PRINT)->amount, 5000);
    assert_int_equal(kit_effect(&kit, EFFECT_PRINT)->balance,
                     45000); /* the difference is on its way back */
}

static void test_a_fault_before_anything_is_out_reverses_in_full(void **state)
{
    (void)state;
    struct kit kit;
    kit_presenting(&kit);
    kit_event(&kit, EVENT_DISPENSE_FAILED)->rejected = kit.terminal.withdrawal.notes;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
    assert_int_equal(notes_value(&kit_effect(&kit, EFFECT_ADVISE)->advice.rejected), 6000);
    assert_int_equal(strlen(kit.terminal.message.reference), 36);
}

static void test_cash_nobody_takes_is_drawn_back_and_suspect(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    kit_wait(&kit, COUNTDOWN_MS - 1);
    kit_expect(&kit, STATE_TAKING_CASH);
    kit_wait(&kit, 1);
    kit_expect(&kit, STATE_DISPENSING);
    assert_true(kit_journalled(&kit, JOURNAL_RETRACT) < kit_place(&kit, EFFECT_RETRACT));
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
    kit_event(&kit, EVENT_RETRACTED)->notes = kit.terminal.withdrawal.notes;
    kit_send(&kit);
    kit_expect_advice(&kit, ADVICE_RETRACTED);
    assert_int_equal(notes_value(&kit_effect(&kit, EFFECT_ADVISE)->advice.retracted), 6000);
}

static void test_notes_whose_position_is_unknown_are_suspect(void **state)
{
    (void)state;
    struct kit kit;
    kit_presenting(&kit);
    kit_event(&kit, EVENT_POSITION_UNKNOWN);
    kit.event.facts.attention = true;
    kit_send(&kit);
    kit_expect_advice(&kit, ADVICE_UNKNOWN);
    kit_expect(&kit, STATE_MESSAGE);
}

static void test_a_jammed_dispenser_pays_nothing_and_all_else_goes_on(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    kit.event.facts.attention = true;
    kit_enter(&kit);
    kit_key(&kit, 5);
    kit_expect(&kit, STATE_GOODBYE);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    struct view view;
    terminal_view(&kit.terminal, 0, &view);
    assert_string_equal(view.error, text_get(0, TEXT_NO_CASH_NOW));
    kit_insert(&kit);
    kit_pin(&kit);
    terminal_view(&kit.terminal, 0, &view);
    for (int key = 0; key < VIEW_FDKS; key++) /* four amounts and the other one */
        assert_int_equal(view.fdk[key].disabled, key < 5);
    kit_key(&kit, 6);
    kit_expect(&kit, STATE_ASKING_BALANCE);
    assert_true(kit_wants(&kit, EFFECT_ASK_BALANCE));
}

static void test_a_card_left_in_the_slot_calls_the_cash_off(void **state)
{
    (void)state;
    struct kit kit;
    kit_approved(&kit);
    kit_wait(&kit, COUNTDOWN_MS);
    kit_expect_message(&kit, TEXT_CARD_RETAINED);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
    assert_true(kit_wants(&kit, EFFECT_RETAIN));
    assert_false(kit_wants(&kit, EFFECT_STACK));
}

static void test_no_cash_moves_unjournalled(void **state)
{
    (void)state;
    struct kit kit;
    kit_stacking(&kit); /* the shell leaves the movement out and says so */
    kit_hears(&kit, EVENT_TROUBLE);
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
    assert_false(kit_wants(&kit, EFFECT_PURGE)); /* nothing was stacked */

    kit_presenting(&kit);
    kit_hears(&kit, EVENT_TROUBLE);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
    assert_true(kit_wants(&kit, EFFECT_PURGE));
    assert_int_equal(notes_value(&kit_effect(&kit, EFFECT_ADVISE)->advice.rejected), 6000);
}

static void test_trouble_once_the_cash_is_out_changes_nothing_for_the_customer(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    kit_hears(&kit, EVENT_TROUBLE);
    kit_expect(&kit, STATE_TAKING_CASH);
    kit_enter(&kit);
    kit_expect_advice(&kit, ADVICE_DISPENSED);
    kit_key(&kit, 5);
    kit_enter(&kit);
    kit_expect(&kit, STATE_OUT_OF_SERVICE);
    kit_hears(&kit, EVENT_TROUBLE_OVER);
    kit_expect(&kit, STATE_WELCOME);
}

static void test_cancel_cannot_stop_what_may_have_happened(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_ASKING_CASH);
    kit_approve(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_RETURNING_CARD);
    kit_presented(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_TAKING_CASH);
}

static void test_stopping_waits_for_cash_that_is_out(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    kit_press(&kit, INPUT_QUIT, 0);
    kit_expect(&kit, STATE_TAKING_CASH);
    assert_false(kit_wants(&kit, EFFECT_EXIT));
    kit_enter(&kit);
    kit_expect_advice(&kit, ADVICE_DISPENSED);
    kit_expect(&kit, STATE_OFF);
    assert_true(kit_wants(&kit, EFFECT_EXIT));
}

static void test_stopping_before_the_cash_moves_reverses(void **state)
{
    (void)state;
    struct kit kit;
    kit_approved(&kit);
    kit_press(&kit, INPUT_QUIT, 0);
    kit_expect(&kit, STATE_OFF);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);

    kit_ask(&kit);
    kit_press(&kit, INPUT_QUIT, 0);
    kit_expect(&kit, STATE_ASKING_CASH); /* the bank may have said yes already */
    kit_approve(&kit);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
    assert_false(kit_wants(&kit, EFFECT_STACK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_card_comes_back_before_the_cash),
        cmocka_unit_test(test_each_movement_is_journalled_before_it_happens),
        cmocka_unit_test(test_cash_that_is_taken_completes_the_withdrawal),
        cmocka_unit_test(test_notes_that_jam_are_not_charged),
        cmocka_unit_test(test_a_fault_before_anything_is_out_reverses_in_full),
        cmocka_unit_test(test_cash_nobody_takes_is_drawn_back_and_suspect),
        cmocka_unit_test(test_notes_whose_position_is_unknown_are_suspect),
        cmocka_unit_test(test_a_jammed_dispenser_pays_nothing_and_all_else_goes_on),
        cmocka_unit_test(test_a_card_left_in_the_slot_calls_the_cash_off),
        cmocka_unit_test(test_no_cash_moves_unjournalled),
        cmocka_unit_test(test_trouble_once_the_cash_is_out_changes_nothing_for_the_customer),
        cmocka_unit_test(test_cancel_cannot_stop_what_may_have_happened),
        cmocka_unit_test(test_stopping_waits_for_cash_that_is_out),
        cmocka_unit_test(test_stopping_before_the_cash_moves_reverses),
    };
    return cmocka_run_group_tests_name("terminal dispense", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* A visit around the transactions: card, language, PIN, time-outs, another transaction. */
#include "tests/atm/terminal_kit.h"

static void test_a_number_that_is_no_card_is_said_so_and_stays_to_be_mended(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_type(&kit, "4000");
    kit_enter(&kit);
    assert_string_equal(kit_effect(&kit, EFFECT_INSERT)->text, "4000");
    kit_hears(&kit, EVENT_CARD_INVALID);
    kit_expect(&kit, STATE_WELCOME);
    assert_int_equal(kit.terminal.error, TEXT_WELCOME_INVALID);
    kit_press(&kit, INPUT_CANCEL, 0);
    assert_int_equal(kit.terminal.error, TEXT_NONE);
}

static void test_a_card_that_jams_or_cannot_be_read_begins_nothing(void **state)
{
    (void)state;
    static const enum event_kind troubles[] = { EVENT_CARD_JAM, EVENT_CARD_UNREADABLE };
    for (size_t i = 0; i < 2; i++) {
        struct kit kit;
        kit_start(&kit);
        kit_enter(&kit);
        kit_hears(&kit, troubles[i]);
        kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
        assert_false(kit.terminal.card_inside);
        kit_enter(&kit);
        kit_expect(&kit, STATE_WELCOME);
    }
}

static void test_the_pin_never_enters_the_terminal(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_insert(&kit);
    assert_int_equal(PIN_OF_CARD,
                     terminal_wants_pin(
                         &kit.terminal)); /* so the shell keeps the digits' values to the PIN pad */
    for (int i = 0; i < 4; i++)
        kit_press(&kit, INPUT_DIGIT, 0);
    assert_int_equal(kit.terminal.pin_digits, 4);
    assert_string_equal(kit.terminal.typed, "");
    for (int i = 0; i < 2 * PIN_DIGITS_MAX; i++)
        kit_press(&kit, INPUT_DIGIT, 0);
    assert_int_equal(kit.terminal.pin_digits, PIN_DIGITS_MAX);
    kit_press(&kit, INPUT_CLEAR, 0);
    assert_int_equal(kit.terminal.pin_digits, 0);
}

static void test_a_short_pin_is_not_sent(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_insert(&kit);
    kit_type(&kit, "123");
    kit_enter(&kit);
    kit_expect(&kit, STATE_PIN_ENTRY);
    assert_int_equal(kit.terminal.error, TEXT_PIN_SHORT);
}

static void test_cancel_gives_the_card_back_and_wipes_the_pin(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_EJECTING);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_true(kit_wants(&kit, EFFECT_EJECT));
    kit_enter(&kit);
    kit_expect(&kit, STATE_GOODBYE);
    kit_wait(&kit, 60000);
    kit_expect(&kit, STATE_WELCOME);
    assert_string_equal(kit.terminal.card, "");
}

static void test_a_slow_customer_is_asked_for_more_time(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_key(&kit, 5);
    kit_wait(&kit, IDLE_MS - 1);
    kit_expect(&kit, STATE_AMOUNT);
    kit_wait(&kit, 1);
    kit_expect(&kit, STATE_MORE_TIME);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_AMOUNT);
    kit_wait(&kit, IDLE_MS);
    kit_enter(&kit);
    kit_expect(&kit, STATE_AMOUNT);
    kit_wait(&kit, IDLE_MS);
    kit_expect(&kit, STATE_MORE_TIME);
    kit_wait(&kit, COUNTDOWN_MS);
    kit_expect(&kit, STATE_EJECTING);
}

static void test_half_a_pin_is_typed_anew_after_the_question(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_insert(&kit);
    kit_type(&kit, "12");
    kit_wait(&kit, IDLE_MS);
    kit_expect(&kit, STATE_MORE_TIME);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_PIN_ENTRY);
    assert_int_equal(kit.terminal.pin_digits, 0);
}

/* Card and cash in hand, the customer has walked away. */
static void test_a_customer_who_has_the_card_is_not_told_that_it_was_kept(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct kit kit;
        kit_presented(&kit);
        kit_enter(&kit);
        kit_expect(&kit, STATE_ANOTHER);
        kit_wait(&kit, IDLE_MS);
        kit_expect(&kit, STATE_MORE_TIME);
        if (way == 0)
            kit_wait(&kit, COUNTDOWN_MS);
        else
            kit_key(&kit, 5);
        kit_expect(&kit, STATE_GOODBYE);
        assert_int_equal(kit_journalled(&kit, JOURNAL_CARD_RETAINED), -1);
        assert_false(kit_wants(&kit, EFFECT_EJECT));
        kit_wait(&kit, 60000);
        kit_expect(&kit, STATE_WELCOME);
    }
}

static void test_a_card_that_jams_at_another_transaction_ends_the_visit(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    kit_enter(&kit);
    kit_key(&kit, 1);
    kit_hears(&kit, EVENT_CARD_JAM);
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
    kit_enter(&kit);
    kit_expect(&kit, STATE_GOODBYE);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    assert_true(kit_wants(&kit, EFFECT_CARD_GONE));
    assert_int_equal(kit.terminal.receipt.count, 0);
}

static void test_a_key_starts_the_patience_anew(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_key(&kit, 5);
    kit_wait(&kit, IDLE_MS - 1);
    kit_type(&kit, "5");
    kit_wait(&kit, IDLE_MS - 1);
    kit_expect(&kit, STATE_AMOUNT);
}

static void test_a_forgotten_card_is_kept(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_wait(&kit, COUNTDOWN_MS);
    kit_expect_message(&kit, TEXT_CARD_RETAINED);
    assert_true(kit_wants(&kit, EFFECT_RETAIN));
    assert_true(kit_journalled(&kit, JOURNAL_CARD_RETAINED) >= 0);
}

static void test_another_transaction_asks_for_the_pin_again(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    kit_enter(&kit);
    kit_expect(&kit, STATE_ANOTHER);
    kit_key(&kit, 1);
    kit_hears(&kit, EVENT_CARD_IN);
    kit_expect(&kit, STATE_PIN_ENTRY);
    assert_int_equal(kit.terminal.pin_digits, 0);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
}

static void test_the_language_stays_for_the_visit_only(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_start(&kit);
    kit_key(&kit, 5);
    kit_expect(&kit, STATE_LANGUAGE);
    kit_key(&kit, 2);
    kit_expect(&kit, STATE_WELCOME);
    terminal_view(&kit.terminal, 0, &view);
    assert_string_equal(view.heading, "Willkommen");
    kit_insert(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_enter(&kit);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    terminal_view(&kit.terminal, 0, &view);
    assert_string_equal(view.heading, "Welcome");
}

static void test_no_paper_is_told_and_does_not_undo_the_withdrawal(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_presented(&kit);
    kit_enter(&kit);
    kit_hears(&kit, EVENT_RECEIPT); /* its flag says: not on paper */
    kit_expect(&kit, STATE_ANOTHER);
    assert_true(kit_journalled(&kit, JOURNAL_PAPER_OUT) >= 0);
    terminal_view(&kit.terminal, 0, &view);
    assert_string_equal(view.detail, text_get(0, TEXT_ANOTHER_NO_PAPER));
    assert_int_equal(view.receipt_light, LIGHT_FAULT);
}

static void test_a_machine_without_its_bank_is_out_of_service_and_comes_back(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_hears(&kit, EVENT_LINK_DOWN);
    kit_expect(&kit, STATE_OUT_OF_SERVICE);
    kit_enter(&kit);
    kit_expect(&kit, STATE_OUT_OF_SERVICE);
    kit_hears(&kit, EVENT_LINK_UP);
    kit_expect(&kit, STATE_WELCOME);
}

static void test_esc_goes_a_step_back_and_twice_ends_the_visit(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_key(&kit, 5);
    kit_type(&kit, "60");
    kit_enter(&kit);
    kit_expect(&kit, STATE_NOTE_MIX);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_AMOUNT);
    kit_type(&kit, "6"); /* a key in between: the next is the first again */
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_MENU);
    kit_key(&kit, 5);
    kit_type(&kit, "60");
    kit_enter(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_EJECTING);
    assert_true(kit_wants(&kit, EFFECT_EJECT));
}

static void test_esc_on_a_message_goes_where_it_came_from(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_key(&kit, 5);
    kit_type(&kit, "75");
    kit_enter(&kit);
    kit_expect_message(&kit, TEXT_NOT_PAYABLE);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_AMOUNT);
    kit_type(&kit, "75");
    kit_enter(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_EJECTING);
}

static void test_more_time_keeps_what_was_typed(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_key(&kit, 5);
    kit_type(&kit, "60");
    kit_wait(&kit, IDLE_MS);
    kit_expect(&kit, STATE_MORE_TIME);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_AMOUNT);
    kit_enter(&kit);
    assert_int_equal(kit.terminal.withdrawal.amount, 6000);
    kit_start(&kit); /* and so does the question for the language */
    kit_type(&kit, "4000");
    kit_key(&kit, 5);
    kit_expect(&kit, STATE_LANGUAGE);
    kit_key(&kit, 1);
    assert_string_equal(kit.terminal.typed, "4000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_number_that_is_no_card_is_said_so_and_stays_to_be_mended),
        cmocka_unit_test(test_a_card_that_jams_or_cannot_be_read_begins_nothing),
        cmocka_unit_test(test_the_pin_never_enters_the_terminal),
        cmocka_unit_test(test_a_short_pin_is_not_sent),
        cmocka_unit_test(test_cancel_gives_the_card_back_and_wipes_the_pin),
        cmocka_unit_test(test_a_slow_customer_is_asked_for_more_time),
        cmocka_unit_test(test_half_a_pin_is_typed_anew_after_the_question),
        cmocka_unit_test(test_a_customer_who_has_the_card_is_not_told_that_it_was_kept),
        cmocka_unit_test(test_a_card_that_jams_at_another_transaction_ends_the_visit),
        cmocka_unit_test(test_a_key_starts_the_patience_anew),
        cmocka_unit_test(test_a_forgotten_card_is_kept),
        cmocka_unit_test(test_another_transaction_asks_for_the_pin_again),
        cmocka_unit_test(test_the_language_stays_for_the_visit_only),
        cmocka_unit_test(test_no_paper_is_told_and_does_not_undo_the_withdrawal),
        cmocka_unit_test(test_a_machine_without_its_bank_is_out_of_service_and_comes_back),
        cmocka_unit_test(test_more_time_keeps_what_was_typed),
        cmocka_unit_test(test_esc_goes_a_step_back_and_twice_ends_the_visit),
        cmocka_unit_test(test_esc_on_a_message_goes_where_it_came_from),
    };
    return cmocka_run_group_tests_name("terminal visit", tests, NULL, NULL);
}

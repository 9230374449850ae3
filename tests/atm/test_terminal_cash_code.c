/* SPDX-License-Identifier: MIT */
/* A cash code: asked for with a card, and typed in a card's place. */
#include "tests/atm/terminal_kit.h"

#define MASKED "******6782"

/* ---- asking for one ---- */

static void pins(struct kit *kit)
{
    kit_expect(kit, STATE_CODE_PIN);
    assert_int_equal(kit_effect(kit, EFFECT_PIN_FORGET)->pin_entry, PIN_NEW);
    assert_int_equal(terminal_wants_pin(&kit->terminal), PIN_NEW);
    kit_type(kit, "739184");
    kit_enter(kit);
    kit_expect(kit, STATE_REPEAT_CODE_PIN);
    assert_int_equal(kit_effect(kit, EFFECT_PIN_FORGET)->pin_entry, PIN_REPEATED);
    assert_int_equal(terminal_wants_pin(&kit->terminal), PIN_REPEATED);
    assert_int_equal(kit->terminal.pin_digits, 0);
    kit_type(kit, "739184");
    kit_enter(kit);
}

static void confirm(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 8);
    kit_key(kit, 5);
    kit_expect(kit, STATE_CODE_AMOUNT);
    kit_enter(kit);
    assert_int_equal(kit->terminal.error, TEXT_AMOUNT_NONE);
    kit_type(kit, "75");
    kit_enter(kit);
    pins(kit);
    kit_expect(kit, STATE_CODE_CONFIRM);
}

static void ask(struct kit *kit)
{
    confirm(kit);
    kit_key(kit, 1);
    kit_expect(kit, STATE_ASKING_CODE);
}

static void test_nothing_is_asked_before_it_is_confirmed(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    confirm(&kit);
    assert_false(kit_wants(&kit, EFFECT_ASK_CODE));
    terminal_view(&kit.terminal, 1000, &view);
    assert_int_equal(view.amount, 7500);
    kit_key(&kit, 5);
    kit_expect(&kit, STATE_MORE);
    ask(&kit);
    const struct effect *asked = kit_effect(&kit, EFFECT_ASK_CODE);
    assert_true(uuid_equal(&asked->id, &kit.terminal.asking));
    assert_int_equal(asked->amount, 7500);
    assert_string_equal(asked->text, KIT_CODE);
}

static void test_the_number_is_masked_in_the_journal(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    const int at = kit_journalled(&kit, JOURNAL_CODE_REQUEST);
    assert_true(at >= 0 && at < kit_place(&kit, EFFECT_ASK_CODE));
    check_contains(kit.effects.item[at].text, "code=" MASKED);
    assert_null(strstr(kit.effects.item[at].text, KIT_CODE));
}

static void test_the_number_is_shown_and_printed_and_gone_with_the_visit(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    ask(&kit);
    kit_reply(&kit, true, REFUSED_NONE)->reply.until_s = 1796000000;
    kit_send(&kit);
    kit_expect(&kit, STATE_CODE_SHOWN);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
    assert_true(kit_journalled(&kit, JOURNAL_CODE_ISSUED) >= 0);
    const struct effect *print = kit_effect(&kit, EFFECT_PRINT);
    assert_string_equal(print->text, KIT_CODE);
    assert_int_equal(print->until_s, 1796000000);
    assert_int_equal(print->amount, 7500);
    terminal_view(&kit.terminal, 1000, &view);
    assert_string_equal(view.number, "0123 456 782");
    assert_false(view.amount_shown);
    kit_event(&kit, EVENT_RECEIPT)->flag = true;
    kit_send(&kit);
    kit_expect(&kit, STATE_CODE_SHOWN);
    assert_true(kit_journalled(&kit, JOURNAL_RECEIPT) >= 0);
    kit_enter(&kit);
    kit_expect(&kit, STATE_ANOTHER);
    kit_key(&kit, 5);
    kit_enter(&kit);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    assert_string_equal(kit.terminal.code, "");
}

static void test_without_receipts_none_is_printed(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit.terminal.no_receipts = true;
    kit_reply(&kit, true, REFUSED_NONE);
    kit_send(&kit);
    assert_false(kit_wants(&kit, EFFECT_PRINT));
}

static void test_pins_that_differ_or_are_weak_are_typed_anew(void **state)
{
    (void)state;
    for (int weak = 0; weak < 2; weak++) {
        struct kit kit;
        ask(&kit);
        if (weak) {
            kit_reply(&kit, false, REFUSED_WEAK_PIN);
            kit_send(&kit);
        } else {
            kit_hears(&kit, EVENT_PINS_DIFFER);
        }
        kit_expect_message(&kit, weak ? TEXT_NEW_PIN_WEAK : TEXT_NEW_PIN_DIFFERS);
        assert_false(kit_wants(&kit, EFFECT_PIN_WIPE));
        assert_int_equal(kit_effect(&kit, EFFECT_PIN_FORGET)->pin_entry, PIN_NEW);
        kit_enter(&kit);
        kit_expect(&kit, STATE_CODE_PIN);
        assert_int_equal(kit.terminal.withdrawal.amount, 7500);
    }
}

static void test_a_wrong_pin_of_the_card_asks_for_both_again(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_reply(&kit, false, REFUSED_WRONG_PIN)->reply.tries_left = 2;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_WRONG_PIN);
    kit_enter(&kit);
    kit_type(&kit, "1234");
    kit_enter(&kit);
    pins(&kit);
    kit_expect(&kit, STATE_CODE_CONFIRM);
    assert_int_equal(kit.terminal.withdrawal.amount, 7500);
}

/* The bank has had the number: the customer does not see that another was drawn. */
static void test_a_number_that_is_taken_is_drawn_again_and_not_for_ever(void **state)
{
    (void)state;
    static const char *const drawn[] = { "0000000018", "0000000026" };
    struct kit kit;
    ask(&kit);
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++) {
        const struct uuid before = kit.terminal.asking;
        strcpy(kit_reply(&kit, false, REFUSED_ALREADY_EXISTS)->facts.fresh_code, drawn[i]);
        kit_send(&kit);
        kit_expect(&kit, STATE_ASKING_CODE);
        assert_true(kit_journalled(&kit, JOURNAL_DECLINED) >= 0);
        const struct effect *asked = kit_effect(&kit, EFFECT_ASK_CODE);
        assert_string_equal(asked->text, drawn[i]);
        assert_false(uuid_equal(&asked->id, &before));
        assert_int_equal(asked->amount, 7500);
        assert_false(kit_wants(&kit, EFFECT_PIN_WIPE) || kit_wants(&kit, EFFECT_PIN_FORGET));
    }
    kit_reply(&kit, false, REFUSED_ALREADY_EXISTS);
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_DECLINED);
}

static void test_without_an_answer_nothing_is_owed(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_hears(&kit, EVENT_NO_REPLY);
    kit_expect_message(&kit, TEXT_NO_REPLY);
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
    assert_true(kit_journalled(&kit, JOURNAL_NO_REPLY) >= 0);
}

static void test_steps_back_lead_through_the_questions(void **state)
{
    (void)state;
    static const enum terminal_state steps[] = { STATE_CODE_PIN, STATE_CODE_AMOUNT, STATE_MORE };
    struct kit kit;
    confirm(&kit);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        kit_press(&kit, INPUT_CANCEL, 0);
        kit_expect(&kit, steps[i]);
        kit_press(&kit, INPUT_CLEAR, 0); /* else the second in a row ends the visit */
    }
}

/* ---- withdrawing with one ---- */

static void amount(struct kit *kit)
{
    kit_start(kit);
    kit_code_typed(kit);
    assert_true(kit_journalled(kit, JOURNAL_CODE_TYPED) >= 0);
    kit_type(kit, "739184");
    kit_enter(kit);
    kit_expect(kit, STATE_AMOUNT);
    assert_false(kit_wants(kit, EFFECT_ASK_BALANCE));
}

static void cash(struct kit *kit)
{
    amount(kit);
    kit_type(kit, "20");
    kit_enter(kit);
    kit_expect(kit, STATE_RECEIPT_CHOICE);
    kit_key(kit, 1);
    kit_expect(kit, STATE_ASKING_CASH);
}

static void test_cash_comes_at_once_and_the_receipt_has_no_balance(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    cash(&kit);
    struct terminal_event *event = kit_reply(&kit, true, REFUSED_NONE);
    notes_add(&event->reply.notes, 2000, 1);
    kit_send(&kit);
    kit_expect(&kit, STATE_DISPENSING);
    assert_true(kit_wants(&kit, EFFECT_STACK) && kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_false(kit_wants(&kit, EFFECT_EJECT));
    assert_true(kit_journalled(&kit, JOURNAL_APPROVED) >= 0);
    kit_hears(&kit, EVENT_STACKED);
    notes_add(&kit_event(&kit, EVENT_PRESENTED)->notes, 2000, 1);
    kit_send(&kit);
    kit_expect(&kit, STATE_TAKING_CASH);
    kit_enter(&kit);
    kit_expect(&kit, STATE_ANOTHER);
    kit_expect_advice(&kit, ADVICE_DISPENSED);
    assert_true(kit_effect(&kit, EFFECT_PRINT)->by_code);
    terminal_view(&kit.terminal, 1000, &view);
    assert_string_equal(view.fdk[0].label, ""); /* it is used: nothing else is offered */
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_ANOTHER);
    kit_enter(&kit);
    kit_expect(&kit, STATE_GOODBYE);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    assert_false(kit.terminal.by_code);
}

static void test_there_is_no_menu_and_no_card_to_take(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    amount(&kit);
    terminal_view(&kit.terminal, 1000, &view);
    check_contains(view.hint, "Esc: leave");
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_GOODBYE);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_false(kit_wants(&kit, EFFECT_EJECT));
    amount(&kit);
    kit_type(&kit, "20");
    kit_enter(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_AMOUNT);
    kit_start(&kit);
    kit_code_typed(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_GOODBYE);
}

static void test_more_than_it_is_good_for_is_told_and_less_offered(void **state)
{
    (void)state;
    struct kit kit;
    cash(&kit);
    kit_reply(&kit, false, REFUSED_CASH_CODE_AMOUNT)->reply.available = 1000;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_DECLINED);
    check_contains(kit.terminal.message.detail, "10.00");
    assert_int_equal(kit.terminal.message.offer[0], 1000);
    kit_key(&kit, 1);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_ASKING_CASH);
    assert_int_equal(kit_effect(&kit, EFFECT_ASK_CASH)->amount, 1000);
}

static void test_a_refusal_says_nothing_of_the_account(void **state)
{
    (void)state;
    static const enum refusal refusals[] = { REFUSED_INSUFFICIENT_FUNDS, REFUSED_DAILY_LIMIT,
                                             REFUSED_FREQUENCY_LIMIT };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct kit kit;
        cash(&kit);
        struct reply *reply = &kit_reply(&kit, false, refusals[i])->reply;
        reply->balance = reply->available = 1000; /* as no bank says it */
        kit_send(&kit);
        assert_string_equal(kit.terminal.message.detail,
                            text_get(kit.terminal.language, TEXT_CODE_NOT_NOW));
        assert_int_equal(kit.terminal.message.offer[0], 0);
        kit_enter(&kit);
        kit_expect(&kit, STATE_GOODBYE);
    }
}

static void test_wrong_pins_are_told_and_the_third_ends_the_code_and_keeps_no_card(void **state)
{
    (void)state;
    struct kit kit;
    cash(&kit);
    kit_reply(&kit, false, REFUSED_WRONG_PIN)->reply.tries_left = 1;
    kit_send(&kit);
    assert_string_equal(kit.terminal.message.detail,
                        text_get(kit.terminal.language, TEXT_CODE_WRONG_PIN_LAST));
    kit_enter(&kit);
    kit_type(&kit, "1234");
    kit_enter(&kit);
    kit_expect(&kit, STATE_ASKING_CASH);
    assert_int_equal(kit_effect(&kit, EFFECT_ASK_CASH)->amount, 2000);
    kit_reply(&kit, false, REFUSED_PIN_TRIES_EXCEEDED);
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_DECLINED);
    assert_false(kit_wants(&kit, EFFECT_RETAIN));
    kit_enter(&kit);
    kit_expect(&kit, STATE_GOODBYE);
}

static void test_a_code_that_is_none_is_told_as_a_code(void **state)
{
    (void)state;
    struct kit kit;
    cash(&kit);
    kit_reply(&kit, false, REFUSED_NO_SUCH_CARD);
    kit_send(&kit);
    assert_string_equal(kit.terminal.message.detail,
                        text_get(kit.terminal.language, TEXT_CODE_NONE));
}

static void test_a_note_beside_the_screen_is_not_the_codes(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_start(&kit);
    strcpy(kit.terminal.settings.card_note, "1234");
    kit_code_typed(&kit);
    terminal_view(&kit.terminal, 1000, &view);
    assert_string_equal(view.sticky[0], "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_asked_before_it_is_confirmed),
        cmocka_unit_test(test_the_number_is_masked_in_the_journal),
        cmocka_unit_test(test_the_number_is_shown_and_printed_and_gone_with_the_visit),
        cmocka_unit_test(test_without_receipts_none_is_printed),
        cmocka_unit_test(test_pins_that_differ_or_are_weak_are_typed_anew),
        cmocka_unit_test(test_a_wrong_pin_of_the_card_asks_for_both_again),
        cmocka_unit_test(test_a_number_that_is_taken_is_drawn_again_and_not_for_ever),
        cmocka_unit_test(test_without_an_answer_nothing_is_owed),
        cmocka_unit_test(test_steps_back_lead_through_the_questions),
        cmocka_unit_test(test_cash_comes_at_once_and_the_receipt_has_no_balance),
        cmocka_unit_test(test_there_is_no_menu_and_no_card_to_take),
        cmocka_unit_test(test_more_than_it_is_good_for_is_told_and_less_offered),
        cmocka_unit_test(test_a_refusal_says_nothing_of_the_account),
        cmocka_unit_test(test_wrong_pins_are_told_and_the_third_ends_the_code_and_keeps_no_card),
        cmocka_unit_test(test_a_code_that_is_none_is_told_as_a_code),
        cmocka_unit_test(test_a_note_beside_the_screen_is_not_the_codes),
    };
    return cmocka_run_group_tests_name("terminal cash code", tests, NULL, NULL);
}

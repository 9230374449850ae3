/* SPDX-License-Identifier: MIT */
/* Money to another account: what is typed, asked for, and said of each answer. */
#include "tests/atm/terminal_kit.h"

#define RECEIVER "5500005555555559"
#define MASKED   "550000******5559"

static void receiver(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 8);
    kit_key(kit, 3);
    kit_expect(kit, STATE_RECEIVER);
}

static void confirm(struct kit *kit)
{
    receiver(kit);
    kit_type(kit, RECEIVER);
    kit_enter(kit);
    kit_expect(kit, STATE_TRANSFER_AMOUNT);
    kit_type(kit, "75");
    kit_enter(kit);
    kit_expect(kit, STATE_TRANSFER_CONFIRM);
}

static void ask(struct kit *kit)
{
    confirm(kit);
    kit_key(kit, 1);
    kit_expect(kit, STATE_ASKING_TRANSFER);
}

static void test_both_are_shown_before_the_bank_is_asked(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    confirm(&kit);
    terminal_view(&kit.terminal, 1000, &view);
    check_contains(view.detail, MASKED);
    assert_int_equal(view.amount, 7500);
    assert_false(kit_wants(&kit, EFFECT_ASK_TRANSFER));
    kit_key(&kit, 5);
    kit_expect(&kit, STATE_MORE);
    ask(&kit);
    const struct effect *asked = kit_effect(&kit, EFFECT_ASK_TRANSFER);
    assert_true(uuid_equal(&asked->id, &kit.terminal.asking));
    assert_int_equal(asked->amount, 7500);
    assert_string_equal(asked->text, RECEIVER);
}

static void test_the_receivers_number_is_masked_in_the_journal(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    const int at = kit_journalled(&kit, JOURNAL_TRANSFER_REQUEST);
    assert_true(at >= 0);
    check_contains(kit.effects.item[at].text, MASKED);
    assert_null(strstr(kit.effects.item[at].text, RECEIVER));
}

static void test_the_receipt_has_the_balance_and_nothing_is_owed(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_reply(&kit, true, REFUSED_NONE)->reply.balance = 42500;
    kit_send(&kit);
    kit_expect(&kit, STATE_ANOTHER);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
    assert_true(kit_journalled(&kit, JOURNAL_TRANSFERRED) >= 0);
    const struct effect *print = kit_effect(&kit, EFFECT_PRINT);
    assert_int_equal(print->balance, 42500);
    assert_int_equal(print->amount, 7500);
    assert_string_equal(print->receiver, MASKED);
}

static void test_a_number_that_is_no_cards_is_typed_again(void **state)
{
    (void)state;
    struct kit kit;
    receiver(&kit);
    kit_type(&kit, "5500005555555550");
    kit_enter(&kit);
    kit_expect(&kit, STATE_RECEIVER);
    assert_int_equal(kit.terminal.error, TEXT_WELCOME_INVALID);
    kit_press(&kit, INPUT_CLEAR, 0);
    kit_type(&kit, RECEIVER);
    kit_key(&kit, 8);
    kit_expect(&kit, STATE_TRANSFER_AMOUNT);
    kit_enter(&kit);
    kit_expect(&kit, STATE_TRANSFER_AMOUNT);
    assert_int_equal(kit.terminal.error, TEXT_AMOUNT_NONE);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_RECEIVER); /* a step back, and twice the end of the visit */
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_EJECTING);
}

static void test_it_needs_no_notes(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit.event.facts.cassettes = (struct notes){ 0 };
    kit_hears(&kit, EVENT_TICK);
    kit_key(&kit, 8);
    kit_key(&kit, 3);
    kit_type(&kit, RECEIVER);
    kit_enter(&kit);
    kit_type(&kit, "75");
    kit_enter(&kit);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_ASKING_TRANSFER);
}

static void test_a_wrong_pin_asks_for_the_same_transfer_again(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    const struct uuid first = kit.terminal.asking;
    kit_reply(&kit, false, REFUSED_WRONG_PIN)->reply.tries_left = 2;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_WRONG_PIN);
    kit_enter(&kit);
    kit_type(&kit, "1234");
    kit_enter(&kit);
    kit_expect(&kit, STATE_ASKING_TRANSFER);
    assert_false(uuid_equal(&first, &kit.terminal.asking));
    assert_string_equal(kit_effect(&kit, EFFECT_ASK_TRANSFER)->text, RECEIVER);
    assert_int_equal(kit_effect(&kit, EFFECT_ASK_TRANSFER)->amount, 7500);
}

static void test_a_refusal_says_why_and_offers_no_notes_instead(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_reply(&kit, false, REFUSED_INSUFFICIENT_FUNDS)->reply.balance = 5000;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_DECLINED);
    assert_int_equal(kit.terminal.message.offer[0], 0);
    check_contains(kit.terminal.message.detail, "50.00");
    ask(&kit);
    kit_reply(&kit, false, REFUSED_NO_SUCH_RECEIVER);
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_DECLINED);
    assert_string_equal(kit.terminal.message.detail, text_get(0, TEXT_REFUSAL_NO_SUCH_RECEIVER));
}

static void test_without_an_answer_the_customer_is_told_that_it_is_uncertain(void **state)
{
    (void)state;
    struct kit kit;
    char reference[UUID_TEXT_LENGTH];
    ask(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_ASKING_TRANSFER); /* it may have been made */
    kit_hears(&kit, EVENT_NO_REPLY);
    kit_expect_message(&kit, TEXT_NO_REPLY);
    assert_string_equal(kit.terminal.message.detail, text_get(0, TEXT_TRANSFER_UNKNOWN));
    assert_string_equal(kit.terminal.message.reference,
                        uuid_write(&kit.terminal.asking, reference));
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
}

static void test_what_was_not_journalled_was_not_sent(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_hears(&kit, EVENT_TROUBLE);
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
}

static void test_without_the_bank_nothing_is_sent(void **state)
{
    (void)state;
    struct kit kit;
    confirm(&kit);
    kit_hears(&kit, EVENT_LINK_DOWN);
    kit_key(&kit, 1);
    kit_expect_message(&kit, TEXT_OFFLINE);
    assert_false(kit_wants(&kit, EFFECT_ASK_TRANSFER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_are_shown_before_the_bank_is_asked),
        cmocka_unit_test(test_the_receivers_number_is_masked_in_the_journal),
        cmocka_unit_test(test_the_receipt_has_the_balance_and_nothing_is_owed),
        cmocka_unit_test(test_a_number_that_is_no_cards_is_typed_again),
        cmocka_unit_test(test_it_needs_no_notes),
        cmocka_unit_test(test_a_wrong_pin_asks_for_the_same_transfer_again),
        cmocka_unit_test(test_a_refusal_says_why_and_offers_no_notes_instead),
        cmocka_unit_test(test_without_an_answer_the_customer_is_told_that_it_is_uncertain),
        cmocka_unit_test(test_what_was_not_journalled_was_not_sent),
        cmocka_unit_test(test_without_the_bank_nothing_is_sent),
    };
    return cmocka_run_group_tests_name("terminal transfer", tests, NULL, NULL);
}

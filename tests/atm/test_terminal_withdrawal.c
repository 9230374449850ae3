/* SPDX-License-Identifier: MIT */
/* From the menu to the bank's answer, and what no answer means. */
#include "tests/atm/terminal_kit.h"

#include "atm/terminal/phases.h"

static void test_a_withdrawal_is_journalled_before_it_is_asked_for(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    assert_int_equal(kit_place(&kit, EFFECT_RESERVE), 0);
    assert_true(kit_journalled(&kit, JOURNAL_REQUEST) > 0);
    assert_true(kit_journalled(&kit, JOURNAL_REQUEST) < kit_place(&kit, EFFECT_ASK_CASH));
    const struct effect *ask = kit_effect(&kit, EFFECT_ASK_CASH);
    assert_int_equal(ask->amount, 6000);
    assert_int_equal(notes_of(&ask->notes, 5000), 1);
    assert_int_equal(notes_of(&ask->notes, 1000), 1);
}

static void test_fast_cash_is_asked_for_at_once(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_ASKING_CASH);
    assert_int_equal(kit_effect(&kit, EFFECT_ASK_CASH)->amount, 2000);
    assert_int_equal(notes_count(&kit_effect(&kit, EFFECT_ASK_CASH)->notes),
                     0); /* the bank's choice */
    assert_true(kit.terminal.withdrawal.receipt);
    kit_menu(&kit); /* the receipt is a setting */
    kit_key(&kit, 8);
    kit_key(&kit, 4);
    kit_key(&kit, 8);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_ASKING_CASH);
    assert_false(kit.terminal.withdrawal.receipt);
}

static void test_without_paper_it_is_asked_first(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    for (int fast = 0; fast < 2; fast++) {
        kit_menu(&kit);
        kit.event.facts.no_paper = true;
        if (fast) {
            kit_key(&kit, 1);
        } else {
            kit_key(&kit, 5);
            kit_type(&kit, "20");
            kit_enter(&kit);
        }
        kit_expect(&kit, STATE_RECEIPT_CHOICE);
        terminal_view(&kit.terminal, 0, &view);
        assert_string_equal(view.heading, text_get(0, TEXT_NO_PAPER));
        kit_key(&kit, 5);
        kit_expect(&kit, STATE_MENU); /* no cash without a receipt */
        kit_key(&kit, 1);
        kit_key(&kit, 1);
        kit_expect(&kit, STATE_ASKING_CASH);
        assert_false(kit.terminal.withdrawal.receipt);
    }
}

static void test_a_wrong_pin_is_told_right_after_it(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_insert(&kit);
    kit_type(&kit, "4321");
    kit_enter(&kit);
    const struct uuid first = kit_effect(&kit, EFFECT_ASK_BALANCE)->id;
    kit_pin_was_wrong(&kit);
    kit_expect(&kit, STATE_ASKING_PIN);
    assert_false(uuid_equal(&kit_effect(&kit, EFFECT_ASK_BALANCE)->id, &first));
    kit_reply(&kit, true, REFUSED_NONE);
    kit_send(&kit);
    kit_expect(&kit, STATE_MENU);
    assert_false(kit_wants(&kit, EFFECT_PIN_WIPE)); /* the transaction needs it */
}

static void test_no_offer_is_above_what_the_account_has(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_insert(&kit);
    kit_type(&kit, "1234");
    kit_enter(&kit);
    struct reply *reply = &kit_reply(&kit, true, REFUSED_NONE)->reply;
    reply->balance = 9000;
    reply->held = 1500;
    reply->has_available = true;
    reply->available = 50000;
    kit_send(&kit);
    kit_key(&kit, 5);
    kit_type(&kit, "73"); /* 70 and 80 are payable; the account has 75 */
    kit_enter(&kit);
    kit_expect_message(&kit, TEXT_NOT_PAYABLE);
    assert_int_equal(kit.terminal.message.offer[0], 7000);
    assert_int_equal(kit.terminal.message.offer[1], 0);
}

static void test_what_is_typed_shows_its_notes(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_menu(&kit);
    kit_key(&kit, 5);
    terminal_view(&kit.terminal, 0, &view);
    check_contains(view.detail, "10 to 500, in tens");
    assert_int_equal(view.line_count, 0);
    kit_type(&kit, "8");
    terminal_view(&kit.terminal, 0, &view);
    assert_true(view.amount_doubtful);
    kit_type(&kit, "0");
    terminal_view(&kit.terminal, 0, &view);
    assert_false(view.amount_doubtful);
    assert_int_equal(view.line_count, 3);
    assert_string_equal(view.line[0], "1 × 50");
    kit_type(&kit, "0"); /* more than the account has */
    terminal_view(&kit.terminal, 0, &view);
    assert_true(view.amount_doubtful);
    assert_string_equal(view.line[0], "That is more than you can withdraw now.");
}

static void test_an_amount_that_is_not_payable_offers_its_neighbours(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_key(&kit, 5);
    kit_type(&kit, "75");
    kit_enter(&kit);
    kit_expect_message(&kit, TEXT_NOT_PAYABLE);
    assert_int_equal(kit.terminal.message.offer[0], 7000);
    assert_int_equal(kit.terminal.message.offer[1], 8000);
    kit_key(&kit, 2);
    assert_int_equal(kit.terminal.withdrawal.amount, 8000);
    assert_true(kit.terminal.state == STATE_NOTE_MIX || kit.terminal.state == STATE_RECEIPT_CHOICE);
}

static void test_a_dispenser_that_needs_a_person_is_asked_for_nothing(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit.event.facts.attention = true;
    kit_key(&kit, 2);
    kit_expect_message(&kit, TEXT_NOT_PAYABLE);
    assert_int_equal(kit.terminal.message.offer[0], 0);
    assert_string_equal(kit.terminal.message.detail, text_get(0, TEXT_NO_CASH_NOW));
    kit_enter(&kit);
    kit_expect(&kit, STATE_MENU); /* for all else */
}

static void test_an_amount_of_zero_is_not_an_amount(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_key(&kit, 5);
    kit_enter(&kit);
    kit_expect(&kit, STATE_AMOUNT);
    assert_int_equal(kit.terminal.error, TEXT_AMOUNT_NONE);
}

static void test_a_wrong_pin_tells_the_tries_left_and_asks_again_under_a_new_id(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    struct uuid first = kit.terminal.withdrawal.id;
    kit_reply(&kit, false, REFUSED_WRONG_PIN)->reply.tries_left = 2;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_WRONG_PIN);
    assert_non_null(strchr(kit.terminal.message.detail, '2'));
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_true(kit_journalled(&kit, JOURNAL_DECLINED) >= 0);
    kit_enter(&kit);
    kit_expect(&kit, STATE_PIN_ENTRY);
    assert_int_equal(kit.terminal.pin_digits, 0);
    kit_type(&kit, "1234");
    kit_enter(&kit);
    kit_expect(&kit, STATE_ASKING_CASH);
    assert_int_equal(kit_effect(&kit, EFFECT_ASK_CASH)->amount, 6000);
    assert_false(uuid_equal(&kit.terminal.withdrawal.id, &first));
}

static void test_only_amounts_that_the_notes_pay_are_offered_at_once(void **state)
{
    (void)state;
    static const bool payable[FAST_CASH_COUNT] = { true, false, true, false };
    struct kit kit;
    struct view view;
    kit_menu(&kit);
    kit.event.facts.cassettes = (struct notes){ 2, { { 5000, 0 }, { 2000, 5 } } };
    kit_hears(&kit, EVENT_TICK);
    terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
    for (int i = 0; i < FAST_CASH_COUNT; i++)
        assert_int_equal(view.fdk[i].disabled, !payable[i]);
    assert_false(view.fdk[FDK_R1].disabled);
}

static void test_the_third_wrong_pin_keeps_the_card(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_reply(&kit, false, REFUSED_PIN_TRIES_EXCEEDED);
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_CARD_RETAINED);
    assert_true(kit_wants(&kit, EFFECT_RETAIN));
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
    kit_enter(&kit);
    kit_expect(&kit, STATE_GOODBYE);
}

static void test_insufficient_funds_offers_what_there_is(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_reply(&kit, false, REFUSED_INSUFFICIENT_FUNDS)->reply.balance = 5550;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_DECLINED);
    assert_non_null(strstr(kit.terminal.message.detail, "55.50"));
    assert_int_equal(kit.terminal.message.offer[0], 5000);
    assert_int_equal(kit.terminal.message.offer[1], 0); /* more than the customer has */
    assert_false(kit_wants(&kit, EFFECT_ADVISE));       /* a refusal is the end: nothing is owed */
}

static void test_the_daily_limit_tells_what_remains(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_reply(&kit, false, REFUSED_DAILY_LIMIT)->reply.available = 4000;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_DECLINED);
    assert_non_null(strstr(kit.terminal.message.detail, "40.00"));
    assert_int_equal(kit.terminal.message.offer[0], 4000);
}

static void test_every_refusal_has_its_sentence_and_gives_the_card_back(void **state)
{
    (void)state;
    static const enum refusal refusals[] = { REFUSED_NO_SUCH_CARD,   REFUSED_CARD_BLOCKED,
                                             REFUSED_ACCOUNT_CLOSED, REFUSED_FREQUENCY_LIMIT,
                                             REFUSED_OUT_OF_CASH,    REFUSED_REVERSED_BEFORE,
                                             REFUSED_NOTES_MISMATCH, REFUSED_NOT_PAYABLE };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct kit kit;
        kit_ask(&kit);
        kit_reply(&kit, false, refusals[i]);
        kit_send(&kit);
        kit_expect_message(&kit, TEXT_DECLINED);
        assert_string_equal(kit.terminal.message.detail, text_get(0, text_refusal(refusals[i])));
        assert_int_not_equal(text_refusal(refusals[i]), TEXT_DECLINED_DETAIL);
        kit_enter(&kit);
        kit_expect(&kit, STATE_EJECTING);
    }
}

static void test_giving_up_without_a_reply_sends_a_reversal(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_hears(&kit, EVENT_NO_REPLY);
    kit_expect_message(&kit, TEXT_NO_REPLY);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
    assert_string_equal(kit_effect(&kit, EFFECT_ADVISE)->advice.reason, "timeout");
}

static void test_a_late_reply_is_never_dispensed(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_hears(&kit, EVENT_NO_REPLY);
    kit_approve(&kit);
    kit_expect(&kit, STATE_MESSAGE);
    assert_int_equal(kit.effects.count, 0);
}

static void test_a_reply_to_another_request_is_not_dispensed(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    struct terminal_event *event = kit_reply(&kit, true, REFUSED_NONE);
    event->reply.id.bytes[15] ^= 1;
    event->reply.notes = kit.terminal.withdrawal.mix;
    kit_send(&kit);
    kit_expect(&kit, STATE_ASKING_CASH);
    assert_int_equal(kit.effects.count, 0);
}

static void test_an_approval_whose_notes_do_not_make_the_amount_is_reversed(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_reply(&kit, true, REFUSED_NONE)->reply.notes = (struct notes){ 1, { { 5000, 1 } } };
    kit_send(&kit);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);

    kit_ask(&kit); /* the right amount, in notes that are not here */
    kit_reply(&kit, true, REFUSED_NONE)->reply.notes = (struct notes){ 1, { { 500, 12 } } };
    kit_send(&kit);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
}

static void test_a_bank_that_could_not_decide_is_told_to_undo(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_reply(&kit, false, REFUSED_SYSTEM_ERROR);
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_NO_REPLY);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
}

static void test_a_request_that_could_not_be_journalled_is_not_sent(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_hears(&kit, EVENT_TROUBLE);
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
    kit_expect_advice(&kit, ADVICE_NOT_DISPENSED);
}

static void test_without_the_bank_nothing_is_asked_and_nothing_is_open(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_hears(&kit, EVENT_LINK_DOWN);
    kit_expect(&kit, STATE_MENU); /* nobody is thrown out in the middle */
    kit_key(&kit, 6);
    kit_expect_message(&kit, TEXT_OFFLINE);
    kit_enter(&kit);
    kit_expect(&kit, STATE_EJECTING);
    kit_enter(&kit);
    kit_enter(&kit);
    kit_expect(&kit, STATE_OUT_OF_SERVICE);
    kit_hears(&kit, EVENT_LINK_UP);
    kit_expect(&kit, STATE_WELCOME);
}

static void test_a_lost_link_does_not_lose_the_request(void **state)
{
    (void)state;
    struct kit kit;
    kit_ask(&kit);
    kit_hears(&kit, EVENT_LINK_DOWN);
    kit_expect(&kit, STATE_ASKING_CASH);
    kit_hears(&kit, EVENT_LINK_UP);
    kit_approve(&kit);
    kit_expect(&kit, STATE_RETURNING_CARD);
}

static void test_a_balance_enquiry_shows_both_figures(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_menu(&kit);
    kit_key(&kit, 6);
    kit_expect(&kit, STATE_ASKING_BALANCE);
    struct terminal_event *event = kit_reply(&kit, true, REFUSED_NONE);
    event->reply.balance = 50000;
    event->reply.available = 30000;
    event->reply.has_available = true;
    kit_send(&kit);
    kit_expect(&kit, STATE_BALANCE);
    terminal_view(&kit.terminal, 1000, &view);
    assert_int_equal(view.amount, 50000);
    assert_non_null(strstr(view.detail, "300.00"));
    kit_enter(&kit);
    kit_expect(&kit, STATE_ANOTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_withdrawal_is_journalled_before_it_is_asked_for),
        cmocka_unit_test(test_fast_cash_is_asked_for_at_once),
        cmocka_unit_test(test_without_paper_it_is_asked_first),
        cmocka_unit_test(test_a_wrong_pin_is_told_right_after_it),
        cmocka_unit_test(test_no_offer_is_above_what_the_account_has),
        cmocka_unit_test(test_what_is_typed_shows_its_notes),
        cmocka_unit_test(test_an_amount_that_is_not_payable_offers_its_neighbours),
        cmocka_unit_test(test_a_dispenser_that_needs_a_person_is_asked_for_nothing),
        cmocka_unit_test(test_an_amount_of_zero_is_not_an_amount),
        cmocka_unit_test(test_a_wrong_pin_tells_the_tries_left_and_asks_again_under_a_new_id),
        cmocka_unit_test(test_only_amounts_that_the_notes_pay_are_offered_at_once),
        cmocka_unit_test(test_the_third_wrong_pin_keeps_the_card),
        cmocka_unit_test(test_insufficient_funds_offers_what_there_is),
        cmocka_unit_test(test_the_daily_limit_tells_what_remains),
        cmocka_unit_test(test_every_refusal_has_its_sentence_and_gives_the_card_back),
        cmocka_unit_test(test_giving_up_without_a_reply_sends_a_reversal),
        cmocka_unit_test(test_a_late_reply_is_never_dispensed),
        cmocka_unit_test(test_a_reply_to_another_request_is_not_dispensed),
        cmocka_unit_test(test_an_approval_whose_notes_do_not_make_the_amount_is_reversed),
        cmocka_unit_test(test_a_bank_that_could_not_decide_is_told_to_undo),
        cmocka_unit_test(test_a_request_that_could_not_be_journalled_is_not_sent),
        cmocka_unit_test(test_without_the_bank_nothing_is_asked_and_nothing_is_open),
        cmocka_unit_test(test_a_lost_link_does_not_lose_the_request),
        cmocka_unit_test(test_a_balance_enquiry_shows_both_figures),
    };
    return cmocka_run_group_tests_name("terminal withdrawal", tests, NULL, NULL);
}

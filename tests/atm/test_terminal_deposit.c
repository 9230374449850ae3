/* SPDX-License-Identifier: MIT */
/* Deposits at the terminal: notes in, counted, kept or given back, and one advice whatever happens.
 */
#include "tests/atm/terminal_kit.h"

static const struct notes three = { 1, { { 5000, 3 } } };

static void approve(struct kit *kit)
{
    kit_reply(kit, true, REFUSED_NONE);
    kit_send(kit);
}

static void asked(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 7);
    kit_expect(kit, STATE_ASKING_DEPOSIT);
}

static void opened(struct kit *kit)
{
    asked(kit);
    approve(kit);
    kit_expect(kit, STATE_DEPOSIT_OPEN);
}

/* Three of 50.00. */
static void counting(struct kit *kit)
{
    opened(kit);
    kit_type(kit, "3");
    kit_key(kit, 4);
    kit_enter(kit);
    kit_expect(kit, STATE_DEPOSIT_COUNTING);
}

static void counted(struct kit *kit)
{
    counting(kit);
    kit_event(kit, EVENT_NOTES_COUNTED)->notes = three;
    kit_send(kit);
    kit_expect(kit, STATE_DEPOSIT_COUNTED);
}

static void crediting(struct kit *kit)
{
    counted(kit);
    kit_enter(kit);
    kit_expect(kit, STATE_DEPOSIT_CREDITING);
}

static void advised(struct kit *kit, bool ok, const char *state)
{
    struct terminal_event *event = kit_event(kit, EVENT_ADVISED);
    event->reply = (struct reply){ .id = kit->terminal.withdrawal.id, .ok = ok, .balance = 65000 };
    strcpy(event->reply.state, state);
    kit_send(kit);
}

static void returned(struct kit *kit, bool they_are)
{
    kit_event(kit, EVENT_NOTES_RETURNED)->flag = they_are;
    kit_send(kit);
}

static void test_a_deposit_is_journalled_before_it_is_asked_for(void **state)
{
    (void)state;
    struct kit kit;
    asked(&kit);
    assert_true(kit_journalled(&kit, JOURNAL_DEPOSIT_REQUEST) >= 0);
    assert_true(kit_journalled(&kit, JOURNAL_DEPOSIT_REQUEST) <
                kit_place(&kit, EFFECT_ASK_DEPOSIT));
    assert_true(kit_place(&kit, EFFECT_RESERVE) < kit_place(&kit, EFFECT_ASK_DEPOSIT));
}

static void test_notes_are_put_in_by_number_and_key(void **state)
{
    (void)state;
    struct kit kit;
    opened(&kit);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    kit_enter(&kit);
    kit_expect(&kit, STATE_DEPOSIT_OPEN);
    assert_string_equal(text_key(kit.terminal.error), "deposit.none");
    kit_type(&kit, "12");
    kit_key(&kit, 3);
    kit_key(&kit, 6);
    assert_int_equal(notes_value(&kit.terminal.deposit.slot), 12 * 2000 + 20000);
    kit_type(&kit, "190");
    kit_key(&kit, 1);
    assert_string_equal(text_key(kit.terminal.error), "deposit.full");
    kit_press(&kit, INPUT_CLEAR, 0);
    assert_int_equal(notes_count(&kit.terminal.deposit.slot), 0);
    kit_key(&kit, 4);
    kit_key(&kit, 7);
    kit_expect(&kit, STATE_DEPOSIT_COUNTING);
    assert_true(kit_journalled(&kit, JOURNAL_ACCEPT) < kit_place(&kit, EFFECT_ACCEPT));
    assert_int_equal(notes_value(&kit_effect(&kit, EFFECT_ACCEPT)->notes), 5000);
}

static void test_confirmed_notes_are_kept_told_and_printed(void **state)
{
    (void)state;
    struct kit kit;
    crediting(&kit);
    kit_expect_advice(&kit, ADVICE_COUNTED);
    assert_int_equal(notes_value(&kit_effect(&kit, EFFECT_ADVISE)->advice.accepted), 15000);
    assert_true(kit_journalled(&kit, JOURNAL_KEEP) < kit_place(&kit, EFFECT_KEEP));
    assert_true(kit_place(&kit, EFFECT_KEEP) < kit_journalled(&kit, JOURNAL_KEPT));
    advised(&kit, true, "completed");
    kit_expect(&kit, STATE_ANOTHER);
    const struct effect *print = kit_effect(&kit, EFFECT_PRINT);
    assert_true(print->deposit && print->balance_known);
    assert_int_equal(print->amount, 15000);
    assert_int_equal(print->balance, 65000);
    kit_key(&kit, 5);
    kit_expect(&kit, STATE_EJECTING);
}

static void test_without_an_answer_in_time_the_receipt_has_no_balance(void **state)
{
    (void)state;
    struct kit kit;
    crediting(&kit);
    kit_wait(&kit, 10000);
    kit_expect(&kit, STATE_ANOTHER);
    assert_false(kit_effect(&kit, EFFECT_PRINT)->balance_known);
    advised(&kit, true, "completed");
    kit_expect(&kit, STATE_ANOTHER);
}

static void test_what_the_account_cannot_take_is_said(void **state)
{
    (void)state;
    struct kit kit;
    crediting(&kit);
    advised(&kit, true, "suspect");
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
    assert_true(kit.terminal.message.reference[0] != '\0');
    kit_enter(&kit);
    kit_expect(&kit, STATE_EJECTING);
}

/* With a light, a picture, a countdown and a key. */
static void notes_are_asked_to_be_taken(const struct kit *kit)
{
    struct view view;
    terminal_view(&kit->terminal, kit->event.facts.now_ms, &view);
    assert_int_equal(view.screen, SCREEN_TAKE_NOTES);
    assert_int_equal(view.cash_light, LIGHT_BLINK);
    assert_int_equal(view.countdown_ms, COUNTDOWN_MS);
    assert_true(view.amount > 0 && view.line_count == 1 && view.fdk[0].label[0] != '\0');
}

static void test_notes_come_back_when_the_customer_says_no(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct kit kit;
        counted(&kit);
        if (way == 0)
            kit_key(&kit, 5);
        else
            kit_press(&kit, INPUT_CANCEL, 0);
        kit_expect(&kit, STATE_DEPOSIT_RETURNING);
        assert_true(kit_journalled(&kit, JOURNAL_GIVE_BACK) < kit_place(&kit, EFFECT_GIVE_BACK));
        assert_false(kit_wants(&kit, EFFECT_ADVISE)); /* not before they are out */
        returned(&kit, true);
        kit_expect(&kit, STATE_DEPOSIT_BACK);
        kit_expect_advice(&kit, ADVICE_CANCELLED);
        assert_true(kit_journalled(&kit, JOURNAL_GIVEN_BACK) >= 0);
        notes_are_asked_to_be_taken(&kit);
        kit_enter(&kit);
        kit_expect(&kit, STATE_EJECTING);
    }
}

/* Put in, and nobody is there: they are not forgotten. */
static void test_notes_in_the_slot_are_told_of_when_time_is_over(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct kit kit;
        struct view view;
        opened(&kit);
        kit_type(&kit, "5");
        kit_key(&kit, 4);
        if (way == 0)
            kit_wait(&kit, IDLE_MS);
        else
            kit_press(&kit, INPUT_CANCEL, 0);
        kit_expect(&kit, STATE_DEPOSIT_BACK);
        kit_expect_advice(&kit, ADVICE_CANCELLED);
        notes_are_asked_to_be_taken(&kit);
        kit_wait(&kit, COUNTDOWN_MS);
        kit_expect(&kit, STATE_EJECTING);
        terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
        assert_int_equal(view.cash_light, LIGHT_BLINK);
        kit_enter(&kit);
        kit_enter(&kit);
        kit_expect(&kit, STATE_WELCOME); /* they are nobody else's */
        assert_int_equal(notes_count(&kit.terminal.deposit.slot), 0);
    }
}

static void test_unreadable_notes_are_taken_before_the_others_are_confirmed(void **state)
{
    (void)state;
    struct kit kit;
    for (int way = 0; way < 3; way++) {
        counting(&kit);
        struct terminal_event *event = kit_event(&kit, EVENT_NOTES_COUNTED);
        event->notes = (struct notes){ 1, { { 5000, 1 } } };
        event->rejected = (struct notes){ 1, { { 5000, 2 } } };
        kit_send(&kit);
        kit_expect(&kit, STATE_DEPOSIT_BACK);
        notes_are_asked_to_be_taken(&kit);
        if (way == 2) { /* what is in the escrow comes out before the machine stops */
            kit_press(&kit, INPUT_QUIT, 0);
            kit_expect(&kit, STATE_DEPOSIT_RETURNING);
            assert_true(kit_wants(&kit, EFFECT_GIVE_BACK));
            return;
        }
        if (way == 0)
            kit_enter(&kit);
        else
            kit_wait(&kit, COUNTDOWN_MS);
        kit_expect(&kit, STATE_DEPOSIT_COUNTED);
        kit_key(&kit, 5); /* the others come back to those that were not taken */
        returned(&kit, true);
        assert_int_equal(notes_count(&kit.terminal.deposit.slot), way == 0 ? 1 : 3);
    }
}

static void test_notes_that_cannot_come_back_are_credited(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct kit kit;
        counted(&kit);
        kit_key(&kit, 5);
        if (way == 0)
            returned(&kit, false);
        else
            kit_hears(&kit, EVENT_TROUBLE);
        kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
        kit_expect_advice(&kit, ADVICE_COUNTED);
        assert_int_equal(notes_value(&kit_effect(&kit, EFFECT_ADVISE)->advice.accepted), 15000);
        assert_true(kit_journalled(&kit, JOURNAL_KEEP) < kit_place(&kit, EFFECT_KEEP));
        assert_true(kit.terminal.message.reference[0] != '\0');
        kit_enter(&kit);
        kit_expect(&kit, STATE_EJECTING);
    }
}

static void test_a_held_deposit_says_that_its_money_comes_later(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    crediting(&kit);
    advised(&kit, true, "held");
    kit_expect(&kit, STATE_ANOTHER);
    assert_int_equal(kit_effect(&kit, EFFECT_PRINT)->balance, 65000);
    terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
    check_contains(view.detail, text_get(kit.terminal.language, TEXT_ANOTHER_HELD));
    crediting(&kit);
    advised(&kit, true, "completed");
    terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
    check_contains(view.detail, text_get(kit.terminal.language, TEXT_ANOTHER_DETAIL));
}

static void test_notes_nobody_decides_about_are_kept_and_credited(void **state)
{
    (void)state;
    struct kit kit;
    counted(&kit);
    kit_wait(&kit, IDLE_MS);
    kit_expect(&kit, STATE_DEPOSIT_CREDITING);
    kit_expect_advice(&kit, ADVICE_COUNTED);
}

static void test_a_deposit_without_notes_is_cancelled(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct kit kit;
        opened(&kit);
        if (way == 0)
            kit_press(&kit, INPUT_CANCEL, 0);
        else if (way == 1)
            kit_key(&kit, 8);
        else
            kit_wait(&kit, IDLE_MS);
        kit_expect(&kit, way == 2 ? STATE_EJECTING : STATE_ANOTHER);
        kit_expect_advice(&kit, ADVICE_CANCELLED);
        assert_false(kit_wants(&kit, EFFECT_ACCEPT));
        if (way == 2)
            continue;
        kit_press(&kit, INPUT_CANCEL, 0);
        kit_expect(&kit, STATE_EJECTING);
    }
}

static void test_a_jam_and_trouble_cancel(void **state)
{
    (void)state;
    struct kit kit;
    counting(&kit);
    strcpy(kit_event(&kit, EVENT_COUNT_FAILED)->text, "the notes jammed");
    kit_send(&kit);
    kit_expect(&kit, STATE_DEPOSIT_BACK);
    notes_are_asked_to_be_taken(&kit);
    kit_expect_advice(&kit, ADVICE_CANCELLED);
    counting(&kit);
    kit_hears(&kit, EVENT_TROUBLE);
    kit_expect(&kit, STATE_DEPOSIT_BACK);
    notes_are_asked_to_be_taken(&kit);
    kit_expect_advice(&kit, ADVICE_CANCELLED);
}

static void test_no_reply_cancels_and_a_refusal_does_not(void **state)
{
    (void)state;
    struct kit kit;
    asked(&kit);
    kit_hears(&kit, EVENT_NO_REPLY);
    kit_expect_message(&kit, TEXT_NO_REPLY);
    kit_expect_advice(&kit, ADVICE_CANCELLED);
    asked(&kit);
    kit_reply(&kit, false, REFUSED_ACCOUNT_CLOSED);
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_DECLINED);
    assert_true(kit_journalled(&kit, JOURNAL_DECLINED) >= 0);
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
}

static void test_a_wrong_pin_asks_for_the_same_deposit_again(void **state)
{
    (void)state;
    struct kit kit;
    asked(&kit);
    struct uuid first = kit.terminal.asking;
    kit_reply(&kit, false, REFUSED_WRONG_PIN)->reply.tries_left = 2;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_WRONG_PIN);
    kit_enter(&kit);
    kit_expect(&kit, STATE_PIN_ENTRY);
    kit_type(&kit, "1234");
    kit_enter(&kit);
    kit_expect(&kit, STATE_ASKING_DEPOSIT);
    assert_true(kit_wants(&kit, EFFECT_ASK_DEPOSIT));
    assert_false(uuid_equal(&kit.terminal.asking, &first));
}

static void test_it_is_not_offered_without_a_bank_or_an_acceptor(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_menu(&kit);
    kit_hears(&kit, EVENT_LINK_DOWN);
    terminal_view(&kit.terminal, 0, &view);
    assert_true(view.fdk[6].disabled);
    kit_key(&kit, 7);
    kit_expect_message(&kit, TEXT_OFFLINE);
    kit_menu(&kit);
    kit.event.facts.no_deposits = true;
    kit_key(&kit, 7);
    kit_expect(&kit, STATE_MENU);
    terminal_view(&kit.terminal, 0, &view);
    assert_true(view.fdk[6].disabled);
}

static void test_a_stopping_machine_gives_the_notes_back(void **state)
{
    (void)state;
    struct kit kit;
    opened(&kit);
    kit_press(&kit, INPUT_QUIT, 0);
    kit_expect(&kit, STATE_OFF);
    kit_expect_advice(&kit, ADVICE_CANCELLED);
    counted(&kit);
    kit_press(&kit, INPUT_QUIT, 0);
    assert_true(kit_wants(&kit, EFFECT_GIVE_BACK));
    returned(&kit, true);
    kit_expect(&kit, STATE_OFF);
    kit_expect_advice(&kit, ADVICE_CANCELLED);
    assert_true(kit_wants(&kit, EFFECT_EJECT));
    counted(&kit);
    kit_press(&kit, INPUT_QUIT, 0);
    returned(&kit, false);
    kit_expect(&kit, STATE_OFF);
    kit_expect_advice(&kit, ADVICE_COUNTED);
    asked(&kit);
    kit_press(&kit, INPUT_QUIT, 0);
    kit_expect(&kit, STATE_ASKING_DEPOSIT);
    approve(&kit);
    kit_expect(&kit, STATE_OFF);
    kit_expect_advice(&kit, ADVICE_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_deposit_is_journalled_before_it_is_asked_for),
        cmocka_unit_test(test_notes_are_put_in_by_number_and_key),
        cmocka_unit_test(test_confirmed_notes_are_kept_told_and_printed),
        cmocka_unit_test(test_without_an_answer_in_time_the_receipt_has_no_balance),
        cmocka_unit_test(test_what_the_account_cannot_take_is_said),
        cmocka_unit_test(test_notes_in_the_slot_are_told_of_when_time_is_over),
        cmocka_unit_test(test_unreadable_notes_are_taken_before_the_others_are_confirmed),
        cmocka_unit_test(test_notes_come_back_when_the_customer_says_no),
        cmocka_unit_test(test_notes_that_cannot_come_back_are_credited),
        cmocka_unit_test(test_a_held_deposit_says_that_its_money_comes_later),
        cmocka_unit_test(test_notes_nobody_decides_about_are_kept_and_credited),
        cmocka_unit_test(test_a_deposit_without_notes_is_cancelled),
        cmocka_unit_test(test_a_jam_and_trouble_cancel),
        cmocka_unit_test(test_no_reply_cancels_and_a_refusal_does_not),
        cmocka_unit_test(test_a_wrong_pin_asks_for_the_same_deposit_again),
        cmocka_unit_test(test_it_is_not_offered_without_a_bank_or_an_acceptor),
        cmocka_unit_test(test_a_stopping_machine_gives_the_notes_back),
    };
    return cmocka_run_group_tests_name("deposits at the terminal", tests, NULL, NULL);
}

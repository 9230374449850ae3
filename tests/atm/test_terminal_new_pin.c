/* SPDX-License-Identifier: MIT */
/* Another PIN: typed twice, asked for, and what the customer is told of each answer. */
#include "tests/atm/terminal_kit.h"

static void choose(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 8);
    kit_key(kit, 2);
    kit_expect(kit, STATE_NEW_PIN);
    assert_int_equal(kit_effect(kit, EFFECT_PIN_FORGET)->pin_entry, PIN_NEW);
}

static void repeat(struct kit *kit)
{
    kit_type(kit, "739184");
    kit_enter(kit);
    kit_expect(kit, STATE_REPEAT_PIN);
    assert_int_equal(kit->terminal.pin_digits, 0);
    assert_int_equal(kit_effect(kit, EFFECT_PIN_FORGET)->pin_entry, PIN_REPEATED);
}

static void ask(struct kit *kit)
{
    choose(kit);
    repeat(kit);
    kit_type(kit, "739184");
    kit_enter(kit);
    kit_expect(kit, STATE_ASKING_NEW_PIN);
    assert_true(uuid_equal(&kit_effect(kit, EFFECT_ASK_NEW_PIN)->id, &kit->terminal.asking));
}

static void test_each_pin_goes_into_a_place_of_its_own(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_start(&kit);
    assert_int_equal(terminal_wants_pin(&kit.terminal), PIN_ENTRY_COUNT);
    kit_insert(&kit);
    assert_int_equal(terminal_wants_pin(&kit.terminal), PIN_OF_CARD);
    choose(&kit);
    assert_false(kit_wants(&kit, EFFECT_PIN_WIPE)); /* the old one is needed */
    assert_int_equal(terminal_wants_pin(&kit.terminal), PIN_NEW);
    kit_type(&kit, "12");
    terminal_view(&kit.terminal, 1000, &view);
    assert_int_equal(view.entry, ENTRY_PIN);
    assert_int_equal(view.pin_digits, 2);
    kit_enter(&kit);
    kit_expect(&kit, STATE_NEW_PIN);
    assert_int_equal(kit.terminal.error, TEXT_PIN_SHORT);
    repeat(&kit);
    assert_int_equal(terminal_wants_pin(&kit.terminal), PIN_REPEATED);
}

/* A screen whose name begins so is recorded without what is typed on it. */
static void test_the_screens_are_named_as_those_of_a_pin(void **state)
{
    (void)state;
    for (int s = 0; s < STATE_COUNT; s++) {
        struct terminal terminal = { .state = (enum terminal_state)s };
        const bool pin = strncmp(screen_name(terminal_screen_of(terminal.state)), "pin", 3) == 0;
        assert_int_equal(pin, terminal_wants_pin(&terminal) != PIN_ENTRY_COUNT);
    }
}

static void test_a_note_is_of_the_card_at_hand(void **state)
{
    (void)state;
    for (int own = 0; own < 2; own++) {
        struct kit kit;
        ask(&kit);
        strcpy(kit.terminal.settings.card_note, "1234");
        strcpy(kit.terminal.settings.card_mask, own ? kit.terminal.card : "400000******0002");
        kit_reply(&kit, true, REFUSED_NONE);
        kit_send(&kit);
        assert_true(kit_journalled(&kit, JOURNAL_PIN_CHANGED) >= 0);
        assert_string_equal(kit.terminal.settings.card_note, own ? "" : "1234");
    }
}

static void test_a_changed_pin_is_told_and_journalled(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_reply(&kit, true, REFUSED_NONE);
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_NEW_PIN_CHANGED);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_true(kit_journalled(&kit, JOURNAL_PIN_CHANGED) >= 0);
    kit_enter(&kit);
    kit_expect(&kit, STATE_ANOTHER);
}

static void test_two_that_differ_are_typed_anew(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_hears(&kit, EVENT_PINS_DIFFER);
    kit_expect_message(&kit, TEXT_NEW_PIN_DIFFERS);
    assert_int_equal(kit_effect(&kit, EFFECT_PIN_FORGET)->pin_entry, PIN_NEW);
    assert_false(kit_wants(&kit, EFFECT_PIN_WIPE));
    kit_enter(&kit);
    kit_expect(&kit, STATE_NEW_PIN);
    assert_int_equal(kit.terminal.pin_digits, 0);
    repeat(&kit);
}

static void test_a_weak_one_is_chosen_anew_and_the_old_one_stays(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_reply(&kit, false, REFUSED_WEAK_PIN);
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_NEW_PIN_WEAK);
    assert_false(kit_wants(&kit, EFFECT_PIN_WIPE));
    kit_enter(&kit);
    kit_expect(&kit, STATE_NEW_PIN);
    repeat(&kit);
}

static void test_after_a_wrong_old_one_both_are_asked_for(void **state)
{
    (void)state;
    struct kit kit;
    ask(&kit);
    kit_pin_was_wrong(&kit);
    kit_expect(&kit, STATE_NEW_PIN);
    repeat(&kit);
}

/* Which of the two holds is not known, so neither is said to. */
static void test_without_an_answer_nothing_is_promised(void **state)
{
    (void)state;
    for (int undecided = 0; undecided < 2; undecided++) {
        struct kit kit;
        char words[VIEW_TEXT_LENGTH];
        ask(&kit);
        kit_press(&kit, INPUT_CANCEL, 0);
        kit_press(&kit, INPUT_QUIT, 0);
        kit_expect(&kit, STATE_ASKING_NEW_PIN);
        kit.terminal.quitting = false;
        if (undecided)
            kit_reply(&kit, false, REFUSED_SYSTEM_ERROR);
        else
            kit_event(&kit, EVENT_NO_REPLY);
        kit_send(&kit);
        kit_expect_message(&kit, TEXT_NO_REPLY);
        text_fill(words, sizeof words, 0, TEXT_NEW_PIN_UNKNOWN, "", "");
        assert_string_equal(kit.terminal.message.detail, words);
        assert_false(kit_wants(&kit, EFFECT_ADVISE));
    }
}

static void test_more_time_keeps_the_old_one_and_forgets_half_a_new_one(void **state)
{
    (void)state;
    struct kit kit;
    choose(&kit);
    kit_type(&kit, "73");
    kit_wait(&kit, IDLE_MS);
    kit_expect(&kit, STATE_MORE_TIME);
    assert_false(kit_wants(&kit, EFFECT_PIN_WIPE));
    assert_int_equal(kit_effect(&kit, EFFECT_PIN_FORGET)->pin_entry, PIN_NEW);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_NEW_PIN);
    assert_int_equal(kit.terminal.pin_digits, 0);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_MORE);
    assert_int_equal(kit_effect(&kit, EFFECT_PIN_FORGET)->pin_entry, PIN_NEW);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_EJECTING);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
}

static void test_a_lost_link_is_told_before_anything_is_sent(void **state)
{
    (void)state;
    struct kit kit;
    choose(&kit);
    kit_hears(&kit, EVENT_LINK_DOWN);
    kit_type(&kit, "739184");
    kit_enter(&kit);
    kit_expect_message(&kit, TEXT_OFFLINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_pin_goes_into_a_place_of_its_own),
        cmocka_unit_test(test_the_screens_are_named_as_those_of_a_pin),
        cmocka_unit_test(test_a_changed_pin_is_told_and_journalled),
        cmocka_unit_test(test_a_note_is_of_the_card_at_hand),
        cmocka_unit_test(test_two_that_differ_are_typed_anew),
        cmocka_unit_test(test_a_weak_one_is_chosen_anew_and_the_old_one_stays),
        cmocka_unit_test(test_after_a_wrong_old_one_both_are_asked_for),
        cmocka_unit_test(test_without_an_answer_nothing_is_promised),
        cmocka_unit_test(test_more_time_keeps_the_old_one_and_forgets_half_a_new_one),
        cmocka_unit_test(test_a_lost_link_is_told_before_anything_is_sent),
    };
    return cmocka_run_group_tests_name("terminal new pin", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * What the terminal makes of what is remembered of a card, and what it wants remembered: the
 * language and the amount. And that no key is live for more than the account has.
 */
#include "tests/atm/terminal_kit.h"

static int german;

/* A card goes in of which that is known. */
static void recognised(struct kit *kit, int language, money amount)
{
    struct terminal_event *event = kit_event(kit, EVENT_CARD_IN);
    strcpy(event->text, "400000******7899");
    event->remembered = (struct remembered){ language >= 0, language >= 0 ? language : 0, amount };
    kit_send(kit);
    kit_expect(kit, STATE_PIN_ENTRY);
}

/* At the menu, with that much to spend, and an amount that was taken last time. */
static void at_menu(struct kit *kit, money last, money spendable)
{
    kit_start(kit);
    kit_enter(kit);
    recognised(kit, -1, last);
    kit_type(kit, "1234");
    kit_enter(kit);
    kit_reply(kit, true, REFUSED_NONE)->reply.balance = spendable;
    kit_send(kit);
    kit_expect(kit, STATE_MENU);
}

static const struct view *shown(const struct kit *kit)
{
    static struct view view;
    terminal_view(&kit->terminal, kit->event.facts.now_ms, &view);
    return &view;
}

static const struct effect *remembers(const struct kit *kit)
{
    return kit_wants(kit, EFFECT_REMEMBER) ? kit_effect(kit, EFFECT_REMEMBER) : NULL;
}

static void choose_german(struct kit *kit)
{
    kit_key(kit, 5);
    kit_expect(kit, STATE_LANGUAGE);
    kit_key(kit, german + 1);
    assert_int_equal(kit->terminal.language, german);
}

/* ---- the language ------------------------------------------------------------------------ */

static void test_a_card_brings_its_language_before_its_pin(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_enter(&kit);
    recognised(&kit, german, 0);
    assert_string_equal(shown(&kit)->heading, text_get(german, TEXT_PIN));
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_enter(&kit);
    assert_string_equal(shown(&kit)->heading, text_get(german, TEXT_GOODBYE));
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    assert_int_equal(kit.terminal.language, 0);
    kit_enter(&kit);
    recognised(&kit, -1, 0); /* another card */
    assert_int_equal(kit.terminal.language, 0);
}

static void test_what_is_chosen_counts_more_than_what_is_remembered(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    choose_german(&kit);
    kit_enter(&kit);
    recognised(&kit, 0, 0);
    assert_int_equal(kit.terminal.language, german);
    kit_start(&kit);
    kit_enter(&kit);
    recognised(&kit, 0, 0);
    choose_german(&kit);
    kit_expect(&kit, STATE_PIN_ENTRY);
}

/* A choice without a visit is neither shown to the next customer nor kept with their card.
 */
static void test_a_choice_without_a_visit_does_not(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    choose_german(&kit);
    kit_wait(&kit, IDLE_MS + 1);
    kit_enter(&kit);
    recognised(&kit, 0, 0);
    assert_int_equal(kit.terminal.language, 0);
    kit_type(&kit, "1234");
    kit_enter(&kit);
    kit_reply(&kit, true, REFUSED_NONE)->reply.balance = 50000;
    kit_send(&kit);
    assert_null(remembers(&kit));
}

static void test_a_language_is_kept_once_the_pin_is_right(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_insert(&kit);
    choose_german(&kit);
    assert_null(remembers(&kit));
    kit_type(&kit, "1234");
    kit_enter(&kit);
    assert_null(remembers(&kit));
    kit_pin_was_wrong(&kit);
    assert_null(remembers(&kit));
    kit_reply(&kit, true, REFUSED_NONE)->reply.balance = 50000;
    kit_send(&kit);
    kit_expect(&kit, STATE_MENU);
    assert_non_null(remembers(&kit));
    assert_int_equal(remembers(&kit)->language, german);
    assert_int_equal(remembers(&kit)->amount, 0);
}

static void test_a_language_that_was_not_chosen_is_not_kept(void **state)
{
    (void)state;
    struct kit kit;
    at_menu(&kit, 0, 50000);
    assert_null(remembers(&kit));
}

/* ---- the amount ---------------------------------------------------------------------------- */

static void test_an_amount_is_kept_once_the_cash_is_taken(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    assert_null(remembers(&kit));
    kit_enter(&kit);
    assert_int_equal(remembers(&kit)->amount, kit.terminal.withdrawal.amount);
    assert_int_equal(remembers(&kit)->language, -1);
    /* What is owed to the bank and the journal come first. */
    assert_true(kit_place(&kit, EFFECT_REMEMBER) > kit_place(&kit, EFFECT_ADVISE));
    assert_true(kit_place(&kit, EFFECT_REMEMBER) > kit_place(&kit, EFFECT_TAKE));
}

static void test_the_last_amount_is_one_key(void **state)
{
    (void)state;
    struct kit kit;
    at_menu(&kit, 13000, 50000);
    assert_string_equal(shown(&kit)->fdk[4].label, "Another amount, or 130.00 EUR again");
    kit_key(&kit, 5);
    kit_expect(&kit, STATE_AMOUNT);
    assert_string_equal(shown(&kit)->fdk[3].label, "As last time: 130.00 EUR");
    kit_key(&kit, 4);
    kit_expect(&kit, STATE_ASKING_CASH);
    assert_int_equal(kit_effect(&kit, EFFECT_ASK_CASH)->amount, 13000);
    assert_true(kit.terminal.withdrawal.receipt);
}

static void test_a_usual_amount_is_marked_at_its_key(void **state)
{
    (void)state;
    struct kit kit;
    at_menu(&kit, 10000, 50000);
    assert_string_equal(shown(&kit)->fdk[2].label, "100.00 EUR, as last time");
    assert_string_equal(shown(&kit)->fdk[1].label, "50.00 EUR");
    assert_string_equal(shown(&kit)->fdk[4].label, text_get(0, TEXT_MENU_OTHER));
}

/* Not known, more than there is, not in these notes, no notes at all. */
static void test_an_amount_that_cannot_be_had_is_not_offered(void **state)
{
    (void)state;
    static const struct {
        money last, spendable;
        bool attention;
    } cases[] = { { 0, 50000, false },
                  { 13000, 12999, false },
                  { 13500, 50000, false },
                  { 13000, 50000, true } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kit kit;
        at_menu(&kit, cases[i].last, cases[i].spendable);
        kit.event.facts.attention = cases[i].attention;
        kit_hears(&kit, EVENT_TICK);
        assert_string_equal(shown(&kit)->fdk[4].label, text_get(0, TEXT_MENU_OTHER));
        kit_key(&kit, 5);
        assert_string_equal(shown(&kit)->fdk[3].label, "");
        kit_key(&kit, 4);
        kit_expect(&kit, STATE_AMOUNT);
    }
}

static void test_the_last_amount_asks_for_a_bank_and_for_paper_as_fast_cash_does(void **state)
{
    (void)state;
    struct kit kit;
    at_menu(&kit, 13000, 50000);
    kit_key(&kit, 5);
    kit.event.facts.no_paper = true;
    kit_key(&kit, 4);
    kit_expect(&kit, STATE_RECEIPT_CHOICE);
    at_menu(&kit, 13000, 50000);
    kit_key(&kit, 5);
    kit_hears(&kit, EVENT_LINK_DOWN);
    kit_key(&kit, 4);
    kit_expect_message(&kit, TEXT_OFFLINE);
}

static void test_the_next_card_is_not_offered_the_amount_of_the_one_before(void **state)
{
    (void)state;
    struct kit kit;
    at_menu(&kit, 13000, 50000);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_enter(&kit);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    assert_int_equal(kit.terminal.last_amount, 0);
    kit_insert(&kit);
    kit_pin(&kit);
    kit_key(&kit, 5);
    assert_string_equal(shown(&kit)->fdk[3].label, "");
}

/* ---- what the account has ---------------------------------------------------------------------
 */

static void test_no_key_is_live_for_more_than_the_account_has(void **state)
{
    (void)state;
    struct kit kit;
    at_menu(&kit, 0, 6000);
    static const bool grey[] = { false, false, true, true };
    for (int i = 0; i < 4; i++)
        assert_int_equal(shown(&kit)->fdk[i].disabled, grey[i]);
    kit_key(&kit, 3); /* says why, and what can be had; the bank is not asked */
    kit_expect_message(&kit, TEXT_NOT_PAYABLE);
    assert_string_equal(kit.terminal.message.detail, text_get(0, TEXT_AMOUNT_TOO_MUCH));
    assert_int_equal(kit.terminal.message.offer[0], 6000);
    assert_false(kit_wants(&kit, EFFECT_ASK_CASH));
    at_menu(&kit, 0, 6000);
    kit_key(&kit, 2);
    kit_expect(&kit, STATE_ASKING_CASH);
}

static int load(void **state)
{
    struct error error;
    (void)state;
    check_worked(texts_load(NULL, &error), &error);
    german = text_language_find("de");
    assert_true(german > 0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_card_brings_its_language_before_its_pin),
        cmocka_unit_test(test_what_is_chosen_counts_more_than_what_is_remembered),
        cmocka_unit_test(test_a_choice_without_a_visit_does_not),
        cmocka_unit_test(test_a_language_is_kept_once_the_pin_is_right),
        cmocka_unit_test(test_a_language_that_was_not_chosen_is_not_kept),
        cmocka_unit_test(test_an_amount_is_kept_once_the_cash_is_taken),
        cmocka_unit_test(test_the_last_amount_is_one_key),
        cmocka_unit_test(test_a_usual_amount_is_marked_at_its_key),
        cmocka_unit_test(test_an_amount_that_cannot_be_had_is_not_offered),
        cmocka_unit_test(test_the_last_amount_asks_for_a_bank_and_for_paper_as_fast_cash_does),
        cmocka_unit_test(test_the_next_card_is_not_offered_the_amount_of_the_one_before),
        cmocka_unit_test(test_no_key_is_live_for_more_than_the_account_has),
    };
    return cmocka_run_group_tests_name("terminal_remembers", tests, load, NULL);
}

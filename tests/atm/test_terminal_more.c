/* SPDX-License-Identifier: MIT */
/* The second page of the menu, and what is asked for there. */
#include "tests/atm/terminal_kit.h"

static void more(struct kit *kit)
{
    kit_menu(kit);
    kit_key(kit, 8);
    kit_expect(kit, STATE_MORE);
}

static void told(struct kit *kit, int count)
{
    struct terminal_event *event = kit_reply(kit, true, REFUSED_NONE);
    event->reply.balance = 48000;
    for (int i = 0; i < count; i++)
        event->reply.statement.line[i] =
            (struct statement_line){ 1795974752, "withdrawal", -2000, 48000 };
    event->reply.statement.count = count;
    kit_send(kit);
    kit_expect(kit, STATE_STATEMENT);
}

static void test_the_second_page_leads_back_and_out(void **state)
{
    (void)state;
    struct kit kit;
    more(&kit);
    kit_key(&kit, 8);
    kit_expect(&kit, STATE_MENU);
    kit_key(&kit, 8);
    kit_key(&kit, 7);
    kit_expect(&kit, STATE_EJECTING);
    more(&kit);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_MENU); /* a step back */
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_EJECTING);
    more(&kit);
    kit_wait(&kit, IDLE_MS);
    kit_expect(&kit, STATE_MORE_TIME);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_MORE);
}

static void test_a_statement_is_shown_and_printed(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    more(&kit);
    kit_key(&kit, 1);
    kit_expect(&kit, STATE_ASKING_STATEMENT);
    assert_true(kit_wants(&kit, EFFECT_ASK_STATEMENT));
    const struct uuid asked = kit.terminal.asking;
    told(&kit, 2);
    assert_true(kit_wants(&kit, EFFECT_PIN_WIPE));
    terminal_view(&kit.terminal, 1000, &view);
    assert_int_equal(view.line_count, 2);
    check_contains(view.line[0], "Withdrawal");
    check_contains(view.line[0], "-20.00");
    check_contains(view.line[0], "480.00");
    kit_key(&kit, 4);
    kit_expect(&kit, STATE_ANOTHER);
    const struct effect *print = kit_effect(&kit, EFFECT_PRINT);
    assert_true(uuid_equal(&print->id, &asked));
    assert_int_equal(print->statement.count, 2);
    assert_string_equal(print->text, kit.terminal.card);
}

static void test_a_statement_that_was_only_read_is_not_printed(void **state)
{
    (void)state;
    struct kit kit;
    more(&kit);
    kit_key(&kit, 1);
    told(&kit, 1);
    kit_enter(&kit);
    kit_expect(&kit, STATE_ANOTHER);
    assert_false(kit_wants(&kit, EFFECT_PRINT));
    more(&kit);
    kit_key(&kit, 1);
    told(&kit, 0);
    kit_key(&kit, 4);
    kit_expect(&kit, STATE_STATEMENT);
}

static void test_a_wrong_pin_asks_for_the_statement_again(void **state)
{
    (void)state;
    struct kit kit;
    more(&kit);
    kit_key(&kit, 1);
    const struct uuid first = kit.terminal.asking;
    kit_reply(&kit, false, REFUSED_WRONG_PIN)->reply.tries_left = 2;
    kit_send(&kit);
    kit_expect_message(&kit, TEXT_WRONG_PIN);
    assert_int_equal(kit_journalled(&kit, JOURNAL_DECLINED), -1);
    kit_enter(&kit);
    kit_type(&kit, "1234");
    kit_enter(&kit);
    kit_expect(&kit, STATE_ASKING_STATEMENT);
    assert_false(uuid_equal(&first, &kit.terminal.asking));
    told(&kit, 1);
}

static void test_without_the_bank_there_is_no_statement(void **state)
{
    (void)state;
    struct kit kit;
    more(&kit);
    kit_hears(&kit, EVENT_LINK_DOWN);
    kit_key(&kit, 1);
    kit_expect_message(&kit, TEXT_OFFLINE);
    more(&kit);
    kit_key(&kit, 1);
    kit_hears(&kit, EVENT_NO_REPLY);
    kit_expect_message(&kit, TEXT_OFFLINE);
    assert_false(kit_wants(&kit, EFFECT_ADVISE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_second_page_leads_back_and_out),
        cmocka_unit_test(test_a_statement_is_shown_and_printed),
        cmocka_unit_test(test_a_statement_that_was_only_read_is_not_printed),
        cmocka_unit_test(test_a_wrong_pin_asks_for_the_statement_again),
        cmocka_unit_test(test_without_the_bank_there_is_no_statement),
    };
    return cmocka_run_group_tests_name("terminal more", tests, NULL, NULL);
}

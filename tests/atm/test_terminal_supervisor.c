/* SPDX-License-Identifier: MIT */
/* The supervisor: the code, and the pages behind it. */
#include "tests/atm/terminal_kit.h"

#include "atm/files/supervisor_code.h"
#include "atm/terminal/fault.h"

static void supervise(struct kit *kit)
{
    kit_start(kit);
    kit_press(kit, INPUT_SUPERVISOR, 0);
    kit_expect(kit, STATE_SUPERVISOR);
    kit_code(kit, 0, 0);
    assert_int_equal(kit->terminal.page, PAGE_MENU);
}

static void test_the_supervisor_comes_between_customers_only(void **state)
{
    (void)state;
    struct kit kit;
    kit_menu(&kit);
    kit_press(&kit, INPUT_SUPERVISOR, 0);
    kit_expect(&kit, STATE_MENU);
}

static void test_a_wrong_code_makes_the_next_one_wait(void **state)
{
    (void)state;
    struct kit kit;
    kit_start(&kit);
    kit_press(&kit, INPUT_SUPERVISOR, 0);
    kit_code(&kit, 2, 2000);
    assert_true(kit_journalled(&kit, JOURNAL_SUPERVISOR) >= 0);
    assert_string_equal(kit_effect(&kit, EFFECT_JOURNAL)->text,
                        "code=wrong in_a_row=2 next_in_s=2");
    assert_int_equal(kit.terminal.page, PAGE_DELAY);
    kit_type(&kit, "000000"); /* typed ahead: it is not heard */
    kit_enter(&kit);
    assert_false(kit_wants(&kit, EFFECT_TRY_CODE));
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_WELCOME);
    kit_press(&kit, INPUT_SUPERVISOR, 0); /* leaving and coming back does not help */
    assert_int_equal(kit.terminal.page, PAGE_DELAY);
    kit_wait(&kit, 1999);
    assert_int_equal(kit.terminal.page, PAGE_DELAY);
    assert_int_equal(terminal_deadline(&kit.terminal), kit.event.facts.now_ms + 1);
    kit_wait(&kit, 1);
    assert_int_equal(kit.terminal.page, PAGE_CODE);
}

static void test_many_wrong_codes_lock_the_supervisor_out(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_start(&kit);
    kit_press(&kit, INPUT_SUPERVISOR, 0);
    kit_code(&kit, SUPERVISOR_LOCKED_AT, 300000);
    assert_int_equal(kit.terminal.page, PAGE_LOCKED);
    kit_wait(&kit, 100000);
    terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
    assert_int_equal(view.countdown_ms, 200000);
    assert_int_equal(view.countdown_full_ms, 300000);
    kit_type(&kit, "000000");
    assert_int_equal(kit.terminal.typed[0], 0);
    kit_key(&kit, 8);
    kit_expect(&kit, STATE_WELCOME); /* customers are served meanwhile */
    kit_insert(&kit);
}

static void test_without_a_code_the_supervisor_stays_out(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    kit_start(&kit);
    kit.event.facts.code_set = false;
    kit_press(&kit, INPUT_SUPERVISOR, 0);
    assert_int_equal(kit.terminal.page, PAGE_CLOSED);
    terminal_view(&kit.terminal, 0, &view);
    check_contains(view.detail, "--set-supervisor-code");
    kit_type(&kit, "000000");
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
}

static void replenish(struct kit *kit, const char *fifties, const char *twenties, const char *tens)
{
    const char *const counts[] = { fifties, twenties, tens };
    supervise(kit);
    kit_key(kit, 2);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(kit->terminal.page, PAGE_REPLENISH);
        assert_int_equal(kit->terminal.replenish_at, i);
        kit_type(kit, counts[i]);
        kit_enter(kit);
        assert_false(kit_wants(kit, EFFECT_REPLENISH));
    }
}

static void test_replenishing_asks_for_notes_of_each_denomination(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    replenish(&kit, "5", "0", "7");
    assert_int_equal(kit.terminal.page, PAGE_CONFIRM);
    terminal_view(&kit.terminal, 0, &view);
    check_contains(view.detail, "320.00");
    kit_enter(&kit); /* what was held down from the field before is no answer */
    assert_false(kit_wants(&kit, EFFECT_REPLENISH));
    kit_key(&kit, 4);
    const struct notes *notes = &kit_effect(&kit, EFFECT_REPLENISH)->notes;
    assert_int_equal(notes->length, 2);
    assert_int_equal(notes_of(notes, 5000), 5);
    assert_int_equal(notes_of(notes, 1000), 7);
}

static void test_a_replenishment_can_be_cancelled_at_each_step(void **state)
{
    (void)state;
    struct kit kit;
    replenish(&kit, "5", "0", "7");
    kit_press(&kit, INPUT_CANCEL, 0);
    assert_int_equal(kit.terminal.page, PAGE_MENU);
    assert_false(kit_wants(&kit, EFFECT_REPLENISH));
    assert_string_equal(kit.terminal.page_note, text_get(0, TEXT_SUPERVISOR_NOTHING_DONE));
    kit_key(&kit, 2);
    kit_type(&kit, "5");
    kit_enter(&kit);
    kit_key(&kit, 8); /* a step back, and the number is typed anew */
    assert_int_equal(kit.terminal.page, PAGE_REPLENISH);
    assert_int_equal(kit.terminal.replenish_at, 0);
    kit_press(&kit, INPUT_CANCEL, 0);
    assert_int_equal(kit.terminal.page, PAGE_MENU);
    replenish(&kit, "0", "0", "0");
    assert_int_equal(kit.terminal.page, PAGE_MENU);
}

static void test_a_typing_error_is_no_number_of_notes(void **state)
{
    (void)state;
    static const char *const errors[] = { "-5",   "999999999", "",
                                          "10.5", "1e3",       "9991",
                                          " 5",   "5x",        "00000000000000000000005" };
    struct kit kit;
    supervise(&kit);
    kit_key(&kit, 2);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        for (const char *at = errors[i]; *at != '\0'; at++)
            kit_press(&kit, *at >= '0' && *at <= '9' ? INPUT_DIGIT : INPUT_TEXT, *at);
        kit_enter(&kit);
        assert_int_equal(kit.terminal.page, PAGE_REPLENISH);
        assert_int_equal(kit.terminal.replenish_at, 0);
        assert_true(kit.terminal.page_bad);
        assert_int_equal(kit.effects.count, 0);
    }
    kit_type(&kit, "9990"); /* with the ten that are there the cassette is full */
    kit_enter(&kit);
    assert_int_equal(kit.terminal.replenish_at, 1);
    assert_false(kit.terminal.page_bad);
}

static void test_the_transport_is_tested_after_a_yes(void **state)
{
    (void)state;
    struct kit kit;
    supervise(&kit);
    kit_key(&kit, 3);
    assert_false(kit_wants(&kit, EFFECT_TEST_DISPENSE));
    kit_key(&kit, 8);
    assert_int_equal(kit.effects.count, 0);
    kit_key(&kit, 3);
    kit_key(&kit, 4);
    assert_true(kit_wants(&kit, EFFECT_TEST_DISPENSE));
}

static void type_text(struct kit *kit, const char *text)
{
    for (; *text != '\0'; text++)
        kit_press(kit, *text >= '0' && *text <= '9' ? INPUT_DIGIT : INPUT_TEXT, *text);
    kit_enter(kit);
}

static void test_a_fault_is_armed_and_disarmed_by_its_number(void **state)
{
    (void)state;
    struct kit kit;
    supervise(&kit);
    kit_key(&kit, 7);
    assert_true(kit_wants(&kit, EFFECT_LIST_FAULTS));
    kit_event(&kit, EVENT_LIST)->lines.count = FAULT_COUNT;
    kit_send(&kit);
    type_text(&kit, "3 7");
    assert_string_equal(kit_effect(&kit, EFFECT_FAULT)->text, "dispenser partial after 7 notes");
    struct terminal_event *done = kit_event(&kit, EVENT_DONE);
    done->flag = true;
    done->lines.count = FAULT_COUNT;
    strcpy(done->lines.line[2], "dispenser partial after 7 notes");
    kit_send(&kit);
    assert_false(kit.terminal.page_bad);
    struct view view;
    terminal_view(&kit.terminal, 0, &view);
    check_contains(view.line[2], "3*dispenser partial after 7 notes");
    type_text(&kit, "3");
    assert_int_equal(kit_effect(&kit, EFFECT_DISARM)->amount, 2);
    type_text(&kit, "9 taken");
    assert_string_equal(kit_effect(&kit, EFFECT_FAULT)->text, "power cut after taken");
    static const char *const wrong[] = { "0", "17", "x", "3x", "-1", "99999999999999999999" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        type_text(&kit, wrong[i]);
        assert_int_equal(kit.effects.count, 0);
        assert_true(kit.terminal.page_bad);
    }
}

static void test_the_journal_goes_back_by_pages(void **state)
{
    (void)state;
    struct kit kit;
    supervise(&kit);
    kit_key(&kit, 4);
    assert_int_equal(kit_effect(&kit, EFFECT_LIST_JOURNAL)->amount, 0);
    kit_event(&kit, EVENT_LIST)->lines.count = 1 + LIST_PAGE_LINES;
    kit_send(&kit);
    kit_key(&kit, 4);
    assert_int_equal(kit_effect(&kit, EFFECT_LIST_JOURNAL)->amount, LIST_PAGE_LINES);
    kit_event(&kit, EVENT_LIST)->lines.count = 3;
    kit_send(&kit);
    kit_key(&kit, 4); /* there is nothing older */
    assert_false(kit_wants(&kit, EFFECT_LIST_JOURNAL));
    kit_key(&kit, 8);
    assert_int_equal(kit_effect(&kit, EFFECT_LIST_JOURNAL)->amount, 0);
    kit_key(&kit, 8);
    assert_int_equal(kit.terminal.page, PAGE_MENU);
}

static void expect_list(struct kit *kit, enum effect_kind kind, int at, int lines)
{
    assert_int_equal(kit_effect(kit, kind)->amount, at);
    kit_event(kit, EVENT_LIST)->lines.count = lines;
    kit_send(kit);
}

static void test_lists_scroll_by_lines_and_by_pages(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    supervise(&kit);
    kit_key(&kit, 4); /* the journal: upwards it is older */
    expect_list(&kit, EFFECT_LIST_JOURNAL, 0, 1 + LIST_PAGE_LINES);
    kit_press(&kit, INPUT_MOVE, MOVE_DOWN);
    assert_false(kit_wants(&kit, EFFECT_LIST_JOURNAL));
    kit_press(&kit, INPUT_MOVE, MOVE_UP);
    expect_list(&kit, EFFECT_LIST_JOURNAL, 1, 1 + LIST_PAGE_LINES);
    kit_press(&kit, INPUT_MOVE, MOVE_PAGE_UP);
    expect_list(&kit, EFFECT_LIST_JOURNAL, 1 + LIST_PAGE_LINES, 2);
    terminal_view(&kit.terminal, 0, &view);
    assert_true(view.scrolls && view.line_headed);
    assert_string_equal(view.fdk[3].label, "");
    assert_string_equal(view.fdk[7].label, "Newer");
    kit_press(&kit, INPUT_MOVE, MOVE_UP);
    assert_false(kit_wants(&kit, EFFECT_LIST_JOURNAL));
    kit_press(&kit, INPUT_MOVE, MOVE_DOWN);
    expect_list(&kit, EFFECT_LIST_JOURNAL, LIST_PAGE_LINES, 3);
    kit_press(&kit, INPUT_CANCEL, 0);
    assert_int_equal(kit.terminal.page, PAGE_MENU);

    kit_key(&kit, 1);
    kit_key(&kit, 4); /* the last days: downwards there are further codes */
    expect_list(&kit, EFFECT_LIST_DAYS, 0, 1 + LIST_PAGE_LINES);
    assert_int_equal(kit.terminal.page, PAGE_DAYS);
    kit_press(&kit, INPUT_MOVE, MOVE_UP);
    assert_false(kit_wants(&kit, EFFECT_LIST_DAYS));
    kit_press(&kit, INPUT_MOVE, MOVE_DOWN);
    expect_list(&kit, EFFECT_LIST_DAYS, 1, 1 + LIST_PAGE_LINES);
    kit_key(&kit, 4);
    expect_list(&kit, EFFECT_LIST_DAYS, 1 + LIST_PAGE_LINES, 2);
    kit_key(&kit, 8);
    expect_list(&kit, EFFECT_LIST_DAYS, 1, 1 + LIST_PAGE_LINES);
    kit_key(&kit, 8);
    expect_list(&kit, EFFECT_LIST_DAYS, 0, 1 + LIST_PAGE_LINES);
    kit_key(&kit, 8);
    assert_int_equal(kit.terminal.page, PAGE_COUNTERS);
    kit_key(&kit, 8);
    assert_int_equal(kit.terminal.page, PAGE_MENU);
}

static void cut_over(struct kit *kit)
{
    kit_key(kit, 6);
    assert_int_equal(kit->terminal.page, PAGE_CONFIRM);
    assert_false(kit_wants(kit, EFFECT_ASK_CUT_OVER));
    kit_key(kit, 4);
}

static void
test_a_cut_over_that_comes_too_early_says_so_in_every_language_and_may_be_asked_again(void **state)
{
    (void)state;
    for (int language = 0; language < text_language_count(); language++) {
        struct kit kit;
        supervise(&kit);
        kit.terminal.language = language;
        cut_over(&kit);
        struct uuid first = kit_effect(&kit, EFFECT_ASK_CUT_OVER)->id;
        strcpy(kit_reply(&kit, false, REFUSED_CUT_OVER_TOO_EARLY)->reply.business_day,
               "2026-11-26");
        kit_send(&kit);
        check_contains(kit.terminal.page_note, "26");
        assert_null(strstr(kit.terminal.page_note, "2026-11-26")); /* as the language writes it */
        assert_true(kit.terminal.page_bad);
        assert_int_equal(kit.terminal.page, PAGE_MENU);
        cut_over(&kit); /* tomorrow: the bank would give its first answer to the first id */
        assert_false(uuid_equal(&kit_effect(&kit, EFFECT_ASK_CUT_OVER)->id, &first));
    }
}

static void test_a_second_replenishment_waits_for_the_first(void **state)
{
    (void)state;
    struct kit kit;
    supervise(&kit);
    kit.event.facts.replenishing = true;
    kit_key(&kit, 2);
    assert_int_equal(kit.terminal.page, PAGE_MENU);
    assert_true(kit.terminal.page_bad);
}

static void test_the_cut_over_shows_the_totals_of_the_day(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    supervise(&kit);
    strcpy(kit.terminal.business_day, "2026-11-24");
    kit_key(&kit, 6);
    terminal_view(&kit.terminal, 0, &view);
    check_contains(view.detail, "24 Nov 2026");
    kit_press(&kit, INPUT_CANCEL, 0); /* not yet */
    assert_int_equal(kit.terminal.page, PAGE_MENU);
    assert_int_equal(kit.effects.count, 0);
    cut_over(&kit);
    assert_true(kit_wants(&kit, EFFECT_ASK_CUT_OVER));
    struct terminal_event *event = kit_reply(&kit, true, REFUSED_NONE);
    event->reply.total_withdrawals = 12;
    event->reply.total_dispensed = 123400;
    strcpy(event->reply.business_day, "2026-11-25");
    kit_send(&kit);
    assert_int_equal(kit.terminal.page, PAGE_TOTALS);
    terminal_view(&kit.terminal, 0, &view);
    check_contains(view.heading, "24 Nov 2026"); /* the day that has ended */
    check_contains(view.detail, "25 Nov 2026");  /* the one that has begun */
    assert_int_equal(kit.terminal.page_lines.count, 7);
    assert_non_null(strstr(kit.terminal.page_lines.line[0], "12"));
    assert_non_null(strstr(kit.terminal.page_lines.line[1], "1,234.00"));
    assert_true(kit_journalled(&kit, JOURNAL_CUT_OVER) >= 0);
}

/* The first answer was lost: asked again, it is the same cut-over and not the next. */
static void test_a_cut_over_without_an_answer_is_asked_for_again_under_its_id(void **state)
{
    (void)state;
    struct kit kit;
    supervise(&kit);
    cut_over(&kit);
    const struct uuid first = kit_effect(&kit, EFFECT_ASK_CUT_OVER)->id;
    kit_hears(&kit, EVENT_NO_REPLY);
    assert_int_equal(kit.terminal.page, PAGE_MENU);
    cut_over(&kit);
    assert_true(uuid_equal(&kit_effect(&kit, EFFECT_ASK_CUT_OVER)->id, &first));
    kit_press(&kit, INPUT_CANCEL, 0); /* what may have happened cannot be cancelled */
    assert_int_equal(kit.terminal.page, PAGE_WAIT);
    kit_reply(&kit, true, REFUSED_NONE);
    kit_send(&kit);
    assert_int_equal(kit.terminal.page, PAGE_TOTALS);
    kit_press(&kit, INPUT_CANCEL, 0);
    cut_over(&kit);
    const struct uuid second = kit_effect(&kit, EFFECT_ASK_CUT_OVER)->id;
    assert_false(uuid_equal(&second, &first));
    /* The next day it is another one, answered or not. */
    kit_hears(&kit, EVENT_NO_REPLY);
    kit.event.facts.now_ms += 24 * 3600 * 1000;
    cut_over(&kit);
    assert_false(uuid_equal(&kit_effect(&kit, EFFECT_ASK_CUT_OVER)->id, &second));
}

static void test_a_machine_without_cassettes_says_why_it_cannot_be_filled(void **state)
{
    (void)state;
    struct kit kit;
    supervise(&kit);
    kit.event.facts.cassettes = (struct notes){ 0 };
    kit_key(&kit, 2);
    assert_int_equal(kit.terminal.page, PAGE_MENU);
    assert_true(kit.terminal.page_bad && kit.terminal.page_note[0] != '\0');
}

static void fault_is(const char *typed, const char *line)
{
    struct kit kit;
    supervise(&kit);
    kit_key(&kit, 7);
    for (; *typed != '\0'; typed++)
        kit_press(&kit, *typed >= '0' && *typed <= '9' ? INPUT_DIGIT : INPUT_TEXT, *typed);
    kit_enter(&kit);
    if (line == NULL)
        assert_false(kit_wants(&kit, EFFECT_FAULT));
    else
        assert_string_equal(kit_effect(&kit, EFFECT_FAULT)->text, line);
}

static void test_a_fault_is_named_by_its_line(void **state)
{
    (void)state;
    fault_is("1", "dispenser empty");
    fault_is("3 2", "dispenser partial after 2 notes");
    fault_is("3", "dispenser partial after 1 notes");
    fault_is("9 taken", "power cut after taken");
    fault_is("9 step present", "power cut after step present");
    fault_is("14", "journal full");
    fault_is("16 2", "acceptor 2 notes unreadable");
    fault_is("17", NULL);
    fault_is("x", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_supervisor_comes_between_customers_only),
        cmocka_unit_test(
            test_a_cut_over_that_comes_too_early_says_so_in_every_language_and_may_be_asked_again),
        cmocka_unit_test(test_a_wrong_code_makes_the_next_one_wait),
        cmocka_unit_test(test_many_wrong_codes_lock_the_supervisor_out),
        cmocka_unit_test(test_without_a_code_the_supervisor_stays_out),
        cmocka_unit_test(test_a_replenishment_can_be_cancelled_at_each_step),
        cmocka_unit_test(test_a_typing_error_is_no_number_of_notes),
        cmocka_unit_test(test_the_transport_is_tested_after_a_yes),
        cmocka_unit_test(test_a_fault_is_armed_and_disarmed_by_its_number),
        cmocka_unit_test(test_the_journal_goes_back_by_pages),
        cmocka_unit_test(test_lists_scroll_by_lines_and_by_pages),
        cmocka_unit_test(test_replenishing_asks_for_notes_of_each_denomination),
        cmocka_unit_test(test_a_second_replenishment_waits_for_the_first),
        cmocka_unit_test(test_the_cut_over_shows_the_totals_of_the_day),
        cmocka_unit_test(test_a_cut_over_without_an_answer_is_asked_for_again_under_its_id),
        cmocka_unit_test(test_a_machine_without_cassettes_says_why_it_cannot_be_filled),
        cmocka_unit_test(test_a_fault_is_named_by_its_line),
    };
    return cmocka_run_group_tests_name("terminal supervisor", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* --plain's words: views as lines, lines as inputs. */
#include "atm/frontend/plain_text.h"

#include "atm/texts/texts.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct view view;
static char text[PLAIN_TEXT_SIZE];
static struct input input[PLAIN_INPUTS_MAX];

static int load(void **state)
{
    struct error error;
    (void)state;
    check_worked(texts_load(NULL, &error), &error);
    memset(&view, 0, sizeof view);
    return 0;
}

static void label(int key, const char *words)
{
    snprintf(view.fdk[key - 1].label, sizeof view.fdk[0].label, "%s", words);
}

static void menu(void)
{
    view.screen = SCREEN_MENU;
    snprintf(view.heading, sizeof view.heading, "What now?");
    label(1, "20.00 EUR");
    label(4, "200.00 EUR");
    view.fdk[3].disabled = true;
    label(6, "Show balance");
}

/* What the answers spell: keys as F1, digits as themselves, E for Enter, C for Clear, X for Cancel.
 */
static const char *spelt(const char *line)
{
    static char word[128];
    size_t length = 0;
    int count = plain_answer(&view, line, input);
    word[0] = '\0';
    for (int i = 0; i < count; i++) {
        static const char letters[] = { [INPUT_ENTER] = 'E',
                                        [INPUT_CLEAR] = 'C',
                                        [INPUT_CANCEL] = 'X',
                                        [INPUT_QUIT] = 'Q',
                                        [INPUT_SUPERVISOR] = 'S' };
        if (input[i].kind == INPUT_FDK)
            length += (size_t)sprintf(word + length, "F%d", input[i].value + 1);
        else
            length += (size_t)sprintf(word + length, "%c",
                                      input[i].kind == INPUT_DIGIT || input[i].kind == INPUT_TEXT
                                          ? (char)input[i].value
                                          : letters[input[i].kind]);
    }
    return word;
}

static void test_a_view_is_numbered_lines(void **state)
{
    (void)state;
    menu();
    plain_text(&view, 0, text);
    assert_string_equal(text, "[menu] What now?\n1. 20.00 EUR\n4. 200.00 EUR (not payable now)\n"
                              "6. Show balance\nc. Cancel\n");
}

static void test_clocks_bars_and_half_typed_things_are_left_out(void **state)
{
    (void)state;
    char before[PLAIN_TEXT_SIZE];
    view.screen = SCREEN_TAKE_CASH;
    view.countdown_full_ms = 30000;
    view.countdown_ms = 30000;
    plain_text(&view, 0, before);
    check_contains(before, "30 seconds");
    view.countdown_ms = 1000;
    view.pin_digits = 3;
    view.owed = 2;
    strcpy(view.typed, "12");
    strcpy(view.clock, "24 Nov 2026 04:53");
    plain_text(&view, 0, text);
    assert_string_equal(text, before);
}

static void test_a_number_chooses_and_letters_command(void **state)
{
    (void)state;
    menu();
    assert_string_equal(spelt("1"), "F1");
    assert_string_equal(spelt("6"), "F6");
    assert_string_equal(spelt("c"), "X");
    assert_string_equal(spelt("q"), "Q");
    assert_string_equal(spelt(""), "E");
}

static void test_notes_are_put_in_one_or_several_at_a_time(void **state)
{
    (void)state;
    view.screen = SCREEN_DEPOSIT;
    label(1, "5.00 EUR");
    label(4, "50.00 EUR");
    assert_string_equal(spelt("4"), "F4");
    assert_string_equal(spelt("3x4"), "3F4");
    assert_string_equal(spelt("120x1"), "120F1");
    assert_string_equal(spelt("3x5"), "");
    assert_string_equal(spelt("x4"), "");
    assert_string_equal(spelt("1234x4"), "");
    assert_string_equal(spelt("3x"), "");
    plain_text(&view, 0, text);
    assert_null(strstr(text, "3x4")); /* one choice is no row of notes */
    label(2, "10.00 EUR");
    plain_text(&view, 0, text);
    check_contains(text, "3x4 puts in three");
    menu();
    assert_string_equal(spelt("3x4"), "");
}

static void test_what_is_no_answer_does_nothing(void **state)
{
    (void)state;
    menu();
    static const char *const lines[] = { "2",  "9",  "0",
                                         "-1", "1x", "yes",
                                         "s",  "11", "99999999999999999999" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_string_equal(spelt(lines[i]), "");
}

static void test_a_pin_is_digits_and_nothing_else(void **state)
{
    (void)state;
    view.screen = SCREEN_PIN_ENTRY;
    view.entry = ENTRY_PIN;
    assert_string_equal(spelt("1234"), "C1234E");
    assert_string_equal(spelt("0000"), "C0000E");
    assert_string_equal(spelt("12a4"), "");
    assert_string_equal(spelt("1234567890123"), "");
}

static void test_an_amount_too_long_is_not_cut_to_another_amount(void **state)
{
    (void)state;
    view.screen = SCREEN_AMOUNT;
    view.entry = ENTRY_AMOUNT;
    label(8, "Confirm");
    assert_string_equal(spelt("130"), "C130E");
    assert_string_equal(spelt("1"), "C1E"); /* an amount, not a choice */
    assert_string_equal(spelt("1000000"), "");
    plain_text(&view, 0, text);
    assert_null(strstr(text, "Confirm"));
}

static void test_the_welcome_takes_a_choice_or_a_card(void **state)
{
    (void)state;
    view.screen = SCREEN_WELCOME;
    view.entry = ENTRY_CARD;
    label(1, "Insert Peter's card");
    assert_string_equal(spelt("1"), "F1");
    assert_string_equal(spelt("4000001234567899"), "C4000001234567899E");
    assert_string_equal(spelt("s"), "S");
}

static void test_a_supervisors_line_is_taken_as_it_is(void **state)
{
    (void)state;
    view.screen = SCREEN_SUPERVISOR;
    view.entry = ENTRY_TEXT;
    label(8, "Back");
    assert_string_equal(spelt("3 2"), "3 2E");
    assert_string_equal(spelt("0"), "0E");
    assert_string_equal(spelt("9 taken"), "9 takenE");
    assert_string_equal(spelt("c"), "X");
    assert_string_equal(spelt("\x1b[A"), "");
}

static void test_views_that_only_tell_something_take_no_line(void **state)
{
    (void)state;
    for (int screen = 0; screen < SCREEN_COUNT; screen++) {
        view.screen = (enum screen)screen;
        bool tells = screen == SCREEN_PLEASE_WAIT || screen == SCREEN_GOODBYE ||
                     screen == SCREEN_OUT_OF_SERVICE;
        assert_int_equal(plain_asks(&view), !tells);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_view_is_numbered_lines, load),
        cmocka_unit_test_setup(test_clocks_bars_and_half_typed_things_are_left_out, load),
        cmocka_unit_test_setup(test_a_number_chooses_and_letters_command, load),
        cmocka_unit_test_setup(test_notes_are_put_in_one_or_several_at_a_time, load),
        cmocka_unit_test_setup(test_what_is_no_answer_does_nothing, load),
        cmocka_unit_test_setup(test_a_pin_is_digits_and_nothing_else, load),
        cmocka_unit_test_setup(test_an_amount_too_long_is_not_cut_to_another_amount, load),
        cmocka_unit_test_setup(test_the_welcome_takes_a_choice_or_a_card, load),
        cmocka_unit_test_setup(test_a_supervisors_line_is_taken_as_it_is, load),
        cmocka_unit_test_setup(test_views_that_only_tell_something_take_no_line, load),
    };
    return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Every language says everything, with the same blanks, and short enough for its place. */
#include "atm/texts/format.h"
#include "atm/texts/statement_text.h"
#include "atm/texts/texts.h"
#include "atm/tui/paint_text.h"
#include "atm/tui/paint_words.h"
#include "bank/core/event.h"
#include "tests/support/check.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LABEL_COLUMNS = 27, LINE_COLUMNS = 76, HEADING_COLUMNS = 70, PAPER_COLUMNS = 36 };

static int load(void **state)
{
    struct error error;
    (void)state;
    check_worked(texts_load(NULL, &error), &error);
    return 0;
}

static void test_every_language_has_words_for_every_key(void **state)
{
    (void)state;
    int lacking = 0;
    for (int language = 0; language < text_language_count(); language++)
        for (int text = 1; text < TEXT_COUNT; text++)
            if (!text_has(language, (enum text)text) ||
                (text_get(language, (enum text)text)[0] == '\0' && text != TEXT_FORMAT_GROUP)) {
                lacking++;
                print_error("assets/languages/%s/texts lacks %s\n", text_language_code(language),
                            text_key((enum text)text));
            }
    assert_int_equal(lacking, 0);
}

static void test_every_language_fills_in_the_same_blanks(void **state)
{
    (void)state;
    for (int text = 1; text < TEXT_COUNT; text++)
        for (int blank = 1; blank <= 2; blank++) {
            char mark[4] = { '{', (char)('0' + blank), '}', '\0' };
            bool there = strstr(text_get(0, (enum text)text), mark) != NULL;
            for (int language = 1; language < text_language_count(); language++)
                if ((strstr(text_get(language, (enum text)text), mark) != NULL) != there)
                    check_fail("%s: %s and %s differ in %s", text_key((enum text)text),
                               text_language_code(0), text_language_code(language), mark);
        }
}

static bool key_ends(enum text text, const char *end)
{
    const char *key = text_key(text);
    size_t length = strlen(key), end_length = strlen(end);
    return length >= end_length && strcmp(key + length - end_length, end) == 0;
}

static bool is_label(enum text text)
{
    static const enum text labels[] = {
        TEXT_YES,
        TEXT_NO,
        TEXT_CONTINUE,
        TEXT_WELCOME_INSERT,
        TEXT_MENU_OTHER,
        TEXT_MENU_BALANCE,
        TEXT_MENU_RETURN,
        TEXT_LANGUAGE,
        TEXT_LANGUAGE_OTHER,
        TEXT_AMOUNT_CONFIRM,
        TEXT_SUPERVISOR_COUNTERS,
        TEXT_SUPERVISOR_REPLENISH,
        TEXT_SUPERVISOR_TEST,
        TEXT_SUPERVISOR_JOURNAL,
        TEXT_SUPERVISOR_SUSPECTS,
        TEXT_SUPERVISOR_CUT_OVER,
        TEXT_SUPERVISOR_FAULTS,
        TEXT_SUPERVISOR_LEAVE,
        TEXT_SUPERVISOR_BACK,
    };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (labels[i] == text)
            return true;
    return key_ends(text, "label");
}

static void test_texts_fit_their_places(void **state)
{
    (void)state;
    for (int language = 0; language < text_language_count(); language++)
        for (int text = 1; text < TEXT_COUNT; text++) {
            char words[400];
            text_fill(words, sizeof words, language, (enum text)text, "1234.00", "EUR");
            int most = is_label((enum text)text)                             ? LABEL_COLUMNS
                       : key_ends((enum text)text, ".heading")               ? HEADING_COLUMNS
                       : strncmp(text_key((enum text)text), "hint.", 5) == 0 ? LINE_COLUMNS
                       : strncmp(text_key((enum text)text), "refusal.", 8) == 0
                           ? 2 * LINE_COLUMNS
                           : 2 * LINE_COLUMNS - 8;
            if (paint_text_width(words) > most)
                check_fail("%s: \"%s\" is wider than %d columns", text_language_code(language),
                           words, most);
        }
}

static void test_the_frame_and_the_texts_know_the_same_words(void **state)
{
    (void)state;
    for (int word = 0; word < WORD_COUNT; word++) {
        enum text text = text_find(paint_word_name((enum word)word));
        assert_int_not_equal(text, TEXT_NONE);
        assert_string_equal(text_get(0, text), paint_word((enum word)word));
    }
}

/* The steps of a saga stand in a column of their own. */
static void test_the_words_of_what_the_bank_sees_fit_their_column(void **state)
{
    (void)state;
    enum { STEP_COLUMNS = 11 };
    for (int language = 0; language < text_language_count(); language++)
        for (int text = TEXT_INSIDE_ASKED; text <= TEXT_INSIDE_CANCELLED; text++)
            if (paint_text_width(text_get(language, (enum text)text)) > STEP_COLUMNS)
                check_fail("%s: \"%s\" is wider than %d columns", text_language_code(language),
                           text_get(language, (enum text)text), STEP_COLUMNS);
}

static void test_every_refusal_a_customer_can_meet_has_its_sentence(void **state)
{
    (void)state;
    assert_int_equal(text_refusal(REFUSED_INSUFFICIENT_FUNDS), TEXT_REFUSAL_INSUFFICIENT_FUNDS);
    assert_int_equal(text_refusal(REFUSED_NO_SUCH_TELLER), TEXT_DECLINED_DETAIL);
}

/* The bank's words for movements, as a column of a statement. */
static void test_every_movement_of_the_bank_has_its_word(void **state)
{
    (void)state;
    static const char *const words[] = {
#define X(enumerator, balance, sum, counts, held, word) word,
        MOVEMENT_TABLE(X)
#undef X
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (int language = 0; words[i] != NULL && language < text_language_count(); language++) {
            struct statement_line line = { .balance = 100 };
            char text[200], alone[200];
            snprintf(line.kind, sizeof line.kind, "%s", words[i]);
            statement_text(&line, STATEMENT_PAPER, language, text, sizeof text);
            if (paint_text_width(text) != PAPER_COLUMNS)
                check_fail("\"%s\" is not %d columns wide: give the texts a movement.%s of at most "
                           "12 columns",
                           text, PAPER_COLUMNS, words[i]);
            snprintf(alone, sizeof alone, " %s ", words[i]);
            if (strstr(text, alone) != NULL)
                check_fail("%s has no text for the movement \"%s\"", text_language_code(language),
                           words[i]);
        }
}

static void test_what_does_not_fit_is_never_cut_inside_a_character(void **state)
{
    (void)state;
    char words[8];
    for (size_t size = 1; size <= sizeof words; size++) {
        text_fill(words, size, 1, TEXT_SUPERVISOR_COUNTERS, "", ""); /* Zähler zeigen */
        assert_true(strlen(words) < size);
        uint32_t character;
        for (const char *at = words; *at != '\0'; at += paint_text_decode(at, &character))
            assert_true((unsigned char)*at < 0x80 ||
                        (paint_text_decode(at, &character), character != '?'));
    }
}

static void test_the_locale_chooses_the_first_language(void **state)
{
    (void)state;
    const int german = text_language_find("de");
    setenv("LC_ALL", "", 1);
    setenv("LC_MESSAGES", "", 1);
    setenv("LANG", "de_DE.UTF-8", 1);
    assert_int_equal(text_language_of_locale(), german);
    setenv("LC_MESSAGES", "en_GB", 1);
    assert_int_equal(text_language_of_locale(), 0);
    setenv("LC_ALL", "de", 1);
    assert_int_equal(text_language_of_locale(), german);
    setenv("LC_ALL", "xx_XX.UTF-8", 1);
    assert_int_equal(text_language_of_locale(), 0);
    setenv("LC_ALL", "C", 1);
    assert_int_equal(text_language_of_locale(), 0);
}

static void test_amounts_and_days_are_as_the_language_writes_them(void **state)
{
    (void)state;
    static const struct {
        money amount;
        const char *english, *german;
    } amounts[] = {
        { 0, "0.00", "0,00" },
        { 5, "0.05", "0,05" },
        { 99999, "999.99", "999,99" },
        { 100000, "1,000.00", "1.000,00" },
        { 123456789, "1,234,567.89", "1.234.567,89" },
        { -100000, "-1,000.00", "-1.000,00" },
        { -12345, "-123.45", "-123,45" },
        { MONEY_CAP - 1, "9,999,999,999,999.99", "9.999.999.999.999,99" },
    };
    const int german = text_language_find("de");
    char text[MONEY_TEXT_LENGTH], day[FORMAT_DATE_LENGTH];
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        assert_string_equal(format_money(text, 0, amounts[i].amount), amounts[i].english);
        assert_string_equal(format_money(text, german, amounts[i].amount), amounts[i].german);
    }
    assert_string_equal(format_date(day, 0, "2026-03-09"), "09 Mar 2026");
    assert_string_equal(format_date(day, german, "2026-03-09"), "09.03.2026");
    assert_string_equal(format_date(day, 0, "soon"), "soon");
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8"); /* the widths of characters are its */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_every_language_has_words_for_every_key, load),
        cmocka_unit_test_setup(test_every_language_fills_in_the_same_blanks, load),
        cmocka_unit_test_setup(test_texts_fit_their_places, load),
        cmocka_unit_test_setup(test_the_frame_and_the_texts_know_the_same_words, load),
        cmocka_unit_test_setup(test_the_words_of_what_the_bank_sees_fit_their_column, load),
        cmocka_unit_test_setup(test_every_refusal_a_customer_can_meet_has_its_sentence, load),
        cmocka_unit_test_setup(test_every_movement_of_the_bank_has_its_word, load),
        cmocka_unit_test_setup(test_what_does_not_fit_is_never_cut_inside_a_character, load),
        cmocka_unit_test_setup(test_the_locale_chooses_the_first_language, load),
        cmocka_unit_test_setup(test_amounts_and_days_are_as_the_language_writes_them, load),
    };
    return cmocka_run_group_tests_name("texts", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Languages are folders: found without a list, in the program and in a directory; a wrong one is
 * named. And what they need of the machine: receipts, widths, patterns. */
#include "atm/devices/printer.h"
#include "atm/terminal/phases.h"
#include "atm/texts/assets.h"
#include "atm/texts/columns.h"
#include "atm/texts/format.h"
#include "atm/texts/statement_text.h"
#include "atm/tui/paint_bidi.h"
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_text.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <dirent.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int load(void **state)
{
    struct error error;
    (void)state;
    check_worked(texts_load(NULL, &error), &error);
    return 0;
}

static void test_each_folder_of_assets_is_a_language_and_english_is_first(void **state)
{
    (void)state;
    int folders = 0;
    DIR *open = opendir("assets/languages");
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        folders++;
        if (text_language_find(entry->d_name) < 0)
            check_fail("assets/languages/%s is no language of the machine", entry->d_name);
    }
    closedir(open);
    assert_int_equal(text_language_count(), folders);
    assert_string_equal(text_language_code(0), "en");
    assert_int_equal(text_language_find("xx"), -1);
}

/* Writes DIR/languages/CODE/texts. */
static void texts_write(const char *directory, const char *code, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/languages", directory);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/languages/%s", directory, code);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/languages/%s/texts", directory, code);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_a_directory_of_assets_replaces_single_texts(void **state)
{
    (void)state;
    struct error error;
    const char *directory = scratch_create();
    texts_write(directory, "en", "# mine\r\nwelcome.heading = Ahoy\r\n");
    check_worked(texts_load(directory, &error), &error);
    assert_string_equal(text_get(0, TEXT_WELCOME), "Ahoy");
    assert_string_equal(text_get(0, TEXT_GOODBYE), "Goodbye");
}

static void test_a_wrong_line_is_named_with_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line, *words;
    } wrong[] = {
        { "# mine\n\nwelcome.haeding = Ahoy\n", "line 3", "welcome.haeding" },
        { "welcome.heading: Ahoy\n", "line 1", "write KEY = WORDS" },
        { "yes = Aye\nno = Nay\nyes = Yea\n", "line 3", "twice" },
        { "yes = A\xE9\n", "line 1", "UTF-8" },
        { "yes = Aye\xE2\x80\xAE\n", "line 1", "unseen" },
        { "direction = down\n", "line 1", "ltr or rtl" },
        { "format.months = Jan Feb\n", "line 1", "twelve" },
        { "format.decimal = \n", "line 1", "one character" },
        { "format.decimal = ab\n", "line 1", "one character" },
        { "format.group = 0\n", "line 1", "one character" },
        { "yes\033]0;x\a = Aye\n", "line 1", "yes<U+001B>]0;x<U+0007>" },
        { "balance.detail = {1} {3}\n", "line 1", "marks" },
        { "balance.heading = {1}\n", "line 1", "marks" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error error;
        const char *directory = scratch_create();
        texts_write(directory, "de", wrong[i].text);
        assert_false(texts_load(directory, &error));
        check_contains(error.message, directory);
        check_contains(error.message, "/languages/de/texts, ");
        check_contains(error.message, wrong[i].line);
        check_contains(error.message, wrong[i].words);
    }
}

static void test_a_folder_of_a_language_brings_it(void **state)
{
    (void)state;
    struct error error;
    const char *directory = scratch_create();
    texts_write(directory, "fr",
                "\xEF\xBB\xBFlanguage = Français\r\nwelcome.heading = Bienvenue\r\n");
    check_worked(texts_load(directory, &error), &error);
    const int french = text_language_find("fr");
    assert_true(french > 0);
    assert_string_equal(text_get(french, TEXT_WELCOME), "Bienvenue");
    assert_string_equal(text_get(french, TEXT_GOODBYE), "Goodbye");
    assert_string_equal(text_get(text_language_find("de"), TEXT_WELCOME), "Willkommen");
    texts_write(directory, "pt-BR", "language = Português\n");
    check_worked(texts_load(directory, &error), &error);
    setenv("LC_ALL", "pt_BR.UTF-8", 1);
    assert_int_equal(text_language_of_locale(), text_language_find("pt-BR"));
}

static void test_more_languages_than_keys_come_in_pages(void **state)
{
    (void)state;
    struct error error;
    struct terminal terminal = { .language_page = 0 };
    bool seen[TEXT_LANGUAGES_MAX] = { false };
    const char *directory = scratch_create();
    for (char code[] = "qa"; code[1] < 'm'; code[1]++)
        texts_write(directory, code, "language = One more\n");
    check_worked(texts_load(directory, &error), &error);
    assert_true(text_language_count() > VIEW_FDKS + 1);
    for (; terminal.language_page * (VIEW_FDKS - 1) < text_language_count();
         terminal.language_page++) {
        assert_int_equal(session_language(&terminal, VIEW_FDKS - 1), SESSION_MORE_LANGUAGES);
        for (int key = 0; key < VIEW_FDKS - 1; key++)
            if (session_language(&terminal, key) >= 0)
                seen[session_language(&terminal, key)] = true;
    }
    for (int i = 0; i < text_language_count(); i++)
        assert_true(seen[i]);
    assert_int_equal(session_language(&terminal, 0), SESSION_NO_LANGUAGE);
}

/* What would be passed over in silence is refused. */
static void test_what_is_no_language_is_said(void **state)
{
    (void)state;
    struct error error;
    char path[300];
    const char *directory = scratch_create();
    texts_write(directory, "Francais", "");
    assert_false(texts_load(directory, &error));
    check_contains(error.message, "languages/Francais");
    check_contains(error.message, "name it by a code");

    directory = scratch_create();
    texts_write(directory, "fr", "");
    snprintf(path, sizeof path, "%s/languages/fr/texts", directory);
    assert_int_equal(unlink(path), 0);
    assert_false(texts_load(directory, &error));
    check_contains(error.message, "languages/fr/texts");

    directory = scratch_create();
    snprintf(path, sizeof path, "%s/receipt_deposit.de", directory);
    fclose(fopen(path, "w"));
    assert_false(texts_load(directory, &error));
    check_contains(error.message, "languages/de/receipt_deposit");
}

/* ---- receipts ---- */

enum { PAPER_COLUMNS = 36 };

static const struct statement movements = { 1,
                                            { { 1795974752, "held deposit", -999999, 9999999 } } };

/* As long as a receipt's lines usually are, of each kind. */
static struct receipt receipt_of(int kind, int language)
{
    struct receipt receipt = { .withdrawal = uuid_make(),
                               .deposit = kind == 1,
                               .statement = kind == 2 ? &movements : NULL,
                               .teller = "1c915dd1",
                               .card = kind == 4   ? "0123456782"
                                       : kind == 5 ? "******6782"
                                                   : "400000******7899",
                               .currency = "EUR",
                               .language = text_language_code(language),
                               .receiver = kind == 3 ? "550000******5559" : "",
                               .amount = 123456700,
                               .balance = -123456700,
                               .balance_known = true,
                               .until_s = kind == 4 ? 1795985552 : 0,
                               .by_code = kind == 5,
                               .notes = { 3, { { 5000, 20 }, { 2000, 12 }, { 1000, 8 } } },
                               .wall_s = 1795974752 };
    return receipt;
}

static void test_receipts_fit_their_paper_in_every_language(void **state)
{
    (void)state;
    const char *folder = scratch_create();
    for (int language = 0; language < text_language_count(); language++)
        for (int kind = 0; kind < 6; kind++) {
            struct lines lines;
            char qr[VIEW_QR_SIZE];
            const struct receipt receipt = receipt_of(kind, language);
            assert_true(printer_print(folder, NULL, &receipt, &lines, qr));
            assert_true(lines.count > 5);
            for (int i = 0; i < lines.count; i++)
                if (columns_of(lines.line[i]) > PAPER_COLUMNS || strchr(lines.line[i], '{') != NULL)
                    check_fail("%s, kind %d: \"%s\"", text_language_code(language), kind,
                               lines.line[i]);
        }
}

/* No language prints what English would. */
static void test_every_language_has_receipts_of_its_own(void **state)
{
    (void)state;
    static const char *const kinds[] = {
        "receipt",          "receipt_deposit", "receipt_statement",
        "receipt_transfer", "receipt_code",    "receipt_code_cash"
    };
    for (int language = 0; language < text_language_count(); language++)
        for (int kind = 0; kind < (int)(sizeof kinds / sizeof kinds[0]); kind++) {
            struct error error;
            char *text = asset_load(NULL, text_language_code(language), kinds[kind], &error);
            if (text == NULL)
                check_fail("assets/languages/%s lacks %s", text_language_code(language),
                           kinds[kind]);
            free(text);
        }
}

static void test_a_receipt_with_a_field_that_is_none_is_named(void **state)
{
    (void)state;
    struct error error;
    char path[300];
    const char *directory = scratch_create();
    texts_write(directory, "de", "");
    snprintf(path, sizeof path, "%s/languages/de/receipt", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("Bank\n\n  {time} {colour}\n", file);
    fclose(file);
    check_worked(texts_load(directory, &error), &error);
    assert_false(printer_check(directory, &error));
    check_contains(error.message, path);
    check_contains(error.message, "line 3: there is no such field");
    check_worked(printer_check(NULL, &error), &error);
}

/* ---- widths and patterns ---- */

static void test_wide_text_breaks_between_its_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int columns;
        const char *first, *second;
    } lines[] = {
        { "カードをお取りください", 12, "カードをお取", "りください" },
        { "カードをお取りください", 13, "カードをお取", "りください" },
        { "カードです。", 10, "カードで", "す。" },
        { "「カード」です", 12, "「カード」で", "す" },
        { "あい「カード」", 6, "あい", "「カード」" },
        { "take カードを", 9, "take カー", "ドを" },
        { "take it", 6, "take", "it" },
        { "takes", 3, "tak", "es" },
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *next;
        const size_t length = paint_text_line(lines[i].text, lines[i].columns, &next);
        if (length != strlen(lines[i].first) || strcmp(next, lines[i].second) != 0)
            check_fail("\"%s\" broke into \"%.*s\" and \"%s\"", lines[i].text, (int)length,
                       lines[i].text, next);
    }
}

static void test_cells_are_as_wide_as_they_should_be(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "7", "Größe", "残高", "残高EUR" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char line[100] = "";
        columns_add(line, sizeof line, 0, texts[i], 9);
        columns_add(line, sizeof line, 0, texts[i], -9);
        assert_int_equal(columns_of(line), 18);
        assert_int_equal(paint_text_width(line), 18);
    }
}

/* ---- from right to left ---- */

static void test_text_is_turned_as_it_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool right_to_left;
        const char *seen;
    } lines[] = {
        { "שלום", true, "םולש" },
        { "שלום.", true, ".םולש" },
        { "(שלום)", true, "(םולש)" },
        { "יתרה 70.00", true, "70.00 הרתי" },
        { "Enter: המשך", true, "ךשמה :Enter" },
        { "Peter שלום", false, "Peter םולש" },
        { "כרטיס \u2066400000******7899\u2069", true, "400000******7899 סיטרכ" },
        { "20.00 EUR", false, "20.00 EUR" },
        { "", true, "" },
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char seen[200];
        paint_bidi(lines[i].text, lines[i].right_to_left, seen, sizeof seen);
        assert_string_equal(seen, lines[i].seen);
    }
}

/* Else the sign would stand behind it, and the digits of a card in another order. */
static void test_amounts_and_numbers_stay_whole_in_text_that_is_turned(void **state)
{
    (void)state;
    const int hebrew = text_language_find("he");
    char text[VIEW_TEXT_LENGTH], amount[MONEY_TEXT_LENGTH], seen[VIEW_TEXT_LENGTH];
    assert_true(text_right_to_left(hebrew));
    text_fill(text, sizeof text, hebrew, TEXT_BALANCE_DETAIL, format_money(amount, hebrew, -123450),
              "EUR");
    paint_bidi(text, true, seen, sizeof seen);
    assert_non_null(strstr(seen, "EUR -1,234.50 "));
    text_fill(text, sizeof text, hebrew, TEXT_TRANSFER_CONFIRM_DETAIL, "400000******7899", "");
    paint_bidi(text, true, seen, sizeof seen);
    assert_non_null(strstr(seen, "400000******7899 "));
    for (int language = 0; language < text_language_count(); language++)
        if (!text_right_to_left(language)) {
            text_fill(text, sizeof text, language, TEXT_TRANSFER_CONFIRM_DETAIL, "4000", "");
            assert_null(strstr(text, "\u2066"));
        }
}

static void test_a_cut_leaves_no_half_of_a_character(void **state)
{
    (void)state;
    const int hebrew = text_language_find("he");
    for (size_t size = 1; size < 40; size++) {
        char text[40];
        text_isolate(text, size, hebrew, "Größe 50");
        assert_true(strlen(text) < size);
        assert_true(text[0] == '\0' || mbstowcs(NULL, text, 0) != (size_t)-1);
        text_fill(text, size, hebrew, TEXT_BALANCE_DETAIL, "Größe", "EUR");
        assert_true(strlen(text) < size);
        assert_true(mbstowcs(NULL, text, 0) != (size_t)-1);
    }
}

/* Signs of several bytes: a group's, and the one before the cents. */
static void test_amounts_are_whole_with_any_separator(void **state)
{
    (void)state;
    struct error error;
    struct statement_line line = { .amount = 123456700, .balance = 123456789 };
    struct view view = { .amount = 500000, .entry = ENTRY_AMOUNT, .currency = "CHF" };
    char amount[MONEY_TEXT_LENGTH], large[AMOUNT_TEXT_LENGTH], text[VIEW_TEXT_LENGTH];
    const char *directory = scratch_create();
    texts_write(directory, "he", "format.decimal = \u066B\nformat.group = \u202F\n");
    check_worked(texts_load(directory, &error), &error);
    const int language = text_language_find("he");
    assert_string_equal(format_money(amount, language, 1 - MONEY_CAP),
                        "\u200E-9\u202F999\u202F999\u202F999\u202F999\u066B99");
    statement_text(&line, STATEMENT_PAPER, language, text, sizeof text);
    check_contains(text, "1234567\u066B00");
    format_money(view.amount_text, language, view.amount);
    paint_amount_text(&view, large);
    assert_string_equal(large, "5 000");
    view.entry = ENTRY_NONE;
    view.amount = -500050;
    format_money(view.amount_text, language, view.amount);
    paint_amount_text(&view, large);
    assert_string_equal(large, "-5 000 50"); /* large digits have one blank for such a sign */
}

static void test_a_date_is_written_by_its_pattern(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *date;
    } dates[] = {
        { "dd.MM.y", "09.03.2026" },
        { "d. MMM y", "9. Mar 2026" },
        { "y/M/d", "2026/3/9" },
        { "y年M月d日", "2026年3月9日" },
        { "d 'de' MMM y", "9 de Mar 2026" },
        { "'y' y", "y 2026" },
    };
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        struct error error;
        char text[100], date[FORMAT_DATE_LENGTH];
        const char *directory = scratch_create();
        snprintf(text, sizeof text, "format.date = %s\n", dates[i].pattern);
        texts_write(directory, "en", text);
        check_worked(texts_load(directory, &error), &error);
        assert_string_equal(format_date(date, 0, "2026-03-09"), dates[i].date);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_receipts_fit_their_paper_in_every_language, load),
        cmocka_unit_test_setup(test_every_language_has_receipts_of_its_own, load),
        cmocka_unit_test_setup(test_a_receipt_with_a_field_that_is_none_is_named, load),
        cmocka_unit_test_setup(test_wide_text_breaks_between_its_characters, load),
        cmocka_unit_test_setup(test_cells_are_as_wide_as_they_should_be, load),
        cmocka_unit_test_setup(test_text_is_turned_as_it_is_read, load),
        cmocka_unit_test_setup(test_amounts_and_numbers_stay_whole_in_text_that_is_turned, load),
        cmocka_unit_test_setup(test_a_cut_leaves_no_half_of_a_character, load),
        cmocka_unit_test(test_amounts_are_whole_with_any_separator),
        cmocka_unit_test_setup(test_a_date_is_written_by_its_pattern, load),
        cmocka_unit_test_setup(test_each_folder_of_assets_is_a_language_and_english_is_first, load),
        cmocka_unit_test_setup(test_a_directory_of_assets_replaces_single_texts, load),
        cmocka_unit_test_setup(test_a_wrong_line_is_named_with_what_to_do, load),
        cmocka_unit_test_setup(test_a_folder_of_a_language_brings_it, load),
        cmocka_unit_test_setup(test_more_languages_than_keys_come_in_pages, load),
        cmocka_unit_test_setup(test_what_is_no_language_is_said, load),
    };
    return cmocka_run_group_tests_name("languages", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Languages are folders: found without a list, in the program and in a directory; a wrong one is
 * named. */
#include "atm/terminal/phases.h"
#include "atm/texts/texts.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <dirent.h>
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
    texts_write(directory, "fr", "\xEF\xBB\xBFlanguage = Français\nwelcome.heading = Bienvenue\n");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_folder_of_assets_is_a_language_and_english_is_first, load),
        cmocka_unit_test_setup(test_a_directory_of_assets_replaces_single_texts, load),
        cmocka_unit_test_setup(test_a_wrong_line_is_named_with_what_to_do, load),
        cmocka_unit_test_setup(test_a_folder_of_a_language_brings_it, load),
        cmocka_unit_test_setup(test_more_languages_than_keys_come_in_pages, load),
        cmocka_unit_test_setup(test_what_is_no_language_is_said, load),
    };
    return cmocka_run_group_tests_name("languages", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Text from outside: what is refused on its way in is what is written out on its way to people. */
#include "shared/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void encode(uint32_t character, char text[static 5])
{
    size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    memset(text, 0, 5);
    for (size_t i = length; i-- > 1; character >>= 6)
        text[i] = (char)(0x80 | (character & 0x3F));
    text[0] = (char)(length == 1 ? character : (0xF00U >> length & 0xFF) | character);
}

static void test_names_of_people_are_plain(void **state)
{
    (void)state;
    static const char *const names[] = { "",       "Peter",    "Änne Ö",  "O'Brien-Smith, Jr.",
                                         "李小龍", "Владимир", "محمد",    "ยุทธ",
                                         "Ñ.",     "A  B",     "🙂 Ltd" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(text_plain(names[i]));
}

static void test_what_spoofs_is_not_plain_and_is_shown_by_its_number(void **state)
{
    (void)state;
    static const uint32_t characters[] = {
        0x01,   0x0A,   0x1B,    0x7F,    0x85,    0x9B,    0xAD,    0x034F,  0x061C,   0x115F,
        0x180E, 0x200B, 0x200C,  0x200D,  0x200E,  0x200F,  0x2028,  0x2029,  0x202A,   0x202D,
        0x202E, 0x2060, 0x2063,  0x2066,  0x2069,  0x3164,  0xE000,  0xFDD0,  0xFE0F,   0xFEFF,
        0xFFA0, 0xFFFE, 0x1FFFF, 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xF0000, 0x10FFFD,
    };
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        char one[5], text[16], shown[40], expected[40];
        encode(characters[i], one);
        snprintf(text, sizeof text, "a%sb", one);
        snprintf(expected, sizeof expected, "a<U+%04X>b", (unsigned)characters[i]);
        assert_true(text_hidden(characters[i]));
        assert_false(text_plain(text));
        assert_string_equal(text_shown(text, shown, sizeof shown), expected);
    }
}

static void test_the_table_is_in_order_and_leaves_letters_alone(void **state)
{
    (void)state;
    int count = 0;
    for (uint32_t character = 0; character <= 0x10FFFF; character++)
        count += text_hidden(character);
    assert_in_range(count, 130000 + 8000,
                    145000); /* planes 15 and 16, the private use of plane 0, some more */
    for (uint32_t character = 0xA1; character < 0x250; character++)
        assert_true(character == 0xAD || !text_hidden(character));
    for (uint32_t character = 0x4E00; character < 0xA000; character++)
        assert_false(text_hidden(character));
}

static void test_blanks_at_an_end_or_alone_are_not_plain(void **state)
{
    (void)state;
    static const char *const texts[] = {
        " ", "   ", " Peter", "Peter ", "\xc2\xa0", "Peter\xe3\x80\x80", "\xe2\x80\x83Peter"
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(text_plain(texts[i]));
}

static void test_bytes_that_are_no_utf8_are_shown_as_such(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        { "a\xff"
          "b",
          "a<FF>b" },
        { "\xc0\x80", "<C0><80>" },
        { "\xe2\x80", "<E2><80>" },
        { "\xed\xa0\x80", "<ED><A0><80>" },
        { "\xf4\x90\x80\x80", "<F4><90><80><80>" },
        { "Ö", "Ö" },
    };
    char shown[60];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(text_shown(cases[i].text, shown, sizeof shown), cases[i].shown);
        assert_int_equal(text_plain(cases[i].text), i == 5);
    }
}

static void test_a_buffer_that_is_short_holds_whole_characters(void **state)
{
    (void)state;
    char shown[10];
    assert_string_equal(text_shown("ab\xe2\x80\xae"
                                   "c",
                                   shown, 10),
                        "ab");
    assert_string_equal(text_shown("ÖÖÖ", shown, 6), "ÖÖ");
    assert_string_equal(text_shown("x", shown, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_people_are_plain),
        cmocka_unit_test(test_what_spoofs_is_not_plain_and_is_shown_by_its_number),
        cmocka_unit_test(test_the_table_is_in_order_and_leaves_letters_alone),
        cmocka_unit_test(test_blanks_at_an_end_or_alone_are_not_plain),
        cmocka_unit_test(test_bytes_that_are_no_utf8_are_shown_as_such),
        cmocka_unit_test(test_a_buffer_that_is_short_holds_whole_characters),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Reading JSON: what is taken and what is not, and the values taken out.
 * The table of refused texts is the point: both ends must agree on what a
 * message says, so nothing may be read that another reader would read otherwise.
 */
#include "shared/json.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

struct text {
    const char *bytes;
    size_t length;
};

static struct json *parsed(const char *text)
{
    struct error error;
    struct json *json = json_parse(text, strlen(text), &error);
    if (json == NULL)
        fail_msg("%s was refused: %s", text, error.message);
    return json;
}

/* ---- what is taken ---- */

static void test_well_formed_texts_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum json_type type;
    } good[] = {
        { "{}", JSON_OBJECT },
        { " \t\r\n{ } \t\r\n", JSON_OBJECT },
        { "[]", JSON_ARRAY },
        { "null", JSON_NULL },
        { "true", JSON_BOOLEAN },
        { "false", JSON_BOOLEAN },
        { "0", JSON_NUMBER },
        { "-0", JSON_NUMBER },
        { "-1.5e-3", JSON_NUMBER },
        { "10E+2", JSON_NUMBER },
        { "0.10", JSON_NUMBER },
        { "\"\"", JSON_STRING },
        { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"", JSON_STRING },
        { "\"\x7f\"", JSON_STRING },
        { "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", JSON_STRING },
        { "\"\\\\u0000\"", JSON_STRING }, /* a backslash and then letters */
        { "{\"a\":1,\"A\":2,\"\":3}", JSON_OBJECT },
        { "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", JSON_OBJECT },
        { "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", JSON_ARRAY },
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct json *json = parsed(good[i].text);
        assert_int_equal(json_type_of(json), good[i].type);
        json_destroy(json);
    }
}

/* ---- what is not ---- */

static const struct text bad[] = {
    TEXT(""),
    TEXT(" "),
    TEXT("{"),
    TEXT("}"),
    TEXT("["),
    TEXT("{]"),
    TEXT("[}"),
    /* more than one value, or something after it */
    TEXT("{} {}"),
    TEXT("1 2"),
    TEXT("{}x"),
    TEXT("nullnull"),
    TEXT("truex"),
    TEXT("[],"),
    TEXT("{}\0"),
    /* commas and colons */
    TEXT("[1,]"),
    TEXT("[,1]"),
    TEXT("[1 2]"),
    TEXT("{\"a\":1,}"),
    TEXT("{,}"),
    TEXT("{\"a\"}"),
    TEXT("{\"a\" 1}"),
    TEXT("{\"a\":}"),
    TEXT("{a:1}"),
    TEXT("{'a':1}"),
    TEXT("{1:1}"),
    /* words */
    TEXT("True"),
    TEXT("NULL"),
    TEXT("nul"),
    TEXT("NaN"),
    TEXT("Infinity"),
    TEXT("-Infinity"),
    TEXT("undefined"),
    TEXT("// x\n1"),
    TEXT("/**/1"),
    /* numbers */
    TEXT("01"),
    TEXT("-01"),
    TEXT("00"),
    TEXT("+1"),
    TEXT("1."),
    TEXT("1.e5"),
    TEXT(".5"),
    TEXT("-.5"),
    TEXT("-"),
    TEXT("1e"),
    TEXT("1e+"),
    TEXT("1-"),
    TEXT("1-2"),
    TEXT("1+2"),
    TEXT("1.2.3"),
    TEXT("1e5e5"),
    TEXT("--1"),
    TEXT("0x10"),
    TEXT("1_000"),
    TEXT("[01]"),
    TEXT("{\"a\":1.}"),
    TEXT("1 .5"),
    /* strings */
    TEXT("\""),
    TEXT("\"a"),
    TEXT("\"\\\""),
    TEXT("\"\\x41\""),
    TEXT("\"\\'\""),
    TEXT("\"\\u12\""),
    TEXT("\"\\u12g4\""),
    TEXT("\"\\uzzzz\""),
    TEXT("\"\\u00g0\""),
    TEXT("\"\\u 123\""),
    TEXT("\"\\u+123\""),
    TEXT("\"\\U0041\""),
    TEXT("\"\\"),
    TEXT("\"\\u"),
    TEXT("'a'"),
    TEXT("\"a\nb\""),
    TEXT("\"a\tb\""),
    TEXT("\"\x01\""),
    TEXT("\"\x1f\""),
    /* lone surrogates, and the character that would end a C string */
    TEXT("\"\\ud800\""),
    TEXT("\"\\udc00\""),
    TEXT("\"\\ud800\\ud800\""),
    TEXT("\"\\ud800x\""),
    TEXT("\"\\u0000\""),
    TEXT("\"a\\u0000b\""),
    TEXT("\"\\\\\\u0000\""),
    TEXT("{\"a\\u0000\":1}"),
    TEXT("\"\0\""),
    /* white space that is none in JSON, and a byte order mark */
    TEXT("\x01{}"),
    TEXT("{\v}"),
    TEXT("[1,\f2]"),
    TEXT("{}\b"),
    TEXT("\xc2\xa0{}"),
    TEXT("\xef\xbb\xbf{}"),
    /* names that stand twice, once written otherwise */
    TEXT("{\"a\":1,\"a\":1}"),
    TEXT("{\"a\":1,\"b\":2,\"a\":3}"),
    TEXT("{\"a\":1,\"\\u0061\":1}"),
    TEXT("[{\"x\":{\"a\":1,\"a\":2}}]"),
    /* nesting */
    TEXT("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]"),
    TEXT("{\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}"),
    /* what is not UTF-8 */
    TEXT("\"\x80\""),
    TEXT("\"\xc3\""),
    TEXT("\"\xc3(\""),
    TEXT("\"\xc0\xaf\""),
    TEXT("\"\xe0\x80\xaf\""),
    TEXT("\"\xf0\x80\x80\xaf\""),
    TEXT("\"\xed\xa0\x80\""),
    TEXT("\"\xf4\x90\x80\x80\""),
    TEXT("\"\xff\""),
    TEXT("\"\xf5\x80\x80\x80\""),
    TEXT("\"\xe2\x82"),
    TEXT("\"\\\xe2\x82\""),
};

static void test_malformed_texts_are_refused_with_a_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        /* A copy of just that length, so that a sanitizer sees a read beyond it. */
        char *copy = malloc(bad[i].length + 1);
        struct error error = { 0 };
        assert_non_null(copy);
        memcpy(copy, bad[i].bytes, bad[i].length);
        char *exact = realloc(copy, bad[i].length > 0 ? bad[i].length : 1);
        struct json *json = json_parse(exact, bad[i].length, &error);
        if (json != NULL)
            fail_msg("number %zu was taken: %s", i, bad[i].bytes);
        assert_int_equal(error.kind, ERROR_FORMAT);
        assert_true(strlen(error.message) > 5);
        free(exact);
    }
}

static void test_every_beginning_of_a_text_is_refused(void **state)
{
    (void)state;
    static const char text[] =
        "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\n\"],\"b\":{\"c\":\"\xc3\xa9\"}}";
    for (size_t length = 0; length < sizeof text - 1; length++) {
        struct error error;
        char *exact = malloc(length > 0 ? length : 1);
        assert_non_null(exact);
        memcpy(exact, text, length);
        assert_null(json_parse(exact, length, &error));
        free(exact);
    }
    json_destroy(parsed(text));
}

/* Runs of plain bytes are stepped over eight at a time: each byte in each place of such a run. */
static void test_every_byte_is_told_apart_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t at = 0; at < 20; at++)
        for (int byte = 1; byte < 256; byte++) {
            char text[] = "\"xxxxxxxxxxxxxxxxxxxx\"";
            struct error error;
            const bool plain = byte >= ' ' && byte < 0x80 && byte != '"' && byte != '\\';
            text[1 + at] = (char)byte;
            struct json *json = json_parse(text, sizeof text - 1, &error);
            if ((json != NULL) != plain)
                fail_msg("byte %d in place %zu: %s", byte, at,
                         json != NULL ? "taken" : error.message);
            const char *string;
            if (plain) {
                assert_true(json_string(json, &string));
                assert_memory_equal(string, text + 1, 20);
            }
            json_destroy(json);
        }
}

/* The block of a tree is counted beforehand; these are the texts that need most for their length.
 */
static void test_texts_of_many_small_values_are_taken_whole(void **state)
{
    (void)state;
    static const char *const element[] = {
        "\"\"", "[]", "{}", "1", "{\"\":\"\"}", "[[[\"\\n\"]]]"
    };
    for (size_t kind = 0; kind < sizeof element / sizeof *element; kind++)
        for (int count = 1; count <= 300; count++) {
            char text[6000] = "[";
            for (int i = 0; i < count; i++) {
                strcat(text, i == 0 ? "" : ",");
                strcat(text, element[kind]);
            }
            strcat(text, "]");
            struct json *json = parsed(text);
            int found = 0;
            for (const struct json *at = json_first(json); at != NULL; at = json_next(at))
                found++;
            assert_int_equal(found, count);
            json_destroy(json);
        }
}

static void test_very_wide_texts_are_refused(void **state)
{
    (void)state;
    struct error error;
    char *text = malloc(10000), *at = text;
    assert_non_null(text);
    *at++ = '[';
    for (int i = 0; i < 1001; i++)
        at += sprintf(at, "%s1", i > 0 ? "," : "");
    *at++ = ']';
    assert_null(json_parse(text, (size_t)(at - text), &error));
    at[-3] = ']';
    struct json *json = json_parse(text, (size_t)(at - text) - 2, &error);
    check_worked(json != NULL, &error);
    json_destroy(json);
    at = text;
    *at++ = '{';
    for (int i = 0; i <= JSON_MEMBERS_MAX; i++)
        at += sprintf(at, "%s\"%03d\":1", i > 0 ? "," : "", i);
    *at++ = '}';
    assert_null(json_parse(text, (size_t)(at - text), &error));
    assert_string_equal(error.message, "one object has more than 100 members");
    at[-9] = '}';
    json = json_parse(text, (size_t)(at - text) - 8, &error);
    check_worked(json != NULL, &error);
    json_destroy(json);
    free(text);
}

/* ---- values ---- */

static void test_members_are_found_by_their_exact_name(void **state)
{
    (void)state;
    struct json *json = parsed("{\"a\":1,\"A\":2,\"list\":[7,8]}");
    int64_t number;
    assert_true(json_integer(json_get(json, "a"), &number));
    assert_int_equal(number, 1);
    assert_true(json_integer(json_get(json, "A"), &number));
    assert_int_equal(number, 2);
    assert_null(json_get(json, "b"));
    assert_null(json_get(NULL, "a"));
    assert_null(json_get(json_get(json, "a"), "a"));
    assert_null(json_get(json_get(json, "list"), "a"));
    const struct json *item = json_first(json);
    assert_string_equal(json_name(item), "a");
    assert_string_equal(json_name(json_next(item)), "A");
    item = json_first(json_get(json, "list"));
    assert_true(json_integer(json_next(item), &number));
    assert_int_equal(number, 8);
    assert_null(json_next(json_next(item)));
    assert_null(json_first(NULL));
    json_destroy(json);
}

static void assert_integer(const char *text, bool is, int64_t wanted)
{
    struct json *json = parsed(text);
    int64_t number = -77;
    if (json_integer(json, &number) != is)
        fail_msg("%s %s taken for an integer", text, is ? "was not" : "was");
    assert_int_equal(number, is ? wanted : -77);
    json_destroy(json);
}

static void test_integers_are_integers_by_their_text(void **state)
{
    (void)state;
    assert_integer("0", true, 0);
    assert_integer("-0", false, 0);
    assert_integer("-5", true, -5);
    assert_integer("1.0", false, 0);
    assert_integer("-0.0", false, 0);
    assert_integer("1e3", false, 0);
    assert_integer("1E+0", false, 0);
    assert_integer("10e-1", false, 0);
    assert_integer("0.99999999999999999999", false, 0);
    assert_integer("1.0000000000000000001", false, 0);
    assert_integer("999999999999999", true, INT64_C(999999999999999));
    assert_integer("9007199254740991", true, INT64_C(9007199254740991));
    assert_integer("-9007199254740991", true, -INT64_C(9007199254740991));
    assert_integer("9007199254740992", false, 0);
    assert_integer("9007199254740993", false, 0);
    assert_integer("-9007199254740992", false, 0);
    assert_integer("18446744073709551617", false, 0);
    assert_integer("100000000000000000000000000000000000000000000000000000000001", false, 0);
    assert_integer("1e400", false, 0);
    assert_integer("-1e400", false, 0);
    assert_integer("1.5", false, 0);
    assert_integer("1e-1", false, 0);
    assert_integer("\"1\"", false, 0);
    assert_integer("true", false, 0);
    assert_integer("null", false, 0);
    assert_integer("[1]", false, 0);
}

/* Which of many numbers is an integer is told apart, wherever each stands and whatever strings look
 * like. */
static void test_each_number_is_judged_by_its_own_text(void **state)
{
    (void)state;
    struct json *json =
        parsed("{\"1.5\":1,\"a\":\"2.5 \\\" 3e1\",\"b\":[2,2.0,[3e0],{\"c\":-4,\"d\":\"\\\\\"}],"
               "\"e\":-0,\"f\":5}");
    const struct json *list = json_first(json_get(json, "b"));
    int64_t number = 0;
    assert_true(json_integer(json_get(json, "1.5"), &number) && number == 1);
    assert_true(json_integer(list, &number) && number == 2);
    assert_false(json_integer(list = json_next(list), &number));
    assert_false(json_integer(json_first(list = json_next(list)), &number));
    assert_true(json_integer(json_get(json_next(list), "c"), &number) && number == -4);
    assert_false(json_integer(json_get(json, "e"), &number));
    assert_true(json_integer(json_get(json, "f"), &number) && number == 5);
    assert_int_equal(json_type_of(json_get(json, "e")), JSON_NUMBER);
    json_destroy(json);
}

static void test_a_number_is_read_whole_or_refused(void **state)
{
    (void)state;
    struct error error;
    char text[80] = "[1.";
    memset(text + 3, '0', 70);
    memcpy(text + 70, "1]", 3);
    assert_null(json_parse(text, strlen(text), &error));
    assert_non_null(strstr(error.message, "byte 1 begins a number of more than 60 bytes"));
}

static void test_a_value_of_another_type_is_not_taken_out(void **state)
{
    (void)state;
    struct json *json =
        parsed("{\"text\":\"x\",\"number\":1,\"yes\":true,\"no\":false,\"nothing\":null}");
    const char *text = NULL;
    bool value = false;
    struct uuid uuid;
    assert_true(json_string(json_get(json, "text"), &text));
    assert_string_equal(text, "x");
    assert_true(json_boolean(json_get(json, "yes"), &value));
    assert_true(value);
    assert_true(json_boolean(json_get(json, "no"), &value));
    assert_false(value);
    assert_false(json_string(json_get(json, "number"), &text));
    assert_false(json_string(NULL, &text));
    assert_false(json_boolean(json_get(json, "number"), &value));
    assert_false(json_boolean(json_get(json, "nothing"), &value));
    assert_false(json_boolean(NULL, &value));
    assert_false(json_uuid(json_get(json, "text"), &uuid));
    assert_false(json_uuid(NULL, &uuid));
    json_destroy(json);
    json = parsed("\"1C915DD1-8bf0-4662-a2ce-60725b0c7de2\"");
    assert_true(json_uuid(json, &uuid));
    assert_int_equal(uuid.bytes[0], 0x1c);
    json_destroy(json);
}

static void assert_notes(const char *text, bool are)
{
    struct json *json = parsed(text);
    struct notes notes;
    if (json_notes(json, &notes) != are)
        fail_msg("%s %s taken for notes", text, are ? "were not" : "were");
    json_destroy(json);
}

static void test_notes_are_denominations_and_counts_and_nothing_else(void **state)
{
    (void)state;
    assert_notes("[]", true);
    assert_notes("[{\"denomination\":5000,\"count\":2},{\"count\":0,\"denomination\":2000}]", true);
    assert_notes("[{\"denomination\":100000000,\"count\":1000000}]", true);
    assert_notes("{}", false);
    assert_notes("[5000]", false);
    assert_notes("[[5000,2]]", false);
    assert_notes("[{}]", false);
    assert_notes("[{\"denomination\":5000}]", false);
    assert_notes("[{\"denomination\":5000,\"count\":2,\"more\":1}]", false);
    assert_notes("[{\"denomination\":\"5000\",\"count\":2}]", false);
    assert_notes("[{\"denomination\":5000,\"count\":2.5}]", false);
    assert_notes("[{\"denomination\":5000,\"count\":-1}]", false);
    assert_notes("[{\"denomination\":0,\"count\":1}]", false);
    assert_notes("[{\"denomination\":-5000,\"count\":1}]", false);
    assert_notes("[{\"denomination\":100000001,\"count\":1}]", false);
    assert_notes("[{\"denomination\":5000,\"count\":1000001}]", false);
    assert_notes("[{\"denomination\":4294972296,\"count\":1}]", false);
    assert_notes("[{\"denomination\":5000,\"count\":1},{\"denomination\":5000,\"count\":1}]",
                 false);
}

static void test_there_are_at_most_eight_denominations(void **state)
{
    (void)state;
    char text[600] = "[", *at = text + 1;
    for (int i = 1; i <= NOTES_MAX + 1; i++) {
        at += sprintf(at, "%s{\"denomination\":%d,\"count\":1}", i > 1 ? "," : "", i);
        strcpy(at, "]");
        assert_notes(text, i <= NOTES_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_well_formed_texts_are_taken),
        cmocka_unit_test(test_malformed_texts_are_refused_with_a_reason),
        cmocka_unit_test(test_every_beginning_of_a_text_is_refused),
        cmocka_unit_test(test_every_byte_is_told_apart_wherever_it_stands),
        cmocka_unit_test(test_texts_of_many_small_values_are_taken_whole),
        cmocka_unit_test(test_very_wide_texts_are_refused),
        cmocka_unit_test(test_members_are_found_by_their_exact_name),
        cmocka_unit_test(test_integers_are_integers_by_their_text),
        cmocka_unit_test(test_each_number_is_judged_by_its_own_text),
        cmocka_unit_test(test_a_number_is_read_whole_or_refused),
        cmocka_unit_test(test_a_value_of_another_type_is_not_taken_out),
        cmocka_unit_test(test_notes_are_denominations_and_counts_and_nothing_else),
        cmocka_unit_test(test_there_are_at_most_eight_denominations),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

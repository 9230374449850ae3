/* SPDX-License-Identifier: MIT */
/* Writing JSON: what is meant comes out, nothing past the end, and the reader takes it back. */
#include "shared/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_a_text_is_written_as_it_is_meant(void **state)
{
    (void)state;
    char buffer[600];
    struct json_writer writer;
    struct uuid uuid = { { 0x1c, 0x91 } };
    struct notes notes = { 2, { { 5000, 2 }, { 2000, 0 } } };
    json_writer_init(&writer, buffer, sizeof buffer);
    json_open_object(&writer, NULL);
    json_write_string(&writer, "text", "a\"b\\c\n\x1f\xc3\xa9/");
    json_write_bytes(&writer, "part", "abcdef", 3);
    json_write_integer(&writer, "least", INT64_MIN);
    json_write_integer(&writer, "zero", 0);
    json_write_boolean(&writer, "yes", true);
    json_write_boolean(&writer, "no", false);
    json_write_null(&writer, "nothing");
    json_write_uuid(&writer, "id", &uuid);
    json_write_notes(&writer, "notes", &notes);
    json_open_array(&writer, "list");
    json_write_integer(&writer, NULL, 1);
    json_open_object(&writer, NULL);
    json_close_object(&writer);
    json_open_array(&writer, NULL);
    json_close_array(&writer);
    json_write_raw(&writer, NULL, "{\"x\":1}", 7);
    json_close_array(&writer);
    json_close_object(&writer);
    size_t length = json_finish(&writer);
    static const char wanted[] =
        "{\"text\":\"a\\\"b\\\\c\\u000a\\u001f\xc3\xa9/"
        "\",\"part\":\"abc\",\"least\":-9223372036854775808,\"zero\":0,"
        "\"yes\":true,\"no\":false,\"nothing\":null,\"id\":\"1c910000-0000-0000-0000-"
        "000000000000\","
        "\"notes\":[{\"denomination\":5000,\"count\":2},{\"denomination\":2000,\"count\":0}],"
        "\"list\":[1,{},[],{\"x\":1}]}";
    assert_string_equal(buffer, wanted);
    assert_int_equal(length, sizeof wanted - 1);
    struct error error;
    struct json *json = json_parse(buffer, length, &error);
    assert_non_null(json);
    json_destroy(json);
}

static void test_a_text_that_does_not_fit_is_not_written_past_the_end(void **state)
{
    (void)state;
    struct notes notes = { 2, { { 5000, 2 }, { 2000, 7 } } };
    char whole[200];
    size_t needed = 0;
    for (size_t size = sizeof whole; size > 0; size--) {
        char *buffer = malloc(size);
        struct json_writer writer;
        assert_non_null(buffer);
        json_writer_init(&writer, buffer, size);
        json_open_object(&writer, NULL);
        json_write_string(&writer, "text", "quoted \"text\"");
        json_write_notes(&writer, "notes", &notes);
        json_write_integer(&writer, "number", -12345);
        json_close_object(&writer);
        size_t length = json_finish(&writer);
        if (size == sizeof whole) {
            needed = length + 1;
            memcpy(whole, buffer, needed);
        }
        assert_int_equal(length, size >= needed ? needed - 1 : 0);
        if (length > 0)
            assert_string_equal(buffer, whole);
        free(buffer);
    }
}

static void test_any_text_comes_back_as_it_was_written(void **state)
{
    (void)state;
    srand(5);
    for (int round = 0; round < 5000; round++) {
        char text[40], buffer[300];
        struct json_writer writer;
        size_t length = (size_t)(rand() % 39);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(1 + rand() % 127);
        text[length] = '\0';
        json_writer_init(&writer, buffer, sizeof buffer);
        json_write_string(&writer, NULL, text);
        assert_true(json_finish(&writer) > 0);
        struct error error;
        struct json *json = json_parse(buffer, strlen(buffer), &error);
        assert_non_null(json);
        const char *again;
        assert_true(json_string(json, &again));
        assert_string_equal(again, text);
        json_destroy(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_is_written_as_it_is_meant),
        cmocka_unit_test(test_a_text_that_does_not_fit_is_not_written_past_the_end),
        cmocka_unit_test(test_any_text_comes_back_as_it_was_written),
    };
    return cmocka_run_group_tests_name("json writer", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * The old bank's events, one golden file each in tests/bank/fixtures/import: what
 * it becomes; what a PIN is taken out of; ids that are derived.
 */
#include "bank/import/parts.h"
#include "shared/json.h"
#include "tests/support/check.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after them */
#include <cmocka.h>

#define FIXTURES "tests/bank/fixtures/import"

/* Both are objects of texts and integers; the same members in the same order. */
static void check_same(const char *name, const struct json *wanted,
                       const struct upcast_event *event)
{
    struct error error;
    struct json *got = json_parse(event->data, event->length, &error);
    assert_non_null(got);
    const struct json *a = json_first(wanted), *b = json_first(got);
    for (; a != NULL && b != NULL; a = json_next(a), b = json_next(b)) {
        const char *text_a = "", *text_b = "";
        int64_t number_a = 0, number_b = 0;
        assert_string_equal(json_name(a), json_name(b));
        assert_int_equal(json_string(a, &text_a), json_string(b, &text_b));
        assert_int_equal(json_integer(a, &number_a), json_integer(b, &number_b));
        assert_string_equal(text_a, text_b);
        assert_int_equal(number_a, number_b);
    }
    if (a != NULL || b != NULL)
        check_fail("%s: it becomes an event with other members: %s", name, event->data);
    json_destroy(got);
}

static size_t file_read(const char *name, char *text, size_t size)
{
    char path[400];
    snprintf(path, sizeof path, FIXTURES "/%s", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, size, file);
    fclose(file);
    return length;
}

static void check_fixture(const char *name)
{
    static struct upcast_result result;
    struct error error;
    char text[4096];
    const char *type, *start, *end;
    size_t length = file_read(name, text, sizeof text - 1);
    text[length] = '\0';
    struct json *json = json_parse(text, length, &error);
    assert_true(json_string(json_get(json, "event_type"), &type));
    start = strstr(text, "\"data\":");
    assert_non_null(start);
    start += strlen("\"data\":");
    end = strstr(start, ",\n");
    assert_non_null(end);
    assert_true(upcast_needed(import_upcasters, type, 0));
    assert_true(upcast(import_upcasters, type, 0, start, (size_t)(end - start), &result, &error));
    unsigned count = 0;
    for (const struct json *one = json_first(json_get(json, "becomes")); one != NULL;
         one = json_next(one)) {
        const char *wanted;
        assert_true(count < result.count);
        assert_true(json_string(json_get(one, "event_type"), &wanted));
        assert_string_equal(result.event[count].type, wanted);
        assert_int_not_equal(event_kind_find(wanted), EVENT_KIND_COUNT);
        check_same(name, json_get(one, "data"), &result.event[count]);
        count++;
    }
    assert_int_equal(count, result.count);
    json_destroy(json);
}

static void test_every_old_event_becomes_what_its_fixture_says(void **state)
{
    (void)state;
    DIR *directory = opendir(FIXTURES);
    int count = 0;
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (strstr(entry->d_name, ".json") != NULL) {
            check_fixture(entry->d_name);
            count++;
        }
    closedir(directory);
    int types = 0; /* each row's type with rows for schema 0 */
    for (const struct upcaster *row = import_upcasters; row->action != UPCAST_END; row++)
        types += row->action == UPCAST_RENAME_TYPE;
    assert_int_equal(count, types);
}

static void check_allowed(bool known, const char *text, const char *wanted)
{
    char *got = import_allowed(text, strlen(text), known);
    if (wanted == NULL)
        assert_null(got);
    else
        assert_string_equal(got, wanted);
    free(got);
}

#define ID "\"account_id\":\"acc00000-0000-4000-8000-000000000003\""

static void test_of_a_known_type_ids_times_and_amounts_stay(void **state)
{
    (void)state;
    check_allowed(true, "{" ID ",\"amount\":7,\"pin\":1234,\"tries\":3,\"note\":\"Peter\"}",
                  "{" ID ",\"amount\":7}");
    check_allowed(true, "{\"new_balance\":0.5,\"old_balance\":-1}", "{\"old_balance\":-1}");
    check_allowed(true, "{\"amount\":\"1234\",\"a\":{\"amount\":1}}", "{}");
}

static void test_of_an_unknown_type_nothing_stays_but_ids_and_times(void **state)
{
    (void)state;
    check_allowed(false, "{\"code\":7391,\"amount\":7391,\"at\":\"2020-02-01T10:00:00.5Z\"," ID "}",
                  "{\"at\":\"2020-02-01T10:00:00.5Z\"," ID "}");
    check_allowed(false, "{\"born\":\"1970-01-01\",\"customer\":\"Peter\",\"all\":[\"Peter\",4]}",
                  "{}");
    check_allowed(false, "{\"peter@example.com\":\"acc00000-0000-4000-8000-000000000003\"}", "{}");
    check_allowed(false, "\"Peter\"", "{}");
    check_allowed(false, "\203h\002", NULL);
}

static void test_types_and_streams_are_known_with_their_prefixes(void **state)
{
    (void)state;
    char type[IMPORT_TYPE_SIZE];
    struct uuid id;
    assert_true(import_type_known("Elixir.EsBank.Accounts.Events.MoneyWithdrawn", type));
    assert_true(import_type_known("EsBank.Accounts.Events.MoneyWithdrawn", type));
    assert_string_equal(type, "Elixir.EsBank.Accounts.Events.MoneyWithdrawn");
    assert_false(import_type_known("EsBank.Accounts.Events.PinChanged", type));
    assert_true(import_stream_id("acc00000-0000-4000-8000-000000000003", &id));
    assert_true(import_stream_id("account-acc00000-0000-4000-8000-000000000003", &id));
    assert_false(import_stream_id("x0acc00000-0000-4000-8000-000000000003", &id));
    assert_false(import_stream_id("peter@example.com", &id));
}

static void test_a_derived_id_is_of_version_8_and_always_the_same(void **state)
{
    (void)state;
    struct uuid id = { { 1, 2, 3 } }, other = { { 1, 2, 4 } };
    struct uuid derived = import_derive("card", &id), again = import_derive("card", &id);
    struct uuid word = import_derive("causation", &id), next = import_derive("card", &other);
    char text[UUID_TEXT_LENGTH];
    assert_true(uuid_equal(&derived, &again));
    assert_false(uuid_equal(&derived, &word));
    assert_false(uuid_equal(&derived, &next));
    assert_string_equal(uuid_write(&derived, text), "9ceff241-7a4f-860a-9df3-de2fba6c80af");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_old_event_becomes_what_its_fixture_says),
        cmocka_unit_test(test_of_a_known_type_ids_times_and_amounts_stay),
        cmocka_unit_test(test_of_an_unknown_type_nothing_stays_but_ids_and_times),
        cmocka_unit_test(test_types_and_streams_are_known_with_their_prefixes),
        cmocka_unit_test(test_a_derived_id_is_of_version_8_and_always_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

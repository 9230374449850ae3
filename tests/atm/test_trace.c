/* SPDX-License-Identifier: MIT */
/* What the trace takes over from a line, and what it never does. */
#include "atm/trace/trace.h"
#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAGA "0192f0c1-0000-7000-8000-00000000000a"

static struct trace trace;
static struct error error;

static int fresh(void **state)
{
    (void)state;
    trace = (struct trace){ 0 };
    return 0;
}

static void sent(const char *line)
{
    trace_sent(&trace, line, strlen(line));
}

static void received(const char *line)
{
    trace_received(&trace, line, strlen(line));
}

static const char withdrawal[] =
    "{\"v\":1,\"id\":\"" SAGA "\",\"command\":\"InitiateWithdrawal\",\"teller_id\":"
    "\"1c915dd1-8bf0-4662-a2ce-60725b0c7de2\",\"card\":\"4000001234567899\",\"pin_block\":"
    "\"00112233445566778899aabbccddeeff\",\"amount\":13000,\"notes\":[{\"denomination\":5000,"
    "\"count\":2},{\"denomination\":1050,\"count\":3}],\"mac\":"
    "\"ffeeddccbbaa99887766554433221100\"}";

static void test_a_request_shows_its_amount_and_hides_its_card_and_pin(void **state)
{
    (void)state;
    check_worked(trace_open(&trace, NULL, &error), &error);
    sent(withdrawal);
    const struct trace_entry *entry = trace_back(&trace, 0);
    assert_non_null(entry);
    assert_string_equal(entry->name, "InitiateWithdrawal");
    assert_string_equal(entry->detail, "130.00 400000******7899 2×50 3×10.50");
}

static void test_the_file_has_no_secret_either(void **state)
{
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s/trace", scratch_create());
    check_worked(trace_open(&trace, path, &error), &error);
    sent(withdrawal);
    trace_journal(&trace, "presented", NULL, 312);
    trace_close(&trace);
    char *text = process_read_file(path);
    check_contains(text, "\"kind\":\"sent\",\"name\":\"InitiateWithdrawal\",\"saga\":\"" SAGA "\"");
    check_contains(text, "\"name\":\"presented\",\"took_us\":312}\n");
    assert_null(strstr(text, "1234567899"));
    assert_null(strstr(text, "0011223344"));
    assert_null(strstr(text, "ffeeddcc"));
    free(text);
}

static void test_an_event_of_the_feed_is_one(void **state)
{
    (void)state;
    check_worked(trace_open(&trace, NULL, &error), &error);
    received("{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-00000000000b\",\"ok\":true,\"code\":\"00\","
             "\"event\":{\"position\":412,\"type\":\"Teller.MoneyWithdrawn\",\"stream\":\"teller\","
             "\"correlation_id\":\"" SAGA "\",\"at_us\":1796064386901946}}");
    const struct trace_entry *entry = trace_back(&trace, 0);
    assert_int_equal(entry->kind, TRACE_EVENT);
    assert_int_equal(entry->position, 412);
    assert_string_equal(entry->name, "Teller.MoneyWithdrawn");
    received("{\"id\":\"" SAGA "\",\"ok\":false,\"code\":\"55\",\"error\":\"wrong_pin\"}");
    entry = trace_back(&trace, 0);
    assert_int_equal(entry->kind, TRACE_RECEIVED);
    assert_string_equal(entry->name, "55 declined");
    assert_string_equal(entry->detail, "wrong_pin");
}

static void test_the_last_entries_are_kept(void **state)
{
    (void)state;
    check_worked(trace_open(&trace, NULL, &error), &error);
    for (int i = 0; i < TRACE_ENTRIES + 5; i++)
        trace_journal(&trace, "request", NULL, i);
    assert_int_equal(trace_back(&trace, 0)->took_us, TRACE_ENTRIES + 4);
    assert_int_equal(trace_back(&trace, TRACE_ENTRIES - 1)->took_us, 5);
    assert_null(trace_back(&trace, TRACE_ENTRIES));
}

static void test_what_is_no_message_is_left_out(void **state)
{
    (void)state;
    check_worked(trace_open(&trace, NULL, &error), &error);
    sent("");
    sent("[1,2]");
    sent("{\"command\":7}");
    received("\xff\xfe");
    assert_null(trace_back(&trace, 0));
    trace_sent(NULL, withdrawal, sizeof withdrawal - 1);
    received("{\"event\":7}"); /* a reply without anything known */
    assert_int_equal(trace.count, 1);
}

static void test_a_file_that_is_full_ends_and_the_screen_goes_on(void **state)
{
    (void)state;
    check_worked(trace_open(&trace, "/dev/full", &error), &error);
    sent(withdrawal);
    sent(withdrawal);
    assert_null(trace.file);
    assert_int_equal(trace.count, 2);
    assert_false(trace_open(&trace, "/nowhere/at/all", &error));
    check_contains(error.message, "cannot open the trace");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_request_shows_its_amount_and_hides_its_card_and_pin, fresh),
        cmocka_unit_test_setup(test_the_file_has_no_secret_either, fresh),
        cmocka_unit_test_setup(test_an_event_of_the_feed_is_one, fresh),
        cmocka_unit_test_setup(test_the_last_entries_are_kept, fresh),
        cmocka_unit_test_setup(test_what_is_no_message_is_left_out, fresh),
        cmocka_unit_test_setup(test_a_file_that_is_full_ends_and_the_screen_goes_on, fresh),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}

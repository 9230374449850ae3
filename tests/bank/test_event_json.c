/* SPDX-License-Identifier: MIT */
/*
 * Events as JSON: round trips, what is refused, upcasting, and the fixtures.
 *
 * tests/bank/fixtures holds one stored event for every type and schema there
 * ever was: a program that can no longer read one, or would write today's
 * schema otherwise, fails here. After adding a type: WRITE_FIXTURES=1 writes
 * those that are missing; a file that is there is never changed.
 */
#include "bank/codec/event_json.h"
#include "bank/codec/event_row.h"
#include "bank/codec/upcast.h"
#include "shared/json.h"
#include "tests/bank/store_kit.h"

#include <dirent.h>
#include <unistd.h>

#define FIXTURES "tests/bank/fixtures"

static const struct uuid stream_id = { { 0x11, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14,
                                         15 } };

static void check_data_round_trip(const struct event *event)
{
    char data[EVENT_DATA_MAX], again[EVENT_DATA_MAX];
    struct event read = *event;
    struct error error;
    size_t length = event_json_write_data(event, data);
    check_worked(event_json_read_data(event_type(event->kind), data, length, &read, &error),
                 &error);
    assert_memory_equal(&read, event, sizeof read);
    event_json_write_data(&read, again);
    assert_string_equal(again, data);
}

static void test_every_kind_survives_the_round_trip(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        struct event event = kit_event((enum event_kind)kind, &stream_id);
        check_data_round_trip(&event);
    }
}

static void test_events_of_zeros_survive_too(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        struct event event;
        memset(&event, 0, sizeof event);
        event.kind = (enum event_kind)kind;
        check_data_round_trip(&event);
    }
}

static void test_the_longest_event_fits(void **state)
{
    (void)state;
    struct event event = kit_event(TELLER_CASH_DISPENSED, &stream_id);
    struct notes all = { .length = NOTES_MAX };
    for (int i = 0; i < NOTES_MAX; i++)
        all.item[i] = (struct note_count){ DENOMINATION_MAX - i, NOTES_COUNT_MAX };
    event.withdrawal.notes = all;
    event.withdrawal.where = (struct disposition){ all, all, all, all };
    memset(event.withdrawal.reason, '\x01', REASON_LENGTH - 1);
    check_data_round_trip(&event);
}

static void test_what_is_empty_is_not_written(void **state)
{
    (void)state;
    char data[EVENT_DATA_MAX];
    struct event event = { .kind = TELLER_WITHDRAWAL_DECLINED };
    event_json_write_data(&event, data);
    assert_string_equal(data, "{}");
    event.withdrawal.refusal = REFUSED_DAILY_LIMIT;
    event_json_write_data(&event, data);
    assert_string_equal(data, "{\"refusal\":\"daily_limit\",\"code\":\"61\"}");
}

static void test_metadata_say_where_an_event_comes_from(void **state)
{
    (void)state;
    char text[EVENT_METADATA_MAX];
    struct event_origin origin = { .command = ACCOUNTS_WITHDRAW_MONEY, .actor = "bank" }, read;
    struct error error;
    int schema;
    event_json_write_metadata(&origin, 1, text);
    assert_string_equal(text,
                        "{\"command\":\"Accounts.WithdrawMoney\",\"actor\":\"bank\",\"schema\":1,"
                        "\"software\":\"1.0\"}");
    origin.parent_id = stream_id;
    size_t length = event_json_write_metadata(&origin, 1, text);
    check_worked(event_json_read_metadata(text, length, &read, &schema, &error), &error);
    assert_int_equal(read.command, origin.command);
    assert_true(uuid_equal(&read.parent_id, &stream_id));
    assert_string_equal(read.actor, "bank");
    assert_int_equal(schema, 1);
    check_worked(event_json_read_metadata("{}", 2, &read, &schema, &error), &error);
    assert_int_equal(read.command, NO_COMMAND);
    assert_int_equal(schema, 0);
}

static void test_what_was_given_for_the_record_is_in_the_metadata(void **state)
{
    (void)state;
    static const char json[] = "{\"evidence\":\"counted twice\",\"reason\":\"torn\"}";
    static const char *const none[] = { "{}", "{\"given\":7}", "{\"given\":{\"evidence\":7}}",
                                        "[" };
    struct event_origin origin = { .command = BANK_PROPOSE_COMMAND, .given = json };
    char text[EVENT_METADATA_MAX], given[GIVEN_SIZE], long_text[GIVEN_SIZE + 40];
    size_t length = event_json_write_metadata(&origin, 1, text);
    assert_true(event_json_read_given(text, length, given));
    assert_string_equal(given, json);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(event_json_read_given(none[i], strlen(none[i]), given));
    snprintf(long_text, sizeof long_text, "{\"given\":{\"evidence\":\"%0*d\"}}", GIVEN_SIZE, 1);
    assert_false(event_json_read_given(long_text, strlen(long_text), given));
}

static void test_values_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        { "Accounts.NeverHeardOf", "{}" },
        { "Accounts.MoneyDeposited", "[]" },
        { "Accounts.MoneyDeposited", "{\"amount\":1.5}" },
        { "Accounts.MoneyDeposited", "{\"amount\":0.99999999999999999999}" },
        { "Accounts.LimitsSet", "{\"daily_count\":1e2}" },
        { "Accounts.MoneyDeposited", "{\"amount\":\"1\"}" },
        { "Accounts.MoneyDeposited", "{\"teller_id\":\"x\"}" },
        { "Accounts.CardIssued", "{\"card\":\"c4\"}" },
        { "Accounts.LimitsSet", "{\"daily_count\":5000000000}" },
        { "Accounts.LimitsSet", "{\"deposit_limit\":-1}" },
        { "Teller.WithdrawalDeclined", "{\"refusal\":\"no_such_refusal\"}" },
        { "Teller.SignedOn", "{\"notes\":[{\"denomination\":0,\"count\":1}]}" },
        { "Accounts.CardBlocked", "{\"reason\":\"a reason of more than sixty characters does not "
                                  "fit into an event's field\"}" },
        { "Accounts.MoneyDeposited", "{\"amount\":1" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct event event;
        struct error error = { 0 };
        assert_false(
            event_json_read_data(wrong[i][0], wrong[i][1], strlen(wrong[i][1]), &event, &error));
        assert_int_equal(error.kind, ERROR_FORMAT);
    }
}

static void test_unknown_fields_are_passed_over(void **state)
{
    (void)state;
    static const char data[] = "{\"amount\":5,\"colour\":\"green\"}";
    struct event event;
    struct error error;
    check_worked(
        event_json_read_data("Accounts.MoneyDeposited", data, sizeof data - 1, &event, &error),
        &error);
    assert_int_equal(event.money_moved.amount, 5);
}

static void test_a_limit_that_is_left_out_is_not_one_of_zero(void **state)
{
    (void)state;
    static const char old[] = "{\"balance\":0,\"daily_limit\":5}";
    char data[EVENT_DATA_MAX];
    struct event event;
    struct error error;
    check_worked(
        event_json_read_data("Accounts.AccountOpened", old, sizeof old - 1, &event, &error),
        &error);
    assert_int_equal(event.account_opened.deposit_limit, LIMIT_UNSAID);
    event_json_write_data(&event, data);
    assert_string_equal(data, old);
    event.account_opened.deposit_limit = 0;
    size_t length = event_json_write_data(&event, data);
    assert_string_equal(data, "{\"balance\":0,\"daily_limit\":5,\"deposit_limit\":0}");
    check_worked(event_json_read_data("Accounts.AccountOpened", data, length, &event, &error),
                 &error);
    assert_int_equal(event.account_opened.deposit_limit, 0);
    assert_int_equal(event.account_opened.deposit_daily, LIMIT_UNSAID);
}

static void check_day(const char *data, int32_t day)
{
    struct event_record records[UPCAST_EVENTS_MAX];
    struct error error;
    struct stored_event stored = { .stream_id = "account-11010203-0405-7007-8809-0a0b0c0d0e0f",
                                   .stream_id_length = 44,
                                   .type = "Accounts.MoneyDeposited",
                                   .data = data,
                                   .data_length = strlen(data),
                                   .metadata = "{}",
                                   .metadata_length = 2,
                                   .created_at_us = 20000 * DAY_US + 1 };
    if (event_decode(&stored, records, &error) == 0)
        check_fail("%s", error.message);
    assert_int_equal(records[0].event.day, day);
    assert_int_equal(records[0].origin.command, NO_COMMAND);
    assert_int_equal(records[0].event.source, SOURCE_UNSAID);
}

static void test_money_without_a_business_date_counts_to_the_day_of_its_time(void **state)
{
    (void)state;
    check_day("{\"amount\":5,\"day\":20001}", 20001);
    check_day("{\"amount\":5}", 20000);
}

/* ---- upcasting ---- */

static const struct upcaster table[] = {
    { "Elixir.EsBank.WithdrawlInitiated", 0, UPCAST_RENAME_TYPE, NULL,
      "Teller.WithdrawalInitiated" },
    { "Elixir.EsBank.WithdrawlInitiated", 0, UPCAST_DROP_FIELD, "pin", NULL },
    { "Elixir.EsBank.WithdrawlInitiated", 0, UPCAST_RENAME_FIELD, "sum", "amount" },
    { "Teller.WithdrawalInitiated", 1, UPCAST_SET_FIELD, "reason", "\"imported\"" },
    { "Old.OpenedWithDeposit", 0, UPCAST_RENAME_TYPE, NULL, "Accounts.AccountOpened" },
    { "Old.OpenedWithDeposit", 0, UPCAST_SPLIT, NULL, "Accounts.MoneyDeposited" },
    { "Accounts.AccountOpened", 1, UPCAST_DROP_FIELD, "amount", NULL },
    { "Accounts.MoneyDeposited", 1, UPCAST_DROP_FIELD, "owner", NULL },
    { .action = UPCAST_END },
};

static struct upcast_result result;

static void check_upcast(const char *type, int schema, const char *data)
{
    struct error error;
    check_worked(upcast(table, type, schema, data, strlen(data), &result, &error), &error);
}

static void test_an_old_event_goes_through_the_whole_chain(void **state)
{
    (void)state;
    check_upcast("Elixir.EsBank.WithdrawlInitiated", 0,
                 "{\"pin\":\"1234\",\"sum\":2000,\"notes\":[{\"denomination\":1000,\"count\":2}],"
                 "\"x\":[true,null]}");
    assert_int_equal(result.count, 1);
    assert_string_equal(result.event[0].type, "Teller.WithdrawalInitiated");
    assert_string_equal(result.event[0].data,
                        "{\"amount\":2000,\"notes\":[{\"denomination\":1000,\"count\":2}],"
                        "\"x\":[true,null],\"reason\":\"imported\"}");
    assert_int_equal(result.event[0].schema, 2);
}

static void test_an_old_event_may_become_two(void **state)
{
    (void)state;
    check_upcast("Old.OpenedWithDeposit", 0, "{\"owner\":\"Peter\",\"amount\":500}");
    assert_int_equal(result.count, 2);
    assert_string_equal(result.event[0].type, "Accounts.AccountOpened");
    assert_string_equal(result.event[0].data, "{\"owner\":\"Peter\"}");
    assert_string_equal(result.event[1].type, "Accounts.MoneyDeposited");
    assert_string_equal(result.event[1].data, "{\"amount\":500}");
}

static void test_todays_events_are_left_alone(void **state)
{
    (void)state;
    assert_false(upcast_needed(table, "Accounts.MoneyDeposited", 2));
    assert_true(upcast_needed(table, "Accounts.MoneyDeposited", 1));
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
        assert_false(upcast_needed(upcasters, event_type((enum event_kind)kind),
                                   event_schema((enum event_kind)kind)));
}

static void test_notes_that_a_suspicion_did_not_name_were_never_known_to_be_there(void **state)
{
    (void)state;
    const char *data = "{\"amount\":1000,\"returned\":[{\"denomination\":1000,\"count\":1}]}";
    struct error error = { 0 };
    check_worked(
        upcast(upcasters, "Teller.WithdrawalSuspected", 1, data, strlen(data), &result, &error),
        &error);
    assert_string_equal(result.event[0].data,
                        "{\"amount\":1000,\"unknown\":[{\"denomination\":1000,\"count\":1}]}");
}

static void test_an_old_event_that_is_no_object_is_refused(void **state)
{
    (void)state;
    struct error error = { 0 };
    assert_false(upcast(table, "Elixir.EsBank.WithdrawlInitiated", 0, "[1]", 3, &result, &error));
    assert_int_equal(error.kind, ERROR_FORMAT);
}

/* ---- fixtures ---- */

static void fixture_path(char *path, size_t size, enum event_kind kind)
{
    snprintf(path, size, FIXTURES "/%s.%d.json", event_type(kind), event_schema(kind));
}

static struct event_record fixture_record(enum event_kind kind)
{
    struct event_record record;
    memset(&record, 0, sizeof record);
    record.position = kind + 1;
    record.stream_version = 1;
    record.event_id = (struct uuid){ { 0xee, 1, 2, 3, 4, 5, 0x70, (unsigned char)kind, 0x88 } };
    static const enum command_kind commands[STREAM_KIND_COUNT] = {
        [STREAM_ACCOUNT] = ACCOUNTS_WITHDRAW_MONEY,
        [STREAM_TELLER] = TELLER_WITHDRAW_MONEY,
        [STREAM_BANK] = BANK_ACCEPT_LOG_LOSS,
    };
    static const struct uuid nil;
    record.event = kit_event(kind, event_stream(kind) == STREAM_BANK ? &nil : &stream_id);
    record.origin.command = commands[event_stream(kind)];
    record.origin.parent_id = record.event.correlation_id;
    snprintf(record.origin.actor, sizeof record.origin.actor, "bank");
    return record;
}

static void fixture_write(const char *path, enum event_kind kind)
{
    struct event_text text;
    struct stored_event stored;
    struct event_record record = fixture_record(kind);
    event_encode(&record, &text, &stored);
    FILE *file = fopen(path, "wx");
    assert_non_null(file);
    fprintf(file, "{\"event_type\":\"%s\",\n\"data\":%s,\n\"metadata\":%s}\n", stored.type,
            stored.data, stored.metadata);
    fclose(file);
}

static void test_there_is_a_fixture_for_every_type(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        char path[200];
        fixture_path(path, sizeof path, (enum event_kind)kind);
        if (getenv("WRITE_FIXTURES") != NULL && access(path, F_OK) != 0)
            fixture_write(path, (enum event_kind)kind);
        if (access(path, R_OK) != 0)
            check_fail("there is no %s: run this test once with WRITE_FIXTURES=1", path);
    }
}

/* The text of a member on its line, as it stands in the file. */
static size_t fixture_member(const char *text, const char *name, char *buffer, size_t size)
{
    char start[40];
    snprintf(start, sizeof start, "\"%s\":", name);
    const char *at = strstr(text, start);
    assert_non_null(at);
    at += strlen(start);
    size_t length = strcspn(at, "\n");
    while (length > 0 && at[length] != '}' && at[length] != ',')
        length--; /* what ends the line is the file's own comma or brace */
    assert_true(length < size);
    memcpy(buffer, at, length);
    buffer[length] = '\0';
    return length;
}

static void check_fixture(const char *name)
{
    char path[400], text[8192] = "", type[100], data[4096], metadata[600], again[EVENT_DATA_MAX];
    snprintf(path, sizeof path, FIXTURES "/%s", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    fixture_member(text, "event_type", type, sizeof type);
    type[strlen(type) - 1] = '\0';

    struct event_record records[UPCAST_EVENTS_MAX];
    struct error error;
    struct stored_event stored = { .position = 1,
                                   .stream_id = "account-11010203-0405-7007-8809-0a0b0c0d0e0f",
                                   .stream_id_length = 44,
                                   .type = type + 1,
                                   .data = data,
                                   .metadata = metadata };
    stored.data_length = fixture_member(text, "data", data, sizeof data);
    stored.metadata_length = fixture_member(text, "metadata", metadata, sizeof metadata);
    if (event_decode(&stored, records, &error) == 0)
        check_fail("%s: %s", name, error.message);
    char schema[16];
    snprintf(schema, sizeof schema, ".%d.json", event_schema(records[0].event.kind));
    if (strstr(name, schema) != NULL) { /* today's schema is written exactly so */
        event_json_write_data(&records[0].event, again);
        assert_string_equal(again, data);
    }
}

static void test_every_fixture_can_be_read(void **state)
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
    assert_true(count >= EVENT_KIND_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_survives_the_round_trip),
        cmocka_unit_test(test_events_of_zeros_survive_too),
        cmocka_unit_test(test_the_longest_event_fits),
        cmocka_unit_test(test_what_is_empty_is_not_written),
        cmocka_unit_test(test_metadata_say_where_an_event_comes_from),
        cmocka_unit_test(test_what_was_given_for_the_record_is_in_the_metadata),
        cmocka_unit_test(test_values_that_do_not_fit_are_refused),
        cmocka_unit_test(test_unknown_fields_are_passed_over),
        cmocka_unit_test(test_a_limit_that_is_left_out_is_not_one_of_zero),
        cmocka_unit_test(test_money_without_a_business_date_counts_to_the_day_of_its_time),
        cmocka_unit_test(test_an_old_event_goes_through_the_whole_chain),
        cmocka_unit_test(test_an_old_event_may_become_two),
        cmocka_unit_test(test_todays_events_are_left_alone),
        cmocka_unit_test(test_notes_that_a_suspicion_did_not_name_were_never_known_to_be_there),
        cmocka_unit_test(test_an_old_event_that_is_no_object_is_refused),
        cmocka_unit_test(test_there_is_a_fixture_for_every_type),
        cmocka_unit_test(test_every_fixture_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Wrong input, rude clients and a database that goes away, against a real
 * bank on its real sockets. Whatever a client does: it is told what is wrong,
 * nothing is appended, and everybody else is served.
 */
#include "tests/support/check.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MS = 10000, LINE = 65536 };

static struct world world;
static struct uuid teller, other_teller;
static char teller_text[UUID_TEXT_LENGTH], other_text[UUID_TEXT_LENGTH];
static char card[WORLD_CARD], pin_block[2 * PIN_BLOCK_LENGTH + 1];
static struct wire wire, second;

static int begin(void **state)
{
    (void)state;
    char key[80];
    world_create(&world, false);
    world_start(&world);
    teller = uuid_generate();
    other_teller = uuid_generate();
    uuid_format(&teller, teller_text);
    uuid_format(&other_teller, other_text);
    world_provision(&world, &teller, 1000);
    world_provision(&world, &other_teller, 1000);
    world_open_account(&world, 10000000, card);
    snprintf(key, sizeof key, "terminal-%s", teller_text);
    if (!world_pin_block(&world, key, card, "1234", pin_block))
        check_fail("no PIN block can be made: is there a key %s?", key);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(world_run(&world, (const char *const[]){ "verify", NULL }), 0);
    world_destroy(&world);
    return 0;
}

static void open_wire(struct wire *to, const char *socket_name)
{
    if (!wire_open(to, &world, socket_name))
        check_fail("nobody listens on %s", socket_name);
}

static void open_signed_on(void)
{
    open_wire(&wire, "atm.sock");
    if (!wire_sign_on(&wire, &world, &teller))
        check_fail("the sign-on was refused");
}

static char *fresh_id(void)
{
    static char text[UUID_TEXT_LENGTH];
    struct uuid id = uuid_generate();
    return uuid_format(&id, text);
}

/* ${id}, ${teller}, ${other}, ${card} and ${pin} are filled in. */
static const char *filled(const char *pattern)
{
    static char line[4096];
    const struct {
        const char *name, *value;
    } values[] = { { "${id}", fresh_id() },
                   { "${teller}", teller_text },
                   { "${other}", other_text },
                   { "${card}", card },
                   { "${pin}", pin_block } };
    size_t used = 0;
    while (*pattern != '\0' && used < sizeof line - 1) {
        size_t i = 0;
        while (i < 5 && strncmp(pattern, values[i].name, strlen(values[i].name)) != 0)
            i++;
        if (i == 5) {
            line[used++] = *pattern++;
            continue;
        }
        used += (size_t)snprintf(line + used, sizeof line - used, "%s", values[i].value);
        pattern += strlen(values[i].name);
    }
    line[used] = '\0';
    return line;
}

static void expect_reply(char *reply, const char *part, const char *to)
{
    if (!reply_has(reply, part))
        check_fail("%.200s was answered with %.300s, not %s", to, reply != NULL ? reply : "nothing", part);
    free(reply);
}

static void expect_served(struct wire *to)
{
    expect_reply(wire_call(to, filled("{\"v\":1,\"id\":\"${id}\",\"command\":\"EchoTest\"}"), REPLY_MS),
                 "\"ok\":true", "EchoTest");
}

/* The same from somebody who has just come. */
static void expect_others_served(void)
{
    open_wire(&second, "atm.sock");
    expect_served(&second);
    wire_close(&second);
}

static int64_t last_position(void)
{
    return database_number(&world.database, "SELECT coalesce(max(position), 0) FROM esbank.events");
}

/* ---- wrong requests ---- */

#define REQUEST "{\"v\":1,\"id\":\"${id}\",\"command\":"
#define WITHDRAW                                                                                             \
    REQUEST "\"InitiateWithdrawal\",\"teller_id\":\"${teller}\",\"card\":\"${card}\",\"pin_block\":\"${pin}" \
            "\""
#define CONFIRM REQUEST "\"ConfirmDispense\",\"teller_id\":\"${teller}\",\"withdrawal_id\":\"${id}\""
#define DEEP    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["

static const struct {
    const char *line, *error;
} wrong[] = {
    { WITHDRAW ",\"amount\":0}", "invalid_amount" },
    { WITHDRAW ",\"amount\":-2000}", "invalid_amount" },
    { WITHDRAW ",\"amount\":2000.5}", "invalid_amount" },
    { WITHDRAW ",\"amount\":1000000000000000}", "invalid_amount" },
    { WITHDRAW ",\"amount\":99999999999999999999999}", "invalid_amount" },
    { WITHDRAW ",\"amount\":1e400}", "invalid_" },
    { WITHDRAW ",\"amount\":\"2000\"}", "invalid_request" },
    { WITHDRAW ",\"amount\":null}", "invalid_request" },
    { WITHDRAW ",\"amount\":[2000]}", "invalid_request" },
    { WITHDRAW ",\"amount\":NaN}", "invalid_request" },
    { WITHDRAW "}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"tip\":1}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"amount\":4000}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"notes\":[{\"denomination\":2000,\"count\":-1}]}", "invalid_request" },
    { WITHDRAW
      ",\"amount\":4000,\"notes\":[{\"denomination\":2000,\"count\":1},{\"denomination\":2000,\"count\":1}]}",
      "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"notes\":{}}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"consistency\":\"perhaps\"}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"repeat\":1}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000} {}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000", "invalid_request" },
    { REQUEST "\"InitiateWithdrawal\",\"teller_id\":\"${teller}\",\"card\":\"4000001234567890\",\"pin_"
              "block\":\"${pin}\","
              "\"amount\":2000}",
      "invalid_request" },
    { REQUEST "\"InitiateWithdrawal\",\"teller_id\":\"${teller}\",\"card\":\"${card}\",\"pin_block\":\"12\","
              "\"amount\":2000}",
      "invalid_request" },
    { REQUEST
      "\"InitiateWithdrawal\",\"teller_id\":7,\"card\":\"${card}\",\"pin_block\":\"${pin}\",\"amount\":2000}",
      "invalid_request" },
    { REQUEST
      "\"InitiateWithdrawal\",\"teller_id\":\"${other}\",\"card\":\"${card}\",\"pin_block\":\"${pin}\","
      "\"amount\":2000}",
      "other_teller" },
    { REQUEST "\"CutOver\",\"teller_id\":\"${other}\"}", "other_teller" },
    { REQUEST "\"SetLimits\",\"account_id\":\"${other}\",\"daily_limit\":0,\"daily_count\":0}",
      "not_permitted" },
    { REQUEST "\"ProvisionTeller\",\"cassettes\":[]}", "not_permitted" },
    { REQUEST "\"GetStatus\"}", "not_permitted" },
    { CONFIRM ",\"outcome\":\"perhaps\"}", "invalid_request" },
    { CONFIRM "}", "invalid_request" },
    { CONFIRM ",\"outcome\":\"not_dispensed\",\"reason\":"
              "\"0123456789012345678901234567890123456789012345678901234567890\"}",
      "invalid_request" },
    { REQUEST "\"RobTheBank\"}", "unknown_command" },
    { REQUEST "\"\"}", "unknown_command" },
    { REQUEST "17}", "invalid_request" },
    { REQUEST "\"EchoTest\",\"loud\":true}", "invalid_request" },
    { "{\"v\":2,\"id\":\"${id}\",\"command\":\"EchoTest\"}", "invalid_request" },
    { "{\"id\":\"${id}\",\"command\":\"EchoTest\"}", "invalid_request" },
    { "{\"v\":1,\"command\":\"EchoTest\"}", "invalid_request" },
    { "{\"v\":1,\"id\":\"12\",\"command\":\"EchoTest\"}", "invalid_request" },
    { "{\"v\":1,\"id\":\"${id}\",\"id\":\"${id}\",\"command\":\"EchoTest\"}", "invalid_request" },
    { "{\"v\":1,\"id\":\"${id}\"}", "invalid_request" },
    { REQUEST "\"EchoTest\",\"x\":" DEEP DEEP DEEP "}", "invalid_request" },
    { DEEP DEEP DEEP DEEP, "invalid_request" },
    { REQUEST "\"Echo\xff\xfeTest\"}", "invalid_request" },
    { REQUEST "\"Echo\xc0\xaf\"}", "invalid_request" },
    { REQUEST "\"Echo\xed\xa0\x80\"}", "invalid_request" },
    { REQUEST "\"Echo\\u0000Test\"}", "invalid_request" },
    { "null", "invalid_request" },
    { "[]", "invalid_request" },
    { "{}", "invalid_request" },
    { "\"EchoTest\"", "invalid_request" },
    { "GET / HTTP/1.1", "invalid_request" },
    { "\x1b[2J", "invalid_request" },
};

static void test_wrong_requests_are_refused_by_name_and_change_nothing(void **state)
{
    (void)state;
    size_t count = sizeof wrong / sizeof wrong[0];
    open_signed_on();
    int64_t before = last_position();
    for (size_t i = 0; i < count; i++) {
        char wanted[60];
        snprintf(wanted, sizeof wanted, "\"error\":\"%s", wrong[i].error);
        const char *line = filled(wrong[i].line);
        char *reply = wire_call(&wire, line, REPLY_MS);
        if (!reply_has(reply, "\"ok\":false") || !reply_has(reply, "\"message\":\""))
            check_fail("%.200s was answered with %.300s", line, reply != NULL ? reply : "nothing");
        expect_reply(reply, wanted, line);
    }
    expect_served(&wire);
    assert_int_equal(last_position(), before);
    printf("# %zu wrong requests\n", count);
    wire_close(&wire);
}

static void test_who_has_not_signed_on_or_for_another_teller_may_do_nothing(void **state)
{
    (void)state;
    open_wire(&wire, "atm.sock");
    expect_reply(wire_call(&wire, filled(WITHDRAW ",\"amount\":2000}"), REPLY_MS), "\"not_signed_on\"",
                 "a withdrawal");
    const char *forged = filled(REQUEST "\"SignOn\",\"teller_id\":\"${teller}\",\"mac\":"
                                        "\"00000000000000000000000000000000\"}");
    expect_reply(wire_call(&wire, forged, REPLY_MS), "\"not_signed_on\"", "a forged sign-on");
    expect_reply(wire_call(&wire, filled(WITHDRAW ",\"amount\":2000}"), REPLY_MS), "\"not_signed_on\"",
                 "a withdrawal after it");
    assert_true(wire_sign_on(&wire, &world, &other_teller));
    expect_reply(wire_call(&wire, filled(WITHDRAW ",\"amount\":2000}"), REPLY_MS), "\"other_teller\"",
                 "a withdrawal by another");
    wire_close(&wire);
}

static void test_the_same_id_with_other_content_is_a_conflict(void **state)
{
    (void)state;
    char line[1024], again[1100];
    open_signed_on();
    snprintf(line, sizeof line, "%s", filled(WITHDRAW ",\"amount\":2000}"));
    char *first = wire_call(&wire, line, REPLY_MS);
    assert_true(reply_has(first, "\"ok\":true"));
    snprintf(again, sizeof again, "%s", line);
    memcpy(strstr(again, "2000}"), "4000}", 5);
    expect_reply(wire_call(&wire, again, REPLY_MS), "\"id_conflict\"", again);
    /* White space and the order of the fields are not content. */
    snprintf(again, sizeof again, " { \"amount\" : 2000 , %s", line + 1);
    memcpy(strstr(again, ",\"amount\":2000}"), "              }", 15);
    char *second_reply = wire_call(&wire, again, REPLY_MS);
    assert_non_null(second_reply);
    assert_string_equal(first, second_reply);
    free(first);
    free(second_reply);
    wire_close(&wire);
}

/* ---- rude clients ---- */

static void test_a_line_may_have_64_kib_and_not_a_byte_more(void **state)
{
    (void)state;
    static char line[LINE + 10];
    open_wire(&wire, "atm.sock");
    memset(line, ' ', sizeof line);
    const char *echo = filled(REQUEST "\"EchoTest\"}");
    memcpy(line, echo, strlen(echo));
    line[LINE - 1] = '\n';
    assert_true(wire_send(&wire, line, LINE));
    expect_reply(wire_line(&wire, REPLY_MS), "\"ok\":true", "65,536 bytes");
    line[LINE - 1] = ' ';
    line[LINE] = '\n';
    wire_send(&wire, line, LINE + 1);
    expect_reply(wire_line(&wire, REPLY_MS), "\"invalid_request\"", "65,537 bytes");
    assert_null(wire_line(&wire, REPLY_MS));
    assert_int_equal(wire.file, -1); /* and closed */
    expect_others_served();
}

static void test_a_client_that_sends_garbage_hurts_only_itself(void **state)
{
    (void)state;
    static char garbage[LINE * 4];
    uint32_t random = 12345;
    open_wire(&wire, "atm.sock");
    for (size_t i = 0; i < sizeof garbage; i++) {
        random = random * 1664525 + 1013904223;
        garbage[i] = (char)(random >> 24);
    }
    /* The bank may stop reading until its complaints are read, or close: both sides go on meanwhile. */
    size_t sent = 0;
    int replies = 0;
    while (sent < sizeof garbage && wire.file >= 0) {
        ssize_t step = send(wire.file, garbage + sent, sizeof garbage - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (step > 0) {
            sent += (size_t)step;
            continue;
        }
        char *reply = wire_line(&wire, REPLY_MS);
        if (reply == NULL)
            break;
        assert_true(reply_has(reply, "\"invalid_request\""));
        free(reply);
        replies++;
    }
    expect_others_served();
    if (wire.file >= 0)
        shutdown(wire.file, SHUT_WR);
    for (char *reply; (reply = wire_line(&wire, REPLY_MS)) != NULL; replies++) {
        assert_true(reply_has(reply, "\"invalid_request\""));
        free(reply);
    }
    assert_int_equal(wire.file, -1); /* the bank has closed it, at the end or before */
    assert_true(replies > 0);
    printf("# %zu bytes of garbage, %d complaints\n", sent, replies);
    wire_close(&wire);
}

static void test_a_client_that_has_nothing_more_to_say_still_gets_its_replies(void **state)
{
    (void)state;
    open_signed_on();
    for (int i = 0; i < 20; i++) {
        const char *line = filled(i % 2 == 0 ? REQUEST "\"EchoTest\"}" : WITHDRAW ",\"amount\":1000}");
        assert_true(wire_send(&wire, line, strlen(line)) && wire_send(&wire, "\n", 1));
    }
    assert_int_equal(shutdown(wire.file, SHUT_WR), 0);
    for (int i = 0; i < 20; i++)
        expect_reply(wire_line(&wire, REPLY_MS), "\"ok\":true", "a request before the half-close");
    assert_null(wire_line(&wire, REPLY_MS));
    assert_int_equal(wire.file, -1);
}

static void test_a_client_that_ends_in_the_middle_of_a_line_is_forgotten(void **state)
{
    (void)state;
    open_signed_on();
    int64_t before = last_position();
    const char *line = filled(WITHDRAW ",\"amount\":2000}");
    assert_true(wire_send(&wire, line, strlen(line) / 2));
    wire_close(&wire);
    open_signed_on();
    line = filled(WITHDRAW ",\"amount\":2000}"); /* whole, but its newline never comes */
    assert_true(wire_send(&wire, line, strlen(line)));
    wire_close(&wire);
    expect_others_served();
    assert_int_equal(last_position(), before + 1); /* the second sign-on */
}

static void test_a_slow_client_holds_up_nobody(void **state)
{
    (void)state;
    open_wire(&wire, "atm.sock");
    char line[200];
    snprintf(line, sizeof line, "%s\n", filled(REQUEST "\"EchoTest\"}"));
    for (size_t i = 0; line[i] != '\0'; i++) {
        assert_true(wire_send(&wire, &line[i], 1));
        if (i % 8 == 0)
            expect_others_served();
    }
    expect_reply(wire_line(&wire, REPLY_MS), "\"ok\":true", "a byte at a time");
    wire_close(&wire);
}

static void test_a_client_that_does_not_read_holds_up_nobody(void **state)
{
    (void)state;
    static char lines[1 << 20];
    size_t filled_bytes = 0, sent = 0, whole = 0;
    open_wire(&wire, "atm.sock");
    while (filled_bytes < sizeof lines - 200)
        filled_bytes += (size_t)snprintf(lines + filled_bytes, 200, "%s\n", filled(REQUEST "\"EchoTest\"}"));
    for (ssize_t step; sent < filled_bytes; sent += (size_t)step)
        if ((step = send(wire.file, lines + sent, filled_bytes - sent, MSG_DONTWAIT | MSG_NOSIGNAL)) <= 0)
            break;
    expect_others_served();
    for (size_t i = 0; i < sent; i++)
        whole += lines[i] == '\n';
    assert_true(whole > 64);
    size_t replies = 0;
    for (char *reply; replies < whole && (reply = wire_line(&wire, REPLY_MS)) != NULL; replies++)
        free(reply);
    /* Every whole line is answered, once it reads; the bank may also have lost patience and closed. */
    assert_true(replies == whole || wire.file == -1);
    printf("# %zu requests before the first reply was read, %zu answered\n", whole, replies);
    wire_close(&wire);
}

/* ---- the bank and its database ---- */

static void test_a_second_bank_on_the_same_home_says_so_and_leaves(void **state)
{
    (void)state;
    struct process process;
    const char *build = getenv("BUILD");
    char path[400];
    snprintf(path, sizeof path, "%s/bank", build != NULL ? build : "build");
    int status = process_run(&process, world.directory,
                             (const char *const[]){ path, "serve", "--home", world.home.path, NULL },
                             WORLD_DEADLINE_MS);
    char *said = process_read_file(process.err);
    assert_int_not_equal(status, 0);
    check_contains(said, world.home.path);
    free(said);
    expect_others_served();
}

static void database_refuses(bool refuses)
{
    char sql[300];
    struct database server = world.database;
    snprintf(server.conninfo, sizeof server.conninfo, "%s dbname=postgres", getenv("ESBANK_TEST_PG"));
    snprintf(sql, sizeof sql, "ALTER DATABASE %s WITH ALLOW_CONNECTIONS %s", world.database.name,
             refuses ? "false" : "true");
    database_run(&server, sql);
    snprintf(sql, sizeof sql,
             "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s'",
             world.database.name);
    if (refuses)
        database_run(&server, sql);
}

static bool answered(void *line)
{
    char *reply = wire_call(&wire, line, REPLY_MS);
    bool done = reply_has(reply, "\"ok\":true");
    if (!done && !reply_has(reply, "\"bank_unavailable\""))
        check_fail("while its database was away the bank said %.300s", reply != NULL ? reply : "nothing");
    free(reply);
    return done;
}

static void test_requests_outlive_a_database_that_goes_away(void **state)
{
    (void)state;
    enum { TIMES = 4, REQUESTS = 12 };
    static char line[REQUESTS][1024];
    int told = 0;
    for (int time = 0; time < TIMES; time++) {
        open_signed_on();
        database_refuses(true);
        for (int i = 0; i < REQUESTS; i++) {
            snprintf(line[i], sizeof line[i], "%s", filled(WITHDRAW ",\"amount\":1000}"));
            assert_true(wire_send(&wire, line[i], strlen(line[i])) && wire_send(&wire, "\n", 1));
        }
        /* Whoever waits is told so, within the time a terminal waits, or answered later. */
        for (int i = 0; i < REQUESTS; i++) {
            char *reply = wire_line(&wire, 500);
            if (reply == NULL)
                break;
            assert_true(reply_has(reply, "\"code\":\"91\""));
            free(reply);
            told++;
        }
        database_refuses(false);
        wire_close(&wire);
        open_wire(&wire, "atm.sock");
        for (int64_t deadline = world_now_ms() + WORLD_DEADLINE_MS; !wire_sign_on(&wire, &world, &teller);)
            assert_true(world_now_ms() < deadline);
        for (int i = 0; i < REQUESTS; i++)
            wait_until(answered, line[i], WORLD_DEADLINE_MS,
                       "the request is answered once the database is back");
        wire_close(&wire);
    }
    printf("# %d times away; %d of %d requests were answered with 91 meanwhile\n", TIMES, told,
           TIMES * REQUESTS);
    database_check(&world.database,
                   "SELECT count(*) FROM (SELECT FROM esbank.events WHERE event_type ="
                   " 'Accounts.MoneyWithdrawn' GROUP BY correlation_id HAVING count(*) > 1) AS twice",
                   "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_requests_are_refused_by_name_and_change_nothing),
        cmocka_unit_test(test_who_has_not_signed_on_or_for_another_teller_may_do_nothing),
        cmocka_unit_test(test_the_same_id_with_other_content_is_a_conflict),
        cmocka_unit_test(test_a_line_may_have_64_kib_and_not_a_byte_more),
        cmocka_unit_test(test_a_client_that_sends_garbage_hurts_only_itself),
        cmocka_unit_test(test_a_client_that_has_nothing_more_to_say_still_gets_its_replies),
        cmocka_unit_test(test_a_client_that_ends_in_the_middle_of_a_line_is_forgotten),
        cmocka_unit_test(test_a_slow_client_holds_up_nobody),
        cmocka_unit_test(test_a_client_that_does_not_read_holds_up_nobody),
        cmocka_unit_test(test_a_second_bank_on_the_same_home_says_so_and_leaves),
        cmocka_unit_test(test_requests_outlive_a_database_that_goes_away),
    };
    return cmocka_run_group_tests_name("wire", tests, begin, end);
}

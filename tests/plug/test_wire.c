/* SPDX-License-Identifier: MIT */
/*
 * Wrong requests and a database that goes away, against a real bank on its
 * real sockets. Who asks wrongly is told what is wrong, and nothing is
 * appended; who asks rightly is answered, once, when the database is back.
 */
#include "tests/plug/wire_kit.h"

/* ---- wrong requests ---- */

#define CONFIRM                                                                                    \
    REQUEST "\"ConfirmDispense\",\"teller_id\":\"${teller}\",\"withdrawal_id\":\"${id}\""
#define DEEP "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["

#define PRIMES                                                                                     \
    "[{\"denomination\":99999989,\"count\":1000},{\"denomination\":99999971,\"count\":1000},"      \
    "{\"denomination\":99999959,\"count\":1000},{\"denomination\":99999941,\"count\":1000},"       \
    "{\"denomination\":99999931,\"count\":1000}]"

static const struct {
    const char *line, *error;
} wrong[] = {
    { WITHDRAW ",\"amount\":0}", "invalid_amount" },
    { WITHDRAW ",\"amount\":-2000}", "invalid_amount" },
    { WITHDRAW ",\"amount\":2000.5}", "invalid_amount" },
    { WITHDRAW ",\"amount\":1000000000000000}", "invalid_amount" },
    { WITHDRAW ",\"amount\":99999999999999999999999}", "invalid_amount" },
    { WITHDRAW ",\"amount\":1e400}", "invalid_amount" },
    { WITHDRAW ",\"amount\":2e3}", "invalid_amount" },
    { WITHDRAW ",\"amount\":2000.0}", "invalid_amount" },
    { WITHDRAW ",\"amount\":1999.99999999999999999999}", "invalid_amount" },
    { WITHDRAW ",\"amount\":2000.0000000000000000001}", "invalid_amount" },
    { WITHDRAW ",\"amount\":\"2000\"}", "invalid_request" },
    { WITHDRAW ",\"amount\":null}", "invalid_request" },
    { WITHDRAW ",\"amount\":[2000]}", "invalid_request" },
    { WITHDRAW ",\"amount\":NaN}", "invalid_request" },
    { WITHDRAW "}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"tip\":1}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"amount\":4000}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"notes\":[{\"denomination\":2000,\"count\":-1}]}",
      "invalid_request" },
    { WITHDRAW ",\"amount\":4000,\"notes\":[{\"denomination\":2000,\"count\":1},{\"denomination\":"
               "2000,\"count\":1}]}",
      "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"notes\":{}}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"consistency\":\"perhaps\"}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000,\"repeat\":1}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000} {}", "invalid_request" },
    { WITHDRAW ",\"amount\":2000", "invalid_request" },
    { REQUEST
      "\"InitiateWithdrawal\",\"teller_id\":\"${teller}\",\"card\":\"4000001234567890\",\"pin_"
      "block\":\"${pin}\","
      "\"amount\":2000}",
      "invalid_request" },
    { REQUEST "\"InitiateWithdrawal\",\"teller_id\":\"${teller}\",\"card\":\"${card}\",\"pin_"
              "block\":\"12\","
              "\"amount\":2000}",
      "invalid_request" },
    { REQUEST "\"InitiateWithdrawal\",\"teller_id\":7,\"card\":\"${card}\",\"pin_block\":\"${pin}"
              "\",\"amount\":2000}",
      "invalid_request" },
    { REQUEST "\"InitiateWithdrawal\",\"teller_id\":\"${other}\",\"card\":\"${card}\",\"pin_"
              "block\":\"${pin}\","
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

/*
 * Five near-prime denominations beside the three that are in the cassettes, then an amount that no
 * choice of them can be proven to pay: the search for it held up the whole bank. They are refused
 * by name, and the withdrawal is answered like any other that is too much.
 */
static void test_cassettes_of_near_primes_are_refused_and_hold_nothing_up(void **state)
{
    (void)state;
    static const char *const lines[] = {
        REQUEST "\"ReplenishCassettes\",\"teller_id\":\"${teller}\",\"notes\":" PRIMES "}",
        REQUEST "\"SignOn\",\"teller_id\":\"${teller}\",\"cassettes\":" PRIMES "}",
        WITHDRAW ",\"amount\":2000000011,\"notes\":" PRIMES "}",
        CONFIRM ",\"outcome\":\"dispensed\",\"taken\":" PRIMES "}",
        REQUEST "\"ConfirmDeposit\",\"teller_id\":\"${teller}\",\"deposit_id\":\"${id}\","
                "\"outcome\":\"counted\",\"notes\":" PRIMES "}",
    };
    open_signed_on();
    const int64_t before = last_position();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char *reply = wire_call(&wire, filled(lines[i]), REPLY_MS);
        if (!reply_has(reply, "\"invalid_request\""))
            check_fail("%.80s was answered with %.300s", lines[i],
                       reply != NULL ? reply : "nothing");
        expect_reply(reply, "EUR notes of 500, 1000, 2000, 5000, 10000, 20000 or 50000", lines[i]);
    }
    assert_int_equal(last_position(), before);
    expect_reply(wire_call(&wire, filled(WITHDRAW ",\"amount\":2000000011}"), REPLY_MS),
                 "\"atm_out_of_cash\"", "a withdrawal of 2000000011");
    expect_served(&wire);
    wire_close(&wire);
}

static void test_who_has_not_signed_on_or_for_another_teller_may_do_nothing(void **state)
{
    (void)state;
    open_wire(&wire, "atm.sock");
    expect_reply(wire_call(&wire, filled(WITHDRAW ",\"amount\":2000}"), REPLY_MS),
                 "\"not_signed_on\"", "a withdrawal");
    const char *forged = filled(REQUEST "\"SignOn\",\"teller_id\":\"${teller}\",\"mac\":"
                                        "\"00000000000000000000000000000000\"}");
    expect_reply(wire_call(&wire, forged, REPLY_MS), "\"not_signed_on\"", "a forged sign-on");
    expect_reply(wire_call(&wire, filled(WITHDRAW ",\"amount\":2000}"), REPLY_MS),
                 "\"not_signed_on\"", "a withdrawal after it");
    assert_true(wire_sign_on(&wire, &world, &other_teller));
    expect_reply(wire_call(&wire, filled(WITHDRAW ",\"amount\":2000}"), REPLY_MS),
                 "\"other_teller\"", "a withdrawal by another");
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

/* A repeated id is no oracle: whatever PIN the block of a guess holds, the answer is the same, and
 * no money moves. The withdrawal and the enquiry say it alike. */
static void test_a_repeated_id_tells_nothing_about_a_guessed_pin(void **state)
{
    (void)state;
    char line[1024], id[UUID_TEXT_LENGTH];
    open_signed_on();
    for (int i = 0; i < 2; i++) {
        snprintf(line, sizeof line, "%s",
                 filled(i == 0 ? WITHDRAW ",\"amount\":2000}"
                               : REQUEST
                            "\"BalanceEnquiry\",\"teller_id\":\"${teller}\",\"card\":\"${card}\","
                            "\"pin_block\":\"${pin}\"}"));
        char *first = wire_call(&wire, line, REPLY_MS), *at = strstr(line, "\"pin_block\":\"") + 13;
        assert_true(reply_has(first, "\"ok\":true"));
        int64_t before = last_position();
        snprintf(id, sizeof id, "%.36s", strstr(line, "\"id\":\"") + 6);
        memcpy(at, pin_block_of(id, "1234"), 2 * PIN_BLOCK_LENGTH);
        expect_reply(wire_call(&wire, line, REPLY_MS), "\"id_conflict\"",
                     "the id with a fresh right block");
        memcpy(at, pin_block_of(id, "4321"), 2 * PIN_BLOCK_LENGTH);
        expect_reply(wire_call(&wire, line, REPLY_MS), "\"id_conflict\"",
                     "the id with a wrong block");
        assert_int_equal(last_position(), before);
        free(first);
    }
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
    int status = process_run(
        &process, world.directory,
        (const char *const[]){ path, "serve", "--home", world.home.path, NULL }, WORLD_DEADLINE_MS);
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
    snprintf(server.conninfo, sizeof server.conninfo, "%s dbname=postgres",
             getenv("ESBANK_TEST_PG"));
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
        check_fail("while its database was away the bank said %.300s",
                   reply != NULL ? reply : "nothing");
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
            assert_true(wire_say(&wire, line[i]));
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
        for (int64_t deadline = world_now_ms() + WORLD_DEADLINE_MS;
             !wire_sign_on(&wire, &world, &teller);)
            assert_true(world_now_ms() < deadline);
        for (int i = 0; i < REQUESTS; i++)
            wait_until(answered, line[i], WORLD_DEADLINE_MS,
                       "the request is answered once the database is back");
        wire_close(&wire);
    }
    printf("# %d times away; %d of %d requests were answered with 91 meanwhile\n", TIMES, told,
           TIMES * REQUESTS);
    database_check(
        &world.database,
        "SELECT count(*) FROM (SELECT FROM esbank.events WHERE event_type ="
        " 'Accounts.MoneyWithdrawn' GROUP BY correlation_id HAVING count(*) > 1) AS twice",
        "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_requests_are_refused_by_name_and_change_nothing),
        cmocka_unit_test(test_cassettes_of_near_primes_are_refused_and_hold_nothing_up),
        cmocka_unit_test(test_who_has_not_signed_on_or_for_another_teller_may_do_nothing),
        cmocka_unit_test(test_the_same_id_with_other_content_is_a_conflict),
        cmocka_unit_test(test_a_repeated_id_tells_nothing_about_a_guessed_pin),
        cmocka_unit_test(test_a_second_bank_on_the_same_home_says_so_and_leaves),
        cmocka_unit_test(test_requests_outlive_a_database_that_goes_away),
    };
    return cmocka_run_group_tests_name("wire", tests, begin, end);
}

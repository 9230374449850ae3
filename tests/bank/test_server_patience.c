/* SPDX-License-Identifier: MIT */
/*
 * Deadlines and places: half a line, silence instead of a sign-on, and more connections than one
 * may have. What time it is the test says, by server_tick.
 */
#include "tests/bank/server_kit.h"

#include "bank/server/session.h"
#include "shared/clock.h"

#include <sys/stat.h>

enum { STRANGER = 12345 }; /* a user's number that nothing else has */

#define HALF "{\"v\":1,\"id\":"

static int64_t now_ms;

static int begin(void **state)
{
    now_ms = clock_now_ms();
    return set_up(state);
}

static void later(int64_t ms)
{
    now_ms += ms;
    server_tick(server, now_ms);
    turns(2, true);
}

static void check_serves(int client)
{
    say(client, ECHO("1"));
    turns(2, true);
    check_contains(heard(client), "\"ok\":true");
}

static void check_ended(int client, const char *words)
{
    const char *text = heard(client);
    assert_non_null(text);
    check_contains(text, words);
    assert_null(heard(client));
    close(client);
}

static void test_who_does_not_sign_on_is_told_and_goes(void **state)
{
    (void)state;
    int silent = dial("atm.sock"), chatty = dial("atm.sock"), operator= dial("operator.sock");
    turns(2, true);
    later(SIGN_ON_MS - 2000);
    check_serves(chatty); /* an echo signs nobody on */
    later(4000);
    check_ended(
        silent,
        "\"error\":\"not_signed_on\",\"message\":\"The connection did not sign on within 30 s.\"");
    check_ended(chatty, "did not sign on within 30 s");
    later(3600000);
    check_serves(operator); /* who may sit there for an hour */
    close(operator);
}

static void test_a_line_that_was_begun_has_to_end(void **state)
{
    (void)state;
    int quick = dial("operator.sock"), slow = dial("operator.sock"),
        dripping = dial("operator.sock");
    say(quick, HALF);
    say(slow, ECHO("1") HALF);
    say(dripping, HALF);
    turns(2, true);
    check_contains(heard(slow), "\"ok\":true"); /* which was whole */
    for (int i = 0; i < 10; i++) {
        later(LINE_MS / 10 - 100);
        say(dripping, " ");
        turns(2, true);
    }
    say(quick, "\"0192f0c1-0000-7000-8000-00000000e002\",\"command\":\"EchoTest\"}\n");
    turns(2, true);
    check_contains(heard(quick), "\"ok\":true");
    later(3000);
    check_ended(
        slow,
        "\"error\":\"invalid_request\",\"message\":\"The line was not ended within 30 s of its "
        "first byte.\"");
    check_ended(dripping, "The line was not ended within 30 s"); /* each byte renewed nothing */
    later(3600000);
    check_serves(quick);
    close(quick);
}

/* Each line has its own time, and so has one that begins in the packet that ends the one before. */
static void test_many_lines_in_pieces_are_no_slow_line(void **state)
{
    (void)state;
    static const char line[] = ECHO("1");
    int client = dial("operator.sock");
    say(client, HALF);
    turns(2, true);
    for (int i = 0; i < 20; i++) {
        later(LINE_MS / 4);
        say(client, i == 0 ? line + sizeof HALF - 1 : line + 10);
        say(client, (char[]){ line[0], line[1], line[2], line[3], line[4], line[5], line[6],
                              line[7], line[8], line[9], '\0' });
        turns(2, true);
        check_contains(heard(client), "\"ok\":true");
    }
    close(client);
}

/* Where the last replies cannot be written, a connection that will say no more keeps no place. */
static void test_who_has_said_all_and_does_not_read_goes(void **state)
{
    (void)state;
    static const char line[] = ECHO("1");
    int client = dial("operator.sock");
    assert_int_equal(setsockopt(client, SOL_SOCKET, SO_RCVBUF, &(int){ 2048 }, sizeof(int)), 0);
    for (int i = 0; i < 6000; i++) {
        if (send(client, line, sizeof line - 1, MSG_NOSIGNAL) < 0)
            break;
        if (i % 50 == 0)
            turn(true);
    }
    shutdown(client, SHUT_WR);
    turns(5, true);
    server_stop(server);
    turns(5, true);
    assert_false(server_idle(server)); /* its replies wait */
    later(LINE_MS - 1000);
    assert_false(server_idle(server));
    later(3000);
    assert_true(server_idle(server));
    close(client);
}

static void test_half_lines_hold_no_places(void **state)
{
    (void)state;
    static int client[CONNECTIONS_MAX];
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
        client[i] = dial("atm.sock");
        say(client[i], HALF);
        if (i % 64 == 0)
            turns(2, true);
    }
    turns(3, true);
    int other = dial("atm.sock");
    check_serves(other);
    check_ended(client[0], "Others came while this connection had not signed on");
    assert_string_equal(heard(client[CONNECTIONS_MAX - 1]), "");
    for (int i = 1; i < CONNECTIONS_MAX; i++)
        close(client[i]);
    close(other);
}

/* As another user, if this one may become it. */
static int dial_as(uid_t user)
{
    char path[HOME_PATH_SIZE];
    home_path(&home, path, sizeof path, "operator.sock");
    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(chmod(home.path, 0711), 0);
    assert_int_equal(seteuid(user), 0);
    int file = dial("operator.sock");
    assert_int_equal(seteuid(0), 0);
    return file;
}

static void test_one_user_leaves_places_for_others(void **state)
{
    (void)state;
    static int client[USER_MAX], other[CONNECTIONS_MAX - USER_MAX];
    for (int i = 0; i < USER_MAX; i++) {
        client[i] = dial("operator.sock");
        if (i % 64 == 0)
            turn(true);
    }
    turns(3, true);
    int one_more = dial("operator.sock");
    turns(3, true);
    check_ended(
        one_more,
        "\"bank_unavailable\",\"message\":\"There are as many connections of this client's");
    int terminal = dial("atm.sock"); /* whose socket has its own places */
    check_serves(terminal);
    close(terminal);
    if (geteuid() == 0) {
        for (int i = 0; i < CONNECTIONS_MAX - USER_MAX; i++) {
            other[i] = dial_as(STRANGER);
            if (i % 64 == 0)
                turn(true);
        }
        say(other[0], ECHO("1")); /* it has its place, whatever it may do there */
        turns(2, true);
        check_contains(heard(other[0]), "no_operator");
        one_more = dial_as(STRANGER + 1);
        turns(3, true);
        check_ended(one_more, "The bank has as many connections as it can take");
        for (int i = 0; i < CONNECTIONS_MAX - USER_MAX; i++)
            close(other[i]);
    }
    close(client[0]);
    turns(3, true);
    one_more = dial("operator.sock");
    check_serves(one_more);
    close(one_more);
    for (int i = 1; i < USER_MAX; i++)
        close(client[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, tear_down)
        TEST(test_who_does_not_sign_on_is_told_and_goes),
        TEST(test_a_line_that_was_begun_has_to_end),
        TEST(test_many_lines_in_pieces_are_no_slow_line),
        TEST(test_who_has_said_all_and_does_not_read_goes),
        TEST(test_half_lines_hold_no_places),
        TEST(test_one_user_leaves_places_for_others),
    };
    return cmocka_run_group_tests_name("server patience", tests, NULL, NULL);
}

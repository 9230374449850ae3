/* SPDX-License-Identifier: MIT */
/* The server and clients that misbehave: each of them is told so or dropped, and everybody else is
 * served. Those that only take time or places are in test_server_patience.c. */
#include "tests/bank/server_kit.h"

#include "bank/server/session.h"
#include "shared/clock.h"
#include "shared/wire.h"

#include <sys/resource.h>

static void test_a_half_closed_client_still_gets_its_replies(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    say(client, OPEN ECHO("1") "{\"v\":1");
    shutdown(client, SHUT_WR);
    turns(4, false);
    const char *text = heard(client);
    check_contains(text, "00e001\",\"ok\":true");
    check_contains(text, "no newline at its end");
    turns(4, true);
    check_contains(heard(client), "\"account_id\":\"" ACCOUNT);
    turns(2, true);
    assert_null(heard(client));
    close(client);
}

static void test_the_request_of_a_vanished_client_takes_effect(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    say(client, OPEN);
    close(client);
    turns(4, false);
    assert_int_equal(sim.event_count, 0);
    turns(4, true);
    assert_int_equal(sim.event_count, 1);
    server_stop(server);
    turns(2, true);
    assert_true(server_idle(server));
}

static void test_a_line_that_is_too_long_ends_its_connection_only(void **state)
{
    (void)state;
    static char noise[WIRE_LINE_MAX + 1];
    memset(noise, 'x', sizeof noise - 1);
    int client = dial("atm.sock"), other = dial("atm.sock");
    for (size_t at = 0; at < WIRE_LINE_MAX;) {
        ssize_t step = send(client, noise + at, WIRE_LINE_MAX - at, MSG_NOSIGNAL);
        at += step > 0 ? (size_t)step : 0;
        turns(5, true);
    }
    turns(20, true);
    check_contains(heard(client), "longer than 65536 bytes");
    assert_null(heard(client));
    say(other, ECHO("1"));
    turns(2, true);
    check_contains(heard(other), "\"ok\":true");
    close(client);
    close(other);
}

static void test_the_longest_line_is_read(void **state)
{
    (void)state;
    static char line[WIRE_LINE_MAX + 1];
    static const char echo[] = ECHO("1");
    memset(line, ' ', WIRE_LINE_MAX);
    memcpy(line + WIRE_LINE_MAX - (sizeof echo - 1), echo, sizeof echo - 1);
    int client = dial("atm.sock");
    for (int i = 0; i < 2; i++) {
        for (size_t at = 0; at < WIRE_LINE_MAX;) {
            ssize_t step = send(client, line + at, WIRE_LINE_MAX - at, MSG_NOSIGNAL);
            at += step > 0 ? (size_t)step : 0;
            turns(5, true);
        }
        turns(20, true);
        check_contains(heard(client), "\"ok\":true");
    }
    close(client);
}

static void test_bytes_may_come_one_at_a_time(void **state)
{
    (void)state;
    static const char line[] = "\n\r\n" ECHO("1");
    int client = dial("atm.sock");
    for (size_t i = 0; i < sizeof line - 1; i++) {
        assert_string_equal(heard(client), "");
        say(client, (char[]){ line[i], '\0' });
        turn(true);
        turn(true);
    }
    check_contains(heard(client), "\"ok\":true");
    close(client);
}

static void test_no_more_than_64_requests_are_in_flight(void **state)
{
    (void)state;
    enum { SENT = 150 };
    int client = dial("operator.sock");
    say(client, OPEN);
    turns(4, true);
    heard(client);
    for (int i = 0; i < SENT; i++) {
        char line[300];
        deposit_line(line, i);
        say(client, line);
    }
    turns(20, false);
    size_t commands = 0;
    for (size_t i = 0; i < sim.pending_count; i++)
        commands += sim.pending[i]->command_count;
    assert_true(commands > 0 && commands <= IN_FLIGHT_MAX);
    assert_true(commands + (size_t)engine_metrics(engine)->queued <= IN_FLIGHT_MAX);
    int replies = 0;
    for (int i = 0; i < 50; i++) {
        turn(true);
        replies += count_of(heard(client), "\"ok\":true");
    }
    assert_int_equal(replies, SENT);
    close(client);
}

static void test_a_client_that_never_reads_is_dropped(void **state)
{
    (void)state;
    static const char line[] = ECHO("1");
    int client = dial("atm.sock"), other = dial("atm.sock");
    bool dropped = false;
    for (int i = 0; i < 200000 && !dropped; i++) {
        ssize_t step = send(client, line, sizeof line - 1, MSG_NOSIGNAL);
        dropped = step < 0 && errno != EAGAIN;
        if (step < 0 || i % 50 == 0)
            turn(true);
    }
    assert_true(dropped);
    say(other, ECHO("2"));
    turns(2, true);
    check_contains(heard(other), "\"ok\":true");
    close(client);
    close(other);
}

static void test_garbage_is_answered_line_by_line(void **state)
{
    (void)state;
    int client = dial("atm.sock");
    say(client, "GET / HTTP/1.1\nHost: bank\n\n\x01\x02\xff\n" ECHO("1"));
    turns(3, true);
    const char *text = heard(client);
    assert_int_equal(count_of(text, "\"id\":null,\"ok\":false,\"code\":\"30\""), 3);
    check_contains(text, "\"ok\":true");
    close(client);
}

static bool is_served(int file)
{
    const int64_t deadline_ms = clock_now_ms() + 20000;
    const char *text = "";
    while (text[0] == '\0' && clock_now_ms() < deadline_ms) {
        turn(true);
        text = heard(file);
    }
    return strstr(text, "\"ok\":true") != NULL;
}

static void test_a_client_that_comes_while_no_descriptor_is_free_waits(void **state)
{
    (void)state;
    struct rlimit limit, none;
    int client = dial("operator.sock"), other = dial("atm.sock");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = limit;
    none.rlim_cur = 0;
    say(client, ECHO("1"));
    say(other, ECHO("2"));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (int i = 0; i < 20; i++) /* a turn goes on for as long as there is something to do */
        event_base_loop(loop, EVLOOP_ONCE | EVLOOP_NONBLOCK);
    const int64_t before_ms = clock_now_ms();
    event_base_loop(loop, EVLOOP_ONCE);
    const int64_t rest_ms = clock_now_ms() - before_ms;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_string_equal(heard(client), "");
    assert_true(rest_ms > 200); /* there was nothing that it could do at once */
    assert_true(is_served(client));
    assert_true(is_served(other));
    close(client);
    close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_half_closed_client_still_gets_its_replies),
        TEST(test_the_request_of_a_vanished_client_takes_effect),
        TEST(test_a_line_that_is_too_long_ends_its_connection_only),
        TEST(test_the_longest_line_is_read),
        TEST(test_bytes_may_come_one_at_a_time),
        TEST(test_no_more_than_64_requests_are_in_flight),
        TEST(test_a_client_that_never_reads_is_dropped),
        TEST(test_garbage_is_answered_line_by_line),
        TEST(test_a_client_that_comes_while_no_descriptor_is_free_waits),
    };
    return cmocka_run_group_tests_name("server clients", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * The server with real sockets, the real engine and a simulated store. All in
 * one thread, turn by turn: nothing waits for time to pass, and a commit comes
 * when the test says so.
 */
#include "bank/server.h"

#include "bank/session.h"
#include "shared/hex.h"
#include "shared/wire.h"
#include "tests/bank/simulation.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ACCOUNT "0192f0c1-0000-7000-8000-00000000000a"
#define ECHO(n) "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-00000000e00" n "\",\"command\":\"EchoTest\"}\n"
#define OPEN                                                                                                 \
    "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-000000000001\",\"command\":\"OpenAccount\",\"account_id\":"   \
    "\"" ACCOUNT "\",\"owner\":\"Peter\"}\n"

static struct home home;
static struct error error;
static struct event_base *loop;
static struct simulation sim;
static struct engine *engine;
static struct vault *vault;
static struct server *server;

static void server_up(void)
{
    struct server_options options = { .home = &home, .loop = loop, .engine = engine, .vault = vault };
    server = server_create(&options, &error);
    check_worked(server != NULL, &error);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(home.path, sizeof home.path, "%s", scratch_create());
    loop = event_base_new();
    vault = vault_open(&home, &error);
    sim_init(&sim, 1);
    struct engine_world world = sim_world(&sim);
    struct engine_settings settings = engine_settings_default();
    settings.confirm_within_us = 90000000;
    engine = engine_create(&settings, &world);
    sim.listener = engine_listener(engine);
    engine_connect(engine, sim_storage(&sim));
    sim_activate(&sim);
    server_up();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sim_lose_all(&sim);
    engine_destroy(engine);
    server_destroy(server);
    sim_finish(&sim);
    vault_close(vault);
    event_base_free(loop);
    return 0;
}

/* A turn of the loop; with commit, whatever was handed to the store is done. */
static void turn(bool commit)
{
    event_base_loop(loop, EVLOOP_NONBLOCK);
    if (sim.load != NULL)
        sim_finish_load(&sim);
    while (commit && sim.pending_count > 0) {
        sim_write(&sim, sim.pending[0]);
        sim_tell(&sim, APPEND_COMMITTED);
    }
    server_turn(server);
}

static void turns(int count, bool commit)
{
    for (int i = 0; i < count; i++)
        turn(commit);
}

static int dial(const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    check_worked(home_socket_path(&home, address.sun_path, name, &error), &error);
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(file >= 0);
    assert_int_equal(connect(file, (struct sockaddr *)&address, sizeof address), 0);
    return file;
}

static void say(int file, const char *text)
{
    assert_int_equal(send(file, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* All that has arrived, as text; "" when nothing has, NULL when the bank has closed and nothing is left. */
static const char *heard(int file)
{
    static char text[1 << 17];
    size_t length = 0;
    ssize_t step;
    while ((step = recv(file, text + length, sizeof text - 1 - length, 0)) > 0)
        length += (size_t)step;
    text[length] = '\0';
    return length == 0 && (step == 0 || errno != EAGAIN) ? NULL : text;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static void deposit_line(char line[static 300], int number)
{
    snprintf(line, 300,
             "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000d%04x\",\"command\":\"DepositMoney\","
             "\"account_id\":\"" ACCOUNT "\",\"amount\":100}\n",
             (unsigned)number);
}

/* ---- questions and answers ---- */

static void test_an_echo_tells_whether_the_database_is_there(void **state)
{
    (void)state;
    int client = dial("atm.sock");
    say(client, ECHO("1"));
    turns(2, true);
    check_contains(heard(client), "00e001\",\"ok\":true,\"code\":\"00\"}\n");
    sim_go_away(&sim);
    say(client, ECHO("2"));
    turns(2, true);
    check_contains(heard(client), "\"code\":\"91\"");
    close(client);
}

static void test_nothing_is_answered_before_it_is_committed(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    say(client, OPEN);
    turns(5, false);
    assert_string_equal(heard(client), "");
    turns(2, true);
    check_contains(heard(client), "\"ok\":true");
    close(client);
}

static void test_a_repeated_command_gets_the_same_bytes(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    char first[400];
    say(client, OPEN);
    turns(3, true);
    snprintf(first, sizeof first, "%s", heard(client));
    size_t events = sim.event_count;
    int other = dial("operator.sock");
    say(other, OPEN);
    turns(3, true);
    assert_string_equal(heard(other), first);
    assert_int_equal(sim.event_count, events);
    close(client);
    close(other);
}

static void test_a_strong_command_waits_for_read_models_and_an_eventual_one_does_not(void **state)
{
    (void)state;
    static const char words[][20] = { "strong", "eventual", "strong" };
    int client = dial("operator.sock");
    say(client, OPEN);
    turns(3, true);
    heard(client);
    sim.models_behind = true;
    for (int i = 0; i < 3; i++) {
        char line[300];
        snprintf(line, sizeof line,
                 "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000d000%d\",\"command\":\"DepositMoney\","
                 "\"consistency\":\"%s\",\"account_id\":\"" ACCOUNT "\",\"amount\":100}\n",
                 i, words[i]);
        say(client, line);
    }
    turns(3, true);
    const char *text = heard(client);
    assert_int_equal(count_of(text, "\n"), 1);
    check_contains(text, "0d0001\",\"ok\":true");
    sim_models_follow(&sim, sim.event_count - 2);
    turns(1, true);
    text = heard(client);
    check_contains(text, "0d0000\",\"ok\":true");
    assert_int_equal(count_of(text, "consistency"), 0);
    sim.now_us += 5000000;
    turns(1, true);
    text = heard(client);
    check_contains(text, "0d0002\",\"ok\":true");
    check_contains(text, ",\"consistency\":\"eventual\"}\n");
    close(client);
}

static void test_the_status_is_an_object(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    say(client, "{\"v\":1,\"id\":\"" ACCOUNT "\",\"command\":\"GetStatus\"}\n");
    turns(2, true);
    check_contains(heard(client), "\"status\":{\"version\":");
    close(client);
}

static void test_sockets_are_their_owners_and_stale_ones_are_replaced(void **state)
{
    (void)state;
    char path[HOME_PATH_SIZE];
    struct stat status;
    home_path(&home, path, sizeof path, "atm.sock");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    server_destroy(server);
    assert_int_not_equal(stat(path, &status), 0);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644); /* what a killed bank leaves */
    close(file);
    server_up();
    int client = dial("atm.sock");
    say(client, ECHO("1"));
    turns(2, true);
    check_contains(heard(client), "\"ok\":true");
    close(client);
}

/* ---- signing on ---- */

static struct uuid teller;

static void provision(void)
{
    uuid_parse(DEFAULT_TELLER_ID, UUID_TEXT_LENGTH - 1, &teller);
    int client = dial("operator.sock");
    say(client, "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000f0\",\"command\":\"ProvisionTeller\","
                "\"teller_id\":"
                "\"" DEFAULT_TELLER_ID "\",\"cassettes\":[{\"denomination\":5000,\"count\":10}]}\n");
    turns(3, true);
    check_contains(heard(client), "\"ok\":true");
    close(client);
}

static void sign_on_line(char line[static 400], int number)
{
    char id_text[UUID_TEXT_LENGTH], mac_text[33];
    unsigned char mac[WIRE_MAC_LENGTH];
    struct uuid id = sim_id(0x5150, (uint64_t)number);
    wire_sign_on_mac(vault_terminal_key(vault, &teller), &id, &teller, mac);
    hex_encode(mac, sizeof mac, mac_text);
    snprintf(line, 400,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"SignOn\",\"teller_id\":\"" DEFAULT_TELLER_ID
             "\",\"mac\":\"%s\"}\n",
             uuid_format(&id, id_text), mac_text);
}

#define CUT_OVER                                                                                             \
    "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000f1\",\"command\":\"CutOver\",\"teller_id\":"        \
    "\"" DEFAULT_TELLER_ID "\"}\n"

static void test_a_terminal_acts_once_it_has_signed_on(void **state)
{
    (void)state;
    char line[400];
    provision();
    assert_non_null(vault_terminal_key(vault, &teller));
    int client = dial("atm.sock");
    say(client, CUT_OVER);
    turns(3, true);
    check_contains(heard(client), "not_signed_on");
    /* In one go: what follows a sign-on waits for it. */
    sign_on_line(line, 1);
    say(client, line);
    say(client, CUT_OVER);
    turns(2, false);
    assert_string_equal(heard(client), "");
    turns(6, true);
    const char *text = heard(client);
    check_contains(text, "\"confirm_within_s\":90,\"agrees\":true");
    check_contains(text, "\"totals\":{");
    close(client);
}

static void test_a_sign_on_is_good_for_one_time(void **state)
{
    (void)state;
    char line[400];
    provision();
    sign_on_line(line, 2);
    int client = dial("atm.sock");
    say(client, line);
    turns(4, true);
    check_contains(heard(client), "\"ok\":true");
    int thief = dial("atm.sock");
    say(thief, line);
    say(thief, CUT_OVER);
    turns(6, true);
    const char *text = heard(thief);
    assert_int_equal(count_of(text, "not_signed_on"), 2);
    close(client);
    close(thief);
}

/* ---- a store with accidents ---- */

static void test_every_request_is_answered_once_whatever_the_store_does(void **state)
{
    (void)state;
    enum { SENT = 500 };
    int client = dial("operator.sock"), sent = 0, replies = 0;
    say(client, OPEN);
    turns(4, true);
    heard(client);
    sim.lost_percent = 20;
    sim.away_percent = 2;
    for (int i = 0; i < 100000 && replies < SENT; i++) {
        if (sent < SENT) {
            char line[300];
            deposit_line(line, sent++);
            say(client, line);
        }
        event_base_loop(loop, EVLOOP_NONBLOCK);
        sim_step(&sim);
        server_turn(server);
        const char *text = heard(client);
        replies += count_of(text, "\n");
        assert_int_equal(count_of(text, "\n"),
                         count_of(text, "\"ok\":true") + count_of(text, "\"code\":\"91\""));
    }
    assert_int_equal(replies, SENT);
    assert_true(sim.losses > 0 && sim.outages > 0);
    close(client);
}

/* ---- clients that misbehave ---- */

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

static void test_one_connection_too_many_is_turned_away(void **state)
{
    (void)state;
    static int client[CONNECTIONS_MAX + 1];
    for (int i = 0; i <= CONNECTIONS_MAX; i++) {
        client[i] = dial("atm.sock");
        if (i % 64 == 0)
            turn(true);
    }
    turns(3, true);
    check_contains(heard(client[CONNECTIONS_MAX]), "bank_unavailable");
    say(client[0], ECHO("1"));
    int teller_desk = dial("operator.sock"); /* whose socket has its own limit */
    say(teller_desk, ECHO("2"));
    turns(3, true);
    check_contains(heard(client[0]), "\"ok\":true");
    check_contains(heard(teller_desk), "\"ok\":true");
    close(teller_desk);
    for (int i = 0; i <= CONNECTIONS_MAX; i++)
        close(client[i]);
    turns(3, true);
    int again = dial("atm.sock");
    say(again, ECHO("3"));
    turns(3, true);
    check_contains(heard(again), "\"ok\":true");
    close(again);
}

/* ---- the end ---- */

static void test_stopping_answers_what_is_in_flight(void **state)
{
    (void)state;
    int client = dial("operator.sock"), silent = dial("atm.sock");
    say(client, OPEN);
    turns(3, false);
    server_stop(server);
    say(client, ECHO("1")); /* too late */
    turns(3, false);
    assert_false(server_idle(server));
    assert_null(heard(silent));
    turns(3, true);
    const char *text = heard(client);
    check_contains(text, "\"account_id\":\"" ACCOUNT);
    assert_int_equal(count_of(text, "\n"), 1);
    assert_true(server_idle(server));
    close(client);
    close(silent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_an_echo_tells_whether_the_database_is_there),
        TEST(test_nothing_is_answered_before_it_is_committed),
        TEST(test_a_repeated_command_gets_the_same_bytes),
        TEST(test_a_strong_command_waits_for_read_models_and_an_eventual_one_does_not),
        TEST(test_the_status_is_an_object),
        TEST(test_sockets_are_their_owners_and_stale_ones_are_replaced),
        TEST(test_a_terminal_acts_once_it_has_signed_on),
        TEST(test_a_sign_on_is_good_for_one_time),
        TEST(test_every_request_is_answered_once_whatever_the_store_does),
        TEST(test_a_half_closed_client_still_gets_its_replies),
        TEST(test_the_request_of_a_vanished_client_takes_effect),
        TEST(test_a_line_that_is_too_long_ends_its_connection_only),
        TEST(test_the_longest_line_is_read),
        TEST(test_bytes_may_come_one_at_a_time),
        TEST(test_no_more_than_64_requests_are_in_flight),
        TEST(test_a_client_that_never_reads_is_dropped),
        TEST(test_garbage_is_answered_line_by_line),
        TEST(test_one_connection_too_many_is_turned_away),
        TEST(test_stopping_answers_what_is_in_flight),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * The server with real sockets, the real engine and a simulated store. All in
 * one thread, turn by turn: nothing waits for time to pass, and a commit comes
 * when the test says so. Included by one test program each; it is all static.
 */
#ifndef TESTS_BANK_SERVER_KIT_H
#define TESTS_BANK_SERVER_KIT_H

#include "bank/server/operators.h"
#include "bank/server/server.h"
#include "tests/bank/simulation.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ACCOUNT "0192f0c1-0000-7000-8000-00000000000a"
#define ECHO(n)                                                                                    \
    "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-00000000e00" n "\",\"command\":\"EchoTest\"}\n"
#define OPEN                                                                                       \
    "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-000000000001\",\"command\":\"OpenAccount\","        \
    "\"account_id\":"                                                                              \
    "\"" ACCOUNT "\",\"owner\":\"Peter\"}\n"

static struct home home;
static struct error error;
static struct event_base *loop;
static struct simulation sim;
static struct engine *engine;
static struct vault *vault;
static struct server *server;
static struct operators *operators;

static int meanwhiles;

static void meanwhile(void *context)
{
    assert_ptr_equal(context, &meanwhiles);
    meanwhiles++;
}

static void server_up(void)
{
    struct server_options options = { .home = &home,
                                      .loop = loop,
                                      .engine = engine,
                                      .vault = vault,
                                      .operators = operators,
                                      .groups = { NO_GROUP, NO_GROUP },
                                      .meanwhile = meanwhile,
                                      .meanwhile_context = &meanwhiles };
    server = server_create(&options, &error);
    check_worked(server != NULL, &error);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(home.path, sizeof home.path, "%s", scratch_create());
    loop = event_base_new();
    vault = vault_open(&home, &error);
    operators = operators_load(&home, &error);
    check_worked(operators != NULL, &error);
    sim_init(&sim, 1);
    struct engine_settings settings = engine_settings_default();
    settings.confirm_within_us = 90000000;
    engine = sim_engine_create(&sim, &settings);
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
    operators_free(operators);
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

/* All that has arrived, as text; "" when nothing has, NULL when the bank has closed and nothing is
 * left. */
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

static inline int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static inline void deposit_line(char line[static 300], int number)
{
    snprintf(
        line, 300,
        "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000d%04x\",\"command\":\"DepositMoney\","
        "\"account_id\":\"" ACCOUNT "\",\"amount\":100}\n",
        (unsigned)number);
}

/* For an array of tests. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Those who only take places, at a real bank that has a second's patience: they
 * are told so and go; who has signed on stays, and is served meanwhile.
 */
#include "tests/plug/wire_kit.h"

#include <signal.h>

enum { CROWD = 700 };

static int begin_impatient(void **state)
{
    static const char *const options[] = { "--sign-on-within", "1", "--line-within", "1" };
    (void)state;
    world_create(&world, false);
    memcpy(world.options, options, sizeof options);
    world_start(&world);
    teller = uuid_make();
    world_provision(&world, &teller, 1000);
    return 0;
}

/* The bank's last line on it, and the end. */
static void expect_end(struct wire *ended, const char *words)
{
    expect_reply(wire_line(ended, REPLY_MS), words, "a connection that is to end");
    assert_null(wire_line(ended, REPLY_MS));
    assert_int_equal(ended->file, -1);
}

static void test_who_has_signed_on_stays_and_who_has_not_goes(void **state)
{
    (void)state;
    static struct wire operator;
    open_signed_on();
    open_wire(&operator, "operator.sock");
    open_wire(&second, "atm.sock");
    expect_end(&second, "did not sign on within 1 s");
    open_wire(&second, "atm.sock");
    expect_end(&second, "did not sign on within 1 s");
    expect_reply(wire_call(&wire, filled(REQUEST "\"EchoTest\"}"), REPLY_MS), "\"ok\":true",
                 "a terminal");
    expect_reply(wire_call(&operator, filled(REQUEST "\"EchoTest\"}"), REPLY_MS), "\"ok\":true",
                 "an operator");
    wire_close(&wire);
    wire_close(&operator);
}

static void test_half_a_line_ends_a_terminal_that_has_signed_on_too(void **state)
{
    (void)state;
    open_signed_on();
    assert_true(wire_send(&wire, "{\"v\":1,", 7));
    expect_end(&wire, "not ended within 1 s");
}

static void test_a_crowd_of_half_lines_keeps_nobody_out_and_fills_no_log(void **state)
{
    (void)state;
    static struct wire crowd[CROWD];
    for (int i = 0; i < CROWD; i++) {
        open_wire(&crowd[i], "atm.sock");
        wire_send(&crowd[i], "{\"v\":1,", 7);
    }
    open_signed_on();
    for (int i = 0; i < CROWD; i++) {
        while (crowd[i].file >= 0)
            free(wire_line(&crowd[i], REPLY_MS));
    }
    expect_reply(wire_call(&wire, filled(REQUEST "\"EchoTest\"}"), REPLY_MS), "\"ok\":true",
                 "a terminal");
    wire_close(&wire);
    assert_int_equal(process_stop(&world.bank, SIGTERM, WORLD_DEADLINE_MS), 0);
    char *log = process_read_file(world.bank.err);
    int lines = 0;
    for (const char *at = log; (at = strstr(at, "client-expelled")) != NULL; at++)
        lines++;
    assert_in_range(lines, 2, 50);
    check_contains(log, "more like it in the last 10 s\"");
    free(log);
    world_start(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_has_signed_on_stays_and_who_has_not_goes),
        cmocka_unit_test(test_half_a_line_ends_a_terminal_that_has_signed_on_too),
        cmocka_unit_test(test_a_crowd_of_half_lines_keeps_nobody_out_and_fills_no_log),
    };
    return cmocka_run_group_tests_name("wire patience", tests, begin_impatient, end);
}

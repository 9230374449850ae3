/* SPDX-License-Identifier: MIT */
/*
 * The feed of a real bank: a machine that asks for it sees its own sagas, and no
 * other's; one that does not read costs nothing but its own lines.
 */
#include "tests/plug/wire_kit.h"

#define WATCH REQUEST "\"WatchSagas\",\"teller_id\":\"${teller}\"}"

static const char *const steps[] = { "\"Accounts.AuthorizationConfirmed\"",
                                     "\"Teller.WithdrawalInitiated\"",
                                     "\"Accounts.MoneyWithdrawn\"", "\"Teller.MoneyWithdrawn\"" };

/* Its id, which is the saga's. */
static const char *withdraw(void)
{
    static char line[4096], saga[UUID_TEXT_LENGTH];
    snprintf(line, sizeof line, "%s", filled(WITHDRAW ",\"amount\":2000}"));
    snprintf(saga, sizeof saga, "%.36s", strstr(line, "\"id\":\"") + 6);
    assert_true(wire_say(&wire, line));
    char *reply = wire_line(&wire, REPLY_MS);
    assert_true(reply_has(reply, saga) && reply_has(reply, "\"ok\":true"));
    free(reply);
    return saga;
}

static void test_a_machine_sees_its_own_sagas_step_by_step(void **state)
{
    (void)state;
    open_signed_on();
    expect_reply(wire_call(&wire, filled(WATCH), REPLY_MS), "\"ok\":true", "WatchSagas");
    const char *saga = withdraw();
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        char *line = wire_line(&wire, REPLY_MS);
        if (!reply_has(line, steps[i]) || !reply_has(line, saga) || !reply_has(line, "\"mac\":") ||
            reply_has(line, "amount") || reply_has(line, "balance"))
            check_fail("step %zu is %s, not %s of %s without amounts", i,
                       line != NULL ? line : "nothing", steps[i], saga);
        free(line);
    }
    wire_close(&wire);
}

static void test_another_machine_sees_nothing_of_it(void **state)
{
    (void)state;
    char watch[400];
    open_wire(&second, "atm.sock");
    assert_true(wire_sign_on(&second, &world, &other_teller));
    expect_reply(wire_call(&second, filled(WATCH), REPLY_MS), "\"other_teller\"", "another's feed");
    snprintf(watch, sizeof watch, "%s",
             filled(REQUEST "\"WatchSagas\",\"teller_id\":\"${other}\"}"));
    expect_reply(wire_call(&second, watch, REPLY_MS), "\"ok\":true", "its own feed");
    open_signed_on();
    withdraw();
    expect_served(&wire); /* nothing but replies, where nothing was asked */
    expect_served(&second);
    wire_close(&second);
    wire_close(&wire);
}

static void test_the_feed_is_of_machines_that_prove_themselves(void **state)
{
    (void)state;
    open_wire(&wire, "atm.sock");
    expect_reply(wire_call(&wire, filled(WATCH), REPLY_MS), "\"not_signed_on\"", "a stranger");
    wire_close(&wire);
    open_wire(&wire, "operator.sock");
    expect_reply(wire_call(&wire, filled(WATCH), REPLY_MS), "\"not_permitted\"", "an operator");
    wire_close(&wire);
}

/* The bank keeps a megabyte of replies for it, and little of the feed. */
static void test_a_machine_that_does_not_read_loses_lines_and_no_reply(void **state)
{
    enum { ENQUIRIES = 2000 };
    (void)state;
    int lines = 0;
    open_signed_on();
    expect_reply(wire_call(&wire, filled(WATCH), REPLY_MS), "\"ok\":true", "WatchSagas");
    for (int i = 0; i < ENQUIRIES; i++)
        assert_true(
            wire_say(&wire, filled(REQUEST "\"BalanceEnquiry\",\"teller_id\":\"${teller}\","
                                           "\"card\":\"${card}\",\"pin_block\":\"${pin}\"}")));
    for (int replies = 0; replies < ENQUIRIES;) {
        char *line = wire_line(&wire, REPLY_MS);
        if (line == NULL)
            check_fail("%d of %d requests were answered", replies, ENQUIRIES);
        const bool event = reply_has(line, "\"event\":{");
        lines += event;
        replies += !event;
        free(line);
    }
    printf("# %d of %d events were seen\n", lines, ENQUIRIES);
    assert_true(lines > 0 && lines < ENQUIRIES);
    wire_close(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_machine_sees_its_own_sagas_step_by_step),
        cmocka_unit_test(test_another_machine_sees_nothing_of_it),
        cmocka_unit_test(test_the_feed_is_of_machines_that_prove_themselves),
        cmocka_unit_test(test_a_machine_that_does_not_read_loses_lines_and_no_reply),
    };
    return cmocka_run_group_tests_name("wire feed", tests, begin, end);
}

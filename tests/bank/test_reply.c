/* SPDX-License-Identifier: MIT */
/*
 * Replies, byte for byte: they are kept for ever, so a change of their form is
 * a change of history.
 */
#include "bank/engine/reply.h"

#include "shared/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#define ID      "0192f0c1-0000-7000-8000-000000000001"
#define ACCOUNT "0192f0c1-0000-7000-8000-00000000000a"
#define TELLER  "1c915dd1-8bf0-4662-a2ce-60725b0c7de2"
#define OK      "{\"v\":1,\"id\":\"" ID "\",\"ok\":true,\"code\":\"00\""

static struct account account;
static struct teller teller;
static struct saga_state saga;
static struct event event;
static struct command command;
static struct outcome outcome;

static struct uuid uuid(const char *text)
{
    struct uuid result;
    assert_true(uuid_read(text, strlen(text), &result));
    return result;
}

static int set_up(void **state)
{
    (void)state;
    account = (struct account){ .id = uuid(ACCOUNT),
                                .status = ACCOUNT_OPEN,
                                .balance = 45000,
                                .daily_limit = 30000,
                                .card_count = 1,
                                .card = { { .token = { 7 }, .wrong_pins = 1 } } };
    teller = (struct teller){ .id = uuid(TELLER),
                              .provisioned = true,
                              .business_day = 20665,
                              .cassettes = { .length = 2, .item = { { 5000, 10 }, { 2000, 3 } } },
                              .promised = { .length = 1, .item = { { 5000, 1 } } } };
    saga.withdrawal = (struct withdrawal){ .id = uuid(ID),
                                           .state = WITHDRAWAL_DISPENSING,
                                           .amount = 5000,
                                           .balance = 45000,
                                           .notes = { .length = 1, .item = { { 5000, 1 } } },
                                           .confirm_by_us = INT64_C(1785542399123456) };
    saga.deposit = (struct deposit){ .state = DEPOSIT_COMPLETED,
                                     .amount = 9000,
                                     .balance = 54000,
                                     .notes = { .length = 1, .item = { { 3000, 3 } } } };
    event = (struct event){ 0 };
    command = (struct command){ .id = uuid(ID),
                                .account_id = uuid(ACCOUNT),
                                .teller_id = uuid(TELLER),
                                .withdrawal_id = uuid(ID),
                                .deposit_id = uuid(ID),
                                .amount = 5000,
                                .card = { 7 },
                                .masked = "400000******7899",
                                .confirm_within_us = 120000000,
                                .at_us = INT64_C(1785542279123456) };
    outcome =
        (struct outcome){ .account = &account, .teller = &teller, .saga = &saga, .event = &event };
    return 0;
}

static void check_reply(enum command_kind kind, const char *expected)
{
    char line[REPLY_MAX];
    command.kind = kind;
    size_t length = reply_write(line, &command, &outcome);
    assert_string_equal(line, expected);
    assert_int_equal(length, strlen(line));
}

static void test_an_approved_withdrawal(void **state)
{
    (void)state;
    check_reply(TELLER_INITIATE_WITHDRAWAL,
                OK ",\"withdrawal_id\":\"" ID
                   "\",\"amount\":5000,\"notes\":[{\"denomination\":5000,\"count\":1}],"
                   "\"balance\":45000,\"confirm_by\":\"2026-07-31T23:59:59.123Z\"}");
}

static void test_a_sign_on(void **state)
{
    (void)state;
    event.cassettes.agrees = true;
    check_reply(
        TELLER_SIGN_ON,
        OK ",\"business_day\":\"2026-07-31\",\"cassettes\":[{\"denomination\":5000,\"count\":9},"
           "{\"denomination\":2000,\"count\":3}],\"note_limit\":40,\"currency\":\"EUR\","
           "\"confirm_within_s\":120,\"agrees\":true}");
}

static void test_a_balance(void **state)
{
    (void)state;
    check_reply(ACCOUNTS_ENQUIRE_BALANCE,
                OK ",\"balance\":45000,\"available\":30000,\"account_id\":\"" ACCOUNT "\"}");
}

static void test_the_last_movements(void **state)
{
    (void)state;
    account.movements = 2;
    account.movement[0] = (struct past_movement){ 50000, 1785542279, MOVEMENT_DEPOSIT };
    account.movement[1] = (struct past_movement){ -5000, 1785542399, MOVEMENT_WITHDRAWAL };
    check_reply(ACCOUNTS_ENQUIRE_MOVEMENTS,
                OK ",\"balance\":45000,\"movements\":["
                   "{\"at\":\"2026-07-31T23:59:59.000Z\",\"kind\":\"withdrawal\",\"amount\":-5000,"
                   "\"balance\":45000},"
                   "{\"at\":\"2026-07-31T23:57:59.000Z\",\"kind\":\"deposit\",\"amount\":50000,"
                   "\"balance\":50000}],\"account_id\":\"" ACCOUNT "\"}");
}

static void test_the_longest_movements_fit(void **state)
{
    (void)state;
    char line[REPLY_MAX];
    const money most = MONEY_CAP - 1;
    account.balance = -most;
    account.movements = ACCOUNT_MOVEMENTS;
    for (int i = 0; i < ACCOUNT_MOVEMENTS; i++)
        account.movement[i] =
            (struct past_movement){ i % 2 == 0 ? most : -most, UINT32_MAX, MOVEMENT_HELD_DEPOSIT };
    command.kind = ACCOUNTS_ENQUIRE_MOVEMENTS;
    assert_true(reply_write(line, &command, &outcome) < REPLY_MAX);
}

static void test_an_advice(void **state)
{
    (void)state;
    saga.withdrawal.state = WITHDRAWAL_REVERSED;
    saga.withdrawal.reversed = 5000;
    static const char expected[] =
        OK ",\"withdrawal_id\":\"" ID "\",\"state\":\"reversed\",\"reversed\":5000}";
    check_reply(TELLER_CONFIRM_DISPENSE, expected);
    check_reply(TELLER_RESOLVE_WITHDRAWAL, expected);
}

static void test_a_deposit_from_its_question_to_its_end(void **state)
{
    (void)state;
    static const char credited[] =
        OK ",\"deposit_id\":\"" ID "\",\"state\":\"completed\",\"amount\":9000,\"balance\":54000}";
    check_reply(TELLER_CONFIRM_DEPOSIT, credited);
    check_reply(TELLER_RESOLVE_DEPOSIT, credited);
    saga.deposit.state = DEPOSIT_SUSPECT;
    check_reply(TELLER_CONFIRM_DEPOSIT,
                OK ",\"deposit_id\":\"" ID "\",\"state\":\"suspect\",\"amount\":9000}");
    saga.deposit = (struct deposit){ .state = DEPOSIT_COUNTING };
    check_reply(TELLER_INITIATE_DEPOSIT, OK ",\"deposit_id\":\"" ID "\",\"state\":\"counting\"}");
}

static void test_the_machine(void **state)
{
    (void)state;
    static const char cassettes[] =
        "\"cassettes\":[{\"denomination\":5000,\"count\":9},{\"denomination\":2000,\"count\":3}]}";
    char expected[400];
    snprintf(expected, sizeof expected, OK ",\"teller_id\":\"" TELLER "\",%s", cassettes);
    check_reply(TELLER_PROVISION, expected);
    snprintf(expected, sizeof expected, OK ",%s", cassettes);
    check_reply(TELLER_REPLENISH_CASSETTES, expected);
    event.day = 20664;
    event.day_closed.totals = (struct day_totals){ .withdrawals = 3,
                                                   .declined = 2,
                                                   .suspect = 1,
                                                   .dispensed = 9000,
                                                   .reversed = 500,
                                                   .deposits = 4,
                                                   .deposited = 8000 };
    check_reply(TELLER_CUT_OVER,
                OK ",\"business_day\":\"2026-07-31\",\"closed_day\":\"2026-07-30\",\"totals\":"
                   "{\"withdrawals\":3,\"dispensed\":9000,\"reversed\":500,\"declined\":2,"
                   "\"suspect\":1,\"deposits\":4,\"deposited\":8000}}");
}

static void test_an_operators_commands(void **state)
{
    (void)state;
    static const char id_only[] = OK ",\"account_id\":\"" ACCOUNT "\"}";
    check_reply(ACCOUNTS_OPEN_ACCOUNT, id_only);
    check_reply(ACCOUNTS_SET_LIMITS, id_only);
    check_reply(ACCOUNTS_CLOSE_ACCOUNT, id_only);
    check_reply(ACCOUNTS_ERASE_OWNER, id_only);
    check_reply(ACCOUNTS_BLOCK_CARD, id_only);
    check_reply(ACCOUNTS_UNBLOCK_CARD, id_only);
    check_reply(ACCOUNTS_DEPOSIT_MONEY, OK ",\"account_id\":\"" ACCOUNT "\",\"balance\":45000}");
    check_reply(ACCOUNTS_WITHDRAW_MONEY, OK ",\"account_id\":\"" ACCOUNT "\",\"balance\":45000}");
    check_reply(ACCOUNTS_ISSUE_CARD,
                OK ",\"account_id\":\"" ACCOUNT "\",\"card\":\"400000******7899\""
                   ",\"card_id\":\"07000000-0000-0000-0000-000000000000\"}");
}

static void check_refusal(enum refusal refusal, const char *more)
{
    char expected[600];
    snprintf(expected, sizeof expected,
             "{\"v\":1,\"id\":\"" ID
             "\",\"ok\":false,\"code\":\"%s\",\"error\":\"%s\",\"message\":\"%s\"%s}",
             refusal_code(refusal), refusal_name(refusal), refusal_sentence(refusal), more);
    outcome.refusal = refusal;
    check_reply(TELLER_INITIATE_WITHDRAWAL, expected);
}

static void test_refusals_say_what_would_do(void **state)
{
    (void)state;
    command.amount = 7000 + 500; /* what is left: nine 50s and three 20s */
    check_refusal(REFUSED_WRONG_PIN, ",\"tries_left\":2");
    check_refusal(REFUSED_PIN_TRIES_EXCEEDED, "");
    check_refusal(REFUSED_INSUFFICIENT_FUNDS, ",\"balance\":45000");
    check_refusal(REFUSED_DAILY_LIMIT, ",\"available\":30000");
    check_refusal(REFUSED_NOT_PAYABLE, ",\"below\":7000,\"above\":9000");
    check_refusal(REFUSED_OUT_OF_CASH, ",\"below\":7000,\"above\":9000");
    check_refusal(REFUSED_CARD_BLOCKED, "");
    check_refusal(REFUSED_CUT_OVER_TOO_EARLY, ",\"business_day\":\"2026-07-31\"");
    outcome.account = NULL;
    check_refusal(REFUSED_NO_SUCH_CARD, "");
}

static void test_every_command_and_refusal_gives_json(void **state)
{
    (void)state;
    for (int bare = 0; bare < 2; bare++)
        for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
            for (int refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
                char line[REPLY_MAX];
                struct error error;
                command.kind = (enum command_kind)kind;
                outcome =
                    bare
                        ? (struct outcome){ 0 }
                        : (struct outcome){ .account = &account, .teller = &teller, .saga = &saga };
                outcome.refusal = (enum refusal)refusal;
                struct json *json = json_parse(line, reply_write(line, &command, &outcome), &error);
                assert_non_null(json);
                json_destroy(json);
            }
}

static void test_what_decided_nothing(void **state)
{
    (void)state;
    char line[REPLY_MAX];
    struct uuid id = uuid(ID);
    reply_refuse(line, NULL, REFUSED_INVALID_REQUEST, "It said \"no\".", 0);
    assert_string_equal(
        line, "{\"v\":1,\"id\":null,\"ok\":false,\"code\":\"30\",\"error\":\"invalid_request\","
              "\"message\":\"It said \\\"no\\\".\"}");
    reply_refuse(line, &id, REFUSED_BANK_UNAVAILABLE, NULL, 250);
    assert_string_equal(line,
                        "{\"v\":1,\"id\":\"" ID
                        "\",\"ok\":false,\"code\":\"91\",\"error\":\"bank_unavailable\","
                        "\"message\":\"The bank cannot answer now: send the same request again.\","
                        "\"retry_after_ms\":250}");
    reply_refuse(line, &id, NOT_REFUSED, NULL, 0);
    assert_string_equal(line, OK "}");
    reply_refuse(line, NULL, REFUSED_INVALID_REQUEST, "cut off \xc3", 0);
    assert_non_null(strstr(line, refusal_sentence(REFUSED_INVALID_REQUEST)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_an_approved_withdrawal, set_up),
        cmocka_unit_test_setup(test_a_sign_on, set_up),
        cmocka_unit_test_setup(test_a_balance, set_up),
        cmocka_unit_test_setup(test_the_last_movements, set_up),
        cmocka_unit_test_setup(test_the_longest_movements_fit, set_up),
        cmocka_unit_test_setup(test_an_advice, set_up),
        cmocka_unit_test_setup(test_a_deposit_from_its_question_to_its_end, set_up),
        cmocka_unit_test_setup(test_the_machine, set_up),
        cmocka_unit_test_setup(test_an_operators_commands, set_up),
        cmocka_unit_test_setup(test_refusals_say_what_would_do, set_up),
        cmocka_unit_test_setup(test_every_command_and_refusal_gives_json, set_up),
        cmocka_unit_test_setup(test_what_decided_nothing, set_up),
    };
    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}

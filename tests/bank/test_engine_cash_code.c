/* SPDX-License-Identifier: MIT */
/*
 * Cash codes in the engine on a simulated store: whoever has a number that is no open code hears
 * what any wrong number hears, in a reply that is not remembered and counts to the machine's
 * budget; and whoever has an open one hears nothing of the account.
 */
#include "bank/core/account.h"
#include "tests/bank/engine_call.h"

enum { RIGHT_PIN = 7, WRONG_PIN = 8, CODE_PIN = 9, NO_CARD = 99, CODE = 50, BALANCE = 400000 };
enum { LIMIT = 20, LIFE_S = CASH_CODE_LIFE_US / 1000000 };

static struct {
    struct simulation sim;
    struct engine *engine;
    struct call call;
    uint64_t ids;
} bench;

static struct uuid machine(void)
{
    return sim_id(1, 1);
}

/* Each has the card of its number. */
static struct uuid account(uint64_t number)
{
    return sim_id(2, number);
}

static struct uuid next_id(void)
{
    return sim_id(9, ++bench.ids);
}

static void submit(struct call *call, unsigned sender, struct uuid id, struct command command,
                   bool repeat)
{
    command.id = command.correlation_id = id;
    if (command_is(command.kind, BEGINS))
        *command_id_of(&command, command_traits(command.kind)->saga) = id;
    struct request request = { .command = command,
                               .sender = sender,
                               .signed_on = machine(),
                               .actor = "test",
                               .repeat = repeat };
    memcpy(request.pin_block, command.pin_reference, sizeof request.pin_block);
    call_send(bench.engine, call, request);
}

static const char *say(unsigned sender, struct uuid id, struct command command)
{
    submit(&bench.call, sender, id, command, false);
    for (int i = 0; i < 10000 && bench.call.answers == 0; i++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    assert_int_equal(bench.call.answers, 1);
    return bench.call.reply;
}

static struct command with(enum command_kind kind, int card, int pin, money amount)
{
    struct command command = { .kind = kind, .teller_id = machine(), .amount = amount };
    memset(command.card, card, sizeof command.card);
    memset(command.pin_reference, pin, sizeof command.pin_reference);
    return command;
}

static struct command ask(int card, int code, money amount)
{
    struct command command = with(ACCOUNTS_ISSUE_CASH_CODE, card, RIGHT_PIN, amount);
    memset(command.cash_code, code, sizeof command.cash_code);
    memset(command.new_pin_reference, CODE_PIN, sizeof command.new_pin_reference);
    strcpy(command.code_masked, "******1234");
    return command;
}

static struct command redeem(int code, int pin, money amount)
{
    return with(TELLER_INITIATE_WITHDRAWAL, code, pin, amount);
}

static void open_account(uint64_t number)
{
    struct command command = { .kind = ACCOUNTS_OPEN_ACCOUNT,
                               .account_id = account(number),
                               .daily_limit = 100000,
                               .owner = "Peter" };
    say(BY_OPERATOR, next_id(), command);
    command.kind = ACCOUNTS_DEPOSIT_MONEY;
    command.amount = BALANCE;
    say(BY_OPERATOR, next_id(), command);
    command = (struct command){ .kind = ACCOUNTS_ISSUE_CARD, .account_id = account(number) };
    memset(command.card, (int)number, sizeof command.card);
    memset(command.pin_reference, RIGHT_PIN, sizeof command.pin_reference);
    check_contains(say(BY_OPERATOR, next_id(), command), "\"ok\":true");
}

static int64_t bench_limit = LIMIT;

static int open_bank(void **state)
{
    (void)state;
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.sim, 11);
    struct engine_settings settings = engine_settings_default();
    settings.accounts_max = settings.withdrawals_max = settings.commands_max = 1;
    settings.failed_auth_limit = bench_limit;
    settings.batch_early = 1;
    bench.engine = sim_engine_create(&bench.sim, &settings);
    say(BY_OPERATOR, next_id(),
        (struct command){ .kind = TELLER_PROVISION,
                          .teller_id = machine(),
                          .notes = { .length = 1, .item = { { 5000, 40 } } } });
    open_account(1);
    open_account(2);
    return 0;
}

static int close_bank(void **state)
{
    (void)state;
    engine_destroy(bench.engine);
    sim_finish(&bench.sim);
    return 0;
}

static void test_the_reply_names_the_code_masked_its_amount_and_its_end(void **state)
{
    (void)state;
    const struct uuid id = next_id();
    char first[SIM_REPLY_MAX];
    snprintf(first, sizeof first, "%s", say(BY_TERMINAL, id, ask(1, CODE, 20000)));
    check_contains(first, "\"cash_code\":\"******1234\",\"card_id\":\"32323232-");
    check_contains(first, "\"amount\":20000,\"until\":\"");
    const size_t events = bench.sim.event_count;
    assert_string_equal(say(BY_TERMINAL, id, ask(1, CODE, 20000)), first);
    check_contains(say(BY_TERMINAL, id, ask(1, CODE + 1, 20000)), "id_conflict");
    assert_int_equal(bench.sim.event_count, events);
}

static void test_who_withdraws_with_a_code_hears_nothing_of_the_account(void **state)
{
    (void)state;
    say(BY_TERMINAL, next_id(), ask(1, CODE, 100000));
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, WRONG_PIN, 5000)), "\"tries_left\":2}");
    say(BY_TERMINAL, next_id(), with(TELLER_INITIATE_WITHDRAWAL, 1, RIGHT_PIN, 50000));
    check_contains(bench.call.reply, "\"balance\":350000");
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 100000)), "daily_limit");
    assert_null(strstr(bench.call.reply, "available"));
    say(BY_OPERATOR, next_id(),
        (struct command){
            .kind = ACCOUNTS_WITHDRAW_MONEY, .account_id = account(1), .amount = 340000 });
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 50000)), "insufficient_f");
    assert_null(strstr(bench.call.reply, "balance"));
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 5000)), "\"ok\":true");
    assert_null(strstr(bench.call.reply, "balance"));
}

/* What follows the id. */
static const char *after_id(const char *reply)
{
    return strstr(reply, "\"ok\":");
}

/* Without an event, nothing remembered, and the same words. */
static void assert_is_no_card(int code)
{
    static const int pins[] = { CODE_PIN, WRONG_PIN };
    char unknown[SIM_REPLY_MAX];
    for (int i = 0; i < 2; i++) {
        const size_t events = bench.sim.event_count, commands = bench.sim.command_count;
        snprintf(unknown, sizeof unknown, "%s",
                 after_id(say(BY_TERMINAL, next_id(), redeem(NO_CARD, pins[i], 5000))));
        check_contains(unknown, "no_such_card");
        assert_string_equal(after_id(say(BY_TERMINAL, next_id(), redeem(code, pins[i], 5000))),
                            unknown);
        assert_int_equal(bench.sim.event_count, events);
        assert_int_equal(bench.sim.command_count, commands);
    }
}

static void test_used_replaced_blocked_and_late_codes_are_as_ones_that_never_were(void **state)
{
    (void)state;
    say(BY_TERMINAL, next_id(), ask(1, CODE, 20000));
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 20000)), "\"ok\":true");
    assert_is_no_card(CODE);
    say(BY_TERMINAL, next_id(), ask(1, CODE + 1, 20000));
    say(BY_TERMINAL, next_id(), ask(1, CODE + 2, 20000));
    assert_is_no_card(CODE + 1);
    struct command block = { .kind = ACCOUNTS_BLOCK_CARD };
    memset(block.card, CODE + 2, sizeof block.card);
    check_contains(say(BY_OPERATOR, next_id(), block), "\"ok\":true");
    assert_is_no_card(CODE + 2);
    say(BY_TERMINAL, next_id(), ask(1, CODE + 3, 20000));
    bench.sim.now_us += INT64_C(1000000) * LIFE_S;
    for (int i = 0; i < 200; i++) { /* the withdrawal that nobody told the end of is suspect now */
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    assert_is_no_card(CODE + 3);
}

static void test_too_much_is_told_with_what_the_code_is_good_for(void **state)
{
    (void)state;
    say(BY_TERMINAL, next_id(), ask(1, CODE, 20000));
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 25000)),
                   "\"code\":\"61\",\"error\":\"cash_code_amount\"");
    check_contains(bench.call.reply, "\"available\":20000}");
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, WRONG_PIN, 25000)), "wrong_pin");
    assert_null(strstr(bench.call.reply, "20000"));
}

static void test_a_code_that_has_ended_counts_to_the_machines_budget(void **state)
{
    (void)state;
    say(BY_TERMINAL, next_id(), ask(1, CODE, 20000));
    say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 20000));
    for (int i = 0; i < LIMIT; i++)
        check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 5000)), "no_such_card");
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 5000)),
                   "authentication_limit");
}

/* The id of a refusal that nobody remembers is free: the right PIN under it is a withdrawal. */
static void test_a_retry_says_nothing_that_was_not_a_try(void **state)
{
    (void)state;
    const struct uuid id = next_id();
    say(BY_TERMINAL, next_id(), ask(1, CODE, 20000));
    check_contains(say(BY_TERMINAL, id, redeem(CODE, WRONG_PIN, 5000)), "\"tries_left\":2");
    for (int i = 0; i < 5; i++)
        check_contains(say(BY_TERMINAL, id, redeem(CODE, WRONG_PIN, 5000)), "\"tries_left\":2");
    check_contains(say(BY_TERMINAL, id, redeem(CODE, CODE_PIN, 5000)), "id_conflict");
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, WRONG_PIN, 5000)), "\"tries_left\":1");
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, WRONG_PIN, 5000)),
                   "pin_tries_exceeded");
    assert_is_no_card(CODE);
}

static void test_a_code_is_no_card_for_anything_else_and_receives_nothing(void **state)
{
    (void)state;
    say(BY_TERMINAL, next_id(), ask(1, CODE, 20000));
    const size_t events = bench.sim.event_count;
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        if (!command_is(kind, AUTHENTICATES) || kind == TELLER_INITIATE_WITHDRAWAL)
            continue;
        struct command command = with(kind, CODE, CODE_PIN, 5000);
        memset(command.other_card, 2, sizeof command.other_card);
        check_contains(say(BY_TERMINAL, next_id(), command), "no_such_card");
    }
    assert_int_equal(bench.sim.event_count, events);
    struct command transfer = with(TRANSFERS_INITIATE_TRANSFER, 2, RIGHT_PIN, 5000);
    memset(transfer.other_card, CODE, sizeof transfer.other_card);
    check_contains(say(BY_TERMINAL, next_id(), transfer), "no_such_receiver");
    check_contains(say(BY_TERMINAL, next_id(), redeem(CODE, CODE_PIN, 5000)), "\"ok\":true");
}

static void test_one_number_is_one_accounts_code_and_no_cards(void **state)
{
    (void)state;
    say(BY_TERMINAL, next_id(), ask(1, CODE, 20000));
    check_contains(say(BY_TERMINAL, next_id(), ask(2, CODE, 20000)), "already_exists");
    check_contains(say(BY_TERMINAL, next_id(), ask(2, 1, 20000)), "already_exists");
    struct command issue = { .kind = ACCOUNTS_ISSUE_CARD, .account_id = account(2) };
    memset(issue.card, CODE, sizeof issue.card);
    check_contains(say(BY_OPERATOR, next_id(), issue), "already_exists");
}

/* ---- what is lost on the way ---- */

static bool unanswered(const struct call *call)
{
    return call->answers == 0 || strstr(call->reply, "bank_unavailable") != NULL;
}

/* Sends each until it is answered, in more ways than one when the log comes and goes. */
static void see_through(struct call *calls, const struct command *commands, const struct uuid *ids,
                        int count)
{
    int open = count;
    for (int i = 0; i < count; i++)
        submit(&calls[i], BY_TERMINAL, ids[i], commands[i], false);
    for (int turns = 0; turns < 100000 && open > 0; turns++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
        open = 0;
        for (int i = 0; i < count; i++) {
            if (calls[i].answers > 0 && unanswered(&calls[i]))
                submit(&calls[i], BY_TERMINAL, ids[i], commands[i], true);
            open += unanswered(&calls[i]);
        }
    }
    assert_int_equal(open, 0);
}

static void test_whatever_is_lost_a_code_pays_out_exactly_once(void **state)
{
    (void)state;
    static struct call calls[4];
    bench.sim.lost_percent = 20;
    bench.sim.away_percent = 2;
    for (int round = 0; round < 30; round++) {
        struct command commands[4] = { ask(1, CODE + round, 5000) };
        struct uuid ids[4] = { next_id() };
        see_through(calls, commands, ids, 1);
        check_contains(calls[0].reply, "\"ok\":true");
        for (int i = 0; i < 4; i++) {
            commands[i] = redeem(CODE + round, CODE_PIN, 5000);
            ids[i] = next_id();
        }
        see_through(calls, commands, ids, 4);
        int paid = 0;
        for (int i = 0; i < 4; i++) {
            paid += strstr(calls[i].reply, "\"ok\":true") != NULL;
            if (strstr(calls[i].reply, "\"ok\":true") == NULL)
                check_contains(calls[i].reply, "no_such_card");
        }
        assert_int_equal(paid, 1);
        bench.sim.now_us += INT64_C(86400) * 1000000; /* five a day */
    }
}

static int open_bank_without_budget(void **state)
{
    bench_limit = 0;
    const int opened = open_bank(state);
    bench_limit = LIMIT;
    return opened;
}

#define sentence(test) cmocka_unit_test_setup_teardown(test, open_bank, close_bank)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_the_reply_names_the_code_masked_its_amount_and_its_end),
        sentence(test_who_withdraws_with_a_code_hears_nothing_of_the_account),
        sentence(test_used_replaced_blocked_and_late_codes_are_as_ones_that_never_were),
        sentence(test_too_much_is_told_with_what_the_code_is_good_for),
        sentence(test_a_code_that_has_ended_counts_to_the_machines_budget),
        sentence(test_a_retry_says_nothing_that_was_not_a_try),
        sentence(test_a_code_is_no_card_for_anything_else_and_receives_nothing),
        cmocka_unit_test_setup_teardown(test_whatever_is_lost_a_code_pays_out_exactly_once,
                                        open_bank_without_budget, close_bank),
        sentence(test_one_number_is_one_accounts_code_and_no_cards),
    };
    return cmocka_run_group_tests_name("engine_cash_code", tests, NULL, NULL);
}

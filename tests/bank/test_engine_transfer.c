/* SPDX-License-Identifier: MIT */
/*
 * Transfers in the engine on a simulated store: all steps of one are one batch,
 * an id is answered once whatever is lost on the way, and a receiver's card
 * cannot be guessed.
 */
#include "bank/core/saga.h"
#include "tests/bank/engine_call.h"

enum { ACCOUNTS = 4, CALLS = 6, RIGHT_PIN = 7, WRONG_PIN = 8, NO_CARD = 99, BALANCE = 400000 };

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

static void turn(void)
{
    engine_run(bench.engine);
    sim_step(&bench.sim);
}

/* Sends it under that id and waits for the reply. */
static const char *say(unsigned sender, struct uuid id, struct command command)
{
    submit(&bench.call, sender, id, command, false);
    for (int i = 0; i < 10000 && bench.call.answers == 0; i++)
        turn();
    assert_int_equal(bench.call.answers, 1);
    return bench.call.reply;
}

static struct uuid next_id(void)
{
    return sim_id(9, ++bench.ids);
}

static struct command transfer(int from, int to, money amount)
{
    struct command command = { .kind = TRANSFERS_INITIATE_TRANSFER,
                               .teller_id = machine(),
                               .amount = amount };
    memset(command.card, from, sizeof command.card);
    memset(command.other_card, to, sizeof command.other_card);
    memset(command.pin_reference, RIGHT_PIN, sizeof command.pin_reference);
    return command;
}

static struct command by_hand(uint64_t from, uint64_t to, money amount)
{
    return (struct command){ .kind = TRANSFERS_MAKE_TRANSFER,
                             .account_id = account(from),
                             .other_id = account(to),
                             .amount = amount };
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

static int open_bank(void **state)
{
    (void)state;
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.sim, 11);
    struct engine_settings settings = engine_settings_default();
    settings.accounts_max = settings.withdrawals_max = settings.commands_max = 1;
    settings.failed_auth_limit = 4;
    settings.batch_early = 1;
    bench.engine = sim_engine_create(&bench.sim, &settings);
    say(BY_OPERATOR, next_id(),
        (struct command){ .kind = TELLER_PROVISION,
                          .teller_id = machine(),
                          .notes = { .length = 1, .item = { { 5000, 20 } } } });
    for (uint64_t i = 1; i <= ACCOUNTS; i++)
        open_account(i);
    return 0;
}

static int close_bank(void **state)
{
    (void)state;
    engine_destroy(bench.engine);
    sim_finish(&bench.sim);
    return 0;
}

static void assert_log_ends(const enum event_kind *kinds, size_t count)
{
    assert_true(bench.sim.event_count >= count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(
            event_type(bench.sim.event[bench.sim.event_count - count + i].event.kind),
            event_type(kinds[i]));
}

static money balance_of(uint64_t number)
{
    struct account state = { 0 };
    const struct uuid id = account(number);
    for (size_t i = 0; i < bench.sim.event_count; i++)
        if (uuid_equal(&bench.sim.event[i].event.stream_id, &id))
            account_apply(&state, &bench.sim.event[i].event);
    assert_int_equal(state.held, 0);
    assert_int_equal(account_sums(&state), state.balance);
    return state.balance;
}

static void test_a_transfer_is_one_batch_and_says_what_is_left(void **state)
{
    (void)state;
    struct uuid id = sim_id(3, 1);
    const int64_t batches = engine_metrics(bench.engine)->batches;
    check_contains(say(BY_TERMINAL, id, transfer(1, 2, 30000)),
                   "\"amount\":30000,\"balance\":370000,\"available\":70000}");
    assert_int_equal(engine_metrics(bench.engine)->batches, batches + 1);
    assert_log_ends(
        (const enum event_kind[]){ ACCOUNTS_AUTHORIZATION_CONFIRMED, TRANSFERS_TRANSFER_INITIATED,
                                   TRANSFERS_TRANSFER_CREDITED, TRANSFERS_TRANSFER_COMPLETED },
        4);
    const struct event *credited = &bench.sim.event[bench.sim.event_count - 2].event;
    struct uuid paula = account(2);
    assert_true(uuid_equal(&credited->stream_id, &paula));
    assert_true(uuid_equal(&credited->correlation_id, &id));
    check_contains(say(BY_OPERATOR, sim_id(3, 2), by_hand(2, 3, 430000)), "\"balance\":0");
}

static void test_an_id_is_answered_once_and_is_one_content(void **state)
{
    (void)state;
    char first[SIM_REPLY_MAX];
    struct uuid id = sim_id(3, 1);
    snprintf(first, sizeof first, "%s", say(BY_TERMINAL, id, transfer(1, 2, 30000)));
    for (uint64_t i = 0; i < 8; i++) /* out of the caches with it */
        say(BY_OPERATOR, sim_id(3, 10 + i), by_hand(3, 4, 100));
    const size_t events = bench.sim.event_count;
    assert_string_equal(say(BY_TERMINAL, id, transfer(1, 2, 30000)), first);
    check_contains(say(BY_TERMINAL, id, transfer(1, 3, 30000)), "id_conflict");
    check_contains(say(BY_TERMINAL, id, transfer(1, 2, 30001)), "id_conflict");
    check_contains(say(BY_OPERATOR, id, by_hand(1, 2, 30000)), "id_conflict");
    assert_int_equal(bench.sim.event_count, events);
}

static void test_a_refusal_by_the_target_is_the_answer(void **state)
{
    (void)state;
    struct command full = { .kind = ACCOUNTS_DEPOSIT_MONEY,
                            .account_id = account(2),
                            .amount = MONEY_CAP - BALANCE - 1000 };
    check_contains(say(BY_OPERATOR, next_id(), full), "\"ok\":true");
    check_contains(say(BY_TERMINAL, sim_id(3, 1), transfer(1, 2, 5000)),
                   "\"error\":\"balance_limit\"");
    assert_log_ends(
        (const enum event_kind[]){ TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_RETURNED }, 2);
    check_contains(say(BY_TERMINAL, sim_id(3, 1), transfer(1, 2, 5000)), "balance_limit");
    check_contains(say(BY_OPERATOR, sim_id(3, 2), by_hand(1, 9, 5000)), "no_such_receiver");
    check_contains(say(BY_OPERATOR, sim_id(3, 3), by_hand(9, 1, 5000)), "no_such_account");
    check_contains(say(BY_OPERATOR, sim_id(3, 4), by_hand(1, 1, 5000)), "same_account");
    check_contains(say(BY_OPERATOR, sim_id(3, 5), by_hand(1, 3, BALANCE)), "\"balance\":0");
}

/* It counts for the account that tries, and neither for the machine nor for its next customer. */
static void test_a_receivers_card_cannot_be_guessed(void **state)
{
    (void)state;
    uint64_t i = 1;
    for (; i <= WRONG_RECEIVERS_MAX; i++)
        check_contains(say(BY_TERMINAL, sim_id(3, i), transfer(1, NO_CARD, 100)),
                       "\"error\":\"no_such_receiver\"");
    check_contains(say(BY_TERMINAL, sim_id(3, i++), transfer(1, 2, 100)),
                   "\"code\":\"65\",\"error\":\"receiver_limit\"");
    check_contains(say(BY_TERMINAL, sim_id(3, i++), transfer(1, NO_CARD, 100)), "receiver_limit");
    check_contains(say(BY_TERMINAL, sim_id(3, 1), transfer(1, NO_CARD, 100)), "no_such_receiver");
    check_contains(say(BY_TERMINAL, sim_id(3, i++), transfer(2, 1, 100)), "\"ok\":true");
    check_contains(say(BY_OPERATOR, sim_id(3, i++), by_hand(1, 2, 100)), "\"ok\":true");
    bench.sim.now_us += INT64_C(86400) * 1000000;
    check_contains(say(BY_TERMINAL, sim_id(3, i++), transfer(1, 2, 100)), "\"ok\":true");
}

static void test_a_wrong_pin_says_nothing_of_the_receiver(void **state)
{
    (void)state;
    struct command wrong = transfer(1, NO_CARD, 100);
    memset(wrong.pin_reference, WRONG_PIN, sizeof wrong.pin_reference);
    check_contains(say(BY_TERMINAL, sim_id(3, 1), wrong), "\"error\":\"wrong_pin\"");
    check_contains(bench.call.reply, "\"tries_left\":2");
    const size_t events = bench.sim.event_count;
    check_contains(say(BY_TERMINAL, sim_id(3, 2), transfer(NO_CARD, 2, 100)), "no_such_card");
    assert_int_equal(bench.sim.event_count, events);
}

static void test_a_barred_machine_transfers_nothing(void **state)
{
    (void)state;
    say(BY_OPERATOR, next_id(),
        (struct command){ .kind = TELLER_BAR, .teller_id = machine(), .reason = "stolen" });
    check_contains(say(BY_TERMINAL, sim_id(3, 1), transfer(1, 2, 100)), "teller_barred");
}

/* What it is told counts as no try, so not even its time may depend on a card. */
static void test_for_a_barred_machine_no_card_is_looked_for(void **state)
{
    (void)state;
    say(BY_OPERATOR, next_id(),
        (struct command){ .kind = TELLER_BAR, .teller_id = machine(), .reason = "stolen" });
    const int64_t loads = engine_metrics(bench.engine)->loads;
    const int cards[] = { 1, 2, 3, NO_CARD };
    uint64_t ids = 0;
    for (int i = 0; i < 16; i++) {
        struct command command = transfer(cards[i / 4], cards[i % 4], 100);
        check_contains(say(BY_TERMINAL, sim_id(3, ++ids), command), "teller_barred");
        for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
            command.kind = kind;
            if (command_is(kind, AUTHENTICATES))
                check_contains(say(BY_TERMINAL, sim_id(3, ++ids), command), "teller_barred");
        }
    }
    assert_int_equal(engine_metrics(bench.engine)->loads, loads);
}

static void test_a_card_whose_issue_was_undone_receives_nothing(void **state)
{
    (void)state;
    static struct call issue, send;
    struct command command = { .kind = ACCOUNTS_ISSUE_CARD, .account_id = account(2) };
    const struct uuid used = sim_id(3, 1);
    say(BY_OPERATOR, used, by_hand(3, 4, 100));
    say(BY_OPERATOR, next_id(), by_hand(3, 4, 100)); /* the id is out of memory */
    memset(command.card, NO_CARD, sizeof command.card);
    submit(&issue, BY_OPERATOR, used, command, false);
    submit(&send, BY_TERMINAL, sim_id(3, 2), transfer(1, NO_CARD, 5000), false);
    for (int i = 0; i < 10000 && issue.answers + send.answers < 2; i++)
        turn();
    check_contains(issue.reply, "id_conflict");
    check_contains(send.reply, "no_such_receiver");
    assert_int_equal(balance_of(2), BALANCE);
}

/* ---- what is lost on the way ---- */

/* That transfer as the log has it. */
static struct transfer transfer_in_log(const struct uuid *id)
{
    struct saga_state state = { 0 };
    for (size_t i = 0; i < bench.sim.event_count; i++)
        if (uuid_equal(&bench.sim.event[i].event.correlation_id, id))
            saga_apply(&state, &bench.sim.event[i].event);
    return state.transfer;
}

static struct command random_transfer(void)
{
    struct simulation *sim = &bench.sim;
    const uint64_t from = 1 + sim_random(sim, ACCOUNTS), to = 1 + sim_random(sim, ACCOUNTS + 1);
    return by_hand(from, to, (money)(1 + sim_random(sim, 150)) * 1000);
}

/* Sends one until it is answered, in more ways than one when the log comes and goes. */
static void see_through(struct call calls[static CALLS], struct command commands[static CALLS],
                        uint64_t round)
{
    int open = CALLS;
    for (uint64_t i = 0; i < CALLS; i++) {
        commands[i] = random_transfer();
        submit(&calls[i], BY_OPERATOR, sim_id(4, round * CALLS + i), commands[i], false);
    }
    for (int turns = 0; turns < 100000 && open > 0; turns++) {
        turn();
        for (uint64_t i = 0; i < CALLS; i++) {
            if (calls[i].answers == 0 || strstr(calls[i].reply, "bank_unavailable") == NULL)
                continue;
            submit(&calls[i], BY_OPERATOR, sim_id(4, round * CALLS + i), commands[i], true);
        }
        open = 0;
        for (uint64_t i = 0; i < CALLS; i++)
            open += calls[i].answers == 0 || strstr(calls[i].reply, "bank_unavailable") != NULL;
    }
    assert_int_equal(open, 0);
}

static void test_whatever_is_lost_a_transfer_is_whole_or_not_there(void **state)
{
    (void)state;
    static struct call calls[CALLS];
    struct command commands[CALLS];
    int completed = 0;
    bench.sim.lost_percent = 20;
    bench.sim.away_percent = 2;
    for (uint64_t round = 0; round < 150; round++) {
        money all = 0;
        see_through(calls, commands, round);
        for (uint64_t i = 0; i < CALLS; i++) {
            const struct uuid id = sim_id(4, round * CALLS + i);
            const struct transfer transfer = transfer_in_log(&id);
            const bool ok = strstr(calls[i].reply, "\"ok\":true") != NULL;
            assert_null(transfer_wrong(&transfer));
            assert_true(transfer_ended(&transfer));
            assert_int_equal(transfer.state == TRANSFER_COMPLETED, ok);
            completed += ok;
        }
        for (uint64_t i = 1; i <= ACCOUNTS; i++)
            all += balance_of(i);
        assert_int_equal(all, ACCOUNTS * BALANCE);
    }
    assert_true(completed > 100);
    assert_true(bench.sim.losses > 50);
    assert_true(bench.sim.outages > 5);
}

#define in_bank(test) cmocka_unit_test_setup_teardown(test, open_bank, close_bank)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_bank(test_a_transfer_is_one_batch_and_says_what_is_left),
        in_bank(test_an_id_is_answered_once_and_is_one_content),
        in_bank(test_a_refusal_by_the_target_is_the_answer),
        in_bank(test_a_receivers_card_cannot_be_guessed),
        in_bank(test_a_wrong_pin_says_nothing_of_the_receiver),
        in_bank(test_a_barred_machine_transfers_nothing),
        in_bank(test_for_a_barred_machine_no_card_is_looked_for),
        in_bank(test_a_card_whose_issue_was_undone_receives_nothing),
        in_bank(test_whatever_is_lost_a_transfer_is_whole_or_not_there),
    };
    return cmocka_run_group_tests_name("transfers in the engine", tests, NULL, NULL);
}

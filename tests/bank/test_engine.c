/* SPDX-License-Identifier: MIT */
/* The engine on a simulated store: time that passes, a card that is taken, more than it has room
 * for. */
#include "tests/bank/engine_terminals.h"

static void test_an_unconfirmed_withdrawal_becomes_suspect_and_is_never_reversed(void **state)
{
    (void)state;
    static struct bench bench;
    bench_open(&bench, 99, 0, 0);
    struct terminal *terminal = &bench.terminal[0];
    terminal->bench = &bench;
    terminal_begin(terminal);
    terminal->withdrawal_id.bytes[7] = 2; /* an amount and a card that work */
    terminal_say(terminal);
    while (terminal->busy)
        bench_turn(&bench);
    int64_t before = (int64_t)bench.sim.event_count;
    assert_int_equal(bench.sim.event[before - 1].event.kind, TELLER_MONEY_WITHDRAWN);
    bench.sim.now_us += 400000;
    while (!engine_idle(bench.engine) || (int64_t)bench.sim.event_count == before)
        bench_turn(&bench);
    assert_int_equal(bench.sim.event_count, before + 1);
    assert_int_equal(bench.sim.event[before].event.kind, TELLER_WITHDRAWAL_SUSPECTED);
    bench_close(&bench);
}

static void test_a_card_has_one_account(void **state)
{
    (void)state;
    static struct bench bench;
    bench_open(&bench, 11, 0, 0);
    size_t before = bench.sim.event_count;
    struct command again = { .kind = ACCOUNTS_ISSUE_CARD, .account_id = account_id(1) };
    memset(again.card, 1, sizeof again.card); /* the first account's */
    again.id = again.correlation_id = sim_fresh_id(&bench.sim);
    bench.set_up = (struct request){ .command = again,
                                     .sender = BY_OPERATOR,
                                     .actor = "operator",
                                     .done = set_up_answered,
                                     .owner = &bench };
    request_hash_content(&bench.set_up);
    bench.set_up_done = false;
    engine_submit(bench.engine, &bench.set_up);
    while (!bench.set_up_done)
        bench_turn(&bench);
    assert_false(bench.set_up_ok);
    assert_int_equal(bench.set_up.refusal, REFUSED_ALREADY_EXISTS);
    assert_int_equal(bench.sim.event_count, before);
    bench_close(&bench);
}

static void test_too_much_is_turned_away_and_nothing_of_it_happens(void **state)
{
    (void)state;
    static struct bench bench;
    static struct request request[64];
    bench_open(&bench, 7, 0, 0);
    engine_destroy(bench.engine);
    struct engine_settings settings = engine_settings_default();
    settings.queue_max = 16;
    bench.engine = sim_engine_create(&bench.sim, &settings);
    struct terminal *unused = &bench.terminal[0];
    unused->bench = &bench;
    unused->phase = ASKS;
    unused->first_length = 0;
    for (int i = 0; i < 64; i++) {
        request[i] = (struct request){
            .sender = BY_TERMINAL, .actor = "terminal", .done = terminal_answered, .owner = unused
        };
        request[i].signed_on = teller_id();
        request[i].command = (struct command){ .kind = TELLER_CUT_OVER, .teller_id = teller_id() };
        request[i].command.id = request[i].command.correlation_id = sim_id(9, (uint64_t)i);
        request_hash_content(&request[i]);
        engine_submit(bench.engine, &request[i]);
    }
    assert_int_equal(bench.unavailable, 48);
    assert_int_equal(engine_metrics(bench.engine)->turned_away, 48);
    /* An operator has an eighth more room, and what ends a withdrawal twice as much. */
    static struct request more[20];
    for (int i = 0; i < 20; i++) {
        more[i] = request[0];
        more[i].command = (struct command){ .kind = TELLER_CONFIRM_DISPENSE,
                                            .teller_id = teller_id(),
                                            .withdrawal_id = sim_id(8, (uint64_t)i),
                                            .outcome = OUTCOME_NOT_DISPENSED };
        more[i].command.correlation_id = more[i].command.withdrawal_id;
        if (i < 3) {
            more[i].sender = BY_OPERATOR;
            more[i].command = (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY,
                                                .account_id = account_id(0),
                                                .amount = 1 };
            more[i].command.correlation_id = sim_id(10, (uint64_t)i);
        }
        more[i].command.id = sim_id(10, (uint64_t)i);
        request_hash_content(&more[i]);
        engine_submit(bench.engine, &more[i]);
    }
    assert_int_equal(bench.unavailable, 48 + 1 + 3);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_unconfirmed_withdrawal_becomes_suspect_and_is_never_reversed),
        cmocka_unit_test(test_a_card_has_one_account),
        cmocka_unit_test(test_too_much_is_turned_away_and_nothing_of_it_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

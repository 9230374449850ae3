/* SPDX-License-Identifier: MIT */
/*
 * Deposits in the engine on a simulated store: the steps of one are one batch
 * each, an id is answered once, and what has left the caches is read again by
 * its correlation id.
 */
#include "tests/bank/simulation.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct {
    struct simulation sim;
    struct engine *engine;
    struct request request;
    char reply[SIM_REPLY_MAX];
    bool answered;
} bench;

static struct uuid machine(void)
{
    return sim_id(1, 1);
}

static struct uuid account(void)
{
    return sim_id(2, 1);
}

static void on_answer(struct request *request, const char *line, size_t length, bool replayed)
{
    (void)request, (void)replayed;
    assert_true(length < sizeof bench.reply);
    memcpy(bench.reply, line, length);
    bench.reply[length] = '\0';
    bench.answered = true;
}

/* Sends it under that id and waits for the reply. */
static const char *say(unsigned sender, struct uuid id, struct command command)
{
    command.id = id;
    if (command.kind == TELLER_INITIATE_DEPOSIT)
        command.deposit_id = id;
    const struct uuid *process_id = command_saga_id(&command);
    command.correlation_id = uuid_is_nil(process_id) ? id : *process_id;
    bench.request = (struct request){ .command = command,
                                      .sender = sender,
                                      .signed_on = machine(),
                                      .actor = "test",
                                      .done = on_answer };
    request_hash_content(&bench.request);
    bench.answered = false;
    engine_submit(bench.engine, &bench.request);
    for (int i = 0; i < 10000 && !bench.answered; i++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    assert_true(bench.answered);
    return bench.reply;
}

static struct command put_in(void)
{
    struct command command = { .kind = TELLER_INITIATE_DEPOSIT, .teller_id = machine() };
    memset(command.card, 1, sizeof command.card);
    memset(command.pin_reference, 7, sizeof command.pin_reference);
    return command;
}

static struct command advice(struct uuid deposit_id, enum deposit_outcome outcome)
{
    struct command command = { .kind = TELLER_CONFIRM_DEPOSIT,
                               .teller_id = machine(),
                               .deposit_id = deposit_id,
                               .deposit_outcome = outcome };
    if (outcome == OUTCOME_COUNTED)
        command.notes = (struct notes){ .length = 1, .item = { { 5000, 3 } } };
    command.notes_given = command.notes.length > 0;
    return command;
}

static struct command of_account(enum command_kind kind, money amount)
{
    return (struct command){
        .kind = kind, .account_id = account(), .amount = amount, .owner = "Peter"
    };
}

/* The kinds of the last events of the log, oldest first. */
static void assert_log_ends(const enum event_kind *kinds, size_t count, struct uuid correlation_id)
{
    assert_true(bench.sim.event_count >= count);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &bench.sim.event[bench.sim.event_count - count + i].event;
        assert_string_equal(event_type(event->kind), event_type(kinds[i]));
        assert_true(uuid_equal(&event->correlation_id, &correlation_id));
    }
}

static int open_bank(void **state)
{
    (void)state;
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.sim, 7);
    struct engine_settings settings = engine_settings_default();
    settings.withdrawals_max = settings.commands_max = 1; /* so that both are read again */
    bench.engine = sim_engine_create(&bench.sim, &settings);
    struct command card = of_account(ACCOUNTS_ISSUE_CARD, 0);
    memset(card.card, 1, sizeof card.card);
    memset(card.pin_reference, 7, sizeof card.pin_reference);
    check_contains(say(BY_OPERATOR, sim_id(9, 1),
                       (struct command){ .kind = TELLER_PROVISION,
                                         .teller_id = machine(),
                                         .notes = { .length = 1, .item = { { 5000, 20 } } } }),
                   "\"ok\":true");
    check_contains(say(BY_OPERATOR, sim_id(9, 2), of_account(ACCOUNTS_OPEN_ACCOUNT, 0)),
                   "\"ok\":true");
    check_contains(say(BY_OPERATOR, sim_id(9, 3), card), "\"ok\":true");
    return 0;
}

static int close_bank(void **state)
{
    (void)state;
    engine_destroy(bench.engine);
    sim_finish(&bench.sim);
    return 0;
}

static void test_a_deposit_goes_from_the_question_to_the_account(void **state)
{
    (void)state;
    struct uuid id = sim_id(3, 1);
    check_contains(say(BY_TERMINAL, id, put_in()), "\"state\":\"counting\"");
    assert_log_ends(
        (const enum event_kind[]){ ACCOUNTS_AUTHORIZATION_CONFIRMED, TELLER_DEPOSIT_INITIATED }, 2,
        id);
    check_contains(say(BY_TERMINAL, sim_id(4, 1), advice(id, OUTCOME_COUNTED)),
                   "\"state\":\"completed\",\"amount\":15000,\"balance\":15000}");
    assert_log_ends((const enum event_kind[]){ TELLER_MONEY_DEPOSITED, ACCOUNTS_MONEY_DEPOSITED },
                    2, id);
    /* Each command's events carry its own id: the process manager's is another one. */
    size_t last = bench.sim.event_count - 1;
    struct uuid own = sim_id(4, 1);
    assert_true(uuid_equal(&bench.sim.event[last - 1].event.causation_id, &own));
    assert_true(uuid_equal(&bench.sim.event[last].origin.parent_id, &own));
    assert_int_equal(bench.sim.event[last].origin.command, ACCOUNTS_DEPOSIT_MONEY);
}

static void test_a_repeated_advice_is_answered_as_the_first_was(void **state)
{
    (void)state;
    char first[SIM_REPLY_MAX];
    struct uuid id = sim_id(3, 1);
    say(BY_TERMINAL, id, put_in());
    snprintf(first, sizeof first, "%s",
             say(BY_TERMINAL, sim_id(4, 1), advice(id, OUTCOME_COUNTED)));
    for (uint64_t i = 0; i < 8; i++) /* out of the caches with it */
        say(BY_TERMINAL, sim_id(3, 10 + i), put_in());
    size_t events = bench.sim.event_count;
    assert_string_equal(say(BY_TERMINAL, sim_id(4, 1), advice(id, OUTCOME_COUNTED)), first);
    check_contains(say(BY_TERMINAL, sim_id(4, 2), advice(id, OUTCOME_COUNTED)),
                   "\"state\":\"completed\"");
    check_contains(say(BY_TERMINAL, sim_id(4, 1), advice(id, OUTCOME_CANCELLED)), "id_conflict");
    assert_int_equal(bench.sim.event_count, events);
    check_contains(say(BY_TERMINAL, sim_id(4, 3), advice(id, OUTCOME_CANCELLED)),
                   "\"state\":\"disputed\"");
}

static void test_a_question_that_comes_after_its_cancelling_is_declined(void **state)
{
    (void)state;
    struct uuid id = sim_id(3, 1);
    check_contains(say(BY_TERMINAL, sim_id(4, 1), advice(id, OUTCOME_CANCELLED)),
                   "\"state\":\"declined\"");
    size_t events = bench.sim.event_count;
    check_contains(say(BY_TERMINAL, id, put_in()), "reversed_before");
    for (uint64_t i = 0; i < 8; i++)
        say(BY_TERMINAL, sim_id(3, 10 + i), put_in());
    events = bench.sim.event_count;
    check_contains(say(BY_TERMINAL, id, put_in()), "reversed_before");
    assert_int_equal(bench.sim.event_count, events);
}

static void test_a_refusal_says_why_and_is_remembered(void **state)
{
    (void)state;
    struct command wrong = put_in();
    memset(wrong.pin_reference, 8, sizeof wrong.pin_reference);
    check_contains(say(BY_TERMINAL, sim_id(3, 1), wrong), "\"error\":\"wrong_pin\"");
    check_contains(bench.reply, "\"tries_left\":2");
    check_contains(say(BY_TERMINAL, sim_id(3, 1), wrong), "\"tries_left\":2");
    check_contains(say(BY_TERMINAL, sim_id(4, 1), advice(sim_id(3, 1), OUTCOME_COUNTED)),
                   "\"state\":\"disputed\"");
    check_contains(say(BY_TERMINAL, sim_id(4, 2), advice(sim_id(3, 2), OUTCOME_COUNTED)),
                   "\"state\":\"disputed\"");
    check_contains(say(BY_TERMINAL, sim_id(3, 2), put_in()), "reversed_before");
}

static void test_what_the_account_cannot_take_waits_for_an_operator(void **state)
{
    (void)state;
    struct uuid id = sim_id(3, 1);
    say(BY_TERMINAL, id, put_in());
    check_contains(
        say(BY_OPERATOR, sim_id(9, 10), of_account(ACCOUNTS_DEPOSIT_MONEY, MONEY_CAP - 1)),
        "\"ok\":true");
    check_contains(say(BY_TERMINAL, sim_id(4, 1), advice(id, OUTCOME_COUNTED)),
                   "\"state\":\"suspect\",\"amount\":15000}");
    assert_log_ends((const enum event_kind[]){ TELLER_MONEY_DEPOSITED, TELLER_DEPOSIT_SUSPECTED },
                    2, id);
    struct command settle = { .kind = TELLER_RESOLVE_DEPOSIT,
                              .deposit_id = id,
                              .deposit_outcome = OUTCOME_CREDITED };
    check_contains(say(BY_OPERATOR, sim_id(9, 11), settle), "balance_limit");
    check_contains(say(BY_OPERATOR, sim_id(9, 12), of_account(ACCOUNTS_WITHDRAW_MONEY, 100000)),
                   "\"ok\":true");
    check_contains(say(BY_OPERATOR, sim_id(9, 13), settle),
                   "\"state\":\"completed\",\"amount\":15000");
    assert_log_ends((const enum event_kind[]){ ACCOUNTS_MONEY_DEPOSITED }, 1, id);
    settle.deposit_id = sim_id(3, 99);
    check_contains(say(BY_OPERATOR, sim_id(9, 14), settle), "no_such_deposit");
}

static void test_what_is_above_a_limit_is_held_and_not_paid_out(void **state)
{
    (void)state;
    struct uuid id = sim_id(3, 1);
    struct command claim = advice(id, OUTCOME_COUNTED);
    claim.notes = (struct notes){ .length = 1, .item = { { 20000, 50000 } } };
    say(BY_TERMINAL, id, put_in());
    check_contains(say(BY_TERMINAL, sim_id(4, 1), claim),
                   "\"state\":\"held\",\"amount\":1000000000,\"review\":\"deposit_capacity\","
                   "\"balance\":1000000000}");
    assert_log_ends((const enum event_kind[]){ TELLER_MONEY_DEPOSITED, ACCOUNTS_DEPOSIT_HELD }, 2,
                    id);
    check_contains(say(BY_OPERATOR, sim_id(9, 10), of_account(ACCOUNTS_WITHDRAW_MONEY, 1)),
                   "insufficient_funds");
    check_contains(bench.reply, "\"balance\":1000000000,\"held\":1000000000}");
    for (uint64_t i = 0; i < 8; i++) /* out of the caches with it */
        say(BY_TERMINAL, sim_id(3, 10 + i), put_in());
    struct command settle = { .kind = TELLER_RESOLVE_DEPOSIT,
                              .deposit_id = id,
                              .deposit_outcome = OUTCOME_RETURNED };
    check_contains(say(BY_OPERATOR, sim_id(9, 11), settle), "\"state\":\"cancelled\"");
    assert_log_ends(
        (const enum event_kind[]){ ACCOUNTS_HELD_DEPOSIT_RETURNED, TELLER_DEPOSIT_CANCELLED }, 2,
        id);
    struct uuid next = sim_id(3, 2);
    claim.deposit_id = next;
    say(BY_TERMINAL, next, put_in());
    check_contains(say(BY_TERMINAL, sim_id(4, 2), claim), "\"state\":\"held\"");
    settle.deposit_id = next;
    settle.deposit_outcome = OUTCOME_CREDITED;
    check_contains(say(BY_OPERATOR, sim_id(9, 12), settle),
                   "\"state\":\"completed\",\"amount\":1000000000,\"balance\":1000000000}");
    check_contains(say(BY_OPERATOR, sim_id(9, 13), of_account(ACCOUNTS_WITHDRAW_MONEY, 1)),
                   "\"ok\":true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_deposit_goes_from_the_question_to_the_account,
                                        open_bank, close_bank),
        cmocka_unit_test_setup_teardown(test_a_repeated_advice_is_answered_as_the_first_was,
                                        open_bank, close_bank),
        cmocka_unit_test_setup_teardown(test_a_question_that_comes_after_its_cancelling_is_declined,
                                        open_bank, close_bank),
        cmocka_unit_test_setup_teardown(test_a_refusal_says_why_and_is_remembered, open_bank,
                                        close_bank),
        cmocka_unit_test_setup_teardown(test_what_the_account_cannot_take_waits_for_an_operator,
                                        open_bank, close_bank),
        cmocka_unit_test_setup_teardown(test_what_is_above_a_limit_is_held_and_not_paid_out,
                                        open_bank, close_bank),
    };
    return cmocka_run_group_tests_name("deposits in the engine", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* How long the engine keeps what it has read, and how it slows down who asks too much; on a
 * simulated store.
 */
#include "bank/engine/ttl.h"
#include "tests/bank/simulation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)

static struct {
    struct simulation sim;
    struct engine *engine;
    struct request request;
    char reply[SIM_REPLY_MAX];
    bool answered;
    uint64_t ids;
} bench;

static struct uuid machine(uint64_t number)
{
    return sim_id(1, number);
}

static struct uuid account(uint64_t number)
{
    return sim_id(2, number);
}

static void on_answer(struct request *request, const char *line, size_t length, bool replayed)
{
    (void)request, (void)replayed;
    assert_true(length < sizeof bench.reply);
    memcpy(bench.reply, line, length);
    bench.reply[length] = '\0';
    bench.answered = true;
}

static void submit(unsigned sender, uint64_t number, struct command command)
{
    if (uuid_is_nil(&command.id))
        command.id = sim_id(9, ++bench.ids);
    if (command.kind == TELLER_INITIATE_WITHDRAWAL)
        command.withdrawal_id = command.id;
    const struct uuid *process_id = command_saga_id(&command);
    command.correlation_id = uuid_is_nil(process_id) ? command.id : *process_id;
    bench.request =
        (struct request){ .command = command,
                          .sender = sender,
                          .signed_on = sender == BY_TERMINAL ? machine(number) : sim_id(0, 0),
                          .actor = "test",
                          .done = on_answer };
    if (sender == BY_OPERATOR)
        snprintf(bench.request.who.name, sizeof bench.request.who.name, "operator-%u",
                 (unsigned)number);
    request_hash_content(&bench.request);
    bench.answered = false;
    engine_submit(bench.engine, &bench.request);
}

/* Sends it, waits for the reply, and for the turn after it. */
static const char *say(unsigned sender, struct command command)
{
    submit(sender, 1, command);
    for (int i = 0; i < 10000 && !bench.answered; i++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    assert_true(bench.answered);
    engine_run(bench.engine);
    return bench.reply;
}

static void done(unsigned sender, struct command command)
{
    if (strstr(say(sender, command), "\"ok\":true") == NULL)
        fail_msg("%s", bench.reply);
}

static void open_bench(struct engine_settings settings)
{
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.sim, 7);
    bench.engine = sim_engine_create(&bench.sim, &settings);
}

static int begin(void **state)
{
    (void)state;
    open_bench(engine_settings_default());
    done(BY_OPERATOR, (struct command){ .kind = TELLER_PROVISION,
                                        .teller_id = machine(1),
                                        .notes = { 1, { { 1000, 5000 } } } });
    struct command card = { .kind = ACCOUNTS_ISSUE_CARD, .account_id = account(1) };
    memset(card.card, 3, sizeof card.card);
    memset(card.pin_reference, 7, sizeof card.pin_reference);
    done(BY_OPERATOR, (struct command){ .kind = ACCOUNTS_OPEN_ACCOUNT,
                                        .account_id = account(1),
                                        .owner = "Peter" });
    done(BY_OPERATOR, (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY,
                                        .account_id = account(1),
                                        .amount = 1000000 });
    done(BY_OPERATOR, card);
    return 0;
}

static int end(void **state)
{
    (void)state;
    engine_destroy(bench.engine);
    sim_finish(&bench.sim);
    return 0;
}

static const struct engine_metrics *now(void)
{
    engine_run(bench.engine);
    return engine_metrics(bench.engine);
}

static struct uuid withdraw(int32_t notes, bool right_pin)
{
    struct command command = { .kind = TELLER_INITIATE_WITHDRAWAL,
                               .id = sim_id(3, ++bench.ids),
                               .teller_id = machine(1),
                               .amount = notes * 1000 };
    memset(command.card, 3, sizeof command.card);
    memset(command.pin_reference, right_pin ? 7 : 8, sizeof command.pin_reference);
    say(BY_TERMINAL, command);
    return command.id;
}

static void confirm(struct uuid withdrawal_id, int32_t notes)
{
    done(BY_TERMINAL, (struct command){ .kind = TELLER_CONFIRM_DISPENSE,
                                        .teller_id = machine(1),
                                        .withdrawal_id = withdrawal_id,
                                        .outcome = OUTCOME_DISPENSED,
                                        .taken = { 1, { { 1000, notes } } } });
}

/* ---- lifespans ---- */

static void test_a_withdrawal_is_kept_while_it_is_open_and_dropped_at_its_end(void **state)
{
    (void)state;
    struct uuid withdrawal_id = withdraw(2, true);
    assert_non_null(strstr(bench.reply, "\"ok\":true"));
    assert_int_equal(now()->cached_withdrawals, 1);
    confirm(withdrawal_id, 2);
    assert_int_equal(now()->cached_withdrawals, 0);
    withdraw(2, false);
    assert_non_null(strstr(bench.reply, "wrong_pin"));
    assert_int_equal(now()->cached_withdrawals, 0);
}

static void test_one_that_was_dropped_is_read_again_when_somebody_asks(void **state)
{
    (void)state;
    struct uuid withdrawal_id = withdraw(2, true);
    confirm(withdrawal_id, 2);
    int64_t loads = now()->loads;
    confirm(withdrawal_id, 2); /* the same advice under a new id */
    assert_non_null(strstr(bench.reply, "completed"));
    assert_true(now()->loads > loads);
    assert_int_equal(now()->cached_withdrawals, 0);
}

static void test_an_account_is_kept_for_ten_minutes_after_its_last_use(void **state)
{
    (void)state;
    const struct command deposit = { .kind = ACCOUNTS_DEPOSIT_MONEY,
                                     .account_id = account(1),
                                     .amount = 1 };
    bench.sim.now_us += 9 * MINUTE_US;
    assert_int_equal(now()->cached_accounts, 1);
    done(BY_OPERATOR, deposit);
    bench.sim.now_us += 9 * MINUTE_US;
    assert_int_equal(now()->cached_accounts, 1);
    bench.sim.now_us += 2 * MINUTE_US;
    assert_int_equal(now()->cached_accounts, 0);
    int64_t loads = now()->loads;
    done(BY_OPERATOR, deposit);
    assert_non_null(strstr(bench.reply, "\"balance\":1000002"));
    assert_int_equal(now()->loads, loads + 1);
}

static void test_a_teller_is_kept_for_ever(void **state)
{
    (void)state;
    bench.sim.now_us += 1000 * 60 * MINUTE_US;
    assert_int_equal(now()->cached_tellers, 1);
}

static void test_an_id_that_nobody_knows_is_soon_forgotten(void **state)
{
    (void)state;
    say(BY_OPERATOR, (struct command){ .kind = TELLER_RESOLVE_WITHDRAWAL,
                                       .withdrawal_id = sim_id(3, 4711),
                                       .outcome = OUTCOME_NOT_DISPENSED });
    assert_non_null(strstr(bench.reply, "\"ok\":false"));
    assert_int_equal(now()->cached_withdrawals, 1);
    bench.sim.now_us += 2 * MINUTE_US;
    assert_int_equal(now()->cached_withdrawals, 0);
}

static void test_memory_does_not_grow_with_what_has_ended(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) {
        confirm(withdraw(1, true), 1);
        assert_int_equal(now()->cached_withdrawals, 0);
    }
    assert_int_equal(now()->open_withdrawals, 0);
}

static void test_the_bounds_stand_above_the_lifespans(void **state)
{
    (void)state;
    struct engine_settings settings = engine_settings_default();
    settings.accounts_max = 3;
    end(NULL);
    open_bench(settings);
    for (uint64_t i = 1; i <= 8; i++)
        done(BY_OPERATOR, (struct command){ .kind = ACCOUNTS_OPEN_ACCOUNT,
                                            .account_id = account(i),
                                            .owner = "Peter" });
    assert_int_equal(now()->cached_accounts, 3);
}

/* ---- rates ---- */

static bool taken(unsigned sender, uint64_t number)
{
    submit(sender, number,
           sender == BY_OPERATOR
               ? (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY, .account_id = account(1) }
               : (struct command){ .kind = TELLER_CUT_OVER, .teller_id = machine(number) });
    bool turned_away = bench.answered && strstr(bench.reply, "bank_unavailable") != NULL;
    int64_t at_us = bench.sim.now_us; /* answering takes no time here */
    for (int i = 0; i < 10000 && !bench.answered; i++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    bench.sim.now_us = at_us;
    return !turned_away;
}

static void limited(int64_t rate)
{
    struct engine_settings settings = engine_settings_default();
    settings.rate = rate;
    end(NULL);
    open_bench(settings);
}

static void test_more_than_its_rate_is_turned_away_with_the_time_to_wait(void **state)
{
    (void)state;
    limited(10);
    for (int i = 0; i < 10; i++)
        assert_true(taken(BY_TERMINAL, 1));
    assert_false(taken(BY_TERMINAL, 1));
    assert_non_null(strstr(bench.reply, "\"code\":\"91\""));
    assert_non_null(strstr(bench.reply, "\"retry_after_ms\":101"));
    bench.sim.now_us += 101000;
    assert_true(taken(BY_TERMINAL, 1));
    assert_false(taken(BY_TERMINAL, 1));
    bench.sim.now_us += 60 * SECOND_US; /* and the bucket holds one second's worth */
    for (int i = 0; i < 10; i++)
        assert_true(taken(BY_TERMINAL, 1));
    assert_false(taken(BY_TERMINAL, 1));
    assert_int_equal(now()->slowed_down, 3);
}

static void test_each_terminal_and_each_operator_has_its_own(void **state)
{
    (void)state;
    limited(2);
    for (int i = 0; i < 2; i++) {
        assert_true(taken(BY_TERMINAL, 1));
        assert_true(taken(BY_TERMINAL, 2));
        assert_true(taken(BY_OPERATOR, 1));
        assert_true(taken(BY_OPERATOR, 2));
    }
    assert_false(taken(BY_TERMINAL, 1));
    assert_false(taken(BY_TERMINAL, 2));
    assert_false(taken(BY_OPERATOR, 1));
    assert_false(taken(BY_OPERATOR, 2));
    assert_true(taken(BY_OPERATOR, 3));
}

static void test_no_rate_is_the_default(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++)
        assert_true(taken(BY_TERMINAL, 1));
    assert_int_equal(now()->slowed_down, 0);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_a_withdrawal_is_kept_while_it_is_open_and_dropped_at_its_end),
        STORY(test_one_that_was_dropped_is_read_again_when_somebody_asks),
        STORY(test_an_account_is_kept_for_ten_minutes_after_its_last_use),
        STORY(test_a_teller_is_kept_for_ever),
        STORY(test_an_id_that_nobody_knows_is_soon_forgotten),
        STORY(test_memory_does_not_grow_with_what_has_ended),
        STORY(test_the_bounds_stand_above_the_lifespans),
        STORY(test_more_than_its_rate_is_turned_away_with_the_time_to_wait),
        STORY(test_each_terminal_and_each_operator_has_its_own),
        STORY(test_no_rate_is_the_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

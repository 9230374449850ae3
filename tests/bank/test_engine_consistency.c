/* SPDX-License-Identifier: MIT */
/* Replies that wait for the read models, on a simulated store whose read models move when the test
 * says so.
 */
#include "tests/bank/engine_call.h"

#define MARK    ",\"consistency\":\"eventual\"}"
#define PATIENT INT64_C(5000000) /* microseconds that a reply waits at most */

static struct {
    struct simulation sim;
    struct engine *engine;
    struct engine_settings settings;
    size_t before; /* events when the bank was open */
} bench;

static void submit(struct call *call, uint64_t number, struct command command, bool strong)
{
    command.id = command.correlation_id = sim_id(9, number);
    call_send(bench.engine, call,
              (struct request){
                  .command = command, .sender = BY_OPERATOR, .actor = "test", .strong = strong });
}

/* All that was submitted is decided, and committed. */
static void commit(void)
{
    do {
        engine_run(bench.engine);
        if (bench.sim.load != NULL)
            sim_finish_load(&bench.sim);
        while (bench.sim.pending_count > 0) {
            sim_write(&bench.sim, bench.sim.pending[0]);
            sim_tell(&bench.sim, APPEND_COMMITTED);
        }
        engine_run(bench.engine);
    } while (bench.sim.pending_count > 0 || bench.sim.load != NULL);
}

static void say(struct call *call, uint64_t number, struct command command, bool strong)
{
    submit(call, number, command, strong);
    commit();
}

static void pass_us(int64_t duration_us)
{
    bench.sim.now_us += duration_us;
    engine_run(bench.engine);
}

static struct command deposit(money amount)
{
    return (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY,
                             .account_id = sim_id(2, 1),
                             .amount = amount };
}

static bool marked(const struct call *call)
{
    return strstr(call->reply, MARK) != NULL;
}

/* The bank is open; from now on its read models get nothing. */
static int open_bank(void **state)
{
    (void)state;
    struct call call;
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.sim, 7);
    bench.settings = engine_settings_default();
    bench.settings.queue_max = 8;
    bench.engine = sim_engine_create(&bench.sim, &bench.settings);
    struct command open = { .kind = ACCOUNTS_OPEN_ACCOUNT,
                            .account_id = sim_id(2, 1),
                            .owner = "Peter" };
    say(&call, 1, open, true);
    assert_int_equal(call.answers, 1);
    bench.sim.models_behind = true;
    bench.before = bench.sim.event_count;
    return 0;
}

static int close_bank(void **state)
{
    (void)state;
    engine_destroy(bench.engine);
    sim_finish(&bench.sim);
    return 0;
}

static void test_read_models_that_are_there_keep_nobody_waiting(void **state)
{
    (void)state;
    struct call call;
    bench.sim.models_behind = false;
    say(&call, 2, deposit(100), true);
    assert_int_equal(call.answers, 1);
    assert_false(marked(&call));
    assert_true(engine_idle(bench.engine));
}

static void test_a_strong_reply_waits_and_an_eventual_one_behind_it_does_not(void **state)
{
    (void)state;
    struct call strong, eventual;
    submit(&strong, 2, deposit(100), true);
    submit(&eventual, 3, deposit(200), false);
    commit();
    assert_int_equal(strong.answers, 0);
    assert_int_equal(eventual.answers, 1);
    assert_false(engine_idle(bench.engine));
    sim_models_follow(&bench.sim, bench.before);
    assert_int_equal(strong.answers, 0);
    sim_models_follow(&bench.sim, bench.before + 1); /* its own event, and not the other's */
    assert_int_equal(strong.answers, 1);
    assert_false(marked(&strong));
    assert_string_equal(strong.reply,
                        sim_command_find(&bench.sim, &strong.request.command.id)->reply);
    assert_true(engine_idle(bench.engine));
}

static void test_each_leaves_when_its_own_events_are_there(void **state)
{
    (void)state;
    struct call first, second;
    submit(&first, 2, deposit(100), true);
    submit(&second, 3, deposit(200), true);
    commit();
    sim_models_follow(&bench.sim, bench.before + 1);
    assert_int_equal(first.answers, 1);
    assert_int_equal(second.answers, 0);
    sim_models_follow(&bench.sim, bench.before + 2);
    assert_int_equal(second.answers, 1);
}

static void test_only_a_batch_with_a_strong_command_is_marked_as_such(void **state)
{
    (void)state;
    struct call call;
    submit(&call, 2, deposit(100), false);
    engine_run(bench.engine);
    assert_false(bench.sim.pending[0]->strong);
    commit();
    submit(&call, 3, deposit(100), true);
    engine_run(bench.engine);
    assert_true(bench.sim.pending[0]->strong);
    commit();
    sim_models_follow(&bench.sim, bench.sim.event_count);
    submit(&call, 4, deposit(100), false);
    engine_run(bench.engine);
    assert_false(bench.sim.pending[0]->strong); /* the buffers are those of a batch before */
    commit();
}

static void test_a_refusal_without_events_does_not_wait(void **state)
{
    (void)state;
    struct call call;
    say(&call, 2, deposit(MONEY_CAP - 1), true);
    sim_models_follow(&bench.sim, bench.sim.event_count);
    say(&call, 3, deposit(MONEY_CAP - 1), true);
    assert_int_equal(call.answers, 1);
    assert_non_null(strstr(call.reply, "\"ok\":false"));
    assert_false(marked(&call));
}

static void test_when_the_time_is_up_the_reply_leaves_and_says_so(void **state)
{
    (void)state;
    struct call call, again;
    say(&call, 2, deposit(100), true);
    assert_int_equal(engine_deadline_us(bench.engine), bench.sim.now_us + PATIENT);
    pass_us(PATIENT - 1);
    assert_int_equal(call.answers, 0);
    pass_us(1);
    assert_int_equal(call.answers, 1);
    assert_non_null(strstr(call.reply, "\"ok\":true"));
    assert_true(marked(&call));
    /* What is remembered has no such member. */
    const struct sim_command *row = sim_command_find(&bench.sim, &call.request.command.id);
    if (row == NULL)
        fail_msg("the store has no row of it");
    assert_int_equal(strlen(call.reply), row->reply_length + strlen(MARK) - 1);
    assert_memory_equal(call.reply, row->reply, row->reply_length - 1);
    say(&again, 2, deposit(100), false);
    assert_int_equal(again.answers, 1);
    assert_string_equal(again.reply, row->reply);
}

static void test_a_repeated_one_waits_as_the_first_did(void **state)
{
    (void)state;
    struct call first, again;
    say(&first, 2, deposit(100), false);
    assert_int_equal(first.answers, 1);
    say(&again, 2, deposit(100), true);
    assert_int_equal(again.answers, 0);
    sim_models_follow(&bench.sim, bench.sim.event_count);
    assert_int_equal(again.answers, 1);
    assert_true(again.replayed);
    assert_string_equal(again.reply, first.reply);
}

static void test_the_bank_loses_the_log_and_the_replies_leave(void **state)
{
    (void)state;
    struct call call, again;
    say(&call, 2, deposit(100), true);
    sim_go_away(&bench.sim);
    assert_int_equal(call.answers, 1);
    assert_non_null(strstr(call.reply, "\"ok\":true"));
    assert_true(marked(&call));
    assert_int_equal(engine_deadline_us(bench.engine), INT64_MAX);
    sim_activate(&bench.sim);
    submit(&again, 2, deposit(100), true);
    again.request.repeat = true;
    commit();
    commit();
    assert_int_equal(again.answers, 0);
    sim_models_follow(&bench.sim, bench.sim.event_count);
    assert_int_equal(again.answers, 1);
    assert_true(again.replayed);
}

static void test_a_batch_that_is_lost_is_decided_again_and_then_waited_for(void **state)
{
    (void)state;
    struct call call;
    submit(&call, 2, deposit(100), true);
    engine_run(bench.engine);
    sim_lose_all(&bench.sim);
    commit();
    assert_int_equal(call.answers, 0);
    sim_models_follow(&bench.sim, bench.sim.event_count);
    assert_int_equal(call.answers, 1);
    assert_int_equal(bench.sim.event_count, bench.before + 1);
}

static void test_at_the_banks_end_the_replies_leave_and_later_ones_do_not_wait(void **state)
{
    (void)state;
    struct call waits, late;
    say(&waits, 2, deposit(100), true);
    submit(&late, 3, deposit(100), true);
    engine_run(bench.engine);
    engine_end(bench.engine);
    assert_int_equal(waits.answers, 1);
    assert_true(marked(&waits));
    commit();
    assert_int_equal(late.answers, 1);
    assert_true(marked(&late));
    assert_true(engine_idle(bench.engine));
}

static void test_no_more_are_held_than_may_queue(void **state)
{
    (void)state;
    static struct call call[9];
    for (unsigned i = 0; i < 9; i++)
        say(&call[i], 2 + i, deposit(100), true);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(call[i].answers, 0);
    assert_int_equal(call[8].answers, 1); /* at once, and it says why */
    assert_true(marked(&call[8]));
    sim_models_follow(&bench.sim, bench.sim.event_count);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(call[i].answers, 1);
}

static void test_nothing_is_left_when_the_engine_goes_with_replies_held(void **state)
{
    (void)state;
    struct call call;
    say(&call, 2, deposit(100), true);
    assert_int_equal(call.answers, 0); /* and the sanitizer looks for what it had */
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, open_bank, close_bank)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_read_models_that_are_there_keep_nobody_waiting),
        case_of(test_a_strong_reply_waits_and_an_eventual_one_behind_it_does_not),
        case_of(test_each_leaves_when_its_own_events_are_there),
        case_of(test_only_a_batch_with_a_strong_command_is_marked_as_such),
        case_of(test_a_refusal_without_events_does_not_wait),
        case_of(test_when_the_time_is_up_the_reply_leaves_and_says_so),
        case_of(test_a_repeated_one_waits_as_the_first_did),
        case_of(test_the_bank_loses_the_log_and_the_replies_leave),
        case_of(test_a_batch_that_is_lost_is_decided_again_and_then_waited_for),
        case_of(test_at_the_banks_end_the_replies_leave_and_later_ones_do_not_wait),
        case_of(test_no_more_are_held_than_may_queue),
        case_of(test_nothing_is_left_when_the_engine_goes_with_replies_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

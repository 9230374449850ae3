/* SPDX-License-Identifier: MIT */
/*
 * What the engine remembers and what it leaves to the store, on a simulated
 * one: replies that are too long to be kept, and a load whose answer comes
 * after the bank has lost the log and got it back.
 */
#include "tests/bank/engine_call.h"

#define LONG_REPLY                                                                                 \
    690 /* bytes: more than an entry of the memory holds, less than a reply may have */

static struct {
    struct simulation sim;
    struct engine *engine;
} bench;

static struct uuid machine(void)
{
    return sim_id(1, 1);
}

static struct uuid account(void)
{
    return sim_id(2, 1);
}

static void submit(struct call *call, struct uuid id, struct command command, bool repeat)
{
    command.id = command.correlation_id = id;
    struct request request = { .sender = BY_OPERATOR, .actor = "test", .repeat = repeat };
    if (command.kind == TELLER_INITIATE_WITHDRAWAL) {
        command.withdrawal_id = id;
        request.sender = BY_TERMINAL;
        request.signed_on = machine();
    }
    request.command = command;
    call_send(bench.engine, call, request);
}

static void await(struct call *call)
{
    for (int i = 0; i < 10000 && call->answers == 0; i++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    assert_int_equal(call->answers, 1);
}

static const char *say(struct call *call, struct uuid id, struct command command)
{
    submit(call, id, command, false);
    await(call);
    return call->reply;
}

static struct command deposit_of(money amount)
{
    return (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY,
                             .account_id = account(),
                             .amount = amount };
}

static struct command withdrawal(void)
{
    struct command command = { .kind = TELLER_INITIATE_WITHDRAWAL,
                               .teller_id = machine(),
                               .amount = 5000 };
    memset(command.card, 1, sizeof command.card);
    memset(command.pin_reference, 7, sizeof command.pin_reference);
    return command;
}

static int open_bank(void **state)
{
    (void)state;
    struct call call;
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.sim, 7);
    struct engine_settings settings = engine_settings_default();
    bench.engine = sim_engine_create(&bench.sim, &settings);
    struct command open = { .kind = ACCOUNTS_OPEN_ACCOUNT,
                            .account_id = account(),
                            .owner = "Peter" };
    struct command card = { .kind = ACCOUNTS_ISSUE_CARD, .account_id = account() };
    memset(card.card, 1, sizeof card.card);
    memset(card.pin_reference, 7, sizeof card.pin_reference);
    struct command teller = { .kind = TELLER_PROVISION,
                              .teller_id = machine(),
                              .notes = { .length = 1, .item = { { 5000, 20 } } } };
    check_contains(say(&call, sim_id(9, 1), teller), "\"ok\":true");
    check_contains(say(&call, sim_id(9, 2), open), "\"ok\":true");
    check_contains(say(&call, sim_id(9, 3), card), "\"ok\":true");
    check_contains(say(&call, sim_id(9, 4), deposit_of(50000)), "\"ok\":true");
    return 0;
}

static int close_bank(void **state)
{
    (void)state;
    engine_destroy(bench.engine);
    sim_finish(&bench.sim);
    return 0;
}

/* ---- replies that are too long to be kept ---- */

/* A row of the store's, as another version of the bank may have written it. */
static const char *remembered_long(struct uuid id, struct command command)
{
    static char reply[LONG_REPLY + 1];
    struct sim_command *row = &bench.sim.command[bench.sim.command_count++];
    struct request request = { .command = command };
    memset(reply, 'x', LONG_REPLY);
    memcpy(reply, "{\"ok\":true,\"long\":\"", 19);
    memcpy(reply + LONG_REPLY - 2, "\"}", 2);
    request.command.id = request.command.correlation_id = id;
    request_hash_content(&request);
    row->id = id;
    memcpy(row->content, request.content, sizeof row->content);
    memcpy(row->reply, reply, LONG_REPLY);
    row->reply_length = LONG_REPLY;
    return reply;
}

static void test_a_long_reply_is_answered_from_the_store_each_time(void **state)
{
    (void)state;
    struct call call;
    struct uuid id = sim_id(4, 1);
    const char *reply = remembered_long(id, deposit_of(100));
    size_t events = bench.sim.event_count;
    for (int i = 0; i < 5; i++) { /* the first meets the unique index, the others the memory */
        int64_t loads = engine_metrics(bench.engine)->loads;
        assert_string_equal(say(&call, id, deposit_of(100)), reply);
        assert_true(call.replayed);
        assert_true(engine_metrics(bench.engine)->loads > loads);
    }
    assert_int_equal(bench.sim.conflicts, 1);
    assert_int_equal(bench.sim.event_count, events);
    assert_true(engine_idle(bench.engine));
}

static void test_all_who_wait_for_a_long_reply_get_it_once(void **state)
{
    (void)state;
    struct call call[3], other;
    struct uuid id = sim_id(4, 1);
    const char *reply = remembered_long(id, deposit_of(100));
    say(&other, id, deposit_of(100));
    int64_t loads = engine_metrics(bench.engine)->loads;
    for (int i = 0; i < 3; i++)
        submit(&call[i], id, deposit_of(100), i == 1);
    submit(&other, sim_id(4, 2), deposit_of(1), false);
    for (int i = 0; i < 3; i++)
        await(&call[i]);
    await(&other);
    for (int i = 0; i < 3; i++)
        assert_string_equal(call[i].reply, reply);
    assert_int_equal(engine_metrics(bench.engine)->loads, loads + 1);
    check_contains(other.reply, "\"balance\":50001");
    assert_true(engine_idle(bench.engine));
}

static void test_other_content_under_the_id_of_a_long_reply_is_refused(void **state)
{
    (void)state;
    struct call same, other;
    struct uuid id = sim_id(4, 1);
    const char *reply = remembered_long(id, deposit_of(100));
    submit(&same, id, deposit_of(100), true);
    submit(&other, id, deposit_of(200), true);
    await(&same);
    await(&other);
    assert_string_equal(same.reply, reply);
    check_contains(other.reply, "id_conflict");
    check_contains(say(&other, id, deposit_of(200)), "id_conflict");
}

static void test_a_long_reply_waits_until_the_log_is_back(void **state)
{
    (void)state;
    struct call call;
    struct uuid id = sim_id(4, 1);
    const char *reply = remembered_long(id, deposit_of(100));
    say(&call, id, deposit_of(100));
    submit(&call, id, deposit_of(100), false);
    engine_run(bench.engine);
    assert_non_null(bench.sim.load);
    bench.sim.load = NULL;
    bench.sim.listener.loaded(bench.sim.listener.context, false); /* the reader's connection went */
    assert_int_equal(call.answers, 0);
    await(&call);
    assert_string_equal(call.reply, reply);
}

/* ---- ids that are repeated without being said to be ---- */

static void forget_all(void)
{
    sim_go_away(&bench.sim);
    sim_activate(&bench.sim);
}

static void test_a_lookup_that_failed_is_made_again(void **state)
{
    (void)state;
    struct call call;
    struct uuid id = sim_id(4, 1);
    check_contains(say(&call, id, deposit_of(100)), "\"balance\":50100");
    forget_all();
    submit(&call, id, deposit_of(100), true);
    for (int i = 0; i < 20; i++) {
        engine_run(bench.engine);
        assert_non_null(bench.sim.load);
        assert_int_equal(bench.sim.load->command_count, 1);
        bench.sim.load = NULL;
        bench.sim.listener.loaded(bench.sim.listener.context, false);
        assert_int_equal(call.answers, 0);
    }
    await(&call);
    check_contains(call.reply, "\"balance\":50100");
    assert_true(call.replayed);
    assert_int_equal(bench.sim.conflicts, 0);
}

/* One client after the other sends what it has sent before; somebody else's new commands go
 * through. */
static void test_clients_that_repeat_old_ids_fail_nobody_elses_commands(void **state)
{
    (void)state;
    enum { OLD = 100 };
    struct call old, new[OLD];
    for (int i = 0; i < OLD; i++)
        say(&old, sim_id(4, (uint64_t)i + 1), deposit_of(1));
    forget_all();
    check_contains(say(&old, sim_id(9, 6), deposit_of(1)),
                   "\"balance\":50101"); /* the account is there */
    for (int i = 0; i < OLD; i++) {
        submit(&new[i], sim_id(5, (uint64_t)i + 1), deposit_of(1), false);
        say(&old, sim_id(4, (uint64_t)i + 1), deposit_of(1));
        check_contains(old.reply, "\"ok\":true");
        assert_true(old.replayed);
        if (new[i].answers == 0)
            await(&new[i]);
        check_contains(new[i].reply, "\"ok\":true");
    }
    assert_int_equal(bench.sim.conflicts, 1);
}

/* ---- the database is away, and a batch with it ---- */

static void test_while_nothing_is_known_only_those_in_flight_wait(void **state)
{
    (void)state;
    struct call flying, queued, late;
    submit(&flying, sim_id(4, 1), deposit_of(100), false);
    engine_run(bench.engine);
    assert_int_equal(bench.sim.pending_count, 1);
    submit(&queued, sim_id(4, 2), deposit_of(100), false);
    assert_true(engine_active(bench.engine));
    bench.sim.listener.unsure(bench.sim.listener.context);
    assert_false(engine_active(bench.engine));
    check_contains(queued.reply, "bank_unavailable");
    submit(&late, sim_id(4, 3), deposit_of(100), false);
    check_contains(late.reply, "bank_unavailable");
    assert_int_equal(flying.answers, 0);
    sim_write(&bench.sim, bench.sim.pending[0]);
    sim_tell(&bench.sim, APPEND_COMMITTED);
    assert_int_equal(flying.answers, 1);
    check_contains(flying.reply, "\"balance\":50100");
    forget_all();
    assert_true(engine_active(bench.engine));
    check_contains(say(&late, sim_id(4, 3), deposit_of(100)), "\"balance\":50200");
}

/* ---- a load that comes too late ---- */

static void test_what_a_stale_load_finds_is_not_kept(void **state)
{
    (void)state;
    struct call late, call;
    sim_go_away(&bench.sim); /* nothing is in the caches */
    sim_activate(&bench.sim);
    const struct notes one = { .length = 1, .item = { { 5000, 1 } } };
    struct command fill = { .kind = TELLER_REPLENISH_CASSETTES,
                            .teller_id = machine(),
                            .notes = one };
    check_contains(say(&call, sim_id(9, 40), fill),
                   "\"ok\":true"); /* but the machine, which comes first */
    submit(&late, sim_id(3, 1), withdrawal(), false);
    engine_run(bench.engine);
    assert_non_null(bench.sim.load);
    assert_int_equal(bench.sim.load->card_count, 1);
    /* The log goes while the load is under way, and is back before it has come. */
    bench.sim.listener.deactivated(bench.sim.listener.context, "simulated");
    check_contains(late.reply, "bank_unavailable");
    sim_activate(&bench.sim);
    sim_finish_load(&bench.sim);
    check_contains(say(&call, sim_id(3, 2), withdrawal()), "\"ok\":true");
    check_contains(say(&call, sim_id(9, 5), deposit_of(1)), "\"balance\":45001");
    assert_true(engine_idle(bench.engine));
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, open_bank, close_bank)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_a_long_reply_is_answered_from_the_store_each_time),
        STORY(test_all_who_wait_for_a_long_reply_get_it_once),
        STORY(test_other_content_under_the_id_of_a_long_reply_is_refused),
        STORY(test_a_long_reply_waits_until_the_log_is_back),
        STORY(test_a_lookup_that_failed_is_made_again),
        STORY(test_clients_that_repeat_old_ids_fail_nobody_elses_commands),
        STORY(test_while_nothing_is_known_only_those_in_flight_wait),
        STORY(test_what_a_stale_load_finds_is_not_kept),
    };
    return cmocka_run_group_tests_name("the engine's memory", tests, NULL, NULL);
}

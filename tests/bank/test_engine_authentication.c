/* SPDX-License-Identifier: MIT */
/*
 * The budget of failed authentications: what guessing costs a machine, on a
 * simulated store. Nothing that a suspended machine is told depends on a card.
 */
#include "tests/bank/engine_call.h"

#define MINUTE_US (INT64_C(60) * 1000000)

enum {
    LIMIT = 10,
    PETERS_CARD = 1,
    BLOCKED_CARD = 2,
    PAULAS_CARD = 90,
    CASH_CODE = 91,
    NO_CARD = 99,
    RIGHT_PIN = 7,
    WRONG_PIN = 8
};

static struct {
    struct simulation sim;
    struct engine *engine;
    uint64_t ids;
    char notice[200];
    int notices;
} bench;

static struct uuid machine(void)
{
    return sim_id(1, 1);
}

static struct uuid other_machine(void)
{
    return sim_id(1, 2);
}

static struct uuid account(void)
{
    return sim_id(2, 1);
}

static struct uuid next_id(void)
{
    return sim_id(3, ++bench.ids);
}

static void submit(struct call *call, struct uuid id, struct command command, unsigned sender)
{
    command.id = command.correlation_id = id;
    if (command.kind == TELLER_INITIATE_WITHDRAWAL)
        command.withdrawal_id = id;
    if (command.kind == TELLER_INITIATE_DEPOSIT)
        command.deposit_id = id;
    struct request request = { .command = command, .sender = sender, .actor = "test" };
    if (sender == BY_TERMINAL)
        request.signed_on = command.teller_id;
    memcpy(request.pin_block, command.pin_reference, sizeof request.pin_block);
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

/* What the bank itself still has to say is said. */
static void settle(void)
{
    for (int i = 0; i < 200; i++) {
        engine_run(bench.engine);
        sim_step(&bench.sim);
    }
    assert_true(engine_idle(bench.engine));
}

static struct command with_card(enum command_kind kind, struct uuid teller, int card, int pin)
{
    struct command command = { .kind = kind, .teller_id = teller };
    command.amount = (command_traits(kind)->required & WITH(AMOUNT)) != 0 ? 5000 : 0;
    memset(command.card, card, sizeof command.card);
    if ((command_traits(kind)->required & WITH(TO_CARD)) != 0)
        memset(command.other_card, PAULAS_CARD, sizeof command.other_card);
    if ((command_traits(kind)->required & WITH(CASH_CODE)) != 0)
        memset(command.cash_code, CASH_CODE, sizeof command.cash_code);
    memset(command.pin_reference, pin, sizeof command.pin_reference);
    return command;
}

static const char *tries(struct call *call, struct uuid teller, int card, int pin)
{
    submit(call, next_id(), with_card(TELLER_INITIATE_WITHDRAWAL, teller, card, pin), BY_TERMINAL);
    await(call);
    return call->reply;
}

static void operates(struct command command)
{
    struct call call;
    submit(&call, next_id(), command, BY_OPERATOR);
    await(&call);
    check_contains(call.reply, "\"ok\":true");
}

static void issue_to(struct uuid account_id, int card)
{
    struct command command = with_card(ACCOUNTS_ISSUE_CARD, (struct uuid){ 0 }, card, RIGHT_PIN);
    command.account_id = account_id;
    operates(command);
}

static void issue(int card)
{
    issue_to(account(), card);
}

static size_t events_of(enum event_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < bench.sim.event_count; i++)
        count += bench.sim.event[i].event.kind == kind;
    return count;
}

static void on_notice(void *context, const char *name, const char *line)
{
    (void)context;
    snprintf(bench.notice, sizeof bench.notice, "%s %s", name, line);
    bench.notices++;
}

/* Another bank on the same log, which has seen nothing of it yet. */
static void start(int64_t limit)
{
    struct engine_settings settings = engine_settings_default();
    assert_int_equal(settings.failed_auth_limit, LIMIT); /* on by default */
    settings.failed_auth_limit = limit;
    settings.commands_max = 4; /* so that ids leave memory */
    settings.withdrawals_max = 4;
    struct engine_world world = sim_world(&bench.sim);
    world.notice = on_notice;
    engine_destroy(bench.engine);
    bench.engine = engine_create(&settings, &world);
    bench.sim.listener = engine_listener(bench.engine);
    engine_connect(bench.engine, sim_storage(&bench.sim));
    sim_activate(&bench.sim);
}

static int open_bank(void **state)
{
    (void)state;
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.sim, 7);
    start(LIMIT);
    const struct notes notes = { .length = 1, .item = { { 5000, 1000 } } };
    operates((struct command){ .kind = TELLER_PROVISION, .teller_id = machine(), .notes = notes });
    operates(
        (struct command){ .kind = TELLER_PROVISION, .teller_id = other_machine(), .notes = notes });
    operates((struct command){
        .kind = ACCOUNTS_OPEN_ACCOUNT, .account_id = account(), .owner = "Peter" });
    operates((struct command){
        .kind = ACCOUNTS_DEPOSIT_MONEY, .account_id = account(), .amount = 1000000 });
    operates((struct command){
        .kind = ACCOUNTS_OPEN_ACCOUNT, .account_id = sim_id(2, 9), .owner = "Paula" });
    issue_to(sim_id(2, 9), PAULAS_CARD);
    issue(PETERS_CARD);
    issue(BLOCKED_CARD);
    struct command block = with_card(ACCOUNTS_BLOCK_CARD, (struct uuid){ 0 }, BLOCKED_CARD, 0);
    operates(block);
    return 0;
}

static int close_bank(void **state)
{
    (void)state;
    engine_destroy(bench.engine);
    sim_finish(&bench.sim);
    return 0;
}

/* The whole budget, on whatever card there is. */
static void spend(void)
{
    struct call call;
    for (int i = 0; i < LIMIT; i++) {
        const int cards[] = { NO_CARD, PETERS_CARD, BLOCKED_CARD };
        tries(&call, machine(), cards[i % 3] + (i % 3 == 0 ? i : 0), WRONG_PIN);
        assert_null(strstr(call.reply, "\"code\":\"65\""));
    }
    settle();
}

/* ---- unknown cards ---- */

enum { KINDS_MAX = 16 };

/* Every command that authenticates a card; how many. After the last one the PIN is another. */
static int authenticating(enum command_kind kinds[static KINDS_MAX])
{
    int count = 0;
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        if (command_is(kind, AUTHENTICATES) && kind != ACCOUNTS_CHANGE_PIN) {
            assert_true(count < KINDS_MAX - 1);
            kinds[count++] = kind;
        }
    kinds[count++] = ACCOUNTS_CHANGE_PIN;
    return count;
}

static void test_a_terminals_command_with_a_pin_is_under_the_budget(void **state)
{
    (void)state;
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        const struct command_traits *traits = command_traits(kind);
        const bool guesses = (traits->senders & BY_TERMINAL) != 0 &&
                             ((traits->required | traits->optional) & WITH(PIN_BLOCK)) != 0;
        if (guesses != command_is(kind, AUTHENTICATES))
            check_fail("%s has a PIN block or AUTHENTICATES, and not both", command_name(kind));
    }
}

static void test_an_unknown_card_leaves_nothing_behind_and_its_id_free(void **state)
{
    (void)state;
    struct call call;
    enum command_kind kinds[KINDS_MAX];
    const int count = authenticating(kinds);
    const size_t events = bench.sim.event_count, commands = bench.sim.command_count;
    struct uuid id[KINDS_MAX];
    for (int i = 0; i < count; i++) {
        id[i] = next_id();
        submit(&call, id[i], with_card(kinds[i], machine(), NO_CARD, RIGHT_PIN), BY_TERMINAL);
        await(&call);
        check_contains(call.reply, "\"code\":\"14\",\"error\":\"no_such_card\"");
    }
    settle();
    assert_int_equal(bench.sim.event_count, events);
    assert_int_equal(bench.sim.command_count, commands);
    issue(NO_CARD);
    for (int i = 0; i < count; i++) {
        submit(&call, id[i], with_card(kinds[i], machine(), NO_CARD, RIGHT_PIN), BY_TERMINAL);
        await(&call);
        check_contains(call.reply, "\"ok\":true");
    }
}

static void test_an_unknown_card_under_the_id_of_a_withdrawal_makes_nothing_forgotten(void **state)
{
    (void)state;
    struct call call;
    const struct uuid id = next_id();
    submit(&call, id, with_card(TELLER_INITIATE_WITHDRAWAL, machine(), PETERS_CARD, RIGHT_PIN),
           BY_TERMINAL);
    await(&call);
    start(LIMIT);
    submit(&call, id, with_card(TELLER_INITIATE_WITHDRAWAL, machine(), NO_CARD, RIGHT_PIN),
           BY_TERMINAL);
    await(&call);
    check_contains(call.reply, "\"ok\":false");
    submit(&call, next_id(),
           (struct command){ .kind = TELLER_CONFIRM_DISPENSE,
                             .teller_id = machine(),
                             .withdrawal_id = id,
                             .outcome = OUTCOME_DISPENSED,
                             .taken = { .length = 1, .item = { { 5000, 1 } } } },
           BY_TERMINAL);
    await(&call);
    check_contains(call.reply, "\"state\":\"completed\"");
}

/* ---- the budget ---- */

static void test_what_a_suspended_machine_is_told_depends_on_no_card(void **state)
{
    (void)state;
    struct call call;
    spend();
    const size_t events = bench.sim.event_count, commands = bench.sim.command_count;
    const struct {
        int card, pin;
    } guesses[] = { { NO_CARD, WRONG_PIN },
                    { PETERS_CARD, WRONG_PIN },
                    { PETERS_CARD, RIGHT_PIN },
                    { BLOCKED_CARD, RIGHT_PIN } };
    enum command_kind kinds[KINDS_MAX];
    const int count = authenticating(kinds);
    const int64_t loads = engine_metrics(bench.engine)->loads;
    for (int i = 0; i < 4 * count; i++) {
        const struct uuid id = next_id();
        char expected[SIM_REPLY_MAX], text[UUID_TEXT_LENGTH];
        submit(
            &call, id,
            with_card(kinds[i % count], machine(), guesses[i / count].card, guesses[i / count].pin),
            BY_TERMINAL);
        await(&call);
        snprintf(expected, sizeof expected,
                 "{\"v\":1,\"id\":\"%s\",\"ok\":false,\"code\":\"65\",\"error\":\"authentication_"
                 "limit\",",
                 uuid_write(&id, text));
        assert_int_equal(strncmp(call.reply, expected, strlen(expected)), 0);
        assert_int_equal(engine_metrics(bench.engine)->loads,
                         loads + i + 1); /* of the id, and of it alone */
    }
    assert_int_equal(bench.sim.event_count, events);
    assert_int_equal(bench.sim.command_count, commands);
}

static void test_it_is_suspended_for_five_minutes_by_one_event_and_resumed_by_another(void **state)
{
    (void)state;
    struct call call;
    spend();
    assert_int_equal(events_of(TELLER_AUTHENTICATION_SUSPENDED), 1);
    const struct event *event = &bench.sim.event[bench.sim.event_count - 1].event;
    assert_int_equal(event->kind, TELLER_AUTHENTICATION_SUSPENDED);
    assert_int_equal(event->authentication_suspended.failures, LIMIT);
    assert_int_equal(bench.notices, 1);
    check_contains(bench.notice, "authentication-suspended teller=");
    bench.sim.now_us += 4 * MINUTE_US;
    check_contains(tries(&call, machine(), PETERS_CARD, RIGHT_PIN), "authentication_limit");
    bench.sim.now_us += MINUTE_US;
    check_contains(tries(&call, machine(), PETERS_CARD, WRONG_PIN), "card_blocked");
    settle();
    assert_int_equal(events_of(TELLER_AUTHENTICATION_SUSPENDED), 1);
    assert_int_equal(events_of(TELLER_AUTHENTICATION_RESUMED), 1);
    check_contains(bench.notice, "authentication-resumed teller=");
}

static void test_failures_sent_together_share_one_budget(void **state)
{
    (void)state;
    static struct call calls[64];
    int decided = 0;
    for (int i = 0; i < 64; i++)
        submit(&calls[i], next_id(),
               with_card(TELLER_INITIATE_WITHDRAWAL, machine(),
                         i % 2 == 0 ? NO_CARD + i : PETERS_CARD, WRONG_PIN),
               BY_TERMINAL);
    for (int i = 0; i < 64; i++) {
        await(&calls[i]);
        decided += strstr(calls[i].reply, "authentication_limit") == NULL;
    }
    assert_int_equal(decided, LIMIT);
}

static void test_a_restart_gives_no_fresh_budget(void **state)
{
    (void)state;
    struct call call;
    spend();
    start(LIMIT);
    check_contains(tries(&call, machine(), PETERS_CARD, RIGHT_PIN), "authentication_limit");
    bench.sim.now_us += 5 * MINUTE_US;
    check_contains(tries(&call, machine(), NO_CARD, RIGHT_PIN), "no_such_card");
    settle();
    assert_int_equal(events_of(TELLER_AUTHENTICATION_RESUMED), 1);
}

static void test_an_approval_is_given_again_while_the_machine_is_suspended(void **state)
{
    (void)state;
    static struct call first, again;
    struct call call;
    const struct uuid id = next_id();
    submit(&first, id, with_card(TELLER_INITIATE_WITHDRAWAL, machine(), PETERS_CARD, RIGHT_PIN),
           BY_TERMINAL);
    await(&first);
    check_contains(first.reply, "\"ok\":true");
    spend();
    start(LIMIT); /* and the bank has forgotten the id */
    submit(&again, id, with_card(TELLER_INITIATE_WITHDRAWAL, machine(), PETERS_CARD, RIGHT_PIN),
           BY_TERMINAL);
    await(&again);
    assert_string_equal(again.reply, first.reply);
    submit(&call, id, with_card(TELLER_INITIATE_WITHDRAWAL, machine(), PETERS_CARD, WRONG_PIN),
           BY_TERMINAL);
    await(&call);
    check_contains(call.reply, "id_conflict");
    submit(&call, next_id(),
           (struct command){ .kind = TELLER_CONFIRM_DISPENSE,
                             .teller_id = machine(),
                             .withdrawal_id = id,
                             .outcome = OUTCOME_NOT_DISPENSED },
           BY_TERMINAL);
    await(&call);
    check_contains(call.reply, "\"state\":\"reversed\""); /* advices are never stopped */
}

/* Decided, and undone with its batch, it would leave no try on the card: what it costs the machine
 * must not tell whether the PIN was right. */
static void test_a_guess_under_a_used_id_costs_a_try_right_or_wrong(void **state)
{
    (void)state;
    enum { GUESSES = LIMIT + 3 }; /* some tries come back meanwhile */
    struct uuid used[GUESSES];
    struct call call;
    for (int i = 0; i < GUESSES; i++) {
        struct command deposit = { .kind = ACCOUNTS_DEPOSIT_MONEY,
                                   .account_id = account(),
                                   .amount = 1 };
        used[i] = next_id();
        submit(&call, used[i], deposit, BY_OPERATOR);
        await(&call);
    }
    start(LIMIT); /* they have left memory */
    check_contains(tries(&call, machine(), PETERS_CARD, RIGHT_PIN),
                   "\"ok\":true"); /* all is known now */
    settle();
    const size_t confirmed = events_of(ACCOUNTS_AUTHORIZATION_CONFIRMED);
    for (int i = 0; i < GUESSES; i++) {
        submit(&call, used[i],
               with_card(ACCOUNTS_ENQUIRE_BALANCE, machine(), PETERS_CARD, RIGHT_PIN), BY_TERMINAL);
        await(&call);
        check_contains(call.reply, "\"id_conflict\"");
        bench.sim.now_us += 1100000; /* past the moment in which all ids are looked up first */
    }
    assert_int_equal(events_of(ACCOUNTS_AUTHORIZATION_CONFIRMED), confirmed);
    check_contains(tries(&call, machine(), PETERS_CARD, RIGHT_PIN), "\"authentication_limit\"");
}

static void test_other_machines_go_on(void **state)
{
    (void)state;
    struct call call;
    issue(3);
    spend();
    check_contains(tries(&call, other_machine(), 3, RIGHT_PIN), "\"ok\":true");
    check_contains(tries(&call, machine(), 3, RIGHT_PIN), "authentication_limit");
}

static void test_guessing_at_the_rate_of_a_minute_ends_within_the_hour(void **state)
{
    (void)state;
    struct call call;
    int decided = 0;
    while (decided < 600 && strstr(tries(&call, machine(), NO_CARD, WRONG_PIN), "65") == NULL) {
        decided++;
        bench.sim.now_us += MINUTE_US / LIMIT;
    }
    assert_in_range(decided, 6 * LIMIT, 7 * LIMIT + 2);
}

static void test_some_failures_now_and_then_suspend_nothing(void **state)
{
    (void)state;
    struct call call;
    for (int i = 0; i < 300; i++) {
        check_contains(tries(&call, machine(), NO_CARD, WRONG_PIN), "no_such_card");
        bench.sim.now_us += MINUTE_US + MINUTE_US / 100;
    }
}

static void test_a_limit_of_0_is_none(void **state)
{
    (void)state;
    struct call call;
    start(0);
    for (int i = 0; i < 100; i++)
        check_contains(tries(&call, machine(), NO_CARD, WRONG_PIN), "no_such_card");
    assert_int_equal(events_of(TELLER_AUTHENTICATION_SUSPENDED), 0);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, open_bank, close_bank)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_a_terminals_command_with_a_pin_is_under_the_budget),
        STORY(test_an_unknown_card_leaves_nothing_behind_and_its_id_free),
        STORY(test_an_unknown_card_under_the_id_of_a_withdrawal_makes_nothing_forgotten),
        STORY(test_what_a_suspended_machine_is_told_depends_on_no_card),
        STORY(test_it_is_suspended_for_five_minutes_by_one_event_and_resumed_by_another),
        STORY(test_failures_sent_together_share_one_budget),
        STORY(test_a_restart_gives_no_fresh_budget),
        STORY(test_an_approval_is_given_again_while_the_machine_is_suspended),
        STORY(test_a_guess_under_a_used_id_costs_a_try_right_or_wrong),
        STORY(test_other_machines_go_on),
        STORY(test_guessing_at_the_rate_of_a_minute_ends_within_the_hour),
        STORY(test_some_failures_now_and_then_suspend_nothing),
        STORY(test_a_limit_of_0_is_none),
    };
    return cmocka_run_group_tests_name("engine_authentication", tests, NULL, NULL);
}

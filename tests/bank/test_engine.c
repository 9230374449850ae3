/* SPDX-License-Identifier: MIT */
/*
 * The engine on a simulated store: terminals that withdraw and deposit, repeat
 * themselves, give up and send reversals, batches that are lost, and a log that comes and goes.
 * Whatever happens, the promises hold; see check_promises.
 */
#include "tests/bank/simulation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { TERMINALS = 12, ACCOUNTS = 5, STEPS = 4000 };

static struct uuid teller_id(void)
{
    return sim_id(1, 1);
}

static struct uuid account_id(unsigned i)
{
    return sim_id(2, i + 1);
}

/* A terminal: one withdrawal (or one deposit) after the other, each said until it is answered. */
struct terminal {
    struct request request;
    struct bench *bench;
    bool busy, gave_up; /* busy: lent to the engine */
    enum { ASKS, CONFIRMS } phase;
    bool deposits;
    struct uuid withdrawal_id; /* or the deposit's */
    uint64_t said;
    struct notes notes; /* to be dispensed */
    char first_reply[SIM_REPLY_MAX];
    size_t first_length;
};

struct bench {
    struct simulation sim;
    struct engine *engine;
    struct terminal terminal[TERMINALS];
    struct request set_up;
    bool set_up_done, set_up_ok;
    uint64_t withdrawals, deposits;
    int64_t answered, unavailable, approved;
    int64_t credited, deposits_suspect; /* of the deposits, as check_promises found them */
    bool stopping;
};

#define EVENTUAL ",\"consistency\":\"eventual\"}"

static bool reply_has(const char *line, size_t length, const char *part)
{
    return memmem(line, length, part, strlen(part)) != NULL;
}

static void set_up_answered(struct request *request, const char *line, size_t length, bool replayed)
{
    struct bench *bench = request->owner;
    (void)replayed;
    bench->set_up_done = true;
    bench->set_up_ok = reply_has(line, length, "\"ok\":true");
}

static void bench_turn(struct bench *bench)
{
    engine_run(bench->engine);
    sim_step(&bench->sim);
    engine_run(bench->engine);
}

static void bench_do(struct bench *bench, struct command command)
{
    bool unavailable = true;
    command.id = command.correlation_id = sim_fresh_id(&bench->sim);
    while (unavailable) {
        bench->set_up = (struct request){ .command = command,
                                          .sender = BY_OPERATOR,
                                          .actor = "operator",
                                          .repeat = true,
                                          .done = set_up_answered,
                                          .owner = bench };
        request_hash_content(&bench->set_up);
        bench->set_up_done = false;
        engine_submit(bench->engine, &bench->set_up);
        while (!bench->set_up_done)
            bench_turn(bench);
        unavailable = !bench->set_up_ok;
        if (unavailable)
            bench_turn(bench);
    }
}

static void bench_open(struct bench *bench, uint64_t seed, int lost_percent, int away_percent)
{
    memset(bench, 0, sizeof *bench);
    sim_init(&bench->sim, seed);
    struct engine_settings settings = engine_settings_default();
    settings.confirm_within_us = 300000;
    settings.accounts_max = 3; /* so that accounts are dropped and read again */
    settings.withdrawals_max = 4;
    settings.commands_max = 8;
    settings.batch_early = 1; /* so that a batch that fails takes another with it */
    bench->engine = sim_engine_create(&bench->sim, &settings);
    bench_do(bench, (struct command){ .kind = TELLER_PROVISION,
                                      .teller_id = teller_id(),
                                      .notes = { .length = 2, .item = { { 5000, 2000 }, { 2000, 2000 } } } });
    for (unsigned i = 0; i < ACCOUNTS; i++) {
        struct command open = { .kind = ACCOUNTS_OPEN_ACCOUNT,
                                .account_id = account_id(i),
                                .owner = "owner" };
        bench_do(bench, open);
        /* The last one is so full that not every deposit fits. */
        bench_do(bench, (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY,
                                          .account_id = account_id(i),
                                          .amount = i == ACCOUNTS - 1 ? MONEY_CAP - 6000 : 400000 });
        struct command card = { .kind = ACCOUNTS_ISSUE_CARD, .account_id = account_id(i) };
        memset(card.card, (int)i + 1, sizeof card.card);
        memset(card.pin_reference, 7, sizeof card.pin_reference);
        bench_do(bench, card);
    }
    bench->sim.models_behind = true;
    bench->sim.lost_percent = lost_percent;
    bench->sim.away_percent = away_percent;
}

static void bench_close(struct bench *bench)
{
    engine_destroy(bench->engine);
    sim_finish(&bench->sim);
}

/* ---- the terminals ---- */

static void terminal_begin(struct terminal *terminal)
{
    struct bench *bench = terminal->bench;
    terminal->withdrawal_id =
        terminal->deposits ? sim_id(5, ++bench->deposits) : sim_id(3, ++bench->withdrawals);
    terminal->phase = ASKS;
    terminal->said = 0;
    terminal->first_length = 0;
    terminal->gave_up = false;
}

static void terminal_answered(struct request *request, const char *line, size_t length, bool replayed)
{
    struct terminal *terminal = request->owner;
    struct bench *bench = terminal->bench;
    (void)replayed;
    terminal->busy = false;
    bench->answered++;
    if (reply_has(line, length, "bank_unavailable")) {
        bench->unavailable++;
        if (terminal->phase == ASKS && sim_random(&bench->sim, 3) == 0) {
            terminal->gave_up = true; /* and sends a reversal for what may never have arrived */
            terminal->phase = CONFIRMS;
            terminal->said = 0;
            terminal->first_length = 0;
        }
        return;
    }
    assert_true(length < SIM_REPLY_MAX);
    /* The member that says that read models may lack it comes and goes; the rest is the same each time. */
    if (reply_has(line, length, EVENTUAL))
        length -= sizeof EVENTUAL - 1;
    length -= line[length - 1] == '}';
    if (terminal->first_length == 0) {
        memcpy(terminal->first_reply, line, length);
        terminal->first_length = length;
    } else {
        assert_int_equal(terminal->first_length, length);
        assert_memory_equal(terminal->first_reply, line, length);
    }
    bool ok = reply_has(line, length, "\"ok\":true");
    /* An answered request is sometimes said again, as if the reply had been lost. */
    if (sim_random(&bench->sim, 5) == 0)
        return;
    if (terminal->phase == CONFIRMS) {
        assert_true(ok || reply_has(line, length, terminal->deposits ? "deposit_ended" : "withdrawal_ended"));
        terminal_begin(terminal);
    } else if (ok) {
        bench->approved++;
        terminal->phase = CONFIRMS;
        terminal->said = 0;
        terminal->first_length = 0;
    } else {
        terminal_begin(terminal);
    }
}

static const struct event *find_promise(struct bench *bench, const struct uuid *withdrawal_id)
{
    for (size_t i = bench->sim.event_count; i-- > 0;)
        if (bench->sim.event[i].event.kind == TELLER_MONEY_WITHDRAWN &&
            uuid_equal(&bench->sim.event[i].event.correlation_id, withdrawal_id))
            return &bench->sim.event[i].event;
    return NULL;
}

static uint64_t number_of(const struct terminal *terminal)
{
    const unsigned char *bytes = terminal->withdrawal_id.bytes;
    return (uint64_t)bytes[7] | (uint64_t)bytes[6] << 8 | (uint64_t)bytes[5] << 16;
}

static struct command of_deposit(const struct terminal *terminal)
{
    uint64_t choice = number_of(terminal);
    struct command command = { .deposit_id = terminal->withdrawal_id,
                               .correlation_id = terminal->withdrawal_id,
                               .teller_id = teller_id() };
    if (terminal->phase == ASKS) {
        command.kind = TELLER_INITIATE_DEPOSIT;
        command.id = terminal->withdrawal_id;
        memset(command.card, (int)(choice % (ACCOUNTS + 1)) + 1, sizeof command.card);
        memset(command.pin_reference, choice % 11 == 0 ? 8 : 7, sizeof command.pin_reference);
        return command;
    }
    bool counted = !terminal->gave_up && choice % 4 != 1;
    command.kind = TELLER_CONFIRM_DEPOSIT;
    command.id = sim_id(6, choice);
    command.deposit_outcome = counted ? OUTCOME_COUNTED : OUTCOME_CANCELLED;
    if (counted)
        command.notes = (struct notes){ 1, { { 5000, choice % 5 == 0 ? 40 : 1 + (int32_t)(choice % 3) } } };
    command.notes_given = counted;
    return command;
}

static struct command of_withdrawal(const struct terminal *terminal)
{
    struct bench *bench = terminal->bench;
    uint64_t choice = terminal->withdrawal_id.bytes[7];
    struct command command = { .withdrawal_id = terminal->withdrawal_id,
                               .correlation_id = terminal->withdrawal_id,
                               .teller_id = teller_id() };
    if (terminal->phase == ASKS) {
        command.kind = TELLER_INITIATE_WITHDRAWAL;
        command.id = terminal->withdrawal_id;
        command.amount = choice % 7 == 0 ? 3000 : 7000 + 2000 * (money)(choice % 3);
        memset(command.card, (int)(choice % (ACCOUNTS + 1)) + 1, sizeof command.card);
        memset(command.pin_reference, choice % 11 == 0 ? 8 : 7, sizeof command.pin_reference);
    } else {
        command.kind = TELLER_CONFIRM_DISPENSE;
        command.id = sim_id(4, number_of(terminal));
        const struct event *promise = find_promise(bench, &terminal->withdrawal_id);
        bool dispensed = !terminal->gave_up && promise != NULL && choice % 4 != 1;
        command.outcome = dispensed ? OUTCOME_DISPENSED : OUTCOME_NOT_DISPENSED;
        if (dispensed)
            command.taken = promise->withdrawal.notes;
    }
    return command;
}

static void terminal_say(struct terminal *terminal)
{
    struct bench *bench = terminal->bench;
    struct request *request = &terminal->request;
    *request =
        (struct request){ .command = terminal->deposits ? of_deposit(terminal) : of_withdrawal(terminal),
                          .sender = BY_TERMINAL,
                          .signed_on = teller_id(),
                          .actor = "terminal",
                          .repeat = terminal->said > 0 && sim_random(&bench->sim, 2) == 0,
                          .strong = sim_random(&bench->sim, 3) == 0,
                          .done = terminal_answered,
                          .owner = terminal };
    request_hash_content(request);
    terminal->said++;
    terminal->busy = true;
    engine_submit(bench->engine, request);
}

/* ---- what has to hold ---- */

struct books {
    struct account account[ACCOUNTS];
    struct teller teller;
};

static void fold_log(struct bench *bench, struct books *books)
{
    memset(books, 0, sizeof *books);
    for (size_t i = 0; i < bench->sim.event_count; i++) {
        const struct event_record *record = &bench->sim.event[i];
        int64_t version = 0;
        for (unsigned a = 0; a < ACCOUNTS; a++) {
            struct uuid id = account_id(a);
            if (uuid_equal(&id, &record->event.stream_id)) {
                account_apply(&books->account[a], &record->event);
                version = books->account[a].version;
            }
        }
        if (event_stream(record->event.kind) == STREAM_TELLER) {
            teller_apply(&books->teller, &record->event);
            version = books->teller.version;
        }
        assert_int_equal(version, record->stream_version);
    }
}

/* Every deposit has at most one end, and what was counted is on the account or on the list of suspects. */
static void check_deposit(struct bench *bench, struct uuid id)
{
    struct deposit deposit = { .state = DEPOSIT_NONE };
    int counted = 0, credited = 0, cancelled = 0, declined = 0, suspected = 0;
    for (size_t i = 0; i < bench->sim.event_count; i++) {
        const struct event *event = &bench->sim.event[i].event;
        if (!uuid_equal(&event->correlation_id, &id))
            continue;
        deposit_apply(&deposit, event);
        counted += event->kind == TELLER_MONEY_DEPOSITED;
        cancelled += event->kind == TELLER_DEPOSIT_CANCELLED;
        declined += event->kind == TELLER_DEPOSIT_DECLINED;
        suspected += event->kind == TELLER_DEPOSIT_SUSPECTED;
        if (event->kind == ACCOUNTS_MONEY_DEPOSITED) {
            credited++;
            assert_int_equal(event->money_moved.amount, notes_value(&deposit.notes));
        }
    }
    assert_true(counted + cancelled + declined <= 1);
    assert_int_equal(credited + suspected, counted);
    if (counted == 1)
        assert_int_equal(deposit.state, credited == 1 ? DEPOSIT_COMPLETED : DEPOSIT_SUSPECT);
    else if (cancelled == 1)
        assert_int_equal(deposit.state, DEPOSIT_CANCELLED);
    else if (declined == 1)
        assert_int_equal(deposit.state, DEPOSIT_DECLINED);
    else
        assert_true(deposit.state == DEPOSIT_NONE || deposit.state == DEPOSIT_COUNTING);
    bench->credited += credited;
    bench->deposits_suspect += suspected;
}

static void check_promises(struct bench *bench)
{
    static struct books books;
    fold_log(bench, &books);
    for (unsigned a = 0; a < ACCOUNTS; a++) {
        const struct account *account = &books.account[a];
        assert_int_equal(account->opening + account->deposits - account->withdrawals + account->reversals,
                         account->balance);
        assert_true(account->balance >= 0);
    }
    const struct teller *teller = &books.teller;
    for (uint32_t i = 0; i < teller->loaded.length; i++) {
        int32_t denomination = teller->loaded.item[i].denomination;
        assert_int_equal(note_totals_of(&teller->loaded, denomination),
                         notes_of(&teller->cassettes, denomination) +
                             note_totals_of(&teller->taken, denomination) +
                             note_totals_of(&teller->rejected, denomination) +
                             note_totals_of(&teller->retracted, denomination));
    }
    for (uint64_t n = 1; n <= bench->deposits; n++)
        check_deposit(bench, sim_id(5, n));
    /* Every withdrawal is whole: what left the accounts is what was promised, and it has one end. */
    for (uint64_t n = 1; n <= bench->withdrawals; n++) {
        struct uuid id = sim_id(3, n);
        struct withdrawal withdrawal = { .state = WITHDRAWAL_NONE };
        int ends = 0;
        money out = 0;
        for (size_t i = 0; i < bench->sim.event_count; i++) {
            const struct event *event = &bench->sim.event[i].event;
            if (!uuid_equal(&event->correlation_id, &id))
                continue;
            withdrawal_apply(&withdrawal, event);
            ends += event->kind == TELLER_CASH_DISPENSED || event->kind == TELLER_DISPENSE_FAILED ||
                    event->kind == TELLER_WITHDRAWAL_DECLINED;
            out += event->kind == ACCOUNTS_MONEY_WITHDRAWN ? event->money_moved.amount : 0;
            out -= event->kind == ACCOUNTS_WITHDRAWAL_REVERSED ? event->money_moved.amount : 0;
        }
        assert_true(ends <= 1);
        if (ends == 1) {
            assert_true(withdrawal.state == WITHDRAWAL_COMPLETED || withdrawal.state == WITHDRAWAL_REVERSED ||
                        withdrawal.state == WITHDRAWAL_DECLINED);
            assert_int_equal(
                out, withdrawal.state == WITHDRAWAL_COMPLETED ? notes_value(&withdrawal.where.taken) : 0);
        } else if (withdrawal.state != WITHDRAWAL_NONE) {
            assert_true(withdrawal_open(&withdrawal));
        }
    }
}

static void run_terminals(struct bench *bench, int steps)
{
    for (int i = 0; i < TERMINALS; i++) {
        bench->terminal[i].bench = bench;
        bench->terminal[i].deposits = i % 3 == 0;
        terminal_begin(&bench->terminal[i]);
    }
    for (int step = 0; step < steps; step++) {
        for (int i = 0; i < TERMINALS; i++)
            if (!bench->terminal[i].busy && sim_random(&bench->sim, 3) == 0)
                terminal_say(&bench->terminal[i]);
        bench_turn(bench);
    }
    bench->sim.lost_percent = bench->sim.away_percent = 0;
    for (int step = 0; step < 100000 && (!engine_idle(bench->engine) || !bench->sim.active); step++)
        bench_turn(bench);
    assert_true(engine_idle(bench->engine));
    for (int i = 0; i < TERMINALS; i++)
        assert_false(bench->terminal[i].busy);
}

static void test_promises_hold_on_a_store_that_never_fails(void **state)
{
    (void)state;
    static struct bench bench;
    bench_open(&bench, 1, 0, 0);
    run_terminals(&bench, STEPS);
    check_promises(&bench);
    assert_true(bench.approved > 100);
    assert_true(bench.credited > 50);
    assert_int_equal(bench.unavailable, 0);
    bench_close(&bench);
}

static void test_promises_hold_when_batches_and_the_log_are_lost(void **state)
{
    (void)state;
    static struct bench bench;
    int64_t conflicts = 0, losses = 0, outages = 0, credited = 0, suspect = 0;
    for (uint64_t seed = 2; seed < 42; seed++) {
        bench_open(&bench, seed, 5, 1);
        run_terminals(&bench, STEPS / 4);
        check_promises(&bench);
        conflicts += bench.sim.conflicts;
        losses += bench.sim.losses;
        outages += bench.sim.outages;
        credited += bench.credited;
        suspect += bench.deposits_suspect;
        bench_close(&bench);
    }
    /* The seeds have to reach what they are for. */
    assert_true(conflicts > 10);
    assert_true(losses > 100);
    assert_true(outages > 50);
    assert_true(credited > 500);
    assert_true(suspect > 20);
}

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
    bench.set_up = (struct request){
        .command = again, .sender = BY_OPERATOR, .actor = "operator", .done = set_up_answered, .owner = &bench
    };
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
    settings.queue_max = 10;
    bench.engine = sim_engine_create(&bench.sim, &settings);
    for (int i = 0; i < 64; i++) {
        struct terminal *unused = &bench.terminal[0];
        unused->bench = &bench;
        unused->phase = ASKS;
        request[i] = (struct request){
            .sender = BY_OPERATOR, .actor = "operator", .done = terminal_answered, .owner = unused
        };
        request[i].command =
            (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY, .account_id = account_id(0), .amount = 1 };
        request[i].command.id = request[i].command.correlation_id = sim_id(9, (uint64_t)i);
        request_hash_content(&request[i]);
        unused->first_length = 0;
        engine_submit(bench.engine, &request[i]);
    }
    assert_int_equal(bench.unavailable, 54);
    assert_int_equal(engine_metrics(bench.engine)->turned_away, 54);
    /* What ends a withdrawal has as much room again. */
    static struct request end[12];
    for (int i = 0; i < 12; i++) {
        end[i] = request[0];
        end[i].sender = BY_TERMINAL;
        end[i].signed_on = teller_id();
        end[i].command = (struct command){ .kind = TELLER_CONFIRM_DISPENSE,
                                           .teller_id = teller_id(),
                                           .withdrawal_id = sim_id(8, (uint64_t)i),
                                           .outcome = OUTCOME_NOT_DISPENSED };
        end[i].command.correlation_id = end[i].command.withdrawal_id;
        end[i].command.id = sim_id(10, (uint64_t)i);
        request_hash_content(&end[i]);
        engine_submit(bench.engine, &end[i]);
    }
    assert_int_equal(bench.unavailable, 56);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promises_hold_on_a_store_that_never_fails),
        cmocka_unit_test(test_promises_hold_when_batches_and_the_log_are_lost),
        cmocka_unit_test(test_an_unconfirmed_withdrawal_becomes_suspect_and_is_never_reversed),
        cmocka_unit_test(test_a_card_has_one_account),
        cmocka_unit_test(test_too_much_is_turned_away_and_nothing_of_it_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

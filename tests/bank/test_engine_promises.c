/* SPDX-License-Identifier: MIT */
/*
 * The engine among terminals, batches that are lost, and a log that comes and
 * goes. Whatever happens, the promises hold; see check_promises.
 */
#include "tests/bank/engine_terminals.h"

enum { STEPS = 4000 };

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

/* Every deposit has at most one end, and what was counted is on the account or on the list of
 * suspects. */
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
        assert_int_equal(account_sums(account), account->balance);
        assert_true(account->balance >= 0);
    }
    const struct teller *teller = &books.teller;
    for (uint32_t i = 0; i < teller->loaded.length; i++) {
        int32_t denomination = teller->loaded.item[i].denomination;
        assert_int_equal(teller_unplaced(teller, denomination), 0);
    }
    for (uint64_t n = 1; n <= bench->deposits; n++)
        check_deposit(bench, sim_id(5, n));
    /* Every withdrawal is whole: what left the accounts is what was promised, and it has one end.
     */
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
            assert_true(withdrawal.state == WITHDRAWAL_COMPLETED ||
                        withdrawal.state == WITHDRAWAL_REVERSED ||
                        withdrawal.state == WITHDRAWAL_DECLINED);
            assert_int_equal(out, withdrawal.state == WITHDRAWAL_COMPLETED
                                      ? notes_value(&withdrawal.where.taken)
                                      : 0);
        } else if (withdrawal.state != WITHDRAWAL_NONE) {
            assert_true(withdrawal_open(&withdrawal));
        }
    }
}

static void cash_answered(struct request *request, const char *line, size_t length, bool replayed)
{
    struct bench *bench = request->owner;
    (void)replayed;
    bench->cash_busy = false;
    bench->cash_done += reply_has(line, length, "\"ok\":true");
}

/* A person at the machine counts, swaps, fills or empties, and is not always right. */
static void cash_begin(struct bench *bench)
{
    static const enum command_kind kinds[] = { TELLER_COUNT_CASSETTES, TELLER_SWAP_CASSETTE,
                                               TELLER_EMPTY_BIN, TELLER_REPLENISH_CASSETTES };
    struct command command = { .kind = kinds[sim_random(&bench->sim, 4)],
                               .teller_id = teller_id(),
                               .bin = (enum cash_bin)(BIN_REJECT + sim_random(&bench->sim, 3)) };
    const struct notes some = { 1, { { 5000, (int32_t)(1500 + sim_random(&bench->sim, 600)) } } };
    command.id = command.correlation_id = sim_fresh_id(&bench->sim);
    command.notes = some;
    command.notes_given = true;
    if (command.kind == TELLER_SWAP_CASSETTE) {
        command.cassette = 1;
        command.removed = some;
    }
    if (command.kind == TELLER_EMPTY_BIN || command.kind == TELLER_REPLENISH_CASSETTES)
        command.notes.item[0].count = (int32_t)sim_random(&bench->sim, 5);
    bench->cash = (struct request){ .command = command,
                                    .sender = BY_OPERATOR,
                                    .actor = "operator",
                                    .done = cash_answered,
                                    .owner = bench };
    request_hash_content(&bench->cash);
    bench->cash_busy = true;
    engine_submit(bench->engine, &bench->cash);
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
        if (!bench->cash_busy && sim_random(&bench->sim, 20) == 0)
            cash_begin(bench);
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
    assert_true(bench.cash_done > 50);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promises_hold_on_a_store_that_never_fails),
        cmocka_unit_test(test_promises_hold_when_batches_and_the_log_are_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

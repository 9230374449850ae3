/* SPDX-License-Identifier: MIT */
/*
 * Terminals of an engine on a simulated store: they withdraw and deposit, repeat
 * themselves, give up and send reversals, as the simulation's seed decides. What
 * is answered twice has to be the same. Included by one test program each; it is
 * all static.
 *
 * Order of calls: bench_open; terminal_begin, terminal_say when it is not busy,
 * bench_turn until it is not; bench_close.
 */
#ifndef TESTS_BANK_ENGINE_TERMINALS_H
#define TESTS_BANK_ENGINE_TERMINALS_H

#include "tests/bank/simulation.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { TERMINALS = 12, ACCOUNTS = 5 };

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
    char first_reply[SIM_REPLY_MAX];
    size_t first_length;
};

struct bench {
    struct simulation sim;
    struct engine *engine;
    struct terminal terminal[TERMINALS];
    struct request set_up, cash;
    bool set_up_done, set_up_ok;
    bool cash_busy; /* lent to the engine */
    int64_t cash_done;
    uint64_t withdrawals, deposits;
    int64_t answered, unavailable, approved;
    int64_t credited, deposits_suspect; /* of the deposits, as check_promises found them */
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
    settings.failed_auth_limit = 0;
    settings.batch_early = 1; /* so that a batch that fails takes another with it */
    bench->engine = sim_engine_create(&bench->sim, &settings);
    bench_do(bench, (struct command){
                        .kind = TELLER_PROVISION,
                        .teller_id = teller_id(),
                        .notes = { .length = 2, .item = { { 5000, 2000 }, { 2000, 2000 } } } });
    for (unsigned i = 0; i < ACCOUNTS; i++) {
        struct command open = { .kind = ACCOUNTS_OPEN_ACCOUNT,
                                .account_id = account_id(i),
                                .owner = "owner" };
        bench_do(bench, open);
        /* The last one is so full that not every deposit fits. */
        bench_do(bench,
                 (struct command){ .kind = ACCOUNTS_DEPOSIT_MONEY,
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

static void terminal_answered(struct request *request, const char *line, size_t length,
                              bool replayed)
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
    /* The member that says that read models may lack it comes and goes; the rest is the same each
     * time. */
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
        assert_true(ok || reply_has(line, length,
                                    terminal->deposits ? "deposit_ended" : "withdrawal_ended"));
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
        command.notes =
            (struct notes){ 1, { { 5000, choice % 5 == 0 ? 40 : 1 + (int32_t)(choice % 3) } } };
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
    *request = (struct request){ .command = terminal->deposits ? of_deposit(terminal)
                                                               : of_withdrawal(terminal),
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

#endif

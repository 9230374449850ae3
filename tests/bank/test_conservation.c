/* SPDX-License-Identifier: MIT */
/*
 * Money is conserved: random lives of the bank, and after every event of them
 * the books are balanced, account by account and note by note.
 */
#include "tests/bank/random_bank.h"

#include <inttypes.h>

static long steps_checked, days_closed;
/* By disputed advices, and in boxes that were taken out, ever. */
static struct note_totals taken_out[BANK_TELLERS];

static void check_account(const struct account *account)
{
    assert_int_equal(account_sums(account), account->balance);
    assert_true(account->balance >= 0);
    assert_true(account->withdrawn_today >= 0);
}

static void check_teller(const struct teller *teller)
{
    struct note_totals in = teller->loaded;
    assert_true(note_totals_move_all(&in, &teller->found));
    for (uint32_t i = 0; i < in.length; i++) {
        int32_t denomination = in.item[i].denomination;
        assert_int_equal(teller_unplaced(teller, denomination), 0);
        assert_true(note_totals_of(&teller->taken, denomination) >= 0);
        assert_true(teller_in_bin(teller, BIN_REJECT, denomination) >= 0);
        assert_true(teller_in_bin(teller, BIN_RETRACT, denomination) >= 0);
        assert_true(notes_of(&teller->promised, denomination) <=
                    notes_of(&teller->cassettes, denomination) +
                        note_totals_of(&taken_out[number_of(&teller->id) - 101], denomination));
        assert_true(notes_of(&teller->promised, denomination) >= 0);
    }
    for (uint32_t i = 0; i < teller->deposited.length; i++)
        assert_true(teller_in_bin(teller, BIN_DEPOSIT, teller->deposited.item[i].denomination) >=
                    0);
}

/* Each note of a denomination that has a cassette is in one, and in one only. */
static void check_boxes(const struct teller *teller)
{
    for (int32_t first = 1; first <= CASSETTES_MAX; first++) {
        const struct cassette *cassette = cassettes_find(&teller->boxes, first);
        if (cassette == NULL || cassettes_first(&teller->boxes, cassette->denomination) != first)
            continue;
        const int32_t in_all = notes_of(&teller->cassettes, cassette->denomination);
        int64_t sum = 0;
        for (int32_t i = first; i <= CASSETTES_MAX; i++) {
            if (teller->boxes.at[i - 1].denomination != cassette->denomination)
                continue;
            const int32_t holds = cassettes_holds(&teller->boxes, i, in_all);
            assert_true(holds >= 0);
            sum += holds;
        }
        assert_int_equal(sum, in_all);
    }
}

/* A count leaves the books such that a sign-on with it would agree; an emptied bin is empty. */
static void check_counted(const struct event *event)
{
    const struct teller *teller = teller_of(event->stream_id);
    if (event->kind == TELLER_CASSETTES_COUNTED && event->cash.cassette == 0)
        for (uint32_t i = 0; i < event->cash.notes.length; i++) {
            const struct note_count *note = &event->cash.notes.item[i];
            const int32_t most = notes_of(&teller->cassettes, note->denomination);
            assert_true(note->count <= most);
            assert_true(note->count >= most - notes_of(&teller->promised, note->denomination));
        }
    if (event->kind != TELLER_BIN_EMPTIED)
        return;
    const enum cash_bin bin = cash_bin_find(event->cash.bin);
    for (uint32_t i = 0; i < teller->cassettes.length; i++)
        assert_int_equal(teller_in_bin(teller, bin, teller->cassettes.item[i].denomination), 0);
}

/* Every day's report adds up, and opens with what the one before closed with. */
static struct day_report last_day[BANK_TELLERS];

static const struct day_line *line_of(const struct day_report *report, int32_t denomination)
{
    static const struct day_line none;
    for (uint32_t i = 0; i < report->line_count; i++)
        if (report->line[i].denomination == denomination)
            return &report->line[i];
    return &none;
}

static void check_in_flight(const struct event *event)
{
    int64_t open = 0;
    for (size_t i = 0; i < bank.withdrawals; i++)
        open += uuid_equal(&bank.withdrawal[i].teller_id, &event->stream_id) &&
                (withdrawal_open(&bank.withdrawal[i]) ||
                 bank.withdrawal[i].state == WITHDRAWAL_DISPUTED);
    for (size_t i = 0; i < bank.deposits; i++)
        open +=
            uuid_equal(&bank.deposit[i].teller_id, &event->stream_id) &&
            (bank.deposit[i].state == DEPOSIT_COUNTING ||
             bank.deposit[i].state == DEPOSIT_SUSPECT || bank.deposit[i].state == DEPOSIT_DISPUTED);
    if (open <= DAY_OPEN_MAX && bank.report.open_more == 0)
        assert_int_equal(bank.report.open_count, open);
}

static void check_day(const struct event *event)
{
    const struct day_report *report = event->day_closed.report;
    struct day_report *before = &last_day[number_of(&event->stream_id) - 101];
    assert_true(day_report_balances(report));
    for (uint32_t i = 0; i < report->line_count; i++) {
        const struct day_line *line = &report->line[i];
        assert_int_equal(line->opening, line_of(before, line->denomination)->closing);
        assert_int_equal(line->bin_opening, line_of(before, line->denomination)->bin_closing);
    }
    check_in_flight(event);
    *before = *report;
    days_closed++;
}

static void check_after_event(const struct event *event)
{
    steps_checked++;
    if (event->kind == TELLER_BUSINESS_DAY_CLOSED)
        check_day(event);
    if (event->kind == TELLER_DISPENSE_DISPUTED) {
        struct note_totals *out = &taken_out[number_of(&event->stream_id) - 101];
        note_totals_add(out, &event->withdrawal.where.taken);
        note_totals_add(out, &event->withdrawal.where.rejected);
        note_totals_add(out, &event->withdrawal.where.retracted);
    }
    if (event->kind == TELLER_CASSETTE_SWAPPED)
        note_totals_add(&taken_out[number_of(&event->stream_id) - 101], &event->cash.removed);
    if (event_stream(event->kind) == STREAM_ACCOUNT) {
        check_account(account_of(event->stream_id));
    } else {
        check_teller(teller_of(event->stream_id));
        check_boxes(teller_of(event->stream_id));
        check_counted(event);
    }
}

/* Between commands every withdrawal is whole: at one end, or waiting for the machine. */
static void check_withdrawal(const struct withdrawal *withdrawal)
{
    const struct disposition *where = &withdrawal->where;
    switch (withdrawal->state) {
    case WITHDRAWAL_DISPENSING:
    case WITHDRAWAL_SUSPECT:
        assert_int_equal(withdrawal->reversed, 0);
        assert_int_equal(notes_value(&withdrawal->notes), withdrawal->amount);
        return;
    case WITHDRAWAL_COMPLETED:
    case WITHDRAWAL_REVERSED:
        assert_int_equal(withdrawal->amount - withdrawal->reversed, notes_value(&where->taken));
        assert_int_equal(notes_value(&where->taken) + notes_value(&where->rejected) +
                             notes_value(&where->retracted) + notes_value(&where->returned),
                         withdrawal->amount);
        return;
    case WITHDRAWAL_DECLINED:
    case WITHDRAWAL_NONE: /* an id that a command named and nobody knows */
        assert_int_equal(withdrawal->reversed, 0);
        return;
    case WITHDRAWAL_DISPUTED: /* on top of any of these ends */
    case WITHDRAWAL_SETTLED:
        assert_true(withdrawal->reversed <= withdrawal->amount);
        return;
    case WITHDRAWAL_AUTHORIZED:
    case WITHDRAWAL_REVERSING:
    case WITHDRAWAL_STATE_COUNT:
        break;
    }
    check_fail("a command left a withdrawal %s", withdrawal_state_name(withdrawal->state));
}

/* Between commands a deposit has one end, or waits for its machine or an operator. */
static void check_deposit(const struct deposit *deposit)
{
    assert_int_not_equal(deposit->state, DEPOSIT_CREDITING);
    assert_int_not_equal(deposit->state, DEPOSIT_RETURNING);
    assert_int_equal(notes_value(&deposit->notes), deposit->amount);
    if (deposit->state == DEPOSIT_DISPUTED || deposit->state == DEPOSIT_SETTLED ||
        (deposit->state == DEPOSIT_SUSPECT && deposit->notes.length == 0))
        return;
    bool holds_notes = deposit->state == DEPOSIT_COMPLETED || deposit->state == DEPOSIT_SUSPECT ||
                       deposit->state == DEPOSIT_HELD;
    assert_true(holds_notes ? deposit->amount > 0
                            : deposit->amount == 0 || deposit->state == DEPOSIT_CANCELLED);
}

static money worth(const struct note_totals *totals)
{
    money value = 0;
    for (uint32_t i = 0; i < totals->length; i++)
        value += totals->item[i].denomination * totals->item[i].count;
    return value;
}

/* What is in the deposit bins is on the accounts, or on the suspect list, disputed or not. */
static void check_bins_against_accounts(void)
{
    money bins = 0, credited = 0, suspect = 0, disputed = 0;
    for (int i = 0; i < BANK_TELLERS; i++)
        bins += worth(&bank.teller[i].deposited) - worth(&bank.teller[i].returned);
    for (size_t i = 0; i < bank.deposits; i++) {
        disputed += notes_value(&bank.deposit[i].disputed);
        if (bank.deposit[i].state == DEPOSIT_SUSPECT)
            suspect += bank.deposit[i].amount;
    }
    for (size_t i = 0; i < bank.count; i++) {
        const struct event *event = &bank.record[i].event;
        if ((event->kind == ACCOUNTS_MONEY_DEPOSITED &&
             !uuid_is_nil(&event->money_moved.teller_id)) ||
            event->kind == ACCOUNTS_DEPOSIT_HELD)
            credited += event->money_moved.amount;
        if (event->kind == ACCOUNTS_HELD_DEPOSIT_RETURNED)
            credited -= event->money_moved.amount;
    }
    assert_int_equal(bins, credited + suspect + disputed);
}

/* What an account holds is the worth of its held deposits. */
static void check_held(void)
{
    money held[BANK_ACCOUNTS] = { 0 };
    for (size_t i = 0; i < bank.deposits; i++)
        if (bank.deposit[i].state == DEPOSIT_HELD)
            held[number_of(&bank.deposit[i].account_id) - 1] += bank.deposit[i].amount;
    for (int i = 0; i < BANK_ACCOUNTS; i++)
        assert_int_equal(bank.account[i].held, held[i]);
}

/* Each machine has promised just the notes of its open withdrawals. */
static void check_promises(void)
{
    struct notes promised[BANK_TELLERS] = { 0 };
    for (size_t i = 0; i < bank.withdrawals; i++)
        if (withdrawal_open(&bank.withdrawal[i]))
            assert_true(notes_add_all(&promised[number_of(&bank.withdrawal[i].teller_id) - 101],
                                      &bank.withdrawal[i].notes));
    for (int i = 0; i < BANK_TELLERS; i++)
        for (uint32_t j = 0; j < bank.teller[i].loaded.length; j++) {
            int32_t denomination = bank.teller[i].loaded.item[j].denomination;
            assert_int_equal(notes_of(&bank.teller[i].promised, denomination),
                             notes_of(&promised[i], denomination));
        }
}

/* What left the accounts at machines is with the customers, or promised; disputes aside. */
static void check_cash_against_accounts(void)
{
    money debited = 0, cash = 0;
    for (size_t i = 0; i < bank.count; i++) {
        const struct event *event = &bank.record[i].event;
        if (event->kind == ACCOUNTS_MONEY_WITHDRAWN && !uuid_is_nil(&event->money_moved.teller_id))
            debited += event->money_moved.amount;
        else if (event->kind == ACCOUNTS_WITHDRAWAL_REVERSED)
            debited -= event->money_moved.amount;
    }
    for (int i = 0; i < BANK_TELLERS; i++) {
        cash += notes_value(&bank.teller[i].promised);
        for (uint32_t j = 0; j < bank.teller[i].taken.length; j++)
            cash += bank.teller[i].taken.item[j].denomination * bank.teller[i].taken.item[j].count;
    }
    for (size_t i = 0; i < bank.withdrawals; i++)
        cash -= notes_value(&bank.withdrawal[i].disputed.taken);
    assert_int_equal(debited, cash);
}

static void check_everything(void)
{
    for (size_t i = 0; i < bank.withdrawals; i++)
        check_withdrawal(&bank.withdrawal[i]);
    for (size_t i = 0; i < bank.deposits; i++)
        check_deposit(&bank.deposit[i]);
    check_promises();
    check_bins_against_accounts();
    check_held();
    check_cash_against_accounts();
}

static void live(uint64_t seed, int commands)
{
    memset(taken_out, 0, sizeof taken_out);
    memset(last_day, 0, sizeof last_day);
    bank.after_event = check_after_event;
    random_start(seed);
    for (int i = 0; i < commands; i++) {
        random_step();
        if (i % 500 == 0)
            check_everything();
    }
    check_everything();
}

static long count_of(enum event_kind kind)
{
    long count = 0;
    for (size_t i = 0; i < bank.count; i++)
        count += bank.record[i].event.kind == kind;
    return count;
}

static void test_a_long_random_life_conserves_money_after_every_event(void **state)
{
    (void)state;
    live(1, 20000);
    assert_true(steps_checked >= 30000);
    assert_true(days_closed >= 30);
    /* It was a life worth checking: of everything that can happen, something did. */
    static const enum event_kind wanted[] = {
        ACCOUNTS_LIMITS_SET,
        ACCOUNTS_CARD_BLOCKED,
        ACCOUNTS_CARD_UNBLOCKED,
        ACCOUNTS_MONEY_DEPOSITED,
        ACCOUNTS_DEPOSIT_HELD,
        ACCOUNTS_HELD_DEPOSIT_RELEASED,
        ACCOUNTS_HELD_DEPOSIT_RETURNED,
        ACCOUNTS_AUTHORIZATION_DECLINED,
        ACCOUNTS_WITHDRAWAL_REVERSED,
        TELLER_SIGNED_ON,
        TELLER_CASSETTES_REPLENISHED,
        TELLER_CASSETTE_SWAPPED,
        TELLER_CASSETTES_COUNTED,
        TELLER_BIN_EMPTIED,
        TELLER_LOW_MARK_SET,
        TELLER_BUSINESS_DAY_CLOSED,
        TELLER_WITHDRAWAL_DECLINED,
        TELLER_CASH_DISPENSED,
        TELLER_DISPENSE_FAILED,
        TELLER_WITHDRAWAL_SUSPECTED,
        TELLER_DISPENSE_DISPUTED,
        TELLER_DISPENSE_SETTLED,
        TELLER_DEPOSIT_DISPUTED,
        TELLER_DEPOSIT_SETTLED,
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (count_of(wanted[i]) == 0)
            check_fail("the random life holds no %s", event_type(wanted[i]));
    long seen[WITHDRAWAL_STATE_COUNT] = { 0 };
    for (size_t i = 0; i < bank.withdrawals; i++)
        seen[bank.withdrawal[i].state]++;
    assert_true(seen[WITHDRAWAL_COMPLETED] > 1000);
    assert_true(seen[WITHDRAWAL_REVERSED] > 300);
    assert_true(seen[WITHDRAWAL_DECLINED] > 300);
    print_message("# %ld completed, %ld reversed, %ld declined, %ld suspect\n",
                  seen[WITHDRAWAL_COMPLETED], seen[WITHDRAWAL_REVERSED], seen[WITHDRAWAL_DECLINED],
                  seen[WITHDRAWAL_SUSPECT]);
}

static void test_many_short_random_lives_conserve_it_too(void **state)
{
    for (uint64_t seed = 2; seed < 42; seed++) {
        bank_start(state);
        live(seed, 500);
    }
}

static void test_states_folded_again_from_the_events_are_the_same(void **state)
{
    (void)state;
    live(99, 3000);
    for (uint64_t i = 1; i <= RANDOM_ACCOUNTS; i++) {
        struct account again = { 0 };
        for (size_t j = 0; j < bank.count; j++)
            if (number_of(&bank.record[j].event.stream_id) == i)
                account_apply(&again, &bank.record[j].event);
        assert_memory_equal(&again, account_of(id_of(i)), sizeof again);
    }
    for (uint64_t i = 101; i <= 100 + RANDOM_TELLERS; i++) {
        struct teller again = { 0 };
        for (size_t j = 0; j < bank.count; j++)
            if (number_of(&bank.record[j].event.stream_id) == i)
                teller_apply(&again, &bank.record[j].event);
        assert_memory_equal(&again, teller_of(id_of(i)), sizeof again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_a_long_random_life_conserves_money_after_every_event),
        sentence(test_many_short_random_lives_conserve_it_too),
        sentence(test_states_folded_again_from_the_events_are_the_same),
    };
    return cmocka_run_group_tests_name("conservation", tests, NULL, NULL);
}

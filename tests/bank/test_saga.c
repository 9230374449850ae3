/* SPDX-License-Identifier: MIT */
/*
 * The saga as a table: each of its rows, and then every sequence of up to six
 * events, likely or not, to show what no history can do.
 */
#include "tests/bank/given.h"

static bool is_end(enum withdrawal_state state)
{
    return state == WITHDRAWAL_COMPLETED || state == WITHDRAWAL_REVERSED ||
           state == WITHDRAWAL_DECLINED;
}

/* An event of a withdrawal of 20000, plausible in its content. */
static struct event event_of(enum event_kind kind)
{
    struct event event = { .kind = kind, .correlation_id = id_of(900), .at_us = MORNING };
    event.stream_id = event_stream(kind) == STREAM_ACCOUNT ? PETER : MACHINE;
    if (kind == ACCOUNTS_WITHDRAWAL_REVERSED || kind == ACCOUNTS_MONEY_WITHDRAWN) {
        event.money_moved.amount = 20000;
        event.money_moved.teller_id = MACHINE;
    } else if (event_stream(kind) == STREAM_TELLER) {
        event.withdrawal.account_id = PETER;
        event.withdrawal.amount = 20000;
    }
    if (kind == TELLER_MONEY_WITHDRAWN) {
        event.withdrawal.notes = some_notes(5000, 4);
        event.withdrawal.confirm_by_us = MORNING + 60 * SECOND_US;
    } else if (kind == TELLER_CASH_DISPENSED) {
        event.withdrawal.where.taken = some_notes(5000, 3);
        event.withdrawal.where.returned = some_notes(5000, 1);
    } else if (kind == TELLER_DISPENSE_FAILED || kind == TELLER_WITHDRAWAL_SUSPECTED) {
        event.withdrawal.where.returned = some_notes(5000, 4);
    }
    return event;
}

/* Brings a withdrawal into a state by the shortest way. */
static struct withdrawal withdrawal_in(enum withdrawal_state state)
{
    static const enum event_kind ways[WITHDRAWAL_STATE_COUNT][4] = {
        [WITHDRAWAL_AUTHORIZED] = { TELLER_WITHDRAWAL_INITIATED },
        [WITHDRAWAL_DECLINED] = { TELLER_WITHDRAWAL_DECLINED },
        [WITHDRAWAL_DISPENSING] = { TELLER_WITHDRAWAL_INITIATED, TELLER_MONEY_WITHDRAWN },
        [WITHDRAWAL_SUSPECT] = { TELLER_WITHDRAWAL_INITIATED, TELLER_MONEY_WITHDRAWN,
                                 TELLER_WITHDRAWAL_SUSPECTED },
        [WITHDRAWAL_COMPLETED] = { TELLER_WITHDRAWAL_INITIATED, TELLER_MONEY_WITHDRAWN,
                                   TELLER_CASH_DISPENSED },
        [WITHDRAWAL_REVERSING] = { TELLER_WITHDRAWAL_INITIATED, TELLER_MONEY_WITHDRAWN,
                                   TELLER_DISPENSE_FAILED },
        [WITHDRAWAL_DISPUTED] = { TELLER_DISPENSE_DISPUTED },
        [WITHDRAWAL_SETTLED] = { TELLER_DISPENSE_DISPUTED, TELLER_DISPENSE_SETTLED },
        [WITHDRAWAL_REVERSED] = { TELLER_WITHDRAWAL_INITIATED, TELLER_MONEY_WITHDRAWN,
                                  TELLER_DISPENSE_FAILED, ACCOUNTS_WITHDRAWAL_REVERSED },
    };
    struct withdrawal withdrawal = { 0 };
    for (int i = 0; i < 4 && ways[state][i] != ACCOUNTS_ACCOUNT_OPENED; i++)
        withdrawal_apply(&withdrawal, &(struct event[]){ event_of(ways[state][i]) }[0]);
    assert_string_equal(withdrawal_state_name(withdrawal.state), withdrawal_state_name(state));
    return withdrawal;
}

static void test_each_row_leads_where_it_says_and_calls_for_its_command(void **state)
{
    (void)state;
    int count;
    const struct saga_row *row = withdrawal_rows.row;
    count = (int)withdrawal_rows.count;
    for (int i = 0; i < count; i++, row++) {
        struct withdrawal withdrawal = withdrawal_in(row->from);
        struct command command = { .kind = NO_COMMAND };
        bool wanted;
        if (row->trigger == SAGA_DEADLINE) {
            wanted = withdrawal_deadline(&withdrawal, withdrawal.confirm_by_us, &command);
        } else {
            struct event event = event_of((enum event_kind)row->trigger);
            withdrawal_apply(&withdrawal, &event);
            wanted = withdrawal_react(&withdrawal, &event, &command);
        }
        assert_string_equal(withdrawal_state_name(withdrawal.state),
                            withdrawal_state_name(row->to));
        assert_int_equal(wanted, row->command != NO_COMMAND);
        assert_int_equal(command.kind, row->command);
        assert_true(strlen(row->why) > 0);
    }
}

static void test_a_trigger_stands_once_for_each_state(void **state)
{
    (void)state;
    int count;
    const struct saga_row *row = withdrawal_rows.row;
    count = (int)withdrawal_rows.count;
    for (int i = 0; i < count; i++)
        for (int j = 0; j < i; j++)
            assert_false(row[i].from == row[j].from && row[i].trigger == row[j].trigger);
}

static void test_only_a_dispute_leads_out_of_an_end(void **state)
{
    (void)state;
    int count;
    const struct saga_row *row = withdrawal_rows.row;
    count = (int)withdrawal_rows.count;
    for (int i = 0; i < count; i++)
        assert_true(!is_end(row[i].from) || row[i].to == row[i].from ||
                    row[i].trigger == TELLER_DISPENSE_DISPUTED);
}

static void test_every_state_has_a_name_and_a_way_to_an_end(void **state)
{
    (void)state;
    int count;
    const struct saga_row *row = withdrawal_rows.row;
    count = (int)withdrawal_rows.count;
    for (int from = 0; from < WITHDRAWAL_STATE_COUNT; from++) {
        assert_non_null(withdrawal_state_name((enum withdrawal_state)from));
        bool leads_on = is_end((enum withdrawal_state)from);
        for (int i = 0; i < count; i++)
            leads_on |= (int)row[i].from == from && row[i].to != row[i].from;
        assert_true(leads_on);
    }
}

static void test_what_a_reversal_asks_for_is_the_rest(void **state)
{
    (void)state;
    struct withdrawal withdrawal = withdrawal_in(WITHDRAWAL_DISPENSING);
    struct event event = event_of(TELLER_CASH_DISPENSED);
    struct command command = { .kind = NO_COMMAND };
    struct uuid peter = PETER, machine = MACHINE;
    withdrawal_apply(&withdrawal, &event);
    assert_true(withdrawal_react(&withdrawal, &event, &command));
    assert_int_equal(command.amount, 5000);
    assert_int_equal(command.withdrawn_at_us, MORNING);
    assert_true(uuid_equal(&command.account_id, &peter));
    assert_true(uuid_equal(&command.teller_id, &machine));
    struct event reversed = event_of(ACCOUNTS_WITHDRAWAL_REVERSED);
    reversed.money_moved.amount = 5000;
    withdrawal_apply(&withdrawal, &reversed);
    assert_int_equal(withdrawal.reversed, 5000);
    assert_false(withdrawal_react(&withdrawal, &event, &command));
}

/* ---- every sequence ---- */

static long sequences, reversals;

static void check_step(const struct withdrawal *before, const struct withdrawal *after,
                       const struct event *event)
{
    struct command command = { .kind = NO_COMMAND };
    sequences++;
    /* An end is for ever. */
    if (is_end(before->state))
        assert_int_equal(after->state, before->state);
    /* Nothing ends without a word from the machine or a person, or a refusal before any money
     * moved. */
    if (is_end(after->state) && !is_end(before->state))
        assert_true(
            event->kind == TELLER_CASH_DISPENSED || event->kind == TELLER_WITHDRAWAL_DECLINED ||
            (event->kind == ACCOUNTS_WITHDRAWAL_REVERSED && before->state == WITHDRAWAL_REVERSING));
    if (after->state == WITHDRAWAL_DECLINED && before->state != WITHDRAWAL_DECLINED)
        assert_true(before->state == WITHDRAWAL_NONE || before->state == WITHDRAWAL_AUTHORIZED);
    /* A reversal is called for only by an event that says where the notes are, and never of notes
     * taken. */
    if (withdrawal_react(after, event, &command) && command.kind == ACCOUNTS_REVERSE_WITHDRAWAL) {
        reversals++;
        assert_true(event->kind == TELLER_CASH_DISPENSED || event->kind == TELLER_DISPENSE_FAILED);
        assert_true(command.amount > 0);
        assert_true(command.amount + notes_value(&after->where.taken) + after->reversed <=
                    after->amount);
    }
    /* A deadline only ever puts on the suspect list. */
    command = (struct command){ .kind = NO_COMMAND };
    if (withdrawal_deadline(after, INT64_MAX, &command)) {
        assert_int_equal(command.kind, TELLER_SUSPECT_WITHDRAWAL);
        assert_int_equal(after->state, WITHDRAWAL_DISPENSING);
    }
    assert_int_equal(withdrawal_open(after),
                     after->state == WITHDRAWAL_DISPENSING || after->state == WITHDRAWAL_SUSPECT);
}

static void search(const struct withdrawal *before, int depth)
{
    static const enum event_kind kinds[] = {
        TELLER_WITHDRAWAL_INITIATED, TELLER_WITHDRAWAL_DECLINED,   TELLER_MONEY_WITHDRAWN,
        TELLER_CASH_DISPENSED,       TELLER_DISPENSE_FAILED,       TELLER_WITHDRAWAL_SUSPECTED,
        ACCOUNTS_MONEY_WITHDRAWN,    ACCOUNTS_WITHDRAWAL_REVERSED, ACCOUNTS_AUTHORIZATION_CONFIRMED,
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct withdrawal after = *before;
        struct event event = event_of(kinds[i]);
        withdrawal_apply(&after, &event);
        check_step(before, &after, &event);
        if (depth > 1)
            search(&after, depth - 1);
    }
}

static void test_no_sequence_of_six_events_leaves_an_end_or_reverses_unasked(void **state)
{
    (void)state;
    struct withdrawal none = { 0 };
    search(&none, 6);
    assert_int_equal(sequences, 9 + 81 + 729 + 6561 + 59049 + 531441);
    assert_true(reversals > 0);
}

static void test_an_event_no_row_expects_changes_nothing(void **state)
{
    (void)state;
    int count;
    const struct saga_row *row = withdrawal_rows.row;
    count = (int)withdrawal_rows.count;
    for (int from = 0; from < WITHDRAWAL_STATE_COUNT; from++)
        for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
            bool expected = kind == ACCOUNTS_MONEY_WITHDRAWN;
            for (int i = 0; i < count; i++)
                expected |= (int)row[i].from == from && row[i].trigger == kind;
            if (expected)
                continue;
            struct withdrawal before = withdrawal_in((enum withdrawal_state)from), after = before;
            struct event event = event_of((enum event_kind)kind);
            withdrawal_apply(&after, &event);
            after.version = before.version;
            assert_memory_equal(&before, &after, sizeof before);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_each_row_leads_where_it_says_and_calls_for_its_command),
        sentence(test_a_trigger_stands_once_for_each_state),
        sentence(test_only_a_dispute_leads_out_of_an_end),
        sentence(test_every_state_has_a_name_and_a_way_to_an_end),
        sentence(test_what_a_reversal_asks_for_is_the_rest),
        sentence(test_no_sequence_of_six_events_leaves_an_end_or_reverses_unasked),
        sentence(test_an_event_no_row_expects_changes_nothing),
    };
    return cmocka_run_group_tests_name("saga", tests, NULL, NULL);
}

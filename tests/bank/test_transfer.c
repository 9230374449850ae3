/* SPDX-License-Identifier: MIT */
/*
 * Transfers between two accounts: given some history, when a command comes,
 * then these events; and in random lives what one account gives the others get.
 */
#include "tests/bank/random_bank.h"

#define PAULA id_of(2)

static const struct transfer *last_transfer(void)
{
    return &saga_of(event_at(0)->correlation_id)->transfer;
}

static void assert_ended(enum transfer_state state, enum refusal refusal)
{
    const struct transfer *transfer = last_transfer();
    assert_string_equal(transfer_state_name(transfer->state), transfer_state_name(state));
    assert_refusal(transfer->refusal, refusal);
    assert_null(transfer_wrong(transfer));
}

static void assert_balances(money peter, money paula)
{
    assert_int_equal(account_of(PETER)->balance, peter);
    assert_int_equal(account_of(PAULA)->balance, paula);
    assert_int_equal(account_of(PETER)->held, 0);
    assert_int_equal(account_sums(account_of(PETER)), peter);
    assert_int_equal(account_sums(account_of(PAULA)), paula);
}

static void given_two(money peter, money paula)
{
    given_account(PETER, peter);
    given_account(PAULA, paula);
    given_teller(MACHINE, some_notes(5000, 10));
}

static void test_a_transfer_leaves_one_account_and_arrives_at_the_other(void **state)
{
    (void)state;
    given_two(50000, 1000);
    assert_accepted(when(transfer_at(MACHINE, PETER, PAULA, 20000)));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TRANSFERS_TRANSFER_INITIATED,
         TRANSFERS_TRANSFER_CREDITED, TRANSFERS_TRANSFER_COMPLETED);
    assert_balances(30000, 21000);
    assert_ended(TRANSFER_COMPLETED, NOT_REFUSED);
    assert_int_equal(account_of(PETER)->sum[SUM_WITHDRAWALS], 20000);
    assert_int_equal(account_of(PAULA)->sum[SUM_DEPOSITS], 21000);
    struct uuid peter = PETER, paula = PAULA;
    assert_true(uuid_equal(&event_at(1)->money_moved.other_id, &paula));
    assert_true(uuid_equal(&event_at(2)->money_moved.other_id, &peter));
    assert_true(uuid_is_nil(&event_at(2)->money_moved.teller_id));
}

static void test_the_amount_is_held_until_the_target_has_it(void **state)
{
    (void)state;
    given_two(50000, 1000);
    when(transfer_by_hand(PETER, PAULA, 20000));
    then(TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_CREDITED, TRANSFERS_TRANSFER_COMPLETED);
    assert_int_equal(event_at(0)->money_moved.new_balance, 50000);
    assert_int_equal(event_at(2)->money_moved.old_balance, 50000);
    assert_int_equal(event_at(2)->money_moved.new_balance, 30000);
    struct account halfway = { 0 };
    for (size_t i = 0; i < bank.count && bank.record[i].event.kind != TRANSFERS_TRANSFER_CREDITED;
         i++)
        if (number_of(&bank.record[i].event.stream_id) == 1)
            account_apply(&halfway, &bank.record[i].event);
    assert_int_equal(halfway.balance, 50000);
    assert_int_equal(account_cleared(&halfway), 30000);
}

static void test_a_target_that_cannot_take_it_gives_the_source_its_money_back(void **state)
{
    (void)state;
    given_two(50000, MONEY_CAP - 10000);
    when(transfer_at(MACHINE, PETER, PAULA, 20000));
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TRANSFERS_TRANSFER_INITIATED,
         TRANSFERS_TRANSFER_RETURNED);
    assert_balances(50000, MONEY_CAP - 10000);
    assert_ended(TRANSFER_RETURNED, REFUSED_BALANCE_LIMIT);
    assert_int_equal(account_of(PETER)->withdrawn_today, 0);
    assert_int_equal(account_of(PETER)->withdrawals_today, 0);
}

static void test_a_closed_target_and_one_that_is_not_there_are_the_same(void **state)
{
    (void)state;
    given_two(50000, 0);
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, PAULA, 0));
    when(transfer_by_hand(PETER, PAULA, 100));
    then(TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_RETURNED);
    assert_ended(TRANSFER_RETURNED, REFUSED_NO_SUCH_RECEIVER);
    when(transfer_by_hand(PETER, id_of(3), 100));
    then(TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_RETURNED);
    assert_ended(TRANSFER_RETURNED, REFUSED_NO_SUCH_RECEIVER);
    assert_refusal(when(transfer_at(MACHINE, PETER, (struct uuid){ 0 }, 100)),
                   REFUSED_NO_SUCH_RECEIVER);
    then(ACCOUNTS_AUTHORIZATION_CONFIRMED, TRANSFERS_TRANSFER_DECLINED);
    assert_ended(TRANSFER_DECLINED, REFUSED_NO_SUCH_RECEIVER);
    assert_int_equal(account_of(PETER)->balance, 50000);
}

static void test_the_source_refuses_what_it_would_not_pay_out(void **state)
{
    (void)state;
    given_two(50000, 0);
    assert_refusal(when(transfer_by_hand(PETER, PAULA, 50001)), REFUSED_INSUFFICIENT_FUNDS);
    then(TRANSFERS_TRANSFER_DECLINED);
    assert_ended(TRANSFER_DECLINED, REFUSED_INSUFFICIENT_FUNDS);
    /* For every receiver, so that cards are not tried with an amount that cannot go. */
    assert_refusal(when(transfer_at(MACHINE, PETER, (struct uuid){ 0 }, 50001)),
                   REFUSED_INSUFFICIENT_FUNDS);
    assert_refusal(when(transfer_by_hand(PETER, PETER, 100)), REFUSED_SAME_ACCOUNT);
    then(TRANSFERS_TRANSFER_DECLINED);
    assert_refusal(when(transfer_by_hand(id_of(3), PAULA, 100)), REFUSED_NO_SUCH_ACCOUNT);
    then_nothing();
    assert_balances(50000, 0);
}

static void test_a_terminals_transfers_count_to_the_days_limits(void **state)
{
    (void)state;
    given_two(100000, 0);
    struct command limits = for_account(ACCOUNTS_SET_LIMITS, PETER, 0);
    limits.daily_limit = 30000;
    limits.daily_count = 2;
    limits.deposit_limit = limits.deposit_daily = LIMIT_UNSAID;
    given(limits);
    given(transfer_at(MACHINE, PETER, PAULA, 20000));
    assert_refusal(when(initiate(MACHINE, PETER, 15000)), NOT_REFUSED);
    assert_refusal(event_at(bank.count - bank.first - 1)->withdrawal.refusal, REFUSED_DAILY_LIMIT);
    assert_refusal(when(transfer_at(MACHINE, PETER, PAULA, 15000)), REFUSED_DAILY_LIMIT);
    given(transfer_at(MACHINE, PETER, PAULA, 1000));
    assert_refusal(when(transfer_at(MACHINE, PETER, PAULA, 1000)), REFUSED_FREQUENCY_LIMIT);
    assert_accepted(when(transfer_by_hand(PETER, PAULA, 50000)));
    time_passes(DAY_US);
    assert_accepted(when(transfer_at(MACHINE, PETER, PAULA, 20000)));
}

static void test_wrong_pins_count_and_the_third_blocks_the_card(void **state)
{
    (void)state;
    given_two(50000, 0);
    struct command wrong = with_card(transfer_at(MACHINE, PETER, PAULA, 100), CARD, WRONG_PIN);
    assert_refusal(when(wrong), REFUSED_WRONG_PIN);
    then(ACCOUNTS_AUTHORIZATION_DECLINED, TRANSFERS_TRANSFER_DECLINED);
    /* Nothing is said of the receiver to who does not know the PIN. */
    wrong.other_id = (struct uuid){ 0 };
    assert_refusal(when(wrong), REFUSED_WRONG_PIN);
    wrong.other_id = PETER;
    assert_refusal(when(wrong), REFUSED_PIN_TRIES_EXCEEDED);
    then(ACCOUNTS_AUTHORIZATION_DECLINED, ACCOUNTS_CARD_BLOCKED, TRANSFERS_TRANSFER_DECLINED);
    assert_refusal(when(transfer_at(MACHINE, PETER, PAULA, 100)), REFUSED_CARD_BLOCKED);
    then(TRANSFERS_TRANSFER_DECLINED);
}

static void test_what_is_held_for_review_is_not_sent_on(void **state)
{
    (void)state;
    given_two(0, 0);
    struct command limits = for_account(ACCOUNTS_SET_LIMITS, PETER, 0);
    limits.deposit_limit = 1000;
    limits.deposit_daily = 1000;
    given(limits);
    struct uuid id = given_counting();
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, id, OUTCOME_COUNTED, some_notes(5000, 1)));
    assert_int_equal(account_of(PETER)->held, 5000);
    assert_refusal(when(transfer_by_hand(PETER, PAULA, 5000)), REFUSED_INSUFFICIENT_FUNDS);
}

/* ---- the rows ---- */

static void test_each_row_is_found_once_and_none_leads_out_of_an_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < transfer_rows.count; i++) {
        const struct saga_row *row = &transfer_rows.row[i];
        assert_ptr_equal(saga_row_from(&transfer_rows, row->from, row->trigger), row);
        const struct transfer from = { .state = (enum transfer_state)row->from };
        assert_false(transfer_ended(&from));
    }
}

static void test_what_does_not_add_up_has_a_name(void **state)
{
    (void)state;
    static const enum event_kind histories[][4] = {
        { TRANSFERS_TRANSFER_INITIATED },
        { TRANSFERS_TRANSFER_CREDITED },
        { TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_CREDITED },
        { TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_COMPLETED },
        { TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_CREDITED, TRANSFERS_TRANSFER_RETURNED },
        { TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_CREDITED, TRANSFERS_TRANSFER_COMPLETED,
          TRANSFERS_TRANSFER_CREDITED },
        { TRANSFERS_TRANSFER_INITIATED, TRANSFERS_TRANSFER_RETURNED, TRANSFERS_TRANSFER_RETURNED },
        { TRANSFERS_TRANSFER_DECLINED, TRANSFERS_TRANSFER_CREDITED },
    };
    for (size_t i = 0; i < sizeof histories / sizeof histories[0]; i++) {
        struct transfer transfer = { 0 };
        for (int j = 0; j < 4 && histories[i][j] != ACCOUNTS_ACCOUNT_OPENED; j++) {
            struct event event = { .kind = histories[i][j], .correlation_id = id_of(900) };
            event.money_moved.amount = 100;
            transfer_apply(&transfer, &event);
        }
        if (transfer_wrong(&transfer) == NULL)
            check_fail("history %zu passes as a whole transfer", i);
    }
}

/* ---- random lives ---- */

static money everything(void)
{
    money all = 0;
    for (uint64_t i = 1; i <= RANDOM_ACCOUNTS; i++)
        all += account_of(id_of(i))->balance;
    return all;
}

static void check_account_of(const struct event *event)
{
    const struct account *account = account_of(event->stream_id);
    if (event_stream(event->kind) != STREAM_ACCOUNT)
        return;
    assert_int_equal(account_sums(account), account->balance);
    assert_true(account->held >= 0 && account->held <= account->balance);
    assert_true(account->withdrawn_today >= 0);
}

static void test_random_transfers_between_random_lives_make_and_lose_nothing(void **state)
{
    (void)state;
    long ends[TRANSFER_STATE_COUNT] = { 0 };
    random_start(5);
    for (int i = 0; i < 4000; i++) {
        bank.after_event = NULL;
        random_step();
        bank.after_event = check_account_of;
        const money before = everything();
        when(random_transfer());
        assert_int_equal(everything(), before);
        if (bank.count == bank.first)
            continue;
        const struct transfer *transfer = last_transfer();
        assert_null(transfer_wrong(transfer));
        assert_true(transfer_ended(transfer));
        ends[transfer->state]++;
    }
    assert_true(ends[TRANSFER_COMPLETED] > 300);
    assert_true(ends[TRANSFER_RETURNED] > 30);
    assert_true(ends[TRANSFER_DECLINED] > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_a_transfer_leaves_one_account_and_arrives_at_the_other),
        sentence(test_the_amount_is_held_until_the_target_has_it),
        sentence(test_a_target_that_cannot_take_it_gives_the_source_its_money_back),
        sentence(test_a_closed_target_and_one_that_is_not_there_are_the_same),
        sentence(test_the_source_refuses_what_it_would_not_pay_out),
        sentence(test_a_terminals_transfers_count_to_the_days_limits),
        sentence(test_wrong_pins_count_and_the_third_blocks_the_card),
        sentence(test_what_is_held_for_review_is_not_sent_on),
        sentence(test_each_row_is_found_once_and_none_leads_out_of_an_end),
        sentence(test_what_does_not_add_up_has_a_name),
        sentence(test_random_transfers_between_random_lives_make_and_lose_nothing),
    };
    return cmocka_run_group_tests_name("transfers", tests, NULL, NULL);
}

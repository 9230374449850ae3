/* SPDX-License-Identifier: MIT */
/* Strong commands on a real Postgres with the bank's own read models: owed, put off, stuck, and
 * lost. */
#include "bank/projections/read_models.h"
#include "tests/bank/small_bank.h"

enum { WAVE = 700 };

#define MARK    ",\"consistency\":\"eventual\"}"
#define BALANCE "SELECT balance FROM esbank.accounts"

static struct request wave[2][WAVE];

static int begin(void **state)
{
    (void)state;
    static struct request request;
    database_create(&database);
    bank_open(0, projections);
    say(&request, ACCOUNTS_OPEN_ACCOUNT, uuid_make(), 0);
    await_answers(1);
    bank.answered = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    bank_close();
    database_drop(&database);
    return 0;
}

static bool marked(void)
{
    return strstr(bank.reply, MARK) != NULL;
}

static void deposit(struct request *request, money amount, bool strong)
{
    say_with(request, ACCOUNTS_DEPOSIT_MONEY, uuid_make(), amount, strong);
}

static void test_behind_large_batches_a_reply_leaves_when_read_models_have_it(void **state)
{
    (void)state;
    for (int i = 0; i < WAVE; i++)
        deposit(&wave[0][i], 1, false);
    engine_run(bank.engine); /* on its way, and owed once it is there */
    for (int i = 0; i < WAVE; i++)
        deposit(&wave[1][i], 1, i == WAVE - 1);
    engine_run(bank.engine);
    await_answers(2 * WAVE);
    database_check(&database, BALANCE, "1400");
    assert_false(marked());
}

static void test_what_is_owed_comes_with_a_strong_command(void **state)
{
    (void)state;
    static struct request request;
    for (int i = 0; i < WAVE; i++)
        deposit(&wave[0][i], 1, false);
    await_answers(WAVE);
    deposit(&request, 1, true);
    await_answers(WAVE + 1);
    database_check(&database, BALANCE, "701");
    assert_false(marked());
}

static void test_a_read_model_put_off_is_waited_for_and_others_are_not_delayed(void **state)
{
    (void)state;
    static struct request strong, eventual;
    database_run(&database, "ALTER TABLE esbank.accounts ADD CONSTRAINT c CHECK (balance <> 778)");
    deposit(&eventual, 1, false);
    deposit(&strong, 777, true);
    await_answers(1);
    assert_non_null(strong.held);
    await_answers(2);
    assert_false(marked());
    database_check(&database,
                   "SELECT count(*) FROM esbank.parked_events WHERE projection = 'accounts'", "1");
    database_check(&database, BALANCE, "1");
}

/* The reply waits for a table that is not there; everybody else is answered. */
static void wait_for_what_never_comes(struct request *strong)
{
    static struct request eventual;
    database_run(&database, "ALTER TABLE esbank.accounts RENAME TO gone");
    deposit(strong, 100, true);
    for (size_t i = 1; i <= 5; i++) {
        deposit(&eventual, 1, false);
        await_answers(i);
    }
    assert_non_null(strong->held);
}

static void test_a_stuck_read_model_does_not_outlast_the_bank(void **state)
{
    (void)state;
    static struct request strong;
    wait_for_what_never_comes(&strong);
    engine_end(bank.engine);
    assert_int_equal(bank.answered, 6);
    assert_true(marked());
    database_check(&database,
                   "SELECT count(*) FROM esbank.commands WHERE reply::text LIKE '%consistency%'",
                   "0");
}

static void test_a_lost_database_lets_the_reply_go(void **state)
{
    (void)state;
    static struct request strong;
    wait_for_what_never_comes(&strong);
    database_end_sessions(&database, "true");
    await_answers(6);
    assert_true(marked());
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_behind_large_batches_a_reply_leaves_when_read_models_have_it),
        case_of(test_what_is_owed_comes_with_a_strong_command),
        case_of(test_a_read_model_put_off_is_waited_for_and_others_are_not_delayed),
        case_of(test_a_stuck_read_model_does_not_outlast_the_bank),
        case_of(test_a_lost_database_lets_the_reply_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What a newer program has written, or a disk has damaged: nothing is decided on the part of it
 * that can still be read, and nobody else has to wait for it. */
#include "tests/bank/small_bank.h"

static const struct projection *const no_projections[] = { NULL };
static const struct uuid other_id = { { 0x22, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14,
                                        15 } };
static const struct uuid withdrawal_id = { { 0x33, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13,
                                             14, 15 } };

static struct request order_of(enum command_kind kind, const struct uuid *account, money amount)
{
    struct request request = { .sender = BY_OPERATOR, .actor = "operator", .done = on_answer };
    request.command = (struct command){
        .kind = kind, .id = uuid_make(), .account_id = *account, .amount = amount, .owner = "Peter"
    };
    request.command.correlation_id = request.command.id;
    request_hash_content(&request);
    return request;
}

/* One request, answered. */
static void order(struct request request, const char *reply)
{
    int64_t until_ms = clock_now_ms() + SMALL_BANK_DEADLINE_MS;
    bank.answered = 0;
    engine_submit(bank.engine, &request);
    while (bank.answered == 0 && clock_now_ms() < until_ms)
        turn();
    check_contains(bank.reply, reply);
}

/* At the log's end. */
static void write_event(const char *stream, const char *type, const char *metadata,
                        const char *correlation)
{
    char sql[900];
    snprintf(sql, sizeof sql,
             "INSERT INTO esbank.events (position, stream_id, stream_version, event_id, "
             "event_type, causation_id,"
             " correlation_id, data, metadata, created_at, hash)"
             " SELECT h.position + 1, '%s', (SELECT count(*) + 1 FROM esbank.events WHERE "
             "stream_id = '%s'),"
             " gen_random_uuid(), '%s', gen_random_uuid(), %s, '{}', '%s', now(), sha256('by hand')"
             " FROM esbank.log_head h;"
             " UPDATE esbank.log_head SET position = position + 1",
             stream, stream, type, correlation, metadata);
    log_forge(database.conninfo, test_log_key, sql);
}

/* Of a type this program does not have. */
static void write_unknown_event(const char *stream, const char *correlation)
{
    write_event(stream, "Of.Tomorrow", "{}", correlation);
}

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    bank_open(0, no_projections);
    order(order_of(ACCOUNTS_OPEN_ACCOUNT, &account_id, 0), "\"ok\":true");
    order(order_of(ACCOUNTS_DEPOSIT_MONEY, &account_id, 5000), "\"balance\":5000");
    order(order_of(ACCOUNTS_OPEN_ACCOUNT, &other_id, 0), "\"ok\":true");
    bank_close();
    return 0;
}

static int end(void **state)
{
    (void)state;
    bank_close();
    database_drop(&database);
    return 0;
}

static void account_stream(char stream[static 60])
{
    char text[UUID_TEXT_LENGTH];
    snprintf(stream, 60, "account-%s", uuid_write(&account_id, text));
}

static void check_nothing_is_decided_on_the_account(void)
{
    int64_t events = database_number(&database, "SELECT count(*) FROM esbank.events");
    int64_t commands = database_number(&database, "SELECT count(*) FROM esbank.commands");
    order(order_of(ACCOUNTS_DEPOSIT_MONEY, &account_id, 1), "\"code\":\"96\"");
    /* Of the part that can be read it would be declined. */
    order(order_of(ACCOUNTS_WITHDRAW_MONEY, &account_id, 999900), "\"code\":\"96\"");
    order(order_of(ACCOUNTS_OPEN_ACCOUNT, &account_id, 0), "\"code\":\"96\"");
    assert_int_equal(database_number(&database, "SELECT count(*) FROM esbank.events"), events);
    assert_int_equal(database_number(&database, "SELECT count(*) FROM esbank.commands"), commands);
}

/* ---- the tests ---- */

static void test_nothing_is_decided_on_half_an_account(void **state)
{
    (void)state;
    char stream[60];
    account_stream(stream);
    write_unknown_event(stream, "gen_random_uuid()");
    bank_open(0, no_projections);
    check_nothing_is_decided_on_the_account();
    check_nothing_is_decided_on_the_account(); /* from memory */
}

static void test_an_event_of_a_newer_schema_is_not_taken_for_one_of_todays(void **state)
{
    (void)state;
    char stream[60];
    account_stream(stream);
    write_event(stream, "Accounts.MoneyDeposited", "{\"schema\":2}", "gen_random_uuid()");
    bank_open(0, no_projections);
    check_nothing_is_decided_on_the_account();
}

static void
test_a_version_that_is_missing_or_of_another_kind_ends_nothing_but_its_stream(void **state)
{
    (void)state;
    char stream[60];
    account_stream(stream);
    write_event(stream, "Teller.CashDispensed", "{}", "gen_random_uuid()");
    bank_open(0, no_projections);
    check_nothing_is_decided_on_the_account();
    bank_close();
    log_forge(database.conninfo, test_log_key,
              "DELETE FROM esbank.events WHERE event_type = 'Teller.CashDispensed'"
              " OR event_type = 'Accounts.AccountOpened' AND stream_version = 1 AND position = 1;"
              " UPDATE esbank.log_head SET position = position - 1");
    bank_open(0, no_projections);
    check_nothing_is_decided_on_the_account();
    order(order_of(ACCOUNTS_DEPOSIT_MONEY, &other_id, 7), "\"balance\":7");
}

static void test_an_account_beside_it_in_the_same_load_is_served(void **state)
{
    (void)state;
    char stream[60];
    int64_t until_ms = clock_now_ms() + SMALL_BANK_DEADLINE_MS;
    account_stream(stream);
    write_unknown_event(stream, "gen_random_uuid()");
    bank_open(0, no_projections);
    struct request bad = order_of(ACCOUNTS_DEPOSIT_MONEY, &account_id, 1),
                   good = order_of(ACCOUNTS_DEPOSIT_MONEY, &other_id, 7);
    engine_submit(bank.engine, &bad);
    engine_submit(bank.engine, &good);
    while (bank.answered < 2 && clock_now_ms() < until_ms)
        turn();
    assert_int_equal(bank.answered, 2);
    assert_int_equal(engine_metrics(bank.engine)->loads, 1);
    assert_int_equal(bad.refusal, REFUSED_SYSTEM_ERROR);
    assert_int_equal(good.refusal, NOT_REFUSED);
    order(order_of(ACCOUNTS_DEPOSIT_MONEY, &other_id, 1), "\"balance\":8");
}

static void test_nothing_is_decided_beside_a_snapshot_that_is_damaged(void **state)
{
    (void)state;
    bank_open(1, no_projections); /* which takes one */
    order(order_of(ACCOUNTS_DEPOSIT_MONEY, &account_id, 1), "\"balance\":5001");
    bank_close();
    database_run(&database, "UPDATE esbank.snapshots SET state = substr(state, 1, 100)");
    bank_open(0, no_projections);
    check_nothing_is_decided_on_the_account();
    bank_close();
    database_run(&database, "DELETE FROM esbank.snapshots");
    bank_open(1, no_projections);
    order(order_of(ACCOUNTS_DEPOSIT_MONEY, &account_id, 1), "\"balance\":5002");
    bank_close();
    database_run(&database, "UPDATE esbank.snapshots SET stream_version = stream_version - 1");
    bank_open(0, no_projections);
    check_nothing_is_decided_on_the_account();
    bank_close();
    database_run(&database, "DELETE FROM esbank.snapshots");
    bank_open(0, no_projections);
    order(order_of(ACCOUNTS_DEPOSIT_MONEY, &account_id, 1), "\"balance\":5003");
}

static void test_a_withdrawal_is_not_gone_on_with(void **state)
{
    (void)state;
    char text[UUID_TEXT_LENGTH], correlation[60];
    snprintf(correlation, sizeof correlation, "'%s'", uuid_write(&withdrawal_id, text));
    write_unknown_event("teller-of-tomorrow", correlation);
    bank_open(0, no_projections);
    struct request request = order_of(TELLER_RESOLVE_WITHDRAWAL, &(struct uuid){ 0 }, 0);
    request.command.withdrawal_id = withdrawal_id;
    order(request, "\"code\":\"96\"");
    request = order_of(TELLER_RESOLVE_WITHDRAWAL, &(struct uuid){ 0 }, 0);
    request.command.withdrawal_id = other_id;
    order(request, "no_such_withdrawal");
}

static void test_what_postgres_refuses_is_asked_again_after_a_pause(void **state)
{
    (void)state;
    const int64_t until_ms = clock_now_ms() + SMALL_BANK_DEADLINE_MS;
    enum { LOADS = 4, PAUSE_MS = 250 };
    bank_open(0, no_projections);
    database_run(&database, "ALTER TABLE esbank.snapshots RENAME TO away");
    struct request request = order_of(ACCOUNTS_DEPOSIT_MONEY, &account_id, 1);
    const int64_t before_ms = clock_now_ms();
    engine_submit(bank.engine, &request);
    while (engine_metrics(bank.engine)->loads < LOADS && clock_now_ms() < until_ms)
        turn();
    assert_in_range(clock_now_ms() - before_ms, (LOADS - 1) * PAUSE_MS - LOADS,
                    SMALL_BANK_DEADLINE_MS);
    assert_int_equal(bank.answered, 0);

    database_run(&database, "ALTER TABLE esbank.away RENAME TO snapshots");
    while (bank.answered == 0 && clock_now_ms() < until_ms)
        turn();
    check_contains(bank.reply, "\"balance\":5001");
}

/* What it lacked is back, and nobody has to start the bank again. */
static void test_a_reader_that_could_not_prepare_is_made_again(void **state)
{
    (void)state;
    const int64_t until_ms = clock_now_ms() + SMALL_BANK_DEADLINE_MS;
    bank_open(0, no_projections);
    struct request request = order_of(ACCOUNTS_DEPOSIT_MONEY, &account_id, 1);
    database_run(&database, "ALTER TABLE esbank.snapshots RENAME TO away");
    database_end_sessions(&database, "query LIKE 'SELECT command_id, content, reply%'");
    engine_submit(bank.engine, &request);
    while (!database_is(&database, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname ="
                                   " current_database() AND query LIKE 'WITH wanted%')") &&
           clock_now_ms() < until_ms)
        turn();
    database_run(&database, "ALTER TABLE esbank.away RENAME TO snapshots");
    while (bank.answered == 0 && clock_now_ms() < until_ms)
        turn();
    check_contains(bank.reply, "\"balance\":5001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, end)
        case_of(test_nothing_is_decided_on_half_an_account),
        case_of(test_an_account_beside_it_in_the_same_load_is_served),
        case_of(test_nothing_is_decided_beside_a_snapshot_that_is_damaged),
        case_of(test_an_event_of_a_newer_schema_is_not_taken_for_one_of_todays),
        case_of(test_a_version_that_is_missing_or_of_another_kind_ends_nothing_but_its_stream),
        case_of(test_a_reader_that_could_not_prepare_is_made_again),
        case_of(test_a_withdrawal_is_not_gone_on_with),
        case_of(test_what_postgres_refuses_is_asked_again_after_a_pause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

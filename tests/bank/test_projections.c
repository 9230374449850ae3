/* SPDX-License-Identifier: MIT */
/*
 * The read models against a real Postgres: whatever runs the log comes in, the
 * tables end up the same, and they say what the aggregates say.
 *
 * One random life of the bank is folded three times, into tables of their own:
 * in one run (as a rebuild may), event by event, and in runs of random length.
 */
#include "bank/models/projection.h"
#include "bank/postgres/migrations.h"
#include "bank/postgres/query.h"
#include "bank/projections/read_models.h"
#include "shared/hex.h"
#include "tests/bank/random_bank.h"
#include "tests/support/database.h"

#include <inttypes.h>

enum { COMMANDS = 2000, SQL_MAX = 8000 };

#define CLOSED_ACCOUNT id_of(8)

static struct database database;
static struct query *query;
static struct error error;

/* ---- folding into tables ---- */

static void run_sql(const char *sql)
{
    check_worked(query_do(query, sql, 0, NULL, &error), &error);
}

/* What the store does with the statement: the table's name goes in wherever %1$s stands. */
static void statement_for(const char *statement, const char *table, char sql[static SQL_MAX])
{
    char *at = sql;
    while (*statement != '\0') {
        if (strncmp(statement, "%1$s", 4) == 0) {
            at += sprintf(at, "%s", table);
            statement += 4;
        } else {
            *at++ = *statement++;
        }
        assert_true(at - sql < SQL_MAX - 100);
    }
    *at = '\0';
}

static void fold_run(const struct projection *projection, const char *table, size_t first,
                     size_t count)
{
    struct columns columns;
    columns_init(&columns, projection->column, projection->column_count);
    projection->fold(&columns, bank.record + first, count);
    for (unsigned i = 0; i < columns.count; i++)
        assert_int_equal(columns.column[i].values, columns.rows);
    if (columns.rows > 0) {
        char sql[SQL_MAX];
        statement_for(projection->statement, table, sql);
        check_worked(query_do_columns(query, sql, &columns, &error), &error);
    }
    columns_finish(&columns);
}

/* Folds all of the log in runs of 1 to longest events. */
static void fold_log(const struct projection *projection, const char *suffix, size_t longest)
{
    char table[100], sql[400];
    snprintf(table, sizeof table, "esbank.%s%s", projection->name, suffix);
    if (suffix[0] != '\0') {
        snprintf(sql, sizeof sql, "CREATE TABLE %s (LIKE esbank.%s INCLUDING ALL)", table,
                 projection->name);
        run_sql(sql);
    }
    run_sql("BEGIN");
    for (size_t at = 0, count; at < bank.count; at += count) {
        count = longest == 1 ? 1 : 1 + random_below(longest);
        if (count > bank.count - at || longest == SIZE_MAX)
            count = bank.count - at;
        fold_run(projection, table, at, count);
    }
    run_sql("COMMIT");
}

/* ---- asking ---- */

static int64_t ask_number(const char *sql, const char *value)
{
    const char *values[] = { value };
    struct rows *rows = query_run(query, sql, value != NULL, values, &error);
    check_worked(rows != NULL, &error);
    if (rows_count(rows) != 1)
        check_fail("%zu rows: %s", rows_count(rows), sql);
    int64_t number = rows_integer(rows, 0, 0);
    rows_free(rows);
    return number;
}

static int64_t differences(const char *a, const char *b)
{
    char sql[600];
    snprintf(
        sql, sizeof sql,
        "WITH a AS (SELECT t::text AS r FROM %s AS t), b AS (SELECT t::text AS r FROM %s AS t)"
        " SELECT count(*) FROM ((TABLE a EXCEPT TABLE b) UNION ALL (TABLE b EXCEPT TABLE a)) AS d",
        a, b);
    return ask_number(sql, NULL);
}

static const char *text_of(struct uuid id)
{
    static char text[UUID_TEXT_LENGTH];
    return uuid_write(&id, text);
}

/* ---- the life they are folded from ---- */

static void change_teller(enum command_kind kind, int i)
{
    struct command command = for_teller(kind, MACHINE);
    snprintf(command.reason, sizeof command.reason, kind == TELLER_UNBAR ? "found" : "lost %d", i);
    memset(command.key_check, i % 255 + 1, sizeof command.key_check);
    given(command);
}

static void live(void)
{
    bank_start(NULL);
    random_start(11);
    given_account(CLOSED_ACCOUNT, 2000);
    for (int i = 0; i < COMMANDS; i++) {
        random_step();
        if (i == COMMANDS / 2) { /* days without a withdrawal, one after the other */
            for (int day = 0; day < 2; day++) {
                time_passes(2 * DAY_US);
                given(for_teller(TELLER_CUT_OVER, MACHINE));
            }
        }
        if (i % 200 == 50) { /* the last is left barred, and with its key withdrawn */
            change_teller(TELLER_BAR, i);
            change_teller(TELLER_REPLACE_KEY, i);
        }
        if (i % 200 == 90 && i + 160 < COMMANDS)
            change_teller(TELLER_UNBAR, i);
        if (i % 200 == 95)
            change_teller(TELLER_WITHDRAW_KEY, i);
    }
    /* A deposit that is suspect to the end: its account is closed while the notes are counted. */
    given(initiate_deposit(MACHINE, CLOSED_ACCOUNT));
    struct uuid deposit = bank.deposit[bank.deposits - 1].id;
    given(for_account(ACCOUNTS_WITHDRAW_MONEY, CLOSED_ACCOUNT, 2000));
    given(for_account(ACCOUNTS_CLOSE_ACCOUNT, CLOSED_ACCOUNT, 0));
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, deposit, OUTCOME_COUNTED, some_notes(5000, 3)));
    /* And one that is held to the end: more notes than the machine has room for. */
    when(with_card(for_account(ACCOUNTS_UNBLOCK_CARD, PETER, 0), card_of(PETER),
                   RIGHT_PIN)); /* if it is */
    given(with_card(initiate_deposit(MACHINE, PETER), card_of(PETER), RIGHT_PIN));
    deposit = bank.deposit[bank.deposits - 1].id;
    given(for_deposit(TELLER_CONFIRM_DEPOSIT, deposit, OUTCOME_COUNTED, some_notes(1000, 201)));
}

static int group_start(void **state)
{
    (void)state;
    database_create(&database);
    check_worked(migrations_apply(database.conninfo, migrations, NULL, &error), &error);
    query = query_open(database.conninfo, NULL, &error);
    check_worked(query != NULL, &error);
    live();
    for (int i = 0; projections[i] != NULL; i++) {
        fold_log(projections[i], "", SIZE_MAX);
        fold_log(projections[i], "_each", 1);
        fold_log(projections[i], "_runs", 40);
        fold_log(projections[i], "_long_runs", 500);
    }
    return 0;
}

static int group_end(void **state)
{
    query_close(query);
    database_drop(&database);
    return bank_end(state);
}

/* ---- the same, in whatever runs ---- */

static void test_the_tables_are_the_same_in_whatever_runs_the_log_comes(void **state)
{
    (void)state;
    static const char *const others[] = { "_each", "_runs", "_long_runs" };
    for (int i = 0; projections[i] != NULL; i++) {
        char table[100], other[100];
        snprintf(table, sizeof table, "esbank.%s", projections[i]->name);
        for (size_t j = 0; j < 3; j++) {
            snprintf(other, sizeof other, "esbank.%s%s", projections[i]->name, others[j]);
            int64_t count = differences(table, other);
            if (count != 0)
                check_fail("%s and %s differ in %" PRId64 " rows", table, other, count);
        }
    }
}

static void test_no_table_is_empty(void **state)
{
    (void)state;
    for (int i = 0; projections[i] != NULL; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM esbank.%s", projections[i]->name);
        assert_true(ask_number(sql, NULL) > (projections[i] == &projection_tellers ? 1 : 4));
    }
}

static void test_a_run_without_anything_of_concern_gives_no_rows(void **state)
{
    (void)state;
    struct event_record record = { .position = 1, .event = { .kind = TELLER_SIGNED_ON } };
    for (int i = 0; projections[i] != NULL; i++) {
        struct columns columns;
        columns_init(&columns, projections[i]->column, projections[i]->column_count);
        projections[i]->fold(&columns, &record, 1);
        assert_int_equal(columns.rows, 0);
        projections[i]->fold(&columns, &record, 0);
        assert_int_equal(columns.rows, 0);
        columns_finish(&columns);
    }
}

/* ---- and what the aggregates say ---- */

static void test_accounts_are_as_the_aggregates_are(void **state)
{
    (void)state;
    static const struct {
        const char *column;
        size_t offset;
    } amounts[] = {
        { "balance", offsetof(struct account, balance) },
        { "opening", offsetof(struct account, sum[SUM_OPENING]) },
        { "deposits", offsetof(struct account, sum[SUM_DEPOSITS]) },
        { "withdrawals", offsetof(struct account, sum[SUM_WITHDRAWALS]) },
        { "reversals", offsetof(struct account, sum[SUM_REVERSALS]) },
        { "daily_limit", offsetof(struct account, daily_limit) },
        { "version", offsetof(struct account, version) },
    };
    for (int i = 0; i < BANK_ACCOUNTS; i++) {
        const struct account *account = &bank.account[i];
        if (account->status == ACCOUNT_NONE)
            continue;
        for (size_t j = 0; j < sizeof amounts / sizeof amounts[0]; j++) {
            char sql[200];
            snprintf(sql, sizeof sql, "SELECT %s FROM esbank.accounts WHERE account_id = $1",
                     amounts[j].column);
            assert_int_equal(ask_number(sql, text_of(account->id)),
                             *(const int64_t *)((const char *)account + amounts[j].offset));
        }
        assert_int_equal(ask_number("SELECT cards FROM esbank.accounts WHERE account_id = $1",
                                    text_of(account->id)),
                         account->card_count);
        assert_int_equal(ask_number("SELECT (status = 'closed')::int FROM esbank.accounts"
                                    " WHERE account_id = $1",
                                    text_of(account->id)),
                         account->status == ACCOUNT_CLOSED);
    }
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.accounts WHERE"
                                " opening + deposits - withdrawals + reversals <> balance",
                                NULL),
                     0);
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.accounts WHERE owner = 'Peter 3'"
                                " AND opened_at <= updated_at",
                                NULL),
                     1);
}

static void test_cash_codes_are_as_the_accounts_have_them(void **state)
{
    (void)state;
    for (int i = 0; i < BANK_ACCOUNTS; i++) {
        const struct account *account = &bank.account[i];
        const bool there = card_given(account->code.token);
        const int64_t amount = ask_number("SELECT coalesce((SELECT amount FROM esbank.cash_codes"
                                          " WHERE account_id = $1 AND ended_at IS NULL), 0)",
                                          text_of(account->id));
        assert_int_equal(amount, there ? account->code.amount : 0);
    }
    assert_true(ask_number("SELECT count(*) FROM esbank.cash_codes WHERE ended_at IS NOT NULL"
                           " AND reason IS NOT NULL AND card IS NOT NULL",
                           NULL) > 0);
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.cash_codes WHERE (ended_at IS NULL) <>"
                                " (reason IS NULL) OR until_at <> issued_at + interval '3 hours'",
                                NULL),
                     0);
}

static void test_a_statement_adds_up_line_by_line(void **state)
{
    (void)state;
    assert_int_equal(
        ask_number("SELECT count(*) FROM (SELECT balance, amount, lag(balance, 1, 0::bigint)"
                   " OVER (PARTITION BY account_id ORDER BY position) AS before"
                   " FROM esbank.statement) AS s WHERE before + amount <> balance",
                   NULL),
        0);
    assert_int_equal(
        ask_number("SELECT count(*) FROM esbank.accounts AS a WHERE balance <> (SELECT sum(amount)"
                   " FROM esbank.statement AS s WHERE s.account_id = a.account_id)",
                   NULL),
        0);
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.statement WHERE (amount < 0) <>"
                                " (kind IN ('withdrawal', 'return', 'transfer out'))",
                                NULL),
                     0);
    assert_true(ask_number("SELECT count(*) FROM esbank.statement WHERE teller_id IS NULL"
                           " AND kind = 'withdrawal'",
                           NULL) > 0);
}

/* ---- what stands in the log ---- */

static const struct event *first_of(struct uuid correlation_id)
{
    for (size_t i = 0; i < bank.count; i++)
        if (uuid_equal(&bank.record[i].event.correlation_id, &correlation_id))
            return &bank.record[i].event;
    return NULL;
}

/* The event that said what a customer took; NULL: none has. */
static const struct event *end_of(struct uuid correlation_id)
{
    for (size_t i = 0; i < bank.count; i++) {
        const struct event *event = &bank.record[i].event;
        if (uuid_equal(&event->correlation_id, &correlation_id) &&
            (event->kind == TELLER_CASH_DISPENSED || event->kind == TELLER_DISPENSE_FAILED ||
             (event->kind == TELLER_DISPENSE_DISPUTED &&
              event->withdrawal.refusal == REFUSED_NO_SUCH_WITHDRAWAL)))
            return event;
    }
    return NULL;
}

static bool settled_once(struct uuid correlation_id)
{
    for (size_t i = 0; i < bank.count; i++)
        if (bank.record[i].event.kind == TELLER_DISPENSE_SETTLED &&
            uuid_equal(&bank.record[i].event.correlation_id, &correlation_id))
            return true;
    return false;
}

static void test_withdrawals_are_as_their_sagas_are(void **state)
{
    (void)state;
    int64_t known = 0;
    for (size_t i = 0; i < bank.withdrawals; i++) {
        const struct withdrawal *withdrawal = &bank.withdrawal[i];
        if (withdrawal->state == WITHDRAWAL_NONE)
            continue;
        const struct event *first = first_of(withdrawal->id), *end = end_of(withdrawal->id);
        bool open = withdrawal_open(withdrawal) ||
                    (withdrawal->state == WITHDRAWAL_DISPUTED &&
                     first->kind == TELLER_DISPENSE_DISPUTED && !settled_once(withdrawal->id));
        char sql[900];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM esbank.withdrawals WHERE withdrawal_id = $1 AND state = '%s'"
                 " AND amount = %" PRId64 " AND reversed = %" PRId64
                 " AND coalesce(taken, -1) = %" PRId64
                 " AND coalesce(refusal, 'approved') = '%s' AND (notes IS NULL) = %s"
                 " AND (account_id IS NULL) = %s AND (ended_at IS NULL) = %s AND initiated_at IS "
                 "NOT NULL",
                 withdrawal_state_name(withdrawal->state), withdrawal->amount, withdrawal->reversed,
                 end != NULL ? notes_value(&end->withdrawal.where.taken) : -1,
                 refusal_name(withdrawal->refusal),
                 withdrawal->notes.length == 0 ? "true" : "false",
                 uuid_is_nil(&withdrawal->account_id) ? "true" : "false", open ? "true" : "false");
        if (ask_number(sql, text_of(withdrawal->id)) != 1)
            check_fail("not so: %s; %s", sql, text_of(withdrawal->id));
        known++;
    }
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.withdrawals", NULL), known);
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.withdrawals, json_to_recordset(notes)"
                                " AS n (denomination int, count int) WHERE n.count <= 0",
                                NULL),
                     0);
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.withdrawals WHERE amount <> (SELECT"
                                " sum(denomination * count) FROM json_to_recordset(notes)"
                                " AS n (denomination int, count int))",
                                NULL),
                     0);
}

static void test_closed_days_are_as_their_cut_over_said_and_one_day_is_running(void **state)
{
    (void)state;
    int64_t closed = 0;
    for (size_t i = 0; i < bank.count; i++) {
        const struct event *event = &bank.record[i].event;
        if (event->kind != TELLER_BUSINESS_DAY_CLOSED)
            continue;
        const struct day_totals *totals = &event->day_closed.totals;
        char sql[600];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM esbank.teller_days WHERE teller_id = $1"
                 " AND business_day = DATE '1970-01-01' + %d AND closed_at IS NOT NULL"
                 " AND withdrawals = %" PRId64 " AND dispensed = %" PRId64
                 " AND reversed = %" PRId64 " AND declined = %" PRId64 " AND suspect = %" PRId64
                 " AND deposits = %" PRId64 " AND deposited = %" PRId64,
                 event->day, totals->withdrawals, totals->dispensed, totals->reversed,
                 totals->declined, totals->suspect, totals->deposits, totals->deposited);
        if (ask_number(sql, text_of(event->stream_id)) != 1)
            check_fail("not so: %s; %s", sql, text_of(event->stream_id));
        closed++;
    }
    assert_true(closed > 3);
    assert_int_equal(
        ask_number("SELECT count(*) FROM esbank.teller_days WHERE closed_at IS NOT NULL", NULL),
        closed);
    for (int i = 0; i < RANDOM_TELLERS; i++) {
        const struct teller *teller = &bank.teller[i];
        char sql[600];
        snprintf(
            sql, sizeof sql,
            "SELECT count(*) FROM esbank.teller_days WHERE teller_id = $1 AND closed_at IS NULL"
            " AND business_day = DATE '1970-01-01' + %d AND withdrawals = %" PRId64
            " AND dispensed = %" PRId64 " AND declined = %" PRId64,
            teller->business_day, teller->totals.withdrawals, teller->totals.dispensed,
            teller->totals.declined);
        assert_int_equal(ask_number(sql, text_of(teller->id)), 1);
    }
    assert_int_equal(
        ask_number("SELECT count(*) FROM esbank.teller_days WHERE closed_at IS NULL", NULL),
        RANDOM_TELLERS);
}

static money credited_and_disputed(void)
{
    money sum = 0;
    for (size_t i = 0; i < bank.count; i++) {
        const struct event *event = &bank.record[i].event;
        const bool credits = (event->kind == ACCOUNTS_MONEY_DEPOSITED &&
                              !uuid_is_nil(&event->money_moved.teller_id)) ||
                             event->kind == ACCOUNTS_DEPOSIT_HELD;
        if (!credits && event->kind != ACCOUNTS_HELD_DEPOSIT_RETURNED)
            continue;
        const enum deposit_state now = deposit_of(event->correlation_id)->state;
        if (now == DEPOSIT_DISPUTED || now == DEPOSIT_SETTLED)
            sum += credits ? event->money_moved.amount : -event->money_moved.amount;
    }
    return sum;
}

static void test_deposits_stand_where_their_sagas_do(void **state)
{
    (void)state;
    int64_t known = 0, suspect = 0, held = 0;
    for (size_t i = 0; i < bank.deposits; i++) {
        const struct deposit *deposit = &bank.deposit[i];
        char sql[400];
        if (deposit->state == DEPOSIT_NONE)
            continue;
        const struct event *first = first_of(deposit->id);
        const bool unheard = first != NULL && first->kind == TELLER_DEPOSIT_DISPUTED;
        known++;
        suspect += deposit->state == DEPOSIT_SUSPECT;
        held += deposit->state == DEPOSIT_HELD;
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM esbank.deposits WHERE deposit_id = $1 AND state = '%s' AND "
                 "amount = "
                 "%" PRId64 " AND (ended_at IS NULL) = %s AND (notes IS NULL) = %s",
                 deposit_state_name(deposit->state),
                 unheard ? first->deposit.amount : deposit->amount,
                 deposit->ended_us == 0 ? "true" : "false",
                 (unheard ? first->deposit.notes : deposit->notes).length == 0 ? "true" : "false");
        if (ask_number(sql, text_of(deposit->id)) != 1)
            check_fail("not so: %s; %s", sql, text_of(deposit->id));
    }
    assert_true(known > 20 && suspect > 0 && held > 0);
    for (int i = 0; i < RANDOM_ACCOUNTS; i++)
        assert_int_equal(ask_number("SELECT coalesce(sum(amount), 0) FROM esbank.deposits WHERE"
                                    " account_id = $1 AND state = 'held'",
                                    text_of(bank.account[i].id)),
                         bank.account[i].held);
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.deposits", NULL), known);
    assert_int_equal(
        ask_number("SELECT coalesce(sum(amount), 0) FROM esbank.deposits WHERE state IN "
                   "('completed', 'held')",
                   NULL) +
            credited_and_disputed(),
        ask_number("SELECT coalesce(sum(amount), 0) FROM esbank.statement WHERE"
                   " kind IN ('deposit', 'held deposit', 'return') AND teller_id IS NOT NULL",
                   NULL));
}

static void test_cards_know_their_account_and_whether_they_are_blocked(void **state)
{
    (void)state;
    int64_t cards = 0;
    for (int i = 0; i < RANDOM_ACCOUNTS; i++)
        for (int j = 0; j < bank.account[i].card_count; j++, cards++) {
            const struct card *card = &bank.account[i].card[j];
            char sql[300];
            snprintf(
                sql, sizeof sql,
                "SELECT count(*) FROM esbank.cards WHERE card = decode(repeat('%02x', 16), 'hex')"
                " AND account_id = $1 AND blocked = %s AND issued_at IS NOT NULL",
                card->token[0], card->blocked ? "true" : "false");
            assert_int_equal(ask_number(sql, text_of(bank.account[i].id)), 1);
        }
    assert_true(cards > RANDOM_ACCOUNTS);
}

/* ---- the tables themselves ---- */

static void test_tellers_are_as_the_aggregates_are(void **state)
{
    (void)state;
    static const char *const states[] = { [TELLER_KEY_UNTOLD] = "first",
                                          [TELLER_KEY_TOLD] = "replaced",
                                          [TELLER_KEY_NONE] = "withdrawn" };
    int count = 0;
    for (int i = 0; i < BANK_TELLERS; i++) {
        const struct teller *teller = &bank.teller[i];
        if (!teller->provisioned)
            continue;
        char sql[400], check[2 * KEY_CHECK_BYTES + 1];
        hex_encode_upper(teller->key_check, KEY_CHECK_BYTES, check);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM esbank.tellers WHERE teller_id = $1 AND barred = %s AND "
                 "key_state = '%s'"
                 " AND ('%s' <> 'replaced' OR key_check = '%s') AND provisioned_at IS NOT NULL"
                 " AND (bar_reason IS NOT NULL) = (bar_changed_at IS NOT NULL)",
                 teller->barred != 0 ? "true" : "false", states[teller->key], states[teller->key],
                 check);
        assert_int_equal(ask_number(sql, text_of(teller->id)), 1);
        count++;
    }
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.tellers", NULL), count);
    assert_int_equal(ask_number("SELECT count(*) FROM esbank.tellers WHERE barred", NULL), 1);
}

static void test_every_column_of_a_read_model_is_explained(void **state)
{
    (void)state;
    for (int i = 0; projections[i] != NULL; i++) {
        assert_int_equal(ask_number("SELECT count(*) FROM pg_attribute WHERE"
                                    " attrelid = ('esbank.' || $1)::regclass AND attnum > 0 AND"
                                    " col_description(attrelid, attnum) IS NULL",
                                    projections[i]->name),
                         0);
        assert_int_equal(
            ask_number("SELECT (obj_description(('esbank.' || $1)::regclass) IS NULL)::int",
                       projections[i]->name),
            0);
    }
}

static void test_an_update_of_an_account_touches_no_index(void **state)
{
    (void)state;
    run_sql("BEGIN");
    run_sql("UPDATE esbank.accounts SET balance = balance + 1, version = version + 1,"
            " opened_at = coalesce(opened_at, now())"
            " WHERE account_id = (SELECT account_id FROM esbank.accounts LIMIT 1)");
    assert_int_equal(ask_number("SELECT (n_tup_upd = 1 AND n_tup_hot_upd = 1)::int"
                                " FROM pg_stat_xact_user_tables"
                                " WHERE relid = 'esbank.accounts'::regclass",
                                NULL),
                     1);
    run_sql("ROLLBACK");
    assert_int_equal(
        ask_number("SELECT count(*) FROM pg_class WHERE oid = 'esbank.accounts'::regclass"
                   " AND reloptions::text LIKE '%fillfactor=50%'",
                   NULL),
        1);
}

static void test_open_withdrawals_are_found_by_an_index(void **state)
{
    (void)state;
    run_sql("SET enable_seqscan = off");
    struct rows *rows =
        query_run(query,
                  "EXPLAIN (FORMAT JSON) SELECT withdrawal_id FROM esbank.withdrawals"
                  " WHERE state = 'dispensing'",
                  0, NULL, &error);
    check_worked(rows != NULL, &error);
    check_contains(rows_text(rows, 0, 0), "withdrawals_open");
    rows_free(rows);
    run_sql("RESET enable_seqscan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tables_are_the_same_in_whatever_runs_the_log_comes),
        cmocka_unit_test(test_no_table_is_empty),
        cmocka_unit_test(test_a_run_without_anything_of_concern_gives_no_rows),
        cmocka_unit_test(test_accounts_are_as_the_aggregates_are),
        cmocka_unit_test(test_cash_codes_are_as_the_accounts_have_them),
        cmocka_unit_test(test_a_statement_adds_up_line_by_line),
        cmocka_unit_test(test_withdrawals_are_as_their_sagas_are),
        cmocka_unit_test(test_closed_days_are_as_their_cut_over_said_and_one_day_is_running),
        cmocka_unit_test(test_deposits_stand_where_their_sagas_do),
        cmocka_unit_test(test_cards_know_their_account_and_whether_they_are_blocked),
        cmocka_unit_test(test_tellers_are_as_the_aggregates_are),
        cmocka_unit_test(test_every_column_of_a_read_model_is_explained),
        cmocka_unit_test(test_an_update_of_an_account_touches_no_index),
        cmocka_unit_test(test_open_withdrawals_are_found_by_an_index),
    };
    return cmocka_run_group_tests_name("projections", tests, group_start, group_end);
}

/* SPDX-License-Identifier: MIT */
/* The lists' statements: what each costs where rows are many, and which rows a page has. */
#include "bank/cli/commands.h"
#include "bank/cli/listing_sql.h"
#include "bank/commands/listings.h"
#include "bank/postgres/migrations.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct database database;
static struct query *query;

/* Ids fall as times rise: what is sorted by id is sorted wrongly. Of a state that is not the usual
 * one there are some rows, most of them the oldest: a list of the newest that looks through the
 * others finds them last. Suspects are many. */
#define FILL_ROWS "20000"
static const char fill[] =
    "CREATE FUNCTION pg_temp.id(g bigint) RETURNS uuid LANGUAGE sql AS $$"
    " SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(1000000 - g), 12, '0'))::uuid $$;"
    "INSERT INTO esbank.withdrawals (withdrawal_id, teller_id, account_id, amount, state, reversed,"
    " initiated_at, position) SELECT pg_temp.id(g), pg_temp.id(g % 100), pg_temp.id(g % 1000),"
    " 1000, CASE WHEN g % 500 = 1 THEN 'reversed' WHEN g % 50 = 2 THEN 'declined' WHEN g < 25 THEN"
    " (ARRAY['authorized', 'dispensing', 'suspect', 'reversing', 'disputed', 'settled'])[1 + g % 6]"
    " WHEN g % 10 = 5 THEN 'suspect' ELSE 'completed' END, 0, timestamptz '2026-01-01' + g * "
    "interval '1 second', g"
    " FROM generate_series(1, " FILL_ROWS ") g;"
    "INSERT INTO esbank.events (position, stream_id, stream_version, event_id, event_type,"
    " causation_id, correlation_id, data, metadata, created_at, hash)"
    " SELECT g * 2 + b, CASE b WHEN 0 THEN 'account-' || pg_temp.id(g % 1000) ELSE 'teller-' ||"
    " pg_temp.id(g % 100) END, g, pg_temp.id(g * 2 + b), 'x', pg_temp.id(g), pg_temp.id(g), '{}',"
    " '{}', timestamptz '2026-01-01', '' FROM generate_series(1, " FILL_ROWS ") g,"
    " generate_series(0, 1) b WHERE b = 1 OR g % 50 <> 2;"
    "INSERT INTO esbank.deposits (deposit_id, teller_id, account_id, amount, state, initiated_at,"
    " position) SELECT withdrawal_id, teller_id, account_id, 1000, CASE WHEN position < 29 THEN"
    " (ARRAY['counting', 'suspect', 'held', 'cancelled', 'declined', 'disputed', 'settled'])"
    " [1 + position % 7] WHEN position % 10 = 5 THEN 'suspect' ELSE 'completed' END, initiated_at,"
    " position FROM esbank.withdrawals;"
    "INSERT INTO esbank.transfers (transfer_id, account_id, to_account_id, teller_id, amount,"
    " state, initiated_at, position) SELECT withdrawal_id, account_id, pg_temp.id(position % 999),"
    " CASE position % 1000 WHEN 0 THEN pg_temp.id(7) END, 1000, CASE WHEN position < 9 THEN"
    " (ARRAY['returned', 'declined'])[1 + position % 2] ELSE 'completed' END, initiated_at,"
    " position FROM esbank.withdrawals;"
    "INSERT INTO esbank.accounts (account_id, status, balance, opening, deposits, withdrawals,"
    " reversals, cards, version, opened_at, updated_at, position) SELECT pg_temp.id(g),"
    " CASE WHEN g < 5 THEN 'closed' ELSE 'open' END, 0, 0, 0, 0, 0, 0, 1,"
    " timestamptz '2026-01-01' + g * interval '1 second', now(), g"
    " FROM generate_series(1, " FILL_ROWS ") g;"
    "INSERT INTO esbank.cards (card, account_id, masked, blocked, issued_at, position)"
    " SELECT decode(lpad(to_hex(g), 32, '0'), 'hex'), pg_temp.id(g), '400000******0002', g < 5,"
    " timestamptz '2026-01-01' + g * interval '1 second', g"
    " FROM generate_series(1, " FILL_ROWS ") g;"
    "INSERT INTO esbank.statement (account_id, position, at, kind, amount, balance, correlation_id)"
    " SELECT pg_temp.id(CASE g % 2 WHEN 0 THEN 7 ELSE g % 1000 END), g, timestamptz '2026-01-01',"
    " 'deposit', 1, 1, pg_temp.id(g)"
    " FROM generate_series(1, " FILL_ROWS ") g;"
    "INSERT INTO esbank.tellers (teller_id, barred, key_state, position)"
    " SELECT pg_temp.id(g), false, 'first', g FROM generate_series(1, " FILL_ROWS ") g;"
    "INSERT INTO esbank.teller_days (teller_id, business_day, withdrawals, dispensed, reversed,"
    " declined, suspect, position) SELECT pg_temp.id(g), day, 0, 0, 0, 0, 0, g FROM"
    " generate_series(1, 2000) g, generate_series(date '2026-01-01', '2026-01-10', '1 day') day;"
    "ANALYZE";

static const struct listing *const all[] = {
#define X(name) &listing_##name,
    LISTINGS(X)
#undef X
};

#define ACCOUNT_7 "00000000-0000-7000-8000-0000000f4239" /* pg_temp.id(7) */

static int make(void **state)
{
    (void)state;
    struct error error;
    database_create(&database);
    if ((query = query_open(database.conninfo, NULL, &error)) == NULL ||
        !migrations_apply(database.conninfo, migrations, NULL, &error))
        fail_msg("%s", error.message);
    database_run(&database, fill);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    query_close(query);
    database_drop(&database);
    return 0;
}

/* That list's command with these words after it, NULL for none; a word outlives the arguments. */
static struct arguments with(const struct listing *listing, const char *first, const char *second)
{
    const bool statement = listing == &listing_statement;
    const char *words[] = { "bank", statement ? "account" : listing->name,
                            statement ? "statement" : "list" };
    char *argv[8];
    int count = 0;
    struct arguments arguments;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        argv[count++] = (char *)words[i];
    if (statement)
        argv[count++] = (char *)ACCOUNT_7;
    if (first != NULL)
        argv[count++] = (char *)first;
    if (second != NULL)
        argv[count++] = (char *)second;
    argv[count] = NULL;
    assert_true(arguments_parse(&arguments, count, argv) && arguments_check(&arguments));
    return arguments;
}

static struct rows *page(const struct listing *listing, const struct arguments *arguments,
                         const char *before, const char *key, const char *id, int64_t count)
{
    struct listing_request request;
    struct statement statement;
    struct error error;
    char sql[STATEMENT_SIZE + 40];
    assert_true(listing_request_read(listing, arguments, &request));
    listing_page(&request, key, id, count, &statement);
    snprintf(sql, sizeof sql, "%s%s", before, statement.sql);
    struct rows *rows = query_run(query, sql, statement.count, statement.value, &error);
    if (rows == NULL)
        fail_msg("%s: %s", error.message, sql);
    return rows;
}

/* The plan of one page, its first or a later one, with that option. */
static void check_plan(const struct listing *listing, const char *option, bool sorts)
{
    const struct arguments arguments = with(listing, option, NULL);
    struct rows *first = page(listing, &arguments, "", NULL, NULL, 3);
    if (rows_count(first) == 0)
        fail_msg("%s list: no rows to plan for: add some to fill, or it to short_ones",
                 listing->name);
    const unsigned columns = rows_columns(first);
    const char *keys[] = { NULL, rows_text(first, 0, columns - 2) };
    for (size_t i = 0; i < 2; i++) {
        struct rows *plan =
            page(listing, &arguments, "EXPLAIN ", keys[i], rows_text(first, 0, columns - 1), 51);
        for (size_t row = 0; row < rows_count(plan); row++) {
            const char *line = rows_text(plan, row, 0);
            const char *whole = strstr(line, "Seq Scan on ");
            const bool reads_all = whole != NULL && strstr(whole, "data_keys") == NULL;
            if (reads_all || (!sorts && strstr(line, "Sort") != NULL)) {
                for (size_t j = 0; j < rows_count(plan); j++)
                    print_message("# %s\n", rows_text(plan, j, 0));
                fail_msg("%s list %s: %s", listing->name, option != NULL ? option : "", line);
            }
        }
        rows_free(plan);
    }
    rows_free(first);
}

/* Those of few rows, however old the bank is, or sums of others' rows. What is not among them needs
 * rows of `fill`, and an index. */
static bool is_short(const struct listing *listing)
{
    static const struct listing *const short_ones[] = {
        &listing_approval, &listing_projection, &listing_snapshot, &listing_subscription,
        &listing_alert,    &listing_day,        &listing_import,
    };
    for (size_t i = 0; i < sizeof short_ones / sizeof *short_ones; i++)
        if (listing == short_ones[i])
            return true;
    return false;
}

static void test_a_page_of_any_long_list_comes_from_an_index_in_its_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!is_short(all[i]))
            check_plan(all[i], NULL, false);
}

static void test_and_so_does_one_of_a_machine_or_of_a_state_that_few_have(void **state)
{
    (void)state;
    check_plan(&listing_withdrawal, "--teller=" ACCOUNT_7, false);
    check_plan(&listing_deposit, "--teller=" ACCOUNT_7, false);
    check_plan(&listing_withdrawal,
               "--state="
               "reversed",
               false);
    check_plan(&listing_withdrawal,
               "--since="
               "2026-01-01T01:00",
               false);
    check_plan(&listing_withdrawal,
               "--before="
               "2026-01-01T01:00",
               false);
}

/* Rows that a page read and left out, as its plan says once it was run. */
static long rows_left_out(const struct listing *listing, const struct arguments *arguments)
{
    static const char words[] = "Rows Removed by Filter: ";
    long count = 0;
    struct rows *plan = page(listing, arguments, "EXPLAIN (ANALYZE, TIMING OFF) ", NULL, NULL, 51);
    for (size_t row = 0; row < rows_count(plan); row++) {
        const char *at = strstr(rows_text(plan, row, 0), words);
        count += at != NULL ? strtol(at + sizeof words - 1, NULL, 10) : 0;
    }
    rows_free(plan);
    return count;
}

static const struct value_spec *option_of(const struct listing *listing, const char *name)
{
    const struct arguments arguments = with(listing, NULL, NULL);
    for (const struct value_spec *option = arguments.command->options; option->name != NULL;
         option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

static void check_state(const struct listing *listing, const char *state)
{
    char word[80];
    snprintf(word, sizeof word, "--state=%s", state);
    const struct arguments arguments = with(listing, word, NULL);
    const long left_out = rows_left_out(listing, &arguments);
    struct rows *rows = page(listing, &arguments, "", NULL, NULL, 51);
    if (rows_count(rows) == 0 || left_out > 100)
        fail_msg("%s list %s: %zu rows, and %ld left out: it needs rows of fill, or an index",
                 listing->name, word, rows_count(rows), left_out);
    rows_free(rows);
}

static void test_those_of_a_state_are_found_without_looking_at_the_others(void **state)
{
    (void)state;
    int count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct value_spec *option = option_of(all[i], "state");
        /* Machines are some thousands, and are read in the order of their ids. */
        if (option == NULL || is_short(all[i]) || all[i] == &listing_teller)
            continue;
        char choices[200], *rest = choices;
        snprintf(choices, sizeof choices, "%s", option->choices);
        for (char *choice; (choice = strsep(&rest, "|")) != NULL; count++)
            check_state(all[i], choice);
    }
    assert_true(count > 20);
}

/* Those that nobody settles pile up; a page of them costs what one of few does. The open ones are
 * sorted, but no others are looked at. */
static void test_a_page_of_many_suspects_is_read_in_its_order(void **state)
{
    (void)state;
    check_plan(&listing_withdrawal, "--state=suspect", false);
    check_plan(&listing_withdrawal, "--state=open", true);
    check_plan(&listing_deposit, "--state=suspect", false);
}

static void test_a_machine_s_transfers_have_an_index(void **state)
{
    (void)state;
    const struct arguments arguments = with(&listing_transfer, "--teller=" ACCOUNT_7, NULL);
    assert_int_equal(rows_left_out(&listing_transfer, &arguments), 0);
    check_plan(&listing_transfer, "--teller=" ACCOUNT_7, true);
}

static void test_one_of_an_account_reads_no_other_account_s_rows(void **state)
{
    (void)state;
    check_plan(&listing_withdrawal, "--account=" ACCOUNT_7, true);
    check_plan(&listing_deposit, "--account=" ACCOUNT_7, true);
    check_plan(&listing_transfer, "--account=" ACCOUNT_7, true);
    check_plan(&listing_card, "--account=" ACCOUNT_7, true);
}

/* All rows, page by page, against one statement without pages. */
static void check_pages(const struct listing *listing, const struct arguments *arguments,
                        const char *expected)
{
    char key[200] = "", id[200] = "";
    char *ids = NULL;
    size_t length;
    FILE *memory = open_memstream(&ids, &length);
    for (;;) {
        struct rows *rows = page(listing, arguments, "", id[0] != '\0' ? key : NULL, id, 7);
        const size_t count = rows_count(rows);
        const unsigned columns = rows_columns(rows);
        for (size_t row = 0; row < count; row++)
            fprintf(memory, "%s\n", rows_text(rows, row, columns - 1));
        if (count > 0) {
            snprintf(key, sizeof key, "%s", rows_text(rows, count - 1, columns - 2));
            snprintf(id, sizeof id, "%s", rows_text(rows, count - 1, columns - 1));
        }
        rows_free(rows);
        if (count < 7)
            break;
    }
    fclose(memory);
    char *wanted = database_ask(&database, expected);
    assert_string_equal(ids, wanted);
    free(wanted);
    free(ids);
}

#define ALL_IDS(table, id, where, order)                                                           \
    "SELECT string_agg(" id " || E'\\n', '' ORDER BY " order ") FROM esbank." table " WHERE"       \
    " " where

static void test_pages_have_each_row_once_and_in_order_of_time_whatever_the_ids(void **state)
{
    (void)state;
    struct arguments arguments = with(&listing_withdrawal, "--before=2026-01-01T00:10", NULL);
    check_pages(&listing_withdrawal, &arguments,
                ALL_IDS("withdrawals", "withdrawal_id", "initiated_at < '2026-01-01 00:10Z'",
                        "initiated_at DESC"));
    arguments = with(&listing_withdrawal, "--before=2026-01-01T00:10", "--sort=initiated_at");
    check_pages(&listing_withdrawal, &arguments,
                ALL_IDS("withdrawals", "withdrawal_id", "initiated_at < '2026-01-01 00:10Z'",
                        "initiated_at"));
}

static void test_a_machine_and_an_account_have_all_of_theirs(void **state)
{
    (void)state;
    const struct arguments teller = with(&listing_withdrawal, "--teller=" ACCOUNT_7, NULL),
                           account = with(&listing_withdrawal, "--account=" ACCOUNT_7, NULL),
                           moved = with(&listing_transfer, "--account=" ACCOUNT_7, NULL);
    check_pages(&listing_withdrawal, &teller,
                ALL_IDS("withdrawals", "withdrawal_id", "teller_id = '" ACCOUNT_7 "'",
                        "initiated_at DESC"));
    check_pages(&listing_withdrawal, &account,
                ALL_IDS("withdrawals", "withdrawal_id", "account_id = '" ACCOUNT_7 "'",
                        "initiated_at DESC"));
    check_pages(&listing_transfer, &moved,
                ALL_IDS("transfers", "transfer_id",
                        "'" ACCOUNT_7 "' IN (account_id, to_account_id)", "initiated_at DESC"));
}

static void
test_a_declined_withdrawal_that_left_nothing_on_the_account_is_its_all_the_same(void **state)
{
    (void)state;
    /* pg_temp.id(2): each of its withdrawals is a declined one. */
    const struct arguments arguments =
        with(&listing_withdrawal, "--account=00000000-0000-7000-8000-0000000f423e", NULL);
    struct rows *rows = page(&listing_withdrawal, &arguments, "", NULL, NULL, 100);
    assert_int_equal(rows_count(rows), 20);
    rows_free(rows);
}

static void test_a_row_without_a_time_is_the_oldest(void **state)
{
    (void)state;
    database_run(&database,
                 "INSERT INTO esbank.withdrawals (withdrawal_id, amount, state, reversed,"
                 " position) VALUES ('00000000-0000-7000-8000-00000000aaaa', 0,"
                 " 'reversed', 0, 1)");
    const struct arguments arguments = with(&listing_withdrawal, "--sort=initiated_at", NULL);
    struct rows *rows = page(&listing_withdrawal, &arguments, "", NULL, NULL, 2);
    assert_string_equal(rows_text(rows, 0, 0), "00000000-0000-7000-8000-00000000aaaa");
    rows_free(rows);
    database_run(&database, "DELETE FROM esbank.withdrawals WHERE withdrawal_id ="
                            " '00000000-0000-7000-8000-00000000aaaa'");
}

static void test_every_list_has_as_many_columns_as_it_selects(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct arguments arguments = with(all[i], NULL, NULL);
        struct rows *rows = page(all[i], &arguments, "", NULL, NULL, 1);
        unsigned count = 0;
        while (all[i]->columns[count].title != NULL)
            count++;
        if (all[i]->add == NULL)
            assert_int_equal(rows_columns(rows), count + 2);
        rows_free(rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_of_any_long_list_comes_from_an_index_in_its_order),
        cmocka_unit_test(test_and_so_does_one_of_a_machine_or_of_a_state_that_few_have),
        cmocka_unit_test(test_those_of_a_state_are_found_without_looking_at_the_others),
        cmocka_unit_test(test_a_page_of_many_suspects_is_read_in_its_order),
        cmocka_unit_test(test_a_machine_s_transfers_have_an_index),
        cmocka_unit_test(test_one_of_an_account_reads_no_other_account_s_rows),
        cmocka_unit_test(test_pages_have_each_row_once_and_in_order_of_time_whatever_the_ids),
        cmocka_unit_test(test_a_machine_and_an_account_have_all_of_theirs),
        cmocka_unit_test(
            test_a_declined_withdrawal_that_left_nothing_on_the_account_is_its_all_the_same),
        cmocka_unit_test(test_a_row_without_a_time_is_the_oldest),
        cmocka_unit_test(test_every_list_has_as_many_columns_as_it_selects),
    };
    return cmocka_run_group_tests(tests, make, drop);
}

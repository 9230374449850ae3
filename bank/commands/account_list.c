/* SPDX-License-Identifier: MIT */
/* `bank account list` and `bank account statement`: the read models, as they are but for sealed
 * owners. */
#include "bank/cli/commands.h"
#include "bank/cli/owner.h"
#include "bank/commands/listings.h"

#include <stdlib.h>

/* ---- list ---- */

/* Columns of the query; what stands before the key goes into the table as it is, but for the owner.
 */
enum { LIST_ACCOUNT, LIST_OWNER, LIST_LAST = 8, LIST_KEY };

static const struct table_column list_columns[] = {
    { "ACCOUNT", "account_id", CELL_UUID },
    OWNER_COLUMNS("OWNER"),
    { "STATUS", "state", CELL_TEXT | CELL_MAYBE },
    { "BALANCE", "balance", CELL_MONEY | CELL_MAYBE },
    { "HELD", "held", CELL_MONEY | CELL_RANK(5) },
    { "DAILY LIMIT", "daily_limit", CELL_MONEY | CELL_MAYBE | CELL_RANK(7) },
    { "DAILY COUNT", "daily_count", CELL_NUMBER | CELL_MAYBE | CELL_RANK(8) },
    { "CARDS", "cards", CELL_NUMBER | CELL_RANK(6) },
    { "OPENED", "opened_at", CELL_TIME | CELL_MAYBE | CELL_RANK(4) },
    { NULL, NULL, CELL_TEXT },
};

static void *list_open(const struct arguments *arguments)
{
    return owner_vault(arguments);
}

static void list_add(void *context, struct table *table, const struct rows *rows, size_t row,
                     bool json)
{
    struct uuid id = { 0 };
    rows_uuid(rows, row, LIST_ACCOUNT, &id);
    struct owner owner =
        owner_read(context, &id, rows_text(rows, row, LIST_OWNER), rows, row, LIST_KEY);
    for (unsigned column = 0; column <= LIST_LAST; column++)
        if (column == LIST_OWNER)
            owner_cells(table, &owner, json);
        else
            table_text(table, rows_text(rows, row, column));
}

static void list_close(void *context)
{
    vault_close(context);
}

/* As its index has it: sql/414_accounts_by_time.sql. */
#define OPENED "coalesce(a.opened_at, timestamptz '-infinity')"

const struct listing listing_account = {
    .name = "account",
    .columns = list_columns,
    .select = "a.account_id, a.owner, a.status, a.balance, (SELECT coalesce(sum(d.amount), 0)"
              " FROM esbank.deposits d WHERE d.account_id = a.account_id AND d.state = 'held'),"
              " a.daily_limit, a.daily_count, a.cards, to_char(a.opened_at, " CELL_TIME_SQL
              "), " OWNER_KEY_COLUMNS,
    .from = "esbank.accounts a LEFT JOIN esbank.data_keys k ON k.command_id = a.owner_key",
    .id = "a.account_id",
    .id_value = "$?::uuid",
    .orders = (const struct listing_order[]){ { "opened_at", OPENED, "timestamptz" },
                                              { "balance", "coalesce(a.balance, 0)", "bigint" },
                                              { NULL, NULL, NULL } },
    .latest_first = true,
    .filters =
        (const struct listing_filter[]){
            { "state", FILTER_STATE, "", NULL },
            { "since", FILTER_SINCE, OPENED " >= $?::timestamptz", NULL },
            { "before", FILTER_BEFORE, OPENED " < $?::timestamptz", NULL },
            { NULL, FILTER_FLAG, NULL, NULL } },
    .state = "a.status",
    .state_words = (const struct listing_state[]){ { "open", "a.status = 'open'", NULL },
                                                   { "closed", "a.status = 'closed'", NULL },
                                                   { NULL, NULL, NULL } },
    .waits_for = LISTING_OF_MODELS,
    .open = list_open,
    .add = list_add,
    .close = list_close,
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_account, arguments, NULL);
}

const struct bank_command command_account_list = {
    .name = "account list",
    .help = "accounts and their balances, the one opened last first",
    .options = WORDS(
        OPTION("state", "only those that are open, or closed", CHOICE, .choices = "open|closed"),
        TIME_OPTIONS, LISTING_OPTIONS(ACCOUNT_ID)),
    .effect = READS,
    .run = run_list,
};

/* ---- statement ---- */

static const struct table_column statement_columns[] = {
    { "POSITION", "position", CELL_NUMBER },
    { "TIME", "at", CELL_TIME },
    { "KIND", "kind", CELL_TEXT },
    { "AMOUNT", "amount", CELL_MONEY },
    { "BALANCE", "balance", CELL_MONEY },
    { "WITHDRAWAL OR COMMAND", "correlation_id", CELL_UUID | CELL_RANK(1) },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_statement = {
    .name = "statement",
    .columns = statement_columns,
    .select = "s.position, to_char(s.at, " CELL_TIME_SQL "), s.kind, s.amount, s.balance,"
              " s.correlation_id",
    .from = "esbank.statement s",
    .id = "s.position",
    .id_value = "$?::bigint",
    .orders = (const struct listing_order[]){ { "position", "s.position", "bigint" },
                                              { NULL, NULL, NULL } },
    .latest_first = true,
    .filters =
        (const struct listing_filter[]){
            { "ID", FILTER_UUID, "s.account_id = $?::uuid", NULL },
            { "teller", FILTER_UUID, "s.teller_id = $?::uuid", NULL },
            { "since", FILTER_SINCE, "s.at >= $?::timestamptz", NULL },
            { "before", FILTER_BEFORE, "s.at < $?::timestamptz", NULL },
            { NULL, FILTER_FLAG, NULL, NULL } },
    .waits_for = LISTING_OF_MODELS,
    .none = "no money has moved on an account of that id; see `bank account list`",
};

static int run_statement(struct arguments *arguments)
{
    return listing_run(&listing_statement, arguments, NULL);
}

const struct bank_command command_account_statement = {
    .name = "account statement",
    .help = "every movement of money on an account, the latest first",
    .words = WORDS(WORD("ID", ACCOUNT_ID)),
    .options = WORDS(OPTION("teller", "only those at this machine", TELLER_ID), TIME_OPTIONS,
                     LISTING_OPTIONS(POSITION)),
    .effect = READS,
    .run = run_statement,
};

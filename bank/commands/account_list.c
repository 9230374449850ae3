/* SPDX-License-Identifier: MIT */
/* `bank account list` and `bank account statement`: the read models, as they are but for sealed
 * owners. */
#include "bank/cli/commands.h"
#include "bank/cli/owner.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"

#include <stdlib.h>

/* Columns of the query; what stands before the key goes into the table as it is, but for the owner.
 */
enum { LIST_ACCOUNT, LIST_OWNER, LIST_LAST = 7, LIST_KEY };

static void list_add(struct table *table, struct vault *vault, const struct rows *rows, size_t row,
                     bool json)
{
    struct uuid id = { 0 };
    rows_uuid(rows, row, LIST_ACCOUNT, &id);
    struct owner owner =
        owner_read(vault, &id, rows_text(rows, row, LIST_OWNER), rows, row, LIST_KEY);
    for (unsigned column = 0; column <= LIST_LAST; column++)
        if (column == LIST_OWNER)
            owner_cells(table, &owner, json);
        else
            table_text(table, rows_text(rows, row, column));
}

static int run_list(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "ACCOUNT", "account_id", CELL_TEXT },
        OWNER_COLUMNS("OWNER"),
        { "STATUS", "status", CELL_TEXT },
        { "BALANCE", "balance", CELL_MONEY },
        { "HELD", "held", CELL_MONEY },
        { "DAILY LIMIT", "daily_limit", CELL_MONEY },
        { "DAILY COUNT", "daily_count", CELL_NUMBER },
        { "CARDS", "cards", CELL_NUMBER },
        { NULL, NULL, CELL_TEXT },
    };
    struct error error;
    struct query *query = query_of_models(arguments, &error);
    struct rows *rows =
        query != NULL
            ? query_run(
                  query,
                  "SELECT a.account_id, a.owner, a.status, a.balance, coalesce(h.held, 0), "
                  "a.daily_limit,"
                  " a.daily_count, a.cards, " OWNER_KEY_COLUMNS " FROM esbank.accounts a"
                  " LEFT JOIN esbank.data_keys k ON k.command_id = a.owner_key"
                  " LEFT JOIN (SELECT account_id, sum(amount)::bigint AS held FROM esbank.deposits"
                  " WHERE state = 'held' GROUP BY account_id) AS h"
                  " ON h.account_id = a.account_id"
                  " ORDER BY a.opened_at, a.account_id",
                  0, NULL, &error)
            : NULL;
    query_close(query);
    if (rows == NULL)
        return complain_error(&error);
    struct vault *vault = owner_vault(arguments);
    struct table table;
    table_init(&table, columns);
    for (size_t row = 0; row < rows_count(rows); row++)
        list_add(&table, vault, rows, row, arguments->json);
    table_print(&table, arguments->json);
    table_finish(&table);
    vault_close(vault);
    rows_free(rows);
    return EXIT_SUCCESS;
}

const struct bank_command command_account_list = {
    .name = "account list",
    .usage = "",
    .help = "all accounts and their balances",
    .run = run_list,
};

static int run_statement(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "POSITION", "position", CELL_NUMBER },
        { "TIME", "at", CELL_TIME },
        { "KIND", "kind", CELL_TEXT },
        { "AMOUNT", "amount", CELL_MONEY },
        { "BALANCE", "balance", CELL_MONEY },
        { "WITHDRAWAL OR COMMAND", "correlation_id", CELL_TEXT },
        { NULL, NULL, CELL_TEXT },
    };
    struct uuid id;
    if (!read_uuid(arguments->word[0], "account id", &id))
        return EXIT_USAGE;
    return models_print(
        arguments, columns,
        "SELECT s.position, to_char(s.at, " CELL_TIME_SQL "), s.kind, s.amount,"
        " s.balance, s.correlation_id FROM esbank.statement s WHERE s.account_id = $1::uuid"
        " ORDER BY s.position",
        1, (const char *[]){ arguments->word[0] },
        "no money has moved on an account of that id; see `bank account list`");
}

const struct bank_command command_account_statement = {
    .name = "account statement",
    .usage = "ID",
    .help = "every movement of money on an account",
    .words_min = 1,
    .words_max = 1,
    .run = run_statement,
};

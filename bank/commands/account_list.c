/* SPDX-License-Identifier: MIT */
/* `bank account list` and `bank account statement`: the read models, as they are. */
#include "bank/commands/commands.h"
#include "bank/commands/events.h"
#include "bank/commands/table.h"

#include <stdlib.h>

static int run_list(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "ACCOUNT", "account_id", CELL_TEXT },
        { "OWNER", "owner", CELL_TEXT },
        { "STATUS", "status", CELL_TEXT },
        { "BALANCE", "balance", CELL_MONEY },
        { "DAILY LIMIT", "daily_limit", CELL_MONEY },
        { "DAILY COUNT", "daily_count", CELL_NUMBER },
        { "CARDS", "cards", CELL_NUMBER },
        { NULL, NULL, CELL_TEXT },
    };
    return query_print(arguments, columns,
                       "SELECT account_id, owner, status, balance, daily_limit, daily_count, cards"
                       " FROM esbank.accounts ORDER BY opened_at, account_id",
                       0, NULL, NULL);
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
        { "TIME", "at", CELL_TEXT },
        { "KIND", "kind", CELL_TEXT },
        { "AMOUNT", "amount", CELL_MONEY },
        { "BALANCE", "balance", CELL_MONEY },
        { "WITHDRAWAL OR COMMAND", "correlation_id", CELL_TEXT },
        { NULL, NULL, CELL_TEXT },
    };
    struct uuid id;
    if (!read_uuid(arguments->word[0], "account id", &id))
        return EXIT_USAGE;
    return query_print(arguments, columns,
                       "SELECT s.position, to_char(s.at, 'YYYY-MM-DD HH24:MI:SS.MS\"Z\"'), s.kind, s.amount,"
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

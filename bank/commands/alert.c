/* SPDX-License-Identifier: MIT */
/* `bank alert list`: what the event handlers raised, and what keeps them from it. */
#include "bank/cli/commands.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"

#include <stdlib.h>

static int run_list(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "SINCE", "raised_at", CELL_TIME },    { "ALERT", "handler", CELL_TEXT },
        { "ABOUT", "subject", CELL_TEXT },      { "MESSAGE", "message", CELL_TEXT },
        { "CLEARED", "cleared_at", CELL_TIME }, { "EVENT", "position", CELL_NUMBER },
        { "TELLER", "teller_id", CELL_TEXT },   { NULL, NULL, CELL_TEXT },
    };
    const char *all = arguments_option(arguments, "all") != NULL ? "t" : "f";
    return handlers_print(arguments, columns,
                          "SELECT to_char(since, " CELL_TIME_SQL "), handler, subject, message,"
                          " to_char(cleared_at, " CELL_TIME_SQL "), position, teller_id"
                          " FROM esbank.attention WHERE $1::bool OR cleared_at IS NULL"
                          " ORDER BY alert_id IS NULL, since, alert_id, subject",
                          1, (const char *[]){ all });
}

static const struct option_spec options[] = {
    { "all", NULL, "those that were settled too" },
    { NULL, NULL, NULL },
};

const struct bank_command command_alert_list = {
    .name = "alert list",
    .usage = "[--all]",
    .help = "what wants attention: suspect withdrawals, machines low on cash, handlers that are "
            "paused",
    .options = options,
    .run = run_list,
};

/* SPDX-License-Identifier: MIT */
/* `bank alert list`: what the event handlers raised, and what keeps them from it. */
#include "bank/cli/commands.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"

#include <stdlib.h>

#define EXIT_ALERTS 3 /* with --exit-code: some alert is open */

static int run_list(struct arguments *arguments)
{
    static const struct table_column columns[] = {
        { "SINCE", "raised_at", CELL_TIME },    { "ALERT", "handler", CELL_TEXT },
        { "ABOUT", "subject", CELL_TEXT },      { "MESSAGE", "message", CELL_TEXT },
        { "CLEARED", "cleared_at", CELL_TIME }, { "EVENT", "position", CELL_NUMBER },
        { "TELLER", "teller_id", CELL_TEXT },   { NULL, NULL, CELL_TEXT },
    };
    const bool told = arguments_option(arguments, "exit-code") != NULL;
    const char *all = arguments_option(arguments, "all") != NULL ? "t" : "f";
    size_t printed = 0;
    if (told && all[0] == 't')
        return complain_usage("--exit-code is about alerts that are open: leave out --all");
    const int status =
        handlers_print(arguments, columns,
                       "SELECT to_char(since, " CELL_TIME_SQL "), handler, subject, message,"
                       " to_char(cleared_at, " CELL_TIME_SQL "), position, teller_id"
                       " FROM esbank.attention WHERE $1::bool OR cleared_at IS NULL"
                       " ORDER BY alert_id IS NULL, since, alert_id, subject",
                       1, (const char *[]){ all }, &printed);
    return status == EXIT_SUCCESS && told && printed > 0 ? EXIT_ALERTS : status;
}

static const struct option_spec options[] = {
    { "all", NULL, "those that were settled too" },
    { "exit-code", NULL, "exit 3 when there is any that is open" },
    { NULL, NULL, NULL },
};

const struct bank_command command_alert_list = {
    .name = "alert list",
    .usage = "[--all | --exit-code]",
    .help = "what wants attention: suspect withdrawals, machines low on cash, handlers that are "
            "paused",
    .options = options,
    .run = run_list,
};

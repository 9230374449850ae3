/* SPDX-License-Identifier: MIT */
/* `bank alert list`: what the event handlers raised, and what keeps them from it. */
#include "bank/cli/commands.h"
#include "bank/commands/listings.h"

#include <stdlib.h>

#define EXIT_ALERTS 3 /* with --exit-code: some alert is open */

static const struct table_column columns[] = {
    { "SINCE", "raised_at", CELL_TIME },
    { "ALERT", "handler", CELL_TEXT },
    { "ABOUT", "subject", CELL_TEXT | CELL_RANK(2) },
    { "CLEARED", "cleared_at", CELL_TIME | CELL_MAYBE | CELL_RANK(5) },
    { "EVENT", "position", CELL_NUMBER | CELL_MAYBE | CELL_RANK(4) },
    { "TELLER", "teller_id", CELL_UUID | CELL_MAYBE | CELL_RANK(3) },
    { "ID", "alert_id", CELL_TEXT | CELL_RANK(6) },
    { "MESSAGE", "message", CELL_TEXT | CELL_LONG },
    { NULL, NULL, CELL_TEXT },
};

/* What is no row of alerts has the name of what it is about. */
#define ID "coalesce(a.alert_id::text, a.handler || ':' || a.subject)"

const struct listing listing_alert = {
    .name = "alert",
    .columns = columns,
    .select =
        "to_char(a.since, " CELL_TIME_SQL "), a.handler, a.subject,"
        " to_char(a.cleared_at, " CELL_TIME_SQL "), a.position, a.teller_id, " ID ", a.message",
    .from = "esbank.attention a",
    .id = ID,
    .id_value = "$?::text",
    .orders = (const struct listing_order[]){ { "raised_at", "a.since", "timestamptz" },
                                              { NULL, NULL, NULL } },
    .filters =
        (const struct listing_filter[]){
            { "all", FILTER_FLAG, "a.cleared_at IS NULL", NULL },
            { "teller", FILTER_UUID, "a.teller_id = $?::uuid", NULL },
            { "since", FILTER_SINCE, "a.since >= $?::timestamptz", NULL },
            { "before", FILTER_BEFORE, "a.since < $?::timestamptz", NULL },
            { NULL, FILTER_FLAG, NULL, NULL } },
    .waits_for = LISTING_OF_HANDLERS,
};

static int run_list(struct arguments *arguments)
{
    const bool told = arguments_option(arguments, "exit-code") != NULL;
    size_t printed = 0;
    if (told && arguments_option(arguments, "all") != NULL)
        return complain_usage("--exit-code is about alerts that are open: leave out --all");
    const int status = listing_run(&listing_alert, arguments, &printed);
    return status == EXIT_SUCCESS && told && printed > 0 ? EXIT_ALERTS : status;
}

static const struct option_spec options[] = {
    { "all", NULL, "those that were settled too" },
    { "exit-code", NULL, "exit 3 when there is any that is open" },
    { "teller", "ID", "only those about this machine" },
    TIME_OPTIONS,
    LISTING_OPTIONS,
    { NULL, NULL, NULL },
};

const struct bank_command command_alert_list = {
    .name = "alert list",
    .usage = "[--all | --exit-code] [--teller ID] [--since TIME] [--before TIME] [--limit N]"
             " [--after ALERT-ID] [--sort COLUMN]",
    .help = "what wants attention: suspect withdrawals, machines low on cash, handlers that are "
            "paused; the oldest first",
    .options = options,
    .run = run_list,
};

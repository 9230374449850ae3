/* SPDX-License-Identifier: MIT */
/* `bank alert list`: what the event handlers raised, and what keeps them from it. */
#include "bank/cli/commands.h"
#include "bank/commands/listings.h"

#include <stdlib.h>

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
    const bool told = argument_flag(arguments, "exit-code");
    size_t printed = 0;
    const int status = listing_run(&listing_alert, arguments, &printed);
    return status == EXIT_SUCCESS && told && printed > 0 ? EXIT_ALERTS : status;
}

const struct bank_command command_alert_list = {
    .name = "alert list",
    .help = "what wants attention: suspect withdrawals, machines low on cash, handlers that are "
            "paused; the oldest first",
    .options = WORDS(
        OPTION("all", "those that were settled too", FLAG),
        OPTION("exit-code", "exit 3 when there is any that is open", FLAG, .instead_of = "all"),
        OPTION("teller", "only those about this machine", TELLER_ID), TIME_OPTIONS,
        LISTING_OPTIONS(TEXT)),
    .effect = READS,
    .run = run_list,
};

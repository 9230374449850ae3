/* SPDX-License-Identifier: MIT */
/* `bank alert list`: what the event handlers raised, and what keeps them from it. */
#include "bank/cli/act.h"
#include "bank/cli/commands.h"
#include "bank/cli/reading.h"
#include "bank/commands/listings.h"

#include <stdio.h>
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

/* Whether that event raised an alert that an operator settles, and it is open. */
static bool is_open(const struct arguments *arguments, const char *position, bool *open,
                    struct error *error)
{
    struct query *query = query_of(arguments, error);
    if (query != NULL)
        query_await_handlers(query);
    struct rows *rows = query != NULL
                            ? query_run(query,
                                        "SELECT FROM esbank.alerts WHERE handler = 'log_losses'"
                                        " AND subject = $1 AND cleared_at IS NULL",
                                        1, &position, error)
                            : NULL;
    const bool worked = rows != NULL;
    *open = worked && rows_count(rows) > 0;
    rows_free(rows);
    query_close(query);
    return worked;
}

static int run_settle(struct arguments *arguments)
{
    struct error error;
    bool open;
    const char *position = argument_text(arguments, "POSITION");
    if (!is_open(arguments, position, &open, &error))
        return complain_error(&error);
    if (!open)
        return complain("event %.20s is no loss of the log that is to be settled: `bank alert "
                        "list` has those there are, and the others end by themselves",
                        position);
    if (!act_record(arguments, ACT_ALERT_SETTLE, position))
        return EXIT_FAILURE;
    if (arguments->json)
        printf("{\"settled\":%s}\n", position);
    else
        printf("the loss of event %s is settled\n", position);
    return EXIT_SUCCESS;
}

const struct bank_command command_alert_settle = {
    .name = "alert settle",
    .help = "say that a lost end of the log, which was accepted, has been dealt with",
    .words = WORDS(WORD("POSITION", POSITION)),
    .effect = ACTS,
    .run = run_settle,
};

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

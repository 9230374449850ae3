/* SPDX-License-Identifier: MIT */
/* `bank subscription list` and `bank subscription show`. */
#include "bank/cli/commands.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"
#include "bank/commands/listings.h"
#include "bank/commands/outputs.h"
#include "bank/subscriptions/handler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column list_columns[] = {
    { "SUBSCRIPTION", "name", CELL_TEXT },
    { "STATUS", "state", CELL_TEXT },
    { "POSITION", "position", CELL_NUMBER | CELL_RANK(3) },
    { "HEAD", "head", CELL_NUMBER | CELL_RANK(2) },
    { "LAG", "lag", CELL_NUMBER },
    { "PARKED", "parked", CELL_NUMBER },
    { "ERROR", "error", CELL_TEXT | CELL_MAYBE | CELL_LONG },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_subscription = {
    .name = "subscription",
    .columns = list_columns,
    .select = "l.name, l.state, l.checkpoint, l.head, l.lag, l.parked, l.error",
    .from = "esbank.lag l",
    .where = "l.kind = 'subscription'",
    .id = "l.name",
    .id_value = "$?::text",
    .orders = (const struct listing_order[]){ { "name", "l.name", "text" }, { NULL, NULL, NULL } },
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_subscription, arguments, NULL);
}

const struct bank_command command_subscription_list = {
    .name = "subscription list",
    .help = "the event handlers and how far each has come",
    .options = WORDS(LISTING_OPTIONS(TEXT)),
    .effect = READS,
    .run = run_list,
};

/* ---- show ---- */

static const struct table_column record_columns[] = {
    { "subscription", "name", CELL_TEXT },
    { "what it does", "help", CELL_TEXT },
    { "status", "state", CELL_TEXT },
    { "position", "position", CELL_NUMBER },
    { "head", "head", CELL_NUMBER },
    { "lag", "lag", CELL_NUMBER },
    { "run by", "lease_owner", CELL_TEXT | CELL_MAYBE },
    { "lease until", "lease_until", CELL_TIME | CELL_MAYBE },
    { "failing event", "failing_position", CELL_NUMBER | CELL_MAYBE },
    { "attempts", "attempts", CELL_NUMBER },
    { "next attempt", "retry_at", CELL_TIME | CELL_MAYBE },
    { "error", "error", CELL_TEXT | CELL_MAYBE },
    { "parked", "parked", CELL_RAW },
    { NULL, NULL, CELL_TEXT },
};
static const struct table_column parked_columns[] = {
    { "PARKED EVENT", "position", CELL_NUMBER },
    { "TYPE", "event_type", CELL_TEXT },
    { "SINCE", "parked_at", CELL_TIME },
    { "REASON", "reason", CELL_TEXT },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_subscription_show = {
    .name = "subscription-show",
    .command = "subscription show",
    .columns = record_columns,
    .inner = { { "parked", parked_columns } },
};

#define TIME(column) "to_char(" column ", " CELL_TIME_SQL ")"

static void fill(struct table *table, const struct rows *rows, size_t row, unsigned count)
{
    for (unsigned column = 0; column < count; column++)
        table_text(table, rows_text(rows, row, column));
}

static void print(const struct rows *state, const struct rows *parked, bool json)
{
    struct table list, record;
    table_init(&list, parked_columns);
    for (size_t row = 0; row < rows_count(parked); row++)
        fill(&list, parked, row, 4);
    char *list_json = table_json(&list);
    table_init(&record, record_columns);
    fill(&record, state, 0, 12);
    table_text(&record, list_json);
    table_print_record(&record, json);
    if (!json && rows_count(parked) > 0) {
        puts("");
        table_print(&list, false);
    }
    free(list_json);
    table_finish(&list);
    table_finish(&record);
}

static int run_show(struct arguments *arguments)
{
    struct error error;
    const char *name = argument_text(arguments, "NAME");
    const struct handler *handler = handler_find(handlers, name);
    const char *values[] = { name,
                             handler != NULL ? handler->help : "a handler of another program" };
    struct query *query = query_of(arguments, &error);
    struct rows
        *parked = NULL,
        *state =
            query == NULL
                ? NULL
                : query_run(query,
                            "SELECT l.name, $2::text, l.state, l.checkpoint, l.head, l.lag,"
                            " s.lease_owner, " TIME(
                                "s.lease_until") ", s.failing_position,"
                                                 " s.attempts, " TIME(
                                                     "s.retry_at") ", s.error FROM esbank.lag l"
                                                                   " JOIN esbank.subscriptions s "
                                                                   "USING (name)"
                                                                   " WHERE l.kind = 'subscription' "
                                                                   "AND l.name = $1",
                            2, values, &error);
    if (state != NULL)
        parked = query_run(
            query,
            "SELECT p.position, e.event_type, " TIME(
                "p.parked_at") ", p.reason"
                               " FROM esbank.parked_events p JOIN esbank.events e USING (position)"
                               " WHERE p.projection = $1 ORDER BY p.position",
            1, values, &error);
    query_close(query);
    int status = EXIT_SUCCESS;
    if (parked == NULL)
        status = complain_error(&error);
    else if (rows_count(state) == 0)
        status = complain_absent(
            NOT_REFUSED, "there is no subscription \"%.40s\" yet: see `bank subscription list`",
            values[0]);
    else
        print(state, parked, arguments->json);
    rows_free(parked);
    rows_free(state);
    return status;
}

const struct bank_command command_subscription_show = {
    .name = "subscription show",
    .help = "one event handler: who runs it, what fails, and the events it was parked on",
    .words = WORDS(WORD("NAME", TEXT)),
    .effect = READS,
    .run = run_show,
};

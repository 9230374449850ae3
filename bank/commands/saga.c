/* SPDX-License-Identifier: MIT */
#include "bank/commands/saga.h"

#include "bank/cli/commands.h"
#include "bank/commands/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const struct listing_order saga_orders[] = {
    { "initiated_at", SAGA_TIME, "timestamptz" },
    { "amount", "s.amount", "bigint" },
    { NULL, NULL, NULL },
};

/* A program gets the record alone: its tree is what `bank events --tree ID --json` gives. */
static int record_print(const struct table *record, struct query *query, const struct uuid *id,
                        int64_t to, bool json)
{
    table_print_record(record, json);
    if (json)
        return EXIT_SUCCESS;
    putchar('\n');
    return events_tree(query, id, to, false);
}

int saga_show(const struct saga_view *view, const struct arguments *arguments)
{
    const struct uuid id = argument_value(arguments, "ID")->id;
    struct error error;
    struct table record;
    struct as_of as_of;
    char correlation[UUID_TEXT_LENGTH];
    int status;
    struct query *query = query_of(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    table_init(&record, view->record);
    if (!as_of_read(query, arguments, NULL, uuid_write(&id, correlation), &as_of, &error) ||
        !view->record_fill(query, &id, as_of.to, &record, &error))
        status = complain_error(&error);
    else if (record.cell_count == 0)
        status = complain_absent(view->absent, "there %s no %s of that id%s; see `bank %s list`",
                                 as_of.past ? "was" : "is", view->noun, as_of.past ? " then" : "",
                                 view->command != NULL ? view->command : view->noun);
    else
        status = record_print(&record, query, &id, as_of.to, arguments->json);
    table_finish(&record);
    query_close(query);
    return status;
}

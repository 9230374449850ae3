/* SPDX-License-Identifier: MIT */
/* `bank events --tree`, and the tree below a saga's record. */
#include "bank/cli/commands.h"
#include "bank/cli/event_tree.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "bank/commands/events.h"
#include "bank/commands/outputs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DETAIL_COLUMN 42

static const struct table_column columns[] = {
    { "DEPTH", "depth", CELL_NUMBER },
    { "KIND", "kind", CELL_TEXT },
    { "NAME", "name", CELL_TEXT },
    { "ID", "id", CELL_UUID },
    { "POSITION", "position", CELL_NUMBER | CELL_MAYBE },
    { "STREAM", "stream_id", CELL_TEXT },
    { "ACTOR", "actor", CELL_TEXT },
    { "ROLE", "role", CELL_TEXT | CELL_MAYBE },
    { "FROM", "from", CELL_TEXT | CELL_MAYBE },
    { "AT", "created_at", CELL_TIME | CELL_MAYBE },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_events_tree = {
    .name = "events-tree",
    .command = "events",
    .is_array = true,
    .columns = columns,
};

static const char *name_of(char kind, const struct event_node *node)
{
    return kind == 'E'                                 ? node->type
           : node->record.origin.command == NO_COMMAND ? "(unknown)"
                                                       : command_name(node->record.origin.command);
}

static void line_print(void *context, int depth, char kind, const struct event_node *node)
{
    char time[TIME_TEXT_SIZE];
    (void)context;
    time_text(node->record.event.at_us, time);
    printf("%*s%c ", 2 * depth, "", kind);
    const int used = 2 * depth + 2 + (int)print_safely(name_of(kind, node));
    printf("%*s", used < DETAIL_COLUMN ? DETAIL_COLUMN - used : 1, "");
    if (kind == 'E')
        printf("%" PRId64 "  %s", node->record.position, time);
    else
        actor_print(&node->record.origin);
    putchar('\n');
}

static void row_add(void *context, int depth, char kind, const struct event_node *node)
{
    struct table *table = context;
    const char kind_text[] = { kind, '\0' };
    table_integer(table, depth);
    table_text(table, kind_text);
    table_text(table, name_of(kind, node));
    table_uuid(table, kind == 'E' ? &node->record.event_id : &node->record.event.causation_id);
    if (kind == 'E')
        table_integer(table, node->record.position);
    else
        table_text(table, NULL);
    table_text(table, node->stream);
    const struct event_origin *origin = &node->record.origin;
    table_text(table, origin->actor);
    table_text(table, origin->role != ROLE_NONE ? operator_role_name(origin->role) : NULL);
    table_text(table, origin->from[0] != '\0' ? origin->from : NULL);
    table_time(table, kind == 'E' ? node->record.event.at_us : 0);
}

static void tree_print(const struct event_tree *tree, bool json)
{
    struct table table;
    if (!json) {
        event_tree_walk(tree, line_print, NULL);
        return;
    }
    table_init(&table, columns);
    event_tree_walk(tree, row_add, &table);
    table_print(&table, true);
    table_finish(&table);
}

int events_tree(struct query *query, const struct uuid *correlation_id, int64_t to, bool json)
{
    static struct event_tree tree;
    char id[UUID_TEXT_LENGTH];
    struct error error;
    int status = EXIT_SUCCESS;
    if (!event_tree_read(&tree, query, correlation_id, to, &error))
        status = complain_error(&error);
    else if (tree.count == 0)
        status = complain_absent(NOT_REFUSED,
                                 "no event has the correlation id %s; see `bank withdrawal list`",
                                 uuid_write(correlation_id, id));
    else
        tree_print(&tree, json);
    event_tree_finish(&tree);
    return status;
}

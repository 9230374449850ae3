/* SPDX-License-Identifier: MIT */
/*
 * The tree of one correlation: which command (C) caused which events (E) and
 * which further commands.
 *
 *     C Teller.InitiateWithdrawal
 *       C Accounts.ConfirmAuthorization
 *       E Accounts.AuthorizationConfirmed
 *     E Teller.WithdrawalInitiated
 *     C Teller.WithdrawMoney
 *       …
 *
 * An event stands as far in as the command that produced it. A command stands
 * as far in as the one that caused it when both are for the same stream, and
 * one step further in when it asks another. All in order of position, where a
 * command comes before the first thing that it led to. A command that left no
 * event is not in the log and so not here.
 */
#include "bank/cli/commands.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "bank/commands/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TREE_EVENTS_MAX 200
#define DEPTH_MAX       8
#define DETAIL_COLUMN   42

struct tree {
    size_t count;
    struct node {
        struct event_record record;
        char stream[LOG_READER_STREAM_SIZE];
        char type[64];
    } node[TREE_EVENTS_MAX];
    struct table table;
    bool json;
};

static const struct table_column columns[] = {
    { "DEPTH", "depth", CELL_NUMBER },
    { "KIND", "kind", CELL_TEXT },
    { "NAME", "name", CELL_TEXT },
    { "ID", "id", CELL_TEXT },
    { "POSITION", "position", CELL_NUMBER },
    { "STREAM", "stream_id", CELL_TEXT },
    { "ACTOR", "actor", CELL_TEXT },
    { "ROLE", "role", CELL_TEXT },
    { "FROM", "from", CELL_TEXT },
    { "AT", "at", CELL_TIME },
    { NULL, NULL, CELL_TEXT },
};

/* The first event of a command: stands for the command as well. NULL: it left none. */
static const struct node *command_node(const struct tree *tree, const struct uuid *id)
{
    for (size_t i = 0; i < tree->count; i++)
        if (uuid_equal(&tree->node[i].record.event.causation_id, id))
            return &tree->node[i];
    return NULL;
}

/* Whether the command of this node is caused, over any number of steps, by that one. */
static bool caused_by(const struct tree *tree, const struct node *node, const struct uuid *id)
{
    for (int steps = 0; node != NULL && steps < DEPTH_MAX; steps++) {
        if (uuid_equal(&node->record.event.causation_id, id))
            return true;
        node = command_node(tree, &node->record.origin.parent_id);
    }
    return false;
}

static void line_print(struct tree *tree, int depth, char kind, const struct node *node)
{
    const struct event_origin *origin = &node->record.origin;
    const char *name = kind == 'E'                     ? node->type
                       : origin->command == NO_COMMAND ? "(unknown)"
                                                       : command_name(origin->command);
    char time[TIME_TEXT_SIZE];
    time_text(node->record.event.at_us, time);
    if (!tree->json) {
        int used = printf("%*s%c ", 2 * depth, "", kind);
        used += (int)print_safely(name);
        printf("%*s", used < DETAIL_COLUMN ? DETAIL_COLUMN - used : 1, "");
        if (kind == 'E')
            printf("%" PRId64 "  %s", node->record.position, time);
        else
            actor_print(origin);
        putchar('\n');
        return;
    }
    char kind_text[] = { kind, '\0' };
    table_integer(&tree->table, depth);
    table_text(&tree->table, kind_text);
    table_text(&tree->table, name);
    table_uuid(&tree->table,
               kind == 'E' ? &node->record.event_id : &node->record.event.causation_id);
    if (kind == 'E')
        table_integer(&tree->table, node->record.position);
    else
        table_text(&tree->table, NULL);
    table_text(&tree->table, node->stream);
    table_text(&tree->table, origin->actor);
    table_text(&tree->table, origin->role != ROLE_NONE ? operator_role_name(origin->role) : NULL);
    table_text(&tree->table, origin->from[0] != '\0' ? origin->from : NULL);
    table_time(&tree->table, kind == 'E' ? node->record.event.at_us : 0);
}

/* The command below `id` (nil: at the root) that leads to this node's command. */
static const struct node *step_below(const struct tree *tree, const struct node *node,
                                     const struct uuid *id)
{
    for (int steps = 0; steps < DEPTH_MAX; steps++) {
        const struct node *parent = command_node(tree, &node->record.origin.parent_id);
        if (parent == NULL || uuid_equal(&parent->record.event.causation_id, id))
            break;
        node = parent;
    }
    return command_node(tree, &node->record.event.causation_id);
}

/* Prints all that the command `id` led to and that is not printed yet: nodes from `first` on, in
 * their order.
 */
static void command_print(struct tree *tree, const struct node *command, int depth, bool *printed)
{
    const struct uuid *id = &command->record.event.causation_id;
    line_print(tree, depth, 'C', command);
    for (size_t i = 0; i < tree->count; i++) {
        const struct node *node = &tree->node[i];
        if (printed[i] || !caused_by(tree, node, id))
            continue;
        if (uuid_equal(&node->record.event.causation_id, id)) {
            printed[i] = true;
            line_print(tree, depth, 'E', node);
        } else if (depth < DEPTH_MAX) {
            const struct node *below = step_below(tree, node, id);
            command_print(tree, below, depth + (strcmp(below->stream, command->stream) != 0),
                          printed);
        }
    }
}

static bool tree_read(struct tree *tree, struct query *query, const struct uuid *correlation_id,
                      int64_t to, struct error *error)
{
    char correlation[UUID_TEXT_LENGTH];
    struct log_reader reader;
    struct stored_event stored;
    enum log_reader_step step;
    log_reader_init(&reader, query, LOG_READER_CORRELATIONS);
    reader.correlation = uuid_write(correlation_id, correlation);
    reader.to = to;
    while ((step = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT &&
           tree->count < TREE_EVENTS_MAX) {
        struct node *node = &tree->node[tree->count++];
        int schema;
        node->record.position = stored.position;
        node->record.event_id = stored.event_id;
        node->record.event.causation_id = stored.causation_id;
        node->record.event.at_us = stored.created_at_us;
        snprintf(node->stream, sizeof node->stream, "%s", stored.stream_id);
        snprintf(node->type, sizeof node->type, "%s", stored.type);
        if (!event_json_read_metadata(stored.metadata, stored.metadata_length, &node->record.origin,
                                      &schema, error)) {
            step = LOG_READER_FAILED;
            break;
        }
    }
    log_reader_finish(&reader);
    return step != LOG_READER_FAILED;
}

int events_tree(struct query *query, const struct uuid *correlation_id, int64_t to, bool json)
{
    static struct tree tree;
    bool printed[TREE_EVENTS_MAX] = { false };
    char id[UUID_TEXT_LENGTH];
    struct error error;
    if (!tree_read(&tree, query, correlation_id, to, &error))
        return complain_error(&error);
    if (tree.count == 0)
        return complain("no event has the correlation id %s; see `bank withdrawal list`",
                        uuid_write(correlation_id, id));
    tree.json = json;
    table_init(&tree.table, columns);
    for (size_t i = 0; i < tree.count; i++)
        if (!printed[i])
            command_print(&tree, step_below(&tree, &tree.node[i], &(struct uuid){ 0 }), 0, printed);
    if (json)
        table_print(&tree.table, true);
    table_finish(&tree.table);
    return EXIT_SUCCESS;
}

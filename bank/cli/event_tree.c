/* SPDX-License-Identifier: MIT */
#include "bank/cli/event_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8

/* One walk of a tree. */
struct walk {
    const struct event_tree *tree;
    bool walked[EVENT_TREE_MAX];
    event_tree_line *line;
    void *context;
};

/* The first event of a command: stands for the command as well. NULL: it left none. */
static const struct event_node *command_node(const struct event_tree *tree, const struct uuid *id)
{
    for (size_t i = 0; i < tree->count; i++)
        if (uuid_equal(&tree->node[i].record.event.causation_id, id))
            return &tree->node[i];
    return NULL;
}

/* Whether the command of this node is caused, over any number of steps, by that one. */
static bool caused_by(const struct event_tree *tree, const struct event_node *node,
                      const struct uuid *id)
{
    for (int steps = 0; node != NULL && steps < DEPTH_MAX; steps++) {
        if (uuid_equal(&node->record.event.causation_id, id))
            return true;
        node = command_node(tree, &node->record.origin.parent_id);
    }
    return false;
}

/* The command below `id` (nil: at the root) that leads to this node's command. */
static const struct event_node *step_below(const struct event_tree *tree,
                                           const struct event_node *node, const struct uuid *id)
{
    for (int steps = 0; steps < DEPTH_MAX; steps++) {
        const struct event_node *parent = command_node(tree, &node->record.origin.parent_id);
        if (parent == NULL || uuid_equal(&parent->record.event.causation_id, id))
            break;
        node = parent;
    }
    return command_node(tree, &node->record.event.causation_id);
}

/* All that the command led to and that was not walked yet: nodes in their order. */
static void command_walk(struct walk *walk, const struct event_node *command, int depth)
{
    const struct uuid *id = &command->record.event.causation_id;
    walk->line(walk->context, depth, 'C', command);
    for (size_t i = 0; i < walk->tree->count; i++) {
        const struct event_node *node = &walk->tree->node[i];
        if (walk->walked[i] || !caused_by(walk->tree, node, id))
            continue;
        if (uuid_equal(&node->record.event.causation_id, id)) {
            walk->walked[i] = true;
            walk->line(walk->context, depth, 'E', node);
        } else if (depth < DEPTH_MAX) {
            const struct event_node *below = step_below(walk->tree, node, id);
            command_walk(walk, below, depth + (strcmp(below->stream, command->stream) != 0));
        }
    }
}

void event_tree_walk(const struct event_tree *tree, event_tree_line *line, void *context)
{
    struct walk walk = { .tree = tree, .line = line, .context = context };
    for (size_t i = 0; i < tree->count; i++)
        if (!walk.walked[i])
            command_walk(&walk, step_below(tree, &tree->node[i], &(struct uuid){ 0 }), 0);
}

static char *copy(const char *text, size_t length)
{
    char *copied = strndup(text, length);
    if (copied == NULL)
        panic("out of memory");
    return copied;
}

static bool node_read(struct event_node *node, const struct stored_event *stored,
                      struct error *error)
{
    int schema;
    node->record.position = stored->position;
    node->record.event_id = stored->event_id;
    node->record.event.causation_id = stored->causation_id;
    node->record.event.at_us = stored->created_at_us;
    snprintf(node->stream, sizeof node->stream, "%s", stored->stream_id);
    snprintf(node->type, sizeof node->type, "%s", stored->type);
    node->data = copy(stored->data, stored->data_length);
    node->metadata = copy(stored->metadata, stored->metadata_length);
    return event_json_read_metadata(stored->metadata, stored->metadata_length, &node->record.origin,
                                    &schema, error);
}

bool event_tree_read(struct event_tree *tree, struct query *query,
                     const struct uuid *correlation_id, int64_t to, struct error *error)
{
    char correlation[UUID_TEXT_LENGTH];
    struct log_reader reader;
    struct stored_event stored;
    enum log_reader_step step;
    log_reader_init(&reader, query, LOG_READER_CORRELATIONS);
    reader.correlation = uuid_write(correlation_id, correlation);
    reader.to = to;
    while ((step = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT &&
           tree->count < EVENT_TREE_MAX)
        if (!node_read(&tree->node[tree->count++], &stored, error)) {
            step = LOG_READER_FAILED;
            break;
        }
    log_reader_finish(&reader);
    return step != LOG_READER_FAILED;
}

void event_tree_finish(struct event_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->node[i].data);
        free(tree->node[i].metadata);
    }
    tree->count = 0;
}

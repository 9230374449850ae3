/* SPDX-License-Identifier: MIT */
/* A saga as the tree of its commands and events, each with what it says; and one event, whole. */
#include "bank/cli/event_tree.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "bank/console/parts.h"
#include "bank/console/say.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void line_add(void *context, int depth, char kind, const struct event_node *node)
{
    struct page *page = context;
    char time[TIME_TEXT_SIZE], position[24];
    if (kind == 'C') {
        const enum command_kind command = node->record.origin.command;
        page_line(page, TONE_DIM, "%*sC %s  by %s", 2 * depth, "",
                  command == NO_COMMAND ? "(unknown)" : command_name(command),
                  node->record.origin.actor);
        return;
    }
    time_text(node->record.event.at_us, time);
    snprintf(position, sizeof position, "%" PRId64, node->record.position);
    struct page_row *row = page_line(page, TONE_STRONG, "%*sE %-32s %12.12s  event %s", 2 * depth,
                                     "", node->type, time + 11, position);
    row->subject = page_copy(position);
    row->opens = page_copy("event");
    say_members(page, 2 * depth + 4, node->data);
    say_given(page, 2 * depth + 4, node->metadata);
}

bool saga_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                struct error *error)
{
    struct uuid id;
    if (!uuid_read(ask->subject, strlen(ask->subject), &id))
        return error_set(error, ERROR_USAGE, "\"%.60s\" is no saga's id", ask->subject);
    struct event_tree *tree = calloc(1, sizeof *tree);
    if (tree == NULL)
        panic("out of memory");
    const bool read = event_tree_read(tree, reader->query, &id, INT64_MAX, error);
    if (read) {
        page_line(page, TONE_PLAIN, "correlation %s", ask->subject)->id = page_copy(ask->subject);
        event_tree_walk(tree, line_add, page);
    }
    if (read && tree->count == 0)
        page_line(page, TONE_WARNING, "no event has this correlation");
    if (tree->count == EVENT_TREE_MAX)
        page_line(page, TONE_WARNING, "only the first %d events are shown", EVENT_TREE_MAX);
    event_tree_finish(tree);
    free(tree);
    return read;
}

/* ---- one event ---- */

static void fact(struct page *page, const char *name, const char *value, const char *correlation)
{
    struct page_row *row =
        page_line(page, TONE_PLAIN, "%-12s %s", name, value != NULL ? value : "-");
    row->id = page_copy(value);
    row->subject = page_copy(correlation);
    row->opens = page_copy("saga");
}

bool event_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                 struct error *error)
{
    static const char *const names[] = { "position",    "stream",    "version",  "type", "at",
                                         "correlation", "causation", "event id", "hash" };
    enum { CORRELATION = 5, DATA = 9, METADATA };
    struct rows *rows =
        query_run(reader->query,
                  "SELECT position, stream_id, stream_version, event_type,"
                  " to_char(created_at, " CELL_TIME_SQL "), correlation_id,"
                  " causation_id, event_id, encode(hash, 'hex'), data, metadata FROM esbank.events"
                  " WHERE position = $1::text::bigint",
                  1, (const char *[]){ ask->subject }, error);
    if (rows == NULL)
        return false;
    if (rows_count(rows) == 0)
        page_line(page, TONE_WARNING, "no event has the position %s", ask->subject);
    else {
        const char *correlation = rows_text(rows, 0, CORRELATION);
        for (unsigned i = 0; i < DATA; i++)
            fact(page, names[i], rows_text(rows, 0, i), correlation);
        page_line(page, TONE_HEAD, "data");
        say_members(page, 2, rows_text(rows, 0, DATA));
        page_line(page, TONE_HEAD, "metadata");
        say_members(page, 2, rows_text(rows, 0, METADATA));
    }
    rows_free(rows);
    return true;
}

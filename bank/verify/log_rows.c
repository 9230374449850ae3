/* SPDX-License-Identifier: MIT */
#include "bank/verify/log_rows.h"

#include <string.h>

#define RUN "2000"

/* Calls `row` with each row of a statement. The tables are read as they lie: sorting or an index's
 * order would take longer than all else. */
static bool each_row(struct query *query, const char *cursor,
                     void (*row)(void *, const struct rows *, size_t), void *context,
                     struct error *error)
{
    size_t count = 0;
    if (!query_do(query, "SET LOCAL enable_seqscan = on", 0, NULL, error) ||
        !query_do(query, cursor, 0, NULL, error))
        return false;
    do {
        struct rows *rows = query_run(query, "FETCH " RUN " FROM log_rows", 0, NULL, error);
        if (rows == NULL)
            return false;
        count = rows_count(rows);
        for (size_t i = 0; i < count; i++)
            row(context, rows, i);
        rows_free(rows);
    } while (count > 0);
    return query_do(query, "CLOSE log_rows", 0, NULL, error);
}

static const char *text_of(const struct rows *rows, size_t row, unsigned column)
{
    const char *text = rows_text(rows, row, column);
    return text != NULL ? text : "";
}

/* ---- commands ---- */

struct command_walk {
    log_command_step *step;
    void *context;
};

static void command_row(void *context, const struct rows *rows, size_t row)
{
    const struct command_walk *walk = context;
    struct command_record command = { .reply = text_of(rows, row, 2) };
    rows_uuid(rows, row, 0, &command.id);
    rows_bytes(rows, row, 1, command.content, sizeof command.content);
    command.reply_length = strlen(command.reply);
    walk->step(walk->context, &command, rows_integer(rows, row, 3),
               text_of(rows, row, 4)[0] == 't');
}

bool log_rows_commands(struct query *query, log_command_step *step, void *context,
                       struct error *error)
{
    return each_row(
        query,
        "DECLARE log_rows NO SCROLL CURSOR FOR SELECT c.command_id, c.content, c.reply, c.position,"
        " k.command_id IS NULL FROM esbank.commands c LEFT JOIN esbank.data_keys k"
        " USING (command_id)",
        command_row, &(struct command_walk){ step, context }, error);
}

/* ---- an older bank's events ---- */

struct kept_walk {
    log_kept_step *step;
    void *context;
};

static void kept_row(void *context, const struct rows *rows, size_t row)
{
    const struct kept_walk *walk = context;
    struct kept_event kept = { .position = rows_integer(rows, row, 1),
                               .stream_id = text_of(rows, row, 2),
                               .type = text_of(rows, row, 3),
                               .data = rows_text(rows, row, 6),
                               .created_at_us = rows_integer(rows, row, 7),
                               .reason = text_of(rows, row, 8) };
    rows_uuid(rows, row, 0, &kept.event_id);
    rows_uuid(rows, row, 4, &kept.causation_id);
    rows_uuid(rows, row, 5, &kept.correlation_id);
    walk->step(walk->context, &kept, rows_integer(rows, row, 9));
}

bool log_rows_kept(struct query *query, log_kept_step *step, void *context, struct error *error)
{
    return each_row(
        query,
        "DECLARE log_rows NO SCROLL CURSOR FOR SELECT event_id, position, stream_id, event_type,"
        " causation_id, correlation_id, data,"
        " (extract(epoch FROM created_at) * 1000000)::bigint, reason, log_position"
        " FROM esbank.imported_events",
        kept_row, &(struct kept_walk){ step, context }, error);
}

/* ---- data keys ---- */

struct data_key_walk {
    log_data_key_step *step;
    void *context;
};

static void data_key_row(void *context, const struct rows *rows, size_t row)
{
    const struct data_key_walk *walk = context;
    struct log_data_key data_key = { .wrapped = rows_text(rows, row, 1) != NULL,
                                     .sealed = rows_text(rows, row, 2) != NULL,
                                     .position = rows_integer(rows, row, 3) };
    rows_uuid(rows, row, 0, &data_key.key.account_id);
    rows_bytes(rows, row, 1, data_key.key.wrapped, sizeof data_key.key.wrapped);
    rows_bytes(rows, row, 2, data_key.seal, sizeof data_key.seal);
    rows_uuid(rows, row, 4, &data_key.key.command_id);
    rows_bytes(rows, row, 5, data_key.content, sizeof data_key.content);
    walk->step(walk->context, &data_key);
}

bool log_rows_data_keys(struct query *query, log_data_key_step *step, void *context,
                        struct error *error)
{
    return each_row(
        query,
        "DECLARE log_rows NO SCROLL CURSOR FOR SELECT k.account_id, k.wrapped, k.seal, e.position,"
        " k.command_id, c.content FROM esbank.data_keys k LEFT JOIN esbank.events e"
        " ON e.stream_id = 'account-' || k.account_id AND e.causation_id = k.command_id"
        " AND e.data->>'owner' LIKE 'sealed:v1:%'"
        " LEFT JOIN esbank.commands c ON c.command_id = k.command_id",
        data_key_row, &(struct data_key_walk){ step, context }, error);
}

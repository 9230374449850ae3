/* SPDX-License-Identifier: MIT */
/*
 * A time means the events of that stream or saga: a log is in order of time but
 * for a clock put back and for what was imported late.
 */
#include "bank/commands/as_of.h"

#include "bank/codec/event_row.h"
#include "shared/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool find_position(struct query *query, const char *text, struct as_of *as_of,
                          struct error *error)
{
    struct rows *rows =
        query_run(query,
                  "SELECT h.position, e.position, (extract(epoch FROM e.created_at) * "
                  "1000000)::bigint FROM (" LOG_END ") h LEFT JOIN esbank.events e"
                  " ON e.position = $1::bigint",
                  1, (const char *[]){ text }, error);
    if (rows == NULL)
        return false;
    bool there = rows_count(rows) > 0 && rows_text(rows, 0, 1) != NULL;
    as_of->to = there ? rows_integer(rows, 0, 1) : 0;
    as_of->at_us = there ? rows_integer(rows, 0, 2) : 0;
    int64_t last = rows_count(rows) > 0 ? rows_integer(rows, 0, 0) : 0;
    rows_free(rows);
    return there || error_set(error, ERROR_USAGE,
                              "there is no position %s: the log has 1 to %" PRId64, text, last);
}

static bool find_time(struct query *query, const struct value *moment, const char *stream,
                      const char *correlation, struct as_of *as_of, struct error *error)
{
    char number[24];
    if (moment->from_us > as_of->at_us)
        return error_set(error, ERROR_USAGE, "%.40s is still to come: give a time that has been",
                         moment->text);
    if (moment->at_us < as_of->at_us)
        as_of->at_us = moment->at_us;
    snprintf(number, sizeof number, "%" PRId64, as_of->at_us);
    struct rows *rows = query_run(
        query,
        "SELECT coalesce(max(position), 0) FROM esbank.events"
        " WHERE created_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'"
        " AND ($2::text IS NULL OR stream_id = $2) AND ($3::uuid IS NULL OR correlation_id = $3)",
        3, (const char *[]){ number, stream, correlation }, error);
    if (rows == NULL)
        return false;
    as_of->to = rows_integer(rows, 0, 0);
    rows_free(rows);
    return true;
}

bool as_of_read(struct query *query, const struct arguments *arguments, const char *stream,
                const char *correlation, struct as_of *as_of, struct error *error)
{
    const struct value *moment = argument_value(arguments, "at");
    *as_of = (struct as_of){ .past = moment != NULL, .to = INT64_MAX, .at_us = clock_wall_us() };
    if (moment == NULL)
        return true;
    return moment->number >= 0 ? find_position(query, moment->text, as_of, error)
                               : find_time(query, moment, stream, correlation, as_of, error);
}

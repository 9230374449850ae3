/* SPDX-License-Identifier: MIT */
#include "bank/commands/events_range.h"

#include "bank/cli/values.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_DEFAULT 50

/* ---- what is asked for ---- */

/* --account and --teller are a stream each. */
static bool stream_read(struct events_request *request, const struct arguments *arguments)
{
    const struct value *account = argument_value(arguments, "account"),
                       *teller = argument_value(arguments, "teller");
    request->reader.stream = argument_text(arguments, "stream");
    if (request->reader.stream != NULL && teller != NULL)
        return complain_usage("an event has one stream: say --stream or --teller"), false;
    if (account != NULL)
        request->reader.stream =
            log_reader_stream_name(STREAM_ACCOUNT, &account->id, request->stream);
    if (teller != NULL)
        request->reader.stream =
            log_reader_stream_name(STREAM_TELLER, &teller->id, request->stream);
    return true;
}

static void place_read(struct events_request *request, const struct arguments *arguments, bool back)
{
    struct log_reader *reader = &request->reader;
    const struct value *from = argument_value(arguments, "from"),
                       *after = argument_value(arguments, "after");
    request->since = argument_value(arguments, "since");
    request->before = argument_value(arguments, "before");
    request->from_somewhere = from != NULL || after != NULL || request->since != NULL;
    if (from != NULL)
        reader->from = from->number;
    if (after != NULL && back)
        reader->to = after->number - 1;
    else if (after != NULL)
        reader->from = after->number + 1;
}

static void form_read(struct events_request *request, const struct arguments *arguments)
{
    const bool lines =
        argument_flag(arguments, "json-lines") || (arguments->json && request->follow);
    request->form = lines ? EVENTS_AS_LINES : arguments->json ? EVENTS_AS_ARRAY : EVENTS_FOR_PEOPLE;
}

bool events_request_read(struct events_request *request, const struct arguments *arguments)
{
    const bool back = argument_flag(arguments, "reverse");
    const struct value *limit = argument_value(arguments, "limit");
    *request = (struct events_request){ .follow = argument_flag(arguments, "follow") };
    log_reader_init(&request->reader, NULL, back ? LOG_READER_LOG_BACK : LOG_READER_LOG);
    if (back && argument_flag(arguments, "tree"))
        return complain_usage("--reverse does not go with --tree"), false;
    if (!stream_read(request, arguments))
        return false;
    form_read(request, arguments);
    place_read(request, arguments, back);
    request->reader.correlation = argument_text(arguments, "correlation");
    request->reader.type = argument_text(arguments, "type");
    if (request->follow && request->before != NULL)
        return complain_usage("what is to come is not before a time: leave out --before"), false;
    request->limit = limit != NULL ? limit->number : request->from_somewhere ? 0 : LIMIT_DEFAULT;
    if (request->limit == 0)
        request->limit = INT64_MAX;
    return true;
}

/* ---- where that is ---- */

/* A filter that nothing can fit is a slip of the fingers. */
static bool stream_known(const struct log_reader *reader, struct error *error)
{
    if (reader->stream == NULL)
        return true;
    struct rows *rows = query_run(
        reader->query, "SELECT FROM esbank.events WHERE stream_id = $1::text COLLATE \"C\" LIMIT 1",
        1, (const char *[]){ reader->stream }, error);
    bool known = rows != NULL && rows_count(rows) == 1;
    if (rows != NULL && !known)
        error_set(error, ERROR_USAGE,
                  "there is no stream \"%.80s\"; they read like account-UUID and teller-UUID",
                  reader->stream);
    rows_free(rows);
    return known;
}

/* The first position whose event is of that time or later. Positions have no gaps, and times rise
 * with them but where a clock was put back: halving finds it. */
static bool position_from(struct query *query, const struct value *time, int64_t *position,
                          struct error *error)
{
    char text[TIME_TEXT_SIZE];
    struct rows *rows = query_run(
        query,
        "WITH RECURSIVE half (low, high) AS ("
        " SELECT 1::bigint, coalesce(max(position), 0) + 1 FROM esbank.events"
        " UNION ALL SELECT CASE WHEN e.created_at < $1::timestamptz THEN e.position + 1 ELSE low"
        " END, CASE WHEN e.created_at < $1::timestamptz THEN high ELSE e.position END"
        " FROM half JOIN esbank.events e ON e.position = (low + high) / 2 WHERE low < high)"
        " SELECT low FROM half WHERE low >= high",
        1, (const char *[]){ time_json(time->from_us, text) }, error);
    if (rows == NULL)
        return false;
    *position = rows_count(rows) > 0 ? rows_integer(rows, 0, 0) : 1;
    rows_free(rows);
    return true;
}

static bool times_find(struct events_request *request, struct error *error)
{
    int64_t position;
    struct log_reader *reader = &request->reader;
    if (request->since != NULL) {
        if (!position_from(reader->query, request->since, &position, error))
            return false;
        reader->from = position > reader->from ? position : reader->from;
    }
    if (request->before != NULL) {
        if (!position_from(reader->query, request->before, &position, error))
            return false;
        reader->to = position - 1 < reader->to ? position - 1 : reader->to;
    }
    return true;
}

/* The position that the last `limit` events which fit begin at. */
static bool tail_find(struct events_request *request, struct error *error)
{
    char count[24], to[24];
    struct log_reader *reader = &request->reader;
    snprintf(count, sizeof count, "%" PRId64, request->limit);
    snprintf(to, sizeof to, "%" PRId64, reader->to);
    const char *values[] = { reader->stream, reader->correlation, reader->type, to, count };
    struct rows *rows = query_run(reader->query,
                                  "SELECT min(position) FROM (SELECT position FROM esbank.events"
                                  " WHERE ($1::text IS NULL OR stream_id = $1::text)"
                                  " AND ($2::uuid IS NULL OR correlation_id = $2::uuid)"
                                  " AND ($3::text IS NULL OR event_type = $3::text)"
                                  " AND position <= $4::bigint"
                                  " ORDER BY position DESC LIMIT $5::bigint) AS tail",
                                  5, values, error);
    if (rows == NULL)
        return false;
    reader->from = rows_integer(rows, 0, 0);
    rows_free(rows);
    return true;
}

bool events_range_find(struct events_request *request, struct error *error)
{
    const bool tail = request->reader.order == LOG_READER_LOG && !request->from_somewhere &&
                      request->limit != INT64_MAX;
    return (request->follow || stream_known(&request->reader, error)) &&
           times_find(request, error) && (!tail || tail_find(request, error));
}

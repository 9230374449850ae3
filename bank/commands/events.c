/* SPDX-License-Identifier: MIT */
/* `bank events`: the log, as it is, as it grows, and (events_tree.c) as the tree of one saga. */
#include "bank/commands/events.h"

#include "bank/cli/commands.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "shared/hex.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_DEFAULT   50
#define TYPE_COLUMNS    31
#define FOLLOW_PAUSE_MS 200
#define AWAY_PAUSE_MS   500

void actor_print(const struct event_origin *origin)
{
    print_safely(origin->actor);
    if (origin->role == ROLE_NONE)
        return;
    printf(" (%s, ", operator_role_name(origin->role));
    print_safely(origin->from);
    putchar(')');
}

/* An operator; of what a machine or the bank did the stream and the type say enough. */
static void operator_print(const struct stored_event *stored)
{
    struct event_origin origin;
    struct error ignored;
    int schema;
    if (!event_json_read_metadata(stored->metadata, stored->metadata_length, &origin, &schema,
                                  &ignored) ||
        origin.role == ROLE_NONE)
        return;
    fputs("  by ", stdout);
    actor_print(&origin);
}

void event_print(const struct stored_event *stored)
{
    char time[TIME_TEXT_SIZE];
    printf("%8" PRId64 "  %s  ", stored->position, time_text(stored->created_at_us, time));
    const size_t used = print_safely(stored->type);
    printf("%*s  ", used < TYPE_COLUMNS ? TYPE_COLUMNS - (int)used : 0, "");
    print_safely(stored->stream_id);
    printf(" %" PRId64 "  ", stored->stream_version);
    print_safely(stored->data);
    operator_print(stored);
    putchar('\n');
}

void event_print_json(const struct stored_event *stored)
{
    char time[TIME_TEXT_SIZE], hash[2 * HASH_LENGTH + 1];
    size_t size = stored->data_length + stored->metadata_length + 1200;
    char *line = malloc(size);
    if (line == NULL)
        panic("out of memory");
    struct json_writer writer;
    json_writer_init(&writer, line, size);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "position", stored->position);
    json_write_string(&writer, "stream_id", stored->stream_id);
    json_write_integer(&writer, "stream_version", stored->stream_version);
    json_write_uuid(&writer, "event_id", &stored->event_id);
    json_write_string(&writer, "event_type", stored->type);
    json_write_uuid(&writer, "causation_id", &stored->causation_id);
    json_write_uuid(&writer, "correlation_id", &stored->correlation_id);
    json_write_raw(&writer, "data", stored->data, stored->data_length);
    json_write_raw(&writer, "metadata", stored->metadata, stored->metadata_length);
    json_write_string(&writer, "created_at", time_json(stored->created_at_us, time));
    hex_encode(stored->hash, HASH_LENGTH, hash);
    json_write_string(&writer, "hash", hash);
    json_close_object(&writer);
    json_finish(&writer);
    fputs(line, stdout);
    free(line);
}

/* The position that the last `limit` events which fit begin at. */
static bool tail_from(struct log_reader *reader, int64_t limit, struct error *error)
{
    char count[24];
    snprintf(count, sizeof count, "%" PRId64, limit);
    const char *values[] = { reader->stream, reader->correlation, reader->type, count };
    struct rows *rows = query_run(reader->query,
                                  "SELECT min(position) FROM (SELECT position FROM esbank.events"
                                  " WHERE ($1::text IS NULL OR stream_id = $1::text)"
                                  " AND ($2::uuid IS NULL OR correlation_id = $2::uuid)"
                                  " AND ($3::text IS NULL OR event_type = $3::text)"
                                  " ORDER BY position DESC LIMIT $4::bigint) AS tail",
                                  4, values, error);
    if (rows == NULL)
        return false;
    reader->from = rows_integer(rows, 0, 0);
    rows_free(rows);
    return true;
}

/* Prints up to `limit` events; a program gets one array, or, following, one object a line. */
static enum log_reader_step print_all(struct log_reader *reader, int64_t limit, bool json,
                                      bool follow, struct error *error)
{
    struct stored_event stored;
    enum log_reader_step step = LOG_READER_END;
    int64_t printed = 0;
    while (printed < limit &&
           (step = log_reader_next(reader, &stored, error)) == LOG_READER_EVENT) {
        if (json) {
            if (!follow)
                fputs(printed == 0 ? "[" : ",\n", stdout);
            event_print_json(&stored);
            if (follow)
                putchar('\n');
        } else {
            event_print(&stored);
        }
        printed++;
    }
    if (json && !follow)
        puts(printed == 0 ? "[]" : "]");
    return step;
}

/* Whether somebody may still read what is printed; waits until then or so long. */
static bool reader_stays(int wait_ms)
{
    struct pollfd output = { .fd = STDOUT_FILENO };
    return poll(&output, 1, wait_ms) <= 0 || (output.revents & (POLLERR | POLLNVAL)) == 0;
}

static bool passes(const struct error *error)
{
    return error->kind == ERROR_CONNECTION || error->kind == ERROR_PASSING;
}

/* A database that is away, as while Postgres or the bank starts again, is waited for: the next
 * event comes where the last one ended. */
static enum log_reader_step find_again(struct log_reader *reader, const struct arguments *arguments,
                                       struct error *error)
{
    fprintf(stderr, "bank: %s; going on when it is back\n", error->message);
    query_close(reader->query);
    for (;;) {
        reader->query = query_of(arguments, error);
        if (reader->query != NULL)
            return LOG_READER_END;
        if (!passes(error))
            return LOG_READER_FAILED;
        if (!reader_stays(AWAY_PAUSE_MS))
            return LOG_READER_END;
    }
}

/* Until it is interrupted or its reader has gone (`| head`). */
static enum log_reader_step follow_on(struct log_reader *reader, const struct arguments *arguments,
                                      enum log_reader_step step, struct error *error)
{
    for (;;) {
        log_reader_finish(reader);
        if (step == LOG_READER_FAILED &&
            (!passes(error) || find_again(reader, arguments, error) == LOG_READER_FAILED))
            return LOG_READER_FAILED;
        if (fflush(stdout) != 0 || !reader_stays(FOLLOW_PAUSE_MS))
            return LOG_READER_END;
        step = print_all(reader, INT64_MAX, arguments->json, true, error);
    }
}

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

static int run_list(struct log_reader *reader, int64_t limit, const struct arguments *arguments)
{
    struct error error;
    bool follow = argument_flag(arguments, "follow");
    if ((!follow && !stream_known(reader, &error)) ||
        (reader->order == LOG_READER_LOG && !argument_flag(arguments, "from") &&
         limit != INT64_MAX && !tail_from(reader, limit, &error)))
        return complain_error(&error);
    enum log_reader_step step = print_all(reader, limit, arguments->json, follow, &error);
    if (follow)
        step = follow_on(reader, arguments, step, &error);
    log_reader_finish(reader);
    return step == LOG_READER_FAILED ? complain_error(&error) : EXIT_SUCCESS;
}

static int64_t filters_read(struct log_reader *reader, const struct arguments *arguments)
{
    const struct value *from = argument_value(arguments, "from"),
                       *limit = argument_value(arguments, "limit");
    reader->stream = argument_text(arguments, "stream");
    reader->correlation = argument_text(arguments, "correlation");
    reader->type = argument_text(arguments, "type");
    if (from != NULL)
        reader->from = from->number;
    const int64_t most = limit != NULL ? limit->number : from != NULL ? 0 : LIMIT_DEFAULT;
    return most == 0 ? INT64_MAX : most;
}

static int run(struct arguments *arguments)
{
    struct log_reader reader;
    struct error error;
    const struct value *tree = argument_value(arguments, "tree");
    const bool back = argument_flag(arguments, "reverse");
    log_reader_init(&reader, NULL, back ? LOG_READER_LOG_BACK : LOG_READER_LOG);
    if (back && tree != NULL)
        return complain_usage("--reverse does not go with --tree");
    const int64_t limit = filters_read(&reader, arguments);
    struct query *query = query_of(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    reader.query = query;
    int status = tree != NULL ? events_tree(query, &tree->id, INT64_MAX, arguments->json)
                              : run_list(&reader, limit, arguments);
    query_close(reader.query); /* following, it may be another by now */
    return status;
}

const struct bank_command command_events = {
    .name = "events",
    .help = "show the event log, or follow it, or one withdrawal's commands and events as a tree",
    .detail =
        "Without --from, the last 50 events (or --limit N of them) that fit. In the tree, C is a "
        "command and E\n"
        "an event; a step on another stream than the one that asked for it stands further in.",
    .options = WORDS(
        OPTION("stream", "only of this stream, account-UUID or teller-UUID", STREAM),
        OPTION("correlation", "only of this withdrawal (or other command from outside)",
               CORRELATION_ID),
        OPTION("type", "only of this type, such as Accounts.MoneyWithdrawn", EVENT_TYPE),
        OPTION("from", "from this position on", POSITION),
        OPTION("limit", "so many at most; 0: all", COUNT),
        OPTION("reverse", "the latest first", FLAG),
        OPTION("follow", "and then those to come, until interrupted; with --json one object a line",
               FLAG, .instead_of = "reverse"),
        OPTION("tree", "the tree of this withdrawal", CORRELATION_ID)),
    .effect = READS,
    .run = run,
};

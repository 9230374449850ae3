/* SPDX-License-Identifier: MIT */
/* `bank events`: the log, as it is, as it grows, and (events_tree.c) as the tree of one saga. */
#include "bank/commands/events.h"

#include "bank/cli/commands.h"
#include "bank/cli/listing.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "bank/commands/events_range.h"
#include "shared/hex.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Prints up to `limit` events. */
static enum log_reader_step print_all(struct log_reader *reader, int64_t limit,
                                      enum events_form form, bool follow, struct error *error)
{
    struct stored_event stored;
    enum log_reader_step step = LOG_READER_END;
    int64_t printed = 0;
    while (printed < limit &&
           (step = log_reader_next(reader, &stored, error)) == LOG_READER_EVENT) {
        if (form == EVENTS_AS_ARRAY)
            fputs(printed == 0 ? "[" : ",\n", stdout);
        if (form == EVENTS_FOR_PEOPLE)
            event_print(&stored);
        else
            event_print_json(&stored);
        if (form == EVENTS_AS_LINES)
            putchar('\n');
        printed++;
        if (!follow && ferror(stdout) != 0) /* the pager has ended */
            break;
    }
    if (form == EVENTS_AS_ARRAY)
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
    return error->kind == ERROR_CONNECTION || error->kind == ERROR_ABSENT ||
           error->kind == ERROR_PASSING;
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
static enum log_reader_step follow_on(struct events_request *request,
                                      const struct arguments *arguments, enum log_reader_step step,
                                      struct error *error)
{
    struct log_reader *reader = &request->reader;
    for (;;) {
        log_reader_finish(reader);
        if (step == LOG_READER_FAILED &&
            (!passes(error) || find_again(reader, arguments, error) == LOG_READER_FAILED))
            return LOG_READER_FAILED;
        if (fflush(stdout) != 0 || !reader_stays(FOLLOW_PAUSE_MS))
            return LOG_READER_END;
        step = print_all(reader, INT64_MAX, request->form, true, error);
    }
}

static int run_list(struct events_request *request, const struct arguments *arguments)
{
    struct error error;
    struct log_reader *reader = &request->reader;
    if (!events_range_find(request, &error))
        return complain_error(&error);
    if (!request->follow && request->form == EVENTS_FOR_PEOPLE)
        pager_begin(arguments);
    enum log_reader_step step =
        print_all(reader, request->limit, request->form, request->follow, &error);
    if (request->follow)
        step = follow_on(request, arguments, step, &error);
    log_reader_finish(reader);
    pager_end();
    return step == LOG_READER_FAILED ? complain_error(&error) : EXIT_SUCCESS;
}

static int run(struct arguments *arguments)
{
    struct events_request request;
    struct error error;
    if (!events_request_read(&request, arguments))
        return EXIT_USAGE;
    const struct value *tree = argument_value(arguments, "tree");
    struct query *query = query_of(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    request.reader.query = query;
    int status = tree != NULL ? events_tree(query, &tree->id, INT64_MAX, arguments->json)
                              : run_list(&request, arguments);
    query_close(request.reader.query); /* following, it may be another by now */
    return status;
}

const struct bank_command command_events = {
    .name = "events",
    .help = "show the event log, or follow it, or one withdrawal's commands and events as a tree",
    .detail =
        "Without --from, --after and --since, the last 50 events (or --limit N of them) that fit. "
        "In the tree, C is a "
        "command and E\n"
        "an event; a step on another stream than the one that asked for it stands further in.",
    .options = WORDS(
        OPTION("stream", "only of this stream, account-UUID or teller-UUID", STREAM),
        OPTION("account", "only of this account's stream", ACCOUNT_ID, .instead_of = "stream"),
        OPTION("teller", "only of this machine's stream", TELLER_ID, .instead_of = "account"),
        OPTION("correlation", "only of this withdrawal (or other command from outside)",
               CORRELATION_ID),
        OPTION("type", "only of this type, such as Accounts.MoneyWithdrawn", EVENT_TYPE),
        OPTION("from", "from this position on", POSITION),
        OPTION("after", "only what comes after that event", POSITION, .instead_of = "from"),
        TIME_OPTIONS, OPTION("limit", "so many at most; 0: all", COUNT),
        OPTION("reverse", "the latest first", FLAG),
        OPTION("follow", "and then those to come, until interrupted; with --json one object a line",
               FLAG, .instead_of = "reverse"),
        OPTION("json-lines", "for programs: one JSON object a line", FLAG), PAGER_OPTION,
        OPTION("tree", "the tree of this withdrawal", CORRELATION_ID)),
    .effect = READS,
    .run = run,
};

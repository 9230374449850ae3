/* SPDX-License-Identifier: MIT */
/* `bank dispatch`: any command by hand. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/reading.h"
#include "bank/cli/suggest.h"
#include "bank/codec/event_row.h"
#include "bank/core/command.h"
#include "bank/server/question.h"
#include "bank/store/rebuild.h"
#include "shared/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 5000, PAUSE_MS = 5 };

/* The request from stdin, newlines as blanks. */
static size_t read_stdin(char *buffer, size_t size)
{
    size_t length = fread(buffer, 1, size, stdin);
    for (size_t i = 0; i < length; i++)
        if (buffer[i] == '\n' || buffer[i] == '\r')
            buffer[i] = ' ';
    return length;
}

/* Whether an operator may send it; else says what there is. */
static bool name_check(const char *name)
{
    const enum question question = question_find(name);
    if (question < QUESTION_COUNT && (question_traits[question].senders & BY_OPERATOR) != 0)
        return true;
    const enum command_kind kind = command_kind_find(name);
    if (kind != NO_COMMAND && (command_traits(kind)->senders & BY_OPERATOR) != 0)
        return true;
    if (kind != NO_COMMAND || question < QUESTION_COUNT) {
        complain_usage("%.60s is a machine's command, on a line that it signs: see `bank terminal "
                       "--help`",
                       name);
        return false;
    }
    const char *candidate[COMMAND_KIND_COUNT * 2 + QUESTION_COUNT];
    int count = 0;
    for (enum command_kind i = 0; i < COMMAND_KIND_COUNT; i++)
        if ((command_traits(i)->senders & BY_OPERATOR) != 0) {
            candidate[count++] = command_name(i);
            candidate[count++] = command_traits(i)->wire;
        }
    for (enum question i = 0; i < QUESTION_COUNT; i++)
        if ((question_traits[i].senders & BY_OPERATOR) != 0)
            candidate[count++] = question_traits[i].name;
    const char *like = suggest(name, candidate, count);
    complain_usage("there is no command \"%.60s\"%s%s%s: shared/PROTOCOL.md has a table of them",
                   name, like != NULL ? " (did you mean " : "", like != NULL ? like : "",
                   like != NULL ? "?)" : "");
    return false;
}

/* What stands in front of the object's own members, where it lacks them. */
static bool front_write(const struct json *request, const struct arguments *arguments,
                        const char *name, struct order *order, char *front, size_t size)
{
    struct json_writer writer;
    const char *wait = argument_text(arguments, "wait"),
               *metadata = argument_text(arguments, "metadata");
    const struct value *version = argument_value(arguments, "expected-version");
    json_writer_init(&writer, front, size);
    json_open_object(&writer, NULL);
    if (json_get(request, "v") == NULL)
        json_write_integer(&writer, "v", WIRE_VERSION);
    if (json_get(request, "id") == NULL) {
        order->id = uuid_make();
        json_write_uuid(&writer, "id", &order->id);
    } else if (!json_uuid(json_get(request, "id"), &order->id)) {
        order->id = (struct uuid){ 0 }; /* the bank will say what is wrong with it */
    }
    if (json_get(request, "command") == NULL && name != NULL)
        json_write_string(&writer, "command", name);
    if (wait != NULL && strcmp(wait, "all") == 0 && json_get(request, "consistency") == NULL)
        json_write_string(&writer, "consistency", "strong");
    if (version != NULL)
        json_write_integer(&writer, "expected_version", version->number);
    if (metadata != NULL)
        json_write_raw(&writer, "metadata", metadata, strlen(metadata));
    json_close_object(&writer);
    if (json_finish(&writer) > 0)
        return true;
    complain_usage("--metadata is longer than metadata may be: shorten it");
    return false;
}

/* The object of `text` with that in front; false when it is too long. */
static bool complete(const struct json *request, const char *text, size_t length, char *front,
                     struct order *order)
{
    const char *open = memchr(text, '{', length);
    size_t skip = (size_t)(open - text) + 1, used = strlen(front) - 1; /* but its brace */
    if (used > 1 && json_first(request) != NULL)
        front[used++] = ',';
    int written = snprintf(order->line, sizeof order->line, "%.*s%.*s", (int)used, front,
                           (int)(length - skip), open + 1);
    return written > 0 && (size_t)written < sizeof order->line - 1;
}

/* ---- what came of it -------------------------------------------------------- */

/* The events of a command and of all that it caused, which have one correlation. */
#define CAUSED                                                                                     \
    "WITH RECURSIVE e AS (SELECT position, causation_id::text AS command,"                         \
    " metadata->>'parent' AS parent FROM esbank.events WHERE correlation_id = $2::uuid),"          \
    " mine AS (SELECT position, command FROM e WHERE command = $1 OR parent = $1"                  \
    " UNION SELECT e.position, e.command FROM e JOIN mine ON e.parent = mine.command)"

static const struct returning {
    const char *word, *sql;
} returnings[] = {
    { "events", CAUSED
      " SELECT json_build_object('position', position, 'stream_id', stream_id,"
      " 'stream_version', stream_version, 'event_type', event_type, 'data', data)::text"
      " FROM esbank.events WHERE position IN (SELECT position FROM mine) ORDER BY position" },
    { "version",
      CAUSED " SELECT json_build_object('stream_id', stream_id, 'stream_version',"
             " max(stream_version))::text FROM esbank.events WHERE position IN (SELECT position"
             " FROM mine) GROUP BY stream_id ORDER BY max(position)" },
};

static const struct returning *returning_wanted(const struct arguments *arguments)
{
    const char *word = argument_text(arguments, "returning");
    for (size_t i = 0; word != NULL && i < sizeof returnings / sizeof *returnings; i++)
        if (strcmp(word, returnings[i].word) == 0)
            return &returnings[i];
    return NULL;
}

/* The id of the saga that it is about, else its own. */
static void correlation_of(const char *line, const struct uuid *id, char text[UUID_TEXT_LENGTH])
{
    struct error error;
    struct uuid correlation = *id;
    struct json *request = json_parse(line, strlen(line), &error);
    if (!json_uuid(json_get(request, "withdrawal_id"), &correlation))
        json_uuid(json_get(request, "deposit_id"), &correlation);
    json_destroy(request);
    uuid_write(&correlation, text);
}

static int returned_print(const struct arguments *arguments, const struct returning *returning,
                          const struct order *order)
{
    struct error error;
    char id[UUID_TEXT_LENGTH], correlation[UUID_TEXT_LENGTH];
    struct query *query = query_of(arguments, &error);
    uuid_write(&order->id, id);
    correlation_of(order->line, &order->id, correlation);
    struct rows *rows = query != NULL ? query_run(query, returning->sql, 2,
                                                  (const char *[]){ id, correlation }, &error)
                                      : NULL;
    for (size_t row = 0; rows != NULL && row < rows_count(rows); row++)
        puts(rows_text(rows, row, 0));
    const bool worked = rows != NULL;
    rows_free(rows);
    query_close(query);
    return worked ? EXIT_SUCCESS
                  : complain("%s (it was done all the same: the request's id was %s)",
                             error.message, id);
}

/* ---- read models that are waited for ---------------------------------------- */

static bool models_known(const char *list)
{
    char names[300], *rest = NULL;
    if (list == NULL || strcmp(list, "all") == 0)
        return true;
    snprintf(names, sizeof names, "%s", list);
    for (char *name = strtok_r(names, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest))
        if (projection_find(name) == NULL) {
            complain_usage("--wait wants the word all or names of read models, as `bank projection "
                           "list` has them, not \"%.60s\"",
                           name);
            return false;
        }
    return true;
}

/* One of them is not where the log ended when this was asked first. */
static bool models_behind(struct query *query, const char *list, char head[static 24], bool *behind,
                          struct error *error)
{
    if (head[0] == '\0') {
        struct rows *rows = query_run(query, LOG_END, 0, NULL, error);
        if (rows == NULL)
            return false;
        snprintf(head, 24, "%" PRId64, rows_integer(rows, 0, 0));
        rows_free(rows);
    }
    struct rows *rows =
        query_run(query,
                  "SELECT FROM esbank.projections WHERE name = ANY (string_to_array($1, ','))"
                  " AND position < $2::bigint LIMIT 1",
                  2, (const char *[]){ list, head }, error);
    if (rows == NULL)
        return false;
    *behind = rows_count(rows) > 0;
    rows_free(rows);
    return true;
}

/* Five seconds at most, as the bank waits. */
static int models_wait(const struct arguments *arguments, const char *list)
{
    struct error error;
    char head[24] = "";
    const int64_t until_ms = clock_now_ms() + WAIT_MS;
    struct query *query = query_of(arguments, &error);
    bool behind = false, worked = query != NULL;
    while (worked && (worked = models_behind(query, list, head, &behind, &error)) && behind &&
           clock_now_ms() < until_ms)
        clock_pause_ms(PAUSE_MS);
    query_close(query);
    if (!worked)
        return complain("%s (it was done all the same)", error.message);
    if (behind)
        caution("it is done, but lists may not show it yet: see `bank projection list`");
    return EXIT_SUCCESS;
}

static int answer_print(const struct home *home, const char *line, const struct uuid *unsure)
{
    struct error error;
    struct json *reply = json_parse(line, strlen(line), &error);
    bool ok = false;
    puts(line);
    json_boolean(json_get(reply, "ok"), &ok);
    int status = EXIT_SUCCESS;
    if (!ok)
        status = complain_reply(home, reply, unsure);
    else if ((status = order_printed(reply)) == EXIT_SUCCESS &&
             json_get(reply, "consistency") != NULL)
        caution("it is done, but lists may not show it yet: see `bank projection list`");
    json_destroy(reply);
    return status;
}

/* ---- the command ------------------------------------------------------------ */

static int send(const struct arguments *arguments, struct order *order,
                const struct returning *returning)
{
    struct home home;
    struct error error;
    bool unsure;
    char id_text[UUID_TEXT_LENGTH];
    if (!arguments_home(arguments, &home))
        return EXIT_USAGE;
    char *line = order_exchange(&home, order->line, &order->id, &unsure, &error);
    uuid_write(&order->id, id_text);
    if (line == NULL)
        return complain_of(complaint_of(&error), "%s (the request's id was %s)", error.message,
                           id_text);
    int status = answer_print(&home, line, unsure ? &order->id : NULL);
    free(line);
    const char *wait = argument_text(arguments, "wait");
    if (status == EXIT_SUCCESS && wait != NULL && strcmp(wait, "all") != 0)
        status = models_wait(arguments, wait);
    return status == EXIT_SUCCESS && returning != NULL ? returned_print(arguments, returning, order)
                                                       : status;
}

/* The object, checked, in order->line; else the exit status. */
static int request_make(const struct arguments *arguments, const char *name, const char *text,
                        bool typed, struct order *order)
{
    char front[800];
    struct error error;
    const size_t length = strlen(text);
    if (length >= WIRE_LINE_MAX)
        return complain_usage("a request has less than %d bytes; make it shorter", WIRE_LINE_MAX);
    struct json *request = json_parse(text, length, &error);
    if (request == NULL)
        return complain_usage("the request is to be one JSON object, but %s", error.message);
    int status = EXIT_SUCCESS;
    const char *inside = NULL;
    json_string(json_get(request, "command"), &inside);
    if (typed && json_get(request, "card") != NULL)
        status = complain_usage(
            "a card's number is not taken from the command line, which every user of this machine "
            "can read: send the request to `bank dispatch -`");
    else if (json_type_of(request) != JSON_OBJECT)
        status = complain_usage(
            "the request is to be one JSON object such as {\"command\":\"EchoTest\"}");
    else if (name != NULL && inside != NULL && strcmp(name, inside) != 0)
        status = complain_usage("the request names two commands, %.60s and %.60s: name one", name,
                                inside);
    else if (!name_check(inside != NULL ? inside
                         : name != NULL ? name
                                        : "") ||
             !front_write(request, arguments, name, order, front, sizeof front - 1))
        status = EXIT_USAGE;
    else if (!complete(request, text, length, front, order))
        status = complain_usage("a request has less than %d bytes; make it shorter", WIRE_LINE_MAX);
    json_destroy(request);
    return status;
}

static int run(struct arguments *arguments)
{
    static char input[WIRE_LINE_MAX + 1];
    struct order order;
    const char *first = argument_text(arguments, "NAME"),
               *second = argument_text(arguments, "JSON|-");
    const bool named = first[0] != '{' && strcmp(first, "-") != 0;
    const char *name = named ? first : NULL, *text = "{}";
    if (!named && second != NULL)
        return complain_usage("the request is one word: put it in quotes");
    if (!models_known(argument_text(arguments, "wait")))
        return EXIT_USAGE;
    if (second != NULL || !named)
        text = named ? second : first;
    const bool typed = strcmp(text, "-") != 0;
    if (!typed) {
        read_stdin(input, sizeof input - 1);
        text = input;
    }
    const int status = request_make(arguments, name, text, typed, &order);
    return status == EXIT_SUCCESS ? send(arguments, &order, returning_wanted(arguments)) : status;
}

const struct bank_command command_dispatch = {
    .name = "dispatch",
    .help = "send any operator's command, as the wire has it, and print the reply",
    .detail =
        "The object comes as one word or, with -, from standard input. `v`, `id` and, where NAME "
        "is "
        "given,\n"
        "`command` are filled in where they are missing; NAME is the command's on the wire or its "
        "full one. One with a card's number is taken from standard input only. The commands and "
        "their fields are in shared/PROTOCOL.md:\n"
        "  bank dispatch Accounts.OpenAccount '{\"owner\":\"Peter\"}' --returning events",
    .words = WORDS(WORD("NAME", WIRE_COMMAND), WORD("JSON|-", REQUEST, .optional = true)),
    .options = WORDS(
        OPTION("expected-version",
               "only if the account or teller has had N events; 0: it is none yet", COUNT,
               .most = INT64_C(1) << 53),
        OPTION("metadata", "an object of texts for the metadata of its events", TEXT, .as = "JSON"),
        OPTION("wait", "until these read models have what was done, with commas; all: each", TEXT,
               .as = "MODELS"),
        OPTION("returning", "print the events it made as well, or the versions of their streams",
               CHOICE, .choices = "events|version")),
    .effect = ACTS,
    .run = run,
};

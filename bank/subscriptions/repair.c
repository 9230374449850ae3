/* SPDX-License-Identifier: MIT */
#include "bank/subscriptions/repair.h"

#include "bank/postgres/log_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_SIZE 24
#define NO_FAILURE                                                                                 \
    "attempts = 0, failing_position = NULL, retry_at = NULL, error = NULL, updated_at = "          \
    "clock_timestamp()"

struct standing {
    int64_t position, failing; /* failing 0: no event is */
    int64_t head;
};

static const char *number(int64_t value, char text[static NUMBER_SIZE])
{
    snprintf(text, NUMBER_SIZE, "%" PRId64, value);
    return text;
}

static bool begin(struct query *query, const struct handler *handler, struct standing *standing,
                  struct error *error)
{
    *standing = (struct standing){ 0 };
    if (!query_do(query, "BEGIN", 0, NULL, error))
        return false;
    struct rows *rows =
        query_run(query,
                  "SELECT s.position, s.failing_position, h.position FROM esbank.subscriptions s"
                  " JOIN esbank.log_head h ON h.shard = 0 WHERE s.name = $1 FOR UPDATE OF s",
                  1, (const char *[]){ handler->name }, error);
    if (rows == NULL)
        return false;
    bool there = rows_count(rows) == 1;
    if (there)
        *standing = (struct standing){ rows_integer(rows, 0, 0), rows_integer(rows, 0, 1),
                                       rows_integer(rows, 0, 2) };
    rows_free(rows);
    return there ||
           error_set(error, ERROR_USAGE, "%s has not begun yet: start the bank with `bank serve`",
                     handler->name);
}

/* COMMIT when it worked, else ROLLBACK; the error is kept. */
static bool end(struct query *query, bool worked, struct error *error)
{
    struct error ignored;
    if (worked)
        return query_do(query, "COMMIT", 0, NULL, error);
    query_do(query, "ROLLBACK", 0, NULL, &ignored);
    return false;
}

/* values: the subscription's name and the position it is to stand at, with no event failing. */
static bool stand(struct query *query, const char *const *values, struct error *error)
{
    return query_do(
        query,
        "UPDATE esbank.subscriptions s SET position = $2::bigint, status = CASE WHEN h.position ="
        " $2::bigint THEN 'live' ELSE 'catching up' END, " NO_FAILURE
        " FROM esbank.log_head h WHERE h.shard = 0 AND s.name = $1",
        2, values, error);
}

/* ---- reset ---- */

static bool forget(struct query *query, const struct handler *handler, struct error *error)
{
    for (int i = 0; handler->forget != NULL && handler->forget[i] != NULL; i++)
        if (!query_do(query, handler->forget[i], 0, NULL, error))
            return false;
    return true;
}

bool handling_reset(struct query *query, const struct handler *handler, int64_t *position,
                    struct error *error)
{
    char text[NUMBER_SIZE];
    struct standing standing;
    bool worked = begin(query, handler, &standing, error);
    if (worked && *position == HANDLING_FROM_NOW)
        *position = standing.head;
    if (worked && *position > standing.head)
        worked =
            error_set(error, ERROR_USAGE,
                      "the log ends at position %" PRId64 ": give one up to that", standing.head);
    const char *values[] = { handler->name, number(*position, text) };
    worked =
        worked && (*position > 0 || forget(query, handler, error)) &&
        query_do(query,
                 "DELETE FROM esbank.parked_events WHERE projection = $1 AND position > $2::bigint",
                 2, values, error) &&
        stand(query, values, error);
    return end(query, worked, error);
}

/* ---- retry ---- */

static bool effects_write(struct query *query, struct effects *effects, struct error *error)
{
    for (size_t i = 0; i < effects->count; i++) {
        struct rows *rows = query_run_columns(query, effects->effect[i].statement->sql,
                                              &effects->effect[i].columns, error);
        if (rows == NULL)
            return false;
        rows_free(rows);
    }
    return true;
}

/* Reads, decodes and handles the event, and writes its effects. */
static bool event_handle(struct query *query, const struct handler *handler, int64_t position,
                         struct effects *effects, struct error *why)
{
    struct history history;
    struct stored_event stored;
    struct event_record records[UPCAST_EVENTS_MAX];
    unsigned count = 0;
    history_init(&history, query, HISTORY_LOG);
    history.from = history.to = position;
    bool worked = history_next(&history, &stored, why) == HISTORY_EVENT &&
                  history_decode(&stored, records, &count, why);
    history_finish(&history);
    effects_reset(effects);
    for (unsigned i = 0; worked && i < count; i++)
        worked = !handler_wants(handler, records[i].event.kind) ||
                 handler->handle(effects, &records[i], why);
    return worked && effects_write(query, effects, why);
}

/* One parked event under a savepoint. False when even that fails. */
static bool parked_retry(struct query *query, const struct handler *handler, int64_t position,
                         struct effects *effects, struct handling_result *result, struct error *why,
                         struct error *error)
{
    char text[NUMBER_SIZE];
    const char *values[] = { handler->name, number(position, text), why->message };
    if (!query_do(query, "SAVEPOINT one", 0, NULL, error))
        return false;
    if (event_handle(query, handler, position, effects, why)) {
        result->handled++;
        return query_do(query,
                        "DELETE FROM esbank.parked_events WHERE projection = $1 AND position = "
                        "$2::bigint",
                        2, values, error) &&
               query_do(query, "RELEASE one", 0, NULL, error);
    }
    result->failed++;
    return query_do(query, "ROLLBACK TO one", 0, NULL, error) &&
           query_do(query,
                    "UPDATE esbank.parked_events SET reason = $3, parked_at = now()"
                    " WHERE projection = $1 AND position = $2::bigint",
                    3, values, error);
}

static bool all_retry(struct query *query, const struct handler *handler, int64_t position,
                      struct handling_result *result, struct error *why, struct error *error)
{
    char text[NUMBER_SIZE];
    struct effects effects;
    struct rows *rows =
        query_run(query,
                  "SELECT position FROM esbank.parked_events WHERE projection = $1 AND"
                  " ($2::bigint = 0 OR position = $2::bigint) ORDER BY position",
                  2, (const char *[]){ handler->name, number(position, text) }, error);
    bool worked = rows != NULL;
    effects_init(&effects);
    for (size_t row = 0; worked && row < rows_count(rows); row++)
        worked =
            parked_retry(query, handler, rows_integer(rows, row, 0), &effects, result, why, error);
    effects_finish(&effects);
    rows_free(rows);
    return worked;
}

bool handling_retry(struct query *query, const struct handler *handler, int64_t position,
                    struct handling_result *result, struct error *why, struct error *error)
{
    struct standing standing;
    *result = (struct handling_result){ 0 };
    *why = (struct error){ 0 };
    bool worked = begin(query, handler, &standing, error);
    if (worked && standing.failing != 0 && (position == 0 || position == standing.failing)) {
        result->sooner = true;
        worked = query_do(query, "UPDATE esbank.subscriptions SET " NO_FAILURE " WHERE name = $1",
                          1, (const char *[]){ handler->name }, error);
    }
    worked = worked && all_retry(query, handler, position, result, why, error);
    if (worked && !result->sooner && result->handled + result->failed == 0)
        worked =
            position == 0
                ? error_set(error, ERROR_USAGE, "no event of %s fails or is parked", handler->name)
                : error_set(error, ERROR_USAGE,
                            "event %" PRId64 " of %s neither fails nor is parked: see `bank "
                            "subscription show %s`",
                            position, handler->name, handler->name);
    return end(query, worked, error);
}

/* ---- skip ---- */

static bool parked_forget(struct query *query, const char *const *values, bool *found,
                          struct error *error)
{
    struct rows *rows = query_run(
        query, "DELETE FROM esbank.parked_events WHERE projection = $1 AND position = $2::bigint",
        2, values, error);
    if (rows == NULL)
        return false;
    *found = rows_affected(rows) > 0;
    rows_free(rows);
    return true;
}

bool handling_skip(struct query *query, const struct handler *handler, int64_t position,
                   struct error *error)
{
    char text[NUMBER_SIZE];
    const char *values[] = { handler->name, number(position, text) };
    struct standing standing;
    bool found = false, worked = begin(query, handler, &standing, error);
    if (worked && standing.failing == position && position > 0)
        worked = found = stand(query, values, error);
    else
        worked = worked && parked_forget(query, values, &found, error);
    if (worked && !found)
        worked = error_set(error, ERROR_USAGE,
                           "event %" PRId64
                           " of %s neither fails nor is parked: see `bank subscription show %s`",
                           position, handler->name, handler->name);
    return end(query, worked, error);
}

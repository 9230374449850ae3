/* SPDX-License-Identifier: MIT */
#include "bank/subscriptions/repair.h"

#include "bank/postgres/log_reader.h"
#include "bank/postgres/scratch_schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_SIZE 24
/* The bank that runs it has to look again: what it knows of parked events is no longer so. */
#define TAKE_LEASE "lease_owner = NULL, lease_until = NULL"
#define NO_FAILURE                                                                                 \
    "attempts = 0, failing_position = NULL, retry_at = NULL, error = NULL, updated_at = "          \
    "clock_timestamp()"

struct standing {
    int64_t position, failing; /* failing 0: no event is */
    int64_t handled_to;
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
                  "SELECT s.position, s.failing_position, h.position,"
                  " greatest(s.position, s.handled_to) FROM esbank.subscriptions s"
                  " JOIN esbank.log_head h ON h.shard = 0 WHERE s.name = $1 FOR UPDATE OF s",
                  1, (const char *[]){ handler->name }, error);
    if (rows == NULL)
        return false;
    bool there = rows_count(rows) == 1;
    if (there)
        *standing = (struct standing){ rows_integer(rows, 0, 0), rows_integer(rows, 0, 1),
                                       rows_integer(rows, 0, 3), rows_integer(rows, 0, 2) };
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

/* It stands there now, with no event failing; its rows go as far as before. */
static bool stand(struct query *query, const struct handler *handler, int64_t position,
                  struct error *error)
{
    char text[NUMBER_SIZE];
    return query_do(
        query,
        "UPDATE esbank.subscriptions s SET position = $2::bigint, handled_to ="
        " CASE WHEN $2::bigint = 0 THEN 0 ELSE greatest(s.handled_to, s.position) END,"
        " status = CASE WHEN h.position = $2::bigint THEN 'live' ELSE 'catching up' END,"
        " " NO_FAILURE ", " TAKE_LEASE " FROM esbank.log_head h WHERE h.shard = 0 AND s.name = $1",
        2, (const char *[]){ handler->name, number(position, text) }, error);
}

/* Keeps that these events are left out. */
static bool leave_out(struct query *query, const struct handler *handler, int64_t first,
                      int64_t last, const char *why, struct error *error)
{
    char texts[2][NUMBER_SIZE];
    const char *values[] = { handler->name, number(first, texts[0]), number(last, texts[1]), why };
    return last < first ||
           query_do(query,
                    "INSERT INTO esbank.subscription_skips VALUES ($1, $2::bigint, $3::bigint, $4)"
                    " ON CONFLICT DO NOTHING",
                    4, values, error);
}

/* ---- reset ---- */

static bool forget(struct query *query, const struct handler *handler, struct error *error)
{
    for (int i = 0; handler->forget != NULL && handler->forget[i] != NULL; i++)
        if (!query_do(query, handler->forget[i], 0, NULL, error))
            return false;
    return true;
}

/* Between the origin and what was left out, a handler with rows cannot begin: it would take a later
 * event of the same sequence for handled. */
static bool may_go_back(struct query *query, const struct handler *handler, int64_t position,
                        struct error *error)
{
    char text[NUMBER_SIZE];
    if (position == 0 || handler->forget == NULL)
        return true;
    struct rows *rows =
        query_run(query,
                  "SELECT min(p) FROM (SELECT last_position AS p FROM esbank.subscription_skips"
                  " WHERE subscription = $1 UNION ALL SELECT position FROM esbank.parked_events"
                  " WHERE projection = $1 AND sequence IS NULL) AS out WHERE p > $2::bigint",
                  2, (const char *[]){ handler->name, number(position, text) }, error);
    if (rows == NULL)
        return false;
    const int64_t left_out = rows_integer(rows, 0, 0);
    rows_free(rows);
    return left_out == 0 ||
           error_set(error, ERROR_USAGE,
                     "event %" PRId64 " was left out and later ones were handled, so only a reset"
                     " to the first event has it handled: leave --to out",
                     left_out);
}

static bool skips_forget(struct query *query, const struct handler *handler, int64_t position,
                         struct error *error)
{
    char text[NUMBER_SIZE];
    const char *values[] = { handler->name, number(position, text) };
    return query_do(query,
                    "DELETE FROM esbank.parked_events WHERE projection = $1"
                    " AND position > $2::bigint",
                    2, values, error) &&
           query_do(query,
                    "DELETE FROM esbank.subscription_skips WHERE subscription = $1"
                    " AND first_position > $2::bigint",
                    2, values, error) &&
           query_do(query,
                    "UPDATE esbank.subscription_skips SET last_position = $2::bigint"
                    " WHERE subscription = $1 AND last_position > $2::bigint",
                    2, values, error);
}

bool repair_reset(struct query *query, const struct handler *handler, int64_t *position,
                  int64_t *left_out, struct error *error)
{
    struct standing standing;
    bool worked = begin(query, handler, &standing, error);
    if (worked && *position == HANDLING_FROM_NOW)
        *position = standing.head;
    if (worked && *position > standing.head)
        worked =
            error_set(error, ERROR_USAGE,
                      "the log ends at position %" PRId64 ": give one up to that", standing.head);
    worked = worked && may_go_back(query, handler, *position, error) &&
             (*position > 0 || forget(query, handler, error)) &&
             skips_forget(query, handler, *position, error) &&
             leave_out(query, handler, standing.handled_to + 1, *position, "reset", error) &&
             stand(query, handler, *position, error);
    *left_out = *position > standing.handled_to ? *position - standing.handled_to : 0;
    return end(query, worked, error);
}

/* ---- tables that are gone ---- */

static bool has_rows_in(const struct handler *handler, const char *table)
{
    char name[HANDLER_TABLE_SIZE];
    const char *where;
    for (int i = 0; handler->forget != NULL && handler->forget[i] != NULL; i++)
        if (handler_rows(handler->forget[i], name, &where) && strcmp(name, table) == 0)
            return true;
    return false;
}

static void lost_add(const struct handler *lost[static HANDLERS_MAX], const struct handler *handler)
{
    size_t count = 0;
    while (lost[count] != NULL && lost[count] != handler)
        count++;
    if (lost[count] == NULL && count + 1 < HANDLERS_MAX) {
        lost[count] = handler;
        lost[count + 1] = NULL;
    }
}

bool repair_remake(struct query *query, const struct handler *handler,
                   const struct handler *const *list,
                   const struct handler *lost[static HANDLERS_MAX], struct error *error)
{
    char table[HANDLER_TABLE_SIZE];
    const char *where;
    lost[0] = NULL;
    for (int i = 0; handler->forget != NULL && handler->forget[i] != NULL; i++) {
        bool made = false;
        if (handler_rows(handler->forget[i], table, &where) &&
            !scratch_remake(query, table, &made, error))
            return false;
        for (int other = 0; made && list[other] != NULL; other++)
            if (has_rows_in(list[other], table))
                lost_add(lost, list[other]);
    }
    return true;
}

/* ---- retry ---- */

/* What a statement that raises or clears alerts answers (handler.h). */
static void alerts_count(const struct rows *rows, struct repair_result *result)
{
    for (size_t row = 0; row < rows_count(rows); row++) {
        const char *what = rows_text(rows, row, 0);
        result->raised += what != NULL && strcmp(what, "raised") == 0;
        result->cleared += what != NULL && strcmp(what, "cleared") == 0;
    }
}

static bool effects_write(struct query *query, struct effects *effects,
                          struct repair_result *result, struct error *error)
{
    for (size_t i = 0; i < effects->count; i++) {
        struct rows *rows = query_run_columns(query, effects->effect[i].statement->sql,
                                              &effects->effect[i].columns, error);
        if (rows == NULL)
            return false;
        alerts_count(rows, result);
        rows_free(rows);
    }
    return true;
}

/* Reads, decodes and handles the event, and writes its effects. */
static bool event_handle(struct query *query, const struct handler *handler, int64_t position,
                         struct effects *effects, struct repair_result *result, struct error *why)
{
    struct log_reader reader;
    struct stored_event stored;
    struct event_record records[UPCAST_EVENTS_MAX];
    unsigned count = 0;
    log_reader_init(&reader, query, LOG_READER_LOG);
    reader.from = reader.to = position;
    bool worked = log_reader_next(&reader, &stored, why) == LOG_READER_EVENT &&
                  log_reader_decode(&stored, records, &count, why);
    log_reader_finish(&reader);
    effects_reset(effects);
    for (unsigned i = 0; worked && i < count; i++)
        worked = !handler_wants(handler, records[i].event.kind) ||
                 handler->handle(effects, &records[i], why);
    return worked && effects_write(query, effects, result, why);
}

/* One parked event under a savepoint. False when even that fails. */
static bool parked_retry(struct query *query, const struct handler *handler, int64_t position,
                         struct effects *effects, struct repair_result *result, bool *handled,
                         struct error *why, struct error *error)
{
    char text[NUMBER_SIZE];
    struct repair_result with = *result;
    if (!query_do(query, "SAVEPOINT one", 0, NULL, error))
        return false;
    *handled = event_handle(query, handler, position, effects, &with, why);
    if (*handled)
        *result = with;
    const char *values[] = { handler->name, number(position, text), why->message };
    if (*handled)
        return query_do(query,
                        "DELETE FROM esbank.parked_events WHERE projection = $1 AND position = "
                        "$2::bigint",
                        2, values, error) &&
               query_do(query, "RELEASE one", 0, NULL, error);
    return query_do(query, "ROLLBACK TO one", 0, NULL, error) &&
           query_do(query,
                    "UPDATE esbank.parked_events SET reason = $3, parked_at = now()"
                    " WHERE projection = $1 AND position = $2::bigint",
                    3, values, error);
}

/* The parked events in question, each with what it waits for: the one before it of its sequence,
 * or nothing. */
static struct rows *parked_rows(struct query *query, const struct handler *handler,
                                int64_t position, struct error *error)
{
    char text[NUMBER_SIZE];
    return query_run(query,
                     "SELECT position, sequence, before FROM (SELECT position, sequence,"
                     " lag(position) OVER (PARTITION BY sequence ORDER BY position) AS before"
                     " FROM esbank.parked_events WHERE projection = $1) AS parked"
                     " WHERE $2::bigint = 0 OR position = $2::bigint"
                     " ORDER BY min(position) OVER (PARTITION BY sequence), position",
                     2, (const char *[]){ handler->name, number(position, text) }, error);
}

static bool may_retry(const struct handler *handler, const struct rows *rows, size_t row,
                      int64_t position, struct error *error)
{
    if (rows_text(rows, row, 1) == NULL)
        return error_set(error, ERROR_USAGE,
                         "event %" PRId64 " was parked while later ones of its sequence went on,"
                         " so a retry would have no effect: `bank subscription reset %s`",
                         rows_integer(rows, row, 0), handler->name);
    if (position != 0 && rows_text(rows, row, 2) != NULL)
        return error_set(error, ERROR_USAGE,
                         "event %" PRId64 " waits behind event %" PRId64 ", which is parked:"
                         " retry that",
                         position, rows_integer(rows, row, 2));
    return true;
}

/* Sequence by sequence, each up to the first that fails. */
static bool all_retry(struct query *query, const struct handler *handler, int64_t position,
                      struct repair_result *result, struct error *why, struct error *error)
{
    struct effects effects;
    struct rows *rows = parked_rows(query, handler, position, error);
    bool worked = rows != NULL, holding = false;
    const char *sequence = "";
    effects_init(&effects);
    for (size_t row = 0; worked && row < rows_count(rows); row++) {
        bool handled = false;
        worked = may_retry(handler, rows, row, position, error);
        if (!worked || (holding && strcmp(rows_text(rows, row, 1), sequence) == 0)) {
            result->waiting += worked;
            continue;
        }
        worked = parked_retry(query, handler, rows_integer(rows, row, 0), &effects, result,
                              &handled, why, error);
        sequence = rows_text(rows, row, 1);
        holding = !handled;
        result->handled += worked && handled;
        result->failed += worked && !handled;
    }
    effects_finish(&effects);
    rows_free(rows);
    return worked &&
           query_do(query, "UPDATE esbank.subscriptions SET " TAKE_LEASE " WHERE name = $1", 1,
                    (const char *[]){ handler->name }, error);
}

bool repair_retry(struct query *query, const struct handler *handler, int64_t position,
                  struct repair_result *result, struct error *why, struct error *error)
{
    struct standing standing;
    *result = (struct repair_result){ 0 };
    *why = (struct error){ 0 };
    bool worked = begin(query, handler, &standing, error);
    if (worked && standing.failing != 0 && (position == 0 || position == standing.failing)) {
        result->sooner = true;
        worked = query_do(query,
                          "UPDATE esbank.subscriptions SET status = 'catching up', " NO_FAILURE
                          " WHERE name = $1",
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

static bool parked_forget(struct query *query, const struct handler *handler, int64_t position,
                          bool *found, struct error *error)
{
    char text[NUMBER_SIZE];
    const char *values[] = { handler->name, number(position, text) };
    struct rows *rows = query_run(
        query, "DELETE FROM esbank.parked_events WHERE projection = $1 AND position = $2::bigint",
        2, values, error);
    if (rows == NULL)
        return false;
    *found = rows_affected(rows) > 0;
    rows_free(rows);
    return !*found ||
           query_do(query, "UPDATE esbank.subscriptions SET " TAKE_LEASE " WHERE name = $1", 1,
                    values, error);
}

bool repair_skip(struct query *query, const struct handler *handler, int64_t position,
                 struct error *error)
{
    struct standing standing;
    bool found = false, worked = begin(query, handler, &standing, error);
    if (worked && standing.failing == position && position > 0)
        worked = found = stand(query, handler, position, error);
    else
        worked = worked && parked_forget(query, handler, position, &found, error);
    if (worked && !found)
        worked = error_set(error, ERROR_USAGE,
                           "event %" PRId64
                           " of %s neither fails nor is parked: see `bank subscription show %s`",
                           position, handler->name, handler->name);
    worked = worked && leave_out(query, handler, position, position, "skip", error);
    return end(query, worked, error);
}

/* SPDX-License-Identifier: MIT */
#include "bank/store/rebuild.h"

#include "bank/codec/event_row.h"
#include "bank/postgres/log_reader.h"
#include "bank/postgres/scratch_schema.h"
#include "shared/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOSE_ENOUGH     2000 /* events that may be left for the exchange, while appends wait */
#define EXCHANGE_TRIES   30
#define EXCHANGE_WAIT_MS 500
#define LOCK_TIMEOUT                                                                               \
    "2s" /* how long the bank may wait for us to get the table from its readers                    \
          */
#define NAME_SIZE 80

#define HEAD_LOCK "SELECT position FROM esbank.log_head WHERE shard = 0 FOR UPDATE"

struct work {
    struct query *query;
    const struct projection *projection;
    char shadow[NAME_SIZE]; /* without its schema */
    char *statement;
    struct columns columns;
    struct event_record *record;
    struct rebuild_result *result;
    int64_t position; /* the shadow's checkpoint */
};

const struct projection *projection_find(const char *name)
{
    for (int i = 0; projections[i] != NULL; i++)
        if (strcmp(projections[i]->name, name) == 0)
            return projections[i];
    return NULL;
}

char *rebuild_statement(const struct projection *projection, const char *table)
{
    static const char hole[] = "%1$s";
    size_t holes = 1;
    for (const char *at = projection->statement; (at = strstr(at, hole)) != NULL;
         at += sizeof hole - 1)
        holes++;
    char *sql = malloc(strlen(projection->statement) + holes * strlen(table) + 1), *end = sql;
    if (sql == NULL)
        panic("out of memory");
    for (const char *from = projection->statement; *from != '\0';) {
        if (strncmp(from, hole, sizeof hole - 1) == 0) {
            end = stpcpy(end, table);
            from += sizeof hole - 1;
        } else {
            *end++ = *from++;
        }
    }
    *end = '\0';
    return sql;
}

static bool format_do(struct query *query, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool format_do(struct query *query, struct error *error, const char *format, ...)
{
    char sql[4000];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(sql, sizeof sql, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof sql)
        panic("a statement of %d bytes is longer than foreseen", length);
    return query_do(query, sql, 0, NULL, error);
}

static void rollback(struct query *query)
{
    struct error ignored;
    query_do(query, "ROLLBACK", 0, NULL, &ignored);
}

/* ---- the shadow ---- */

static bool shadow_note(struct work *work, struct error *error)
{
    char note[80];
    snprintf(note, sizeof note, "being rebuilt: version %d, position %" PRId64,
             work->projection->version, work->position);
    return query_do(work->query, "SELECT esbank.shadow_note($1, $2, $3)", 3,
                    (const char *[]){ work->projection->name, work->shadow, note }, error);
}

/* Goes on with a shadow of this version, else begins a new one. */
static bool shadow_open(struct work *work, struct error *error)
{
    int version = -1;
    char name[NAME_SIZE + 10];
    snprintf(name, sizeof name, "esbank.%s", work->shadow);
    struct rows *rows =
        query_run(work->query, "SELECT obj_description(to_regclass($1), 'pg_class')", 1,
                  (const char *[]){ name }, error);
    if (rows == NULL)
        return false;
    const char *comment = rows_text(rows, 0, 0);
    work->position = 0;
    bool readable =
        comment != NULL && sscanf(comment, "being rebuilt: version %d, position %" SCNd64, &version,
                                  &work->position) == 2;
    rows_free(rows);
    if (readable && version == work->projection->version) {
        work->result->resumed = work->position > 0;
        return true;
    }
    work->position = 0;
    return query_do(work->query, "BEGIN", 0, NULL, error) &&
           query_do(work->query, "SELECT esbank.shadow_make($1, $2)", 2,
                    (const char *[]){ work->projection->name, work->shadow }, error) &&
           format_do(work->query, error, "DELETE FROM esbank.parked_events WHERE projection = '%s'",
                     work->shadow) &&
           shadow_note(work, error) && query_do(work->query, "COMMIT", 0, NULL, error);
}

static bool park(struct work *work, int64_t position, const char *reason, struct error *error)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, position);
    work->result->parked++;
    return query_do(work->query,
                    "INSERT INTO esbank.parked_events (projection, position, reason) VALUES ($1, "
                    "$2::bigint, $3)"
                    " ON CONFLICT DO NOTHING",
                    3, (const char *[]){ work->shadow, number, reason }, error);
}

static bool apply(struct work *work, const struct event_record *records, size_t count,
                  struct error *error)
{
    columns_reset(&work->columns);
    work->projection->fold(&work->columns, records, count);
    return work->columns.rows == 0 ||
           query_do_columns(work->query, work->statement, &work->columns, error);
}

/* Not the events' fault, which only values are: they are not to be parked for it. What is folded by
 * now stays for the next try. */
static bool gives_up(const struct error *reason, struct error *error)
{
    if (reason->kind == ERROR_VALUES)
        return false;
    *error = *reason;
    return true;
}

/* One by one, those of one event together, so that only what cannot be taken is left out. */
static bool apply_singly(struct work *work, size_t count, struct error *error)
{
    struct error reason;
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && work->record[next].position == work->record[i].position;)
            next++;
        if (!query_do(work->query, "SAVEPOINT one", 0, NULL, error))
            return false;
        if (apply(work, &work->record[i], next - i, &reason)) {
            if (!query_do(work->query, "RELEASE one", 0, NULL, error))
                return false;
        } else if (gives_up(&reason, error) ||
                   !query_do(work->query, "ROLLBACK TO one", 0, NULL, error) ||
                   !park(work, work->record[i].position, reason.message, error)) {
            return false;
        }
    }
    return true;
}

/* Decodes the next run into work->record; how many records, and the position it ends at (0: the log
 * does). */
static bool run_read(struct work *work, size_t *count, int64_t *last, struct error *error)
{
    struct log_reader reader;
    struct stored_event stored;
    struct error reason;
    enum log_reader_step step = LOG_READER_END;
    unsigned decoded;
    *count = 0;
    *last = 0;
    log_reader_init(&reader, work->query, LOG_READER_LOG);
    reader.from = work->position + 1;
    reader.to = work->position + LOG_READER_CHUNK;
    while ((step = log_reader_next(&reader, &stored, error)) == LOG_READER_EVENT) {
        if (log_reader_decode(&stored, &work->record[*count], &decoded, &reason))
            *count += decoded;
        else if (!park(work, stored.position, reason.message, error))
            step = LOG_READER_FAILED;
        if (step == LOG_READER_FAILED)
            break;
        *last = stored.position;
        work->result->events++;
    }
    log_reader_finish(&reader);
    return step == LOG_READER_END;
}

/* Folds the next run, inside a transaction. *more: whether there was one. */
static bool run_fold(struct work *work, bool *more, struct error *error)
{
    size_t count;
    int64_t last;
    struct error reason;
    if (!run_read(work, &count, &last, error))
        return false;
    *more = last != 0;
    if (!*more)
        return true;
    if (!query_do(work->query, "SAVEPOINT run", 0, NULL, error))
        return false;
    bool worked = apply(work, work->record, count, &reason);
    if (!worked) {
        if (gives_up(&reason, error) || !query_do(work->query, "ROLLBACK TO run", 0, NULL, error) ||
            !apply_singly(work, count, error))
            return false;
    }
    work->position = last;
    return shadow_note(work, error);
}

static bool head_read(struct query *query, const char *sql, int64_t *head, struct error *error)
{
    struct rows *rows = query_run(query, sql, 0, NULL, error);
    if (rows == NULL)
        return false;
    *head = rows_count(rows) > 0 ? rows_integer(rows, 0, 0) : 0;
    rows_free(rows);
    return true;
}

/* ---- the exchange ---- */

static bool checkpoint_move(struct work *work, int64_t head, struct error *error)
{
    char position[24], version[16];
    snprintf(position, sizeof position, "%" PRId64, head);
    snprintf(version, sizeof version, "%d", work->projection->version);
    const char *name = work->projection->name;
    return query_do(work->query, "DELETE FROM esbank.parked_events WHERE projection = $1", 1,
                    (const char *[]){ name }, error) &&
           query_do(work->query,
                    "UPDATE esbank.parked_events SET projection = $1 WHERE projection = $2", 2,
                    (const char *[]){ name, work->shadow }, error) &&
           query_do(
               work->query,
               "WITH moved AS (UPDATE esbank.projections SET version = $2::int,"
               " position = $3::bigint, error = NULL, updated_at = now() WHERE name = $1"
               " RETURNING name) INSERT INTO esbank.projections (name, version, position, state)"
               " SELECT $1, $2::int, $3::bigint, 'following' WHERE NOT EXISTS (SELECT FROM moved)",
               3, (const char *[]){ name, version, position }, error);
}

/* All or nothing. *busy: a reader held the table for too long; later may do. */
static bool exchange(struct work *work, bool *busy, struct error *error)
{
    int64_t head, before = work->position;
    bool more = true;
    *busy = false;
    bool worked =
        query_do(work->query, "BEGIN", 0, NULL, error) &&
        query_do(work->query, "SET LOCAL lock_timeout = '" LOCK_TIMEOUT "'", 0, NULL, error);
    /* In the order in which an append takes them. */
    if (worked &&
        !(format_do(work->query, error, "LOCK TABLE esbank.%s IN ACCESS EXCLUSIVE MODE",
                    work->projection->name) &&
          query_do(work->query, "SELECT FROM esbank.projections WHERE name = $1 FOR UPDATE", 1,
                   (const char *[]){ work->projection->name }, error) &&
          head_read(work->query, HEAD_LOCK, &head, error))) {
        *busy = error->kind == ERROR_PASSING;
        worked = false;
    }
    while (worked && more)
        worked = run_fold(work, &more, error);
    if (worked && work->position != head)
        worked = error_set(error, ERROR_DATABASE,
                           "the log ends at %" PRId64 " but its head says %" PRId64
                           ": run `bank verify`",
                           work->position, head);
    worked = worked &&
             query_do(work->query, "SELECT esbank.shadow_swap($1, $2)", 2,
                      (const char *[]){ work->projection->name, work->shadow }, error) &&
             checkpoint_move(work, head, error) && query_do(work->query, "COMMIT", 0, NULL, error);
    if (worked) {
        work->result->position = head;
        return true;
    }
    rollback(work->query);
    work->position = before;
    return false;
}

/* ---- all of it ---- */

static bool catch_up(struct work *work, void (*progress)(void *, const struct rebuild_progress *),
                     void *context, struct error *error)
{
    struct rebuild_progress now = { .from = work->position };
    bool more = true;
    while (more) {
        if (!query_do(work->query, "BEGIN", 0, NULL, error) || !run_fold(work, &more, error) ||
            !query_do(work->query, "COMMIT", 0, NULL, error)) {
            rollback(work->query);
            return false;
        }
        now.position = work->position;
        if (!head_read(work->query, LOG_END, &now.head, error))
            return false;
        if (progress != NULL)
            progress(context, &now);
        /* What little is left goes into the exchange; else a busy log would never be caught. */
        more = more && now.head - now.position > CLOSE_ENOUGH;
    }
    return true;
}

static bool lock_take(struct work *work, struct error *error)
{
    struct rows *rows =
        query_run(work->query, "SELECT pg_try_advisory_lock(hashtext('esbank'), hashtext($1))", 1,
                  (const char *[]){ work->shadow }, error);
    if (rows == NULL)
        return false;
    bool taken = rows_text(rows, 0, 0)[0] == 't';
    rows_free(rows);
    return taken ||
           error_set(error, ERROR_CONFLICT, "%s is being rebuilt already: wait until that is done",
                     work->projection->name);
}

bool rebuild(struct query *query, const struct projection *projection,
             void (*progress)(void *context, const struct rebuild_progress *progress),
             void *context, struct rebuild_result *result, struct error *error)
{
    *result = (struct rebuild_result){ 0 };
    struct work work = { .query = query, .projection = projection, .result = result };
    char table[NAME_SIZE + 10];
    snprintf(work.shadow, sizeof work.shadow, "%s_rebuild", projection->name);
    snprintf(table, sizeof table, "esbank.%s", work.shadow);
    work.statement = rebuild_statement(projection, table);
    columns_init(&work.columns, projection->column, projection->column_count);
    work.record = calloc(LOG_READER_CHUNK * UPCAST_EVENTS_MAX, sizeof *work.record);
    if (work.record == NULL)
        panic("out of memory");

    bool worked = query_follow_indexes(query, error) && lock_take(&work, error) &&
                  scratch_remake(query, projection->name, &result->made, error) &&
                  shadow_open(&work, error),
         busy = worked;
    for (int tries = 0; worked && busy; tries++) {
        worked = catch_up(&work, progress, context, error);
        if (!worked || exchange(&work, &busy, error))
            break;
        worked = busy && tries < EXCHANGE_TRIES;
        if (worked)
            clock_pause_ms(EXCHANGE_WAIT_MS);
        else if (busy)
            error_set(error, ERROR_PASSING,
                      "a session holds on to esbank.%.60s, so it cannot be exchanged: end it (see"
                      " pg_stat_activity), then run this again, which goes on from here",
                      projection->name);
    }
    free(work.statement);
    free(work.record);
    columns_finish(&work.columns);
    return worked;
}

/* SPDX-License-Identifier: MIT */
/*
 * What the event handlers wrote, made again: each is shown the events up to its
 * checkpoint, its statements work on temporary tables, and those must then hold
 * the same rows. The tables are those that its `forget` names, and of them the
 * rows that it would remove.
 *
 * Events that are left out (subscription_skips) or parked are left out here too,
 * and the report says how many were left out.
 */
#include "bank/postgres/scratch_schema.h"
#include "bank/subscriptions/handler.h"
#include "bank/verify/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANDLERS_MAX 32

struct replay {
    const struct handler *handler;
    int64_t position;      /* how far its rows go */
    int64_t added;         /* the events up to there were handled here */
    uint64_t left_so_far;  /* of what was left out by then, to see whether it still is */
    struct rows *left_out; /* where each range begins, and where it or one before it ends */
    size_t begun;          /* how many of them have begun */
    int64_t left_out_count;
    struct effects effects;
    bool broken, moved; /* moved: it was reset or repaired, and so is broken */
};

struct replays {
    size_t count;
    struct replay replay[HANDLERS_MAX];
};

struct replays *replays_create(void)
{
    struct replays *replays = calloc(1, sizeof *replays);
    if (replays == NULL)
        panic("out of memory");
    for (size_t i = 0; i < HANDLERS_MAX && handlers[i] != NULL; i++) {
        replays->replay[replays->count].handler = handlers[i];
        effects_init(&replays->replay[replays->count++].effects);
    }
    return replays;
}

void replays_destroy(struct replays *replays)
{
    for (size_t i = 0; i < replays->count; i++) {
        effects_finish(&replays->replay[i].effects);
        rows_free(replays->replay[i].left_out);
    }
    free(replays);
}

/* ---- its tables ---- */

bool replays_tables(struct verify *verify, struct error *error)
{
    if (!verify->scratch) {
        verify->replays->count = 0;
        verify_leave_scratch(verify, VERIFY_HANDLERS);
        return true;
    }
    if (!scratch_functions(verify->query, error))
        return false;
    for (size_t i = 0; i < verify->replays->count; i++) {
        const char *const *forget = verify->replays->replay[i].handler->forget;
        for (; forget != NULL && *forget != NULL; forget++) {
            char table[HANDLER_TABLE_SIZE], sql[300];
            const char *where;
            if (!handler_rows(*forget, table, &where))
                continue;
            snprintf(sql, sizeof sql,
                     "CREATE TEMPORARY TABLE IF NOT EXISTS %s (LIKE esbank.%s INCLUDING ALL)",
                     table, table);
            if (!query_do(verify->query, sql, 0, NULL, error))
                return false;
        }
    }
    return true;
}

static bool left_out_read(struct verify *verify, struct replay *replay, struct error *error)
{
    replay->left_out = query_run(
        verify->query,
        "SELECT first, max(last) OVER (ORDER BY first, last ROWS UNBOUNDED PRECEDING) FROM"
        " (SELECT first_position AS first, last_position AS last FROM esbank.subscription_skips"
        " WHERE subscription = $1 UNION ALL"
        " SELECT position, position FROM esbank.parked_events WHERE projection = $1) AS out"
        " ORDER BY first, last",
        1, (const char *[]){ replay->handler->name }, error);
    return replay->left_out != NULL;
}

/* Of the ranges that begin up to there. */
static uint64_t left_out_of(const struct replay *replay, int64_t to)
{
    uint64_t hash = 0;
    for (size_t row = 0; replay->left_out != NULL && row < rows_count(replay->left_out); row++)
        if (rows_integer(replay->left_out, row, 0) <= to)
            hash = (hash ^ (uint64_t)rows_integer(replay->left_out, row, 0)) * 1099511628211u +
                   (uint64_t)rows_integer(replay->left_out, row, 1);
    return hash;
}

/* What was handled here, and what was left out, still is. */
static bool replay_stands(const struct replay *replay)
{
    return replay->position >= replay->added &&
           left_out_of(replay, replay->added) == replay->left_so_far;
}

static void replay_judge(struct verify *verify, struct replay *replay, int64_t parked)
{
    if (parked > 0)
        verify_fail(verify, VERIFY_HANDLERS, 0, NULL,
                    "%" PRId64 " events of %s are parked: `bank subscription retry %s`", parked,
                    replay->handler->name, replay->handler->name);
    if (replay->moved)
        verify_leave(verify, VERIFY_HANDLERS, "one was reset or repaired meanwhile: verify again");
}

bool replays_checkpoints(struct verify *verify, bool last, struct error *error)
{
    for (size_t i = 0; i < verify->replays->count; i++) {
        struct replay *replay = &verify->replays->replay[i];
        replay->left_so_far = left_out_of(replay, replay->added);
        struct rows *rows = query_run(verify->query,
                                      "SELECT greatest(s.position, s.handled_to), (SELECT count(*)"
                                      " FROM esbank.parked_events e WHERE e.projection = s.name)"
                                      " FROM esbank.subscriptions s WHERE s.name = $1",
                                      1, (const char *[]){ replay->handler->name }, error);
        rows_free(replay->left_out);
        replay->left_out = NULL;
        replay->begun = 0;
        if (rows == NULL || !left_out_read(verify, replay, error)) {
            rows_free(rows);
            return false;
        }
        if (rows_count(rows) > 0)
            replay->position = rows_integer(rows, 0, 0);
        replay->moved = replay->moved || (!replay->broken && !replay_stands(replay));
        replay->broken = replay->broken || replay->moved;
        if (last)
            replay_judge(verify, replay, rows_count(rows) > 0 ? rows_integer(rows, 0, 1) : 0);
        rows_free(rows);
    }
    return true;
}

static bool goes_on(const struct replay *replay)
{
    return !replay->broken && replay->position > replay->added;
}

void replays_range(const struct verify *verify, int64_t *from, int64_t *to)
{
    for (size_t i = 0; i < verify->replays->count; i++) {
        const struct replay *replay = &verify->replays->replay[i];
        if (goes_on(replay) && replay->added < *from)
            *from = replay->added;
        if (goes_on(replay) && replay->position > *to)
            *to = replay->position;
    }
}

/* ---- the events ---- */

static bool effects_run(struct verify *verify, struct replay *replay, int64_t position,
                        struct error *error)
{
    struct error reason;
    bool worked = true;
    if (replay->effects.count == 0)
        return true;
    if (!query_do(verify->query, "SAVEPOINT run", 0, NULL, error))
        return false;
    for (size_t i = 0; worked && i < replay->effects.count; i++) {
        struct effect *effect = &replay->effects.effect[i];
        char *sql = scratch_sql(effect->statement->sql);
        worked = query_do_columns(verify->query, sql, &effect->columns, &reason);
        free(sql);
    }
    if (worked)
        return query_do(verify->query, "RELEASE run", 0, NULL, error);
    replay->broken = true;
    verify_fail(verify, VERIFY_HANDLERS, position, NULL,
                "%s cannot take this event or one soon after it: %.250s", replay->handler->name,
                reason.message);
    return query_do(verify->query, "ROLLBACK TO run", 0, NULL, error);
}

static bool is_left_out(struct replay *replay, int64_t position)
{
    while (replay->begun < rows_count(replay->left_out) &&
           rows_integer(replay->left_out, replay->begun, 0) <= position)
        replay->begun++;
    return replay->begun > 0 && rows_integer(replay->left_out, replay->begun - 1, 1) >= position;
}

/* False: it cannot be handled. */
static bool replay_handle(struct verify *verify, struct replay *replay,
                          const struct event_record *record)
{
    struct error reason;
    if (!handler_wants(replay->handler, record->event.kind))
        return true;
    if (is_left_out(replay, record->position)) {
        replay->left_out_count++;
        return true;
    }
    if (replay->handler->handle(&replay->effects, record, &reason))
        return true;
    verify_fail(verify, VERIFY_HANDLERS, record->position, NULL,
                "%s cannot take this event: %.250s", replay->handler->name, reason.message);
    return false;
}

bool replays_add(struct verify *verify, const struct event_record *records, size_t count,
                 struct error *error)
{
    for (size_t i = 0; i < verify->replays->count; i++) {
        struct replay *replay = &verify->replays->replay[i];
        effects_reset(&replay->effects);
        size_t at = 0;
        while (at < count && records[at].position <= replay->added)
            at++;
        for (; at < count && !replay->broken && records[at].position <= replay->position; at++) {
            replay->broken = !replay_handle(verify, replay, &records[at]);
            replay->added = records[at].position;
        }
        if (!replay->broken && count > 0 &&
            !effects_run(verify, replay, records[0].position, error))
            return false;
    }
    return true;
}

/* ---- the rows ---- */

static bool replay_compare(struct verify *verify, const struct replay *replay, struct error *error)
{
    const char *const *forget = replay->handler->forget;
    for (; forget != NULL && *forget != NULL; forget++) {
        char table[HANDLER_TABLE_SIZE], live[400], made[400], key[VERIFY_KEY_SIZE];
        const char *where;
        enum verify_difference difference;
        if (!handler_rows(*forget, table, &where))
            continue;
        verify->report->finding[VERIFY_HANDLERS].checked++;
        snprintf(live, sizeof live, "(SELECT * FROM esbank.%s%s)", table, where);
        snprintf(made, sizeof made, "(SELECT * FROM pg_temp.%s%s)", table, where);
        if (!verify_rows(verify, table, live, made, &difference, key, error))
            return false;
        if (difference != VERIFY_SAME)
            verify_fail(
                verify, VERIFY_HANDLERS, 0, NULL,
                "esbank.%s %s %s, which does not follow from the log: `bank subscription reset %s`",
                table, difference == VERIFY_SURPLUS ? "holds" : "lacks", key,
                replay->handler->name);
    }
    return true;
}

static bool strangers_find(struct verify *verify, struct error *error)
{
    char names[1000] = "{";
    for (size_t i = 0; handlers[i] != NULL && strlen(names) < sizeof names - 100; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%.80s", i > 0 ? "," : "",
                 handlers[i]->name);
    strcat(names, "}");
    struct rows *rows = query_run(
        verify->query, "SELECT count(*) FROM esbank.alerts WHERE handler <> ALL ($1::text[])", 1,
        (const char *[]){ names }, error);
    if (rows == NULL)
        return false;
    if (rows_integer(rows, 0, 0) > 0)
        verify_fail(verify, VERIFY_HANDLERS, 0, NULL,
                    "esbank.alerts holds %" PRId64
                    " alerts of handlers that this program does not have",
                    rows_integer(rows, 0, 0));
    rows_free(rows);
    return true;
}

bool replays_compare(struct verify *verify, struct error *error)
{
    for (size_t i = 0; i < verify->replays->count; i++) {
        const struct replay *replay = &verify->replays->replay[i];
        if (replay->left_out_count > 0)
            verify_note(verify, VERIFY_HANDLERS, "%s leaves out %" PRId64 " of its events",
                        replay->handler->name, replay->left_out_count);
    }
    for (size_t i = 0; i < verify->replays->count; i++)
        if (!verify->replays->replay[i].broken &&
            !replay_compare(verify, &verify->replays->replay[i], error))
            return false;
    return strangers_find(verify, error);
}

/* SPDX-License-Identifier: MIT */
#include "bank/postgres/query.h"
#include "bank/store/parts.h"
#include "shared/clock.h"

#include <inttypes.h>
#include <stdio.h>

enum { PATIENCE_MS = 5000, PAUSE_MS = 2 };

/* Where the log ends; 0 where there is none: of that the command's own statement complains. */
static int64_t head(struct query *query)
{
    struct error ignored;
    struct rows *rows = query_run(query, LOG_END, 0, NULL, &ignored);
    const int64_t position = rows != NULL && rows_count(rows) == 1 ? rows_integer(rows, 0, 0) : 0;
    rows_free(rows);
    return position;
}

/* Whether one is behind that is being brought on. */
static bool behind(struct query *query, int64_t position)
{
    static const char sql[] =
        "SELECT FROM esbank.projections WHERE state = 'inline' AND position < $1::bigint"
        " AND EXISTS (SELECT FROM " LOCKS_OF(COMMIT_LOCK) " AND granted) LIMIT 1";
    char number[24];
    struct error ignored;
    snprintf(number, sizeof number, "%" PRId64, position);
    struct rows *rows = query_run(query, sql, 1, (const char *[]){ number }, &ignored);
    const bool any = rows != NULL && rows_count(rows) > 0;
    rows_free(rows);
    return any;
}

/* Whether a handler is behind that a bank runs and nothing keeps from going on. */
static bool handler_behind(struct query *query, int64_t position)
{
    static const char sql[] = "SELECT FROM esbank.lag WHERE kind = 'subscription' AND state IN"
                              " ('catching up', 'live') AND checkpoint < $1::bigint LIMIT 1";
    char number[24];
    struct error ignored;
    snprintf(number, sizeof number, "%" PRId64, position);
    struct rows *rows = query_run(query, sql, 1, (const char *[]){ number }, &ignored);
    const bool any = rows != NULL && rows_count(rows) > 0;
    rows_free(rows);
    return any;
}

bool query_bank_serves(struct query *query, bool *serves, struct error *error)
{
    struct rows *rows = query_run(
        query, "SELECT FROM " LOCKS_OF(COMMIT_LOCK) " AND granted LIMIT 1", 0, NULL, error);
    if (rows == NULL)
        return false;
    *serves = rows_count(rows) > 0;
    rows_free(rows);
    return true;
}

void query_await_handlers(struct query *query)
{
    const int64_t wanted = head(query), until_ms = clock_now_ms() + PATIENCE_MS;
    while (wanted > 0 && handler_behind(query, wanted) && clock_now_ms() < until_ms)
        clock_pause_ms(PAUSE_MS);
}

void query_await_models(struct query *query)
{
    const int64_t wanted = head(query), until_ms = clock_now_ms() + PATIENCE_MS;
    while (wanted > 0 && behind(query, wanted) && clock_now_ms() < until_ms)
        clock_pause_ms(PAUSE_MS);
}

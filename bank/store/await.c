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

/* A read model is behind that is being brought on. */
static const char model_behind[] =
    "SELECT FROM esbank.projections WHERE state = 'inline' AND position < $1::bigint"
    " AND EXISTS (SELECT FROM " LOCKS_OF(COMMIT_LOCK) " AND granted) LIMIT 1";

/* A handler is behind that a bank runs and nothing keeps from going on. */
static const char handler_behind[] =
    "SELECT FROM esbank.lag WHERE kind = 'subscription' AND state IN"
    " ('catching up', 'live') AND checkpoint < $1::bigint LIMIT 1";

static bool is_behind(struct query *query, const char *sql, int64_t position)
{
    char number[24];
    struct error ignored;
    snprintf(number, sizeof number, "%" PRId64, position);
    struct rows *rows = query_run(query, sql, 1, (const char *[]){ number }, &ignored);
    const bool any = rows != NULL && rows_count(rows) > 0;
    rows_free(rows);
    return any;
}

static void await(struct query *query, const char *sql)
{
    const int64_t wanted = head(query), until_ms = clock_now_ms() + PATIENCE_MS;
    while (wanted > 0 && is_behind(query, sql, wanted) && clock_now_ms() < until_ms)
        clock_pause_ms(PAUSE_MS);
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
    await(query, handler_behind);
}

void query_await_models(struct query *query)
{
    await(query, model_behind);
}

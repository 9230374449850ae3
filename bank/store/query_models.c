/* SPDX-License-Identifier: MIT */
#include "bank/store/clock.h"
#include "bank/store/query.h"
#include "bank/store/store_parts.h"

#include <inttypes.h>
#include <stdio.h>

enum { PATIENCE_MS = 5000, PAUSE_MS = 2 };

/* Where the log ends. 0: there is none, or nobody who brings its events to the read models. */
static int64_t head_to_await(struct query *query)
{
    static const char sql[] = "SELECT position FROM esbank.log_head WHERE shard = 0 AND EXISTS (SELECT FROM "
                              "pg_locks WHERE locktype ="
                              " 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE "
                              "datname = current_database())"
                              " AND (classid::bigint << 32 | objid::bigint) = " COMMIT_LOCK ")";
    struct error ignored; /* of a database without a log the command's own statement complains */
    struct rows *rows = query_run(query, sql, 0, NULL, &ignored);
    const int64_t head = rows != NULL && rows_count(rows) == 1 ? rows_integer(rows, 0, 0) : 0;
    rows_free(rows);
    return head;
}

static bool behind(struct query *query, int64_t head)
{
    char number[24];
    struct error ignored;
    snprintf(number, sizeof number, "%" PRId64, head);
    struct rows *rows = query_run(
        query, "SELECT FROM esbank.projections WHERE state = 'inline' AND position < $1::bigint LIMIT 1", 1,
        (const char *[]){ number }, &ignored);
    const bool any = rows != NULL && rows_count(rows) > 0;
    rows_free(rows);
    return any;
}

void query_await_models(struct query *query)
{
    const int64_t head = head_to_await(query), until_ms = clock_now_ms() + PATIENCE_MS;
    while (head > 0 && behind(query, head) && clock_now_ms() < until_ms)
        clock_pause_ms(PAUSE_MS);
}

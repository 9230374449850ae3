/* SPDX-License-Identifier: MIT */
/*
 * Each count is by an index that has only what is counted, or of a table that is small. Of the
 * sagas the states that have no such index are left out: a disputed one has its alert.
 */
#include "bank/server/census.h"

#include "bank/codec/event_row.h"
#include "bank/postgres/connection.h"
#include "bank/postgres/sessions.h"
#include "shared/clock.h"
#include "shared/error.h"

#include <stdio.h>
#include <stdlib.h>

enum { TAG_ASK = 1, ASK_EVERY_MS = 5000, FRESH_MS = 60000, COUNTS_MAX = 128 };

static const char ask[] =
    "SELECT 0, 'dispensing', count(*) FROM esbank.withdrawals WHERE state = 'dispensing'"
    " UNION ALL"
    " SELECT 0, 'suspect', count(*) FROM esbank.withdrawals WHERE state = 'suspect'"
    " UNION ALL"
    " SELECT 1, 'suspect', count(*) FROM esbank.deposits WHERE state = 'suspect'"
    " UNION ALL"
    " SELECT 1, 'held', count(*) FROM esbank.deposits WHERE state = 'held'"
    " UNION ALL"
    " SELECT 2, s.name, (SELECT count(*) FROM esbank.alerts a"
    " WHERE a.handler = s.name AND a.cleared_position IS NULL) FROM esbank.subscriptions s"
    " UNION ALL"
    " SELECT 3, n.name, (SELECT count(*) FROM esbank.parked_events p WHERE p.projection = n.name)"
    " FROM (SELECT name FROM esbank.subscriptions UNION SELECT name FROM esbank.projections) n"
    " ORDER BY 1, 2";

struct census {
    struct connection *connection;
    int64_t next_ms, answered_ms; /* answered_ms 0: never */
    bool asking;
    size_t count, coming_count;
    struct census_count counts[COUNTS_MAX], coming[COUNTS_MAX];
};

static void on_ready(void *context)
{
    struct census *census = context;
    census->coming_count = 0;
    census->asking = true;
    connection_query(census->connection, TAG_ASK, ask, NULL);
    connection_sync(census->connection, TAG_ASK);
}

static void on_result(void *context, int tag, const PGresult *result)
{
    struct census *census = context;
    (void)tag;
    if (result_failed(result)) /* whatever else the bank asks fails then, too */
        return;
    for (int row = 0; row < PQntuples(result) && census->coming_count < COUNTS_MAX; row++) {
        struct census_count *to = &census->coming[census->coming_count++];
        to->kind = (enum census_kind)row_int32(result, row, 0);
        snprintf(to->name, sizeof to->name, "%.*s", PQgetlength(result, row, 1),
                 PQgetvalue(result, row, 1));
        to->count = row_int64(result, row, 2);
    }
}

static void on_synced(void *context, int tag)
{
    struct census *census = context;
    (void)tag;
    census->asking = false;
    if (census->coming_count == 0)
        return;
    for (size_t i = 0; i < census->coming_count; i++)
        census->counts[i] = census->coming[i];
    census->count = census->coming_count;
    census->answered_ms = clock_now_ms();
}

static void on_lost(void *context, const char *why)
{
    struct census *census = context;
    (void)why; /* the next question makes another session */
    census->asking = false;
    connection_close(census->connection);
}

static void on_unreachable(void *context)
{
    on_lost(context, "");
}

struct census *census_create(struct event_base *loop, const char *conninfo)
{
    struct census *census = calloc(1, sizeof *census);
    if (census == NULL)
        panic("out of memory");
    const struct connection_hooks hooks = { .name = SESSION_METRICS,
                                            .context = census,
                                            .ready = on_ready,
                                            .result = on_result,
                                            .synced = on_synced,
                                            .lost = on_lost,
                                            .unreachable = on_unreachable };
    census->connection = connection_create(loop, conninfo, &hooks);
    return census;
}

void census_destroy(struct census *census)
{
    if (census == NULL)
        return;
    connection_destroy(census->connection);
    free(census);
}

void census_tick(struct census *census, bool active, int64_t now_ms)
{
    if (!active) {
        census->next_ms = 0;
        census->asking = false;
        connection_close(census->connection);
        return;
    }
    if (now_ms < census->next_ms || census->asking)
        return;
    census->next_ms = now_ms + ASK_EVERY_MS;
    if (connection_ready(census->connection))
        on_ready(census);
    else
        connection_open(census->connection);
}

size_t census_counts(const struct census *census, const struct census_count **counts)
{
    *counts = census->counts;
    if (census->answered_ms == 0 || clock_now_ms() - census->answered_ms > FRESH_MS)
        return 0;
    return census->count;
}

/* SPDX-License-Identifier: MIT */
/* What the overview has from the database: who follows the log how far behind, and Postgres. */
#include "bank/console/parts.h"

#include <inttypes.h>
#include <stdio.h>

/* Followers that have troubles or are behind come first; a screen that has room for the sums alone
 * has those. */
static const char sql[] =
    "WITH l AS (SELECT *, parked > 0 OR error IS NOT NULL AS bad FROM esbank.lag)"
    " SELECT * FROM ("
    " (SELECT 'sum' AS what, CASE kind WHEN 'projection' THEN 'read models' ELSE 'handlers' END AS "
    "name,"
    "   concat_ws(', ', max(lag), nullif(sum(parked), 0) || ' parked',"
    "     nullif(count(*) FILTER (WHERE error IS NOT NULL), 0) || ' failing') AS value,"
    "   CASE WHEN bool_or(bad) THEN 'bad' WHEN max(lag) > 1000 THEN 'warning' END AS tone"
    "   FROM l GROUP BY kind ORDER BY kind)"
    " UNION ALL (SELECT 'lag', format('%s %s', kind, name),"
    "   CASE WHEN parked > 0 THEN format('%s, %s parked', lag, parked)"
    "        WHEN state IN ('retrying', 'paused', 'not running') THEN format('%s, %s', lag, state)"
    "        ELSE lag::text END,"
    "   CASE WHEN bad THEN 'bad' WHEN lag > 1000 THEN 'warning' END"
    "   FROM l ORDER BY bad DESC, lag DESC, kind DESC, name)"
    " UNION ALL SELECT 'bank', 'standing by',"
    "   greatest(count(*) - 1, 0)::text, NULL FROM pg_stat_activity"
    "   WHERE datname = current_database() AND application_name = 'bank: lease'"
    " UNION ALL SELECT 'postgres', 'fsync', current_setting('fsync'),"
    "   CASE current_setting('fsync') WHEN 'on' THEN NULL ELSE 'bad' END"
    " UNION ALL SELECT 'postgres', 'sessions',"
    "   format('%s of %s', (SELECT count(*) FROM pg_stat_activity WHERE datname = "
    "current_database()),"
    "   current_setting('max_connections')), NULL"
    " UNION ALL SELECT 'postgres', 'replicas',"
    "   (SELECT count(*) FROM pg_stat_replication)::text"
    "     || CASE current_setting('synchronous_standby_names') WHEN '' THEN '' ELSE ', "
    "synchronous' END, NULL"
    " UNION ALL SELECT 'postgres', 'size', pg_size_pretty(pg_database_size(current_database())), "
    "NULL"
    " UNION ALL SELECT 'postgres', 'version', split_part(current_setting('server_version'), ' ', "
    "1), NULL"
    ") AS o (what, name, value, tone)";

bool overview_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                    struct error *error)
{
    (void)ask;
    struct rows *rows = query_run(reader->query, sql, 0, NULL, error);
    if (rows == NULL)
        return false;
    for (size_t row = 0; row < rows_count(rows); row++) {
        struct page_row *to = page_add(page);
        for (unsigned column = 0; column < 3; column++)
            to->cell[column] = page_copy(rows_text(rows, row, column));
        const char *tone = rows_text(rows, row, 3);
        to->tone = tone == NULL ? TONE_PLAIN : tone[0] == 'b' ? TONE_BAD : TONE_WARNING;
    }
    rows_free(rows);
    return true;
}

static void row_add(struct page *page, const char *what, const char *name, const char *value)
{
    struct page_row *row = page_add(page);
    row->cell[0] = page_copy(what);
    row->cell[1] = page_copy(name);
    row->cell[2] = page_copy(value);
}

void overview_add_bank(const struct figures *figures, struct page *page)
{
    char text[40];
    row_add(page, "bank", "state", figures->known ? figures->state : "unknown");
    if (!figures->known)
        return;
    const size_t newest = figures->seconds > 0 ? figures->seconds - 1 : 0;
    const struct {
        const char *name;
        int64_t value;
    } rows[] = {
        { "up, s", figures->uptime_s },
        { "withdrawals/s", figures->series[SERIES_withdrawals][newest] },
        { "commands/s", figures->series[SERIES_commands][newest] },
        { "batches/s", figures->series[SERIES_batches][newest] },
        { "p50, us", figures->latency_p50_us },
        { "p99, us", figures->latency_p99_us },
        { "queued", figures->queued },
        { "open dispenses", figures->open_withdrawals },
        { "machines", figures->terminals },
        { "operators", figures->operators },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(text, sizeof text, "%" PRId64, rows[i].value);
        row_add(page, "bank", rows[i].name, text);
    }
    for (size_t i = 0; i < figures->refusal_count; i++) {
        snprintf(text, sizeof text, "%" PRId64, figures->refusal[i].count);
        row_add(page, "refused", figures->refusal[i].name, text);
    }
}

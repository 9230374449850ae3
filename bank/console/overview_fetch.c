/* SPDX-License-Identifier: MIT */
/* What the overview has from the database: who follows the log how far behind, and Postgres. */
#include "bank/console/parts.h"

static const char sql[] =
    "SELECT * FROM ("
    " (SELECT 'lag' AS what, format('%s %s', kind, name) AS name,"
    "   CASE WHEN parked > 0 THEN format('%s, %s parked', lag, parked)"
    "        WHEN state IN ('retrying', 'paused', 'not running') THEN format('%s, %s', lag, state)"
    "        ELSE lag::text END AS value,"
    "   CASE WHEN parked > 0 OR error IS NOT NULL THEN 'bad' WHEN lag > 1000 THEN 'warning' END"
    "   FROM esbank.lag ORDER BY (parked > 0 OR error IS NOT NULL) DESC, lag DESC, name LIMIT 6)"
    " UNION ALL SELECT 'postgres', 'version', split_part(current_setting('server_version'), ' ', "
    "1), NULL"
    " UNION ALL SELECT 'postgres', 'sessions',"
    "   format('%s of %s', (SELECT count(*) FROM pg_stat_activity WHERE datname = "
    "current_database()),"
    "   current_setting('max_connections')), NULL"
    " UNION ALL SELECT 'postgres', 'size', pg_size_pretty(pg_database_size(current_database())), "
    "NULL"
    " UNION ALL SELECT 'postgres', 'standbys',"
    "   (SELECT count(*) FROM pg_stat_replication)::text"
    "     || CASE current_setting('synchronous_standby_names') WHEN '' THEN '' ELSE ', "
    "synchronous' END, NULL"
    " UNION ALL SELECT 'postgres', 'fsync', current_setting('fsync'),"
    "   CASE current_setting('fsync') WHEN 'on' THEN NULL ELSE 'warning' END"
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

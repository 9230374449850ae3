/* SPDX-License-Identifier: MIT */
/* The order of the passes, and what is concluded from them. */
#include "bank/verify/jobs.h"

#include "bank/codec/event_row.h"
#include "shared/clock.h"

#define ROUNDS_MAX   10
#define CLOSE_ENOUGH 5000 /* events that may be left for the transaction at the end */

/* ---- what moves on ---- */

/* Adds what read models and handlers have had since. *left: how many events are still to be added.
 */
static bool catch_up(struct verify *verify, int64_t *left, struct error *error)
{
    int64_t from = INT64_MAX, to = 0;
    if (!models_checkpoints(verify, verify->snapshot, error) ||
        !replays_checkpoints(verify, verify->snapshot, error))
        return false;
    models_range(verify, &from, &to);
    replays_range(verify, &from, &to);
    *left = to > from ? to - from : 0;
    return *left == 0 || (!verify->snapshot && *left <= CLOSE_ENOUGH) ||
           verify_log_range(verify, VERIFY_LOG_FOLD, from + 1, to, error);
}

/* Until little is left for the transaction at the end. */
static bool catch_up_nearly(struct verify *verify, struct error *error)
{
    int64_t left = INT64_MAX;
    for (int round = 0; round < ROUNDS_MAX && left > CLOSE_ENOUGH; round++)
        if (!catch_up(verify, &left, error))
            return false;
    return true;
}

/* ---- all of it ---- */

static bool head_read(struct verify *verify, struct error *error)
{
    struct rows *rows =
        query_run(verify->query,
                  "SELECT e.position, (extract(epoch FROM now()) * 1000000)::bigint,"
                  " h.position, h.hash, h.epoch, h.seal FROM (" LOG_END ") e"
                  " LEFT JOIN esbank.log_head h ON h.shard = 0",
                  0, NULL, error);
    if (rows == NULL)
        return false;
    verify->head = rows_integer(rows, 0, 0);
    verify->report->at_us = rows_integer(rows, 0, 1);
    if (rows_count(rows) > 1)
        verify_fail(verify, VERIFY_HEAD, 0, NULL, "esbank.log_head has more than one row");
    seals_begin(verify, rows);
    rows_free(rows);
    return true;
}

/* Only a log in which nothing is wrong is worth an anchor. */
static void conclude(struct verify *verify)
{
    struct verify_report *report = verify->report;
    const struct log_seal *head = seals_head(verify);
    report->clean = true;
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++)
        if (report->finding[check].failed > 0 || report->finding[check].left)
            report->clean = false;
    report->anchored = report->clean && head != NULL;
    if (report->anchored)
        report->anchor = anchor_make(seals_sealer(verify), &report->end, head, report->at_us);
}

/* Everything that is compared with what moves on, in one state of the database. */
static bool look_at_end(struct verify *verify, struct error *error)
{
    int64_t left;
    verify->snapshot = true;
    return query_do(verify->query, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", 0, NULL,
                    error) &&
           catch_up(verify, &left, error) && verify_data_keys(verify, error) &&
           verify_checkpoints(verify, error) && models_compare(verify, error) &&
           replays_compare(verify, error) && catalogue_compare(verify, error) &&
           query_do(verify->query, "COMMIT", 0, NULL, error);
}

static bool scratch_ask(struct verify *verify, struct error *error)
{
    struct rows *rows = query_run(verify->query,
                                  "SELECT NOT pg_is_in_recovery() AND "
                                  "has_database_privilege(current_database(), 'TEMPORARY')",
                                  0, NULL, error);
    if (rows == NULL)
        return false;
    verify->scratch = rows_text(rows, 0, 0)[0] == 't';
    rows_free(rows);
    return true;
}

static bool look(struct verify *verify, struct error *error)
{
    struct query *query = verify->query;
    return scratch_ask(verify, error) && catalogue_expect(verify, error) &&
           query_follow_indexes(query, error) && models_tables(verify, error) &&
           replays_tables(verify, error) && head_read(verify, error) &&
           models_checkpoints(verify, false, error) && replays_checkpoints(verify, false, error) &&
           jobs_run(verify, error) && verify_commands(verify, error) &&
           catch_up_nearly(verify, error) && query_join_whole(query, true, error) &&
           seals_rows(verify, error) && look_at_end(verify, error);
}

bool verify(struct query *query, const struct verify_options *options, struct verify_report *report,
            struct error *error)
{
    *report = (struct verify_report){ .end = { .position = -1 }, .sealed_from = -1 };
    struct verify verify = { .query = query,
                             .options = options,
                             .report = report,
                             .models = models_create(),
                             .replays = replays_create(),
                             .seals = seals_create(options->log_key) };
    const int64_t begun_ms = clock_now_ms();
    bool worked = look(&verify, error);
    if (worked)
        conclude(&verify);
    report->took_ms = clock_now_ms() - begun_ms;
    report->processes = options->connect == NULL ? 1 : options->processes;
    models_destroy(verify.models);
    replays_destroy(verify.replays);
    seals_destroy(verify.seals);
    rows_free(verify.expected);
    return worked;
}

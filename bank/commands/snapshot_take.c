/* SPDX-License-Identifier: MIT */
/*
 * `bank snapshot take`. A snapshot is a fold of what has been committed, so
 * anybody may write one, also while a bank serves: it goes to the store
 * directly, and replaces only one that is older or of another layout. The
 * bank reads it the next time it reads the stream.
 */
#include "bank/cli/act.h"
#include "bank/cli/commands.h"
#include "bank/codec/event_row.h"
#include "bank/commands/events.h"
#include "bank/store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN 256 /* snapshots written in one statement */

static const enum column_type types[] = { COLUMN_TEXT, COLUMN_INT8, COLUMN_INT4, COLUMN_BYTEA };

static const char write_sql[] =
    "INSERT INTO esbank.snapshots AS s (stream_id, stream_version, layout, state)"
    " SELECT * FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::bytea[])"
    " ON CONFLICT (stream_id) DO UPDATE SET stream_version = EXCLUDED.stream_version,"
    " layout = EXCLUDED.layout, state = EXCLUDED.state, created_at = now()"
    " WHERE s.stream_version < EXCLUDED.stream_version OR s.layout <> EXCLUDED.layout";

static const char grown_sql[] =
    "SELECT e.stream_id FROM (SELECT stream_id, max(stream_version) AS version FROM esbank.events"
    " WHERE stream_id <> 'bank' GROUP BY stream_id) e LEFT JOIN esbank.snapshots s ON s.stream_id "
    "= e.stream_id AND s.layout "
    "="
    " CASE WHEN starts_with(e.stream_id, 'account-') THEN $1::integer ELSE $2::integer END"
    " WHERE e.version > coalesce(s.stream_version, 0) ORDER BY e.stream_id";

struct taking {
    struct query *query;
    struct columns columns;
    int64_t taken;
};

static bool write_out(struct taking *taking, struct error *error)
{
    if (taking->columns.rows == 0)
        return true;
    struct rows *rows = query_run_columns(taking->query, write_sql, &taking->columns, error);
    columns_reset(&taking->columns);
    if (rows == NULL)
        return false;
    taking->taken += rows_affected(rows);
    rows_free(rows);
    return true;
}

/* Folds the stream from its first event: what is taken owes nothing to snapshots of before. */
static bool take_one(struct taking *taking, const char *stream_id, struct error *error)
{
    static struct account account;
    static struct teller teller;
    enum stream_kind kind;
    struct uuid id;
    if (!stream_id_read(stream_id, strlen(stream_id), &kind, &id) || kind == STREAM_BANK)
        return error_set(error, ERROR_USAGE,
                         "\"%.80s\" is no stream: name one as account-ID or teller-ID", stream_id);
    bool of_account = kind == STREAM_ACCOUNT;
    if (!(of_account ? log_reader_fold_account(taking->query, &id, INT64_MAX, &account, error)
                     : log_reader_fold_teller(taking->query, &id, INT64_MAX, &teller, error)))
        return false;
    int64_t version = of_account ? account.version : teller.version;
    if (version == 0)
        return error_set(error, ERROR_DATABASE,
                         "there is no stream %.80s: `bank %s list` has those there are", stream_id,
                         of_account ? "account" : "teller");
    columns_bytes(&taking->columns, 0, stream_id, strlen(stream_id));
    columns_int8(&taking->columns, 1, version);
    columns_int4(&taking->columns, 2, snapshot_layout(kind));
    columns_bytes(&taking->columns, 3, of_account ? (const void *)&account : &teller,
                  snapshot_size(kind));
    return taking->columns.rows < RUN || write_out(taking, error);
}

static bool take_grown(struct taking *taking, struct error *error)
{
    char account_layout[16], teller_layout[16];
    snprintf(account_layout, sizeof account_layout, "%" PRId32, snapshot_layout(STREAM_ACCOUNT));
    snprintf(teller_layout, sizeof teller_layout, "%" PRId32, snapshot_layout(STREAM_TELLER));
    const char *const layouts[] = { account_layout, teller_layout };
    struct rows *rows = query_run(taking->query, grown_sql, 2, layouts, error);
    bool worked = rows != NULL;
    for (size_t i = 0; worked && i < rows_count(rows); i++)
        worked = take_one(taking, rows_text(rows, i, 0), error);
    rows_free(rows);
    return worked;
}

static int run(struct arguments *arguments)
{
    struct error error;
    const char *stream = argument_text(arguments, "STREAM");
    if (!act_record(arguments, ACT_SNAPSHOT_TAKE, stream))
        return EXIT_FAILURE;
    struct taking taking = { .query = query_of(arguments, &error) };
    if (taking.query == NULL)
        return complain_error(&error);
    columns_init(&taking.columns, types, sizeof types / sizeof types[0]);
    bool worked = stream != NULL ? take_one(&taking, stream, &error) : take_grown(&taking, &error);
    worked = worked && write_out(&taking, &error);
    columns_finish(&taking.columns);
    query_close(taking.query);
    if (!worked)
        return complain_error(&error);
    if (arguments->json)
        printf("{\"taken\":%" PRId64 "}\n", taking.taken);
    else
        printf("%" PRId64 " snapshots taken%s\n", taking.taken,
               taking.taken == 0 ? "; there are no events since the last ones" : "");
    return EXIT_SUCCESS;
}

const struct bank_command command_snapshot_take = {
    .name = "snapshot take",
    .help = "take a snapshot of one stream, or of all that have grown since their last",
    .detail = "STREAM is account-ID or teller-ID. It may be done while a bank serves.",
    .words = WORDS(WORD("STREAM", STREAM, .optional = true)),
    .effect = ACTS,
    .run = run,
};

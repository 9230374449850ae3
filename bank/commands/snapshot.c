/* SPDX-License-Identifier: MIT */
/*
 * `bank snapshot list|drop`. Snapshots only make reading faster: the bank takes one
 * whenever a stream has grown enough, and without any it folds the whole
 * stream. So dropping them is always safe.
 */
#include "bank/cli/act.h"
#include "bank/cli/commands.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"
#include "bank/commands/listings.h"
#include "shared/hex.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column list_columns[] = {
    { "STREAM", "stream_id", CELL_TEXT },
    { "VERSION", "stream_version", CELL_NUMBER },
    { "BEHIND", "behind", CELL_NUMBER },
    { "LAYOUT", "layout", CELL_NUMBER | CELL_RANK(3) },
    { "BYTES", "bytes", CELL_NUMBER | CELL_RANK(2) },
    { "TAKEN", "created_at", CELL_TIME | CELL_RANK(1) },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_snapshot = {
    .name = "snapshot",
    .columns = list_columns,
    .select = "s.stream_id, s.stream_version, (SELECT max(e.stream_version) FROM esbank.events e"
              " WHERE e.stream_id = s.stream_id) - s.stream_version, s.layout,"
              " octet_length(s.state), to_char(s.created_at, " CELL_TIME_SQL ")",
    .from = "esbank.snapshots s",
    .id = "s.stream_id",
    .id_value = "$?::text",
    .orders = (const struct listing_order[]){ { "stream_id", "s.stream_id", "text" },
                                              { NULL, NULL, NULL } },
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_snapshot, arguments, NULL);
}

static int run_drop(struct arguments *arguments)
{
    struct error error;
    if (!act_record(arguments, ACT_SNAPSHOT_DROP, NULL))
        return EXIT_FAILURE;
    struct query *query = query_of(arguments, &error);
    struct rows *rows =
        query != NULL ? query_run(query, "DELETE FROM esbank.snapshots", 0, NULL, &error) : NULL;
    query_close(query);
    if (rows == NULL)
        return complain_error(&error);
    if (arguments->json)
        printf("{\"dropped\":%" PRId64 "}\n", rows_affected(rows));
    else
        printf("%" PRId64 " snapshots dropped; the bank takes new ones as streams grow\n",
               rows_affected(rows));
    rows_free(rows);
    return EXIT_SUCCESS;
}

const struct bank_command command_snapshot_list = {
    .name = "snapshot list",
    .help = "the snapshots there are, and how many events each is behind",
    .options = WORDS(LISTING_OPTIONS(STREAM)),
    .effect = READS,
    .run = run_list,
};

const struct bank_command command_snapshot_drop = {
    .name = "snapshot drop",
    .effect = ACTS,
    .help = "remove all snapshots; nothing is lost by it",
    .run = run_drop,
};

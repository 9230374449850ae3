/* SPDX-License-Identifier: MIT */
/* `bank projection list` and `bank projection rebuild`. */
#include "bank/cli/act.h"
#include "bank/cli/commands.h"
#include "bank/cli/progress.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"
#include "bank/commands/listings.h"
#include "bank/store/rebuild.h"
#include "shared/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column list_columns[] = {
    { "PROJECTION", "name", CELL_TEXT },
    { "STATE", "state", CELL_TEXT },
    { "VERSION", "version", CELL_NUMBER | CELL_RANK(4) },
    { "POSITION", "position", CELL_NUMBER | CELL_RANK(3) },
    { "HEAD", "head", CELL_NUMBER | CELL_RANK(2) },
    { "LAG", "lag", CELL_NUMBER },
    { "PARKED", "parked", CELL_NUMBER },
    { "ERROR", "error", CELL_TEXT | CELL_MAYBE | CELL_LONG },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_projection = {
    .name = "projection",
    .columns = list_columns,
    .select = "l.name, l.state, l.version, l.checkpoint, l.head, l.lag, l.parked, l.error",
    .from = "esbank.lag l",
    .where = "l.kind = 'projection'",
    .id = "l.name",
    .id_value = "$?::text",
    .orders = (const struct listing_order[]){ { "name", "l.name", "text" }, { NULL, NULL, NULL } },
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_projection, arguments, NULL);
}

const struct bank_command command_projection_list = {
    .name = "projection list",
    .help = "the read models and how far each has come",
    .options = WORDS(LISTING_OPTIONS(TEXT)),
    .effect = READS,
    .run = run_list,
};

static void step(void *context, const struct rebuild_progress *now)
{
    struct progress *progress = context;
    progress->from = now->from;
    progress_step(progress, now->position, now->head);
}

static int run_rebuild(struct arguments *arguments)
{
    struct error error;
    struct rebuild_result result;
    const struct projection *projection = projection_find(argument_text(arguments, "NAME"));
    if (!act_record(arguments, ACT_PROJECTION_REBUILD, projection->name))
        return EXIT_FAILURE;
    struct query *query = query_of(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    struct progress progress;
    const int64_t began_ms = clock_now_ms();
    progress_begin(&progress, arguments, projection->name);
    bool worked = rebuild(query, projection, step, &progress, &result, &error);
    progress_end(&progress);
    query_close(query);
    if (!worked)
        return complain_error(&error);
    int64_t elapsed_ms = clock_now_ms() - began_ms;
    if (arguments->json)
        printf("{\"name\":\"%s\",\"position\":%" PRId64 ",\"events\":%" PRId64
               ",\"parked\":%" PRId64 ",\"resumed\":%s,\"made\":%s,\"elapsed_ms\":%" PRId64 "}\n",
               projection->name, result.position, result.events, result.parked,
               result.resumed ? "true" : "false", result.made ? "true" : "false", elapsed_ms);
    else
        printf("%s is %s up to position %" PRId64 ": %" PRId64 " events%s, %" PRId64
               " parked, %" PRId64 " ms\n",
               projection->name, result.made ? "made again" : "rebuilt", result.position,
               result.events, result.resumed ? " after those of the earlier try" : "",
               result.parked, elapsed_ms);
    return EXIT_SUCCESS;
}

const struct bank_command command_projection_rebuild = {
    .name = "projection rebuild",
    .help = "make a read model again from the log, beside the old one, and exchange them",
    .detail = "The bank and its readers go on meanwhile. When interrupted, the same command goes "
              "on where it was.\n"
              "A table that is gone is made again from the migrations before.",
    .words = WORDS(WORD("NAME", PROJECTION)),
    .effect = ACTS,
    .run = run_rebuild,
};

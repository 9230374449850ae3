/* SPDX-License-Identifier: MIT */
/* `bank import`: bank/import/import.h does it, this tells. */
#include "bank/import/import.h"

#include "bank/cli/commands.h"
#include "bank/cli/progress.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"
#include "bank/commands/listings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A dry run says what there would be. */
static void types_fill(struct table *table, const struct import_report *report, bool dry_run)
{
#define TYPE_COLUMNS(heading, name)                                                                \
    {                                                                                              \
        { "TYPE", "event_type", CELL_TEXT }, { "EVENTS", "events", CELL_NUMBER },                  \
            { heading, name, CELL_NUMBER }, { "THERE", "present", CELL_NUMBER },                   \
            { "HISTORY ONLY", "kept", CELL_NUMBER }, { "LEFT OUT", "left_out", CELL_NUMBER },      \
            { NULL, NULL, CELL_TEXT },                                                             \
    }
    static const struct table_column done[] = TYPE_COLUMNS("APPENDED", "appended");
    static const struct table_column to_do[] = TYPE_COLUMNS("TO APPEND", "to_append");
    table_init(table, dry_run ? to_do : done);
    for (size_t i = 0; i < report->type_count; i++) {
        const struct import_type *type = &report->type[i];
        table_text(table, type->name);
        table_integer(table, type->events);
        table_integer(table, type->appended);
        table_integer(table, type->present);
        table_integer(table, type->kept);
        table_integer(table, type->left_out);
    }
}

static void findings_fill(struct table *table, const struct import_report *report)
{
    static const struct table_column columns[] = {
        { "FOUND", "kind", CELL_TEXT },
        { "POSITION", "position", CELL_NUMBER },
        { "ACCOUNT", "account_id", CELL_TEXT },
        { "DETAIL", "detail", CELL_TEXT },
        { NULL, NULL, CELL_TEXT },
    };
    table_init(table, columns);
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct import_finding *finding = &report->finding[i];
        table_text(table, finding->kind);
        if (finding->position > 0)
            table_integer(table, finding->position);
        else
            table_text(table, NULL);
        table_uuid(table, &finding->account_id);
        table_text(table, finding->detail);
    }
}

static void reasons_fill(struct table *table, const struct import_report *report)
{
    static const struct table_column columns[] = {
        { "FOUND", "kind", CELL_TEXT },          { "TIMES", "times", CELL_NUMBER },
        { "FIRST AT", "position", CELL_NUMBER }, { "ACCOUNT", "account_id", CELL_TEXT },
        { "DETAIL", "detail", CELL_TEXT },       { NULL, NULL, CELL_TEXT },
    };
    table_init(table, columns);
    for (size_t i = 0; i < report->reason_count; i++) {
        const struct import_reason *reason = &report->reason[i];
        table_text(table, reason->kind);
        table_integer(table, reason->times);
        if (reason->position > 0)
            table_integer(table, reason->position);
        else
            table_text(table, NULL);
        table_uuid(table, &reason->account_id);
        table_text(table, reason->detail);
    }
}

static void cards_fill(struct table *table, const struct import_report *report)
{
    static const struct table_column columns[] = {
        { "ACCOUNT", "account_id", CELL_TEXT },
        { "CARD", "card", CELL_TEXT },
        { NULL, NULL, CELL_TEXT },
    };
    table_init(table, columns);
    for (size_t i = 0; i < report->card_count; i++) {
        table_uuid(table, &report->card[i].account_id);
        table_text(table, report->card[i].masked);
    }
}

static void totals_print(const struct import_report *report, bool dry_run)
{
    printf("%s%" PRId64 " old events: %" PRId64 " events %s, %" PRId64 " were there, %" PRId64
           " history only, %" PRId64 " left out\n",
           dry_run ? "nothing was written. " : "", report->events, report->appended,
           dry_run ? "to append" : "appended", report->present, report->kept, report->left_out);
    printf("%" PRId64 " accounts, %" PRId64 " left out; %" PRId64 " sagas, %" PRId64 " ambiguous\n",
           report->accounts, report->accounts_left_out, report->sagas, report->ambiguous);
}

static void totals_print_json(const struct import_report *report, bool dry_run, char *types,
                              char *reasons, char *findings, char *cards)
{
    printf("{\"dry_run\":%s,\"events\":%" PRId64 ",\"%s\":%" PRId64 ",\"present\":%" PRId64
           ",\"kept\":%" PRId64 ",\"left_out\":%" PRId64 ",\"accounts\":%" PRId64
           ",\"accounts_left_out\":%" PRId64 ",\"sagas\":%" PRId64 ",\"ambiguous\":%" PRId64
           ",\"types\":%s,\"reasons\":%s,\"findings\":%s,\"cards\":%s}\n",
           dry_run ? "true" : "false", report->events, dry_run ? "to_append" : "appended",
           report->appended, report->present, report->kept, report->left_out, report->accounts,
           report->accounts_left_out, report->sagas, report->ambiguous, types, reasons, findings,
           cards);
}

static void report_print(const struct import_report *report, bool dry_run, bool json)
{
    enum { TYPES, REASONS, CARDS, FINDINGS, TABLES };
    struct table table[TABLES];
    types_fill(&table[TYPES], report, dry_run);
    reasons_fill(&table[REASONS], report);
    cards_fill(&table[CARDS], report);
    findings_fill(&table[FINDINGS], report);
    if (json) {
        char *text[TABLES];
        for (int i = 0; i < TABLES; i++)
            text[i] = table_json(&table[i]);
        totals_print_json(report, dry_run, text[TYPES], text[REASONS], text[FINDINGS], text[CARDS]);
        for (int i = 0; i < TABLES; i++)
            free(text[i]);
    } else {
        for (int i = 0; i < FINDINGS; i++)
            if (table[i].cell_count > 0) {
                table_print(&table[i], false);
                putchar('\n');
            }
        totals_print(report, dry_run);
    }
    for (int i = 0; i < TABLES; i++)
        table_finish(&table[i]);
}

static void step(void *context, int64_t done, int64_t total)
{
    progress_step(context, done, total);
}

static int run(struct arguments *arguments)
{
    struct progress progress;
    struct home home;
    struct error error;
    struct import_report report;
    struct import_options options = {
        .from = argument_text(arguments, "from"),
        .db = arguments->db,
        .cards = argument_text(arguments, "cards"),
        .home = &home,
        .progress = step,
        .context = &progress,
        .unit = strcmp(argument_text(arguments, "units"), "major") == 0 ? 100 : 1,
        .dry_run = argument_flag(arguments, "dry-run")
    };
    if (options.dry_run && options.cards != NULL)
        return complain_usage("--dry-run writes nothing: leave --cards out");
    if (!arguments_home(arguments, &home))
        return EXIT_USAGE;
    progress_begin(&progress, arguments, "import");
    const bool worked = import(&options, &report, &error);
    progress_end(&progress);
    if (!worked) {
        import_report_finish(&report);
        return complain_error(&error);
    }
    report_print(&report, options.dry_run, arguments->json);
    int64_t left_out = report.accounts_left_out;
    import_report_finish(&report);
    if (left_out > 0)
        return complain("%" PRId64 " account%s left out, for the reasons above", left_out,
                        left_out == 1 ? " was" : "s were");
    return EXIT_SUCCESS;
}

const struct bank_command command_import = {
    .name = "import",
    .help = "append the history of an older bank's event store",
    .detail =
        "The old database is only read; it is one of the Elixir library eventstore, data as "
        "bytea or jsonb.\n"
        "The bank that serves this database must be stopped meanwhile. Accounts, their "
        "movements and their "
        "PINs\n"
        "come over, in the old order with the old ids and times; an account's movements are "
        "imported as at "
        "the\n"
        "counter. What old tellers said knows no notes: it is kept as history only, which `bank "
        "import list`\n"
        "shows.\n"
        "Each account gets a card, made from its id by the bank's key, that works with the "
        "old PIN; --cards\n"
        "writes the whole numbers into a file for its owner's eyes only. An account whose "
        "events do not fit "
        "each\n"
        "other is left out, as a whole, and the exit status says so. Again, also after a "
        "kill: what is "
        "missing.",
    .options =
        WORDS(OPTION("from", "the old database", CONNINFO, .needed = true),
              OPTION("units", "of its amounts: minor (the default), or major for a hundred each",
                     CHOICE, .choices = "minor|major", .otherwise = "minor"),
              OPTION("cards", "where to write account ids and card numbers", FILE),
              OPTION("dry-run", "say what would be done and write nothing", FLAG)),
    .effect = ACTS,
    .run = run,
};

/* ---- what was kept ---- */

static const struct table_column list_columns[] = {
    { "POSITION", "position", CELL_NUMBER },
    { "AT", "created_at", CELL_TIME | CELL_RANK(3) },
    { "TYPE", "event_type", CELL_TEXT },
    { "STREAM", "stream_id", CELL_TEXT | CELL_RANK(2) },
    { "EVENT", "event_id", CELL_UUID | CELL_RANK(4) },
    { "CORRELATION", "correlation_id", CELL_UUID | CELL_MAYBE | CELL_RANK(6) },
    { "DATA", "data", CELL_TEXT | CELL_MAYBE | CELL_RANK(5) },
    { "REASON", "reason", CELL_TEXT | CELL_LONG },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_import = {
    .name = "import",
    .columns = list_columns,
    .select = "i.position, to_char(i.created_at, " CELL_TIME_SQL "), i.event_type, i.stream_id,"
              " i.event_id, i.correlation_id, i.data::text, i.reason",
    .from = "esbank.imported_events i",
    .id = "i.event_id",
    .id_value = "$?::uuid",
    .orders = (const struct listing_order[]){ { "position", "i.position", "bigint" },
                                              { NULL, NULL, NULL } },
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_import, arguments, NULL);
}

const struct bank_command command_import_list = {
    .name = "import list",
    .effect = READS,
    .help = "the events of an older bank that were kept as history only, and why",
    .options = WORDS(LISTING_OPTIONS(NEW_ID)),
    .run = run_list,
};

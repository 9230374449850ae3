/* SPDX-License-Identifier: MIT */
/* `bank verify`: bank/verify.h does it, this tells. */
#include "bank/verify.h"

#include "bank/commands/commands.h"
#include "bank/commands/events.h"
#include "bank/commands/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void progress_draw(void *context, int pass, int64_t done, int64_t total)
{
    (void)context;
    fprintf(stderr, "\rpass %d of 3: %" PRId64 " of %" PRId64 " events\033[K", pass, done, total);
}

static void report_print(const struct verify_report *report)
{
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++) {
        const struct verify_finding *finding = &report->finding[check];
        printf("%-7s %-29s ", finding->failed > 0 ? "FAILED" : "ok",
               verify_check_name((enum verify_check)check));
        if (finding->failed == 0) {
            printf("%" PRId64 " %s\n", finding->checked, verify_check_unit((enum verify_check)check));
            continue;
        }
        if (finding->position > 0)
            printf("position %" PRId64 ", ", finding->position);
        if (finding->stream[0] != '\0') {
            print_safely(finding->stream);
            fputs(": ", stdout);
        }
        print_safely(finding->detail);
        if (finding->failed > 1)
            printf(" (and %" PRId64 " more)", finding->failed - 1);
        putchar('\n');
    }
}

static void report_print_json(const struct verify_report *report)
{
    static const struct table_column columns[] = {
        { "CHECK", "check", CELL_TEXT },         { "OK", "ok", CELL_BOOLEAN },
        { "CHECKED", "checked", CELL_NUMBER },   { "FAILED", "failed", CELL_NUMBER },
        { "POSITION", "position", CELL_NUMBER }, { "STREAM", "stream_id", CELL_TEXT },
        { "DETAIL", "detail", CELL_TEXT },       { NULL, NULL, CELL_TEXT },
    };
    struct table table;
    table_init(&table, columns);
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++) {
        const struct verify_finding *finding = &report->finding[check];
        table_text(&table, verify_check_name((enum verify_check)check));
        table_boolean(&table, finding->failed == 0);
        table_integer(&table, finding->checked);
        table_integer(&table, finding->failed);
        if (finding->position > 0)
            table_integer(&table, finding->position);
        else
            table_text(&table, NULL);
        table_text(&table, finding->stream[0] != '\0' ? finding->stream : NULL);
        table_text(&table, finding->detail[0] != '\0' ? finding->detail : NULL);
    }
    table_print(&table, true);
    table_finish(&table);
}

static int run(struct arguments *arguments)
{
    static struct verify_report report;
    struct error error;
    bool draw = isatty(STDERR_FILENO) && !arguments->json;
    struct query *query = query_of_models(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    bool worked = verify(query, draw ? progress_draw : NULL, NULL, &report, &error);
    query_close(query);
    if (draw)
        fputs("\r\033[K", stderr);
    if (!worked)
        return complain_error(&error);
    int failed = 0;
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++)
        failed += report.finding[check].failed > 0;
    if (arguments->json)
        report_print_json(&report);
    else
        report_print(&report);
    if (failed > 0)
        return complain("%d of %d checks failed: keep the database as it is and look at what is named",
                        failed, VERIFY_CHECK_COUNT);
    return EXIT_SUCCESS;
}

const struct bank_command command_verify = {
    .name = "verify",
    .usage = "",
    .help = "recompute the whole log and say what does not fit",
    .detail = "The hash chain, positions, stream versions and the head; that money and notes are conserved; "
              "that every\n"
              "withdrawal has one end; that the read models are what the events give. The first event that "
              "does not\n"
              "fit is named. The bank may go on meanwhile.",
    .run = run,
};

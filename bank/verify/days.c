/* SPDX-License-Identifier: MIT */
/*
 * The end of a business day: its report is what the events before it come to,
 * and adds up. What is in flight is not looked at here: whose end is missing,
 * the pass by correlation tells.
 */
#include "bank/codec/day_json.h"
#include "bank/verify/parts.h"

#include <stdlib.h>

#define REPORT_TEXT_MAX 16384

static void report_text(const struct day_report *report, const struct day_totals *totals,
                        char text[static REPORT_TEXT_MAX])
{
    struct json_writer writer;
    json_writer_init(&writer, text, REPORT_TEXT_MAX);
    json_open_object(&writer, NULL);
    day_json_write(&writer, "report", report, NULL);
    json_write_integer(&writer, "withdrawals", totals->withdrawals);
    json_write_integer(&writer, "dispensed", totals->dispensed);
    json_write_integer(&writer, "reversals", totals->reversals);
    json_write_integer(&writer, "reversed", totals->reversed);
    json_write_integer(&writer, "declined", totals->declined);
    json_write_integer(&writer, "deposits", totals->deposits);
    json_write_integer(&writer, "deposited", totals->deposited);
    json_write_integer(&writer, "deposits_declined", totals->deposits_declined);
    json_write_integer(&writer, "suspect", totals->suspect);
    json_close_object(&writer);
    json_finish(&writer);
}

/* The machine's count at the very end is in no event but that one: what the books then had is
 * checked, and its own word taken. */
static bool count_at_end(const struct teller *teller, const struct day_report *report,
                         int64_t at_us, struct day_count *count)
{
    struct notes counted = { 0 };
    for (uint32_t i = 0; i < report->line_count; i++) {
        const struct day_line *line = &report->line[i];
        if (line->counted > 0 && line->counted <= NOTES_COUNT_MAX)
            notes_add(&counted, line->denomination, (int32_t)line->counted);
    }
    *count = teller_day_count(teller, &counted, at_us, SOURCE_MACHINE);
    return report->counted_us == at_us && report->counted_by == SOURCE_MACHINE;
}

static bool is_as_events_say(const struct teller *teller, const struct day_report *report,
                             const struct event *event)
{
    static char found[REPORT_TEXT_MAX], expected[REPORT_TEXT_MAX];
    struct day_report fold = *report; /* with what is in flight */
    struct day_count count;
    const bool at_end = count_at_end(teller, report, event->at_us, &count);
    teller_day_report(teller, at_end ? &count : NULL, &fold);
    report_text(report, &event->day_closed.totals, found);
    report_text(&fold, &teller->totals, expected);
    return strcmp(found, expected) == 0;
}

void days_check(struct verify *verify, const char *stream, const struct teller *teller,
                const struct stored_event *stored, const struct event_record *record)
{
    struct day_report report;
    struct error ignored;
    if (record->event.kind != TELLER_BUSINESS_DAY_CLOSED || !record->event.day_closed.reported)
        return;
    struct json *json = json_parse(stored->data, stored->data_length, &ignored);
    const char *wrong = !day_json_read(json_get(json, "report"), &report) ? "cannot be read"
                        : !day_report_balances(&report)                   ? "does not add up"
                        : !is_as_events_say(teller, &report, &record->event)
                            ? "is not what the events give"
                            : NULL;
    if (wrong != NULL)
        verify_fail(verify, VERIFY_TELLERS, record->position, stream,
                    "the report of the business day that ended there %s: `bank day show` has it",
                    wrong);
    json_destroy(json);
}

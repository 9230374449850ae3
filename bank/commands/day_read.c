/* SPDX-License-Identifier: MIT */
#include "bank/commands/day.h"

#include "bank/codec/event_json.h"
#include "shared/clock.h"
#include "shared/hex.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- dates ---- */

bool day_read(const struct value *date, int32_t *day)
{
    *day = day_of(date->from_us);
    if (*day > day_of((int64_t)time(NULL) * 1000000) + 1)
        return complain_usage("%s is beyond tomorrow, where no business day can be yet",
                              date->text),
               false;
    return true;
}

char *day_text(int32_t day, char text[static DAY_TEXT_SIZE])
{
    const time_t seconds = (time_t)day * 86400;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(text, DAY_TEXT_SIZE, "%Y-%m-%d", &parts);
    return text;
}

/* ---- the ends of a day, in the log ---- */

enum { TELLER, POSITION, VERSION, CLOSED, HASH, DATA, METADATA };

static const char days_sql[] =
    "SELECT d.teller_id, e.position, e.stream_version,"
    " (extract(epoch FROM e.created_at) * 1000000)::bigint, encode(e.hash, 'hex'),"
    " e.data::text, e.metadata::text"
    " FROM esbank.teller_days d JOIN esbank.events e ON e.position = d.position"
    " WHERE d.business_day = $1::date AND d.closed_at IS NOT NULL"
    " AND ($2::uuid IS NULL OR d.teller_id = $2::uuid) ORDER BY d.teller_id";

/* A machine's newest row is of the day that runs. */
static const char open_sql[] =
    "SELECT r.teller_id, r.business_day FROM (SELECT DISTINCT ON (d.teller_id) d.teller_id,"
    " d.business_day FROM esbank.teller_days d WHERE $2::uuid IS NULL OR d.teller_id = $2::uuid"
    " ORDER BY d.teller_id, d.business_day DESC) r WHERE r.business_day <= $1::date"
    " ORDER BY r.teller_id";

static bool row_read(const struct rows *rows, size_t row, struct day *day, struct error *error)
{
    const char *data = rows_text(rows, row, DATA), *metadata = rows_text(rows, row, METADATA),
               *type = event_type(TELLER_BUSINESS_DAY_CLOSED);
    int schema;
    rows_uuid(rows, row, TELLER, &day->teller_id);
    day->position = rows_integer(rows, row, POSITION);
    day->version = rows_integer(rows, row, VERSION);
    day->closed_us = rows_integer(rows, row, CLOSED);
    snprintf(day->hash, sizeof day->hash, "%s", rows_text(rows, row, HASH));
    if (!event_json_read_data(type, data, strlen(data), &day->event, error) ||
        !event_json_read_metadata(metadata, strlen(metadata), &day->origin, &schema, error))
        return false;
    day->json = json_parse(data, strlen(data), error);
    if (day->json == NULL)
        return false;
    day->reported = day->event.day_closed.reported;
    return !day->reported || day_json_read(json_get(day->json, "report"), &day->report) ||
           error_set(error, ERROR_FORMAT, "the report of event %" PRId64 " cannot be read",
                     day->position);
}

bool days_load(struct query *query, int32_t day, const char *teller, struct days *days,
               struct error *error)
{
    char date[DAY_TEXT_SIZE];
    *days = (struct days){ .day = day };
    const char *values[] = { day_text(day, date), teller };
    struct rows *rows = query_run(query, days_sql, 2, values, error);
    if (rows == NULL)
        return false;
    bool worked = true;
    days->item = calloc(rows_count(rows) + 1, sizeof *days->item);
    if (days->item == NULL)
        panic("out of memory for the ends of a day");
    while (worked && days->count < rows_count(rows)) {
        struct day *item = &days->item[days->count];
        worked = row_read(rows, days->count++, item, error);
    }
    rows_free(rows);
    if (worked)
        days->open = query_run(query, open_sql, 2, values, error);
    return worked && days->open != NULL;
}

void days_free(struct days *days)
{
    for (size_t i = 0; i < days->count; i++)
        json_destroy(days->item[i].json);
    free(days->item);
    rows_free(days->open);
    *days = (struct days){ 0 };
}

/* ---- what they come to ---- */

bool day_balances(const struct day *day)
{
    return !day->reported || day_report_balances(&day->report);
}

bool days_balance(const struct days *days)
{
    size_t i = 0;
    while (i < days->count && day_balances(&days->item[i]))
        i++;
    return i == days->count;
}

static void totals_add(struct day_totals *sum, const struct day_totals *totals)
{
    sum->withdrawals += totals->withdrawals;
    sum->dispensed += totals->dispensed;
    sum->reversals += totals->reversals;
    sum->reversed += totals->reversed;
    sum->declined += totals->declined;
    sum->deposits += totals->deposits;
    sum->deposited += totals->deposited;
    sum->deposits_declined += totals->deposits_declined;
    sum->suspect += totals->suspect;
}

/* A bank has more denominations than a machine only by mistake; those that find no room are left
 * out of the sum, and stand in the machine's own report. */
static struct day_line *sum_line(struct day_report *sum, int32_t denomination)
{
    uint32_t at = 0;
    while (at < sum->line_count && sum->line[at].denomination > denomination)
        at++;
    if (at < sum->line_count && sum->line[at].denomination == denomination)
        return &sum->line[at];
    if (sum->line_count == DAY_LINES_MAX)
        return NULL;
    memmove(&sum->line[at + 1], &sum->line[at], (sum->line_count++ - at) * sizeof sum->line[0]);
    sum->line[at] = (struct day_line){ .denomination = denomination };
    return &sum->line[at];
}

static void line_add(struct day_line *sum, const struct day_line *line)
{
    sum->opening += line->opening;
    sum->closing += line->closing;
    for (int book = 0; book < DAY_BOOK_COUNT; book++)
        sum->moved[book] += line->moved[book];
    sum->bin_opening += line->bin_opening;
    sum->bin_closing += line->bin_closing;
}

void days_sum(const struct days *days, struct day_totals *totals, struct day_report *report)
{
    *totals = (struct day_totals){ 0 };
    memset(report, 0, sizeof *report);
    for (size_t i = 0; i < days->count; i++) {
        const struct day *day = &days->item[i];
        totals_add(totals, &day->event.day_closed.totals);
        report->open_more += day->report.open_count + day->report.open_more;
        for (int refusal = 0; refusal < REFUSAL_COUNT; refusal++)
            report->declined[refusal] += day->report.declined[refusal];
        for (uint32_t j = 0; j < day->report.line_count; j++) {
            struct day_line *line = sum_line(report, day->report.line[j].denomination);
            if (line != NULL)
                line_add(line, &day->report.line[j]);
        }
    }
}

char *day_actor(const struct day *day, char text[static DAY_ACTOR_SIZE])
{
    const struct event_origin *origin = &day->origin;
    const char *actor = origin->actor[0] != '\0' ? origin->actor : "unsaid";
    if (origin->from[0] != '\0')
        snprintf(text, DAY_ACTOR_SIZE, "%s (%s, %s)", actor, operator_role_name(origin->role),
                 origin->from);
    else
        snprintf(text, DAY_ACTOR_SIZE, "%s", actor);
    return text;
}

/* SPDX-License-Identifier: MIT */
#include "bank/codec/day_json.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- a line: its numbers by their names ---- */

#define AT(name, member)                                                                           \
    {                                                                                              \
        name, offsetof(struct day_line, member)                                                    \
    }

static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
#define X(member, name, cassettes, bin) AT(name, moved[DAY_BOOK_##member]),
    DAY_BOOK_TABLE(X)
#undef X
        AT("deposit_bin_opening", bin_opening),
    AT("deposit_bin_closing", bin_closing),
    AT("counted", counted),
    AT("computed", computed),
    AT("promised", promised),
};

enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

void day_json_write_line(struct json_writer *writer, const struct day_line *line)
{
    json_write_integer(writer, "denomination", line->denomination);
    json_write_integer(writer, "opening", line->opening);
    for (size_t i = 0; i < NUMBERS; i++) {
        const int64_t number = *(const int64_t *)((const char *)line + numbers[i].offset);
        if (number != 0)
            json_write_integer(writer, numbers[i].name, number);
    }
    json_write_integer(writer, "closing", line->closing);
}

/* One that is not there is 0. */
static bool number_read(const struct json *json, const char *name, int64_t *number)
{
    const struct json *member = json_get(json, name);
    *number = 0;
    return member == NULL || json_integer(member, number);
}

static bool line_read(const struct json *json, struct day_line *line)
{
    int64_t denomination;
    *line = (struct day_line){ 0 };
    if (!json_integer(json_get(json, "denomination"), &denomination) || denomination <= 0 ||
        denomination > DENOMINATION_MAX || !number_read(json, "opening", &line->opening) ||
        !number_read(json, "closing", &line->closing))
        return false;
    line->denomination = (int32_t)denomination;
    for (size_t i = 0; i < NUMBERS; i++)
        if (!number_read(json, numbers[i].name, (int64_t *)((char *)line + numbers[i].offset)))
            return false;
    return true;
}

/* ---- writing ---- */

static void write_declines(struct json_writer *writer, const struct day_report *report)
{
    json_open_array(writer, "declines");
    for (int i = 0; i < REFUSAL_COUNT; i++) {
        if (report->declined[i] == 0)
            continue;
        json_open_object(writer, NULL);
        json_write_string(writer, "refusal", refusal_name((enum refusal)i));
        json_write_integer(writer, "count", report->declined[i]);
        json_close_object(writer);
    }
    json_close_array(writer);
}

static void time_write(struct json_writer *writer, const char *name, int64_t at_us,
                       day_json_time *time)
{
    char stored[24];
    if (time != NULL) {
        time(writer, name, at_us);
        return;
    }
    snprintf(stored, sizeof stored, "%s_us", name);
    json_write_integer(writer, stored, at_us);
}

static void write_open(struct json_writer *writer, const struct day_open *open, day_json_time *time)
{
    json_open_object(writer, NULL);
    json_write_uuid(writer, "id", &open->id);
    if (open->saga != NULL) {
        json_write_string(writer, "saga", open->saga);
        json_write_string(writer, "state", open->state);
        json_write_integer(writer, "amount", open->amount);
        time_write(writer, "since", open->since_us, time);
    }
    json_close_object(writer);
}

void day_json_write(struct json_writer *writer, const char *name, const struct day_report *report,
                    day_json_time *time)
{
    json_open_object(writer, name);
    json_open_array(writer, "notes");
    for (uint32_t i = 0; i < report->line_count; i++) {
        json_open_object(writer, NULL);
        day_json_write_line(writer, &report->line[i]);
        json_close_object(writer);
    }
    json_close_array(writer);
    write_declines(writer, report);
    if (report->counted_us != 0) {
        time_write(writer, "counted_at", report->counted_us, time);
        json_write_string(writer, "counted_by", source_name(report->counted_by));
    }
    json_open_array(writer, "in_flight");
    for (uint32_t i = 0; i < report->open_count; i++)
        write_open(writer, &report->open[i], time);
    json_close_array(writer);
    if (report->open_more != 0)
        json_write_integer(writer, "in_flight_more", report->open_more);
    json_close_object(writer);
}

/* ---- reading ---- */

static bool read_lines(const struct json *json, struct day_report *report)
{
    for (const struct json *item = json_first(json); item != NULL; item = json_next(item))
        if (report->line_count == DAY_LINES_MAX ||
            !line_read(item, &report->line[report->line_count++]))
            return false;
    return true;
}

static bool read_declines(const struct json *json, struct day_report *report)
{
    const char *name;
    for (const struct json *item = json_first(json); item != NULL; item = json_next(item)) {
        if (!json_string(json_get(item, "refusal"), &name) || refusal_find(name) == REFUSAL_COUNT ||
            !json_integer(json_get(item, "count"), &report->declined[refusal_find(name)]))
            return false;
    }
    return true;
}

static bool read_counted(const struct json *json, struct day_report *report)
{
    const char *name;
    if (!number_read(json, "counted_at_us", &report->counted_us))
        return false;
    if (report->counted_us == 0)
        return true;
    if (!json_string(json_get(json, "counted_by"), &name))
        return false;
    int source = 0;
    while (source < SOURCE_COUNT && strcmp(source_name((enum source)source), name) != 0)
        source++;
    /* Reports once left unsaid that a sign-on's count was the machine's. */
    report->counted_by = source == SOURCE_UNSAID ? SOURCE_MACHINE : (enum source)source;
    return source < SOURCE_COUNT;
}

static bool read_open(const struct json *json, struct day_report *report)
{
    for (const struct json *item = json_first(json); item != NULL; item = json_next(item)) {
        if (report->open_count == DAY_OPEN_MAX)
            return false;
        struct day_open *open = &report->open[report->open_count++];
        *open = (struct day_open){ 0 };
        if (!json_uuid(json_get(item, "id"), &open->id))
            return false;
        if (json_string(json_get(item, "saga"), &open->saga) &&
            (!json_string(json_get(item, "state"), &open->state) ||
             !number_read(item, "amount", &open->amount) ||
             !number_read(item, "since_us", &open->since_us)))
            return false;
    }
    return true;
}

bool day_json_read(const struct json *json, struct day_report *report)
{
    memset(report, 0, sizeof *report);
    return json != NULL && json_type_of(json) == JSON_OBJECT &&
           read_lines(json_get(json, "notes"), report) &&
           read_declines(json_get(json, "declines"), report) && read_counted(json, report) &&
           read_open(json_get(json, "in_flight"), report) &&
           number_read(json, "in_flight_more", &report->open_more);
}

bool day_json_read_carried(const struct json *json, struct event *event)
{
    const struct json *list = json_get(json, "in_flight");
    event->day_closed.reported = true;
    for (const struct json *item = json_first(list); item != NULL; item = json_next(item))
        if (event->day_closed.carried_count == DAY_OPEN_MAX ||
            !json_uuid(json_get(item, "id"),
                       &event->day_closed.carried[event->day_closed.carried_count++]))
            return false;
    return number_read(json, "in_flight_more", &event->day_closed.carried_more);
}

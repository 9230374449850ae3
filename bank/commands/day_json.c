/* SPDX-License-Identifier: MIT */
/* A day as JSON: the numbers of its event, and where that stands. */
#include "bank/commands/day.h"

#include "bank/cli/values.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAY_JSON_MAX = 32768 }; /* one machine's, at most */

static void write_date(struct json_writer *writer, const char *name, int32_t day)
{
    char text[DAY_TEXT_SIZE];
    json_write_string(writer, name, day_text(day, text));
}

static void write_time(struct json_writer *writer, const char *name, int64_t at_us)
{
    char text[TIME_TEXT_SIZE];
    json_write_string(writer, name, time_json(at_us, text));
}

static void write_totals(struct json_writer *writer, const struct day_totals *totals)
{
    json_write_integer(writer, "withdrawals", totals->withdrawals);
    json_write_integer(writer, "dispensed", totals->dispensed);
    json_write_integer(writer, "reversals", totals->reversals);
    json_write_integer(writer, "reversed", totals->reversed);
    json_write_integer(writer, "deposits", totals->deposits);
    json_write_integer(writer, "deposited", totals->deposited);
    json_write_integer(writer, "declined", totals->declined);
    json_write_integer(writer, "deposits_declined", totals->deposits_declined);
    json_write_integer(writer, "suspect", totals->suspect);
}

/* Into room of DAY_JSON_MAX bytes. */
static const char *day_object(const struct day *day, char *room)
{
    char actor[DAY_ACTOR_SIZE];
    struct json_writer writer;
    json_writer_init(&writer, room, DAY_JSON_MAX);
    json_open_object(&writer, NULL);
    json_write_uuid(&writer, "teller_id", &day->teller_id);
    write_date(&writer, "business_day", day->event.day);
    write_time(&writer, "closed_at", day->closed_us);
    json_write_string(&writer, "closed_by", day_actor(day, actor));
    json_write_integer(&writer, "position", day->position);
    json_write_integer(&writer, "version", day->version);
    json_write_string(&writer, "hash", day->hash);
    json_write_boolean(&writer, "balanced", day_balances(day));
    write_totals(&writer, &day->event.day_closed.totals);
    if (day->reported)
        day_json_write(&writer, "report", &day->report, write_time);
    json_close_object(&writer);
    if (json_finish(&writer) == 0)
        panic("a day is longer than %d bytes", DAY_JSON_MAX);
    return room;
}

static char *room_new(void)
{
    char *room = malloc(DAY_JSON_MAX);
    if (room == NULL)
        panic("out of memory for a day");
    return room;
}

void day_print_json(const struct day *day)
{
    char *room = room_new();
    puts(day_object(day, room));
    free(room);
}

/* The sum has no count, and what is in flight as a number. */
static const char *sum_object(const struct days *days, char *room)
{
    struct day_totals totals;
    struct day_report sum;
    struct json_writer writer;
    days_sum(days, &totals, &sum);
    json_writer_init(&writer, room, DAY_JSON_MAX);
    json_open_object(&writer, NULL);
    write_totals(&writer, &totals);
    day_json_write(&writer, "report", &sum, write_time);
    json_close_object(&writer);
    if (json_finish(&writer) == 0)
        panic("the sum of a day is longer than %d bytes", DAY_JSON_MAX);
    return room;
}

void days_print_json(const struct days *days)
{
    char *room = room_new(), date[DAY_TEXT_SIZE];
    printf("{\"business_day\":\"%s\",\"balanced\":%s,\"total\":%s,\"tellers\":[",
           day_text(days->day, date), days_balance(days) ? "true" : "false",
           sum_object(days, room));
    for (size_t i = 0; i < days->count; i++)
        printf("%s%s", i > 0 ? "," : "", day_object(&days->item[i], room));
    printf("],\"not_closed\":[");
    for (size_t i = 0; i < rows_count(days->open); i++)
        printf("%s{\"teller_id\":\"%s\",\"business_day\":\"%s\"}", i > 0 ? "," : "",
               rows_text(days->open, i, 0), rows_text(days->open, i, 1));
    printf("]}\n");
    free(room);
}

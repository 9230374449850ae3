/* SPDX-License-Identifier: MIT */
/*
 * The report of a business day as it stands in Teller.BusinessDayClosed:
 *
 *   "report":{"notes":[{"denomination":5000,"opening":10,"dispensed":2,"closing":8},…],
 *             "declines":[{"refusal":"insufficient_funds","count":3},…],
 *             "counted_at_us":…,"counted_by":"machine",
 *             "in_flight":[{"id":…,"saga":"withdrawal","state":"suspect","amount":5000,
 *                           "since_us":…},…],"in_flight_more":1}
 *
 * A number that is zero is left out, but for the denomination, the opening and
 * the closing. What a day before there were reports says of itself is its totals.
 */
#ifndef BANK_CODEC_DAY_JSON_H
#define BANK_CODEC_DAY_JSON_H

#include "bank/core/teller_day.h"
#include "shared/json.h"

/* A time in a report: as the event has it, or as it is shown. NULL: microseconds, "NAME_us". */
typedef void day_json_time(struct json_writer *writer, const char *name, int64_t at_us);

void day_json_write(struct json_writer *writer, const char *name, const struct day_report *report,
                    day_json_time *time);

/* The numbers of a line; the caller has opened its object. */
void day_json_write_line(struct json_writer *writer, const struct day_line *line);

/* False when json is no report. The names of sagas and states are texts of json. */
bool day_json_read(const struct json *json, struct day_report *report);

/* Of the member of an event that is read, only what the fold needs: what was carried over. */
bool day_json_read_carried(const struct json *json, struct event *event);

#endif

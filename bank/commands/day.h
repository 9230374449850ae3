/* SPDX-License-Identifier: MIT */
/*
 * `bank day`: the business days of the machines, as their ends have them in the
 * log. What is shown of a day comes from its event alone, so it is the same for
 * ever; the read model `teller_days` only says where that event stands.
 */
#ifndef BANK_COMMANDS_DAY_H
#define BANK_COMMANDS_DAY_H

#include "bank/cli/arguments.h"
#include "bank/codec/batch.h"
#include "bank/codec/day_json.h"
#include "bank/postgres/query.h"

#define DAY_TEXT_SIZE 16 /* "2026-11-30" */

/* The end of one machine's day. */
struct day {
    struct uuid teller_id;
    int64_t position, version, closed_us;
    char hash[2 * LOG_HASH_LENGTH + 1];
    struct event_origin origin; /* who ended it */
    struct event event;
    bool reported; /* else it is of before there were reports, and has its totals alone */
    struct day_report report;
    struct json *json; /* whose texts the report has */
};

/* A day of one machine, or of the bank. */
struct days {
    int32_t day;
    struct day *item;
    size_t count;
    struct rows *open; /* machines that have not closed it: id, their running day */
};

/* A date as days since 1970; false after saying that it is beyond tomorrow. */
bool day_read(const struct value *date, int32_t *day);
char *day_text(int32_t day, char text[static DAY_TEXT_SIZE]);

/* The ends of that business day, by the machines' ids; teller: of that one alone, NULL: of all.
 * days_free, whatever it returns. */
bool days_load(struct query *query, int32_t day, const char *teller, struct days *days,
               struct error *error);
void days_free(struct days *days);

/* All machines' numbers together. What is in flight is counted in open_more. */
void days_sum(const struct days *days, struct day_totals *totals, struct day_report *report);

/* Whether each that has a report adds up. */
bool day_balances(const struct day *day);
bool days_balance(const struct days *days);

/* "operator anna (supervisor, uid 1000)" */
#define DAY_ACTOR_SIZE 160
char *day_actor(const struct day *day, char text[static DAY_ACTOR_SIZE]);

/* day_print.c: within 80 columns. */
void day_print(const struct day *day);
void days_print(const struct days *days);

/* day_json.c: one object, and a newline. */
void day_print_json(const struct day *day);
void days_print_json(const struct days *days);

#endif

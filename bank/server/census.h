/* SPDX-License-Identifier: MIT */
/*
 * What only the database can count: sagas that are open, alerts, parked events. A session of its
 * own asks for it now and then from the loop, and those who want to know are given the last answer.
 */
#ifndef BANK_SERVER_CENSUS_H
#define BANK_SERVER_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct census;

/* What each count is of. */
enum census_kind { CENSUS_WITHDRAWALS, CENSUS_DEPOSITS, CENSUS_ALERTS, CENSUS_PARKED };

struct census_count {
    enum census_kind kind;
    char name[48]; /* a saga's state, an alert's handler, whose parked events they are */
    int64_t count;
};

struct census *census_create(struct event_base *loop, const char *conninfo);
void census_destroy(struct census *census); /* takes NULL */

/* About once a second; only while active is anything asked. */
void census_tick(struct census *census, bool active, int64_t now_ms);

/* The last answer; none when it is not of the last minute. */
size_t census_counts(const struct census *census, const struct census_count **counts);

#endif

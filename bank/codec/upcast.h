/* SPDX-License-Identifier: MIT */
/*
 * Upcasting: old events are never rewritten, they are brought to today's shape
 * each time they are read.
 *
 * A table of rows {type, schema, what}. All rows of an event's type and schema
 * are applied in their order, then its schema is one higher and the rows of
 * that one follow, until there are none. Rows may rename or drop a field,
 * write a new one, rename the type, or split the event into two: the second
 * one gets the type named and its own copy of the data so far, and goes through
 * the rest of the chain by itself.
 */
#ifndef BANK_CODEC_UPCAST_H
#define BANK_CODEC_UPCAST_H

#include "bank/codec/event_json.h"

#define UPCAST_EVENTS_MAX 2 /* one stored event becomes at most so many */

enum upcast_action {
    UPCAST_END,          /* after the last row */
    UPCAST_RENAME_FIELD, /* field, to */
    UPCAST_DROP_FIELD,   /* field */
    UPCAST_SET_FIELD, /* field, to: JSON text, such as "\"EUR\"" or "0"; in place of what it was */
    UPCAST_RENAME_TYPE, /* to */
    UPCAST_SPLIT,       /* to: the second event's type */
};

struct upcaster {
    const char *type;
    int schema; /* applies to this one */
    enum upcast_action action;
    const char *field, *to;
};

struct upcast_event {
    char type[64];
    int schema;
    size_t length;
    char data[EVENT_DATA_MAX];
};

struct upcast_result {
    unsigned count;
    struct upcast_event event[UPCAST_EVENTS_MAX];
};

/* The program's own table. */
extern const struct upcaster upcasters[];

/* Whether any row of the table is for it; when not, the event is today's already. */
bool upcast_needed(const struct upcaster *table, const char *type, int schema);

/* Fails (ERROR_FORMAT) when data is no object or the result does not fit. */
bool upcast(const struct upcaster *table, const char *type, int schema, const char *data,
            size_t length, struct upcast_result *result, struct error *error);

#endif

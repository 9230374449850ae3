/* SPDX-License-Identifier: MIT */
/*
 * The fields of every kind of event: their names in JSON, what they are, and
 * where they stand in struct event. Read by the writer and the reader of
 * event_json.h (and by tests, which fill them).
 */
#ifndef BANK_CODEC_EVENT_FIELDS_H
#define BANK_CODEC_EVENT_FIELDS_H

#include "bank/core/event.h"

#include <stddef.h>

enum field_type {
    FIELD_END, /* after the last one */
    FIELD_INT64,
    FIELD_LIMIT, /* an amount; LIMIT_UNSAID is left out, and what is left out is LIMIT_UNSAID */
    FIELD_INT32,
    FIELD_BOOL,
    FIELD_TEXT,
    FIELD_HEX,
    FIELD_UUID,
    FIELD_NOTES,
    FIELD_TOTALS,     /* notes of which there can be fewer than none */
    FIELD_REFUSAL,    /* its name, and beside it, for people, its response code as "code" */
    FIELD_DAY_REPORT, /* of a day that ended; what is read of it is what was carried over */
};

struct event_field {
    enum field_type type;
    bool always; /* written even when it is zero */
    const char *name;
    size_t offset, size; /* in struct event */
};

/* The fields of that kind, up to a FIELD_END. */
const struct event_field *event_fields(enum event_kind kind);

/* Whether the business day is one of them. */
bool event_is_dated(enum event_kind kind);

#endif

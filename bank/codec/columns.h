/* SPDX-License-Identifier: MIT */
/*
 * Columns of values on their way to Postgres as binary arrays.
 *
 * One struct columns holds the parameters of one `… FROM unnest($1, …)`:
 * every column has one type and, at the end, the same number of values. The
 * buffers are kept and grown, so that nothing is allocated in steady state.
 * The bytes are those of Postgres' array_send: big-endian header, then a
 * length and the value for each element; a length of -1 is NULL.
 */
#ifndef BANK_CODEC_COLUMNS_H
#define BANK_CODEC_COLUMNS_H

#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COLUMNS_MAX 24

#define POSTGRES_EPOCH_US INT64_C(946684800000000) /* 2000-01-01, in microseconds since 1970 */

enum column_type {
    COLUMN_INT8,
    COLUMN_INT4,
    COLUMN_TEXT,
    COLUMN_JSON,
    COLUMN_UUID,
    COLUMN_BYTEA,
    COLUMN_TIMESTAMPTZ,
    COLUMN_BOOL
};

struct columns {
    unsigned count;
    size_t rows; /* values in the first column */
    struct column {
        enum column_type type;
        unsigned char *bytes;
        size_t length, capacity;
        int32_t values;
    } column[COLUMNS_MAX];
};

void columns_init(struct columns *columns, const enum column_type *types, unsigned count);
void columns_finish(struct columns *columns);
void columns_reset(struct columns *columns); /* no rows, buffers kept */

/* Each appends one value to column i (from 0). */
void columns_int8(struct columns *columns, unsigned i, int64_t value);
void columns_int4(struct columns *columns, unsigned i, int32_t value);
void columns_bool(struct columns *columns, unsigned i, bool value);
void columns_time(struct columns *columns, unsigned i, int64_t at_us); /* microseconds since 1970 */
void columns_uuid(struct columns *columns, unsigned i, const struct uuid *value);
void columns_bytes(struct columns *columns, unsigned i, const void *bytes,
                   size_t length); /* text, json, bytea */
void columns_null(struct columns *columns, unsigned i);

/* Completes the headers and fills in what PQsendQueryPrepared wants; valid until the next change.
 */
void columns_parameters(struct columns *columns, const char **values, int *lengths, int *formats);

/* The array type's name, for a cast: "bigint[]". */
const char *column_type_name(enum column_type type);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A column is its array's bytes as they grow: room for the header is left at
 * the front when the column is reset, the elements follow, and the header is
 * filled in last, when their number is known. Postgres works out by itself
 * whether there are NULLs, so the header's flag stays 0.
 */
#include "bank/codec/columns.h"

#include "shared/error.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER_LENGTH = 20,
    EMPTY_LENGTH = 12
}; /* an array without elements has no dimension to describe */

static const struct {
    const char *name;
    int32_t oid; /* the element type's, from pg_type.dat: fixed for ever */
} types[] = {
    [COLUMN_INT8] = { "bigint[]", 20 },  [COLUMN_INT4] = { "integer[]", 23 },
    [COLUMN_TEXT] = { "text[]", 25 },    [COLUMN_JSON] = { "json[]", 114 },
    [COLUMN_UUID] = { "uuid[]", 2950 },  [COLUMN_BYTEA] = { "bytea[]", 17 },
    [COLUMN_BOOL] = { "boolean[]", 16 }, [COLUMN_TIMESTAMPTZ] = { "timestamptz[]", 1184 },
};

const char *column_type_name(enum column_type type)
{
    return types[type].name;
}

static void put_int32(unsigned char *at, int32_t value)
{
    uint32_t bytes = htobe32((uint32_t)value);
    assert(at != NULL);
    memcpy(at, &bytes, sizeof bytes);
}

static void column_grow(struct column *column, size_t needed)
{
    column->capacity = needed * 2 < 1024 ? 1024 : needed * 2;
    column->bytes = realloc(column->bytes, column->capacity);
    if (column->bytes == NULL)
        panic("out of memory for a column of %zu bytes", column->capacity);
}

void columns_init(struct columns *columns, const enum column_type *column_types, unsigned count)
{
    assert(count <= COLUMNS_MAX);
    memset(columns, 0, sizeof *columns);
    columns->count = count;
    for (unsigned i = 0; i < count; i++) {
        columns->column[i].type = column_types[i];
        column_grow(&columns->column[i], HEADER_LENGTH);
    }
    columns_reset(columns);
}

void columns_finish(struct columns *columns)
{
    for (unsigned i = 0; i < columns->count; i++)
        free(columns->column[i].bytes);
    memset(columns, 0, sizeof *columns);
}

void columns_reset(struct columns *columns)
{
    columns->rows = 0;
    for (unsigned i = 0; i < columns->count; i++) {
        columns->column[i].length = HEADER_LENGTH;
        columns->column[i].values = 0;
    }
}

/* Room for one element of that length behind its length word; where the element goes. Inline, since
 * a withdrawal has ninety. */
static inline unsigned char *element_add(struct columns *columns, unsigned i, size_t length,
                                         int32_t length_word)
{
    assert(i < columns->count);
    struct column *column = &columns->column[i];
    size_t needed = column->length + 4 + length;
    if (needed > column->capacity)
        column_grow(column, needed);
    unsigned char *at = column->bytes + column->length;
    put_int32(at, length_word);
    column->length = needed;
    column->values++;
    if (i == 0)
        columns->rows++;
    return at + 4;
}

void columns_int8(struct columns *columns, unsigned i, int64_t value)
{
    uint64_t bytes = htobe64((uint64_t)value);
    memcpy(element_add(columns, i, sizeof bytes, sizeof bytes), &bytes, sizeof bytes);
}

void columns_int4(struct columns *columns, unsigned i, int32_t value)
{
    put_int32(element_add(columns, i, sizeof value, sizeof value), value);
}

void columns_bool(struct columns *columns, unsigned i, bool value)
{
    *element_add(columns, i, 1, 1) = value;
}

void columns_time(struct columns *columns, unsigned i, int64_t at_us)
{
    columns_int8(columns, i, at_us - POSTGRES_EPOCH_US);
}

void columns_uuid(struct columns *columns, unsigned i, const struct uuid *value)
{
    memcpy(element_add(columns, i, sizeof value->bytes, sizeof value->bytes), value->bytes,
           sizeof value->bytes);
}

void columns_bytes(struct columns *columns, unsigned i, const void *bytes, size_t length)
{
    assert(length <= INT32_MAX);
    unsigned char *at = element_add(columns, i, length, (int32_t)length);
    if (length > 0)
        memcpy(at, bytes, length);
}

void columns_null(struct columns *columns, unsigned i)
{
    element_add(columns, i, 0, -1);
}

void columns_parameters(struct columns *columns, const char **values, int *lengths, int *formats)
{
    for (unsigned i = 0; i < columns->count; i++) {
        struct column *column = &columns->column[i];
        bool empty = column->values == 0;
        assert((size_t)column->values == columns->rows);
        unsigned char *header = column->bytes;
        put_int32(header, empty ? 0 : 1);
        put_int32(header + 4, 0);
        put_int32(header + 8, types[column->type].oid);
        put_int32(header + 12, column->values);
        put_int32(header + 16, 1);
        values[i] = (const char *)header;
        lengths[i] = empty ? EMPTY_LENGTH : (int)column->length;
        formats[i] = 1;
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * JSON, in and out. The only place that knows cJSON.
 *
 * Reading is strict: one value and nothing after it, UTF-8 (RFC 3629), no
 * name twice in one object, no \u0000, nesting of at most JSON_DEPTH_MAX, no
 * more than JSON_MEMBERS_MAX and JSON_ELEMENTS_MAX: a line's cost is bounded.
 * A parsed tree is the caller's, freed as a whole by json_destroy; every
 * pointer got from it lives as long as it does.
 *
 * Writing goes into a buffer the caller owns. The writer puts the commas; it
 * never writes past the end, and says at json_finish whether all of it fitted.
 */
#ifndef SHARED_JSON_H
#define SHARED_JSON_H

#include "shared/error.h"
#include "shared/notes.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH_MAX    16
#define JSON_MEMBERS_MAX  100  /* of one object */
#define JSON_ELEMENTS_MAX 1000 /* of one array */

struct json; /* one value of a parsed tree */

enum json_type { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* NULL, with what is wrong and the byte where, unless text is exactly one well-formed value. */
struct json *json_parse(const char *text, size_t length, struct error *error);
void json_destroy(struct json *json);

enum json_type json_type_of(const struct json *json);

/* A member of an object by its name (case matters); NULL when it is not there or json is not an
 * object. */
const struct json *json_get(const struct json *json, const char *name);

/* The members of an object or the elements of an array, in their order. NULL ends. */
const struct json *json_first(const struct json *json);
const struct json *json_next(const struct json *json);
const char *json_name(const struct json *member);

/* Each takes the value out; false when json is NULL or of another type (a text that is no uuid, and
 * so on). An integer is one by its text: digits, perhaps after a minus, of at most 2^53 - 1 in
 * magnitude. 1.0, 1e2 and -0 are none, and nothing is rounded. */
bool json_string(const struct json *json, const char **text);
bool json_integer(const struct json *json, int64_t *number);
bool json_boolean(const struct json *json, bool *value);
bool json_uuid(const struct json *json, struct uuid *uuid);

/* [{"denomination":5000,"count":2},…], each denomination once. */
bool json_notes(const struct json *json, struct notes *notes);
/* The same, where a count may be any whole number but 0, below 0 too. */
bool json_totals(const struct json *json, struct note_totals *totals);

struct json_writer {
    char *start, *at, *end;
    bool comma, overflow;
};

void json_writer_init(struct json_writer *writer, char *buffer, size_t size);

/* The name is NULL for an element of an array and for the outermost value. */
void json_open_object(struct json_writer *writer, const char *name);
void json_close_object(struct json_writer *writer);
void json_open_array(struct json_writer *writer, const char *name);
void json_close_array(struct json_writer *writer);
void json_write_string(struct json_writer *writer, const char *name, const char *text);
void json_write_bytes(struct json_writer *writer, const char *name, const char *text,
                      size_t length);
void json_write_integer(struct json_writer *writer, const char *name, int64_t number);
void json_write_boolean(struct json_writer *writer, const char *name, bool value);
void json_write_null(struct json_writer *writer, const char *name);
void json_write_uuid(struct json_writer *writer, const char *name, const struct uuid *uuid);
void json_write_notes(struct json_writer *writer, const char *name, const struct notes *notes);
void json_write_totals(struct json_writer *writer, const char *name,
                       const struct note_totals *totals);
/* Text that is JSON already. */
void json_write_raw(struct json_writer *writer, const char *name, const char *json, size_t length);

/* Ends the text with a NUL and gives its length, or 0 when it did not fit. */
size_t json_finish(struct json_writer *writer);

/* Whether these bytes are UTF-8, without overlong forms, surrogates and NULs. */
bool json_utf8_valid(const char *text, size_t length);

#endif

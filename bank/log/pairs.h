/* SPDX-License-Identifier: MIT */
/*
 * Reads the name=value pairs of a log line back. Text in quotes may itself have quotes in it, such
 * as a message of the database: a value ends where another name=value follows, and a name that
 * stood before is part of the text, so that no text can pass for a pair that the line has.
 */
#ifndef BANK_LOG_PAIRS_H
#define BANK_LOG_PAIRS_H

#include "shared/json.h"

#include <stdbool.h>
#include <stddef.h>

#define PAIRS_MAX 24 /* the rest of a line with more is one value */

struct pair {
    const char *name, *value;
    size_t name_length, value_length;
    bool quoted;
};

/* Their number. What stands before the first name is the value of "message". */
size_t pairs_read(const char *text, struct pair pairs[static PAIRS_MAX]);

/* As a member of the object that is open: a number where it is one that every reader takes as it
 * is, else text. */
void pair_write_json(struct json_writer *writer, const struct pair *pair);

#endif

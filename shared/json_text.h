/* SPDX-License-Identifier: MIT */
/*
 * JSON as bytes (RFC 8259): what a lenient parser would let pass is refused
 * here, before there is a tree.
 */
#ifndef SHARED_JSON_TEXT_H
#define SHARED_JSON_TEXT_H

#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>

/* What the text can be made of at most: values, and names, strings and numbers; and how many of its
 * numbers are no integers by their text. */
struct json_parts {
    size_t values, words, fractions;
};

#define JSON_NUMBER_LENGTH                                                                         \
    60 /* a longer one is refused: the parser would read only its beginning */

/* Whether these are UTF-8, strings, numbers, brackets, commas, colons, white space and letters,
 * nested JSON_DEPTH_MAX deep at most; false, with what is wrong and the byte where (ERROR_FORMAT).
 * Whether they follow each other as they must is for the parser to say. */
bool json_text_check(const char *text, size_t length, struct json_parts *parts,
                     struct error *error);

/* Whether a number is written as an integer: digits, perhaps after a minus, and not -0. 1.0 and 1e2
 * are not.
 */
bool json_integer_text(const char *number, size_t length);

/* The first number from here on that is in no string, with its length; text has passed
 * json_text_check. */
const char *json_number_next(const char *text, const char *end, size_t *length);

/* How many bytes from here on are ASCII that stands for itself in a string. */
size_t json_plain_run(const char *text, size_t length);

#endif

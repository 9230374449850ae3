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

/* What the text can be made of at most: values, and names, strings and numbers. */
struct json_parts {
    size_t values, words;
};

/* Whether these are UTF-8, strings, numbers, brackets, commas, colons, white space and letters, nested
 * JSON_DEPTH_MAX deep at most; false, with what is wrong and the byte where (ERROR_FORMAT). Whether they
 * follow each other as they must is for the parser to say. */
bool json_text_check(const char *text, size_t length, struct json_parts *parts, struct error *error);

/* How many bytes from here on are ASCII that stands for itself in a string. */
size_t json_plain_run(const char *text, size_t length);

#endif

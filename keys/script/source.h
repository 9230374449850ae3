/* SPDX-License-Identifier: MIT */
/*
 * The text of a script, read whole and looked through before anything in it
 * has a meaning: it is text, and not without an end.
 */
#ifndef KEYS_SOURCE_H
#define KEYS_SOURCE_H

#include "shared/error.h"

#define SOURCE_LIMIT (4 << 20) /* bytes of a script; recordings of an hour are far below */

/* The file's text without the mark that some editors put before UTF-8; the caller frees it. NULL
 * and *error: ERROR_SYSTEM, as ERROR_USAGE, where it cannot be read. */
char *source_read(const char *path, struct error *error);

/* Whether a line is UTF-8 without control characters; ERROR_USAGE says how to write such bytes. */
bool source_line_sound(const char *line, struct error *error);

#endif

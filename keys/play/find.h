/* SPDX-License-Identifier: MIT */
/* Where on the screen a text stands: its row and its columns, one place after the other. */
#ifndef KEYS_FIND_H
#define KEYS_FIND_H

#include "keys/script/value.h"
#include "keys/terminal/terminal.h"

#include <regex.h>
#include <stdbool.h>

struct found {
    int row, left, right; /* 0: nothing found yet */
};

/* The next place after *found, row by row. */
bool find_text(const struct terminal *terminal, struct area area, const struct value *value,
               struct found *found);

/* Whether the text holds the value; groups may be NULL and is filled for regular expressions only.
 */
bool find_holds(const char *text, const struct value *value, regmatch_t groups[2]);

/* The line most like the text, for the report of a failure; the caller frees it. NULL: none is. */
char *find_nearest(const char *lines, const char *text);

#endif

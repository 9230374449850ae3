/* SPDX-License-Identifier: MIT */
/*
 * One directive cut out of a line, by the syntax column of the table.
 *
 * `at` moves over what was read. Errors are ERROR_USAGE without file and line:
 * the caller knows them.
 */
#ifndef KEYS_SYNTAX_H
#define KEYS_SYNTAX_H

#include "keys/script/script.h"

void blanks_skip(const char **at);
size_t word_length(const char *at);

/* The line is over, or a " ; " or a comment comes. */
bool directive_over(const char *at);

/* The directive that fits the line best; NULL when there is none (near.h says why). */
const struct directive *syntax_match(const char *line);

/* Whether some directive begins with this word. */
bool syntax_begins(const char *word);

/* Reads a directive's values into the step, its own words included. */
bool syntax_read(const char **at, struct step *step, struct error *error);

/* One value; false when it is not there or not of its kind. */
bool syntax_value(const char **at, const struct value_kind *kind, struct value *value,
                  struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The kinds of values a directive takes: how each is written, checked and read.
 *
 * A syntax such as "wait text TEXT [within TIME]" names kinds in capitals; this
 * table gives them their meaning. Checks run when a script is read, and once
 * more after ${VARIABLES} are filled in. Errors are ERROR_USAGE and say what
 * would be right.
 */
#ifndef KEYS_VALUE_H
#define KEYS_VALUE_H

#include "keys/terminal/terminal.h"
#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the words of a value are cut out of a line. */
enum value_form {
    VALUE_WORD,  /* a bare word, or a "string" */
    VALUE_PAIR,  /* NAME=word, NAME="string" or "NAME=string" */
    VALUE_TEXT,  /* a "string", a /regular expression/ or a bare word */
    VALUE_WORDS, /* all up to the next directive */
    VALUE_LINE,  /* the rest of the line, whatever is in it */
};

struct value {
    const struct value_kind *kind; /* NULL: an optional value that was not given */
    char *text;                    /* owned by the step */
    bool regex;                    /* was written between slashes */
};

struct value_kind {
    const char *name; /* as in a syntax */
    enum value_form form;
    bool (*check)(const struct value *value, struct error *error); /* NULL: anything goes */
    const char *help;
};

const struct value_kind *value_kind_find(const char *name, size_t length);
const struct value_kind *value_kinds(size_t *count);

/* Readers; each returns false when the text is not of that form. */
bool value_size(const char *text, int *columns, int *rows);
bool value_time_ms(const char *text, int *ms);
bool value_number(const char *text, int low, int high, int *number);
bool value_signal(const char *text, int *signal);
bool value_area(const char *text, struct area *area);
bool value_moment(const char *text, int64_t *seconds); /* as if it were UTC */
int value_button(const char *text);                    /* 1 to 3; NULL is the left one */

#endif

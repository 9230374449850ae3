/* SPDX-License-Identifier: MIT */
/*
 * A script as read: a list of steps, each a directive with its values.
 *
 * One directive a line, or several separated by " ; ". # begins a comment. What
 * directives there are, and what each takes, is the table in directives.h. A
 * block's first step knows its `end`; rows of `cases` stand in the step. The
 * struct is zeroed by the caller and owns all it points to. Errors are
 * ERROR_USAGE with file and line in front.
 */
#ifndef KEYS_SCRIPT_H
#define KEYS_SCRIPT_H

#include "keys/script/directives.h"
#include "keys/script/value.h"
#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>

#define STEP_VALUES 32 /* of one directive; more keys go on the next line */
#define SUITE_FILE  "suite.keys"

struct step {
    const struct directive *directive;
    char *file;
    int line;
    char *source; /* the directive as written */
    struct value values[STEP_VALUES];
    size_t count;     /* values that the syntax has room for, the optional ones included */
    size_t block_end; /* of a block: the index of its `end` */
    size_t macro;     /* of a call: the index of the macro */
    char **cells;     /* of cases: the values of all rows, `count` a row */
    size_t rows;
};

struct script {
    struct step *steps;
    size_t count;
    char *title; /* the first line's comment; NULL: none */
};

/* Adds what is in the file. */
bool script_load(struct script *script, const char *path, struct error *error);
/* Adds the file suite.keys of the folder that the path is in, where there is one. */
bool script_load_suite(struct script *script, const char *path, struct error *error);
void script_finish(struct script *script);

/* Parameter i of a macro; NULL where there are less. Its length is in *length, and whether it takes
 * the rest of the line in *rest. */
const char *macro_parameter(const struct step *macro, size_t i, size_t *length, bool *rest);

#endif

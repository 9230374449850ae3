/* SPDX-License-Identifier: MIT */
/*
 * A script as read: a list of steps, each a directive with its values.
 *
 * One directive a line, or several separated by " ; ". # begins a comment. What
 * directives there are, and what each takes, is the table in directive.c; this
 * file only follows its syntax column. The struct is zeroed by the caller and
 * owns all it points to. Errors are ERROR_USAGE with file and line in front.
 */
#ifndef KEYS_SCRIPT_H
#define KEYS_SCRIPT_H

#include "shared/error.h"
#include "tests/keys/value.h"

#include <stdbool.h>
#include <stddef.h>

#define STEP_VALUES 32 /* of one directive; more keys go on the next line */

struct step {
    const struct directive *directive;
    char *file;
    int line;
    char *source; /* the directive as written */
    struct value values[STEP_VALUES];
    size_t count; /* values that the syntax has room for, the optional ones included */
};

struct script {
    struct step *steps;
    size_t count;
};

bool script_load(struct script *script, const char *path, struct error *error);
void script_finish(struct script *script);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The directives of the script language: one table that the parser, the player
 * and --help read.
 */
#ifndef KEYS_DIRECTIVE_H
#define KEYS_DIRECTIVE_H

#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>

struct play;
struct step;

/* Whether something is so right now. What it looked for is said by the step itself. */
typedef bool condition_check(struct play *play, const struct step *step);

struct directive {
    const char *syntax; /* see script.c */
    bool (*run)(struct play *play, const struct step *step,
                struct error *error); /* NULL: done by the parser */
    condition_check *condition;       /* of a wait or an expect */
    bool negated;                     /* it must not be so */
    bool needs_program;               /* starts the program when it was not started yet */
    const char *help;
};

const struct directive *directive_table(size_t *count);

#endif

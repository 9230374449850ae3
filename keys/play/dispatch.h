/* SPDX-License-Identifier: MIT */
/* From a directive's name to what does it: the table is in dispatch.c. */
#ifndef KEYS_DISPATCH_H
#define KEYS_DISPATCH_H

#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>

struct play;
struct step;

/* Whether something is so right now. What it looked for is said by the step itself. */
typedef bool condition_check(struct play *play, const struct step *step);

bool dispatch_run(struct play *play, const struct step *step, struct error *error);

/* What a wait or an expect asks; NULL for other directives. */
condition_check *dispatch_condition(const struct step *step);

/* A block, from its first step on: flow.c. */
bool dispatch_block(struct play *play, size_t at, struct error *error);

/* Compares or writes the film, where one was made: moment.c. */
bool dispatch_film(struct play *play, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Masks: what differs from run to run is hidden before two texts are compared.
 *
 * A mask replaces the letters and digits of what it matches by #, one for one,
 * so that columns stay. A script's own mask does so with all of it, blanks
 * included: "  9 s" and " 10 s" are then the same.
 */
#ifndef KEYS_MASK_H
#define KEYS_MASK_H

#include "shared/error.h"

#include <stdbool.h>
#include <stdio.h>

#define MASKS_LIMIT 256 /* bytes of a list, with its end */

/* A mask of the script's own, or another expression for one. A process plays one script, so they
 * are the process's. The expression is one that compiles. */
bool masks_own(const char *name, const char *expression, struct error *error);

/* Whether every name in the list with commas is a mask. */
bool masks_check(const char *masks, struct error *error);
void masks_help(FILE *out);

/* A copy of the text, masked, which the caller frees. masks may be NULL. */
char *masks_apply(const char *masks, const char *text);

#endif

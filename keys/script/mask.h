/* SPDX-License-Identifier: MIT */
/*
 * Masks: what differs from run to run is hidden before two texts are compared.
 *
 * A mask replaces the letters and digits of what it matches by #, one for one,
 * so that columns stay.
 */
#ifndef KEYS_MASK_H
#define KEYS_MASK_H

#include "shared/error.h"

#include <stdbool.h>
#include <stdio.h>

/* Whether every name in the list with commas is a mask. */
bool masks_check(const char *masks, struct error *error);
void masks_help(FILE *out);

/* A copy of the text, masked, which the caller frees. masks may be NULL. */
char *masks_apply(const char *masks, const char *text);

#endif

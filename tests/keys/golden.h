/* SPDX-License-Identifier: MIT */
/*
 * Golden screens: a whole screen compared with a text file, what differs from
 * run to run masked out of both.
 *
 * A mask replaces the letters and digits of what it matches by #, one for one,
 * so that columns stay. Golden files hold masked text.
 */
#ifndef KEYS_GOLDEN_H
#define KEYS_GOLDEN_H

#include "shared/error.h"

#include <stdbool.h>
#include <stdio.h>

/* Whether every name in the list with commas is a mask. */
bool golden_masks_check(const char *masks, struct error *error);
void golden_masks_help(FILE *out);

/* Compares screen (rows ended by newlines) with the file. masks may be NULL. With `update` a file
 * that differs is rewritten and the difference goes to stdout; without, the difference is left in
 * *difference, which the caller frees, and the result is false. */
bool golden_compare(const char *path, const char *screen, const char *masks, bool update,
                    char **difference, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/* Two texts beside each other: what was expected and what is. */
#ifndef KEYS_SIDE_H
#define KEYS_SIDE_H

#include <stdio.h>

/* Rows of two screens that differ, with the row before and the row after: expected left, actual
 * right, and a mark between where they differ. */
void side_write(FILE *out, const char *expected, const char *actual);

#endif

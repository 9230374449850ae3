/* SPDX-License-Identifier: MIT */
/*
 * A run saved as an asciicast (version 2), for players that show terminal
 * sessions. Output only: keys are not in it, and a secret that a program
 * echoes is replaced by dots.
 */
#ifndef KEYS_CAST_H
#define KEYS_CAST_H

#include "keys/script/variable.h"
#include "shared/error.h"

#include <stddef.h>

struct cast;

/* NULL and *error when the file cannot be written. */
struct cast *cast_create(const char *path, struct error *error);
/* Before the first output, and whenever the size changes. */
void cast_size(struct cast *cast, int columns, int rows);
void cast_output(struct cast *cast, const struct variables *secrets, const char *bytes,
                 size_t length);
void cast_destroy(struct cast *cast);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A place where a script can do little harm and finds nothing of the person's:
 * a fresh HOME and TMPDIR, PATH and little else in the environment, and no
 * network where the kernel lets a user do without one. Files elsewhere are as
 * they were.
 */
#ifndef KEYS_SANDBOX_H
#define KEYS_SANDBOX_H

#include "shared/error.h"

#include <stdbool.h>

struct sandbox {
    char folder[64]; /* "": none */
};

bool sandbox_enter(struct sandbox *sandbox, struct error *error);
void sandbox_leave(struct sandbox *sandbox);

#endif

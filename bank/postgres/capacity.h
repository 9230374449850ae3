/* SPDX-License-Identifier: MIT */
/*
 * Whether the database lets the bank have all its sessions at once. One that
 * is refused later stays away without a word: an event handler that never
 * runs, read models that stay behind.
 */
#ifndef BANK_POSTGRES_CAPACITY_H
#define BANK_POSTGRES_CAPACITY_H

#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * False (ERROR_USAGE) when a limit of the server, the database or the login is
 * below `needed`, with that number and what to raise. `scarce` gets such a
 * sentence when only the sessions that others have now leave too few; else "".
 */
bool capacity_check(const char *conninfo, int needed, char *scarce, size_t size,
                    struct error *error);

#endif

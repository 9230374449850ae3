/* SPDX-License-Identifier: MIT */
/*
 * The schema's migrations: the files of sql/, built into the program, applied
 * in the order of their numbers, each once, all in one transaction under an
 * advisory lock, and recorded in esbank.migrations. A file that has been
 * released is never changed: what is to be different comes in a new one.
 */
#ifndef BANK_POSTGRES_MIGRATIONS_H
#define BANK_POSTGRES_MIGRATIONS_H

#include "shared/error.h"

#include <signal.h>
#include <stddef.h>

struct migration {
    const char *name; /* "002_events.sql"; its number is its first digits */
    const char *text;
};

/* The program's own, in order; ends with a NULL name. */
extern const struct migration migrations[];
/* What notes which of them were applied; made before the first. */
extern const char migrations_ledger[];

/*
 * Brings the database up to `list`; *applied (may be NULL) says how many were
 * missing. Waits for another program that is at it. Blocks; not for the loop.
 * Fails (ERROR_DATABASE) without having changed anything, also when the
 * database is newer than the program or was made with another text of a file.
 */
bool migrations_apply(const char *conninfo, const struct migration *list, int *applied,
                      struct error *error);

/* The same, and a *cancel that a signal handler sets ends the waiting for another program: a
 * failure too. */
bool migrations_apply_unless(const char *conninfo, const struct migration *list,
                             const volatile sig_atomic_t *cancel, int *applied,
                             struct error *error);

#endif

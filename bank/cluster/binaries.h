/* SPDX-License-Identifier: MIT */
/*
 * Which installed Postgres to use for the private cluster.
 *
 * Looked at, in this order: $ESBANK_PG_BIN (then nothing else), every
 * /usr/lib/postgresql/N/bin, and what `pg_config --bindir` prints.
 */
#ifndef BANK_CLUSTER_BINARIES_H
#define BANK_CLUSTER_BINARIES_H

#include "shared/error.h"

enum { BINARIES_PATH_SIZE = 300 };

struct binaries {
    int major;                          /* 15 */
    char directory[BINARIES_PATH_SIZE]; /* holds postgres and initdb */
};

/*
 * Finds the newest Postgres, or with `major` > 0 that very one, since a data
 * directory can only be opened by the version that made it. Fails
 * (ERROR_USAGE) with what is installed and what to do.
 */
bool binaries_find(int major, struct binaries *binaries, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The database that a bank, or an import in its place, works on: the one that
 * is named, else the home's private cluster, which is started and stopped.
 *
 * Opening it brings the schema up to date as its owner and makes the role of
 * the bank's sessions; from then on there is only `role.conninfo`.
 */
#ifndef BANK_POSTGRES_DATABASE_H
#define BANK_POSTGRES_DATABASE_H

#include "bank/cluster/cluster.h"
#include "bank/postgres/role.h"

struct bank_database {
    struct cluster *cluster; /* NULL: a server that is not the bank's */
    struct role role;
};

/*
 * db: NULL or "" for $ESBANK_DB, else the cluster. cancel: a signal handler's flag that ends the
 * waiting; or NULL. The home is locked by this process. After a failure bank_database_close is
 * still due.
 */
bool bank_database_open(struct bank_database *database, const struct home *home, const char *db,
                        const volatile sig_atomic_t *cancel, struct error *error);
void bank_database_close(struct bank_database *database);

/* Migrates and makes the role, as serve does; *applied: how many migrations. */
bool bank_database_prepare(const char *conninfo, bool own_server,
                           const volatile sig_atomic_t *cancel, struct role *role, int *applied,
                           struct error *error);

#endif

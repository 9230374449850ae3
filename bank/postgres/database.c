/* SPDX-License-Identifier: MIT */
#include "bank/postgres/database.h"

#include "bank/postgres/migrations.h"

#include <stdlib.h>

bool bank_database_prepare(const char *conninfo, bool own_server,
                           const volatile sig_atomic_t *cancel, struct role *role, int *applied,
                           struct error *error)
{
    char for_schema[ROLE_CONNINFO_SIZE];
    return role_for_schema(conninfo, for_schema, error) &&
           migrations_apply_unless(for_schema, migrations, cancel, applied, error) &&
           role_take(conninfo, own_server, role, error);
}

bool bank_database_open(struct bank_database *database, const struct home *home, const char *db,
                        const volatile sig_atomic_t *cancel, struct error *error)
{
    *database = (struct bank_database){ 0 };
    if (db == NULL)
        db = getenv("ESBANK_DB");
    if (db == NULL || db[0] == '\0') {
        database->cluster =
            cluster_start(&(struct cluster_options){ .home = home, .cancel = cancel }, error);
        if (database->cluster == NULL)
            return false;
        db = cluster_conninfo(database->cluster);
    }
    return bank_database_prepare(db, database->cluster != NULL, cancel, &database->role, NULL,
                                 error);
}

void bank_database_close(struct bank_database *database)
{
    cluster_stop(database->cluster);
    database->cluster = NULL;
}

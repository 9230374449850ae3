/* SPDX-License-Identifier: MIT */
/*
 * Whose rights the bank's sessions have.
 *
 *   the owner     of the schema esbank: runs migrations, and nothing that listens
 *   esbank_bank   what the running bank and operators' commands are: reads and adds to history,
 *                 changes read models, owns nothing (sql/242_bank_grants.sql has it table by table)
 *
 * Every session of the bank becomes esbank_bank as it begins, before its first
 * statement: the conninfo says so (role_take). In the private cluster it even
 * logs in as that role.
 */
#ifndef BANK_POSTGRES_ROLE_H
#define BANK_POSTGRES_ROLE_H

#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>

struct pg_conn;

#define ROLE_NAME "esbank_bank"

enum { ROLE_CONNINFO_SIZE = 2000 };

struct role {
    char conninfo[ROLE_CONNINFO_SIZE]; /* for the sessions of the bank */
    bool restricted;                   /* they cannot change history */
    char why[300];                     /* they can because …; what to do about it */
};

/*
 * How to connect for the schema's sake: as the login where it owns the schema or there is none yet,
 * else as the role. False when the database cannot be reached.
 */
bool role_for_schema(const char *conninfo, char buffer[static ROLE_CONNINFO_SIZE],
                     struct error *error);

/*
 * As the schema's owner makes the role and its grants, or puts them right; as anybody finds out how
 * the bank's sessions connect. may_log_in: the server is the bank's own, where the role logs in
 * itself.
 *
 * False (ERROR_USAGE), with what is lacking and what to do, when such a session could not do what
 * the bank has to. The schema is there.
 */
bool role_take(const char *conninfo, bool may_log_in, struct role *role, struct error *error);

/* For one session that exists: it becomes the role where that is possible. False only when it is
 * broken. */
bool role_switch(struct pg_conn *connection);

#endif

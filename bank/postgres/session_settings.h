/* SPDX-License-Identifier: MIT */
/*
 * What every session of the bank sets for itself, whatever its role, its
 * database, the server or the environment have set: each setting that could
 * change a byte that is stored or read, what a statement means, its plan, or
 * how long it may take. One table (session_settings.c), and beside it the few
 * sets below that sessions with a particular job add.
 *
 *   a blocking session         session_connect does all of it
 *   one of the event loop's    session_start, then session_first and session_settings once it is
 *                              there, each in a transaction of its own
 */
#ifndef BANK_POSTGRES_SESSION_SETTINGS_H
#define BANK_POSTGRES_SESSION_SETTINGS_H

#include "bank/postgres/hosts.h"
#include "shared/error.h"

#include <libpq-fe.h>

enum { SESSION_SETTINGS_SIZE = 4000 };

enum session_kind {
    SESSION_OURS,
    SESSION_FOREIGN, /* the database of another program: its search path is what finds its tables */
};

/* Begins to connect to one of the conninfo's servers, as PQconnectStart. pg_stat_activity has the
 * name after "bank: ". */
PGconn *session_start(const char *conninfo, const struct host *host, const char *name);

/* A setting that even the statement with all the others depends on. */
extern const char session_first[];

/* The statement that sets all of them, for a server of that version (PQserverVersion). */
const char *session_settings(enum session_kind kind, int server_version,
                             char buffer[static SESSION_SETTINGS_SIZE]);

/*
 * Blocking: a session with all its settings, the caller's to finish. NULL on
 * failure, with a sentence that begins with `unreachable` when it cannot be
 * had, and (ERROR_USAGE) when a pooler stands between: locks are the session's.
 */
PGconn *session_connect(enum session_kind kind, const char *conninfo, const char *name,
                        const char *unreachable, struct error *error);

/* Whether text in UTF-8 comes back from this database as it went in. False: ERROR_USAGE. */
bool session_encoding_fits(const PGconn *connection, struct error *error);

/* In a SELECT, for sessions with statements that look rows up by keys: in indexes, however small a
 * table is yet; plans do not depend on the parameters, and start no other processes, which would
 * take longer than a few keys do. */
#define SESSION_LOOKS_UP                                                                           \
    "set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),"     \
    " set_config('enable_mergejoin', 'off', false),"                                               \
    " set_config('max_parallel_workers_per_gather', '0', false),"                                  \
    " set_config('plan_cache_mode', 'force_generic_plan', false)"

/* Likewise, for what is made from the log again if it is lost. */
#define SESSION_COMMITS_LATER "set_config('synchronous_commit', 'off', false)"

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The servers that a conninfo names, one at a time: libpq gives an asynchronous
 * connect no deadline, and begins with the first one each time, so a server that
 * stands still would keep every session from the one that works. Each has
 * HOST_PATIENCE_MS (or the conninfo's connect_timeout), and the one that
 * answered last is tried first.
 *
 * And statements on blocking sessions: how long one may take is not known, but
 * a server that does not even begin another session meanwhile stands still, and
 * then the session is given up.
 */
#ifndef BANK_POSTGRES_HOSTS_H
#define BANK_POSTGRES_HOSTS_H

#include <libpq-fe.h>
#include <stdbool.h>

#define HOST_PATIENCE_MS 3000

enum { HOST_WORD_SIZE = 256, HOST_WORDS = 8 };

/* Words of a connection that stand after the conninfo's, and so count in their place. */
struct host {
    char host[HOST_WORD_SIZE], address[HOST_WORD_SIZE], port[HOST_WORD_SIZE];
    const char *name[HOST_WORDS], *value[HOST_WORDS];
    unsigned words;
    int patience_ms;
};

/* How many there are, one at least. */
unsigned hosts_count(const char *conninfo);
/* That one of them, by its place. Of several, only one that can be written to. */
void host_take(struct host *host, const char *conninfo, unsigned place);
/* The place to begin with; and that a server answered. */
unsigned hosts_first(unsigned count);
void hosts_answered(unsigned place);

/* As PQexec and PQexecParams, but for a server that stands still: then the session is broken. */
PGresult *host_exec(PGconn *connection, const char *sql);
PGresult *host_exec_params(PGconn *connection, const char *sql, int count,
                           const char *const *values, const int *lengths, const int *formats);

#endif

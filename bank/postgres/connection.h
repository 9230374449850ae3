/* SPDX-License-Identifier: MIT */
/*
 * One connection to Postgres, driven by the event loop and always in pipeline
 * mode. It is kept: when it is lost, it is made again, for ever: to the server
 * that answered last, and where that does not, to the next one that the conninfo
 * names (hosts.h). A server that takes what is sent and answers nothing, and
 * one that tells of a commit which its standby may not have, has lost it too. Its sessions
 * have the settings of session_settings.c, whatever the server's are.
 *
 *   CLOSED ──open──▶ CONNECTING ──▶ READY ──lost──▶ WAITING ──a moment──▶ CONNECTING
 *
 * What is sent is copied into libpq's buffer, so parameters may be reused at
 * once. Each query gives exactly one call of hooks.result, in the order sent,
 * with the tag it was sent with; a Sync gives one of hooks.synced. After
 * hooks.lost there is none of either for what was sent before. The hooks are
 * called from the loop, never from inside a function below, and may call any
 * of them but connection_destroy.
 */
#ifndef BANK_POSTGRES_CONNECTION_H
#define BANK_POSTGRES_CONNECTION_H

#include <libpq-fe.h>
#include <stdbool.h>

struct event_base;
struct connection;

struct connection_hooks {
    const char *name; /* as session_start's; it outlives the connection */
    void *context;
    void (*ready)(void *context);
    /* The result is the connection's and is freed after the call. */
    void (*result)(void *context, int tag, const PGresult *result);
    void (*synced)(void *context, int tag);
    void (*lost)(void *context, const char *why);
    /* About once a second while it cannot be made. NULL: nothing. */
    void (*unreachable)(void *context);
};

struct connection *connection_create(struct event_base *loop, const char *conninfo,
                                     const struct connection_hooks *hooks);
/* How many there are: as many sessions may be had at once. */
int connections_count(void);
void connection_destroy(struct connection *connection); /* takes NULL; no hook is called */

/* How long the database may leave what was sent without any answer before the session is lost (half
 * a minute unless set); 0: for ever. */
void connection_patience(struct connection *connection, int patience_ms);
/* It connects to the server that the other one is connected to, of those that the conninfo names.
 */
void connection_beside(struct connection *connection, const struct connection *leader);
/* The server that it is connected to stands still: the next session begins with the next one. */
void connection_elsewhere(const struct connection *connection);
/* The server's process of its session; 0: there is none. */
int connection_pid(const struct connection *connection);
void connection_open(struct connection *connection);
/* Ends the session without calling hooks.lost; connection_open makes another. */
void connection_close(struct connection *connection);
bool connection_ready(const struct connection *connection);
/* Takes what has come by now, hooks and all, without waiting for the loop to find it. */
void connection_look(struct connection *connection);

/* Parameters of a query: all binary or text as formats say; types follow from the statement. */
struct parameters {
    int count;
    const char *const *values;
    const int *lengths, *formats;
};

/* Only while ready. One statement each. Results are binary. */
void connection_prepare(struct connection *connection, int tag, const char *name, const char *sql);
void connection_query(struct connection *connection, int tag, const char *sql,
                      const struct parameters *parameters);
void connection_run(struct connection *connection, int tag, const char *name,
                    const struct parameters *parameters);
/* What was sent is on its way after this; a Sync does it too. */
void connection_flush(struct connection *connection);
/* Ends a transaction; everything since the last one stands or falls together. */
void connection_sync(struct connection *connection, int tag);

/* For results: the SQLSTATE ("" when it is no error), and the message in one line. */
bool result_failed(const PGresult *result);
const char *result_sqlstate(const PGresult *result);
void result_message(const PGresult *result, char *buffer, size_t size);

#endif

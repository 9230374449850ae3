/* SPDX-License-Identifier: MIT */
/*
 * The server: the two sockets and the port, and everybody connected to them.
 *
 * Order of calls: server_create, then in every turn of the loop, after its
 * events, server_turn: it hands over what arrived, runs the engine, and writes
 * the replies, all those of one connection in one write. To end: server_stop,
 * turns until server_idle, server_destroy.
 */
#ifndef BANK_SERVER_SERVER_H
#define BANK_SERVER_SERVER_H

#include "bank/engine/engine.h"
#include "bank/server/door_groups.h"
#include "bank/server/state.h"
#include "bank/vault/vault.h"
#include "shared/home.h"

struct address;
struct event_base;
struct operators;
struct server;
struct store;
struct subscriptions;
struct tls_context;
struct turn;

struct server_options {
    const struct home
        *home; /* locked by this process: sockets a dead bank left there are replaced */
    struct event_base *loop;
    struct engine *engine;
    struct vault *vault;
    const struct store *store; /* here and next: for those who watch the bank; NULL: none */
    const struct subscriptions *subscriptions;
    enum bank_state (*state)(const void *context); /* NULL: what the engine knows of it */
    const void *state_context;
    const struct tls_context *tls;          /* NULL: Unix sockets only */
    const struct address *listen;           /* with tls */
    const struct tls_context *operator_tls; /* here and next: the same for operators */
    const struct address *operator_listen;
    /* Called now and then while many terminals are read, for what cannot wait so long. NULL:
     * nothing. */
    void (*meanwhile)(void *context);
    void *meanwhile_context;
    const struct operators *operators; /* stays the caller's, until server_renew_operators */
    struct door_groups groups;
    bool lab; /* operators can force its answers: lab.h */
    int64_t sign_on_ms,
        line_ms; /* how long those may take (session.h has the defaults); 0: the default */
};

struct server *server_create(const struct server_options *options, struct error *error);
void server_turn(struct server *server);

/* For those who watch the bank. */
const struct turn *server_watched(const struct server *server);

/* About once a second, before server_turn; now_ms as clock_now_ms has it. Ends connections whose
 * deadline is over: they are precise to the time between two ticks. */
void server_tick(struct server *server, int64_t now_ms);

/* For the network, from now on: new connections by these contexts, which have to stay until the
 * next; those whose certificate they would not let in are closed. Their number. NULL: none was
 * there. */
int server_renew_tls(struct server *server, const struct tls_context *terminals,
                     const struct tls_context *for_operators);

/* From the next request on, also on connections that there are. */
void server_renew_operators(struct server *server, const struct operators *operators);

/* Accepts and reads nothing more, and takes the sockets' names away. */
void server_stop(struct server *server);

/* Whether no request is in flight and no reply waits for a reader. */
bool server_idle(const struct server *server);

/* Closes all connections. The engine may not have any of their requests any more. Takes NULL. */
void server_destroy(struct server *server);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A TCP port of the bank: HOST:PORT, TLS with the certificate of a teller, or at another port of an
 * operator. Whoever connects shakes hands here first, and only one whose certificate has been
 * verified and names such a client is handed on to the server.
 *
 * Order of calls: tls_door_create, tls_door_turn in every turn of the loop, tls_door_destroy.
 */
#ifndef BANK_SERVER_TLS_DOOR_H
#define BANK_SERVER_TLS_DOOR_H

#include "shared/address.h"
#include "shared/tls.h"

struct event_base;
struct tls_door;

/* What a port says of itself. */
struct tls_door_words {
    const char *option, *event; /* that it came with; of the log's line when it is open */
    const char *speaks;         /* to a client that speaks no TLS */
    const char *nameless;       /* to one whose certificate names no such client, and in the log */
    const char *nameless_log;
    const char *expired; /* in the log, of the bank's own certificate */
};

struct tls_door_options {
    const struct tls_door_words *words; /* static */
    struct event_base *loop;
    const struct tls_context *context; /* stays the caller's */
    const struct address *address;
    /* False: its certificate names no such client. Else takes socket and connection over. */
    bool (*admit)(void *admit_context, int file, struct tls *tls);
    void *admit_context;
};

struct tls_door *tls_door_create(const struct tls_door_options *options, struct error *error);

/* Lets the next few handshakes go on: their cost is spread over turns, so that no crowd at the door
 * holds up those who are in. */
void tls_door_turn(struct tls_door *door);

/* About once a second: the log says, once a day, what of certificates and lists is out of date. */
void tls_door_tick(struct tls_door *door, int64_t now_ms);

/* From now on with this context. Handshakes under way are ended: they were begun by the old one's
 * rules. */
void tls_door_renew(struct tls_door *door, const struct tls_context *context);

/* Closes the port, and what has not been handed on. Takes NULL. */
void tls_door_destroy(struct tls_door *door);

#endif

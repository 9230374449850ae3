/* SPDX-License-Identifier: MIT */
/*
 * Who is connected, and how often: a user on a Unix socket, whom a certificate names, an address
 * before its handshake is done. A peer is there while it has a place; places are counted for each
 * door apart.
 */
#ifndef BANK_SERVER_PEERS_H
#define BANK_SERVER_PEERS_H

#include "shared/tls.h"

#include <sys/types.h>

enum { PEER_BUCKETS = 256, PEER_NAME_SIZE = TLS_NAME_SIZE };

struct sockaddr;

struct peer_name {
    unsigned char bytes[PEER_NAME_SIZE];
};

struct peer {
    struct peer_name name;
    int places;
    struct peer *next;
};

struct peers {
    struct peer *bucket[PEER_BUCKETS];
};

struct peer_name peer_of_user(uid_t user);
struct peer_name peer_of_teller(const struct uuid *teller);
struct peer_name peer_of_certificate(const char *name);

/* Of IPv6 the first 64 bits: a network of that size is one customer's. */
struct peer_name peer_of_address(const struct sockaddr *address);

/* NULL: it has no place. */
struct peer *peer_find(struct peers *peers, const struct peer_name *name);

/* One place more for that peer; valid until as many are given back. */
struct peer *peer_enter(struct peers *peers, const struct peer_name *name);
void peer_leave(struct peers *peers, struct peer *peer);

#endif

/* SPDX-License-Identifier: MIT */
#include "bank/server/peers.h"

#include "shared/error.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

_Static_assert(sizeof(struct uuid) <= PEER_NAME_SIZE, "a teller's id is a name as it is");

struct peer_name peer_of_user(uid_t user)
{
    struct peer_name name = { { 0 } };
    memcpy(name.bytes, &user, sizeof user);
    return name;
}

struct peer_name peer_of_teller(const struct uuid *teller)
{
    struct peer_name name = { { 0 } };
    memcpy(name.bytes, teller, sizeof *teller);
    return name;
}

struct peer_name peer_of_certificate(const char *name)
{
    struct peer_name peer = { { 0 } };
    memcpy(peer.bytes, name, strnlen(name, sizeof peer.bytes - 1));
    return peer;
}

struct peer_name peer_of_address(const struct sockaddr *address)
{
    struct peer_name name = { { 0 } };
    if (address->sa_family == AF_INET)
        memcpy(name.bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    else if (address->sa_family == AF_INET6)
        memcpy(name.bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 8);
    return name;
}

static struct peer **peer_place(struct peers *peers, const struct peer_name *name)
{
    unsigned hash = 2166136261U;
    for (size_t i = 0; i < sizeof name->bytes; i++)
        hash = (hash ^ name->bytes[i]) * 16777619U;
    struct peer **at = &peers->bucket[hash % PEER_BUCKETS];
    while (*at != NULL && memcmp(&(*at)->name, name, sizeof *name) != 0)
        at = &(*at)->next;
    return at;
}

struct peer *peer_find(struct peers *peers, const struct peer_name *name)
{
    return *peer_place(peers, name);
}

struct peer *peer_enter(struct peers *peers, const struct peer_name *name)
{
    struct peer **at = peer_place(peers, name);
    if (*at == NULL) {
        struct peer *peer = calloc(1, sizeof *peer);
        if (peer == NULL)
            panic("out of memory");
        peer->name = *name;
        *at = peer;
    }
    (*at)->places++;
    return *at;
}

void peer_leave(struct peers *peers, struct peer *peer)
{
    if (--peer->places > 0)
        return;
    *peer_place(peers, &peer->name) = peer->next;
    free(peer);
}

/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a connection: a plain non-blocking socket, or TLS over one. Inline, so that a plain
 * socket pays one branch and nothing else.
 */
#ifndef SHARED_TRANSPORT_H
#define SHARED_TRANSPORT_H

#include "shared/tls.h"

#include <sys/socket.h>
#include <unistd.h>

struct transport {
    int file;        /* -1: closed */
    struct tls *tls; /* NULL: plain */
};

static inline ssize_t transport_receive(const struct transport *transport, void *bytes, size_t size)
{
    return transport->tls == NULL ? recv(transport->file, bytes, size, 0)
                                  : tls_receive(transport->tls, bytes, size);
}

static inline ssize_t transport_send(const struct transport *transport, const void *bytes,
                                     size_t size)
{
    return transport->tls == NULL ? send(transport->file, bytes, size, MSG_NOSIGNAL)
                                  : tls_send(transport->tls, bytes, size);
}

/* Bytes have come that the socket will not tell of. */
static inline bool transport_waiting(const struct transport *transport)
{
    return transport->tls != NULL && tls_waiting(transport->tls);
}

/* After EAGAIN from transport_receive: more can come only once the socket has taken something. */
static inline bool transport_blocked(const struct transport *transport)
{
    return transport->tls != NULL && tls_receive_blocked(transport->tls);
}

static inline void transport_close(struct transport *transport)
{
    tls_destroy(transport->tls);
    close(transport->file);
    *transport = (struct transport){ .file = -1 };
}

#endif

/* SPDX-License-Identifier: MIT */
#include "bank/server/ports.h"

#include "bank/log/log.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

/* -1 with the error; *unsupported: the kernel lacks the family. */
static int bound_socket(const struct addrinfo *at, const char *where, const char *option,
                        bool *unsupported, struct error *error)
{
    int yes = 1, file = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    *unsupported = file < 0 && errno == EAFNOSUPPORT;
    if (file < 0) {
        error_set_errno(error, "cannot make a socket for %s", where);
        return -1;
    }
    setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (at->ai_family == AF_INET6) /* IPv4 has a socket of its own */
        setsockopt(file, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(file, at->ai_addr, at->ai_addrlen) == 0)
        return file;
    if (errno == EADDRINUSE)
        error_set(error, ERROR_SYSTEM,
                  "another program listens on %s: choose another port for %s, or end that program",
                  where, option);
    else
        error_set_errno(error, "cannot listen on %s, the address after %s", where, option);
    close(file);
    return -1;
}

bool ports_open(struct ports *ports, struct event_base *loop, const struct address *address,
                const char *option, const char *event, void (*accepted)(void *context, int file),
                void *context, struct error *error)
{
    const struct addrinfo wanted = { .ai_family = AF_UNSPEC,
                                     .ai_socktype = SOCK_STREAM,
                                     .ai_flags = AI_PASSIVE };
    struct addrinfo *found;
    const char *host = address->host[0] != '\0' ? address->host : NULL;
    int trouble = getaddrinfo(host, address->port, &wanted, &found);
    if (trouble != 0)
        return error_set(error, ERROR_USAGE,
                         "there is no address for %.100s, the host after %s: %s", address->host,
                         option, gai_strerror(trouble));
    bool worked = true;
    int count = 0;
    for (struct addrinfo *at = found; at != NULL && worked && count < PORTS_MAX; at = at->ai_next) {
        struct sockaddr_storage bound;
        socklen_t length = sizeof bound;
        char where[ADDRESS_TEXT_SIZE];
        address_format(at->ai_addr, at->ai_addrlen, where);
        bool unsupported;
        int file = bound_socket(at, where, option, &unsupported, error);
        if (unsupported && (count > 0 || at->ai_next != NULL))
            continue; /* the other family does */
        if (file >= 0 && getsockname(file, (struct sockaddr *)&bound, &length) == 0)
            address_format((struct sockaddr *)&bound, length, where); /* 0: the kernel's choice */
        struct listener *listener =
            file >= 0 ? listener_create(loop, file, where, accepted, context, error) : NULL;
        worked = listener != NULL;
        if (worked)
            log_event(event, "address=%s", where);
        ports->listener[count++] = listener;
    }
    freeaddrinfo(found);
    return worked;
}

void ports_close(struct ports *ports)
{
    for (int i = 0; i < PORTS_MAX; i++)
        listener_destroy(ports->listener[i]);
    *ports = (struct ports){ 0 };
}

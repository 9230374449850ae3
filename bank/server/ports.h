/* SPDX-License-Identifier: MIT */
/* Listening on all addresses of a HOST:PORT, IPv4 and IPv6 each by itself. */
#ifndef BANK_SERVER_PORTS_H
#define BANK_SERVER_PORTS_H

#include "bank/server/listener.h"
#include "shared/address.h"

#define PORTS_MAX 8 /* addresses of one host name */

struct ports {
    struct listener *listener[PORTS_MAX];
};

/* option: the one that the address came with, for errors; event: the line in the log for each that
 * is open. What was opened before an error is the caller's to close, too. */
bool ports_open(struct ports *ports, struct event_base *loop, const struct address *address,
                const char *option, const char *event, void (*accepted)(void *context, int file),
                void *context, struct error *error);
void ports_close(struct ports *ports);

#endif

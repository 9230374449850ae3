/* SPDX-License-Identifier: MIT */
/*
 * Dialling: from HOST:PORT to a connection by TLS with a bank whose certificate names that host.
 * Nothing blocks, looking up the name included.
 *
 *   RESOLVING ─▶ CONNECTING (each address in turn) ─▶ SHAKING ─▶ DIAL_DONE
 *
 * Order of calls: dial_init once; dial_start, dial_step until it is not DIAL_PENDING any more;
 * while it is, dial_poll and dial_deadline say what to wait for. When done, dial.file and dial.tls
 * are the caller's to use until dial_hang_up, which may be called at any time. The certificate is
 * read at each start, so a new one needs no restart.
 */
#ifndef SHARED_DIAL_H
#define SHARED_DIAL_H

#include "shared/address.h"
#include "shared/tls.h"

#include <netdb.h>
#include <poll.h>

#define DIAL_WHY_SIZE 640

enum dial_result { DIAL_PENDING, DIAL_DONE, DIAL_FAILED };
enum dial_state { DIAL_IDLE, DIAL_RESOLVING, DIAL_CONNECTING, DIAL_SHAKING };

struct dial {
    struct address address;
    struct tls_files files;  /* the strings are the caller's */
    char why[DIAL_WHY_SIZE]; /* after DIAL_FAILED, one sentence; dial_hang_up leaves it */

    enum dial_state state;
    struct tls_context *context;
    struct gaicb *lookup; /* NULL: none is under way */
    struct addrinfo *found, *next;
    int file;
    struct tls *tls;
    short wants;     /* of poll's events */
    int64_t look_ms; /* when to look again, whatever poll says; -1: never */
};

void dial_init(struct dial *dial, const struct address *address, const struct tls_files *files);
enum dial_result dial_start(struct dial *dial);
enum dial_result dial_step(struct dial *dial, int64_t now_ms);
void dial_poll(const struct dial *dial, struct pollfd *poll);
int64_t dial_deadline(const struct dial *dial); /* -1: none */
void dial_hang_up(struct dial *dial);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A session, with one client: lines in, replies out, and the limits that keep one client
 * from harming the others. The server (server.h) owns sessions.
 *
 *            a line                 engine
 *   reading ────────▶ request ───▶ in flight ───▶ reply ───▶ out ───▶ written
 *      ▲                                                      │
 *      └── not while 64 are in flight, or a sign-on is ◀──────┘
 *
 * A request outlives the client that sent it: it takes effect, and its reply
 * goes nowhere. So a connection whose socket is closed stays until the last of
 * its requests has come back, and is freed at the end of a turn of the loop,
 * never inside a callback.
 */
#ifndef BANK_SERVER_SESSION_H
#define BANK_SERVER_SESSION_H

#include "bank/server/buffer.h"
#include "bank/server/peers.h"
#include "bank/server/turn.h"
#include "shared/transport.h"
#include "shared/wire.h"

#include <event2/event.h>

#define CONNECTIONS_MAX 1024      /* a socket */
#define USER_MAX        768       /* of those, one user's: the last quarter is kept for others */
#define CERTIFICATE_MAX 16        /* of the network's, those of one certificate */
#define SIGN_ON_MS      30000     /* from connecting to signing on */
#define LINE_MS         30000     /* from a line's first byte to its newline */
#define IN_FLIGHT_MAX   64        /* requests a connection */
#define UNREAD_MAX      (1 << 20) /* bytes of replies that wait for their reader */
#define RETRY_AFTER_MS  1000

/* A client that has come in, and by which of the server's doors. */
struct caller {
    struct transport transport;
    int door;
    unsigned sender;
    uid_t user;                      /* of an operator's process */
    struct uuid certified;           /* the teller its certificate names; nil: it has none */
    char certificate[TLS_NAME_SIZE]; /* an operator's, by its common name; empty: it has none */
    int64_t until_s; /* when the certificate expires, in seconds since 1970; 0: it has none */
    struct peer_name peer;
};

struct session {
    struct place place; /* first: the server walks places */
    struct turn *turn;
    struct transport transport;
    unsigned sender;
    uid_t user;
    struct uuid certified;           /* the only teller it may act for; nil: any */
    char certificate[TLS_NAME_SIZE]; /* of an operator's client; empty: it is known by its user */
    int64_t until_s;                 /* as its caller's */
    struct event *readable, *writable;
    struct buffer in, out;
    int in_flight;
    bool signing_on;  /* what follows waits for the outcome */
    bool input_ended; /* nothing more is read; replies still leave */
    bool reading;     /* readable is armed */
    const char *why;  /* it is closed; NULL: the bank ends */
};

/* Takes the socket over. */
struct session *session_create(struct turn *turn, const struct caller *caller);

/* Takes as many lines out of its buffer as it may: parses and submits them. */
void session_take_lines(struct session *session);

/* Writes what is waiting; arms what has to be waited for; closes what has ended. */
void session_flush(struct session *session);

/* Adds a reply, without its newline. Nothing happens on a closed one. */
void session_reply(struct session *session, const char *line, size_t length);

/* The same to a terminal, with the bank's mac for that teller. */
void session_reply_signed(struct session *session, const struct uuid *teller_id, const char *line,
                          size_t length);

/* Reads no more; what came is finished. */
void session_end_input(struct session *session);

/* Closes the socket and forgets what waits. The struct stays while requests are in flight. */
void session_close(struct session *session);

/* Says why, logs it with the certificate's name, and closes, whether that could be said or not. */
void session_expel(struct session *session, enum refusal refusal, const char *message);
/* The teller's other machines: they sign on again. Clients that name no run are left alone. */
void session_expel_machines(struct session *session, const struct uuid *teller_id, const char *why);

/* Whether it can be freed: its socket is closed and its requests are back. */
bool session_gone(const struct session *session);
void session_destroy(struct session *session);

#endif

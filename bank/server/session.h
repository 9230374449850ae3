/* SPDX-License-Identifier: MIT */
/*
 * A session, with one client: lines in, replies out, and the limits that keep one client
 * from harming the others. The server (server.h) owns connections; nobody else
 * includes this.
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

#include "bank/server/peers.h"
#include "bank/server/server.h"
#include "shared/transport.h"
#include "shared/wire.h"

#include <event2/event.h>
#include <sys/queue.h>

#define CONNECTIONS_MAX   1024      /* a socket */
#define USER_MAX          768       /* of those, one user's: the last quarter is kept for others */
#define CERTIFICATE_MAX   16        /* of the network's, those of one teller's certificate */
#define SIGN_ON_MS        30000     /* from connecting to signing on */
#define LINE_MS           30000     /* from a line's first byte to its newline */
#define IN_FLIGHT_MAX     64        /* requests a connection */
#define UNREAD_MAX        (1 << 20) /* bytes of replies that wait for their reader */
#define BUFFER_KEPT_BYTES 16384     /* an emptied buffer that is larger is given back */

struct buffer {
    char *bytes;
    size_t start, end, capacity; /* content is from start to end */
};

/* A request with the connection it came from. */
struct pending {
    struct request request;
    struct session *session;
    struct pending *next; /* free ones */
};

/* Somebody who has come in, and by which of the server's doors. */
struct caller {
    struct transport transport;
    int door;
    unsigned sender;
    struct uuid certified; /* the teller its certificate names; nil: it has none */
    struct peer_name peer;
};

struct session {
    struct server *server;
    struct transport transport;
    int door;
    unsigned sender;
    struct uuid certified; /* the only teller it may act for; nil: any */
    struct event *readable, *writable;
    struct buffer in, out;
    struct uuid signed_on;
    int in_flight;
    bool signing_on;              /* what follows waits for the outcome */
    bool input_ended;             /* nothing more is read; replies still leave */
    bool reading;                 /* readable is armed */
    bool resumable;               /* lines may be waiting in `in` that can be taken now */
    bool unwritten;               /* on the list of those with output to be written */
    struct session *next, **from; /* all connections */
    struct session *next_resumable, *next_unwritten;
    struct peer *peer;                  /* NULL: it has no place any more */
    int64_t came_ms;                    /* by the server's coarse clock */
    int64_t line_ms;                    /* when the line that is still open began */
    bool signing_on_awaited, line_open; /* on these lists of the server */
    TAILQ_ENTRY(session) comers, open_lines;
};

/* Takes the socket over. */
struct session *session_create(struct server *server, const struct caller *caller);

/* Takes as many lines out of its buffer as it may: parses and submits them. */
void session_take_lines(struct session *session);

/* Writes what is waiting; arms what has to be waited for; closes what has ended. */
void session_flush(struct session *session);

/* Adds a reply, without its newline. Nothing happens on a closed one. */
void session_reply(struct session *session, const char *line, size_t length);

/* Reads no more; what came is finished. */
void session_end_input(struct session *session);

/* Closes the socket and forgets what waits. The struct stays while requests are in flight. */
void session_close(struct session *session);

/* Says why, logs it, and closes, whether that could be said or not. */
void session_expel(struct session *session, enum refusal refusal, const char *message);

/* Whether it can be freed: its socket is closed and its requests are back. */
bool session_gone(const struct session *session);
void session_destroy(struct session *session);

/* ---- the server's part, for session.c ---- */

struct event_base *server_loop(struct server *server);
struct vault *server_vault(struct server *server);

/* A request with nothing in it but what the server gives to all; and back. */
struct pending *server_pending_take(struct server *server);
void server_pending_give(struct server *server, struct pending *pending);
void server_submit(struct server *server, struct request *request);
void server_reading(struct server *server);       /* before each read */
bool server_is_full(const struct server *server); /* there is no room for one more */
void server_turned_away(struct server *server);   /* one was told so, unread */

/* Nobody is signed on as this teller any more. */
void server_sign_off(struct server *server, const struct uuid *teller_id);

/* What is no command, and answered at once. */
void server_answer_echo(struct session *session, const struct uuid *id);
void server_answer_status(struct session *session, const struct uuid *id);

/* For the end of this turn: lines may be taken again; there is something to write; the socket was
 * closed. */
void server_mark_resumable(struct session *session);
void server_mark_unwritten(struct session *session);
void server_closed(struct session *session);

/* For the deadlines: it has signed on; the last line in its buffer lacks its end; it has that end.
 */
void server_signed_on(struct session *session);
void server_line_opened(struct session *session);
void server_line_ended(struct session *session);

#endif

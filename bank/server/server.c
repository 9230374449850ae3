/* SPDX-License-Identifier: MIT */
/*
 * Sockets, the lists of a turn, and the pool of requests.
 *
 * A turn: callbacks of the loop read lines and submit requests, and the
 * store's listener answers some; then server_turn takes what has become
 * takeable, lets the engine decide, and only then writes. So the replies of a
 * batch to one connection leave in one write, and nothing is left that would
 * have to wake the loop.
 *
 * Requests come from a pool that only grows: in steady state nothing is
 * allocated for one.
 *
 * Deadlines are two lists, of those that have not signed on and of those whose
 * last line lacks its end, each the oldest first. Their times are the last
 * tick's, and a tick looks at no more than those that are due and one; a line
 * that arrives whole touches neither.
 *
 * Places: a peer that has its share, and a socket that is full, give the place
 * of the oldest that has not signed on to the one that comes. Where all have,
 * that one is turned away.
 */
#include "bank/server/server.h"

#include "bank/log/limit.h"
#include "bank/server/listener.h"
#include "bank/server/session.h"
#include "bank/server/tls_door.h"
#include "shared/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FILES_WANTED   (4 * CONNECTIONS_MAX + 256) /* with those who have not shaken hands yet */
#define RETRY_AFTER_MS 1000

/* The network's is no socket here: tls_door.h has it, and only its connections are counted. */
enum { TERMINALS, OPERATORS, NETWORK, DOORS };

struct door {
    struct server *server;
    unsigned sender;
    int64_t connected;
    int peer_max; /* places of one peer */
    struct peers peers;
    struct listener *listener; /* NULL: closed */
    char path[HOME_SOCKET_SIZE];
};

struct server {
    struct server_options options;
    struct door door[DOORS];
    struct tls_door *tls_door; /* NULL: none */
    struct session *sessions, *resumable, *unwritten;
    bool sweep;                                         /* some connection may be gone */
    TAILQ_HEAD(session_comers, session) comers;         /* those to sign on, the oldest first */
    TAILQ_HEAD(session_open_lines, session) open_lines; /* those with half a line, likewise */
    int64_t now_ms;                                     /* at the last tick */
    struct pending *free_pending;
    struct block {
        struct block *next;
        struct pending pending[64];
    } * blocks;
    int64_t started_ms, accepted;
    unsigned reads;
};

struct event_base *server_loop(struct server *server)
{
    return server->options.loop;
}

struct vault *server_vault(struct server *server)
{
    return server->options.vault;
}

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- requests --------------------------------------------------------------- */

struct pending *server_pending_take(struct server *server)
{
    if (server->free_pending == NULL) {
        struct block *block = calloc(1, sizeof *block);
        if (block == NULL)
            panic("out of memory");
        block->next = server->blocks;
        server->blocks = block;
        for (size_t i = 0; i < sizeof block->pending / sizeof block->pending[0]; i++)
            server_pending_give(server, &block->pending[i]);
    }
    struct pending *pending = server->free_pending;
    server->free_pending = pending->next;
    *pending = (struct pending){ 0 };
    pending->request.received_us = monotonic_us();
    return pending;
}

void server_pending_give(struct server *server, struct pending *pending)
{
    pending->next = server->free_pending;
    server->free_pending = pending;
}

void server_submit(struct server *server, struct request *request)
{
    engine_submit(server->options.engine, request);
}

void server_reading(struct server *server)
{
    enum { READS = 16 }; /* some 200 microseconds */
    if (++server->reads % READS == 0 && server->options.meanwhile != NULL)
        server->options.meanwhile(server->options.meanwhile_context);
}

bool server_is_full(const struct server *server)
{
    return engine_is_full(server->options.engine);
}

void server_turned_away(struct server *server)
{
    engine_turned_away(server->options.engine);
}

void server_answer_echo(struct session *session, const struct uuid *id)
{
    char line[REPLY_MAX];
    bool active = engine_active(session->server->options.engine);
    enum refusal answer = active ? NOT_REFUSED : REFUSED_BANK_UNAVAILABLE;
    session_reply(session, line, reply_refuse(line, id, answer, NULL, active ? 0 : RETRY_AFTER_MS));
}

void server_answer_status(struct session *session, const struct uuid *id)
{
    struct server *server = session->server;
    char line[REPLY_MAX];
    struct server_counts counts = { .terminals = server->door[TERMINALS].connected +
                                                 server->door[NETWORK].connected,
                                    .operators = server->door[OPERATORS].connected,
                                    .connections = server->accepted,
                                    .uptime_s = (clock_now_ms() - server->started_ms) / 1000 };
    size_t length = server_status_write(line, sizeof line, id, server->options.engine, &counts);
    session_reply(session, line, length);
}

/* ---- the lists of a turn ---------------------------------------------------- */

void server_mark_resumable(struct session *session)
{
    struct server *server = session->server;
    server->sweep |= session->transport.file < 0;
    if (session->transport.file < 0 || session->resumable)
        return;
    session->resumable = true;
    session->next_resumable = server->resumable;
    server->resumable = session;
}

void server_mark_unwritten(struct session *session)
{
    struct server *server = session->server;
    if (session->transport.file < 0 || session->unwritten)
        return;
    session->unwritten = true;
    session->next_unwritten = server->unwritten;
    server->unwritten = session;
}

void server_closed(struct session *session)
{
    struct server *server = session->server;
    server->sweep = true;
    server->door[session->door].connected--;
    peer_leave(&server->door[session->door].peers, session->peer);
    session->peer = NULL;
    server_signed_on(session);
    server_line_ended(session);
}

void server_signed_on(struct session *session)
{
    if (session->signing_on_awaited)
        TAILQ_REMOVE(&session->server->comers, session, comers);
    session->signing_on_awaited = false;
}

/* They have as long to sign on again as if they had just come. */
void server_sign_off(struct server *server, const struct uuid *teller_id)
{
    for (struct session *session = server->sessions; session != NULL; session = session->next) {
        if (!uuid_equal(&session->signed_on, teller_id))
            continue;
        session->signed_on = (struct uuid){ 0 };
        if (session->transport.file < 0 || session->signing_on_awaited)
            continue;
        session->signing_on_awaited = true;
        session->came_ms = server->now_ms;
        TAILQ_INSERT_TAIL(&server->comers, session, comers);
    }
}

void server_line_opened(struct session *session)
{
    if (session->line_open)
        return;
    session->line_open = true;
    session->line_ms = session->server->now_ms;
    TAILQ_INSERT_TAIL(&session->server->open_lines, session, open_lines);
}

void server_line_ended(struct session *session)
{
    if (session->line_open)
        TAILQ_REMOVE(&session->server->open_lines, session, open_lines);
    session->line_open = false;
}

static void take_resumable(struct server *server)
{
    while (server->resumable != NULL) {
        struct session *session = server->resumable;
        server->resumable = session->next_resumable;
        session->resumable = false;
        session_take_lines(session);
    }
}

static void flush_unwritten(struct server *server)
{
    while (server->unwritten != NULL) {
        struct session *session = server->unwritten;
        server->unwritten = session->next_unwritten;
        session->unwritten = false;
        session_flush(session);
    }
}

/* Both lists are empty by now, so nothing points to a connection any more but the list of all. */
static void sweep(struct server *server)
{
    server->sweep = false;
    for (struct session *session = server->sessions, *next; session != NULL; session = next) {
        next = session->next;
        if (!session_gone(session))
            continue;
        *session->from = next;
        if (next != NULL)
            next->from = session->from;
        session_destroy(session);
    }
}

void server_turn(struct server *server)
{
    do {
        take_resumable(server);
        engine_run(server->options.engine);
    } while (server->resumable != NULL);
    flush_unwritten(server);
    if (server->tls_door != NULL)
        tls_door_turn(server->tls_door);
    if (server->sweep)
        sweep(server);
}

/* ---- deadlines -------------------------------------------------------------- */

/* On the second list are also those that have said all and do not read what is left. One with
 * requests in flight gets their replies first: it is looked at again. */
void server_tick(struct server *server, int64_t now_ms)
{
    char message[100];
    server->now_ms = now_ms;
    snprintf(message, sizeof message, "The connection did not sign on within %lld s.",
             (long long)(server->options.sign_on_ms / 1000));
    for (struct session *at = TAILQ_FIRST(&server->comers), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, comers);
        if (now_ms - at->came_ms < server->options.sign_on_ms)
            break;
        if (at->in_flight == 0)
            session_expel(at, REFUSED_NOT_SIGNED_ON, message);
    }
    snprintf(message, sizeof message, "The line was not ended within %lld s of its first byte.",
             (long long)(server->options.line_ms / 1000));
    for (struct session *at = TAILQ_FIRST(&server->open_lines), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, open_lines);
        if (now_ms - at->line_ms < server->options.line_ms)
            break;
        if (at->in_flight == 0)
            session_expel(at, REFUSED_INVALID_REQUEST,
                          at->input_ended ? "The last replies were not read in time." : message);
    }
}

/* ---- the doors -------------------------------------------------------------- */

static void turn_away(struct transport *transport, const char *message)
{
    char line[REPLY_MAX];
    size_t length = reply_refuse(line, NULL, REFUSED_BANK_UNAVAILABLE, message, RETRY_AFTER_MS);
    line[length] = '\n';
    log_limited("client-turned-away", message, NULL);
    ssize_t told = transport_send(transport, line, length + 1);
    (void)told; /* it is closed either way */
    transport_close(transport);
}

/* The oldest of the door, or of a peer of its, that has not signed on goes. False: all of them
 * have. */
static bool make_room(struct server *server, int door, const struct peer *peer)
{
    struct session *at;
    TAILQ_FOREACH(at, &server->comers, comers)
    if (at->door == door && (peer == NULL || at->peer == peer) && at->in_flight == 0) {
        session_expel(at, REFUSED_BANK_UNAVAILABLE,
                      "Others came while this connection had not signed on: connect again.");
        return true;
    }
    return false;
}

/* NULL: there is a place for one more of that peer, which has none yet when it is NULL. */
static const char *no_place(struct server *server, const struct door *door, const struct peer *peer)
{
    int number = (int)(door - server->door);
    if (peer != NULL && peer->places >= door->peer_max && !make_room(server, number, peer))
        return "There are as many connections of this client's as one may have: try again later.";
    if (door->connected >= CONNECTIONS_MAX && !make_room(server, number, NULL))
        return "The bank has as many connections as it can take: try again later.";
    return NULL;
}

static void admit(struct server *server, struct caller *caller)
{
    struct door *door = &server->door[caller->door];
    server->accepted++;
    const char *why = no_place(server, door, peer_find(&door->peers, &caller->peer));
    if (why != NULL) {
        turn_away(&caller->transport, why);
        return;
    }
    door->connected++;
    struct session *session = session_create(server, caller);
    session->peer = peer_enter(&door->peers, &caller->peer);
    session->came_ms = server->now_ms;
    if (caller->sender == BY_TERMINAL) {
        session->signing_on_awaited = true;
        TAILQ_INSERT_TAIL(&server->comers, session, comers);
    }
    session->next = server->sessions;
    session->from = &server->sessions;
    if (session->next != NULL)
        session->next->from = &session->next;
    server->sessions = session;
}

static void on_accepted(void *context, int file)
{
    struct door *door = context;
    struct ucred user = { .uid = (uid_t)-1 };
    socklen_t length = sizeof user;
    getsockopt(file, SOL_SOCKET, SO_PEERCRED, &user, &length); /* of one that has gone it says -1 */
    struct caller caller = { .transport = { .file = file },
                             .door = (int)(door - door->server->door),
                             .sender = door->sender,
                             .peer = peer_of_user(user.uid) };
    admit(door->server, &caller);
}

static void on_certified(void *context, int file, struct tls *tls, const struct uuid *teller)
{
    struct caller caller = { .transport = { .file = file, .tls = tls },
                             .door = NETWORK,
                             .sender = BY_TERMINAL,
                             .certified = *teller,
                             .peer = peer_of_teller(teller) };
    admit(context, &caller);
}

static bool door_open(struct server *server, struct door *door, const char *name, unsigned sender,
                      struct error *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    door->server = server;
    door->sender = sender;
    door->peer_max = USER_MAX;
    if (!home_socket_path(server->options.home, door->path, name, error))
        return false;
    memcpy(address.sun_path, door->path, sizeof door->path);
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (file < 0)
        return error_set_errno(error, "cannot make a socket");
    unlink(door->path); /* the home is ours, so nobody listens there any more */
    mode_t mask = umask(0177);
    bool bound = bind(file, (struct sockaddr *)&address, sizeof address) == 0;
    umask(mask);
    if (!bound) {
        error_set_errno(error, "cannot listen on %s", door->path);
        close(file);
        return false;
    }
    door->listener =
        listener_create(server->options.loop, file, door->path, on_accepted, door, error);
    return door->listener != NULL;
}

/* What to listen on beside the sockets of the home, if anything. */
static bool tls_door_open(struct server *server, struct error *error)
{
    struct tls_door_options options = { .loop = server->options.loop,
                                        .context = server->options.tls,
                                        .address = server->options.listen,
                                        .admit = on_certified,
                                        .admit_context = server };
    if (server->options.tls == NULL)
        return true;
    server->door[NETWORK].peer_max = CERTIFICATE_MAX;
    server->tls_door = tls_door_create(&options, error);
    return server->tls_door != NULL;
}

int server_renew_tls(struct server *server, const struct tls_context *context)
{
    int closed = 0;
    server->options.tls = context;
    if (server->tls_door != NULL)
        tls_door_renew(server->tls_door, context);
    for (struct session *at = server->sessions; at != NULL; at = at->next) {
        if (at->transport.file < 0 || at->transport.tls == NULL ||
            tls_peer_holds(at->transport.tls, context))
            continue;
        char message[TLS_WHY_SIZE + 80];
        snprintf(message, sizeof message, "The bank has read its certificates again: %s.",
                 tls_why(at->transport.tls));
        session_expel(at, REFUSED_NOT_PERMITTED, message);
        closed++;
    }
    return closed;
}

static void door_close(struct door *door)
{
    if (door->listener == NULL)
        return;
    unlink(door->path);
    listener_destroy(door->listener);
    door->listener = NULL;
}

/* ---- life ------------------------------------------------------------------- */

/* As many descriptors as the limits promise connections; with fewer, accepting pauses. */
static void files_allow(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILES_WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
    setrlimit(RLIMIT_NOFILE, &limit);
}

struct server *server_create(const struct server_options *options, struct error *error)
{
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL)
        panic("out of memory");
    server->options = *options;
    server->started_ms = server->now_ms = clock_now_ms();
    TAILQ_INIT(&server->comers);
    TAILQ_INIT(&server->open_lines);
    if (server->options.sign_on_ms == 0)
        server->options.sign_on_ms = SIGN_ON_MS;
    if (server->options.line_ms == 0)
        server->options.line_ms = LINE_MS;
    files_allow();
    if (tls_door_open(server, error) &&
        door_open(server, &server->door[TERMINALS], "atm.sock", BY_TERMINAL, error) &&
        door_open(server, &server->door[OPERATORS], "operator.sock", BY_OPERATOR, error))
        return server;
    server_destroy(server);
    return NULL;
}

void server_stop(struct server *server)
{
    tls_door_destroy(server->tls_door);
    server->tls_door = NULL;
    door_close(&server->door[TERMINALS]);
    door_close(&server->door[OPERATORS]);
    for (struct session *session = server->sessions; session != NULL; session = session->next)
        session_end_input(session);
}

bool server_idle(const struct server *server)
{
    return server->sessions == NULL;
}

void server_destroy(struct server *server)
{
    if (server == NULL)
        return;
    server_stop(server);
    flush_unwritten(server);
    for (struct session *session = server->sessions, *next; session != NULL; session = next) {
        next = session->next;
        session_destroy(session);
    }
    for (struct block *block = server->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(server);
}

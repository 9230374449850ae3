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
 */
#include "bank/server.h"

#include "bank/log.h"
#include "bank/session.h"
#include "bank/store/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG        256
#define FILES_WANTED   (2 * CONNECTIONS_MAX + 256)
#define RETRY_AFTER_MS 1000

struct door {
    struct server *server;
    const char *name; /* of the socket in the home */
    unsigned sender;
    int file; /* -1: closed */
    int64_t connected;
    struct event *acceptable;
    char path[HOME_SOCKET_SIZE];
};

struct server {
    struct server_options options;
    struct door door[2];
    struct event *accept_again; /* after a pause, when there were no descriptors left */
    struct session *sessions, *resumable, *unwritten;
    bool sweep; /* some connection may be gone */
    struct pending *free_pending;
    struct block {
        struct block *next;
        struct pending pending[64];
    } * blocks;
    int64_t started_ms, accepted;
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

bool server_turns_away(struct server *server)
{
    return engine_turns_away(server->options.engine);
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
    struct server_counts counts = { .terminals = server->door[0].connected,
                                    .operators = server->door[1].connected,
                                    .connections = server->accepted,
                                    .uptime_s = (clock_now_ms() - server->started_ms) / 1000 };
    size_t length = server_status_write(line, sizeof line, id, server->options.engine, &counts);
    session_reply(session, line, length);
}

/* ---- the lists of a turn ---------------------------------------------------- */

void server_mark_resumable(struct session *session)
{
    struct server *server = session->server;
    server->sweep |= session->file < 0;
    if (session->file < 0 || session->resumable)
        return;
    session->resumable = true;
    session->next_resumable = server->resumable;
    server->resumable = session;
}

void server_mark_unwritten(struct session *session)
{
    struct server *server = session->server;
    if (session->file < 0 || session->unwritten)
        return;
    session->unwritten = true;
    session->next_unwritten = server->unwritten;
    server->unwritten = session;
}

void server_closed(struct session *session)
{
    struct server *server = session->server;
    server->sweep = true;
    server->door[session->sender == BY_OPERATOR].connected--;
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
    if (server->sweep)
        sweep(server);
}

/* ---- the doors -------------------------------------------------------------- */

static void turn_away(int file)
{
    char line[REPLY_MAX];
    size_t length =
        reply_refuse(line, NULL, REFUSED_BANK_UNAVAILABLE,
                     "The bank has as many connections as it can take: try again later.", RETRY_AFTER_MS);
    line[length] = '\n';
    if (send(file, line, length + 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        log_event("client-turned-away", "why=\"too many connections\"");
    close(file);
}

static void admit(struct door *door, int file)
{
    struct server *server = door->server;
    server->accepted++;
    if (door->connected >= CONNECTIONS_MAX) {
        turn_away(file);
        return;
    }
    door->connected++;
    struct session *session = session_create(server, file, door->sender);
    session->next = server->sessions;
    session->from = &server->sessions;
    if (session->next != NULL)
        session->next->from = &session->next;
    server->sessions = session;
}

static void on_acceptable(evutil_socket_t listener, short what, void *context)
{
    (void)what;
    struct door *door = context;
    for (int i = 0; i < BACKLOG; i++) {
        int file = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (file >= 0) {
            admit(door, file);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            /* They stay in the backlog; without a pause the loop would spin over them. */
            log_event("no-descriptors", "retry_s=1");
            event_del(door->acceptable);
            event_add(door->server->accept_again, &(struct timeval){ .tv_sec = 1 });
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

static void on_accept_again(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    struct server *server = context;
    for (int i = 0; i < 2; i++)
        if (server->door[i].file >= 0)
            event_add(server->door[i].acceptable, NULL);
}

static bool door_open(struct server *server, struct door *door, const char *name, unsigned sender,
                      struct error *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    door->server = server;
    door->name = name;
    door->sender = sender;
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
    if (!bound || listen(file, BACKLOG) != 0) {
        error_set_errno(error, "cannot listen on %s", door->path);
        close(file);
        return false;
    }
    door->file = file;
    door->acceptable = event_new(server->options.loop, file, EV_READ | EV_PERSIST, on_acceptable, door);
    if (door->acceptable == NULL)
        panic("out of memory");
    event_add(door->acceptable, NULL);
    return true;
}

static void door_close(struct door *door)
{
    if (door->file < 0)
        return;
    event_free(door->acceptable);
    unlink(door->path);
    close(door->file);
    door->file = -1;
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
    server->started_ms = clock_now_ms();
    server->door[0].file = server->door[1].file = -1;
    server->accept_again = evtimer_new(options->loop, on_accept_again, server);
    if (server->accept_again == NULL)
        panic("out of memory");
    files_allow();
    if (door_open(server, &server->door[0], "atm.sock", BY_TERMINAL, error) &&
        door_open(server, &server->door[1], "operator.sock", BY_OPERATOR, error))
        return server;
    server_destroy(server);
    return NULL;
}

void server_stop(struct server *server)
{
    event_del(server->accept_again);
    door_close(&server->door[0]);
    door_close(&server->door[1]);
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
    event_free(server->accept_again);
    for (struct block *block = server->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(server);
}

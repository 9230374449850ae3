/* SPDX-License-Identifier: MIT */
/*
 * The doors, and the turns.
 *
 * A turn: callbacks of the loop read lines and submit requests, and the
 * store's listener answers some; then server_turn takes what has become
 * takeable, lets the engine decide, and only then writes. So the replies of a
 * batch to one connection leave in one write, and nothing is left that would
 * have to wake the loop.
 *
 * Places: a peer that has its share, and a socket that is full, give the place
 * of the oldest that has not signed on to the one that comes. Where all have,
 * that one is turned away.
 */
#include "bank/server/server.h"

#include "bank/log/limit.h"
#include "bank/server/history.h"
#include "bank/server/lab_reply.h"
#include "bank/server/listener.h"
#include "bank/server/session.h"
#include "bank/server/tls_door.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FILES_WANTED (6 * CONNECTIONS_MAX + 256) /* with those who have not shaken hands yet */

struct door {
    struct server *server;
    unsigned sender;
    int peer_max;              /* places of one peer */
    struct listener *listener; /* NULL: closed */
    char path[HOME_SOCKET_SIZE];
};

struct server {
    struct server_options options;
    struct turn turn;
    struct door door[DOORS];
    struct tls_door *tls_door[DOORS]; /* NULL: none */
};

/* The place is the session's first member. */
static struct session *session_of(struct place *place)
{
    return (struct session *)(void *)place;
}

/* ---- a turn ----------------------------------------------------------------- */

static void take_resumable(struct turn *turn)
{
    while (turn->resumable != NULL) {
        struct place *place = turn->resumable;
        turn->resumable = place->next_resumable;
        place->resumable = false;
        session_take_lines(session_of(place));
    }
}

static void flush_unwritten(struct turn *turn)
{
    while (turn->unwritten != NULL) {
        struct place *place = turn->unwritten;
        turn->unwritten = place->next_unwritten;
        place->unwritten = false;
        session_flush(session_of(place));
    }
}

/* Both lists are empty by now, so nothing points to a session any more but the list of all. */
static void sweep(struct turn *turn)
{
    turn->sweep = false;
    for (struct place *place = turn->places, *next; place != NULL; place = next) {
        next = place->next;
        if (session_gone(session_of(place)))
            session_destroy(session_of(place));
    }
}

void server_turn(struct server *server)
{
    struct turn *turn = &server->turn;
    do {
        take_resumable(turn);
        engine_run(turn->engine);
    } while (turn->resumable != NULL);
    flush_unwritten(turn);
    for (int door = 0; door < DOORS; door++)
        if (server->tls_door[door] != NULL)
            tls_door_turn(server->tls_door[door]);
    if (turn->sweep)
        sweep(turn);
}

const struct turn *server_watched(const struct server *server)
{
    return &server->turn;
}

/* ---- deadlines -------------------------------------------------------------- */

/* What it sent before takes effect; a client that asks again, with another certificate, hears. */
static void end_expired(struct server *server, int64_t now_s)
{
    for (struct place *place = server->turn.places; place != NULL; place = place->next) {
        struct session *at = session_of(place);
        if (at->transport.file >= 0 && at->until_s != 0 && at->until_s < now_s)
            session_expel(at, REFUSED_NOT_PERMITTED,
                          "The client's certificate has expired: connect with a new one.");
    }
}

/* On the second list are also those that have said all and do not read what is left. One with
 * requests in flight gets their replies first: it is looked at again. */
void server_tick(struct server *server, int64_t now_ms)
{
    char message[100];
    server->turn.now_ms = now_ms;
    history_tick(server->turn.history, engine_metrics(server->turn.engine), time(NULL));
    for (int door = 0; door < DOORS; door++)
        if (server->tls_door[door] != NULL)
            tls_door_tick(server->tls_door[door], now_ms);
    end_expired(server, time(NULL));
    snprintf(message, sizeof message, "The connection did not sign on within %lld s.",
             (long long)(server->options.sign_on_ms / 1000));
    for (struct place *at = TAILQ_FIRST(&server->turn.comers), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, comers);
        if (now_ms - at->came_ms < server->options.sign_on_ms)
            break;
        if (session_of(at)->in_flight == 0)
            session_expel(session_of(at), REFUSED_NOT_SIGNED_ON, message);
    }
    snprintf(message, sizeof message, "The line was not ended within %lld s of its first byte.",
             (long long)(server->options.line_ms / 1000));
    for (struct place *at = TAILQ_FIRST(&server->turn.open_lines), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, open_lines);
        if (now_ms - at->line_ms < server->options.line_ms)
            break;
        if (session_of(at)->in_flight == 0)
            session_expel(session_of(at), REFUSED_INVALID_REQUEST,
                          session_of(at)->input_ended ? "The last replies were not read in time."
                                                      : message);
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
    struct place *at;
    TAILQ_FOREACH(at, &server->turn.comers, comers)
    if (at->door == door && (peer == NULL || at->peer == peer) && session_of(at)->in_flight == 0) {
        session_expel(session_of(at), REFUSED_BANK_UNAVAILABLE,
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
    if (server->turn.door[number].connected >= CONNECTIONS_MAX && !make_room(server, number, NULL))
        return "The bank has as many connections as it can take: try again later.";
    return NULL;
}

static void admit(struct server *server, struct caller *caller)
{
    server->turn.accepted++;
    const char *why = no_place(server, &server->door[caller->door],
                               peer_find(&server->turn.door[caller->door].peers, &caller->peer));
    if (why != NULL)
        turn_away(&caller->transport, why);
    else
        session_create(&server->turn, caller);
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
                             .user = user.uid,
                             .peer = peer_of_user(user.uid) };
    admit(door->server, &caller);
}

static bool on_certified(void *context, int file, struct tls *tls)
{
    struct caller caller = { .transport = { .file = file, .tls = tls },
                             .door = NETWORK,
                             .sender = BY_TERMINAL,
                             .until_s = tls_peer_until(tls) };
    if (!tls_peer_teller(tls, &caller.certified))
        return false;
    caller.peer = peer_of_teller(&caller.certified);
    admit(context, &caller);
    return true;
}

/* What it may do, the file of operators says for each of its requests, as it does on the socket of
 * the home. */
static bool on_operator_certified(void *context, int file, struct tls *tls)
{
    struct caller caller = { .transport = { .file = file, .tls = tls },
                             .door = OPERATORS_NETWORK,
                             .sender = BY_OPERATOR,
                             .user = (uid_t)-1,
                             .until_s = tls_peer_until(tls) };
    if (!tls_peer_name(tls, caller.certificate))
        return false;
    caller.peer = peer_of_certificate(caller.certificate);
    admit(context, &caller);
    return true;
}

static bool door_open(struct server *server, struct door *door, const char *name, unsigned sender,
                      gid_t group, struct error *error)
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
    unlink(door->path); /* the home is ours, so no process listens there any more */
    mode_t mask = umask(0177);
    bool bound = bind(file, (struct sockaddr *)&address, sizeof address) == 0;
    umask(mask);
    if (!bound) {
        error_set_errno(error, "cannot listen on %s", door->path);
        close(file);
        return false;
    }
    if (!door_share(door->path, group, error)) {
        close(file);
        unlink(door->path);
        return false;
    }
    door->listener =
        listener_create(server->options.loop, file, door->path, on_accepted, door, error);
    return door->listener != NULL;
}

static const struct tls_door_words for_terminals = {
    .option = "--listen",
    .event = "listening",
    .speaks = "This port speaks TLS: connect with the certificate of a teller.",
    .nameless = "The certificate names no teller: its common name has to be a teller id.",
    .nameless_log = "the certificate names no teller: its common name is no teller id",
    .expired = "the certificate after --tls-cert has expired: no terminal will accept it",
};
static const struct tls_door_words for_operators = {
    .option = "--operator-listen",
    .event = "listening-for-operators",
    .speaks = "This port speaks TLS: connect with the certificate of an operator.",
    .nameless = "The certificate names no operator: it has to have one common name, of 1 to 40 "
                "printable characters without quotes and backslashes.",
    .nameless_log = "the certificate names no operator: it has no common name that fits",
    .expired = "the certificate after --tls-cert has expired: no operator will accept it",
};

/* What to listen on beside the sockets of the home, if anything. */
static bool tls_door_open(struct server *server, int door,
                          const struct tls_door_options *door_options, struct error *error)
{
    struct tls_door_options options = *door_options;
    if (options.context == NULL)
        return true;
    options.loop = server->options.loop;
    options.admit_context = server;
    server->door[door].peer_max = CERTIFICATE_MAX;
    server->tls_door[door] = tls_door_create(&options, error);
    return server->tls_door[door] != NULL;
}

static bool tls_doors_open(struct server *server, struct error *error)
{
    const struct tls_door_options terminals = { .words = &for_terminals,
                                                .context = server->options.tls,
                                                .address = server->options.listen,
                                                .admit = on_certified };
    const struct tls_door_options of_operators = { .words = &for_operators,
                                                   .context = server->options.operator_tls,
                                                   .address = server->options.operator_listen,
                                                   .admit = on_operator_certified };
    return tls_door_open(server, NETWORK, &terminals, error) &&
           tls_door_open(server, OPERATORS_NETWORK, &of_operators, error);
}

int server_renew_tls(struct server *server, const struct tls_context *terminals,
                     const struct tls_context *of_operators)
{
    int closed = 0;
    server->options.tls = server->turn.tls = terminals;
    server->options.operator_tls = server->turn.operator_tls = of_operators;
    if (server->tls_door[NETWORK] != NULL)
        tls_door_renew(server->tls_door[NETWORK], terminals);
    if (server->tls_door[OPERATORS_NETWORK] != NULL)
        tls_door_renew(server->tls_door[OPERATORS_NETWORK], of_operators);
    for (struct place *place = server->turn.places; place != NULL; place = place->next) {
        struct session *at = session_of(place);
        if (at->transport.file < 0 || at->transport.tls == NULL ||
            tls_peer_holds(at->transport.tls,
                           place->door == OPERATORS_NETWORK ? of_operators : terminals))
            continue;
        char message[TLS_WHY_SIZE + 80];
        snprintf(message, sizeof message, "The bank has read its certificates again: %s.",
                 tls_why(at->transport.tls));
        session_expel(at, REFUSED_NOT_PERMITTED, message);
        closed++;
    }
    return closed;
}

void server_renew_operators(struct server *server, const struct operators *operators)
{
    server->turn.operators = operators;
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
    server->turn = (struct turn){ .loop = options->loop,
                                  .engine = options->engine,
                                  .vault = options->vault,
                                  .store = options->store,
                                  .subscriptions = options->subscriptions,
                                  .tls = options->tls,
                                  .operator_tls = options->operator_tls,
                                  .operators = options->operators,
                                  .state = options->state,
                                  .state_context = options->state_context,
                                  .meanwhile = options->meanwhile,
                                  .meanwhile_context = options->meanwhile_context };
    turn_init(&server->turn);
    server->turn.lab = options->lab ? lab_create() : NULL;
    if (server->options.sign_on_ms == 0)
        server->options.sign_on_ms = SIGN_ON_MS;
    if (server->options.line_ms == 0)
        server->options.line_ms = LINE_MS;
    files_allow();
    if (tls_doors_open(server, error) &&
        door_open(server, &server->door[TERMINALS], "atm.sock", BY_TERMINAL, options->groups.atm,
                  error) &&
        door_open(server, &server->door[OPERATORS], "operator.sock", BY_OPERATOR,
                  options->groups.operators, error))
        return server;
    server_destroy(server);
    return NULL;
}

void server_stop(struct server *server)
{
    for (int door = 0; door < DOORS; door++) {
        tls_door_destroy(server->tls_door[door]);
        server->tls_door[door] = NULL;
    }
    door_close(&server->door[TERMINALS]);
    door_close(&server->door[OPERATORS]);
    for (struct place *place = server->turn.places; place != NULL; place = place->next)
        session_end_input(session_of(place));
    lab_reply_all(&server->turn);
}

bool server_idle(const struct server *server)
{
    return server->turn.places == NULL;
}

void server_destroy(struct server *server)
{
    if (server == NULL)
        return;
    server_stop(server);
    flush_unwritten(&server->turn);
    while (server->turn.places != NULL)
        session_destroy(session_of(server->turn.places));
    turn_finish(&server->turn);
    free(server);
}

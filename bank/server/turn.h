/* SPDX-License-Identifier: MIT */
/*
 * What the sessions of a server share, seen from below: which of them have
 * something to be done in this turn of the loop, which are near a deadline, the
 * pool of requests, and how many came by which door. A session has a place in
 * these lists; the server walks them.
 *
 * Requests come from a pool that only grows: in steady state nothing is
 * allocated for one.
 *
 * Deadlines are two lists, of those that have not signed on and of those whose
 * last line lacks its end, each the oldest first. Their times are the last
 * tick's, and a tick looks at no more than those that are due and one; a line
 * that arrives whole touches neither.
 */
#ifndef BANK_SERVER_TURN_H
#define BANK_SERVER_TURN_H

#include "bank/engine/engine.h"
#include "bank/server/lab.h"
#include "bank/server/peers.h"
#include "bank/server/state.h"
#include "bank/vault/vault.h"

#include <sys/queue.h>

/* Those of the network are no sockets of the home: tls_door.h has them, and their connections are
 * counted. */
enum { TERMINALS, OPERATORS, NETWORK, OPERATORS_NETWORK, DOORS };

struct event_base;
struct history;
struct operators;
struct store;
struct subscriptions;
struct tls_context;

struct place {
    int door;
    struct peer *peer;          /* NULL: it has no place any more */
    bool closed;                /* its socket is */
    bool resumable;             /* lines may be waiting that can be taken now */
    bool unwritten;             /* there is output to be written */
    struct place *next, **from; /* all */
    struct place *next_resumable, *next_unwritten;
    struct uuid signed_on;              /* nil: as no teller */
    struct uuid run;                    /* of that machine; nil: it did not say */
    bool advises;                       /* it may only tell how what it began has ended */
    bool miscounts;                     /* and what a person there does with its cash */
    int64_t came_ms;                    /* by the coarse clock */
    int64_t line_ms;                    /* when the line that is still open began */
    bool signing_on_awaited, line_open; /* on these lists */
    TAILQ_ENTRY(place) comers, open_lines;
    struct uuid watch; /* the request that asked for its teller's events; nil: none did */
    LIST_ENTRY(place) watching;
};

enum { WATCHING_BUCKETS = 256 };

/* A request with the session it came from. */
struct pending {
    struct request request;
    struct session *session;
    struct lab_answer lab;
    struct pending *next; /* free ones */
};

struct turn {
    struct event_base *loop;
    struct engine *engine;
    struct vault *vault;
    void (*meanwhile)(void *context);
    void *meanwhile_context;
    struct place *places, *resumable, *unwritten;
    bool sweep;                                     /* some session may be gone */
    TAILQ_HEAD(place_comers, place) comers;         /* those to sign on, the oldest first */
    TAILQ_HEAD(place_open_lines, place) open_lines; /* those with half a line, likewise */
    int64_t now_ms;                                 /* at the last tick */
    LIST_HEAD(place_watching, place) watching[WATCHING_BUCKETS]; /* by teller: feed.c */
    int watching_count;
    struct pending *free_pending;
    struct pending_block *blocks;
    struct {
        int64_t connected;
        struct peers peers;
    } door[DOORS];
    int64_t started_ms, accepted;
    unsigned reads;
    struct history *history;
    struct lab *lab;                         /* NULL: this bank is none */
    LIST_HEAD(delayed_all, delayed) delayed; /* replies: lab_reply.c */
    int delayed_count;

    /* Only to be looked at, for those who watch the bank. */
    int64_t started_s;         /* since 1970 */
    const struct store *store; /* here and below: NULL in a server by itself */
    const struct subscriptions *subscriptions;
    const struct tls_context *tls, *operator_tls;
    const struct operators *operators; /* as they are now; another at each reload */
    enum bank_state (*state)(const void *context);
    const void *state_context;
};

void turn_init(struct turn *turn);
void turn_finish(struct turn *turn);

enum bank_state turn_state(const struct turn *turn);
/* Whether the log is this bank's own now. */
bool turn_has_log(const struct turn *turn);
const char *turn_door_name(int door);

/* A request with nothing in it but its time; and back. */
struct pending *turn_pending_take(struct turn *turn);
void turn_pending_give(struct turn *turn, struct pending *pending);
void turn_reading(struct turn *turn); /* before each read */

/* A new one, of that peer. */
void turn_enter(struct turn *turn, struct place *place, const struct peer_name *peer);
/* Its socket was closed. */
void turn_leave(struct turn *turn, struct place *place);
/* It sees no more events. */
void turn_unwatch(struct turn *turn, struct place *place);
/* It is freed. */
void turn_remove(struct place *place);

/* For the end of this turn: lines may be taken again; there is something to write. */
void turn_mark_resumable(struct turn *turn, struct place *place);
void turn_mark_unwritten(struct turn *turn, struct place *place);

/* For the deadlines: it is to sign on, or has; the last line in its buffer lacks its end, or has
 * it. */
void turn_sign_on(struct turn *turn, struct place *place);
void turn_signed_on(struct turn *turn, struct place *place);
void turn_line_opened(struct turn *turn, struct place *place);
void turn_line_ended(struct turn *turn, struct place *place);

/* None is signed on as this teller any more: they have as long to sign on again as if they had just
 * come. */
void turn_sign_off(struct turn *turn, const struct uuid *teller_id);

#endif

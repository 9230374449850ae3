/* SPDX-License-Identifier: MIT */
/*
 * Everybody may connect, so everybody here is a stranger:
 *
 *   accepted ── first byte ──▶ shaking hands ── certificate names a client ──▶ admit
 *       └───── plain text, anything wrong, HANDSHAKE_MS, or too many ─────▶ a line in the log,
 * closed
 *
 *  1. A stranger costs a descriptor and 200 bytes until the first byte has come; nothing is
 * allocated for TLS before.
 *  2. There are at most STRANGERS_MAX, and ADDRESS_MAX of one address. When one more comes, the
 * oldest of its own address makes room, or where the whole room is full, the oldest of the address
 * that has most: a crowd of silent ones keeps no other out, and one place's crowd costs another
 * place's nothing.
 *  3. A turn of the loop does STEPS_A_TURN steps of handshakes at most, each well below a
 * millisecond; who does not get one is still readable in the next.
 */
#include "bank/server/tls_door.h"

#include "bank/engine/reply.h"
#include "bank/log/limit.h"
#include "bank/log/log.h"
#include "bank/server/peers.h"
#include "bank/server/ports.h"
#include "shared/clock.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#define HANDSHAKE_MS     10000
#define STRANGERS_MAX    1024
#define ADDRESS_MAX      256 /* of those, of one address */
#define TELL_AGAIN_MS    INT64_C(86400000)
#define STEPS_A_TURN     8
#define RECORD_HANDSHAKE 0x16 /* the first byte of everybody who speaks TLS */

struct stranger {
    struct tls_door *door;
    int file;
    struct peer *peer;
    struct tls *tls; /* NULL: nothing has come yet */
    struct event *ready, *late;
    TAILQ_ENTRY(stranger) neighbours;
};

struct tls_door {
    struct tls_door_options options;
    struct ports ports;
    TAILQ_HEAD(stranger_list, stranger) strangers; /* the oldest first */
    int stranger_count;
    struct peers peers; /* by address */
    int steps_left;
    int64_t tell_ms; /* what is out of date is not told again before */
};

/* ---- strangers -------------------------------------------------------------- */

/* All of it but socket and connection. */
static void stranger_forget(struct stranger *stranger)
{
    TAILQ_REMOVE(&stranger->door->strangers, stranger, neighbours);
    stranger->door->stranger_count--;
    peer_leave(&stranger->door->peers, stranger->peer);
    event_free(stranger->ready);
    event_free(stranger->late);
    free(stranger);
}

static void stranger_close(struct stranger *stranger)
{
    tls_destroy(stranger->tls);
    close(stranger->file);
    stranger_forget(stranger);
}

static void stranger_refuse(struct stranger *stranger, const char *why)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char peer[ADDRESS_TEXT_SIZE] = "gone", detail[ADDRESS_TEXT_SIZE + 8];
    if (getpeername(stranger->file, (struct sockaddr *)&address, &length) == 0)
        address_format((struct sockaddr *)&address, length, peer);
    snprintf(detail, sizeof detail, "peer=%s", peer);
    log_limited("tls-refused", why, detail);
    stranger_close(stranger);
}

/* In the clear for one who speaks no TLS, who could read nothing else. */
static void stranger_tell(struct stranger *stranger, const char *message)
{
    char line[REPLY_MAX];
    size_t length = reply_refuse(line, NULL, REFUSED_NOT_PERMITTED, message, 0);
    line[length++] = '\n';
    ssize_t told = stranger->tls != NULL
                       ? tls_send(stranger->tls, line, length)
                       : send(stranger->file, line, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)told; /* it is closed either way */
}

static void stranger_await(struct stranger *stranger, short what)
{
    struct event_base *loop = stranger->door->options.loop;
    event_del(stranger->ready);
    if (what != event_get_events(stranger->ready))
        event_assign(stranger->ready, loop, stranger->file, what,
                     event_get_callback(stranger->ready), stranger);
    event_add(stranger->ready, NULL);
}

static void stranger_admit(struct stranger *stranger)
{
    const struct tls_door_options *options = &stranger->door->options;
    if (options->admit(options->admit_context, stranger->file, stranger->tls)) {
        stranger_forget(stranger);
        return;
    }
    stranger_tell(stranger, options->words->nameless);
    stranger_refuse(stranger, options->words->nameless_log);
}

/* The first byte tells whether it is TLS at all. False: it has gone. */
static bool stranger_greet(struct stranger *stranger)
{
    unsigned char first;
    ssize_t step = recv(stranger->file, &first, 1, MSG_PEEK);
    if (step < 0 && (errno == EAGAIN || errno == EINTR)) {
        stranger_await(stranger, EV_READ);
    } else if (step <= 0) {
        stranger_close(
            stranger); /* a port scan, or a monitor: it said nothing and is not worth a line */
    } else if (first != RECORD_HANDSHAKE) {
        stranger_tell(stranger, stranger->door->options.words->speaks);
        stranger_refuse(stranger, "the client speaks no TLS");
    } else {
        stranger->tls = tls_create(stranger->door->options.context, stranger->file, NULL);
        return true;
    }
    return false;
}

static void on_ready(evutil_socket_t file, short what, void *context)
{
    (void)file;
    struct stranger *stranger = context;
    if (stranger->door->steps_left <= 0) {
        stranger_await(stranger, what & (EV_READ | EV_WRITE));
        return;
    }
    stranger->door->steps_left--;
    if (stranger->tls == NULL && !stranger_greet(stranger))
        return;
    switch (tls_handshake(stranger->tls)) {
    case TLS_WANTS_READ:
        stranger_await(stranger, EV_READ);
        break;
    case TLS_WANTS_WRITE:
        stranger_await(stranger, EV_WRITE);
        break;
    case TLS_FAILED:
        stranger_refuse(stranger, tls_why(stranger->tls));
        break;
    case TLS_DONE:
        stranger_admit(stranger);
        break;
    }
}

static void on_late(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    stranger_refuse(context, "the TLS handshake took too long");
}

/* The oldest of that address, or where it is NULL, of the address with most. There is one. */
static struct stranger *stranger_oldest(struct tls_door *door, const struct peer *peer)
{
    struct stranger *at, *oldest = NULL;
    TAILQ_FOREACH(at, &door->strangers, neighbours)
    if (peer != NULL ? at->peer == peer
                     : oldest == NULL || at->peer->places > oldest->peer->places) {
        oldest = at;
        if (peer != NULL)
            break;
    }
    assert(oldest != NULL);
    return oldest;
}

static struct peer_name address_of(int file)
{
    struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
    socklen_t length = sizeof address;
    getpeername(file, (struct sockaddr *)&address,
                &length); /* of one that has gone: of no address */
    return peer_of_address((struct sockaddr *)&address);
}

static void on_accepted(void *context, int file)
{
    struct tls_door *door = context;
    struct peer_name name = address_of(file);
    const struct peer *peer = peer_find(&door->peers, &name);
    struct stranger *stranger = malloc(sizeof *stranger);
    if (stranger == NULL)
        panic("out of memory");
    if (peer != NULL && peer->places >= ADDRESS_MAX)
        stranger_refuse(stranger_oldest(door, peer),
                        "others of its address came while it said nothing");
    else if (door->stranger_count >= STRANGERS_MAX)
        stranger_refuse(stranger_oldest(door, NULL), "others came while it said nothing");
    address_socket_prepare(file);
    *stranger = (struct stranger){ .door = door,
                                   .file = file,
                                   .peer = peer_enter(&door->peers, &name),
                                   .ready = event_new(door->options.loop, file, EV_READ, on_ready,
                                                      stranger),
                                   .late = evtimer_new(door->options.loop, on_late, stranger) };
    if (stranger->ready == NULL || stranger->late == NULL)
        panic("out of memory");
    TAILQ_INSERT_TAIL(&door->strangers, stranger, neighbours);
    door->stranger_count++;
    event_add(stranger->ready, NULL);
    event_add(stranger->late, &(struct timeval){ .tv_sec = HANDSHAKE_MS / 1000 });
}

/* ---- the port --------------------------------------------------------------- */

/* Whether anything was said. */
static bool context_tell(const struct tls_door_options *options)
{
    const struct tls_context *context = options->context;
    if (tls_context_expired(context))
        log_event("certificate-expired", "why=\"%s\"", options->words->expired);
    if (tls_context_list_late(context))
        log_event("list-late",
                  "why=\"a list in the file after %s should have been replaced by a newer one: "
                  "what it revokes stays revoked\"",
                  tls_context_words(context)->revoked);
    return tls_context_expired(context) || tls_context_list_late(context);
}

struct tls_door *tls_door_create(const struct tls_door_options *options, struct error *error)
{
    struct tls_door *door = calloc(1, sizeof *door);
    if (door == NULL)
        panic("out of memory");
    door->options = *options;
    TAILQ_INIT(&door->strangers);
    tls_door_tick(door, clock_now_ms());
    if (ports_open(&door->ports, options->loop, options->address, options->words->option,
                   options->words->event, on_accepted, door, error))
        return door;
    tls_door_destroy(door);
    return NULL;
}

void tls_door_tick(struct tls_door *door, int64_t now_ms)
{
    if (now_ms >= door->tell_ms && context_tell(&door->options))
        door->tell_ms = now_ms + TELL_AGAIN_MS;
}

void tls_door_turn(struct tls_door *door)
{
    door->steps_left = STEPS_A_TURN;
}

void tls_door_renew(struct tls_door *door, const struct tls_context *context)
{
    door->options.context = context;
    door->tell_ms = 0;
    tls_door_tick(door, clock_now_ms());
    for (struct stranger *at = TAILQ_FIRST(&door->strangers), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, neighbours);
        if (at->tls != NULL)
            stranger_close(at);
    }
}

void tls_door_destroy(struct tls_door *door)
{
    if (door == NULL)
        return;
    ports_close(&door->ports);
    for (struct stranger *at = TAILQ_FIRST(&door->strangers), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, neighbours);
        stranger_close(at);
    }
    free(door);
}

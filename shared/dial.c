/* SPDX-License-Identifier: MIT */
/*
 * getaddrinfo_a looks names up in a thread of the C library's own; it is asked for its result every
 * now and then. A look-up that cannot be cancelled goes on writing into its memory, which is then
 * left to it.
 */
#include "shared/dial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 20
#define ADDRESS_MS    3000 /* for one of several addresses */

static const struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };

void dial_init(struct dial *dial, const struct address *address, const struct tls_files *files)
{
    *dial = (struct dial){ .address = *address, .files = *files, .file = -1, .look_ms = -1 };
}

static enum dial_result dial_fail(struct dial *dial, const char *what, const char *why)
{
    snprintf(dial->why, sizeof dial->why, "%s%s", what, why);
    dial_hang_up(dial);
    return DIAL_FAILED;
}

/* ---- the name --------------------------------------------------------------- */

static void lookup_free(struct gaicb *lookup)
{
    if (lookup == NULL)
        return;
    if (gai_error(lookup) == EAI_INPROGRESS && gai_cancel(lookup) == EAI_NOTCANCELED)
        return;
    if (lookup->ar_result != NULL)
        freeaddrinfo(lookup->ar_result);
    free(lookup);
}

static enum dial_result dial_resolve(struct dial *dial)
{
    /* The look-up's own copies: they may have to outlive the dial. */
    struct memory {
        struct gaicb lookup;
        struct address address;
    } *memory = calloc(1, sizeof *memory);
    if (memory == NULL)
        return dial_fail(dial, "", "out of memory");
    memory->address = dial->address;
    memory->lookup = (struct gaicb){ .ar_name = memory->address.host,
                                     .ar_service = memory->address.port,
                                     .ar_request = &wanted };
    dial->lookup = &memory->lookup;
    dial->state = DIAL_RESOLVING;
    dial->look_ms = 0;
    int trouble = getaddrinfo_a(GAI_NOWAIT, &dial->lookup, 1, NULL);
    if (trouble == 0)
        return DIAL_PENDING;
    free(memory);
    dial->lookup = NULL;
    return dial_fail(dial, "cannot look the bank's host up: ", gai_strerror(trouble));
}

/* ---- the connection --------------------------------------------------------- */

/* The addresses one after the other; the last one's trouble is told. */
static enum dial_result dial_connect(struct dial *dial, int64_t now_ms, int trouble)
{
    for (; dial->next != NULL; trouble = errno) {
        const struct addrinfo *at = dial->next;
        dial->next = at->ai_next;
        if (dial->file >= 0)
            close(dial->file);
        dial->file = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (dial->file < 0)
            continue;
        address_socket_prepare(dial->file);
        if (connect(dial->file, at->ai_addr, at->ai_addrlen) == 0 || errno == EINPROGRESS) {
            dial->state = DIAL_CONNECTING;
            dial->wants = POLLOUT;
            dial->look_ms = dial->next != NULL ? now_ms + ADDRESS_MS : -1;
            return DIAL_PENDING;
        }
    }
    char what[TLS_WHY_SIZE];
    snprintf(what, sizeof what, "cannot connect to %.100s, port %s: ", dial->address.host,
             dial->address.port);
    return dial_fail(dial, what, strerror(trouble));
}

static enum dial_result dial_step_resolving(struct dial *dial, int64_t now_ms)
{
    int outcome = gai_error(dial->lookup);
    dial->look_ms = now_ms + LOOK_AGAIN_MS;
    if (outcome == EAI_INPROGRESS)
        return DIAL_PENDING;
    if (outcome != 0)
        return dial_fail(dial, "cannot look the bank's host up: ", gai_strerror(outcome));
    dial->found = dial->next = dial->lookup->ar_result;
    dial->lookup->ar_result = NULL;
    lookup_free(dial->lookup);
    dial->lookup = NULL;
    return dial_connect(dial, now_ms, EADDRNOTAVAIL);
}

static enum dial_result dial_step_connecting(struct dial *dial, int64_t now_ms)
{
    struct pollfd writable = { .fd = dial->file, .events = POLLOUT };
    int trouble = 0;
    socklen_t size = sizeof trouble;
    if (poll(&writable, 1, 0) == 0) {
        bool late = dial->look_ms >= 0 && now_ms >= dial->look_ms;
        return late ? dial_connect(dial, now_ms, ETIMEDOUT) : DIAL_PENDING;
    }
    getsockopt(dial->file, SOL_SOCKET, SO_ERROR, &trouble, &size);
    if (trouble != 0)
        return dial_connect(dial, now_ms, trouble);
    dial->tls = tls_create(dial->context, dial->file, dial->address.host);
    dial->state = DIAL_SHAKING;
    dial->look_ms = -1;
    return dial_step(dial, now_ms);
}

static enum dial_result dial_step_shaking(struct dial *dial)
{
    switch (tls_handshake(dial->tls)) {
    case TLS_WANTS_READ:
        dial->wants = POLLIN;
        return DIAL_PENDING;
    case TLS_WANTS_WRITE:
        dial->wants = POLLOUT;
        return DIAL_PENDING;
    case TLS_FAILED:
        return dial_fail(dial, "", tls_why(dial->tls));
    case TLS_DONE:
        break;
    }
    dial->state = DIAL_IDLE;
    return DIAL_DONE;
}

/* ---- use -------------------------------------------------------------------- */

enum dial_result dial_start(struct dial *dial)
{
    struct error error;
    dial_hang_up(dial);
    dial->context = tls_context_create(TLS_TERMINAL, &dial->files, &error);
    if (dial->context == NULL)
        return dial_fail(dial, "", error.message);
    return dial_resolve(dial);
}

enum dial_result dial_step(struct dial *dial, int64_t now_ms)
{
    switch (dial->state) {
    case DIAL_RESOLVING:
        return dial_step_resolving(dial, now_ms);
    case DIAL_CONNECTING:
        return dial_step_connecting(dial, now_ms);
    case DIAL_SHAKING:
        return dial_step_shaking(dial);
    case DIAL_IDLE:
        break;
    }
    return dial_fail(dial, "", "nobody was dialled");
}

void dial_poll(const struct dial *dial, struct pollfd *poll)
{
    *poll = (struct pollfd){ .fd = dial->file, .events = dial->wants };
}

int64_t dial_deadline(const struct dial *dial)
{
    return dial->look_ms;
}

void dial_hang_up(struct dial *dial)
{
    lookup_free(dial->lookup);
    if (dial->found != NULL)
        freeaddrinfo(dial->found);
    tls_destroy(dial->tls);
    if (dial->file >= 0)
        close(dial->file);
    tls_context_destroy(dial->context);
    dial->lookup = NULL;
    dial->found = dial->next = NULL;
    dial->tls = NULL;
    dial->file = -1;
    dial->context = NULL;
    dial->state = DIAL_IDLE;
    dial->look_ms = -1;
}

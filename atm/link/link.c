/* SPDX-License-Identifier: MIT */
#include "atm/link/link.h"

#include "atm/files/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKOFF_FIRST_MS 50
#define BACKOFF_LAST_MS  2000
#define SIGN_ON_MS       5000
#define DIAL_MS          12000 /* name, addresses and TLS together */
#define ASK_AGAIN_MS     3000
#define UNAVAILABLE_MS   500
#define ECHO_IDLE_MS     5000 /* without a word from the bank, then it is asked for one */
#define ECHO_AGAIN_MS    1000
#define ECHO_PATIENCE_MS 5000 /* for an answer, before it counts as away */
#define BARRED_MS        10000
#define HELD_MS          600000
#define BARRED_WHY       "the bank has barred this machine"
#define COUNTS_WHY       "the bank counts other notes than the dispenser: count the cash"
#define DISPLACED_WHY    "another machine has signed on as this teller since"

void link_init(struct link *link, const char *socket_path, const char *key_path,
               const struct uuid *teller, int reply_timeout_ms)
{
    *link = (struct link){ .transport = { .file = -1 },
                           .teller = *teller,
                           .reply_timeout_ms = reply_timeout_ms,
                           .backoff_ms = BACKOFF_FIRST_MS };
    snprintf(link->path, sizeof link->path, "%s", socket_path);
    snprintf(link->key_path, sizeof link->key_path, "%s", key_path);
    link->out = calloc(1, LINK_OUT_SIZE);
    link->in = malloc(WIRE_LINE_MAX);
    if (link->out == NULL || link->in == NULL)
        panic("out of memory");
}

void link_over_network(struct link *link, const struct address *address,
                       const struct tls_files *files)
{
    link->dials = true;
    dial_init(&link->dial, address, files);
}

static void link_close(struct link *link)
{
    if (link->dials)
        dial_hang_up(&link->dial); /* the connection is its own */
    else if (link->transport.file >= 0)
        close(link->transport.file);
    link->transport = (struct transport){ .file = -1 };
    pin_wipe(link->out, link->out_length);
    link->out_length = link->in_length = 0;
    link->state = LINK_DOWN;
}

void link_finish(struct link *link)
{
    link_close(link);
    pin_key_forget(&link->key);
    pin_wipe(&link->key, sizeof link->key);
    wire_keys_forget(&link->wire);
    pin_wipe(&link->token, sizeof link->token);
    free(link->out);
    free(link->in);
}

static void link_drop(struct link *link, int64_t now_ms, const char *why)
{
    link_close(link);
    if (strcmp(why, link->why) != 0) {
        log_line("no link to the bank: %s", why);
        snprintf(link->why, sizeof link->why, "%s", why);
    }
    link->next_ms = now_ms + link->backoff_ms;
    link->backoff_ms =
        link->backoff_ms * 2 > BACKOFF_LAST_MS ? BACKOFF_LAST_MS : link->backoff_ms * 2;
    if (link->asking)
        link->ask_again_ms = link->ask_until_ms; /* the next connection sends it */
}

/* The line's mac takes the place of its newline. */
static bool link_write(struct link *link, const char *line, size_t length)
{
    if (link->out_length + length + WIRE_SIGNATURE_LENGTH > LINK_OUT_SIZE)
        return false;
    char *at = link->out + link->out_length;
    memcpy(at, line, length);
    trace_sent(link->trace, line, length - 1);
    length = wire_sign(&link->wire.request, at, length - 1);
    at[length] = '\n';
    link->out_length += length + 1;
    return true;
}

static void link_sign_on(struct link *link, int64_t now_ms)
{
    char line[MESSAGE_SIZE];
    link->sign_on = uuid_make();
    link->echo = uuid_make();
    if (uuid_is_nil(&link->run))
        link->run = uuid_make();
    size_t length = message_sign_on(line, &link->sign_on, &link->teller, &link->run,
                                    link->counted ? &link->cassettes : NULL);
    link_write(link, line, length);
    link->state = LINK_SIGNING;
    link->next_ms = now_ms + SIGN_ON_MS;
}

static void link_dialled(struct link *link, int64_t now_ms, enum dial_result result)
{
    if (result == DIAL_FAILED)
        link_drop(link, now_ms, link->dial.why);
    if (result != DIAL_DONE)
        return;
    link->transport = (struct transport){ .file = link->dial.file, .tls = link->dial.tls };
    link_sign_on(link, now_ms);
}

static void link_connect(struct link *link, int64_t now_ms)
{
    struct error error;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (!pin_key_load(link->key_path, &link->key, &error)) {
        link_drop(link, now_ms, error.message);
        return;
    }
    wire_keys_derive(&link->key, &link->teller, &link->wire);
    if (link->dials) {
        link->state = LINK_CONNECTING;
        link->next_ms = now_ms + DIAL_MS;
        link_dialled(link, now_ms, dial_start(&link->dial));
        return;
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%s", link->path);
    link->transport.file = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link->transport.file >= 0 &&
        connect(link->transport.file, (struct sockaddr *)&address, sizeof address) == 0) {
        link_sign_on(link, now_ms);
    } else if (link->transport.file >= 0 && errno == EINPROGRESS) {
        link->state = LINK_CONNECTING;
        link->next_ms = now_ms + SIGN_ON_MS;
    } else {
        error_set_errno(&error, "cannot connect to %s", link->path);
        link_drop(link, now_ms, error.message);
    }
}

void link_hold(struct link *link, int64_t now_ms, const char *why)
{
    if (strcmp(link->why, why) != 0)
        log_line("no link to the bank: %s", why);
    snprintf(link->why, sizeof link->why, "%s", why);
    link->state = LINK_BARRED;
    link->told_up = false;
    link->next_ms = now_ms + HELD_MS;
}

void link_again(struct link *link, int64_t now_ms, const char *why)
{
    link_drop(link, now_ms, why);
    link->next_ms = now_ms;
}

/* Why the connection has ended, as far as can be told. */
static void link_ended(struct link *link, int64_t now_ms)
{
    char why[TLS_WHY_SIZE] = "the bank closed the connection";
    if (link->transport.tls != NULL && tls_why(link->transport.tls)[0] != '\0')
        snprintf(why, sizeof why, "%s", tls_why(link->transport.tls));
    link_drop(link, now_ms, why);
}

static void link_flush(struct link *link, int64_t now_ms)
{
    while (link->transport.file >= 0 && link->out_length > 0) {
        ssize_t step = transport_send(&link->transport, link->out, link->out_length);
        if (step > 0) {
            memmove(link->out, link->out + step, link->out_length - (size_t)step);
            link->out_length -= (size_t)step;
            pin_wipe(link->out + link->out_length,
                     (size_t)step); /* a PIN block may have stood there */
        } else if (step < 0 && errno == EINTR) {
            continue;
        } else {
            if (step < 0 && errno != EAGAIN)
                link_ended(link, now_ms);
            return;
        }
    }
}

static void link_read(struct link *link, int64_t now_ms)
{
    while (link->transport.file >= 0 && link->in_length < WIRE_LINE_MAX) {
        ssize_t step = transport_receive(&link->transport, link->in + link->in_length,
                                         WIRE_LINE_MAX - link->in_length);
        if (step > 0) {
            link->in_length += (size_t)step;
        } else if (step < 0 && errno == EINTR) {
            continue;
        } else {
            if (step == 0 || errno != EAGAIN) {
                /* Whole lines that came before the end are still good: they are taken first. */
                if (memchr(link->in, '\n', link->in_length) == NULL)
                    link_ended(link, now_ms);
            }
            return;
        }
    }
}

/* Puts the awaited request on the wire: for the first time, or once more under the same id. */
static void link_send_asked(struct link *link, int64_t now_ms)
{
    if (link->ask_sent)
        link->ask_length = message_repeat(link->ask, link->ask_length);
    if (link_write(link, link->ask, link->ask_length))
        link->ask_sent = true;
    link->ask_again_ms = now_ms + ASK_AGAIN_MS;
}

/* That a connection is open says nothing: a bank that stands still keeps it. */
static void link_echo(struct link *link, int64_t now_ms)
{
    char line[MESSAGE_SIZE];
    if (link->state != LINK_UP || now_ms < link->echo_ms)
        return;
    if (link->echo_since_ms == 0)
        link->echo_since_ms = now_ms;
    if (now_ms - link->echo_since_ms >= ECHO_PATIENCE_MS) {
        link_drop(link, now_ms, "the bank does not answer");
        return;
    }
    link->echo_ms = now_ms + ECHO_AGAIN_MS;
    const size_t length = message_echo(line, &link->echo);
    if (link->out_length + length > LINK_OUT_SIZE)
        return;
    memcpy(link->out + link->out_length, line, length);
    link->out_length += length;
}

static void link_heard(struct link *link, int64_t now_ms)
{
    link->echo_since_ms = 0;
    link->echo_ms = now_ms + ECHO_IDLE_MS;
}

void link_step(struct link *link, int64_t now_ms, short revents)
{
    if (link->state == LINK_DOWN && now_ms >= link->next_ms)
        link_connect(link, now_ms);
    if (link->state == LINK_CONNECTING && link->dials)
        link_dialled(link, now_ms, dial_step(&link->dial, now_ms));
    else if (link->state == LINK_CONNECTING && (revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
        int trouble = 0;
        socklen_t size = sizeof trouble;
        getsockopt(link->transport.file, SOL_SOCKET, SO_ERROR, &trouble, &size);
        if (trouble != 0)
            link_drop(link, now_ms, strerror(trouble));
        else
            link_sign_on(link, now_ms);
    }
    if (link->state == LINK_CONNECTING && link->dials && now_ms >= link->next_ms)
        link_drop(link, now_ms, "the bank cannot be reached");
    if ((link->state == LINK_CONNECTING || link->state == LINK_SIGNING) && now_ms >= link->next_ms)
        link_drop(link, now_ms, "the bank does not answer the sign-on");
    if (link->asking && link->state == LINK_UP && now_ms >= link->ask_again_ms)
        link_send_asked(link, now_ms);
    if (link->state == LINK_BARRED && now_ms >= link->next_ms)
        link_drop(link, now_ms, link->why);
    link_echo(link, now_ms);
    if (link->state == LINK_SIGNING || link_takes_advices(link)) {
        link_flush(link, now_ms);
        link_read(link, now_ms);
    }
}

/*
 * Whether the bank said it. A refused sign-on needs no mac either: a bank that
 * cannot tell who asks has no key to prove itself with.
 */
static bool link_authentic(const struct link *link, const struct reply *reply)
{
    bool of_sign_on = link->state == LINK_SIGNING &&
                      (uuid_equal(&reply->id, &link->sign_on) || uuid_is_nil(&reply->id));
    return (!reply->ok && (of_sign_on || refusal_is_unsigned(reply->refusal))) || reply->proven;
}

/* Takes the next line off the input; false when there is no whole one. */
static bool link_line(struct link *link, int64_t now_ms, struct reply *reply)
{
    while (link->in_length > 0) {
        char *end = memchr(link->in, '\n', link->in_length);
        if (end == NULL) {
            if (link->in_length == WIRE_LINE_MAX)
                link_drop(link, now_ms, "the bank sent a line that is too long");
            return false;
        }
        size_t length = (size_t)(end - link->in);
        struct error error;
        bool good = length > 0 && message_reply(link->in, length, reply, &error);
        reply->proven = good && wire_signed(&link->wire.reply, link->in, length);
        const bool echo = good && link->state == LINK_UP && uuid_equal(&reply->id, &link->echo);
        if (good && !echo && !link_authentic(link, reply))
            good = error_set(&error, ERROR_FORMAT, "a reply does not have the bank's mac");
        if (good && reply->ok && link->asking && uuid_equal(&reply->id, &link->asked))
            dispense_token_set(&link->token, &link->wire.reply, link->in, length);
        if (good)
            trace_received(link->trace, link->in, length);
        link->in_length -= length + 1;
        memmove(link->in, end + 1, link->in_length);
        /* An echo decides nothing, so it needs no mac; a bank that cannot work says so in it. */
        if (good && (reply->ok || (!echo && !refusal_is_unsigned(reply->refusal))))
            link_heard(link, now_ms);
        if (good && !echo)
            return true;
        if (!good && length > 0) {
            link_drop(link, now_ms, error.message);
            return false;
        }
    }
    return false;
}

/* What the bank does with this machine's sagas is for looking at: a bank that does not tell it is
 * worked with all the same. */
static void link_watch(struct link *link)
{
    char line[MESSAGE_SIZE];
    if (link->trace == NULL || !link->trace->on)
        return;
    link->watch = uuid_make();
    link_write(link, line, message_watch(line, &link->watch, &link->teller));
}

static enum link_event_kind link_take(struct link *link, int64_t now_ms, const struct reply *reply)
{
    if (link->state == LINK_SIGNING && uuid_equal(&reply->id, &link->sign_on)) {
        link->displaced = reply->refusal == REFUSED_DISPLACED;
        if (link->displaced || reply->refusal == REFUSED_TELLER_BARRED) {
            link_hold(link, now_ms, link->displaced ? DISPLACED_WHY : BARRED_WHY);
            link->next_ms = now_ms + BARRED_MS;
            return LINK_NOTHING;
        }
        if (reply->refusal == REFUSED_COUNTS_DIFFER) {
            link_hold(link, now_ms, COUNTS_WHY);
            link->next_ms = now_ms + BARRED_MS;
            return reply->proven ? LINK_RECOUNTED : LINK_NOTHING;
        }
        if (!reply->ok) {
            char why[160];
            snprintf(why, sizeof why, "the bank refused the sign-on (%s)", reply->refusal_text);
            link_drop(link, now_ms, why);
            return LINK_NOTHING;
        }
        link->state = LINK_UP;
        link->backoff_ms = BACKOFF_FIRST_MS;
        link->why[0] = '\0';
        link->told_up = true;
        link_watch(link);
        if (link->asking)
            link_send_asked(link, now_ms);
        link_flush(link, now_ms);
        return LINK_WENT_UP;
    }
    if (link->state == LINK_SIGNING && !reply->ok && uuid_is_nil(&reply->id)) {
        char why[160];
        snprintf(why, sizeof why, "the bank refused the connection (%s)", reply->refusal_text);
        link_drop(link, now_ms, why);
        return LINK_NOTHING;
    }
    if (!reply->ok &&
        (reply->refusal == REFUSED_NOT_SIGNED_ON || reply->refusal == REFUSED_OTHER_TELLER ||
         reply->refusal == REFUSED_BAD_MAC)) {
        link_drop(link, now_ms, "the bank has forgotten the sign-on");
        return LINK_NOTHING;
    }
    if (!uuid_is_nil(&link->watch) && uuid_equal(&reply->id, &link->watch))
        return LINK_NOTHING; /* the trace has it */
    if (!link->asking || !uuid_equal(&reply->id, &link->asked))
        return LINK_OTHER_REPLY;
    if (reply->refusal == REFUSED_BANK_UNAVAILABLE && now_ms < link->ask_until_ms) {
        link->ask_again_ms =
            now_ms + (reply->retry_after_ms > 0 ? reply->retry_after_ms : UNAVAILABLE_MS);
        return LINK_NOTHING;
    }
    link->asking = false;
    pin_wipe(link->ask, sizeof link->ask);
    return LINK_ANSWER;
}

void link_next(struct link *link, int64_t now_ms, struct link_event *event)
{
    event->kind = LINK_NOTHING;
    while (link_line(link, now_ms, &event->reply))
        if ((event->kind = link_take(link, now_ms, &event->reply)) != LINK_NOTHING)
            return;
    if (link->told_up && link->state != LINK_UP) {
        link->told_up = false;
        event->kind = LINK_WENT_DOWN;
    } else if (link->asking && now_ms >= link->ask_until_ms) {
        link->asking = false;
        pin_wipe(link->ask, sizeof link->ask);
        event->kind = LINK_GAVE_UP;
    }
}

void link_ask(struct link *link, const struct uuid *id, const char *line, size_t length,
              int64_t now_ms)
{
    link->asking = true;
    link->asked = *id;
    memcpy(link->ask, line, length + 1);
    link->ask_length = length;
    link->ask_sent = false;
    link->ask_until_ms = now_ms + link->reply_timeout_ms;
    link->ask_again_ms = now_ms;
    link_step(link, now_ms, 0);
}

bool link_takes_advices(const struct link *link)
{
    return link->state == LINK_UP || link->state == LINK_BARRED;
}

bool link_post(struct link *link, const char *line, size_t length)
{
    return link_takes_advices(link) && link_write(link, line, length);
}

void link_poll(const struct link *link, struct pollfd *poll)
{
    if (link->dials && link->state == LINK_CONNECTING) {
        dial_poll(&link->dial, poll);
        return;
    }
    bool writes = link->state == LINK_CONNECTING || link->out_length > 0;
    *poll = (struct pollfd){ .fd = link->transport.file,
                             .events = (short)(POLLIN | (writes ? POLLOUT : 0)) };
}

int64_t link_deadline(const struct link *link)
{
    int64_t deadline = link->state == LINK_UP ? link->echo_ms : link->next_ms;
    int64_t look = link->dials && link->state == LINK_CONNECTING ? dial_deadline(&link->dial) : -1;
    if (transport_waiting(&link->transport))
        return 0; /* what has come is more than `in` could take, and poll does not know it */
    if (memchr(link->in, '\n', link->in_length) != NULL)
        return 0; /* nor that a reply came while the last step sent, after link_next had nothing */
    if (look >= 0 && look < deadline)
        deadline = look;
    if (link->asking && (deadline < 0 || link->ask_until_ms < deadline))
        deadline = link->ask_until_ms;
    if (link->asking && link->state == LINK_UP && link->ask_again_ms < deadline)
        deadline = link->ask_again_ms;
    return deadline;
}

/* SPDX-License-Identifier: MIT */
#include "bank/cli/client.h"

#include "bank/cli/remote.h"
#include "shared/clock.h"
#include "shared/dial.h"
#include "shared/json.h"
#include "shared/pin_block.h"
#include "shared/transport.h"
#include "shared/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DIAL_MS 10000

struct client {
    struct transport transport;
    struct dial dial; /* of a bank elsewhere: it has the connection's context */
    size_t length;    /* bytes read and not yet given out */
    char in[WIRE_LINE_MAX];
};

static struct client *client_create(int file, struct tls *tls)
{
    struct client *client = calloc(1, sizeof *client);
    if (client == NULL)
        panic("out of memory");
    client->transport = (struct transport){ .file = file, .tls = tls };
    return client;
}

/* ---- to a bank on this host ------------------------------------------------------ */

static struct client *socket_open(const struct home *home, const char *socket_name,
                                  struct error *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (!home_socket_path(home, address.sun_path, socket_name, error))
        return NULL;
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0) {
        error_set_errno(error, "cannot make a socket");
        return NULL;
    }
    if (connect(file, (struct sockaddr *)&address, sizeof address) != 0) {
        const bool nobody = errno == ENOENT || errno == ECONNREFUSED;
        if (nobody && home_holder(home) > 0)
            error_set(error, ERROR_CONNECTION,
                      "the bank that has %s (process %ld) takes no commands yet or no more: try "
                      "again in a moment",
                      home->path, home_holder(home));
        else if (nobody)
            error_set(
                error, ERROR_ABSENT,
                "no bank serves %s: start one with `bank serve`, or name its home with --home DIR",
                home->path);
        else if (errno == EACCES || errno == EPERM)
            error_set(error, ERROR_SYSTEM,
                      "the bank in %s lets its own user and its groups in: run this as one of them "
                      "(%s), or name yours with --home DIR",
                      home->path, address.sun_path);
        else
            error_set_errno(error, "cannot connect to %s", address.sun_path);
        if (error->kind != ERROR_ABSENT)
            error->kind = ERROR_CONNECTION;
        close(file);
        return NULL;
    }
    fcntl(file, F_SETFL, O_NONBLOCK);
    return client_create(file, NULL);
}

/* ---- a call ---------------------------------------------------------------------- */

/* Waits for the events; false with the error at the deadline. */
static bool client_wait(struct client *client, short events, int64_t deadline_ms,
                        struct error *error)
{
    for (;;) {
        int64_t left_ms = deadline_ms - clock_now_ms();
        struct pollfd poll_for = { .fd = client->transport.file, .events = events };
        int ready = left_ms > 0 ? poll(&poll_for, 1, (int)left_ms) : 0;
        if (ready > 0)
            return true;
        if (ready == 0)
            return error_set(
                error, ERROR_CONNECTION,
                "the bank did not answer in time: see its log, then try the same again");
        if (errno != EINTR)
            return error_set_errno(error, "cannot wait for the bank");
    }
}

/* In a TLS connection no flag keeps the signal away. */
static ssize_t send_quietly(const struct transport *transport, const char *bytes, size_t length)
{
    const struct timespec at_once = { 0 };
    sigset_t pipe, before, pending;
    if (transport->tls == NULL)
        return transport_send(transport, bytes, length);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    const ssize_t step = transport_send(transport, bytes, length);
    const int trouble = errno;
    if (step < 0 && trouble == EPIPE && sigismember(&pending, SIGPIPE) == 0)
        while (sigtimedwait(&pipe, NULL, &at_once) < 0 && errno == EINTR)
            ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = trouble;
    return step;
}

static bool is_over(const struct client *client, struct error *error)
{
    if (client->transport.tls != NULL && tls_why(client->transport.tls)[0] != '\0')
        return error_set(error, ERROR_CONNECTION, "%s", tls_why(client->transport.tls));
    return error_set(error, ERROR_CONNECTION, "the bank closed the connection: see its log");
}

static bool client_send(struct client *client, const char *bytes, size_t length,
                        int64_t deadline_ms, struct error *error)
{
    while (length > 0) {
        ssize_t step = send_quietly(&client->transport, bytes, length);
        if (step >= 0) {
            bytes += step;
            length -= (size_t)step;
        } else if (errno == EAGAIN) {
            if (!client_wait(client, POLLOUT, deadline_ms, error))
                return false;
        } else if (errno != EINTR) {
            char rest[1]; /* why may still be there to be read */
            if (client->transport.tls != NULL)
                transport_receive(&client->transport, rest, sizeof rest);
            return is_over(client, error);
        }
    }
    return true;
}

char *client_call(struct client *client, const char *line, int timeout_ms, struct error *error)
{
    int64_t deadline_ms = clock_now_ms() + timeout_ms;
    size_t length = strlen(line);
    if (!client_send(client, line, length, deadline_ms, error) ||
        ((length == 0 || line[length - 1] != '\n') &&
         !client_send(client, "\n", 1, deadline_ms, error)))
        return NULL;
    for (;;) {
        char *end = memchr(client->in, '\n', client->length);
        if (end != NULL) {
            size_t taken = (size_t)(end - client->in) + 1;
            char *reply = strndup(client->in, taken - 1);
            if (reply == NULL)
                panic("out of memory");
            memmove(client->in, client->in + taken, client->length - taken);
            client->length -= taken;
            return reply;
        }
        if (client->length == sizeof client->in) {
            error_set(error, ERROR_FORMAT, "the bank's reply is longer than a line may be");
            return NULL;
        }
        ssize_t step = transport_receive(&client->transport, client->in + client->length,
                                         sizeof client->in - client->length);
        if (step > 0) {
            client->length += (size_t)step;
        } else if (step == 0 || (errno != EINTR && errno != EAGAIN)) {
            is_over(client, error);
            return NULL;
        } else if (errno == EAGAIN &&
                   !client_wait(client, transport_blocked(&client->transport) ? POLLOUT : POLLIN,
                                deadline_ms, error)) {
            return NULL;
        }
    }
}

/* ---- to a bank elsewhere -------------------------------------------------------- */

/* Until the connection stands; false with the error. */
static bool dial_through(struct dial *dial, struct error *error)
{
    const int64_t end_ms = clock_now_ms() + DIAL_MS;
    enum dial_result result = dial_start(dial);
    for (int64_t now_ms; result == DIAL_PENDING; result = dial_step(dial, clock_now_ms())) {
        struct pollfd wanted;
        now_ms = clock_now_ms();
        if (now_ms >= end_ms)
            return error_set(error, ERROR_CONNECTION, "it did not answer within %d s",
                             DIAL_MS / 1000);
        const int64_t look_ms = dial_deadline(dial);
        const int64_t until_ms = look_ms >= 0 && look_ms < end_ms ? look_ms : end_ms;
        dial_poll(dial, &wanted);
        poll(&wanted, 1, until_ms > now_ms ? (int)(until_ms - now_ms) : 0);
    }
    return result == DIAL_DONE || error_set(error, ERROR_CONNECTION, "%.400s", dial->why);
}

/*
 * In TLS 1.3 a client is through before the bank has seen its certificate. So it asks whether the
 * bank is there before it says anything: what is wrong with the certificate is known then, and no
 * request was sent that may have been done.
 */
static bool is_let_in(struct client *client, struct error *error)
{
    char line[200], text[UUID_TEXT_LENGTH];
    const struct uuid id = uuid_make();
    const char *name = "", *message = "it says neither yes nor no";
    bool ok = false;
    snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"command\":\"EchoTest\"}",
             uuid_write(&id, text));
    char *reply = client_call(client, line, DIAL_MS, error);
    if (reply == NULL)
        return false;
    struct json *json = json_parse(reply, strlen(reply), error);
    json_boolean(json_get(json, "ok"), &ok);
    json_string(json_get(json, "error"), &name);
    json_string(json_get(json, "message"), &message);
    if (!ok && strcmp(name, "bank_unavailable") != 0) /* which its reply to the request says */
        error_set(error, ERROR_CONNECTION, "%.400s", message);
    else
        ok = true;
    json_destroy(json);
    free(reply);
    return ok;
}

static struct client *remote_open(const struct home *home, struct error *error)
{
    struct remote remote;
    struct error why;
    if (!remote_load(&remote, home, error))
        return NULL;
    const struct tls_files files = remote_files(&remote);
    struct client *client = client_create(-1, NULL);
    dial_init(&client->dial, &remote.address, &files);
    const bool through = dial_through(&client->dial, &why);
    client->dial.files = (struct tls_files){ 0 };
    client->transport = (struct transport){ .file = client->dial.file, .tls = client->dial.tls };
    if (!through || !is_let_in(client, &why)) {
        error_set(error, ERROR_CONNECTION, "the bank at %s:%s, which %s/%s names: %s",
                  remote.address.host, remote.address.port, home->path, HOME_REMOTE_FILE,
                  why.message);
        dial_hang_up(&client->dial);
        free(client);
        return NULL;
    }
    return client;
}

struct client *client_open(const struct home *home, const char *socket_name, struct error *error)
{
    return strcmp(socket_name, "operator.sock") == 0 && home_is_remote(home)
               ? remote_open(home, error)
               : socket_open(home, socket_name, error);
}

void client_close(struct client *client)
{
    if (client == NULL)
        return;
    if (client->transport.tls != NULL)
        dial_hang_up(&client->dial);
    else
        close(client->transport.file);
    free(client);
}

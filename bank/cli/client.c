/* SPDX-License-Identifier: MIT */
#include "bank/cli/client.h"

#include "shared/clock.h"
#include "shared/pin_block.h"
#include "shared/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct client {
    int file;
    size_t length; /* bytes read and not yet given out */
    char in[WIRE_LINE_MAX];
};

struct client *client_open(const struct home *home, const char *socket_name, struct error *error)
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
    struct client *client = malloc(sizeof *client);
    if (client == NULL)
        panic("out of memory");
    client->file = file;
    client->length = 0;
    return client;
}

/* Waits for the events; false with the error at the deadline. */
static bool client_wait(struct client *client, short events, int64_t deadline_ms,
                        struct error *error)
{
    for (;;) {
        int64_t left_ms = deadline_ms - clock_now_ms();
        struct pollfd poll_for = { .fd = client->file, .events = events };
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

static bool client_send(struct client *client, const char *bytes, size_t length,
                        int64_t deadline_ms, struct error *error)
{
    while (length > 0) {
        ssize_t step = send(client->file, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (step >= 0) {
            bytes += step;
            length -= (size_t)step;
        } else if (errno == EAGAIN) {
            if (!client_wait(client, POLLOUT, deadline_ms, error))
                return false;
        } else if (errno != EINTR) {
            return error_set(error, ERROR_CONNECTION,
                             "the bank closed the connection: see its log");
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
        if (!client_wait(client, POLLIN, deadline_ms, error))
            return NULL;
        ssize_t step = recv(client->file, client->in + client->length,
                            sizeof client->in - client->length, MSG_DONTWAIT);
        if (step > 0) {
            client->length += (size_t)step;
        } else if (step == 0 || (errno != EINTR && errno != EAGAIN)) {
            error_set(error, ERROR_CONNECTION, "the bank closed the connection: see its log");
            return NULL;
        }
    }
}

void client_close(struct client *client)
{
    if (client == NULL)
        return;
    close(client->file);
    free(client);
}

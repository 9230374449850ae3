/* SPDX-License-Identifier: MIT */
#include "tests/bench/link.h"

#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void link_open(struct link *link, const struct home *home, const char *socket_name)
{
    struct error error;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (!home_socket_path(home, address.sun_path, socket_name, &error))
        give_up("%s", error.message);
    *link = (struct link){ .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
                           .in = malloc(LINK_IN_SIZE) };
    if (link->fd < 0 || link->in == NULL)
        give_up("no socket or no memory for a connection: %s", strerror(errno));
    if (connect(link->fd, (const struct sockaddr *)&address, sizeof address) != 0)
        give_up("cannot connect to %s: %s", address.sun_path, strerror(errno));
}

void link_close(struct link *link)
{
    close(link->fd);
    free(link->in);
    free(link->out);
}

void link_unblock(struct link *link)
{
    if (fcntl(link->fd, F_SETFL, O_NONBLOCK) != 0)
        give_up("a socket cannot be made non-blocking: %s", strerror(errno));
}

void link_send(struct link *link, const char *line, size_t length)
{
    if (link->out_at == link->out_end)
        link->out_at = link->out_end = 0;
    if (link->out_end + length > link->out_capacity) {
        link->out_capacity = 2 * (link->out_end + length) + 4096;
        link->out = realloc(link->out, link->out_capacity);
        if (link->out == NULL)
            give_up("out of memory for requests");
    }
    memcpy(link->out + link->out_end, line, length);
    link->out_end += length;
}

bool link_flush(struct link *link)
{
    while (link->out_at < link->out_end) {
        ssize_t sent =
            send(link->fd, link->out + link->out_at, link->out_end - link->out_at, MSG_NOSIGNAL);
        if (sent >= 0) {
            link->out_at += (size_t)sent;
        } else if (errno == EAGAIN) {
            link->full = true;
            return false;
        } else if (errno != EINTR) {
            give_up("the bank takes no more requests: %s", strerror(errno));
        }
    }
    link->full = false;
    return true;
}

bool link_read(struct link *link)
{
    if (link->in_at > 0) {
        memmove(link->in, link->in + link->in_at, link->in_end - link->in_at);
        link->in_end -= link->in_at;
        link->in_at = 0;
    }
    ssize_t got = recv(link->fd, link->in + link->in_end, LINK_IN_SIZE - link->in_end, 0);
    if (got == 0)
        give_up("the bank closed a connection");
    if (got < 0 && errno != EAGAIN && errno != EINTR)
        give_up("a connection to the bank broke: %s", strerror(errno));
    link->in_end += got > 0 ? (size_t)got : 0;
    return got > 0;
}

char *link_line(struct link *link, size_t *length)
{
    char *line = link->in + link->in_at;
    char *end = memchr(line, '\n', link->in_end - link->in_at);
    if (end == NULL)
        return NULL;
    *end = '\0';
    *length = (size_t)(end - line);
    link->in_at += *length + 1;
    return line;
}

char *link_await(struct link *link, size_t *length)
{
    char *line;
    link_flush(link);
    while ((line = link_line(link, length)) == NULL)
        link_read(link);
    return line;
}

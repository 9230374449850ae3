/* SPDX-License-Identifier: MIT */
/*
 * One connection, one request:
 *
 *   accepted ── blank line ──▶ answering ── all is sent ──▶ leaving ── the client is gone ──▶ freed
 *      └── HTTP_WITHIN_MS, or the oldest when one more comes ──────────────────────────────────┘
 *
 * Leaving: the socket is shut for writing, and what the client still sends is read and dropped, or
 * the kernel would take the reply back from it.
 */
#include "bank/server/http_door.h"

#include "bank/server/ports.h"

#include <errno.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX     300   /* bytes of a reply's head */
#define DROPPED_MAX  65536 /* bytes read after the request */
#define BODY_TOO_BIG "a request has no body here\n"

struct client {
    struct http_door *door;
    int file;
    struct event *ready, *late;
    char request[HTTP_REQUEST_MAX + 1];
    size_t length;
    char *reply; /* NULL: the request is not whole */
    size_t reply_length, sent;
    size_t dropped;
    TAILQ_ENTRY(client) neighbours;
};

struct http_door {
    struct http_door_options options;
    struct ports ports;
    TAILQ_HEAD(client_list, client) clients; /* the oldest first */
    int count;
};

static void client_free(struct client *client)
{
    TAILQ_REMOVE(&client->door->clients, client, neighbours);
    client->door->count--;
    event_free(client->ready);
    event_free(client->late);
    close(client->file);
    free(client->reply);
    free(client);
}

static void client_await(struct client *client, short what)
{
    event_del(client->ready);
    event_assign(client->ready, client->door->options.loop, client->file, what,
                 event_get_callback(client->ready), client);
    event_add(client->ready, NULL);
}

/* ---- the reply -------------------------------------------------------------- */

static const char *reason_of(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Content Too Large";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "Service Unavailable";
    }
}

static void client_send(struct client *client)
{
    while (client->sent < client->reply_length) {
        ssize_t step = send(client->file, client->reply + client->sent,
                            client->reply_length - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (step > 0) {
            client->sent += (size_t)step;
        } else if (step < 0 && errno == EAGAIN) {
            client_await(client, EV_WRITE);
            return;
        } else if (step == 0 || errno != EINTR) {
            client_free(client);
            return;
        }
    }
    shutdown(client->file, SHUT_WR);
    client_await(client, EV_READ);
}

static void client_reply(struct client *client, const struct http_reply *reply, bool body)
{
    const size_t size = HEAD_MAX + (body ? reply->length : 0);
    client->reply = malloc(size);
    if (client->reply == NULL)
        panic("out of memory");
    int head = snprintf(client->reply, HEAD_MAX,
                        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                        "Cache-Control: no-store\r\nConnection: close\r\n%s\r\n",
                        reply->status, reason_of(reply->status), reply->type, reply->length,
                        reply->status == 405 ? "Allow: GET, HEAD\r\n" : "");
    client->reply_length = (size_t)head;
    if (body) {
        memcpy(client->reply + head, reply->body, reply->length);
        client->reply_length += reply->length;
    }
    client_send(client);
}

static void client_refuse(struct client *client, int status, const char *why)
{
    const struct http_reply reply = {
        .status = status, .type = "text/plain", .body = why, .length = strlen(why)
    };
    client_reply(client, &reply, true);
}

/* ---- the request ------------------------------------------------------------ */

/* The value of a line of the head; NULL when the line has another name. */
static char *value_of(char *line, const char *name)
{
    const size_t length = strlen(name);
    if (strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    return line + length + 1 + strspn(line + length + 1, " \t");
}

/* The next line, without its end; NULL after the last. */
static char *line_take(char **rest)
{
    char *line = strsep(rest, "\n");
    if (line != NULL && line[0] != '\0' && line[strlen(line) - 1] == '\r')
        line[strlen(line) - 1] = '\0';
    return line;
}

static void client_answer(struct client *client)
{
    const struct http_door_options *options = &client->door->options;
    char *rest = client->request, *line = line_take(&rest), *value;
    char *method = strsep(&line, " "), *target = strsep(&line, " ");
    struct http_request request = { .path = "", .query = "", .accept = "" };
    struct http_reply reply = { 0 };
    bool body = false;
    if (target == NULL || line == NULL || strncmp(line, "HTTP/1.", 7) != 0) {
        client_refuse(client, 400, "this is not HTTP/1.1\n");
        return;
    }
    while ((line = line_take(&rest)) != NULL) {
        if ((value = value_of(line, "accept")) != NULL)
            request.accept = value;
        body |= value_of(line, "transfer-encoding") != NULL ||
                ((value = value_of(line, "content-length")) != NULL && strcmp(value, "0") != 0);
    }
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        client_refuse(client, 405, "only GET and HEAD are answered here\n");
    } else if (body) {
        client_refuse(client, 413, BODY_TOO_BIG);
    } else {
        request.path = strsep(&target, "?");
        request.query = target != NULL ? target : "";
        options->answer(options->context, &request, &reply);
        client_reply(client, &reply, method[0] == 'G');
    }
}

/* Where the head ends; NULL: it is not whole. */
static char *head_end(const struct client *client)
{
    char *at = memmem(client->request, client->length, "\r\n\r\n", 4);
    char *plain = memmem(client->request, client->length, "\n\n", 2);
    return at == NULL || (plain != NULL && plain < at) ? plain : at;
}

static void client_read(struct client *client)
{
    ssize_t step = recv(client->file, client->request + client->length,
                        HTTP_REQUEST_MAX - client->length, MSG_DONTWAIT);
    if (step < 0 && (errno == EAGAIN || errno == EINTR)) {
        client_await(client, EV_READ);
        return;
    }
    if (step <= 0) {
        client_free(client);
        return;
    }
    client->length += (size_t)step;
    char *end = head_end(client);
    if (end != NULL && memchr(client->request, '\0', (size_t)(end - client->request)) != NULL) {
        client_refuse(client, 400, "there is a NUL in the request\n");
    } else if (end != NULL) {
        *end = '\0';
        client_answer(client);
    } else if (client->length == HTTP_REQUEST_MAX) {
        client_refuse(client, 431, "the head of a request has at most 4096 bytes here\n");
    } else {
        client_await(client, EV_READ);
    }
}

static void client_drop(struct client *client)
{
    char dropped[4096];
    ssize_t step = recv(client->file, dropped, sizeof dropped, MSG_DONTWAIT);
    client->dropped += step > 0 ? (size_t)step : 0;
    if ((step > 0 && client->dropped < DROPPED_MAX) ||
        (step < 0 && (errno == EAGAIN || errno == EINTR)))
        client_await(client, EV_READ);
    else
        client_free(client);
}

static void on_ready(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    struct client *client = context;
    if (client->reply == NULL)
        client_read(client);
    else if (client->sent < client->reply_length)
        client_send(client);
    else
        client_drop(client);
}

static void on_late(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    client_free(context);
}

/* ---- the port --------------------------------------------------------------- */

static void on_accepted(void *context, int file)
{
    struct http_door *door = context;
    struct client *client = malloc(sizeof *client);
    if (client == NULL)
        panic("out of memory");
    if (door->count == HTTP_CLIENTS_MAX)
        client_free(TAILQ_FIRST(&door->clients));
    address_socket_prepare(file);
    *client =
        (struct client){ .door = door,
                         .file = file,
                         .ready = event_new(door->options.loop, file, EV_READ, on_ready, client),
                         .late = evtimer_new(door->options.loop, on_late, client) };
    if (client->ready == NULL || client->late == NULL)
        panic("out of memory");
    TAILQ_INSERT_TAIL(&door->clients, client, neighbours);
    door->count++;
    event_add(client->ready, NULL);
    event_add(client->late, &(struct timeval){ .tv_sec = HTTP_WITHIN_MS / 1000 });
}

struct http_door *http_door_create(const struct http_door_options *options, struct error *error)
{
    struct http_door *door = calloc(1, sizeof *door);
    if (door == NULL)
        panic("out of memory");
    door->options = *options;
    TAILQ_INIT(&door->clients);
    if (ports_open(&door->ports, options->loop, options->address, options->option, options->event,
                   on_accepted, door, error))
        return door;
    http_door_destroy(door);
    return NULL;
}

void http_door_destroy(struct http_door *door)
{
    if (door == NULL)
        return;
    ports_close(&door->ports);
    for (struct client *at = TAILQ_FIRST(&door->clients), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, neighbours);
        client_free(at);
    }
    free(door);
}

/* SPDX-License-Identifier: MIT */
/*
 * A port that answers GET and HEAD, for those who watch the bank. In the bank's own loop, so all of
 * it is bounded: so many connections, one request each, its size, and the time from coming in to
 * being gone. libevent's evhttp bounds neither the connections nor the whole time of one.
 */
#ifndef BANK_SERVER_HTTP_DOOR_H
#define BANK_SERVER_HTTP_DOOR_H

#include "shared/address.h"

#include <stddef.h>

#define HTTP_CLIENTS_MAX 16    /* one more makes room for itself: the oldest goes */
#define HTTP_REQUEST_MAX 4096  /* bytes up to the blank line */
#define HTTP_WITHIN_MS   10000 /* from coming in to being gone */

struct event_base;
struct http_door;

/* Either may be "". */
struct http_request {
    const char *path, *query, *accept;
};

struct http_reply {
    int status;
    const char *type, *body; /* valid until the next call */
    size_t length;
};

struct http_door_options {
    struct event_base *loop;
    const struct address *address;
    const char *option, *event; /* as in ports_open */
    void (*answer)(void *context, const struct http_request *request, struct http_reply *reply);
    void *context;
};

struct http_door *http_door_create(const struct http_door_options *options, struct error *error);
void http_door_destroy(struct http_door *door); /* takes NULL */

#endif

/* SPDX-License-Identifier: MIT */
#include "bank/server/listener.h"

#include "bank/log/limit.h"

#include <event2/event.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 256

struct listener {
    struct evconnlistener *doorman;
    struct event *again;
    void (*accepted)(void *context, int file);
    void *context;
};

static void on_accepted(struct evconnlistener *doorman, evutil_socket_t file,
                        struct sockaddr *address, int length, void *context)
{
    (void)doorman;
    (void)address;
    (void)length;
    struct listener *listener = context;
    listener->accepted(listener->context, file);
}

/* They stay in the backlog; without a pause the loop would spin over them. */
static void on_error(struct evconnlistener *doorman, void *context)
{
    const struct listener *listener = context;
    log_limited("no-descriptors", strerror(EVUTIL_SOCKET_ERROR()), "retry_s=1");
    evconnlistener_disable(doorman);
    event_add(listener->again, &(struct timeval){ .tv_sec = 1 });
}

static void on_again(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    const struct listener *listener = context;
    evconnlistener_enable(listener->doorman);
}

struct listener *listener_create(struct event_base *loop, int file, const char *where,
                                 void (*accepted)(void *context, int file), void *context,
                                 struct error *error)
{
    struct listener *listener = malloc(sizeof *listener);
    if (listener == NULL)
        panic("out of memory for what listens on %s", where);
    *listener = (struct listener){
        .doorman = evconnlistener_new(loop, on_accepted, listener,
                                      LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, file),
        .again = evtimer_new(loop, on_again, listener),
        .accepted = accepted,
        .context = context
    };
    if (listener->again == NULL)
        panic("out of memory for what listens on %s", where);
    if (listener->doorman != NULL) {
        evconnlistener_set_error_cb(listener->doorman, on_error);
        return listener;
    }
    error_set_errno(error, "cannot listen on %s", where);
    close(file);
    listener_destroy(listener);
    return NULL;
}

void listener_destroy(struct listener *listener)
{
    if (listener == NULL)
        return;
    if (listener->doorman != NULL)
        evconnlistener_free(listener->doorman);
    event_free(listener->again);
    free(listener);
}

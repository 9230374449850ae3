/* SPDX-License-Identifier: MIT */
#include "bank/server/listener.h"

#include "bank/log/limit.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 256

struct listener {
    int file;
    struct event *acceptable, *again;
    void (*accepted)(void *context, int file);
    void *context;
};

static void on_acceptable(evutil_socket_t file, short what, void *context)
{
    (void)what;
    struct listener *listener = context;
    for (int i = 0; i < BACKLOG; i++) {
        int client = accept4(file, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0) {
            listener->accepted(listener->context, client);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            /* They stay in the backlog; without a pause the loop would spin over them. */
            log_limited("no-descriptors", "all are in use", "retry_s=1");
            event_del(listener->acceptable);
            event_add(listener->again, &(struct timeval){ .tv_sec = 1 });
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

static void on_again(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    struct listener *listener = context;
    event_add(listener->acceptable, NULL);
}

struct listener *listener_create(struct event_base *loop, int file, const char *where,
                                 void (*accepted)(void *context, int file), void *context,
                                 struct error *error)
{
    if (listen(file, BACKLOG) != 0) {
        error_set_errno(error, "cannot listen on %s", where);
        close(file);
        return NULL;
    }
    struct listener *listener = malloc(sizeof *listener);
    if (listener == NULL)
        panic("out of memory");
    *listener = (struct listener){ .file = file,
                                   .acceptable = event_new(loop, file, EV_READ | EV_PERSIST,
                                                           on_acceptable, listener),
                                   .again = evtimer_new(loop, on_again, listener),
                                   .accepted = accepted,
                                   .context = context };
    if (listener->acceptable == NULL || listener->again == NULL)
        panic("out of memory");
    event_add(listener->acceptable, NULL);
    return listener;
}

void listener_destroy(struct listener *listener)
{
    if (listener == NULL)
        return;
    event_free(listener->acceptable);
    event_free(listener->again);
    close(listener->file);
    free(listener);
}

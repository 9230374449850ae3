/* SPDX-License-Identifier: MIT */
#include "bank/server/lab_reply.h"

#include <stdlib.h>
#include <string.h>

/* As many as may wait at a time; what comes after them is not delayed. */
enum { DELAYED_MAX = 4096 };

struct delayed {
    LIST_ENTRY(delayed) all;
    struct session *session;
    struct event *due;
    bool is_signed;
    struct uuid teller_id;
    size_t length;
    char line[];
};

static void send_line(struct session *session, const struct uuid *teller_id, const char *line,
                      size_t length)
{
    if (teller_id != NULL)
        session_reply_signed(session, teller_id, line, length);
    else
        session_reply(session, line, length);
}

static void leave(struct delayed *delayed)
{
    struct session *session = delayed->session;
    session->in_flight--;
    session->turn->delayed_count--;
    send_line(session, delayed->is_signed ? &delayed->teller_id : NULL, delayed->line,
              delayed->length);
    turn_mark_resumable(session->turn, &session->place);
    LIST_REMOVE(delayed, all);
    event_free(delayed->due);
    free(delayed);
}

static void on_due(evutil_socket_t file, short what, void *context)
{
    (void)file;
    (void)what;
    leave(context);
}

static void delay(struct session *session, int delay_ms, const struct uuid *teller_id,
                  const char *line, size_t length)
{
    const struct timeval after = { .tv_sec = delay_ms / 1000, .tv_usec = delay_ms % 1000 * 1000 };
    struct delayed *delayed = malloc(sizeof *delayed + length);
    if (delayed == NULL)
        panic("out of memory");
    delayed->session = session;
    delayed->is_signed = teller_id != NULL;
    delayed->teller_id = teller_id != NULL ? *teller_id : (struct uuid){ 0 };
    delayed->length = length;
    memcpy(delayed->line, line, length);
    delayed->due = evtimer_new(session->turn->loop, on_due, delayed);
    if (delayed->due == NULL)
        panic("out of memory");
    evtimer_add(delayed->due, &after);
    LIST_INSERT_HEAD(&session->turn->delayed, delayed, all);
    session->turn->delayed_count++;
    session->in_flight++;
}

void lab_reply(struct session *session, const struct lab_answer *answer,
               const struct uuid *teller_id, const char *line, size_t length)
{
    /* Neither JSON nor UTF-8. */
    static const char garbage[] = "{\"v\":1,\"id\":\"\x80\xff\x01}]\"ok\":tru";
    switch (answer->effect) {
    case LAB_DROP:
        return;
    case LAB_GARBAGE:
        session_reply(session, garbage, sizeof garbage - 1);
        return;
    case LAB_DELAY:
        if (session->turn->delayed_count < DELAYED_MAX && session->transport.file >= 0)
            delay(session, answer->delay_ms, teller_id, line, length);
        else
            send_line(session, teller_id, line, length);
        return;
    case LAB_REPEAT:
        send_line(session, teller_id, line, length);
        break;
    default:
        break;
    }
    send_line(session, teller_id, line, length);
}

void lab_reply_all(struct turn *turn)
{
    for (struct delayed *delayed = LIST_FIRST(&turn->delayed), *next; delayed != NULL;
         delayed = next) {
        next = LIST_NEXT(delayed, all);
        leave(delayed);
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * What the subscriptions' files share; nobody else includes it.
 *
 *   subscription.c      create, destroy, wake; the session; what follows what
 *   run.c  the statements: lease, a run of events, its effects, failures
 *   live.c what was appended here, kept so that it need not be read back
 */
#ifndef BANK_SUBSCRIPTIONS_PARTS_H
#define BANK_SUBSCRIPTIONS_PARTS_H

#include "bank/codec/event_row.h"
#include "bank/postgres/connection.h"
#include "bank/subscriptions/subscription.h"

#include <event2/event.h>

enum subscription_step {
    SUBSCRIPTION_AWAY,    /* no session */
    SUBSCRIPTION_WAIT,    /* for the timer, or to be woken */
    SUBSCRIPTION_LEASE,   /* taking or renewing it, and finding out where we are */
    SUBSCRIPTION_READ,    /* the next run */
    SUBSCRIPTION_APPLY,   /* the checkpoint with what is to be written */
    SUBSCRIPTION_FAIL,    /* counting an attempt */
    SUBSCRIPTION_RELEASE, /* giving the lease back */
};

/* The wanted ones of the events that stand at (after, end], as this bank appended them. */
struct live {
    int64_t after, end;
    size_t first, count; /* of record */
    struct event_record *record;
};

struct subscription {
    struct subscriptions *all;
    const struct handler *handler;
    char *read_sql;
    struct connection *connection;
    struct event *timer;

    enum subscription_step step;
    bool prepared;        /* the session is */
    bool mine;            /* we have the lease */
    bool woken;           /* since the last read */
    int64_t saved;        /* the checkpoint in the table */
    int64_t position;     /* handled; ahead of saved by events that wrote nothing */
    int64_t head, target; /* where the log ended; where APPLY moves the checkpoint */
    int64_t saved_ms, leased_ms,
        retry_ms; /* monotonic: the last time; when the failing event is due */

    struct live live;
    struct event_record *records; /* the run: those of its events that are wanted */
    size_t count, at, end;        /* [at, end) is being applied */
    int64_t run_end;              /* the run's last position */
    int64_t unreadable; /* the position after the run's end cannot be read; 0: it can, or is not
                           there */
    bool singly;        /* event by event, since one of the run fails */
    bool parking;       /* what APPLY writes is that */
    int attempts;       /* of the event at which we stand */
    struct effects effects;
    char sqlstate[6], reason[300];
};

struct subscriptions {
    struct subscription_options options;
    char owner[120];
    bool active;
    size_t count;
    struct subscription subscription[];
};

/* subscription.c: what follows when a step has ended, or when the timer says so. */
void subscription_go_on(struct subscription *subscription);
void subscription_wait(struct subscription *subscription, int64_t delay_ms);

/* run.c: each sends one step; its results and its end come back to the two below. */
char *subscription_read_sql(const struct handler *handler); /* for read_sql */
void subscription_lease(struct subscription *subscription);
void subscription_release(struct subscription *subscription);
void subscription_read(struct subscription *subscription);
void subscription_save(struct subscription *subscription); /* the checkpoint alone */
void subscription_result(void *context, int tag, const PGresult *result);
void subscription_synced(void *context, int tag);

/* live.c */
void live_init(struct subscription *subscription);
void live_finish(struct subscription *subscription);
void live_add(struct subscription *subscription, const struct event_record *records, size_t count);
/* Makes the next run of what is kept: false when that does not begin where the subscription stands.
 */
bool live_take(struct subscription *subscription);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Durable subscriptions: every event handler is shown the log, in order, from
 * where it was left, in runs of at most so many events.
 *
 *   subscriptions_create ─▶ subscriptions_run(true) ─▶ … subscriptions_wake after appends
 *                        ─▶ subscriptions_run(false): finishes the run, gives the lease back
 *
 * Each handler has a row in esbank.subscriptions and a session of its own,
 * driven by the event loop. One bank at a time runs it: the one that has the
 * row's lease, which is taken and renewed by the database's clock and passes to
 * another bank when it has not been renewed for pace.lease_ms.
 *
 * The checkpoint moves in the transaction that holds the handler's rows and
 * only from where this bank knows it to be. So events are handled at least
 * once, in order, and what a handler writes is there exactly once. One run is
 * in memory; the next follows when it has been written: from the log, or, while
 * the subscription is live, from what subscriptions_appended was given.
 *
 * An event that fails, in the handler or in the database, is tried again after
 * pauses that grow, all before it having been handled. When pace.attempts_max
 * tries have failed it is parked with the reason, and the rest goes on but for
 * the later events of its sequence, which are parked behind it: a retry handles
 * them in order. A dependency that is broken is not an event's fault: the
 * handler is paused and goes on by itself (failures.c).
 *
 * The sessions do not wait for the disk at their commits: rows and checkpoint
 * are lost together, if at all, and then made again from the log.
 */
#ifndef BANK_SUBSCRIPTIONS_SUBSCRIPTION_H
#define BANK_SUBSCRIPTIONS_SUBSCRIPTION_H

#include "bank/subscriptions/handler.h"

struct event_base;
struct subscriptions;

struct subscription_pace {
    int lease_ms;  /* how long a silent bank keeps a lease */
    int poll_ms;   /* between two looks at the log when nobody wakes, and renewals */
    int gather_ms; /* from being woken to reading, so that appends come by the run */
    int retry_first_ms, retry_max_ms; /* the pauses: four times as long each, up to the second */
    int attempts_max;                 /* then the event is parked */
    int run_max;                      /* events in memory */
    int parked_max;                   /* so many are parked, then the handler is paused */
};

struct subscription_pace subscription_pace_default(void);

struct subscription_options {
    const char *conninfo; /* of a database whose schema is up to date */
    struct event_base *loop;
    const struct handler *const *handlers; /* ends with NULL */
    const char *owner; /* names this bank in leases; NULL: host, process and an id */
    struct subscription_pace pace;
    /* For the log: "parked", "handler-fails", "handler-paused", "handler-resumed", "alert-raised",
     * "alert-cleared", with name=value pairs. NULL: not wanted. */
    void (*notice)(void *context, const char *what, const char *line);
    void *context;
};

struct subscriptions *subscriptions_create(const struct subscription_options *options);
/* Whether this bank is to run them: while it is the active one. From then on it tries to get the
 * leases. */
void subscriptions_run(struct subscriptions *subscriptions, bool active);
/* There is more in the log. Costs next to nothing; takes NULL. */
void subscriptions_wake(struct subscriptions *subscriptions);
/* Likewise, and this is what: events as they were just committed, with their positions. They are
 * copied. */
void subscriptions_appended(struct subscriptions *subscriptions, const struct event_record *records,
                            size_t count);
/* Those that this bank runs: how far each is, and whether it is paused. Takes NULL. */
void subscriptions_each(const struct subscriptions *subscriptions,
                        void (*each)(void *context, const char *name, int64_t position,
                                     bool paused),
                        void *context);
/* Gives the leases back, letting the loop run for that at most half a second. Takes NULL. */
void subscriptions_destroy(struct subscriptions *subscriptions);

#endif

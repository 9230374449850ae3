/* SPDX-License-Identifier: MIT */
/*
 * What the subscriptions' files share; included nowhere else.
 *
 *   subscription.c  create, destroy, wake; the session; what follows what
 *   run.c           lease, a run of events, its effects
 *   failures.c      an event that fails, and a dependency that is broken
 *   sequences.c     what waits behind a parked event
 *   alerts.c        alerts that were raised and cleared, for the log
 *   live.c          what was appended here, kept so that it need not be read back
 *   statements.c    parameters
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
    SUBSCRIPTION_PAUSE,   /* keeping why it is paused */
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
    size_t handled;     /* records of what is being applied that were not held back */

    bool paused;         /* the dependency is broken */
    int failures;        /* of the dependency, since something worked */
    int parked_in_a_row; /* events that were parked with none handled between */

    struct uuid *sequence; /* of parked events, in order: what they hold back */
    size_t sequence_count, sequence_capacity;
    int64_t parked_count; /* events */
    size_t holding;       /* records of what is being applied that are to be */
    struct uuid unreadable_sequence, failing_sequence;

    struct effects effects;
    char *alerts; /* lines for the log, each with its NUL; NULL: none */
    size_t alerts_length;
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

/* statements.c: parameters of one statement, gathered. Not to be copied: it points into itself. */
#define PARAMETERS_MAX 8
struct given {
    int count;
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    char numbers[PARAMETERS_MAX][8];
};
enum { TAG_SETUP = 1, TAG_LEASE, TAG_SEQUENCES, TAG_READ, TAG_WRITE, TAG_EFFECT, TAG_STEP };

void given_text(struct given *given, const char *text);
void given_number(struct given *given, int64_t value);
void given_null(struct given *given);
/* What most statements begin with: name, owner, lease. */
void given_identity(struct given *given, const struct subscription *subscription);
void subscription_query(struct subscription *subscription, int tag, const char *sql,
                        const struct given *given);
void subscription_run(struct subscription *subscription, int tag, const char *name,
                      const struct given *given);
void subscription_send(struct subscription *subscription, enum subscription_step step);

/* run.c: each sends one step; its results and its end come back to the two below. */
char *subscription_read_sql(const struct handler *handler); /* for read_sql */
void subscription_lease(struct subscription *subscription);
void subscription_release(struct subscription *subscription);
void subscription_read(struct subscription *subscription);
void subscription_save(struct subscription *subscription); /* the checkpoint alone */
void subscription_move(struct subscription *subscription); /* no step: part of one */
void subscription_result(void *context, int tag, const PGresult *result);
void subscription_synced(void *context, int tag);

/* failures.c: each sends the step that keeps it, or waits. */
void subscription_event_failed(struct subscription *subscription, int64_t position);
/* position: of the event that waits for it, 0: none does; may_pass: it may work in a moment. */
void subscription_dependency_failed(struct subscription *subscription, int64_t position,
                                    bool may_pass);
void subscription_parked(struct subscription *subscription);  /* the event at target was */
void subscription_resumed(struct subscription *subscription); /* something worked */

/* sequences.c */
void sequences_read(struct subscription *subscription); /* no step: part of one */
void sequences_result(struct subscription *subscription, const PGresult *result);
struct uuid sequence_of_stored(const struct subscription *subscription,
                               const struct stored_event *stored);
bool sequence_holds(const struct subscription *subscription, const struct event_record *record);
bool sequences_full(const struct subscription *subscription);
/* Adds to the effects that the event is parked. */
void sequence_hold(struct subscription *subscription, const struct event_record *record);
void sequence_add(struct subscription *subscription, const struct uuid *sequence);

/* alerts.c */
void alerts_result(struct subscription *subscription, const PGresult *result);
void alerts_log(struct subscription *subscription); /* they are committed */
void alerts_forget(struct subscription *subscription);

/* live.c */
void live_init(struct subscription *subscription);
void live_finish(struct subscription *subscription);
void live_add(struct subscription *subscription, const struct event_record *records, size_t count);
/* Makes the next run of what is kept: false when that does not begin where the subscription stands.
 */
bool live_take(struct subscription *subscription);

#endif

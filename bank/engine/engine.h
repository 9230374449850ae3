/* SPDX-License-Identifier: MIT */
/*
 * The engine: commands in, events to the store, replies out.
 *
 * One thread, no I/O of its own: the store comes in as a struct storage, the
 * clock and fresh ids as functions, so that it runs on simulated ones as well.
 *
 *   engine_submit ─▶ middleware ─▶ queue ─▶ decide, as a batch ─▶ storage.append
 *                                    ▲ load what is not cached        │
 *        request.done ◀── replies ◀──┴──────── commit ◀───────────────┘
 *
 * Call engine_run whenever requests were submitted or the listener was called,
 * at the end of the loop's turn: it forms batches. Call it too at
 * engine_deadline_us at the latest: deadlines of withdrawals are kept there, and
 * of replies that wait for read models (replies.c).
 */
#ifndef BANK_ENGINE_ENGINE_H
#define BANK_ENGINE_ENGINE_H

#include "bank/engine/histogram.h"
#include "bank/engine/reply.h"
#include "bank/engine/request.h"
#include "bank/store/storage.h"

struct engine;
struct teller;

struct engine_settings {
    int64_t confirm_within_us; /* how long a dispense may stay unconfirmed */
    bool lab;                  /* the reply to a sign-on says that answers may be forced */
    bool strict_counts;        /* a machine whose counts differ from the bank's is kept out */
    int64_t snapshot_every;    /* events of a stream between two snapshots; 0: none */
    int64_t failed_auth_limit; /* failed authentications a minute at one machine; 0: any number */
    int64_t rate;     /* commands a second that one terminal or operator may send; 0: any number */
    size_t batch_max; /* requests in one batch */
    size_t batch_early; /* waiting requests that make a batch worth sending beside one in flight */
    size_t queue_max; /* requests waiting; more are turned away with 91: an operator's at an eighth
                       * more, what ends a saga at twice as many */
    size_t accounts_max, tellers_max, withdrawals_max,
        commands_max; /* kept in memory; least recently used go first */
};

struct engine_settings engine_settings_default(void);

struct engine_world {
    void *context;
    int64_t (*now_us)(void *context); /* wall clock, microseconds since 1970 */
    int64_t (*monotonic_us)(void *context);
    struct uuid (*fresh_id)(void *context);
    void (*log)(void *context,
                const char *line); /* a line for every command answered; NULL: none */
    void (*conflict)(void *context,
                     const char *line); /* one for a command whose append met an id used before
                                         * for no reason known, a second apart; NULL: none */
    /* Something that an operator should know of: its name, and what there is to say; NULL: none. */
    void (*notice)(void *context, const char *name, const char *line);
};

#define OUTCOME_REPLAYED REFUSAL_COUNT /* the reply of before, given again */
#define OUTCOME_COUNT    (REFUSAL_COUNT + 1)

struct engine_metrics {
    int64_t commands, refused, turned_away, replayed, events, batches, conflicts, lost, loads,
        open_withdrawals;
    int64_t cached_accounts, cached_tellers, cached_withdrawals, queued;
    int64_t withdrawals_suspected, slowed_down, not_authenticated;
    int64_t waiting, held, in_flight; /* of the queued; replies for read models; batches */
    int64_t outcome[COMMAND_KIND_COUNT][OUTCOME_COUNT];
    /* Microseconds, from a request's arrival to its reply. */
    struct histogram latency[COMMAND_KIND_COUNT];
    struct histogram_window recent; /* the same of all from outside, in the last minute */
    struct histogram commit;        /* microseconds, of a batch that was written */
    struct histogram batch_size;    /* commands in one */
};

struct engine *engine_create(const struct engine_settings *settings,
                             const struct engine_world *world);
/* The storage's listener; give it to the storage, then the storage to engine_connect. */
struct storage_listener engine_listener(struct engine *engine);
void engine_connect(struct engine *engine, struct storage storage);
void engine_destroy(struct engine *engine);

void engine_submit(struct engine *engine, struct request *request);
/* Whether a request submitted now would be turned away for want of room. For whoever can say no
 * without reading the whole of it, and then says so. */
bool engine_is_full(const struct engine *engine);
void engine_turned_away(struct engine *engine);
void engine_run(struct engine *engine);
/* The wall-clock time of the next deadline; INT64_MAX: none. */
int64_t engine_deadline_us(const struct engine *engine);
bool engine_active(const struct engine *engine);

/* Which file of operators the log of an active bank knows of: the ids of the commands of the last
 * two acts `operators_read`, nil where there is none, and whether the last was of a file. What was
 * recorded since it became active, its maker notes. */
struct operators_read {
    struct uuid last, before;
    bool is_file;
};
const struct operators_read *engine_operators_read(const struct engine *engine);
void engine_operators_note(struct engine *engine, const struct uuid *id, bool is_file);

/* What one request from outside, or one of the bank's own, has appended: told when it is committed,
 * after its reply. The events are lent for the call. */
struct engine_watch {
    void (*committed)(void *context, const struct uuid *teller_id, /* the command's; nil: none */
                      const struct event_record *event, size_t count);
    void *context;
};
/* From now on; NULL: nothing is told. */
void engine_watch(struct engine *engine, const struct engine_watch *watch);
/* From now on no reply waits for read models; those that do leave. What is in flight is still
 * finished. */
void engine_end(struct engine *engine);
/* Whether nothing is queued, in flight or waiting. */
bool engine_idle(const struct engine *engine);
const struct engine_metrics *engine_metrics(const struct engine *engine);
/* What the last minute's commands from outside took, in microseconds. */
struct histogram engine_latency(struct engine *engine);
/* The tellers in memory, the last used first, until `each` says no. What is in flight counts. */
void engine_tellers(const struct engine *engine,
                    bool (*each)(void *context, const struct teller *teller), void *context);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Between engine.c and its parts (prefetch.c, days.c, dispatch.c, outcomes.c, idempotency.c,
 * replies.c and what they have in common); no other file includes this.
 *
 * Where a request is at any time:
 *
 *   submit ─▶ queue ─▶ batch (decided, in flight) ─▶ (held, for read models) ─▶ done
 *               │ ▲         │
 *               ▼ │         └── not committed: back to the queue
 *             waiting (for a load, or for the same id in flight)
 */
#ifndef BANK_ENGINE_PARTS_H
#define BANK_ENGINE_PARTS_H

#include "bank/core/saga.h"
#include "bank/core/teller.h"
#include "bank/engine/cache.h"
#include "bank/engine/engine.h"
#include "bank/engine/middleware.h"
#include "bank/engine/proposers.h"
#include "bank/engine/queue.h"
#include "bank/engine/ttl.h"

#define BATCH_SLOTS 3 /* one is written, one waits behind it in Postgres, the next is decided */

/* A batch under construction or in flight. Its buffers are kept. */
struct batch_slot {
    struct batch batch;
    int64_t number;       /* 0: free */
    int64_t sent_us;      /* monotonic */
    int64_t bank_version; /* of the stream `bank` with it; 0: it has none of its events */
    struct queue requests;
    size_t event_capacity, command_capacity, snapshot_capacity, data_key_capacity;
    size_t reply_length, reply_capacity;
    char *reply;           /* the replies' text, one after the other */
    struct day_room *days; /* reports of the days that it ends */
};

/* What is known of a command id. */
#define IDEMPOTENCY_REPLY_MAX 640
struct remembered {
    unsigned char content[CONTENT_HASH_LENGTH];
    uint32_t reply_length; /* longer than IDEMPOTENCY_REPLY_MAX: not here, ask the store */
    char reply[IDEMPOTENCY_REPLY_MAX];
};

/* What the next load asks for. */
#define LOAD_MAX 4096
struct wants {
    size_t account_count, teller_count, withdrawal_count, card_count, command_count;
    struct uuid *account, *teller, *withdrawal, *command;
    unsigned char (*card)[CARD_TOKEN_LENGTH];
};

struct cached_account {
    struct account account;                /* first, here and below: dispatch.c counts on it */
    int64_t snapshot_version, snapshot_us; /* of the last; 0: it was loaded, or there is none */
    bool unreadable; /* here and below: the log has what this program cannot read, so nothing is
                        decided */
};
struct cached_teller {
    struct teller teller;
    int64_t snapshot_version, snapshot_us;
    bool unreadable;
};
struct cached_saga {
    struct saga_state state;
    bool unreadable;
};
struct cached_card {
    struct uuid account_id; /* nil: no account has it */
    bool code;              /* it is no card but a cash code, which may have ended */
};

struct engine {
    struct engine_settings settings;
    struct engine_world world;
    struct engine_metrics metrics;
    struct engine_watch watch;
    struct storage storage;
    bool active, failing; /* failing: a batch failed, and others are still in flight */
    bool unsure; /* active, but the database is away: what is in flight waits, nothing else is taken
                  */

    struct cache accounts, tellers, sagas, cards, memory;
    struct cache rates;     /* by sender: bank/engine/middleware/rate.c */
    struct cache failures;  /* by machine: authentication.c */
    int64_t retry_after_ms; /* what a middleware adds to the refusal it gives; 0: nothing */
    struct operators_read operators_read;
    int64_t bank_version,
        bank_committed; /* of the stream `bank`: with what is in flight, without */
    struct deadlines deadlines;
    struct proposers proposers;
    struct queue queue, waiting, failed, held; /* held: answered, for replies.c to give out */
    int64_t head;                              /* position of the last event committed */
    bool ending;                               /* no reply waits for read models any more */
    int64_t careful_until_us; /* monotonic: an id was used before, so until then each is looked up
                                 first */

    struct batch_slot slot[BATCH_SLOTS];
    int64_t last_batch, committed; /* numbers of batches */
    int in_flight;
    int64_t secluded; /* the number of the batch in flight behind which none is sent; 0: none is */
    int64_t conflict_told_us,
        conflicts_untold; /* when the last one was logged (monotonic), and how many since */

    struct wants wants, loading;
    struct cache asked; /* what stands in these two, with the number of its load */
    bool is_loading,
        load_stale; /* stale: what it finds is of a time before this bank lost the log */
    int64_t loads_started, loads_ended;
    struct request *free_request; /* of the process driver's own */
};

/* prefetch.c: whether all a request's decision needs is in the caches; if not, it is added to the
 * wants. Of what is there but unreadable, request->refusal tells. */
bool prefetch_met(struct engine *engine, struct request *request);
void prefetch_init(struct engine *engine);
void prefetch_finish(struct engine *engine);
void prefetch_load(struct engine *engine); /* starts a load of what is wanted, if none runs */
void prefetch_listen(struct storage_listener *listener);
/* The next load asks for this id's row, and idempotency_told answers those who wait for it. */
void prefetch_reply(struct engine *engine, const struct uuid *command_id);
/* Of what was found by its card, since the card may have been of a batch that came back. */
void needs_forget_holders(struct engine *engine);

/* The parts of it that come before a card is looked at: whether the id was looked up in the store,
 * and whether the teller is there. */
bool prefetch_lookup(struct engine *engine, struct request *request);
bool prefetch_teller(struct engine *engine, struct request *request);

/* days.c: a business day ends. Whether what may be in flight at its teller is in the caches; room
 * for the report, with what is in flight, for as long as the batch's events live. */
bool days_met(struct engine *engine, struct request *request);
struct day_report *days_room(struct engine *engine, struct batch_slot *slot,
                             const struct uuid *teller_id);
void days_forget(struct batch_slot *slot);
/* prefetch.c: whether the saga's state is in the cache; if not, the next load brings it. */
bool prefetch_saga(struct engine *engine, const struct uuid *id);

/* authentication.c: the budget of failed authentications of each machine. */
enum authentication { AUTHENTICATION_GOES_ON, AUTHENTICATION_WAITS, AUTHENTICATION_REFUSED };
void authentication_init(struct engine *engine);
enum authentication authentication_admit(struct engine *engine, struct request *request);
/* Counts what it came to. */
void authentication_count(struct engine *engine, struct request *request, enum refusal refusal);

/* idempotency.c: the command memory. */
enum idempotency_answer {
    IDEMPOTENCY_UNKNOWN,
    IDEMPOTENCY_SAME,
    IDEMPOTENCY_CONFLICT,
    IDEMPOTENCY_IN_FLIGHT,
    IDEMPOTENCY_ASK_STORE
};
enum idempotency_answer idempotency_ask(struct engine *engine, const struct request *request,
                                        const struct remembered **found);
void idempotency_keep(struct engine *engine, const struct command_record *record, int64_t batch);
/* What a load found: kept, and where it is too long for that, given to the one that waits for it.
 */
void idempotency_told(struct engine *engine, const struct command_record *record);

/* dispatch.c: decides a request whose needs are met, into the batch. False when it is refused
 * (request->refusal) and neither an event nor a reply is to be kept: then it is still the caller's.
 */
bool dispatch(struct engine *engine, struct batch_slot *slot, struct request *request);

/* batch.c: room in a batch for one more of each; what is in it may move. */
struct event_record *batch_event(struct batch_slot *slot);
struct command_record *batch_command(struct batch_slot *slot);
struct snapshot_record *batch_snapshot(struct batch_slot *slot);
/* With the event that has the name, so that there is never one without the other. */
void batch_data_key(struct batch_slot *slot, const struct data_key *key);
/* REPLY_MAX bytes. Replies are written one after the other; where each is becomes a pointer once
 * the batch is closed. */
char *batch_reply_room(struct batch_slot *slot);

/* snapshots.c */
void batch_snapshots(struct engine *engine, struct batch_slot *slot);

/* outcomes.c: what becomes of the batches, and of this bank's hold on the log. */
void outcomes_listen(struct storage_listener *listener);

/* replies.c: replies that wait for the read models. */
void replies_run(struct engine *engine);     /* those that have waited long enough */
void replies_give_up(struct engine *engine); /* all that wait */
int64_t replies_deadline_us(const struct engine *engine);
void replies_listen(struct storage_listener *listener);

/* Once the read models have what it asked for, or cannot be waited for; the line is copied. */
void engine_answer(struct engine *engine, struct request *request, const char *line, size_t length,
                   bool replayed);
void engine_refuse(struct engine *engine, struct request *request, enum refusal refusal);
/* engine.c: of an id that was used before. */
void engine_refuse_conflict(struct engine *engine, struct request *request, enum refusal refusal);

/* submit.c: a command of the bank's own, which has its kind, id, correlation and fields. answered
 * is called once it is. */
void engine_submit_own(struct engine *engine, const struct command *command,
                       void (*answered)(struct engine *engine, const struct request *request));

/* What waits may be able to go on. */
static inline void engine_wake(struct engine *engine)
{
    queue_prepend(&engine->queue, &engine->waiting);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What the store's files share; included nowhere else.
 *
 *   store.c           create, destroy, the storage's two operations
 *   writer.c    the writer's session: lock, epoch, what became of batches, activation
 *   takeover.c  whether the log is the one we knew and its head's seal holds, and the epoch that
 *                     is ours
 *   lease.c     that the active bank works, and what one that stands by makes of it
 *   known.c     the end that was acknowledged, in memory and in the home
 *   loss.c      the event of a loss that was accepted
 *   append.c    batches on their way: positions, hashes, their order, outcomes
 *   lane.c      the sessions that write them by turns
 *   segment.c   one batch as the statements of one transaction
 *   models.c    the read models: their part of a segment, and who is put off
 *   backlog.c      what they get a moment later, in a session of their own
 *   loads.c     the reader's session
 *   follower.c  read models that are behind, caught up or made again;
 *                     follow_steps.c has its steps' statements
 *   await.c    for a command of a person: waits until read models have what is committed
 */
#ifndef BANK_STORE_PARTS_H
#define BANK_STORE_PARTS_H

#include "bank/codec/event_row.h"
#include "bank/codec/log_seal.h"
#include "bank/postgres/connection.h"
#include "bank/postgres/session_settings.h"
#include "bank/store/known.h"
#include "bank/store/store.h"

#include <event2/event.h>

#define PROJECTIONS_MAX 32
#define LANE_LOCK       "7310595820020203" /* that of the bank's second session that does */

/* In FROM: the sessions of this database that have such a lock or wait for it. */
#define LOCKS_OF(lock)                                                                             \
    "pg_locks WHERE locktype = 'advisory'"                                                         \
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"             \
    " AND (classid::bigint << 32 | objid::bigint) = " lock

/* Raised when struct account or struct teller changes, or what events make of them; their sizes are
 * mixed in by snapshot_layout(). */
#define SNAPSHOT_LAYOUT 13

/* ---- a batch on its way ---- */

enum slot_state {
    SLOT_QUEUED,  /* to be written, perhaps again */
    SLOT_WRITTEN, /* its rows are with Postgres, in a transaction that cannot end yet */
    SLOT_SENT,    /* all of it is; its Sync has not come back */
};

/* Where a row is stored (ctid, in binary): a page and a place in it. */
#define TID_LENGTH       6
#define HEAD_PAGE_LENGTH 4

struct slot {
    struct batch *batch;
    enum slot_state state;
    bool again;            /* it was written before: nothing is to keep it from being so at once */
    bool later;            /* once written: the read models are owed its events */
    bool doomed;           /* one before it failed for good, so this one will be lost */
    int64_t before, after; /* where the log ends without and with it */
    int64_t sequence;      /* of its seal, once sent */
    unsigned char hash_before[HASH_LENGTH]; /* the head's without it, once written */
    unsigned char hash[HASH_LENGTH];        /* and with it */
    struct log_sums sums;                   /* likewise; */
    unsigned char seal[LOG_SEAL_LENGTH];    /* and once sent */
    unsigned char head_at[TID_LENGTH]; /* where the head's row is stored with it, once answered */
    struct columns snapshots;          /* its batch's, as they were when it was taken */
    int failed_tag;                    /* 0: nothing failed */
    char sqlstate[6], message[300];
    struct uuid conflict; /* what a unique index had already; nil: not known */
};

/* A session that writes batches, one at a time. */
#define LANES 2

struct lane {
    struct store *store;
    struct connection *connection; /* the first lane's is the writer */
    struct slot *slot;             /* what it writes; NULL: nothing */
    bool prepared;
};

/* ---- a projection and how far it is ---- */

struct model {
    const struct projection *projection;
    char statement_name[16];
    bool is_inline;   /* inline: it gets its events from the appends, in memory */
    bool prepared;    /* in the writer's session */
    bool stuck;       /* is left alone for a while: it could not be followed */
    bool rebuild;     /* the table is of another version: made again beside it, then exchanged */
    int64_t position; /* its checkpoint, as far as is committed */
    bool untold;      /* people are to be told of riding, and why not */
    char why[300];
    struct columns columns;
};

/* What the riding models are owed, and the session that brings it to them. */
struct backlog {
    struct connection *connection;
    bool ready;                  /* its statements are prepared; always, while anything is owed */
    struct event_record *record; /* committed events, unbroken, up to the head */
    size_t count, capacity;
    size_t under_way;    /* the first of them: in the transaction that has not been answered */
    int64_t wanted;      /* up to here they are waited for */
    struct event *quiet; /* not pending: nothing was appended for a moment */
    struct event *age;   /* not pending: the oldest of the others has waited for long enough */
    int failed_tag;      /* 0: nothing failed */
    char message[300];
};

enum writer_state {
    WRITER_AWAY,
    WRITER_STANDING_BY,
    WRITER_CLAIMING,
    WRITER_RESOLVING,
    WRITER_ACTIVATING,
    WRITER_ACTIVE
};

enum follower_step {
    FOLLOW_IDLE,
    FOLLOW_SETUP,  /* preparing the statement, making the shadow table */
    FOLLOW_READ,   /* the next run of events */
    FOLLOW_APPLY,  /* to the table, with the checkpoint */
    FOLLOW_PARK,   /* one event that the projection cannot take */
    FOLLOW_SWAP,   /* the shadow table becomes the table */
    FOLLOW_NOTE,   /* why it is stuck */
    FOLLOW_REREAD, /* the checkpoint, which another has moved */
    FOLLOW_PAUSE,  /* a moment, after trouble that may pass */
};

struct follower {
    struct connection *connection;
    struct event *pause, *stuck;
    enum follower_step step;
    struct model *model;
    struct event_record *records; /* the run */
    size_t count, at, end;        /* [at, end) is being applied */
    bool short_run;               /* the log's end was in sight */
    bool unprepared;              /* it pauses since SETUP failed */
    bool singly;                  /* event by event, since the run as a whole failed */
    int64_t unreadable;           /* position of an event that cannot be decoded; 0: none */
    struct columns columns;
    char sqlstate[6], reason[300]; /* the first failure of the step */
};

/* That this bank works, shown to those that stand by. Times are of the clock that goes on while a
 * machine sleeps. */
struct lease {
    struct connection *connection;
    struct event *timer;
    bool open, held, under_way, lapsed;
    int64_t sent_ms, renewed_ms; /* the renewal under way; the last that succeeded was sent */
    int64_t waits_ms;            /* for an answer since then */
};

/* The append of the store's own that says what was lost. */
struct loss {
    bool wanted; /* the log that is being taken over lacks what was known */
    struct log_end known, found;
    struct batch batch;
    struct event_record event;
    struct command_record command;
};

struct store {
    struct event_base *loop;
    struct storage_listener listener;
    void (*unreachable)(void *context);
    void *unreachable_context;
    struct hash_chain *chain;

    struct connection *writer; /* holds the lock */
    struct lane lane[LANES];
    enum writer_state state;
    struct event *writer_timer; /* the next look at the lock, or the next attempt */
    struct event *unsure_timer; /* pending: batches wait for their outcome, and there is no session
                                   to ask in */
    bool locked, denied, told_active; /* denied: at the last look another bank had the lock */
    int64_t left;                     /* an earlier bank's sessions that are still there */
    bool withdrawals_table;
    bool head_sealed, head_fits, claimed; /* the head that is taken over: bears a seal, may be built
                                             upon, is of our epoch */
    bool found_sealed;                    /* as it was found, with its seal of before */
    struct log_end found;
    int64_t found_sequence, claimed_epoch, epoch;
    char refusal[500]; /* why the head may not be built upon */
    char why[300];     /* of the deactivation that is still to be told */

    int64_t head; /* what is committed: where the log ends, and its hash */
    unsigned char head_hash[HASH_LENGTH], head_seal[LOG_SEAL_LENGTH];
    unsigned char head_at[TID_LENGTH]; /* where its row is stored; all ones: not known */
    unsigned char head_from[TID_LENGTH], head_to[TID_LENGTH]; /* parameters */
    struct log_sealer *sealer;
    struct log_sums sums;          /* with it */
    int64_t sealed_from, sequence; /* of the last seal that was made, whatever became of it */
    struct known known;
    bool sealed_before, accept_loss;
    struct loss loss;
    int64_t bank_version; /* events of the stream `bank`, at the takeover */
    struct lease lease;
    int64_t lock_asked_ms; /* by the lease's clock */
    unsigned looks;        /* at the lock, while another bank has it */
    bool expired;          /* the other one's lease */
    char hindrance[300];   /* to taking over from one that stands still */
    struct slot slot[STORAGE_APPENDS_MAX];
    size_t slot_first, slot_count;
    int64_t tail;             /* where the log ends with all that was taken */
    bool hold;                /* nothing new is written: the follower is about to reach the head */
    struct event *lost_timer; /* tells batches taken while there is no log to write to */
    struct columns events, commands, data_keys, kept, erasures, checkpoints;
    struct event_text text;
    int64_t cards_issued; /* while the log is ours: of the last that issues a card or cash code */

    struct model model[PROJECTIONS_MAX];
    unsigned model_count;
    int64_t models_told; /* models_position when it was told last */
    struct backlog backlog;
    struct follower follower;

    struct connection *reader;
    struct event *reader_pause; /* before another session, when the last could not be prepared */
    bool reader_prepared;
    const struct load *load; /* wanted: NULL, or the next */
    struct load wanted;      /* a copy: only the arrays it points to are lent until the end */
    bool load_sent, load_failed, load_complained;
    struct event
        *load_timer; /* the end of patience with no session, or of the pause after a refusal */
};

/* Parameters of one statement, gathered. */
struct arguments {
    int count;
    const char *values[COLUMNS_MAX + 4];
    int lengths[COLUMNS_MAX + 4], formats[COLUMNS_MAX + 4];
    char numbers[4][8];
    int number_count;
};

void arguments_columns(struct arguments *arguments, struct columns *columns); /* first of all */
void arguments_int64(struct arguments *arguments, int64_t value);
void arguments_bytes(struct arguments *arguments, const void *bytes, size_t length);
void arguments_text(struct arguments *arguments, const char *text);
struct parameters arguments_parameters(const struct arguments *arguments);
void arguments_run(const struct arguments *arguments, struct connection *connection, int tag,
                   const char *name);

/* takeover.c */
void head_read(struct store *store, int tag);
/* What it gave: takes over where the log ends, for an epoch of its own, when its seal holds and it
 * contains what is known. Otherwise false, with a sentence in store->refusal. */
bool head_check(struct store *store, const PGresult *result);
/* The statement that raises the epoch of that head, and of no other. */
void head_claim(struct store *store, int tag);
/* It has committed: what is there may be told from now on, and so is known. */
void head_claimed(struct store *store, int64_t epoch);

/* writer.c */
void writer_create(struct store *store, const char *conninfo);
void writer_destroy(struct store *store);
/* Gives the log up: all batches are lost; then stands by again. */
void writer_abandon(struct store *store, const char *why);
/* As when its session is lost: what became of the batches is asked in the next one. */
void writer_drop(struct store *store, const char *why);

/* append.c */
enum {
    TAG_HEAD = 1,
    TAG_EVENTS,
    TAG_COMMANDS,
    TAG_SNAPSHOTS,
    TAG_ERASE,
    TAG_DATA_KEYS,
    TAG_KEPT,
    TAG_CHECKPOINT,
    TAG_PATIENCE,
    TAG_APPENDED, /* the Sync */
    TAG_LEASE_RENEWED,
    TAG_WRITER,      /* writer.c's begin here */
    TAG_MODEL = 100, /* + its index */
};
void append_take(void *self, struct batch *batch);
void append_send(struct store *store); /* whatever may be sent now */
void append_result(struct lane *lane, int tag, const PGresult *result);
void append_synced(struct lane *lane);
bool append_under_way(const struct store *store);
struct slot *slot_at(struct store *store, size_t i);
void slot_tell_first(struct store *store, enum append_outcome outcome);
/* Tells all that are there now. */
void slots_lose(struct store *store);

/* lane.c */
#define LANE_PATIENCE "5s"
#define SETTINGS_OF_LANES                                                                          \
    SESSION_LOOKS_UP ", set_config('lock_timeout', '" LANE_PATIENCE "', false)"
void lanes_create(struct store *store, const char *conninfo);
void lanes_destroy(struct store *store);
void lanes_open(struct store *store); /* the log is ours */
void lanes_close(
    struct store *store); /* it is not, or may not be: nothing of theirs is heard of any more */
bool lane_ready(const struct lane *lane);

/* lease.c */
void lease_create(struct store *store, const char *conninfo);
void lease_destroy(struct store *store);
void lease_claim(struct store *store, int tag);
void lease_open(struct store *store, int64_t locked_ms); /* the lock was asked for then */
void lease_close(struct store *store);
void lease_renewed(struct store *store);     /* TAG_LEASE_RENEWED: on the writer's session */
void lease_check(struct store *store);       /* the listener hears when nothing may be given out */
bool lease_holds(const struct store *store); /* outcomes may be told */
int64_t lease_clock_ms(void);
/* Each ends with a Sync; as_login's part has a tag of its own. */
void lease_look(struct store *store, int tag_other, int tag);
bool lease_expired(struct store *store, const PGresult *result); /* of lease_look */
void lease_end_other(struct store *store, int tag_other, int tag);
void lease_end_left(struct store *store, int tag_other, int tag); /* this bank has the lock */

/* loss.c */
void loss_append(struct store *store); /* where one is wanted */
bool loss_is(const struct store *store, const struct batch *batch);

/* segment.c */
void segment_prepare(struct connection *connection, int tag);
void segment_keep(struct slot *slot); /* what of its batch is the engine's again after this turn */
/* On top of a log that ends with that hash and has those digests. */
void segment_write(struct store *store, struct lane *lane, struct slot *slot,
                   const unsigned char *hash, const struct log_sums *sums);
void segment_end(struct store *store, struct lane *lane, struct slot *slot);

/* models.c */
void store_models_create(struct store *store);
void store_models_destroy(struct store *store);
void models_prepare(struct connection *connection, int tag); /* the statements for all of them */
void model_prepare(struct connection *connection, int tag, const char *name,
                   const struct projection *projection, const char *suffix);
/* Sends the slot's events to them, or notes that they get them later. */
void models_send(struct store *store, struct lane *lane, struct slot *slot);
/* The statements that bring the riding ones a run of events, with their checkpoints. */
void models_run(struct store *store, struct connection *connection,
                const struct event_record *records, size_t count);
void models_committed(struct store *store,
                      const struct slot *slot);          /* store->head is where it ends */
void models_move(struct store *store, int64_t position); /* the riding ones are there */
bool models_inline(const struct store *store);           /* some do */
int64_t models_position(void *self);
/* A position may have changed: the listener hears when all have more. */
void models_tell(struct store *store);
/* State and error for people to read. */
void model_note(struct store *store, struct model *model);
/* On the writer's connection, in a transaction of its own: not while a batch's waits for its end
 * there. */
void models_note(struct store *store);
void model_put_off(struct store *store, struct model *model, const char *why);
void models_put_off(struct store *store, const char *why); /* all that ride */

/* backlog.c */
void backlog_create(struct store *store, const char *conninfo);
void backlog_destroy(struct store *store);
void backlog_open(struct store *store);   /* the log is ours */
void backlog_forget(struct store *store); /* it is no longer, and it has what was owed */
void backlog_add(struct store *store, const struct slot *slot);
void backlog_bring(struct store *store); /* the next run, if it is time */
void backlog_bring_all(
    struct store *store); /* what there is and what is still to come, without delay */

/* loads.c */
void loads_create(struct store *store, const char *conninfo);
void loads_destroy(struct store *store);
void loads_open(struct store *store); /* the log is ours */
void loads_close(struct store *store);
void loads_take(void *self, const struct load *load);

/* follow_steps.c: each sends its statements and the Sync, and sets follower->step. */
#define FOLLOW_RUN_MAX 1000 /* events read and applied at once */
enum { FOLLOW_TAG_OTHER = 1, FOLLOW_TAG_READ, FOLLOW_TAG_REREAD, FOLLOW_TAG_STEP /* the Sync */ };
void follow_setup(struct follower *follower);
void follow_read(struct follower *follower);
void follow_apply(
    struct follower *follower); /* [at, count), or only the first event of it when singly */
void follow_park(struct follower *follower, int64_t position); /* for follower->reason */
void follow_swap(struct follower *follower);
void follow_reread(struct follower *follower);
void follow_note(struct follower *follower); /* follower->reason */

/* follower.c */
void follower_create(struct store *store, const char *conninfo);
void follower_destroy(struct store *store);
void follower_wake(struct store *store); /* there may be something to do */
void follower_stop(struct store *store); /* the log is no longer ours */

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The event store over Postgres, as the engine's storage.
 *
 * Its connections are driven by the event loop. The writer holds the session
 * advisory lock that makes this bank the only one, and appends in libpq's
 * pipeline mode, by turns with a second one; a third brings read models their
 * events; a fourth, when it is needed, those that are behind;
 * another shows that this bank works, and the reader loads. When the writer is lost the store
 * reconnects for ever, takes the lock again (so the old session has ended), looks whether the log
 * is the one it knew, raises the epoch, asks the log what became of the batches in flight, and only
 * then tells their outcome. While another bank has the lock it stands by, and ends that one's
 * sessions when it stands still (lease.c).
 *
 * One append is one implicit transaction between two Syncs: the events, the
 * command memory, where somebody waits for it the statement of every projection
 * that is caught up with its checkpoint (models.c), then log_head (moved only if
 * it stands where this bank left it, in this bank's epoch, with a new seal) and the
 * snapshots. A log whose head has no seal of this key is not taken over (listener's
 * refused): but an empty one, which is sealed from its first event. Nor is one that
 * does not contain the end this bank has acknowledged (known.h).
 *
 * A failure the store cannot live with (a schema newer than this program) is
 * an error of store_create; everything later is retried.
 */
#ifndef BANK_STORE_STORE_H
#define BANK_STORE_STORE_H

#include "bank/codec/log_seal.h"
#include "bank/models/projection.h"
#include "bank/store/storage.h"

struct event_base;
struct store;

#define COMMIT_LOCK "7310595820020202" /* the session lock of the one bank that writes */

struct store_options {
    const char *conninfo;
    struct event_base *loop;
    struct storage_listener listener;
    const struct projection *const *projections; /* ends with NULL */
    const unsigned char *log_key; /* LOG_KEY_LENGTH bytes, not kept: seals the log (log_seal.h) */
    const char *known_path;       /* the file of what is known of the log (known.h); NULL: none */
    bool sealed_before; /* this database's log has had seals of this key: one without is refused */
    /* The first log that is taken over may lack what is known, or its seal: an event then says what
     * was lost. */
    bool accept_loss;
    /* Called about once a second while the database is away; may restart a private cluster. NULL:
     * nothing. */
    void (*unreachable)(void *context);
    void *unreachable_context;
};

/* Migrates the schema (waiting for a lock), then connects from the loop. NULL on failure. */
struct store *store_create(const struct store_options *options, struct error *error);
struct storage store_storage(struct store *store);
/* Whether this bank owns the log and the database answers. */
bool store_active(const struct store *store);
/* Where the log ends with what was told committed, while this bank owns it. */
struct log_end store_end(const struct store *store);
/* Whether another bank has the log, as far as is known. */
bool store_stands_by(const struct store *store);
/* A sentence on what would keep this bank from taking over from one that stands still; "": nothing.
 */
const char *store_hindrance(const struct store *store);
/* Once a turn, before anything is answered: the listener's unsure is called when this bank may not
 * be the active one any more. */
void store_check(struct store *store);
/* How many committed events each read model does not have yet; those being made again have none. */
void store_lags(const struct store *store,
                void (*each)(void *context, const char *projection, int64_t lag), void *context);
/* Takes what has become of batches in flight by now. For those who keep the loop busy for longer
 * than a batch can wait: while nobody takes the outcome of one, the next is not committed. */
void store_look(struct store *store);
/* About once a second: what is known of the log is on its way to the disk after this. */
void store_flush(struct store *store);
/* Ends the connections; batches in flight are waited for up to a second. Takes NULL. */
void store_destroy(struct store *store);

/* Of a snapshot that this program writes and reads: its layout's number, and the bytes of its
 * state. */
int32_t snapshot_layout(enum stream_kind kind);
size_t snapshot_size(enum stream_kind kind);

#endif

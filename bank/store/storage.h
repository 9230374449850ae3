/* SPDX-License-Identifier: MIT */
/*
 * What the engine needs from a store: the seam between them.
 *
 * Everything is asynchronous. The engine calls the operations; the storage
 * calls the listener back, later, from the event loop, never from inside an
 * operation. bank/store/store.c implements it over Postgres; tests implement
 * it in memory.
 *
 * Order of life: the storage calls listener.activated once it owns the log
 * (it is the one writer), and listener.deactivated when it no longer does:
 * by then every batch it was given has had its outcome told. When that takes
 * long, since the database is away, listener.unsure says so before: nothing may be given out. In
 * between, batches commit in the order given, each one only if all before it did.
 */
#ifndef BANK_STORE_STORAGE_H
#define BANK_STORE_STORAGE_H

#include "bank/codec/batch.h"
#include "shared/error.h"

#define STORAGE_APPENDS_MAX 4 /* batches handed over and not yet answered */

enum append_outcome {
    APPEND_COMMITTED, /* on disk */
    APPEND_CONFLICT, /* a command's id (or a stream's version) is there already: nothing was written
                      */
    APPEND_LOST, /* nothing was written: the connection went, another bank took over, or one before
                  * it failed
                  */
};

/* Everything wanted in one read. The arrays live until listener.loaded. */
struct load {
    size_t account_count, teller_count, withdrawal_count, card_count, command_count;
    const struct uuid *account, *teller, *withdrawal, *command;
    const unsigned char (*card)[CARD_TOKEN_LENGTH];
};

struct storage_listener {
    void *context;
    /* The log ends at head. For every withdrawal still open, its id was told by open_withdrawal
     * before, the first due first. */
    void (*activated)(void *context, int64_t head);
    void (*deactivated)(void *context, const char *why);
    /* The log is not taken over and will not be: its head is not sealed as it should be. NULL: it
     * is tried again, for ever. */
    void (*refused)(void *context, const char *why);
    void (*unsure)(void *context); /* NULL: of no interest */
    /* That is over, without an activation. */
    void (*sure)(void *context);
    void (*open_withdrawal)(void *context, const struct uuid *withdrawal_id, int64_t confirm_by_us);
    /* Before activated, too: each proposal that is open. NULL: of no interest. */
    void (*open_proposal)(void *context, const struct uuid *id, int64_t expires_us,
                          const char *proposer);
    /* Before activated: how many events the bank's own stream has. NULL: of no interest. */
    void (*bank_version)(void *context, int64_t version);
    /* Before activated: the ids of the commands of the last two acts `operators_read`, the last
     * first, nil where there is none; and whether the last was of a file. NULL: of no interest. */
    void (*operators_read)(void *context, const struct uuid id[static 2], bool is_file);
    void (*appended)(void *context, struct batch *batch, enum append_outcome outcome);
    /* models_position has grown. NULL: not waited for. */
    void (*models_moved)(void *context);

    /* What a load finds: an aggregate's snapshot (at most one, first), then its events after it, in
     * order; the events of a withdrawal by position; a card's account; a remembered command. Of an
     * aggregate or a withdrawal some of which makes no sense to this program, that it is
     * unreadable: nothing told of it counts, before or after. Then loaded, once: false when nothing
     * can be said because the database is away. None of another load comes between. Pointers are
     * valid during the call. */
    void (*snapshot)(void *context, const struct snapshot_record *snapshot);
    void (*stream_event)(void *context, const struct event_record *record);
    void (*withdrawal_event)(void *context, const struct uuid *withdrawal_id,
                             const struct event_record *record);
    void (*stream_unreadable)(void *context, enum stream_kind kind, const struct uuid *id);
    void (*withdrawal_unreadable)(void *context, const struct uuid *withdrawal_id);
    void (*card)(void *context, const unsigned char token[static CARD_TOKEN_LENGTH],
                 const struct uuid *account_id, bool code); /* a cash code; else a card */
    void (*command)(void *context, const struct command_record *record);
    void (*loaded)(void *context, bool worked);
};

struct storage {
    void *self;
    /* At most STORAGE_APPENDS_MAX unanswered. The state of a snapshot may change once this has
     * returned; all else of the batch is lent until its outcome is told. */
    void (*append)(void *self, struct batch *batch);
    void (*load)(void *self, const struct load *load); /* one at a time */
    /* Up to which position every read model has what is committed, while the bank owns the log. */
    int64_t (*models_position)(void *self);
};

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Store and forward: messages the bank must get, however long it takes.
 *
 * One file a message, <folder>/saf/<withdrawal>.json (a replenishment or an
 * incident: its own id), holding the very line that is sent, and a MAC over it
 * and the file's name on a second line (memory.h). A file is whole and flushed
 * before saf_store returns, and goes when the bank has acknowledged it; one the
 * bank refuses for good moves to <folder>/refused/. So the directory is always
 * compact, and a withdrawal never has two advices.
 *
 * A file whose MAC is wrong or missing is never sent: it moves to refused/ too,
 * and its name is in `forged`, for recovery to send something honest instead.
 *
 * Each message has its own retry clock: one that is stuck holds up no other.
 * One handle; the caller owns it and calls saf_close.
 */
#ifndef ATM_LINK_SAF_H
#define ATM_LINK_SAF_H

#include "atm/files/memory.h"
#include "atm/link/messages.h"

struct saf_entry {
    char name[48];
    struct stored stored;
    char line[MESSAGE_SIZE];
    size_t length;
    bool in_flight, sent_before;
    int64_t next_ms; /* not before */
    int backoff_ms;
};

#define SAF_FORGED_MAX 64

struct saf {
    char stored_in[600], refused_in[600];
    const struct memory *memory; /* the caller's; NULL: unkeyed */
    int count, room;
    struct saf_entry *entry; /* in the order of their names */
    int unsealed;            /* of them, read without a MAC while the folder is being adopted */
    int forged_count;
    struct uuid forged[SAF_FORGED_MAX];
};

bool saf_open(struct saf *saf, const char *folder, const struct memory *memory,
              struct error *error);
void saf_close(struct saf *saf);

/* Stores a line (one already stored under that key stays, and counts as stored). */
bool saf_store(struct saf *saf, const struct uuid *key, const char *line, size_t length,
               struct error *error);

/* Writes the MACs that a folder being adopted lacks. */
bool saf_seal(struct saf *saf, struct error *error);

bool saf_has(const struct saf *saf, const struct uuid *withdrawal);

/* The outcome that the stored advice of a withdrawal or deposit has; an empty text where two of
 * them say different things. Only of one that is there. */
const char *saf_outcome(const struct saf *saf, const struct uuid *withdrawal);

/* Files all that is stored about a withdrawal or deposit under refused/: it is not to be sent. */
bool saf_set_aside(struct saf *saf, const struct uuid *withdrawal, struct error *error);
bool saf_replenishing(const struct saf *saf);

/* The next message to send now, marked as sent; NULL: none. The pointer is good until the next
 * call. */
const struct saf_entry *saf_due(struct saf *saf, int64_t now_ms);
int64_t
saf_deadline(const struct saf *saf); /* when one is due; -1: never, or once a reply has come */

/* The connection went: whatever was in flight is to be sent again. */
void saf_disconnected(struct saf *saf, int64_t now_ms);

enum saf_answer {
    SAF_NOT_MINE,
    SAF_LATER,        /* it is sent again after a while */
    SAF_ACKNOWLEDGED, /* to be crossed off by saf_finish */
    SAF_REFUSED,      /* for good; likewise */
};

/* What a reply means to the messages here; *entry is the one it answers. */
enum saf_answer saf_answer(struct saf *saf, const struct reply *reply, int64_t now_ms,
                           struct saf_entry **entry);

/* The message of that id; NULL: there is none. Storing another one moves them. */
struct saf_entry *saf_entry_of(struct saf *saf, const struct uuid *id);

/* Crosses a message off: removed, or filed as refused. On failure it stays, and is sent again. */
bool saf_finish(struct saf *saf, struct saf_entry *entry, bool refused, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The note acceptor: a slot, a transport that counts, an escrow, a deposit bin.
 *
 *   the customer → slot → transport → escrow → deposit bin
 *         ↑                    │         │
 *         └──── returned ──────┴─────────┘
 *
 * Its counters and what it did last outlive a power cut, in the file
 * <folder>/acceptor, replaced whole and flushed around each movement:
 *
 *   EMPTY ── accept ──> COUNTING ──> ESCROW ── keep ────────> KEPT
 *                           │           └───── give back ──> RETURNED
 *                           └─ jam, nothing readable ───────> RETURNED
 *
 * A power cut in COUNTING or ESCROW leaves the notes inside: the transport
 * clears itself into the escrow, and acceptor_keep puts all of it into the bin.
 * Notes in the bin are never given out by this machine.
 */
#ifndef ATM_ACCEPTOR_H
#define ATM_ACCEPTOR_H

#include "atm/files/memory.h"
#include "atm/terminal/event.h"
#include "shared/error.h"
#include "shared/notes.h"
#include "shared/uuid.h"

enum acceptor_status {
    ACCEPTOR_EMPTY,
    ACCEPTOR_COUNTING,
    ACCEPTOR_ESCROW,
    ACCEPTOR_KEPT,
    ACCEPTOR_RETURNED,
    ACCEPTOR_STATUS_COUNT
};

struct acceptor_state {
    enum acceptor_status status;
    struct uuid deposit; /* the last one, nil before the first */
    struct notes fed;    /* what was in the slot for it */
    struct notes escrow; /* of those, what could be read */
    struct notes bin;    /* kept since the counters began */
    bool attention;      /* jammed: a person has to look (acceptor_reset) */
};

struct acceptor {
    char folder[500];
    struct memory *memory;   /* the caller's; NULL: unkeyed */
    bool known;              /* what became of the last deposit is */
    enum memory_found found; /* what the file was at the start */
    struct acceptor_state state;
};

/*
 * Reads the file; without one the acceptor is empty, and not known. One that
 * this machine did not write (memory.h) is set aside as acceptor.forged: the
 * acceptor takes no deposits then until a person has looked. A file that cannot
 * be read is ERROR_FORMAT.
 */
bool acceptor_open(struct acceptor *acceptor, const char *folder, struct memory *memory,
                   struct error *error);

/* Draws the notes in and counts them: state.escrow is what it could read, the others are in the
 * slot again. False, with a few words in why: all of them are. */
bool acceptor_accept(struct acceptor *acceptor, const struct uuid *deposit,
                     const struct notes *notes, char why[static 64]);

/* It cannot tell what it holds: no deposits before acceptor_reset. A forged file is set aside. */
bool acceptor_lose(struct acceptor *acceptor, struct error *error);

/* What is inside goes into the bin. On failure it has all the same, and the file still says escrow.
 */
bool acceptor_keep(struct acceptor *acceptor, struct error *error);

/* What is inside goes back to the customer. On failure it stays where it is: a power cut must not
 * find notes in the file that the customer has. */
bool acceptor_give_back(struct acceptor *acceptor, struct error *error);

/* Begins to know: writes the file, with the MAC that it lacks, or for the first time. */
bool acceptor_seal(struct acceptor *acceptor, struct error *error);

/* Writes the file anew, after a disk that took nothing. */
bool acceptor_sync(struct acceptor *acceptor, struct error *error);

/* The transport was looked at and cleared. */
bool acceptor_reset(struct acceptor *acceptor, struct error *error);

#endif

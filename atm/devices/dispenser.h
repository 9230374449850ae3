/* SPDX-License-Identifier: MIT */
/*
 * The dispenser: cassettes, a stacker, a shutter, a reject and a retract bin.
 *
 *   cassettes → stacker → shutter → the customer
 *                  ↓         ↓
 *              reject bin  retract bin
 *
 * Its counters and its last present status outlive a power cut, in the file
 * <folder>/dispenser, replaced whole and flushed around each movement:
 *
 *   IDLE ── stack ──> STACKED ── present ──> MOVING ──> PRESENTED ── take ────> TAKEN
 *                        │                     │            └────── retract ──> RETRACTED
 *                        └─ purge ─> REJECTED  └─ a power cut here: the notes may be anywhere
 *
 * Status, withdrawal and notes stay until the next stack, so what became of
 * the last dispense can be asked later. Each call fails
 * (ERROR_SYSTEM) when the file cannot be written; nothing has moved then,
 * unless said otherwise.
 */
#ifndef ATM_DISPENSER_H
#define ATM_DISPENSER_H

#include "atm/files/memory.h"
#include "shared/error.h"
#include "shared/notes.h"
#include "shared/uuid.h"

enum dispenser_status {
    DISPENSER_IDLE,
    DISPENSER_STACKED,
    DISPENSER_MOVING, /* position unknown */
    DISPENSER_PRESENTED,
    DISPENSER_TAKEN,
    DISPENSER_RETRACTED,
    DISPENSER_REJECTED, /* never put out: all in the reject bin, or none left the cassettes */
    DISPENSER_STATUS_COUNT
};

const char *dispenser_status_name(enum dispenser_status status);

struct dispenser_state {
    enum dispenser_status status;
    struct uuid withdrawal;               /* the last one, nil before the first */
    struct notes stacked;                 /* what was counted out for it */
    struct notes presented;               /* of those, what was or is in front of the customer */
    struct notes rejected;                /* of those, what went to the reject bin */
    struct notes cassettes;               /* in the machine now */
    struct notes reject_bin, retract_bin; /* since the counters began */
    struct notes out;                     /* taken, or not known where */
    struct uuid replenished;              /* the last replenishment counted in */
    struct uuid counted;                  /* the last count of the bank's that was taken over */
    bool attention; /* jammed, or notes are somewhere unknown: a person has to look
                       (dispenser_reset) */
};

struct dispenser {
    char folder[500];
    struct memory *memory;   /* the caller's; NULL: unkeyed */
    bool loaded;             /* the counters, and what became of the last dispense, are known */
    enum memory_found found; /* what the file was at the start */
    struct dispenser_state state;
};

/*
 * Reads the file. Without one the dispenser is not loaded yet. One that this
 * machine did not write (memory.h) is set aside as dispenser.forged: the
 * dispenser knows nothing then, and wants a person's attention. A file that
 * cannot be read is ERROR_FORMAT.
 */
bool dispenser_open(struct dispenser *dispenser, const char *folder, struct memory *memory,
                    struct error *error);

/* The file is forged, or gone though this machine has worked before: what it did last and what is
 * in it may be anything. A forged file is set aside. */
bool dispenser_lose(struct dispenser *dispenser, struct error *error);

/* Writes the file anew: with the MAC that a folder being adopted lacks, or after a disk that took
 * nothing. */
bool dispenser_seal(struct dispenser *dispenser, struct error *error);

/* The denominations there are cassettes for, by the bank's word: those the file does not name are
 * empty. */
void dispenser_know(struct dispenser *dispenser, const struct notes *cassettes);

/* The first counters, as the bank says they were loaded. */
bool dispenser_load(struct dispenser *dispenser, const struct notes *cassettes,
                    struct error *error);

enum dispense_result {
    DISPENSE_DONE,
    DISPENSE_FAILED, /* nothing was put out; state.rejected says what left the cassettes */
    DISPENSE_UNKNOWN /* the notes may be anywhere */
};

/* Counts the notes onto the stacker. On DISPENSE_FAILED why says what happened, in a few words. */
enum dispense_result dispenser_stack(struct dispenser *dispenser, const struct uuid *withdrawal,
                                     const struct notes *notes, char why[static 64]);

/* Puts out what is stacked; state.presented may be less. *walks_away: they will not be taken. */
enum dispense_result dispenser_present(struct dispenser *dispenser, bool *walks_away,
                                       char why[static 64]);

/* Stacked notes go to the reject bin. */
bool dispenser_purge(struct dispenser *dispenser, struct error *error);

/* The customer has taken what was presented. On failure he has all the same, and the file still
 * says presented. */
bool dispenser_take(struct dispenser *dispenser, struct error *error);

/* Draws back what was presented. */
enum dispense_result dispenser_retract(struct dispenser *dispenser, char why[static 64]);

/* The transport was looked at and cleared; nothing is counted anew. */
bool dispenser_reset(struct dispenser *dispenser, struct error *error);

/* Adds notes to the cassettes, once for each id. */
bool dispenser_replenish(struct dispenser *dispenser, const struct uuid *id,
                         const struct notes *notes, struct error *error);

/* The counters of these denominations are what was counted, once for each id. */
bool dispenser_count(struct dispenser *dispenser, const struct uuid *id, const struct notes *notes,
                     struct error *error);

#endif

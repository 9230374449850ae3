/* SPDX-License-Identifier: MIT */
/*
 * The electronic journal: an append-only file that says what the machine did,
 * in the order it did it, whatever happened next.
 *
 *   42 2026-11-24T05:17:44.123Z presented 0192f0c1-… notes=5000x2 3f9a0c1b2d4e5f603f9a0c1b2d4e5f60
 *
 * Sequence, time, step, withdrawal (or -), details, and a MAC (memory.h) over
 * all of the line and the MAC of the line before. Without a terminal key, and in
 * files of before there were MACs, it is a hash of 16 digits. Each entry is
 * flushed to the disk before journal_write returns. No PIN ever stands here, and
 * of a card number only what pan_mask leaves.
 *
 * One handle, owned by the caller. Failures are ERROR_SYSTEM: nothing was
 * added and the journal can be tried again.
 */
#ifndef ATM_JOURNAL_H
#define ATM_JOURNAL_H

#include "atm/memory.h"
#include "shared/error.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JOURNAL_DETAIL_LENGTH 400
#define JOURNAL_LINE_LENGTH   600
#define JOURNAL_HASH_LENGTH   MEMORY_MAC_LENGTH

/* enumerator, name in the file, what it says */
/* clang-format off */
#define JOURNAL_STEP_TABLE(X) \
    X(STARTED,        "started",        "the machine came up") \
    X(ADOPTED,        "adopted",        "what this folder keeps carries MACs from now on") \
    X(STOPPED,        "stopped",        "the machine was switched off") \
    X(LOADED,         "loaded",         "a new machine took over what the bank says is in its cassettes") \
    X(CUT_OFF,        "cut_off",        "a line torn by a power cut was cut off the end of this file") \
    X(CARD_IN,        "card_in",        "a card was put in") \
    X(REQUEST,        "request",        "a withdrawal is about to be asked for") \
    X(APPROVED,       "approved",       "the bank says: dispense these notes") \
    X(DECLINED,       "declined",       "the bank says no; this withdrawal is over") \
    X(NO_REPLY,       "no_reply",       "the machine gave up waiting for the bank") \
    X(LATE_REPLY,     "late_reply",     "a reply came after that and was thrown away") \
    X(CARD_EJECTED,   "card_ejected",   "the card is in the slot") \
    X(CARD_TAKEN,     "card_taken",     "the customer has the card") \
    X(CARD_RETAINED,  "card_retained",  "the machine keeps the card") \
    X(STACK,          "stack",          "notes are about to leave the cassettes") \
    X(STACKED,        "stacked",        "they lie on the stacker") \
    X(PRESENT,        "present",        "they are about to be put out") \
    X(PRESENTED,      "presented",      "they are in front of the customer") \
    X(TAKEN,          "taken",          "the customer has them") \
    X(RETRACT,        "retract",        "notes nobody took are about to be drawn back") \
    X(RETRACTED,      "retracted",      "they are in the retract bin") \
    X(DISPENSE_FAILED, "dispense_failed", "nothing was put out") \
    X(POSITION_UNKNOWN, "position_unknown", "nobody can tell where the notes are") \
    X(DEPOSIT_REQUEST, "deposit_request", "a deposit is about to be asked for") \
    X(ACCEPT,         "accept",         "notes are about to be drawn in and counted") \
    X(COUNTED,        "counted",        "they lie in the escrow") \
    X(COUNT_FAILED,   "count_failed",   "the customer has them back: they could not be counted") \
    X(KEEP,           "keep",           "they are about to go into the deposit bin") \
    X(KEPT,           "kept",           "they are in the deposit bin") \
    X(GIVE_BACK,      "give_back",      "they are about to be given back") \
    X(GIVEN_BACK,     "given_back",     "the customer has them back") \
    X(RECEIPT,        "receipt",        "a receipt was printed") \
    X(PAPER_OUT,      "paper_out",      "there was no paper for it") \
    X(ADVICE,         "advice",         "what became of the withdrawal or deposit is stored for the bank") \
    X(ACKNOWLEDGED,   "acknowledged",   "the bank has it") \
    X(REFUSED,        "refused",        "the bank refused it for good; it is filed") \
    X(SUPERVISOR,     "supervisor",     "a supervisor was at the machine") \
    X(REPLENISH,      "replenish",      "notes were put in") \
    X(COUNTERS,       "counters",       "the counters after that") \
    X(TEST_DISPENSE,  "test_dispense",  "notes were moved without leaving the machine") \
    X(CUT_OVER,       "cut_over",       "the business day ended") \
    X(OUT_OF_SERVICE, "out_of_service", "the machine serves nobody") \
    X(IN_SERVICE,     "in_service",     "the machine serves again")

enum journal_step {
#define X(enumerator, name, meaning) JOURNAL_##enumerator,
    JOURNAL_STEP_TABLE(X)
#undef X
    JOURNAL_STEP_COUNT
};
/* clang-format on */

const char *journal_step_name(enum journal_step step);
enum journal_step journal_step_find(const char *name); /* JOURNAL_STEP_COUNT: there is none such */

struct journal_entry {
    uint64_t sequence;
    char time[32];
    enum journal_step step;
    struct uuid withdrawal; /* nil: none */
    char detail[JOURNAL_DETAIL_LENGTH];
};

struct journal {
    int file; /* -1: not open */
    char folder[500];
    struct memory *memory; /* the caller's; NULL: unkeyed */
    bool keyed;            /* this file's lines carry MACs */
    uint64_t sequence;     /* of the last entry */
    char hash[JOURNAL_HASH_LENGTH];
    int64_t length; /* bytes that count; what is beyond was torn or never finished */
};

typedef void journal_reader(void *context, const struct journal_entry *entry);

/*
 * Opens <folder>/journal.log, making it when it is not there, checks every
 * line's MAC and gives each to reader. A last line that a power cut has torn
 * is cut off, and that is noted in the file. A broken line before the last is
 * a failure (ERROR_FORMAT): somebody changed the file. So is a file without
 * MACs under a keyed memory that is not adopting; while it is, that file goes
 * on as it is until journal_rotate. memory has to live on; NULL: unkeyed.
 */
bool journal_open(struct journal *journal, const char *folder, struct memory *memory, journal_reader *reader,
                  void *context, struct error *error);
void journal_close(struct journal *journal);

/* Adds an entry. withdrawal may be NULL; detail may be empty and is one line. */
bool journal_write(struct journal *journal, enum journal_step step, const struct uuid *withdrawal,
                   const char *detail, struct error *error);

/* Makes sure that the next entries of one withdrawal will fit on the disk. */
bool journal_reserve(struct journal *journal, struct error *error);

/* Sets a file grown large, or one that lacks the MACs it should have, aside as journal-<sequence>.log and
 * begins another whose MACs go on from it. Only while no withdrawal is open: recovery reads the current file
 * alone. */
bool journal_rotate(struct journal *journal, int64_t at_least_bytes, struct error *error);

/* The last lines, oldest first, into lines of width bytes each; how many. */
int journal_tail(const struct journal *journal, char *lines, size_t width, int count);

/* The value of "name=" in a detail; false when it is not there. */
bool journal_detail_get(const char *detail, const char *name, char *value, size_t size);

#endif

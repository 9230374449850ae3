/* SPDX-License-Identifier: MIT */
/*
 * The electronic journal: an append-only file that says what the machine did,
 * in the order it did it, whatever happened next. Its lines and their MACs are
 * shared/journal_line.h. Each entry is flushed to the disk before journal_write
 * returns. No PIN ever stands here, and of a card number only what pan_mask
 * leaves.
 *
 * One handle, owned by the caller. Failures are ERROR_SYSTEM: nothing was
 * added and the journal can be tried again.
 */
#ifndef ATM_JOURNAL_H
#define ATM_JOURNAL_H

#include "atm/files/memory.h"
#include "shared/error.h"
#include "shared/journal_line.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JOURNAL_POSITION 40 /* bytes of a position with its NUL */

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
 * a failure (ERROR_FORMAT): the file was changed. So is a file without
 * MACs under a keyed memory that is not adopting; while it is, that file goes
 * on as it is until journal_rotate. memory has to live on; NULL: unkeyed.
 */
bool journal_open(struct journal *journal, const char *folder, struct memory *memory,
                  journal_reader *reader, void *context, struct error *error);
void journal_close(struct journal *journal);

/* Gives each entry of an open journal to reader, and changes nothing. */
bool journal_each(const struct journal *journal, journal_reader *reader, void *context,
                  struct error *error);

/* Adds an entry. withdrawal may be NULL; detail may be empty and is one line. */
bool journal_write(struct journal *journal, enum journal_step step, const struct uuid *withdrawal,
                   const char *detail, struct error *error);

/* Where it ends: the last entry's number and the beginning of its MAC; empty before the first. That
 * entry is on the disk. */
void journal_position(const struct journal *journal, char position[static JOURNAL_POSITION]);

/* Whether this machine has written that entry: here, or in a file that was set aside. False too
 * when that cannot be read. */
bool journal_has(const struct journal *journal, const char *position);

/* Makes sure that the next entries of one withdrawal will fit on the disk. */
bool journal_reserve(struct journal *journal, struct error *error);

/* Sets a file grown large, or one that lacks the MACs it should have, aside as
 * journal-<sequence>.log and begins another whose MACs go on from it. Only while no withdrawal is
 * open: recovery reads the current file alone. */
bool journal_rotate(struct journal *journal, int64_t at_least_bytes, struct error *error);

/* The last lines but `skip`, oldest first, into lines of width bytes each; how many. */
int journal_tail(const struct journal *journal, int skip, char *lines, size_t width, int count);

#endif

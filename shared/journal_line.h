/* SPDX-License-Identifier: MIT */
/*
 * The form of a machine's electronic journal, for the machine that writes it
 * and for the bank that reads it beside its own log. A line is an entry:
 *
 *   42 2026-11-24T05:17:44.123Z presented 0192f0c1-… notes=5000x2 3f9a0c1b2d4e5f603f9a0c1b2d4e5f60
 *
 * Sequence, time, step, withdrawal or deposit (or -), details, and a MAC
 * (memory_key.h) over the MAC of the line before and all of this one. Without a
 * key, and in files of before there were MACs, it is a hash of 16 digits. A file
 * that follows one set aside is headed by a line "# continues HASH SEQUENCE MAC".
 */
#ifndef SHARED_JOURNAL_LINE_H
#define SHARED_JOURNAL_LINE_H

#include "shared/journal_step.h"
#include "shared/memory_key.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_DETAIL_LENGTH 400
#define JOURNAL_LINE_LENGTH   600 /* bytes of a line without its MAC */
#define JOURNAL_HASH_LENGTH   MEMORY_MAC_LENGTH
#define JOURNAL_HEAD_SIZE     128
#define JOURNAL_FIRST_HASH    "0000000000000000" /* before the first entry */

struct journal_entry {
    uint64_t sequence;
    char time[32];
    enum journal_step step; /* JOURNAL_STEP_COUNT: one that this program does not know */
    struct uuid withdrawal; /* or deposit, or transfer; nil: none */
    char detail[JOURNAL_DETAIL_LENGTH];
};

/* Where a reader or writer of a journal is. */
struct journal_chain {
    const struct memory_key *key; /* NULL: hashes */
    uint64_t sequence;            /* of the last entry */
    char hash[JOURNAL_HASH_LENGTH];
};

/* Before the first line of the first file. */
struct journal_chain journal_chain_begin(const struct memory_key *key);

/* What the line, of that length, ends in. */
void journal_line_hash(const struct journal_chain *chain, const char *line, size_t length,
                       char hash[static JOURNAL_HASH_LENGTH]);

enum journal_line_found {
    JOURNAL_LINE_GOOD,
    JOURNAL_LINE_WRONG,  /* its MAC or its number is not what follows */
    JOURNAL_LINE_BROKEN, /* it is no entry at all */
};

/* Takes a line, without its newline, apart; of a wrong one the entry is what it says all the same.
 * After a good one the chain stands behind it. */
enum journal_line_found journal_line_read(struct journal_chain *chain, char *line,
                                          struct journal_entry *entry);

/* The head of a file that goes on from there; its length without a newline. And whether a line is
 * one: then the chain stands behind it. */
size_t journal_head_write(const struct journal_chain *chain, char head[static JOURNAL_HEAD_SIZE]);
bool journal_head_read(struct journal_chain *chain, const char *line);

/* The value of "name=" in a detail; false when it is not there. */
bool journal_detail_get(const char *detail, const char *name, char *value, size_t size);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The log as this bank last knew it: where it ended with the last batch that
 * was acknowledged. A log that does not contain this end is another one: an
 * older copy, or a server that has lost what was committed.
 *
 * It is in memory, and in a file of the home that is mapped, so that a process
 * that is killed has left it there. The file has two slots that are written by
 * turns, each with the head's own seal: one that was torn, or was put there by
 * anything else than this bank, is none. Setting it is a copy, without a system call;
 * the disk has it a second later, and at a clean end at once.
 */
#ifndef BANK_STORE_KNOWN_H
#define BANK_STORE_KNOWN_H

#include "bank/codec/log_seal.h"
#include "shared/error.h"

#include <stdbool.h>

struct known {
    bool any;              /* something was acknowledged */
    struct log_end end;    /* where it ended, with the head's seal */
    int64_t sequence;      /* of that seal */
    int file;              /* -1: it is in memory only */
    unsigned char *mapped; /* NULL: likewise */
    unsigned turn;         /* the slot that is written next */
    bool dirty;            /* since the last known_flush */
};

/* path: of the file, made when it is not there; NULL: in memory only. False, with what to do, when
 * it cannot be used, or holds something else than the end of a log sealed with this key. */
bool known_open(struct known *known, const char *path, struct log_sealer *sealer,
                struct error *error);
/* On the hot path, once a batch. The seal is that of the end; one that is older than what is known
 * changes nothing. */
void known_set(struct known *known, const struct log_end *end, int64_t sequence);
/* What was set is on its way to the disk after this; it does not wait. */
void known_flush(struct known *known);
void known_close(struct known *known); /* waits for the disk */

#endif

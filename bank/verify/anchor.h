/* SPDX-License-Identifier: MIT */
/*
 * An anchor: where a log that was verified ended, kept outside the database (a
 * file elsewhere, a printed line in a safe). Whatever is done to the database
 * later, a log that continues the anchor has the same hash at its position.
 *
 *   {"position":4711,"hash":"9f…","time":"2026-11-30T12:00:00Z","seal":"00…"}
 *
 * The seal is one of bank/codec/log_seal.h's, of a kind of its own, with the
 * time in place of `from`: without keys/log.key nobody makes an anchor.
 */
#ifndef BANK_VERIFY_ANCHOR_H
#define BANK_VERIFY_ANCHOR_H

#include "bank/codec/log_seal.h"
#include "shared/error.h"

#define ANCHOR_TEXT_SIZE 400

struct anchor {
    int64_t position, at_us; /* whole seconds */
    unsigned char hash[HASH_LENGTH];
    unsigned char seal[LOG_SEAL_LENGTH];
};

/* Of a head whose seal was read. */
struct anchor anchor_make(struct log_sealer *sealer, const struct log_end *end,
                          const struct log_seal *seal, int64_t at_us);
/* Whether its seal is this key's, for what it says. */
bool anchor_holds(struct log_sealer *sealer, const struct anchor *anchor);

#define ANCHOR_TIME_SIZE 40
char *anchor_time(const struct anchor *anchor, char text[static ANCHOR_TIME_SIZE]);
/* As one line of JSON, without its newline. */
void anchor_format(const struct anchor *anchor, char text[static ANCHOR_TEXT_SIZE]);
/* The file appears whole or not at all. */
bool anchor_save(const struct anchor *anchor, const char *path, struct error *error);
bool anchor_load(const char *path, struct anchor *anchor, struct error *error);

#endif

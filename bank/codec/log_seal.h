/* SPDX-License-Identifier: MIT */
/*
 * Seals: what whoever can write to the database still cannot make. Each append
 * leaves two, under a key that is not in the database (keys/log.key):
 *
 *   SEAL_APPEND   in the row of its last event: stands for that position and hash
 *   SEAL_HEAD     in log_head: stands for where the log ends now. No append's seal
 *                 can be put in its place, so a log that was cut off has none.
 *
 * A seal is 72 bytes, numbers big-endian:
 *
 *   epoch      8   of the bank that made it
 *   sequence   8   grows with every seal of the log
 *   from       8   SEAL_APPEND: where the log ended before the append, so that none can
 *                  be taken out unseen; SEAL_HEAD: from which position on the log is sealed
 *   commands  16   digest of the memory of commands, masked
 *   kept      16   digest of the rows of imported_events, masked
 *   mac       16   AES-CMAC over kind, position, hash and all of the above
 *
 * A digest is a multiset hash (MSet-Add-Hash of Clarke, Devadas, van Dijk, Gassend
 * and Suh, "Incremental Multiset Hash Functions and Their Application to Memory
 * Integrity Checking", ASIACRYPT 2003): the sum modulo 2^128 of a keyed function of
 * each row, masked by one of the seal's own numbers. So a row costs the append one
 * addition, any other set of rows has another sum, and the mask keeps from who reads
 * seals which rows would add up to nothing. In an append's seal it covers the rows
 * with positions up to `from`, in the head's all of them.
 *
 * What is not covered: esbank.commands.created_at; and the content of a command that
 * opened an account with a data key, which an erasure blanks: that is sealed in the
 * row of the data key and goes with it.
 */
#ifndef BANK_CODEC_LOG_SEAL_H
#define BANK_CODEC_LOG_SEAL_H

#include "bank/codec/batch.h"
#include "bank/codec/hash_chain.h"

#define LOG_KEY_LENGTH       32
#define LOG_SEAL_LENGTH      72
#define DATA_KEY_SEAL_LENGTH 16

enum log_seal_kind {
    SEAL_APPEND = 'a',
    SEAL_HEAD = 'h',
    SEAL_ANCHOR = 'n' /* bank/verify/anchor.h */
};

/* A sum modulo 2^128. */
struct log_sum {
    uint64_t high, low;
};

struct log_sums {
    struct log_sum commands, kept;
};

/* What a seal says, its digests without their masks. */
struct log_seal {
    int64_t epoch, sequence, from;
    struct log_sums sums;
};

/* Where a log ends, and what proves it: the row of esbank.log_head. */
struct log_end {
    int64_t position, epoch;
    unsigned char hash[HASH_LENGTH];
    unsigned char seal[LOG_SEAL_LENGTH];
};

struct log_sealer; /* contexts of the library's, made once and reused */

struct log_sealer *log_sealer_create(const unsigned char key[static LOG_KEY_LENGTH]);
void log_sealer_destroy(struct log_sealer *sealer); /* wipes the keys; takes NULL */

void log_seal_write(struct log_sealer *sealer, enum log_seal_kind kind, int64_t position,
                    const unsigned char hash[static HASH_LENGTH], const struct log_seal *seal,
                    unsigned char bytes[static LOG_SEAL_LENGTH]);
/* False: it was not made with this key for that position and hash. */
bool log_seal_read(struct log_sealer *sealer, enum log_seal_kind kind, int64_t position,
                   const unsigned char hash[static HASH_LENGTH],
                   const unsigned char bytes[static LOG_SEAL_LENGTH], struct log_seal *seal);
/* The head's; its epoch in the row is to be the seal's. */
bool log_end_read(struct log_sealer *sealer, const struct log_end *end, struct log_seal *seal);

void log_sum_add(struct log_sum *sum, const struct log_sum *more);
bool log_sum_equal(const struct log_sum *a, const struct log_sum *b);

/* Adds a row to a digest. Of a command that opened an account with a data key `content` is not to
 * count. */
void log_sum_command(struct log_sealer *sealer, const struct command_record *command,
                     int64_t position, bool content, struct log_sum *sum);
void log_sum_kept(struct log_sealer *sealer, const struct kept_event *kept, int64_t log_position,
                  struct log_sum *sum);

/* Of a data key: binds it to its account, and the command that made it (its id) to its content. */
void data_key_seal(struct log_sealer *sealer, const struct data_key *key,
                   const struct uuid *command_id,
                   const unsigned char content[static CONTENT_HASH_LENGTH],
                   unsigned char seal[static DATA_KEY_SEAL_LENGTH]);

#endif

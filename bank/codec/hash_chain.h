/* SPDX-License-Identifier: MIT */
/*
 * The hash chain: every event's hash covers the event and the hash before it,
 * so that changing, removing or exchanging one is seen when it is recomputed.
 *
 *   hash(0)  32 zero bytes: before the first event
 *   hash(n)  SHA-256 of, one after another,
 *
 *     hash(n − 1)       32 bytes
 *     position          8 bytes, big-endian, as all numbers here
 *     stream_id         length in 4 bytes, then its bytes
 *     stream_version    8 bytes
 *     event_id          16 bytes
 *     event_type        length in 4 bytes, then its bytes
 *     causation_id      16 bytes
 *     correlation_id    16 bytes
 *     data              length in 4 bytes, then the text exactly as stored
 *     metadata          length in 4 bytes, then the text exactly as stored
 *     created_at        8 bytes: microseconds since 1970-01-01 00:00 UTC
 *
 * `data` and `metadata` are of type json (not jsonb), whose text Postgres keeps
 * byte for byte.
 */
#ifndef BANK_CODEC_HASH_CHAIN_H
#define BANK_CODEC_HASH_CHAIN_H

#include "shared/uuid.h"

#include <stddef.h>
#include <stdint.h>

#define HASH_LENGTH 32

/* An event as it stands in the table. The texts need no NUL; they are the caller's. */
struct stored_event {
    int64_t position, stream_version;
    const char *stream_id, *type, *data, *metadata;
    size_t stream_id_length, type_length, data_length, metadata_length;
    struct uuid event_id, causation_id, correlation_id;
    int64_t created_at_us;
    unsigned char hash[HASH_LENGTH];
};

struct hash_chain; /* a context of the library's, made once and reused */

struct hash_chain *hash_chain_create(void);
void hash_chain_destroy(struct hash_chain *chain); /* takes NULL */

/* Sets event->hash from the hash before it and all its other members. */
void hash_chain_next(struct hash_chain *chain, const unsigned char before[static HASH_LENGTH],
                     struct stored_event *event);

#endif

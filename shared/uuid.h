/* SPDX-License-Identifier: MIT */
/*
 * Identifiers: 128 bits, as RFC 9562 has them.
 *
 * New ids are version 7: their first 48 bits are the time in milliseconds,
 * so that indexes over them grow at one end. Any other version is accepted
 * from outside; the nil id is not a name for anything.
 */
#ifndef SHARED_UUID_H
#define SHARED_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define UUID_TEXT_LENGTH 37 /* 36 characters and the NUL */

struct uuid {
    unsigned char bytes[16];
};

/* Reads 8-4-4-4-12 hexadecimal digits of either case from exactly length bytes. */
bool uuid_read(const char *text, size_t length, struct uuid *uuid);

/* Writes 36 lower-case characters and a NUL; returns buffer. */
char *uuid_write(const struct uuid *uuid, char buffer[static UUID_TEXT_LENGTH]);

/* A new version 7 id: unique in this process and, by 62 random bits, everywhere; aborts without
 * those. */
struct uuid uuid_make(void);

/* The version 7 id made of this time (microseconds since 1970) and these ten bytes. */
struct uuid uuid_from_time(int64_t time_us, const unsigned char random[static 10]);

/* The version 5 id of a name in a namespace: the same whenever it is asked for. */
struct uuid uuid_named(const struct uuid *space, const char *name);

static inline bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static inline bool uuid_is_nil(const struct uuid *uuid)
{
    static const struct uuid nil;
    return uuid_equal(uuid, &nil);
}

/* For tables: equal ids have equal ones, and any bits of an id in which others differ tell in all
 * of its bits. It differs from one byte order to another. */
static inline uint32_t uuid_hash(const struct uuid *uuid)
{
    uint64_t half[2];
    memcpy(half, uuid->bytes, sizeof half);
    return (uint32_t)(((half[0] ^ (half[1] * UINT64_C(0x9e3779b97f4a7c15))) *
                       UINT64_C(0xd6e8feb86659fd93)) >>
                      32);
}

#endif

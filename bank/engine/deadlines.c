/* SPDX-License-Identifier: MIT */
#include "bank/engine/deadlines.h"

#include <openssl/sha.h>

struct deadline {
    int64_t at_us;
};

void deadlines_init(struct deadlines *deadlines)
{
    cache_init(&deadlines->open, sizeof(struct deadline));
}

void deadlines_finish(struct deadlines *deadlines)
{
    cache_finish(&deadlines->open);
}

/* All withdrawals have the same patience, so the order they were set in is that of time, but for a clock that
 * was put back: then the later one waits behind the earlier, which harms nobody. */
void deadlines_set(struct deadlines *deadlines, const struct uuid *withdrawal_id, int64_t at_us)
{
    struct deadline *deadline = cache_put(&deadlines->open, withdrawal_id);
    deadline->at_us = at_us;
}

void deadlines_cancel(struct deadlines *deadlines, const struct uuid *withdrawal_id)
{
    cache_remove(&deadlines->open, withdrawal_id);
}

void deadlines_clear(struct deadlines *deadlines)
{
    cache_clear(&deadlines->open);
}

size_t deadlines_count(const struct deadlines *deadlines)
{
    return deadlines->open.count;
}

int64_t deadlines_next_us(const struct deadlines *deadlines)
{
    const struct deadline *first = cache_oldest(&deadlines->open);
    return first == NULL ? INT64_MAX : first->at_us;
}

bool deadlines_take(struct deadlines *deadlines, int64_t now_us, struct uuid *withdrawal_id)
{
    if (deadlines_next_us(deadlines) > now_us)
        return false;
    *withdrawal_id = deadlines->open.list[0].oldest->key;
    cache_remove(&deadlines->open, withdrawal_id);
    return true;
}

struct uuid deadlines_command_id(const struct uuid *withdrawal_id)
{
    unsigned char text[32] = "suspect-by-time:", digest[SHA256_DIGEST_LENGTH];
    memcpy(text + 16, withdrawal_id->bytes, 16);
    SHA256(text, sizeof text, digest);
    struct uuid id;
    memcpy(id.bytes, digest, 16);
    id.bytes[6] =
        (unsigned char)(0x80 | (id.bytes[6] & 0x0f)); /* version 8: made by a rule of one's own (RFC 9562) */
    id.bytes[8] = (unsigned char)(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

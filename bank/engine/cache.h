/* SPDX-License-Identifier: MIT */
/*
 * A cache of plain values by uuid, with the least recently used at one end.
 *
 * Values have one size and never move while they are in. What a batch that is
 * not yet committed has changed is marked with that batch's number; such an
 * entry is never evicted, and cache_drop_since forgets it when the batch fails,
 * to be read from the store again. So there is never anything to undo.
 */
#ifndef BANK_ENGINE_CACHE_H
#define BANK_ENGINE_CACHE_H

#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache_entry {
    struct cache_entry *chain, *newer, *older;
    struct uuid key;
    int64_t batch; /* the last batch that changed it */
};

struct cache {
    size_t value_size, count, bucket_count;
    struct cache_entry **bucket;
    struct cache_entry *newest, *oldest, *free;
    void *slabs;
};

void cache_init(struct cache *cache, size_t value_size);
void cache_finish(struct cache *cache);

/* The value, as the most recently used; NULL when it is not in. */
void *cache_find(struct cache *cache, const struct uuid *key);
/* The value, put in as zeros when it was not in. */
void *cache_put(struct cache *cache, const struct uuid *key);
void cache_remove(struct cache *cache, const struct uuid *key);

/* Says that a batch changes this value (one that cache_find or cache_put gave). */
void cache_mark(void *value, int64_t batch);
/* The last batch that changed it. */
int64_t cache_batch(const void *value);

/* Forgets all that batches after `committed` have changed. */
void cache_drop_since(struct cache *cache, int64_t committed);
/* Forgets the least recently used that no batch after `committed` has changed, down to `max`. */
void cache_trim(struct cache *cache, size_t max, int64_t committed);
/* The value that was used or put in longest ago; NULL when there is none. */
void *cache_oldest(const struct cache *cache);
void cache_clear(struct cache *cache);

#endif

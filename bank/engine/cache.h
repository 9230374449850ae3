/* SPDX-License-Identifier: MIT */
/*
 * A cache of plain values by uuid, with the least recently used at one end.
 *
 * Values have one size and never move while they are in. What a batch that is
 * not yet committed has changed is marked with that batch's number; such an
 * entry is never evicted, and cache_drop_since forgets it when the batch fails,
 * to be read from the store again. So there is never anything to undo.
 *
 * A value may be given a time to be kept after its last use (ttl.h). Those
 * of one such time stand in one list by their last use, so that what is over
 * stands at its end, and nothing is searched.
 */
#ifndef BANK_ENGINE_CACHE_H
#define BANK_ENGINE_CACHE_H

#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CACHE_FOR_EVER INT64_MAX /* as long as there is room */
#define CACHE_LISTS    4         /* different times in one cache */

struct cache_entry {
    struct cache_entry *chain, *newer, *older;
    struct uuid key;
    int64_t batch; /* the last batch that changed it */
    int64_t used_us;
    unsigned list;
};

struct cache_list {
    int64_t keep_us; /* after the last use */
    struct cache_entry *newest, *oldest;
};

struct cache {
    size_t value_size, count, bucket_count;
    struct cache_entry **bucket;
    struct cache_list list[CACHE_LISTS]; /* the first: for ever */
    unsigned list_count;
    int64_t now_us; /* the owner's to set, now and then; what is used is stamped with it */
    struct cache_entry *free;
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

/* Those that are kept for ever, the last used first: to be looked at, and nothing else. NULL ends.
 */
const void *cache_newest(const struct cache *cache);
const void *cache_older(const void *value);

/* How long it is kept after its last use, from now on: 0, no longer than until its batch has
 * committed. */
void cache_keep(struct cache *cache, const void *value, int64_t keep_us);

/* Forgets all that batches after `committed` have changed. */
void cache_drop_since(struct cache *cache, int64_t committed);
/* Forgets what has been kept for its time, then the least recently used down to `max`; nothing that
 * a batch after `committed` has changed. */
void cache_trim(struct cache *cache, size_t max, int64_t committed);
void cache_clear(struct cache *cache);

#endif

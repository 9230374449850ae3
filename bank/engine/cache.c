/* SPDX-License-Identifier: MIT */
/* A chained hash table whose entries also stand in lists, by their last use. Entries come from
 * slabs. */
#include "bank/engine/cache.h"

#include "shared/error.h"

#include <stdlib.h>
#include <string.h>

enum { SLAB_ENTRIES = 64, BUCKETS_MIN = 1024 };

struct slab {
    struct slab *next;
    _Alignas(16) unsigned char bytes[];
};

#define HEADER ((sizeof(struct cache_entry) + 15) / 16 * 16)

static void *value_of(struct cache_entry *entry)
{
    return (unsigned char *)entry + HEADER;
}

static struct cache_entry *entry_of(const void *value)
{
    return (struct cache_entry *)((uintptr_t)value - HEADER);
}

static size_t slot_of(const struct cache *cache, const struct uuid *key)
{
    return uuid_hash(key) & (cache->bucket_count - 1);
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL)
        panic("out of memory for %zu bytes", count * size);
    return memory;
}

void cache_init(struct cache *cache, size_t value_size)
{
    *cache =
        (struct cache){ .value_size = (value_size + 15) / 16 * 16, .bucket_count = BUCKETS_MIN };
    cache->list[cache->list_count++].keep_us = CACHE_FOR_EVER;
    cache->bucket = allocate(cache->bucket_count, sizeof(struct cache_entry *));
}

void cache_finish(struct cache *cache)
{
    struct slab *next;
    for (struct slab *slab = cache->slabs; slab != NULL; slab = next) {
        next = slab->next;
        free(slab);
    }
    free(cache->bucket);
    *cache = (struct cache){ 0 };
}

/* ---- the list, by last use ---- */

static void list_remove(struct cache *cache, struct cache_entry *entry)
{
    struct cache_list *list = &cache->list[entry->list];
    *(entry->newer != NULL ? &entry->newer->older : &list->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &list->oldest) = entry->newer;
}

static void list_add(struct cache *cache, struct cache_entry *entry)
{
    struct cache_list *list = &cache->list[entry->list];
    entry->used_us = cache->now_us;
    entry->newer = NULL;
    entry->older = list->newest;
    *(list->newest != NULL ? &list->newest->newer : &list->oldest) = entry;
    list->newest = entry;
}

static unsigned list_find(struct cache *cache, int64_t keep_us)
{
    unsigned list = 0;
    while (list < cache->list_count && cache->list[list].keep_us != keep_us)
        list++;
    if (list == CACHE_LISTS)
        panic("a cache keeps its entries for more than %d different times", CACHE_LISTS);
    if (list == cache->list_count)
        cache->list[cache->list_count++].keep_us = keep_us;
    return list;
}

/* ---- the table ---- */

static struct cache_entry *look_up(const struct cache *cache, const struct uuid *key)
{
    struct cache_entry *entry = cache->bucket[slot_of(cache, key)];
    while (entry != NULL && !uuid_equal(&entry->key, key))
        entry = entry->chain;
    return entry;
}

static void grow(struct cache *cache)
{
    free(cache->bucket);
    cache->bucket_count *= 2;
    cache->bucket = allocate(cache->bucket_count, sizeof(struct cache_entry *));
    for (unsigned list = 0; list < cache->list_count; list++)
        for (struct cache_entry *entry = cache->list[list].newest; entry != NULL;
             entry = entry->older) {
            struct cache_entry **head = &cache->bucket[slot_of(cache, &entry->key)];
            entry->chain = *head;
            *head = entry;
        }
}

static struct cache_entry *entry_take(struct cache *cache)
{
    if (cache->free == NULL) {
        size_t size = HEADER + cache->value_size;
        struct slab *slab = allocate(1, sizeof *slab + SLAB_ENTRIES * size);
        slab->next = cache->slabs;
        cache->slabs = slab;
        for (size_t i = 0; i < SLAB_ENTRIES; i++) {
            struct cache_entry *entry = (struct cache_entry *)(void *)(slab->bytes + i * size);
            entry->chain = cache->free;
            cache->free = entry;
        }
    }
    struct cache_entry *entry = cache->free;
    cache->free = entry->chain;
    return entry;
}

void *cache_find(struct cache *cache, const struct uuid *key)
{
    struct cache_entry *entry = look_up(cache, key);
    if (entry == NULL)
        return NULL;
    entry->used_us = cache->now_us;
    if (entry->newer != NULL) {
        list_remove(cache, entry);
        list_add(cache, entry);
    }
    return value_of(entry);
}

void *cache_put(struct cache *cache, const struct uuid *key)
{
    void *value = cache_find(cache, key);
    if (value != NULL)
        return value;
    if (cache->count >=
        cache->bucket_count / 2) /* an id that is not in should meet no other on its way */
        grow(cache);
    struct cache_entry *entry = entry_take(cache);
    memset(entry, 0, HEADER + cache->value_size);
    entry->key = *key;
    struct cache_entry **head = &cache->bucket[slot_of(cache, key)];
    entry->chain = *head;
    *head = entry;
    list_add(cache, entry);
    cache->count++;
    return value_of(entry);
}

static void forget(struct cache *cache, struct cache_entry *entry)
{
    struct cache_entry **link = &cache->bucket[slot_of(cache, &entry->key)];
    while (*link != entry)
        link = &(*link)->chain;
    *link = entry->chain;
    list_remove(cache, entry);
    entry->chain = cache->free;
    cache->free = entry;
    cache->count--;
}

void cache_remove(struct cache *cache, const struct uuid *key)
{
    struct cache_entry *entry = look_up(cache, key);
    if (entry != NULL)
        forget(cache, entry);
}

void cache_mark(void *value, int64_t batch)
{
    entry_of(value)->batch = batch;
}

int64_t cache_batch(const void *value)
{
    return entry_of(value)->batch;
}

void cache_keep(struct cache *cache, const void *value, int64_t keep_us)
{
    struct cache_entry *entry = entry_of(value);
    list_remove(cache, entry);
    entry->list = list_find(cache, keep_us);
    list_add(cache, entry);
}

void cache_drop_since(struct cache *cache, int64_t committed)
{
    struct cache_entry *older;
    for (unsigned list = 0; list < cache->list_count; list++)
        for (struct cache_entry *entry = cache->list[list].newest; entry != NULL; entry = older) {
            older = entry->older;
            if (entry->batch > committed)
                forget(cache, entry);
        }
}

/* Those at a list's end that have had their time. */
static void list_expire(struct cache *cache, struct cache_list *list, int64_t committed)
{
    struct cache_entry *entry;
    while (list->keep_us != CACHE_FOR_EVER && (entry = list->oldest) != NULL &&
           entry->batch <= committed && cache->now_us - entry->used_us >= list->keep_us)
        forget(cache, entry);
}

void cache_trim(struct cache *cache, size_t max, int64_t committed)
{
    for (unsigned list = 0; list < cache->list_count; list++)
        list_expire(cache, &cache->list[list], committed);
    while (cache->count > max) {
        struct cache_entry *last = NULL;
        for (unsigned list = 0; list < cache->list_count; list++) {
            struct cache_entry *entry = cache->list[list].oldest;
            /* Behind one that is not committed, the rest was used later still. */
            if (entry != NULL && entry->batch <= committed &&
                (last == NULL || entry->used_us < last->used_us))
                last = entry;
        }
        if (last == NULL)
            break;
        forget(cache, last);
    }
}

void cache_clear(struct cache *cache)
{
    for (unsigned list = 0; list < cache->list_count; list++)
        while (cache->list[list].newest != NULL)
            forget(cache, cache->list[list].newest);
}

const void *cache_newest(const struct cache *cache)
{
    return cache->list[0].newest != NULL ? value_of(cache->list[0].newest) : NULL;
}

const void *cache_older(const void *value)
{
    struct cache_entry *older = entry_of(value)->older;
    return older != NULL ? value_of(older) : NULL;
}

/* SPDX-License-Identifier: MIT */
/* Open addressing, at most half full; nothing is ever taken out. */
#include "bank/import/parts.h"

#include <stdlib.h>

#define CAPACITY_FIRST 1024

static size_t place_of(const struct import_index *index, const struct uuid *key)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < sizeof key->bytes; i++)
        hash = (hash ^ key->bytes[i]) * UINT64_C(1099511628211);
    size_t place = (size_t)(hash ^ hash >> 32) & (index->capacity - 1);
    while (index->slot[place].value != IMPORT_NONE && !uuid_equal(&index->slot[place].key, key))
        place = (place + 1) & (index->capacity - 1);
    return place;
}

static void grow(struct import_index *index)
{
    struct import_index larger = { .capacity =
                                       index->capacity > 0 ? 2 * index->capacity : CAPACITY_FIRST };
    larger.slot = malloc(larger.capacity * sizeof *larger.slot);
    if (larger.slot == NULL)
        panic("out of memory");
    for (size_t i = 0; i < larger.capacity; i++)
        larger.slot[i].value = IMPORT_NONE;
    for (size_t i = 0; i < index->capacity; i++)
        if (index->slot[i].value != IMPORT_NONE)
            import_index_put(&larger, &index->slot[i].key, index->slot[i].value);
    free(index->slot);
    *index = larger;
}

uint32_t import_index_find(const struct import_index *index, const struct uuid *key)
{
    return index->capacity == 0 ? IMPORT_NONE : index->slot[place_of(index, key)].value;
}

void import_index_put(struct import_index *index, const struct uuid *key, uint32_t value)
{
    if (2 * (index->count + 1) > index->capacity)
        grow(index);
    struct import_slot *slot = &index->slot[place_of(index, key)];
    index->count += slot->value == IMPORT_NONE;
    *slot = (struct import_slot){ .key = *key, .value = value };
}

void import_index_finish(struct import_index *index)
{
    free(index->slot);
    *index = (struct import_index){ 0 };
}

/* SPDX-License-Identifier: MIT */
/* Open addressing with linear probing, never more than half full. */
#include "bank/projections/condense.h"

#include "shared/error.h"
#include "shared/uuid.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MIN 64

static void grow(struct condense *condense, size_t most)
{
    size_t capacity = condense->capacity > 0 ? condense->capacity : ROWS_MIN;
    while (capacity < most)
        capacity *= 2;
    free(condense->rows);
    free(condense->slot);
    condense->capacity = capacity;
    condense->slot_count = 2 * capacity;
    condense->rows = malloc(capacity * condense->row_size);
    condense->slot = calloc(condense->slot_count, sizeof *condense->slot);
    if (condense->rows == NULL || condense->slot == NULL)
        panic("out of memory for %zu rows of a projection", capacity);
    condense->run = 0;
}

void condense_begin(struct condense *condense, size_t most)
{
    if (most > condense->capacity)
        grow(condense, most);
    condense->count = 0;
    if (++condense->run == 0) { /* the run's number has come round */
        memset(condense->slot, 0, condense->slot_count * sizeof *condense->slot);
        condense->run = 1;
    }
}

/* A card's token is as long as an id, and hashed like one. */
static size_t hash_of(const unsigned char *key)
{
    struct uuid id;
    memcpy(id.bytes, key, sizeof id.bytes);
    return uuid_hash(&id);
}

void *condense_at(const struct condense *condense, size_t i)
{
    return condense->rows + i * condense->row_size;
}

void *condense_row(struct condense *condense, const unsigned char key[static CONDENSE_KEY_LENGTH])
{
    size_t mask = condense->slot_count - 1, at = hash_of(key) & mask;
    for (; condense->slot[at].run == condense->run; at = (at + 1) & mask) {
        unsigned char *row = condense_at(condense, condense->slot[at].row);
        if (memcmp(row, key, CONDENSE_KEY_LENGTH) == 0)
            return row;
    }
    if (condense->count == condense->capacity)
        panic("a run has more rows than it was said to have events");
    condense->slot[at] = (struct condense_slot){ condense->run, (uint32_t)condense->count };
    unsigned char *row = condense_at(condense, condense->count++);
    memset(row, 0, condense->row_size);
    memcpy(row, key, CONDENSE_KEY_LENGTH);
    return row;
}

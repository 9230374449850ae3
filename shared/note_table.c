/* SPDX-License-Identifier: MIT */
/*
 * The bounded knapsack. A row is made from the one before it, for one denomination
 * more: cell x is the least, over how many of its notes are used, of the row before
 * at what is left plus those notes. Up to 40 notes are tried in at most six passes,
 * by the doublings of their number (1, 2, 4, ... and the rest, which add up to
 * every number up to the count). A pass is a minimum of two arrays of bytes, one
 * of them shifted, sixteen bytes at once.
 *
 * A cell that cannot be paid holds NOTE_TABLE_NONE: a pass adds at most 40 to it
 * and takes the minimum, so it stays what it is and no byte overflows.
 */
#include "shared/note_table.h"

#include <assert.h>
#include <string.h>

typedef int8_t cells __attribute__((vector_size(NOTE_TABLE_BLOCK)));

/* to = the minimum of from and, `shift` cells before, from + cost: `blocks` blocks. */
static void pass(int8_t *restrict to, const int8_t *restrict from, int blocks, int shift,
                 int8_t cost)
{
    const int first = shift / NOTE_TABLE_BLOCK; /* the block in which the shifted one begins */
    if (first >= blocks) {
        memcpy(to, from, (size_t)blocks * NOTE_TABLE_BLOCK);
        return;
    }
    memcpy(to, from, (size_t)(first + 1) * NOTE_TABLE_BLOCK);
    for (int at = shift, i = 0; at < (first + 1) * NOTE_TABLE_BLOCK; at++, i++)
        if (from[i] + cost < from[at])
            to[at] = (int8_t)(from[i] + cost);
    for (int at = (first + 1) * NOTE_TABLE_BLOCK; at < blocks * NOTE_TABLE_BLOCK;
         at += NOTE_TABLE_BLOCK) {
        cells with, without;
        memcpy(&with, from + at - shift, sizeof with);
        memcpy(&without, from + at, sizeof without);
        with += cost;
        const cells less = (cells)(with < without);
        without = (with & less) | (without & ~less);
        memcpy(to + at, &without, sizeof without);
    }
}

static void row_make(struct note_table *table, int8_t *row, const int8_t *before,
                     const struct note_kind *kind)
{
    static_assert(NOTE_TABLE_NONE + NOTE_MIX_LIMIT <= INT8_MAX, "a cell is a signed byte");
    int8_t spare[NOTE_TABLE_ROW];
    const int blocks = (table->cells + NOTE_TABLE_BLOCK - 1) / NOTE_TABLE_BLOCK;
    const int8_t *from = before;
    int8_t *to = row, *other = spare;
    int left = kind->count;
    for (int notes = 1; left > 0; notes *= 2) {
        if (notes > left)
            notes = left;
        left -= notes;
        pass(to, from, blocks, notes * kind->units, (int8_t)notes);
        table->steps += (int64_t)blocks * NOTE_TABLE_BLOCK;
        from = to;
        to = other;
        other = (int8_t *)from;
    }
    if (from != row)
        memcpy(row, from, (size_t)blocks * NOTE_TABLE_BLOCK);
}

void note_table_fill(struct note_table *table, const struct note_kind *kind, int kinds, int most)
{
    table->kinds = kinds;
    table->kind = kind;
    table->cells = most + 1;
    table->steps = 0;
    memset(table->row[0], NOTE_TABLE_NONE, sizeof table->row[0]);
    table->row[0][0] = 0;
    for (int i = 1; i <= kinds; i++)
        row_make(table, table->row[i], table->row[i - 1], &kind[kinds - i]);
}

int note_table_fewest(const struct note_table *table, int units)
{
    return table->row[table->kinds][units];
}

void note_table_trace(const struct note_table *table, int units, int32_t chosen[static NOTES_MAX])
{
    for (int i = 0; i < table->kinds; i++) {
        const struct note_kind *kind = &table->kind[i];
        const int8_t *with = table->row[table->kinds - i],
                     *without = table->row[table->kinds - i - 1];
        int count = units / kind->units;
        if (count > kind->count)
            count = kind->count;
        while (without[units - count * kind->units] + count != with[units])
            count--;
        chosen[i] = count;
        units -= count * kind->units;
    }
}

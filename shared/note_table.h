/* SPDX-License-Identifier: MIT */
/*
 * For every amount at once, the fewest notes that pay it: a part of note_mix.c.
 *
 * Amounts are in units of the denominations' greatest common divisor, so that a
 * table is short: 40 notes of at most 500.00 in steps of 5.00 make 4,000 amounts.
 * Work and memory depend on the amounts and the denominations alone, never on how
 * the notes combine.
 */
#ifndef SHARED_NOTE_TABLE_H
#define SHARED_NOTE_TABLE_H

#include "shared/note_mix.h"

#define NOTE_TABLE_BLOCK 16 /* cells computed at once */
#define NOTE_TABLE_ROW   (NOTE_MIX_CELLS_MAX + NOTE_TABLE_BLOCK)
#define NOTE_TABLE_NONE  80 /* cannot be paid */

struct note_kind {
    int32_t units; /* the denomination's */
    int32_t count; /* notes that may be used of it */
};

/* 37 KB; row n holds what the n smallest denominations pay. Nothing in it needs to be set before.
 */
struct note_table {
    int kinds, cells;
    const struct note_kind *kind; /* the caller's, largest first */
    int8_t row[NOTES_MAX + 1][NOTE_TABLE_ROW];
    int64_t steps;
};

/* For the amounts from 0 to `most` units, which is below NOTE_MIX_CELLS_MAX. */
void note_table_fill(struct note_table *table, const struct note_kind *kind, int kinds, int most);

/* The fewest notes that pay so many units; NOTE_TABLE_NONE or more when none do. */
int note_table_fewest(const struct note_table *table, int units);

/* How many of each kind, the most of the largest first; the amount can be paid. */
void note_table_trace(const struct note_table *table, int units, int32_t chosen[static NOTES_MAX]);

#endif

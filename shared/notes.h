/* SPDX-License-Identifier: MIT */
/*
 * Bank notes by denomination: what a cassette holds, what a customer gets.
 *
 * A plain value with room for NOTES_MAX denominations, each at most once.
 * Order carries no meaning, except that note_mix gives the largest first.
 */
#ifndef SHARED_NOTES_H
#define SHARED_NOTES_H

#include "shared/money.h"

#include <stdbool.h>
#include <stdint.h>

#define NOTES_MAX        8         /* denominations in one machine */
#define NOTES_COUNT_MAX  1000000   /* notes of one denomination */
#define DENOMINATION_MAX 100000000 /* minor units */

struct note_count {
    int32_t denomination; /* minor units, above 0 */
    int32_t count;        /* never negative */
};

struct notes {
    uint32_t length;
    struct note_count item[NOTES_MAX];
};

/* The sum of denomination times count. */
money notes_value(const struct notes *notes);

/* How many notes in all. */
int64_t notes_count(const struct notes *notes);

/* The count of one denomination, 0 when it is not there. */
int32_t notes_of(const struct notes *notes, int32_t denomination);

/* Whether it is there at all, if only with a count of 0: an empty cassette's is. */
bool notes_name(const struct notes *notes, int32_t denomination);

/* Adds count (which may be negative) of a denomination; false when that would go below 0, above
 * NOTES_COUNT_MAX or need a ninth denomination, and then nothing changed. */
bool notes_add(struct notes *notes, int32_t denomination, int32_t count);

/* a += b or a -= b, denomination by denomination; false, with *a unchanged, when one does not go.
 */
bool notes_add_all(struct notes *a, const struct notes *b);
bool notes_take_all(struct notes *a, const struct notes *b);

/* a -= b as far as it goes; what there was not enough of. */
struct notes notes_take_most(struct notes *a, const struct notes *b);

/* Whether there are as many of each denomination. */
bool notes_equal(const struct notes *a, const struct notes *b);

/* Leaves out the denominations of which there are none. */
void notes_drop_zeros(struct notes *notes);

/* Counts that only grow, such as all notes ever loaded: as struct notes, without its limit of a
 * million. */
struct note_total {
    int32_t denomination;
    int64_t count;
};

struct note_totals {
    uint32_t length;
    struct note_total item[NOTES_MAX];
};

/* Adds all of them; false, with *totals unchanged, when that would need a ninth denomination. */
bool note_totals_add(struct note_totals *totals, const struct notes *notes);

/* Takes them off again; false, with *totals unchanged, when there were not so many. */
bool note_totals_take(struct note_totals *totals, const struct notes *notes);
int64_t note_totals_of(const struct note_totals *totals, int32_t denomination);
bool note_totals_name(const struct note_totals *totals, int32_t denomination);

/* Adds change, which may be negative and may leave fewer than none, as a difference between two
 * counts can be; false when that would need a ninth denomination. */
bool note_totals_move(struct note_totals *totals, int32_t denomination, int64_t change);
bool note_totals_move_all(struct note_totals *totals, const struct note_totals *changes);

/* Whether every denomination stands there once, above 0, with a count from 0 to NOTES_COUNT_MAX. */
bool notes_valid(const struct notes *notes);

#endif

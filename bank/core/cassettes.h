/* SPDX-License-Identifier: MIT */
/*
 * The cassettes of one machine: where a box stands, which notes it is for, and
 * when it counts as low.
 *
 * How many notes there are of a denomination is the teller's (teller.h), and so
 * it stays: a withdrawal neither reads nor writes anything of this. What is in
 * one cassette follows from that number and from what each was filled to when it
 * was last in a person's hands: cassettes of one denomination are taken to be
 * emptied one after the other, the one of the lowest number first. A machine
 * that takes from them in another order, or from all of them at once, differs
 * from that by cassette, never by denomination; then count a denomination as a
 * whole.
 *
 * A cassette is known by its number, its place in the machine, and by the id of
 * the box that stands there, which is unknown until one is swapped in. The low
 * mark is the place's, until no box stands there.
 */
#ifndef CORE_CASSETTES_H
#define CORE_CASSETTES_H

#include "bank/core/event.h"

#define LOW_MARK_DEFAULT 100 /* notes; with fewer it is low */

struct cassette {
    int32_t denomination; /* 0: no box stands there */
    int32_t filled;       /* notes in it when it was last filled, swapped or counted */
    int32_t low_mark;
    char box[BOX_LENGTH]; /* its own id; empty: not known */
};

/* The number i has its place at i - 1. */
struct cassettes {
    struct cassette at[CASSETTES_MAX];
};

/* NULL when no box stands there, or there is no such number. */
const struct cassette *cassettes_find(const struct cassettes *cassettes, int32_t number);

/* The number of the first cassette of a denomination; 0: there is none. */
int32_t cassettes_first(const struct cassettes *cassettes, int32_t denomination);
/* The number of the first place where no box stands; 0: there is none. */
int32_t cassettes_free(const struct cassettes *cassettes);

/* The notes in that cassette, of so many of its denomination in all. */
int32_t cassettes_holds(const struct cassettes *cassettes, int32_t number, int32_t in_all);

/* So many more notes (fewer, below 0) in that one; before it, there are in_all of its
 * denomination. */
void cassettes_fill(struct cassettes *cassettes, int32_t number, int32_t in_all, int32_t more);

/* Notes that were put in: into that cassette or, with number 0, into the first of each
 * denomination, where there is none into the first free place. before: what there was in all. */
void cassettes_put(struct cassettes *cassettes, int32_t number, const struct notes *before,
                   const struct notes *notes);

/* Another box, empty, stands there; denomination 0: none. The others hold what they held. */
void cassettes_swap(struct cassettes *cassettes, int32_t number, int32_t in_all,
                    int32_t denomination, const char *box);

/* The low marks of all cassettes of a denomination together. */
int32_t cassettes_low_mark(const struct cassettes *cassettes, int32_t denomination);

#endif

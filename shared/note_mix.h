/* SPDX-License-Identifier: MIT */
/*
 * Which notes to pay an amount with.
 *
 * The answer is exact: where any choice of at most `limit` notes from what is
 * available pays the amount, one with the fewest notes is found. Greedy choice
 * would not do: it cannot pay 60 from 50s and 20s. Pure; both programs use it.
 */
#ifndef SHARED_NOTE_MIX_H
#define SHARED_NOTE_MIX_H

#include "shared/notes.h"

#define NOTE_MIX_LIMIT       40 /* notes one presentation can hold */
#define NOTE_MIX_CHOICES_MAX 3

/* The fewest notes that pay amount (above 0), largest denomination first; false when none do. */
bool note_mix_find(const struct notes *available, money amount, int limit, struct notes *mix);

/* The payable amounts next to one that is not; 0 where there is none on that side. */
void note_mix_nearest(const struct notes *available, money amount, int limit, money *below, money *above);

/* Mixes a customer may choose from, the fewest notes first, then with ever smaller ones; how many, 0 to 3. */
int note_mix_choices(const struct notes *available, money amount, int limit,
                     struct notes choices[static NOTE_MIX_CHOICES_MAX]);

#endif

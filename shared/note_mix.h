/* SPDX-License-Identifier: MIT */
/*
 * Which notes to pay an amount with.
 *
 * The answer is exact: where any choice of at most `limit` notes (and never more
 * than NOTE_MIX_LIMIT) from what is available pays the amount, one with the fewest
 * notes is found, and of those the one with the most notes of the largest
 * denomination, then of the next. Greedy choice would not do: it cannot pay 60
 * from 50s and 20s. Pure; both programs use it.
 *
 * No call takes more than NOTE_MIX_STEPS_MAX steps, whatever the notes. That is
 * enough for every currency of currency.h. For other denominations, which only an
 * old log can name, an answer that would take more is a refusal, not a guess.
 */
#ifndef SHARED_NOTE_MIX_H
#define SHARED_NOTE_MIX_H

#include "shared/notes.h"

#define NOTE_MIX_LIMIT       40 /* notes one presentation can hold */
#define NOTE_MIX_CHOICES_MAX 3

#define NOTE_MIX_CELLS_MAX                                                                         \
    4096 /* payable amounts at most, in units of the greatest common divisor */
#define NOTE_MIX_NODES_MAX 4096 /* of the search where the amounts are more than that */

/* At most: the nodes of a search, and a cell for each amount, denomination and doubling of its
 * count up to NOTE_MIX_LIMIT. A node takes some nanoseconds; a cell, one of sixteen computed at
 * once, a tenth of one. */
#define NOTE_MIX_STEPS_MAX (NOTE_MIX_NODES_MAX + NOTES_MAX * 6 * (NOTE_MIX_CELLS_MAX + 16))

/* The fewest notes that pay amount (above 0), largest denomination first; false when none do. */
bool note_mix_find(const struct notes *available, money amount, int limit, struct notes *mix);

/* The payable amounts next to one that is not; 0 where there is none on that side. */
void note_mix_nearest(const struct notes *available, money amount, int limit, money *below,
                      money *above);

/* Mixes a customer may choose from, the fewest notes first, then with ever smaller ones; how many,
 * 0 to 3. */
int note_mix_choices(const struct notes *available, money amount, int limit,
                     struct notes choices[static NOTE_MIX_CHOICES_MAX]);

/* The first two, adding the steps they took to *steps. */
bool note_mix_find_counted(const struct notes *available, money amount, int limit,
                           struct notes *mix, int64_t *steps);
void note_mix_nearest_counted(const struct notes *available, money amount, int limit, money *below,
                              money *above, int64_t *steps);

#endif

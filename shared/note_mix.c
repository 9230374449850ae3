/* SPDX-License-Identifier: MIT */
/*
 * Branch and bound over the denominations, the largest first and as many of
 * it as possible first. A branch is left when even notes of the denomination
 * at hand alone could not beat the best found, or when what remains is no
 * multiple of the greatest common divisor of the denominations left. The
 * first descent is the greedy one and is nearly always both right and final.
 *
 * A set of denominations can be made on which the search is slow; a budget
 * bounds it, far above what real cassettes need, so that no request can hold
 * the bank up. When it is spent, the best mix found so far is the answer.
 */
#include "shared/note_mix.h"

#include <stdlib.h>

#define SEARCH_BUDGET 200000 /* nodes */

struct search {
    int kinds;
    struct note_count note[NOTES_MAX]; /* largest first, none of count 0 */
    int64_t divisor[NOTES_MAX + 1];    /* of this denomination and all smaller ones */
    int32_t chosen[NOTES_MAX];
    int32_t best[NOTES_MAX];
    int64_t best_count; /* notes in best, or the limit + 1 while there is none */
    long budget;
};

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int larger_first(const void *a, const void *b)
{
    const struct note_count *left = a, *right = b;
    return (left->denomination < right->denomination) - (left->denomination > right->denomination);
}

static void search_init(struct search *search, const struct notes *available, int limit)
{
    *search = (struct search){ .best_count = (int64_t)limit + 1, .budget = SEARCH_BUDGET };
    for (uint32_t i = 0; i < available->length; i++)
        if (available->item[i].count > 0)
            search->note[search->kinds++] = available->item[i];
    qsort(search->note, (size_t)search->kinds, sizeof search->note[0], larger_first);
    for (int i = search->kinds - 1; i >= 0; i--)
        search->divisor[i] = common_divisor(search->note[i].denomination, search->divisor[i + 1]);
}

static void search_from(struct search *search, int kind, money rest, int64_t used)
{
    if (rest == 0) {
        if (used < search->best_count) {
            search->best_count = used;
            for (int i = 0; i < search->kinds; i++)
                search->best[i] = i < kind ? search->chosen[i] : 0;
        }
        return;
    }
    if (kind == search->kinds || rest % search->divisor[kind] != 0 || search->budget-- <= 0)
        return;
    const struct note_count *note = &search->note[kind];
    int64_t fewest = (rest + note->denomination - 1) / note->denomination;
    if (used + fewest >= search->best_count)
        return;
    int64_t most = rest / note->denomination;
    if (most > note->count)
        most = note->count;
    for (int64_t count = most; count >= 0; count--) {
        search->chosen[kind] = (int32_t)count;
        search_from(search, kind + 1, rest - count * note->denomination, used + count);
    }
}

bool note_mix_find(const struct notes *available, money amount, int limit, struct notes *mix)
{
    if (amount <= 0)
        return false;
    struct search search;
    search_init(&search, available, limit);
    search_from(&search, 0, amount, 0);
    if (search.best_count > limit)
        return false;
    *mix = (struct notes){ 0 };
    for (int i = 0; i < search.kinds; i++)
        if (search.best[i] > 0)
            mix->item[mix->length++] = (struct note_count){ search.note[i].denomination, search.best[i] };
    return true;
}

void note_mix_nearest(const struct notes *available, money amount, int limit, money *below, money *above)
{
    struct search search;
    search_init(&search, available, limit);
    struct notes mix;
    *below = *above = 0;
    int64_t step = search.divisor[0];
    if (step == 0)
        return;
    money most = notes_value(available), cap = (money)limit * search.note[0].denomination;
    if (most > cap)
        most = cap;
    /* The answer is near or nowhere: a few thousand steps span any real set of notes. */
    money at = amount > most ? most : amount - 1;
    at -= at % step;
    for (int tries = 0; tries < 2000 && at > 0 && *below == 0; tries++, at -= step)
        if (note_mix_find(available, at, limit, &mix))
            *below = at;
    at = amount - amount % step + step;
    for (int tries = 0; tries < 2000 && at <= most && *above == 0; tries++, at += step)
        if (note_mix_find(available, at, limit, &mix))
            *above = at;
}

int note_mix_choices(const struct notes *available, money amount, int limit,
                     struct notes choices[static NOTE_MIX_CHOICES_MAX])
{
    struct notes left = *available;
    int found = 0;
    while (found < NOTE_MIX_CHOICES_MAX && note_mix_find(&left, amount, limit, &choices[found])) {
        int32_t largest = choices[found].item[0].denomination;
        for (uint32_t i = 0; i < left.length; i++)
            if (left.item[i].denomination >= largest)
                left.item[i].count = 0;
        found++;
    }
    return found;
}

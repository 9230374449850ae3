/* SPDX-License-Identifier: MIT */
/*
 * The last cassettes of a denomination hold what they were filled to, as far as
 * there are notes; the first one has the rest. So only what a cassette was
 * filled to is kept, and notes that are paid out change nothing here.
 *
 * A number of no cassette changes nothing: no decision gives one, but a log that
 * was forged can, and bank verify has to read it to the end.
 */
#include "bank/core/cassettes.h"

#include <string.h>

const struct cassette *cassettes_find(const struct cassettes *cassettes, int32_t number)
{
    if (number < 1 || number > CASSETTES_MAX || cassettes->at[number - 1].denomination == 0)
        return NULL;
    return &cassettes->at[number - 1];
}

int32_t cassettes_first(const struct cassettes *cassettes, int32_t denomination)
{
    for (int32_t number = 1; number <= CASSETTES_MAX; number++)
        if (cassettes->at[number - 1].denomination == denomination)
            return number;
    return 0;
}

int32_t cassettes_free(const struct cassettes *cassettes)
{
    return cassettes_first(cassettes, 0);
}

int32_t cassettes_holds(const struct cassettes *cassettes, int32_t number, int32_t in_all)
{
    const struct cassette *one = cassettes_find(cassettes, number);
    if (one == NULL)
        return 0;
    const int32_t denomination = one->denomination,
                  first = cassettes_first(cassettes, denomination);
    int32_t rest = in_all;
    for (int32_t i = CASSETTES_MAX; i > first; i--) {
        const struct cassette *cassette = &cassettes->at[i - 1];
        if (cassette->denomination != denomination)
            continue;
        const int32_t holds = cassette->filled < rest ? cassette->filled : rest;
        if (i == number)
            return holds;
        rest -= holds;
    }
    return rest;
}

/* From now on the cassettes of that one's denomination were filled to what they hold. */
static void settle(struct cassettes *cassettes, int32_t number, int32_t in_all)
{
    const struct cassettes before = *cassettes;
    const int32_t denomination = before.at[number - 1].denomination;
    for (int32_t i = 1; i <= CASSETTES_MAX; i++)
        if (before.at[i - 1].denomination == denomination)
            cassettes->at[i - 1].filled = cassettes_holds(&before, i, in_all);
}

void cassettes_fill(struct cassettes *cassettes, int32_t number, int32_t in_all, int32_t more)
{
    if (cassettes_find(cassettes, number) == NULL)
        return;
    struct cassette *cassette = &cassettes->at[number - 1];
    settle(cassettes, number, in_all);
    cassette->filled = cassette->filled + more < 0 ? 0 : cassette->filled + more;
}

static void box_set(struct cassette *cassette, int32_t denomination, const char *box)
{
    if (denomination == 0)
        cassette->low_mark = 0;
    else if (cassette->denomination == 0)
        cassette->low_mark = LOW_MARK_DEFAULT;
    cassette->denomination = denomination;
    cassette->filled = 0;
    memset(cassette->box, 0, sizeof cassette->box);
    strncpy(cassette->box, box, sizeof cassette->box - 1);
}

void cassettes_put(struct cassettes *cassettes, int32_t number, const struct notes *before,
                   const struct notes *notes)
{
    for (uint32_t i = 0; i < notes->length; i++) {
        const int32_t denomination = notes->item[i].denomination;
        int32_t into = cassettes_find(cassettes, number) != NULL
                           ? number
                           : cassettes_first(cassettes, denomination);
        if (into == 0) {
            into = cassettes_free(cassettes);
            if (into == 0)
                continue;
            box_set(&cassettes->at[into - 1], denomination, "");
        }
        cassettes_fill(cassettes, into, notes_of(before, denomination), notes->item[i].count);
    }
}

void cassettes_swap(struct cassettes *cassettes, int32_t number, int32_t in_all,
                    int32_t denomination, const char *box)
{
    if (number < 1 || number > CASSETTES_MAX)
        return;
    struct cassette *cassette = &cassettes->at[number - 1];
    if (cassette->denomination != 0)
        settle(cassettes, number, in_all);
    box_set(cassette, denomination, box);
}

int32_t cassettes_low_mark(const struct cassettes *cassettes, int32_t denomination)
{
    int32_t mark = 0;
    for (int i = 0; i < CASSETTES_MAX; i++)
        if (cassettes->at[i].denomination == denomination)
            mark += cassettes->at[i].low_mark;
    return mark;
}

/* SPDX-License-Identifier: MIT */
/*
 * Two ways to the same answer. The first is branch and bound over the
 * denominations, the largest first and as many of it as possible first; its first
 * descent is the greedy one, which is nearly always right, and proven to be within
 * a few nodes. Where EASY_NODES do not settle it, note_table.c does, with an effort
 * that depends on the amount alone: a set of cassettes cannot be made on which
 * that is slow.
 *
 * The table has no room for amounts of NOTE_MIX_CELLS_MAX units and more. No real
 * currency has them: 40 of its largest notes are 4,000 times the unit at most. For
 * such amounts the search goes on to NOTE_MIX_NODES_MAX; if that does not settle it
 * either, the amount counts as one that cannot be paid.
 */
#include "shared/note_mix.h"

#include "shared/note_table.h"

#include <assert.h>
#include <string.h>

#define EASY_NODES 200

/* The notes at hand, in units of their greatest common divisor. */
struct problem {
    int kinds, limit;
    struct note_kind kind[NOTES_MAX]; /* largest first, none of count 0 */
    int64_t unit;                     /* 0: there are no notes */
    int64_t most;                     /* units, of the `limit` largest notes */
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

static void problem_init(struct problem *problem, const struct notes *available, int limit)
{
    *problem = (struct problem){ .limit = limit > NOTE_MIX_LIMIT ? NOTE_MIX_LIMIT : limit };
    for (uint32_t i = 0; i < available->length; i++) {
        const struct note_count *note = &available->item[i];
        if (note->count <= 0 || problem->limit <= 0)
            continue;
        int at = problem->kinds++;
        for (; at > 0 && problem->kind[at - 1].units < note->denomination; at--)
            problem->kind[at] = problem->kind[at - 1];
        problem->kind[at].units = note->denomination;
        problem->kind[at].count = note->count > problem->limit ? problem->limit : note->count;
        problem->unit = common_divisor(note->denomination, problem->unit);
    }
    int left = problem->limit;
    for (int i = 0; i < problem->kinds; i++) {
        struct note_kind *kind = &problem->kind[i];
        const int count = kind->count < left ? kind->count : left;
        kind->units = (int32_t)(kind->units / problem->unit);
        problem->most += (int64_t)count * kind->units;
        left -= count;
    }
}

/* ---- branch and bound ---- */

struct search {
    const struct problem *problem;
    int64_t divisor[NOTES_MAX]; /* of this denomination and all smaller ones */
    int32_t chosen[NOTES_MAX], best[NOTES_MAX];
    int64_t best_count; /* notes in best, or the limit + 1 while there is none */
    int64_t nodes, nodes_max;
};

static void search_record(struct search *search, int last, int64_t used)
{
    search->best_count = used;
    for (int i = 0; i < search->problem->kinds; i++)
        search->best[i] = i <= last ? search->chosen[i] : 0;
}

/*
 * Pays `rest` with the denominations from this one on. It ends where even notes of
 * the next denomination alone could not beat the best found: each note less of
 * this one leaves more to pay with smaller ones, so no lower count can either.
 */
static void search_from(struct search *search, int at, int64_t rest, int64_t used)
{
    const struct problem *problem = search->problem;
    const struct note_kind *kind = &problem->kind[at];
    int64_t count = rest / kind->units;
    if (count > kind->count)
        count = kind->count;
    for (; count >= 0 && search->nodes < search->nodes_max; count--) {
        const int64_t left = rest - count * kind->units;
        search->nodes++;
        search->chosen[at] = (int32_t)count;
        if (left == 0 && used + count < search->best_count)
            search_record(search, at, used + count);
        if (left == 0 || at + 1 == problem->kinds)
            return;
        const int64_t next = kind[1].units, fewest = (left + next - 1) / next;
        if (used + count + fewest >= search->best_count)
            return;
        const int64_t divisor = search->divisor[at + 1];
        assert(divisor > 0); /* search_run has set those of all kinds */
        if (left % divisor == 0)
            search_from(search, at + 1, left, used + count);
    }
}

/* False when the nodes did not do. */
static bool search_run(struct search *search, const struct problem *problem, int64_t units,
                       int64_t nodes_max)
{
    *search = (struct search){ .problem = problem,
                               .best_count = problem->limit + 1,
                               .nodes_max = nodes_max };
    int64_t divisor = 0;
    for (int i = problem->kinds - 1; i >= 0; i--)
        search->divisor[i] = divisor = common_divisor(problem->kind[i].units, divisor);
    search_from(search, 0, units, 0);
    return search->nodes < nodes_max;
}

/* ---- what is asked ---- */

static bool problem_solve(const struct problem *problem, int64_t units,
                          int32_t chosen[static NOTES_MAX], int64_t *steps)
{
    struct search search;
    const bool small = units < NOTE_MIX_CELLS_MAX;
    const bool settled =
        search_run(&search, problem, units, small ? EASY_NODES : NOTE_MIX_NODES_MAX);
    *steps += search.nodes;
    if (settled) {
        memcpy(chosen, search.best, sizeof search.best);
        return search.best_count <= problem->limit;
    }
    if (!small)
        return false;
    struct note_table table;
    note_table_fill(&table, problem->kind, problem->kinds, (int)units);
    *steps += table.steps;
    if (note_table_fewest(&table, (int)units) > problem->limit)
        return false;
    note_table_trace(&table, (int)units, chosen);
    return true;
}

bool note_mix_find_counted(const struct notes *available, money amount, int limit,
                           struct notes *mix, int64_t *steps)
{
    struct problem problem;
    int32_t chosen[NOTES_MAX];
    if (amount <= 0)
        return false;
    problem_init(&problem, available, limit);
    if (problem.unit == 0 || amount % problem.unit != 0 || amount / problem.unit > problem.most ||
        !problem_solve(&problem, amount / problem.unit, chosen, steps))
        return false;
    *mix = (struct notes){ 0 };
    for (int i = 0; i < problem.kinds; i++)
        if (chosen[i] > 0)
            mix->item[mix->length++] =
                (struct note_count){ (int32_t)(problem.kind[i].units * problem.unit), chosen[i] };
    return true;
}

void note_mix_nearest_counted(const struct notes *available, money amount, int limit, money *below,
                              money *above, int64_t *steps)
{
    struct problem problem;
    *below = *above = 0;
    problem_init(&problem, available, limit);
    if (problem.unit == 0 || amount <= 0)
        return;
    if (amount > problem.most * problem.unit) {
        *below = problem.most * problem.unit;
        return;
    }
    struct note_table table;
    const int64_t end = problem.most < NOTE_MIX_CELLS_MAX ? problem.most + 1 : NOTE_MIX_CELLS_MAX;
    note_table_fill(&table, problem.kind, problem.kinds, (int)end - 1);
    *steps += table.steps;
    int64_t at = (amount - 1) / problem.unit; /* the last below it */
    if (at < end) {
        while (at > 0 && note_table_fewest(&table, (int)at) > problem.limit)
            at--;
        *below = at * problem.unit;
    }
    at = amount / problem.unit + 1;
    while (at < end && note_table_fewest(&table, (int)at) > problem.limit)
        at++;
    if (at < end)
        *above = at * problem.unit;
}

bool note_mix_find(const struct notes *available, money amount, int limit, struct notes *mix)
{
    int64_t steps = 0;
    return note_mix_find_counted(available, amount, limit, mix, &steps);
}

void note_mix_nearest(const struct notes *available, money amount, int limit, money *below,
                      money *above)
{
    int64_t steps = 0;
    note_mix_nearest_counted(available, amount, limit, below, above, &steps);
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

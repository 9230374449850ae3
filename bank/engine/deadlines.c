/* SPDX-License-Identifier: MIT */
/* A binary heap of the cache's values, each of which knows its place. */
#include "bank/engine/deadlines.h"

#include "shared/error.h"

#include <stdlib.h>

struct deadline {
    int64_t at_us;
    struct uuid id;
    enum saga_kind saga;
    size_t place; /* in the heap, from 1; 0: it is new */
};

struct deadline_move {
    int64_t batch;
    struct uuid id;
    struct due from;
};

void deadlines_init(struct deadlines *deadlines)
{
    *deadlines = (struct deadlines){ 0 };
    cache_init(&deadlines->open, sizeof(struct deadline));
}

void deadlines_finish(struct deadlines *deadlines)
{
    cache_finish(&deadlines->open);
    free(deadlines->heap);
    free(deadlines->move);
}

/* ---- the heap: the first due at place 1, below each two that are due no sooner ---- */

static void put(struct deadlines *deadlines, size_t place, struct deadline *deadline)
{
    deadlines->heap[place] = deadline;
    deadline->place = place;
}

static void rise(struct deadlines *deadlines, size_t place, struct deadline *deadline)
{
    for (; place > 1 && deadline->at_us < deadlines->heap[place / 2]->at_us; place /= 2)
        put(deadlines, place, deadlines->heap[place / 2]);
    put(deadlines, place, deadline);
}

static void sink(struct deadlines *deadlines, size_t count, size_t place, struct deadline *deadline)
{
    for (size_t next; (next = 2 * place) <= count; place = next) {
        if (next < count && deadlines->heap[next + 1]->at_us < deadlines->heap[next]->at_us)
            next++;
        if (deadline->at_us <= deadlines->heap[next]->at_us)
            break;
        put(deadlines, place, deadlines->heap[next]);
    }
    put(deadlines, place, deadline);
}

/* Into the hole at this place, wherever it belongs from there. */
static void settle(struct deadlines *deadlines, size_t count, size_t place,
                   struct deadline *deadline)
{
    if (place > 1 && deadline->at_us < deadlines->heap[place / 2]->at_us)
        rise(deadlines, place, deadline);
    else
        sink(deadlines, count, place, deadline);
}

static void heap_grow(struct deadlines *deadlines, size_t count)
{
    if (count < deadlines->capacity)
        return;
    deadlines->capacity = deadlines->capacity == 0 ? 1024 : deadlines->capacity * 2;
    deadlines->heap = realloc(deadlines->heap, deadlines->capacity * sizeof(struct deadline *));
    if (deadlines->heap == NULL)
        panic("out of memory for %zu deadlines", deadlines->capacity);
}

/* ---- by the saga's id ---- */

void deadlines_set(struct deadlines *deadlines, const struct uuid *id, enum saga_kind saga,
                   int64_t at_us)
{
    struct deadline *deadline = cache_put(&deadlines->open, id);
    const size_t count = deadlines->open.count;
    heap_grow(deadlines, count);
    if (deadline->place != 0)
        deadlines->of[deadline->saga]--;
    deadlines->of[saga]++;
    deadline->at_us = at_us;
    deadline->id = *id;
    deadline->saga = saga;
    settle(deadlines, count, deadline->place == 0 ? count : deadline->place, deadline);
}

void deadlines_cancel(struct deadlines *deadlines, const struct uuid *id)
{
    const struct deadline *deadline = cache_find(&deadlines->open, id);
    if (deadline == NULL)
        return;
    const size_t place = deadline->place, count = deadlines->open.count;
    struct deadline *last = deadlines->heap[count];
    deadlines->of[deadline->saga]--;
    cache_remove(&deadlines->open, id);
    if (place < count)
        settle(deadlines, count - 1, place, last);
}

void deadlines_clear(struct deadlines *deadlines)
{
    cache_clear(&deadlines->open);
    memset(deadlines->of, 0, sizeof deadlines->of);
    deadlines->move_count = 0;
}

/* ---- by batches ---- */

static void set_due(struct deadlines *deadlines, const struct uuid *id, struct due due)
{
    if (due.at_us > 0)
        deadlines_set(deadlines, id, due.saga, due.at_us);
    else
        deadlines_cancel(deadlines, id);
}

void deadlines_move(struct deadlines *deadlines, int64_t batch, const struct uuid *id,
                    struct due from, struct due to)
{
    if (deadlines->move_count == deadlines->move_capacity) {
        deadlines->move_capacity =
            deadlines->move_capacity == 0 ? 1024 : deadlines->move_capacity * 2;
        deadlines->move =
            realloc(deadlines->move, deadlines->move_capacity * sizeof *deadlines->move);
        if (deadlines->move == NULL)
            panic("out of memory for %zu moved deadlines", deadlines->move_capacity);
    }
    deadlines->move[deadlines->move_count++] =
        (struct deadline_move){ .batch = batch, .id = *id, .from = from };
    set_due(deadlines, id, to);
}

void deadlines_committed(struct deadlines *deadlines, int64_t batch)
{
    size_t done = 0;
    while (done < deadlines->move_count && deadlines->move[done].batch <= batch)
        done++;
    deadlines->move_count -= done;
    if (done > 0)
        memmove(deadlines->move, deadlines->move + done,
                deadlines->move_count * sizeof *deadlines->move);
}

void deadlines_undo(struct deadlines *deadlines)
{
    while (deadlines->move_count > 0) {
        const struct deadline_move *move = &deadlines->move[--deadlines->move_count];
        set_due(deadlines, &move->id, move->from);
    }
}

bool deadlines_runs(struct deadlines *deadlines, const struct uuid *id)
{
    return cache_find(&deadlines->open, id) != NULL;
}

size_t deadlines_count(const struct deadlines *deadlines, enum saga_kind saga)
{
    return deadlines->of[saga];
}

int64_t deadlines_next_us(const struct deadlines *deadlines)
{
    return deadlines->open.count == 0 ? INT64_MAX : deadlines->heap[1]->at_us;
}

bool deadlines_take(struct deadlines *deadlines, int64_t now_us, struct uuid *id,
                    enum saga_kind *saga)
{
    if (deadlines->open.count == 0 || deadlines->heap[1]->at_us > now_us)
        return false;
    *id = deadlines->heap[1]->id;
    *saga = deadlines->heap[1]->saga;
    deadlines_cancel(deadlines, id);
    return true;
}

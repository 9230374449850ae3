/* SPDX-License-Identifier: MIT */
/*
 * The deadlines of open sagas, the next one first.
 *
 * Durable without being stored: every one stands in its Teller.MoneyWithdrawn,
 * and the store tells those still open when the bank takes over.
 */
#ifndef BANK_ENGINE_DEADLINES_H
#define BANK_ENGINE_DEADLINES_H

#include "bank/core/command.h"
#include "bank/engine/cache.h"

struct deadlines {
    struct cache open;      /* by a saga's id; values stay where they are */
    struct deadline **heap; /* the same ones: none is due before the one at half its place */
    size_t capacity;
    size_t of[SAGA_COUNT];      /* how many there are of each saga */
    struct deadline_move *move; /* of batches that are not committed, in their order */
    size_t move_count, move_capacity;
};

/* Of a saga; at_us 0: none. */
struct due {
    enum saga_kind saga;
    int64_t at_us;
};

void deadlines_init(struct deadlines *deadlines);
void deadlines_finish(struct deadlines *deadlines);
void deadlines_set(struct deadlines *deadlines, const struct uuid *id, enum saga_kind saga,
                   int64_t at_us);
void deadlines_cancel(struct deadlines *deadlines, const struct uuid *id);
void deadlines_clear(struct deadlines *deadlines);

/* By what was decided into the batch of that number, from the one to the other. It counts at once;
 * what is not committed is undone. */
void deadlines_move(struct deadlines *deadlines, int64_t batch, const struct uuid *id,
                    struct due from, struct due to);
void deadlines_committed(struct deadlines *deadlines, int64_t batch); /* and all before it */
void deadlines_undo(struct deadlines *deadlines);

bool deadlines_runs(struct deadlines *deadlines, const struct uuid *id);
size_t deadlines_count(const struct deadlines *deadlines, enum saga_kind saga);

/* When the first one is due; INT64_MAX: there is none. */
int64_t deadlines_next_us(const struct deadlines *deadlines);
/* Takes the first one out when it is due. */
bool deadlines_take(struct deadlines *deadlines, int64_t now_us, struct uuid *id,
                    enum saga_kind *saga);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Where a click means something: rectangles with the input each stands for.
 *
 * Painters add a place as they paint it, so what can be clicked is always
 * what can be seen. Rows and columns count from 0. Plain values, pure.
 */
#ifndef ATM_TUI_PAINT_HIT_H
#define ATM_TUI_PAINT_HIT_H

#include "atm/terminal/input.h"

#define HITS_MAX 32

struct place {
    int row, column, height, width;
};

struct hits {
    int count;
    struct {
        struct place place;
        struct input input;
    } item[HITS_MAX];
};

/* One more than HITS_MAX is dropped: no screen has that many keys. */
void hits_add(struct hits *hits, struct place place, struct input input);

/* What a click there means; INPUT_NONE beside everything. Of places that overlap the last one added
 * counts.
 */
struct input hits_find(const struct hits *hits, int row, int column);

#endif

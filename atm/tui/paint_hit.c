/* SPDX-License-Identifier: MIT */
/* A short list, searched from its end: at most twenty-odd keys are on one screen. */
#include "atm/tui/paint_hit.h"

void hits_add(struct hits *hits, struct place place, struct input input)
{
    if (hits->count == HITS_MAX)
        return;
    hits->item[hits->count].place = place;
    hits->item[hits->count].input = input;
    hits->count++;
}

struct input hits_find(const struct hits *hits, int row, int column)
{
    for (int i = hits->count - 1; i >= 0; i--) {
        const struct place *place = &hits->item[i].place;
        if (row >= place->row && row < place->row + place->height && column >= place->column &&
            column < place->column + place->width)
            return hits->item[i].input;
    }
    return (struct input){ .kind = INPUT_NONE };
}

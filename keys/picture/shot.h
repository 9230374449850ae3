/* SPDX-License-Identifier: MIT */
/* A screen as it was at a moment: a copy of its cells, and the cursor. */
#ifndef KEYS_SHOT_H
#define KEYS_SHOT_H

#include "keys/terminal/terminal.h"

struct shot {
    int columns, rows;
    int cursor_row, cursor_column; /* 0: hidden */
    struct cell *cells;            /* row after row */
};

struct shot *shot_take(const struct terminal *terminal);
void shot_free(struct shot *shot);
bool shot_same(const struct shot *one, const struct shot *other);

/* With reverse applied, rows and columns from 1. */
struct cell shot_cell(const struct shot *shot, int row, int column);
/* The color that most of the screen has as its ground. */
unsigned shot_ground(const struct shot *shot);

#endif

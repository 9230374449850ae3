/* SPDX-License-Identifier: MIT */
/* A cell's value as people read it. */
#ifndef BANK_CONSOLE_CELL_H
#define BANK_CONSOLE_CELL_H

#include "bank/console/view.h"

#define CELL_SIZE 400

/* Into so many columns where that matters (an id, a time); returns buffer. NULL is no value. */
const char *cell_text(enum view_cell kind, const char *value, int width,
                      char buffer[static CELL_SIZE]);
bool cell_at_right(enum view_cell kind);
/* Seconds as "12 s", "5 min", "3 h", "2 d". */
const char *cell_duration(long long seconds, char buffer[static CELL_SIZE]);

/* One cassette of VIEW_CASH; false at the end. */
struct cassette {
    long denomination, notes, mark; /* mark: with fewer notes it is low */
};
bool cell_cassette(const char **at, struct cassette *cassette);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A series drawn from cells: the area below it, a sample a column, in blocks of
 * eighths of a cell (which every font has, as it has not braille), or in ASCII. Pure.
 */
#ifndef BANK_CONSOLE_PLOT_H
#define BANK_CONSOLE_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLOT_SAMPLES_MAX 600

struct plot {
    int height; /* cells */
    bool ascii;
    int64_t top;  /* the value at the upper edge, above 0 */
    size_t count; /* samples */
    int64_t sample[PLOT_SAMPLES_MAX];
    bool known[PLOT_SAMPLES_MAX]; /* there were such seconds: 0 is then a line at the bottom */
};

/*
 * The last `span` values of a series for a plot of that width: the newest at the
 * right, each sample the greatest of its seconds; where there are none yet it is empty.
 */
void plot_fill(struct plot *plot, int width, int height, bool ascii, const int64_t *series,
               size_t count, size_t span);

/* A round number at or above the greatest sample: for the upper edge. */
int64_t plot_round(int64_t greatest);
int64_t plot_greatest(const int64_t *series, size_t count);

/* One row of cells, 0 the uppermost, with a NUL; returns buffer. */
char *plot_row(const struct plot *plot, int row, char *buffer, size_t size);

#endif

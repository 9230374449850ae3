/* SPDX-License-Identifier: MIT */
#include "bank/console/plot.h"

#include <stdio.h>
#include <string.h>

enum { LEVELS = 4, ACROSS = 2 }; /* dots of a cell of braille */

int64_t plot_greatest(const int64_t *series, size_t count)
{
    int64_t greatest = 0;
    for (size_t i = 0; i < count; i++)
        greatest = series[i] > greatest ? series[i] : greatest;
    return greatest;
}

int64_t plot_round(int64_t greatest)
{
    int64_t power = 1;
    while (power * 10 <= greatest)
        power *= 10;
    static const int steps[] = { 1, 2, 5, 10 };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i] * power >= greatest)
            return steps[i] * power;
    return 10 * power;
}

void plot_fill(struct plot *plot, int width, int height, bool ascii, const int64_t *series,
               size_t count, size_t span)
{
    const size_t across = ascii ? 1 : ACROSS;
    size_t samples = (size_t)width * across;
    samples = samples > PLOT_SAMPLES_MAX ? PLOT_SAMPLES_MAX : samples;
    *plot = (struct plot){ .height = height, .ascii = ascii, .count = samples };
    for (size_t i = 0; i < samples; i++) {
        /* Its seconds, counted back from the newest. */
        const size_t from = (samples - i) * span / samples, to = (samples - i - 1) * span / samples;
        for (size_t back = to; back < from || back == to; back++) {
            if (back >= count)
                break;
            plot->known[i] = true;
            if (series[count - 1 - back] > plot->sample[i])
                plot->sample[i] = series[count - 1 - back];
        }
    }
    plot->top = plot_round(plot_greatest(plot->sample, samples));
}

/* How many of the levels of a column are filled; what is known is one at least. */
static int level(const struct plot *plot, size_t sample, int levels)
{
    if (sample >= plot->count || !plot->known[sample])
        return 0;
    const int64_t value = plot->sample[sample] * levels / plot->top;
    return value < 1 ? 1 : value > levels ? levels : (int)value;
}

static size_t ascii_cell(const struct plot *plot, int below, size_t cell, char *to)
{
    static const char marks[] = " .:|#";
    const int filled = level(plot, cell, plot->height * LEVELS) - below;
    to[0] = marks[filled < 0 ? 0 : filled > LEVELS ? LEVELS : filled];
    return 1;
}

/* U+2800 and a bit a dot, which are numbered down each column but for the lowest ones. */
static size_t braille_cell(const struct plot *plot, int below, size_t cell, char *to)
{
    static const unsigned dots[ACROSS][LEVELS] = { { 0x40, 0x04, 0x02, 0x01 },
                                                   { 0x80, 0x20, 0x10, 0x08 } };
    unsigned bits = 0;
    for (size_t column = 0; column < ACROSS; column++) {
        const int filled = level(plot, cell * ACROSS + column, plot->height * LEVELS) - below;
        for (int i = 0; i < LEVELS && i < filled; i++)
            bits |= dots[column][i];
    }
    if (bits == 0) {
        to[0] = ' ';
        return 1;
    }
    to[0] = (char)0xE2;
    to[1] = (char)(0xA0 | bits >> 6);
    to[2] = (char)(0x80 | (bits & 0x3F));
    return 3;
}

char *plot_row(const struct plot *plot, int row, char *buffer, size_t size)
{
    const size_t across = plot->ascii ? 1 : ACROSS;
    const int below = (plot->height - 1 - row) * LEVELS;
    size_t used = 0;
    for (size_t cell = 0; cell * across < plot->count && used + 4 < size; cell++)
        used += (plot->ascii ? ascii_cell : braille_cell)(plot, below, cell, buffer + used);
    buffer[used] = '\0';
    return buffer;
}

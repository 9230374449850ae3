/* SPDX-License-Identifier: MIT */
#include "bank/console/plot.h"

#include <string.h>

enum { LEVELS = 8 }; /* of a cell */

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
    static const int steps[] = { 1, 2, 3, 4, 5, 6, 8, 10 };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i] * power >= greatest)
            return steps[i] * power;
    return 10 * power;
}

void plot_fill(struct plot *plot, int width, int height, bool ascii, const int64_t *series,
               size_t count, size_t span)
{
    const size_t samples = width < PLOT_SAMPLES_MAX ? (size_t)width : PLOT_SAMPLES_MAX;
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

char *plot_row(const struct plot *plot, int row, char *buffer, size_t size)
{
    static const char *const full[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    static const char *const ascii[] = { " ", ".", ".", ":", ":", "|", "|", "#", "#" };
    const int below = (plot->height - 1 - row) * LEVELS;
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t cell = 0; cell < plot->count && used + 4 < size; cell++) {
        int filled = level(plot, cell, plot->height * LEVELS) - below;
        filled = filled < 0 ? 0 : filled > LEVELS ? LEVELS : filled;
        const char *mark = (plot->ascii ? ascii : full)[filled];
        memcpy(buffer + used, mark, strlen(mark) + 1);
        used += strlen(mark);
    }
    return buffer;
}

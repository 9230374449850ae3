/* SPDX-License-Identifier: MIT */
/*
 * The bar shrinks towards its left end and turns to a warning when a quarter is left; the seconds
 * beside it say the same in words. Their columns are fixed, so that nothing moves but the bar.
 */
#include "atm/tui/paint_bar.h"

#include <stdint.h>
#include <stdio.h>

#define SECONDS_WIDTH 6 /* "120 s " */

int paint_bar_eighths(int columns, int part, int whole)
{
    if (whole <= 0 || part <= 0 || columns <= 0)
        return 0;
    if (part > whole)
        part = whole;
    int64_t all = (int64_t)columns * THEME_BAR_STEPS;
    return (int)((all * part + whole - 1) / whole);
}

int paint_bar_seconds(int left_ms)
{
    return left_ms > 0 ? (int)(((int64_t)left_ms + 999) / 1000) : 0;
}

bool paint_bar_late(int left_ms, int full_ms)
{
    return left_ms <= full_ms / 4;
}

void paint_bar(const struct canvas *canvas, int row, int column, int width, int left_ms,
               int full_ms)
{
    const bool late = paint_bar_late(left_ms, full_ms);
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%d s", paint_bar_seconds(left_ms));
    canvas_right(canvas, row, column, SECONDS_WIDTH - 1, late ? STYLE_WARNING : STYLE_STRONG,
                 seconds);

    int columns = width - SECONDS_WIDTH;
    int eighths = paint_bar_eighths(columns, left_ms, full_ms);
    for (int i = 0; i < columns; i++) {
        int step = eighths - i * THEME_BAR_STEPS;
        step = step < 0 ? 0 : step > THEME_BAR_STEPS ? THEME_BAR_STEPS : step;
        canvas_text(canvas, row, column + SECONDS_WIDTH + i, late ? STYLE_BAR_LATE : STYLE_BAR,
                    theme_bar(canvas->theme, step));
    }
}

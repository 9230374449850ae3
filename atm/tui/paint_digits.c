/* SPDX-License-Identifier: MIT */
/*
 * A font of its own because a terminal has only one size: three dots
 * wide and five high, which is the least that keeps 8 and 0 apart.
 */
#include "atm/tui/paint_digits.h"

#include <string.h>

#define GAP 1 /* columns between glyphs at scale 1; dots keep touching inside a glyph only */

static const struct {
    char character;
    const char *row[DIGITS_ROWS];
} font[] = {
    /* clang-format off */
    { '0', { "###", "# #", "# #", "# #", "###" } },
    { '1', { "## ", " # ", " # ", " # ", "###" } },
    { '2', { "###", "  #", "###", "#  ", "###" } },
    { '3', { "###", "  #", "###", "  #", "###" } },
    { '4', { "# #", "# #", "###", "  #", "  #" } },
    { '5', { "###", "#  ", "###", "  #", "###" } },
    { '6', { "###", "#  ", "###", "# #", "###" } },
    { '7', { "###", "  #", "  #", "  #", "  #" } },
    { '8', { "###", "# #", "###", "# #", "###" } },
    { '9', { "###", "# #", "###", "  #", "###" } },
    { '.', { " ",   " ",   " ",   " ",   "#"   } },
    { ',', { "  ",  "  ",  "  ",  " #",  "# "  } },
    { '-', { "   ", "   ", "###", "   ", "   " } },
    { DIGITS_EURO, { "  ###", " #   ", "#### ", " #   ", "  ###" } },
    { ' ', { "  ",  "  ",  "  ",  "  ",  "  "  } },
    /* clang-format on */
};

static const char *const *glyph_rows(char character)
{
    static const char *const blank[DIGITS_ROWS] = { "  ", "  ", "  ", "  ", "  " };
    for (size_t i = 0; i < sizeof font / sizeof font[0]; i++)
        if (font[i].character == character)
            return font[i].row;
    return blank;
}

int paint_digits_width(const char *text, int scale)
{
    int width = 0;
    for (const char *at = text; *at != '\0'; at++)
        width += (int)strlen(glyph_rows(*at)[0]) * scale + (at[1] != '\0' ? GAP : 0);
    return width;
}

int paint_digits_scale(const char *text, int columns)
{
    for (int scale = 2; scale > 0; scale--)
        if (paint_digits_width(text, scale) <= columns)
            return scale;
    return 0;
}

void paint_digits_row(const char *text, int scale, int row, char *buffer, size_t size)
{
    size_t used = 0;
    for (; *text != '\0'; text++) {
        for (const char *dot = glyph_rows(*text)[row]; *dot != '\0'; dot++)
            for (int i = 0; i < scale && used + 1 < size; i++)
                buffer[used++] = *dot;
        for (int i = 0; i < GAP && text[1] != '\0' && used + 1 < size; i++)
            buffer[used++] = ' ';
    }
    buffer[used] = '\0';
}

void paint_digits(const struct canvas *canvas, int row, int column, int scale, enum style style,
                  const char *text)
{
    char dots[256];
    for (int i = 0; i < DIGITS_ROWS; i++) {
        paint_digits_row(text, scale, i, dots, sizeof dots);
        for (int at = 0; dots[at] != '\0'; at++)
            if (dots[at] == '#')
                canvas_glyph(canvas, row + i, column + at, style, GLYPH_BLOCK);
    }
}

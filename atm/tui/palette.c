/* SPDX-License-Identifier: MIT */
#include "atm/tui/palette.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int colour;
} table[PALETTE_COLOURS] = {
#define X(enumerator, name, colour, about) { name, colour },
    PALETTE_TABLE(X)
#undef X
};

/* The levels of the cube of 6 by 6 by 6 colours that begins at 16; 24 greys follow it at 232. */
static const int levels[6] = { 0, 95, 135, 175, 215, 255 };
enum { CUBE = 16, GREYS = 232, GREY_COUNT = 24 };

struct palette palette_own(void)
{
    struct palette palette;
    for (int i = 0; i < PALETTE_COLOURS; i++)
        palette.rgb[i] = -1;
    return palette;
}

/* ---- a file ----------------------------------------------------------------- */

static bool read_rgb(const char *text, int *rgb)
{
    if (text[0] != '#' || strlen(text) != 7)
        return false;
    for (int i = 1; i < 7; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    *rgb = (int)strtol(text + 1, NULL, 16);
    return true;
}

static bool read_line(struct palette *palette, char *line)
{
    char *save = NULL;
    const char *name = strtok_r(line, " \t", &save), *equals = strtok_r(NULL, " \t", &save),
               *rgb = strtok_r(NULL, " \t", &save);
    if (rgb == NULL || strcmp(equals, "=") != 0 || strtok_r(NULL, " \t", &save) != NULL)
        return false;
    for (int i = 0; i < PALETTE_COLOURS; i++)
        if (strcmp(table[i].name, name) == 0)
            return read_rgb(rgb, &palette->rgb[i]);
    return false;
}

bool palette_read(struct palette *palette, const char *path, char *text, struct error *error)
{
    int number = 0;
    *palette = palette_own();
    for (char *line = text, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        number++;
        const size_t blank = strspn(line, " \t");
        if (line[blank] == '\0' || line[blank] == '#')
            continue;
        if (!read_line(palette, line))
            return error_set(error, ERROR_FORMAT,
                             "line %d of %.200s is no colour: write a name of the theme and its "
                             "colour, as in night = #160d00",
                             number, path);
    }
    return true;
}

/* ---- the terminal's ---------------------------------------------------------- */

static int part(int rgb, int i)
{
    return rgb >> (16 - 8 * i) & 0xff;
}

static int rgb_of(int colour)
{
    int rgb = 0;
    for (int i = 0; i < 3; i++) {
        const int cube = colour - CUBE, step = i == 0   ? cube / 36
                                               : i == 1 ? cube / 6 % 6
                                                        : cube % 6;
        rgb = rgb << 8 | (colour >= GREYS ? 8 + 10 * (colour - GREYS) : levels[step]);
    }
    return rgb;
}

static int distance(int a, int b)
{
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (part(a, i) - part(b, i)) * (part(a, i) - part(b, i));
    return sum;
}

static int nearest(int rgb)
{
    int best = CUBE;
    for (int colour = CUBE; colour < GREYS + GREY_COUNT; colour++)
        if (distance(rgb_of(colour), rgb) < distance(rgb_of(best), rgb))
            best = colour;
    return best;
}

int palette_colour(const struct palette *palette, enum palette_colour colour, bool takes_rgb)
{
    /* The first eight numbers are the terminal's own colours there. */
    enum { OWN = 8 };
    const int rgb = palette->rgb[colour];
    if (rgb < 0)
        return takes_rgb ? rgb_of(table[colour].colour) : table[colour].colour;
    return !takes_rgb ? nearest(rgb) : rgb < OWN ? 0 : rgb;
}

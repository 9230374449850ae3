/* SPDX-License-Identifier: MIT */
/* Words of a list are looked up one by one; a color is an index of the palette, RGB or default. */
#include "keys/terminal/style.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_LIMIT = 32 };

static const char *const NAMES[] = { "black", "red",     "green", "yellow",
                                     "blue",  "magenta", "cyan",  "white" };

struct color {
    int index;    /* as in a cell */
    unsigned rgb; /* where the index is -1 */
};

static bool color_read(const char *word, struct color *color)
{
    char *end = NULL;
    *color = (struct color){ .index = -2 };
    if (strcmp(word, "default") == 0)
        return true;
    if (word[0] == '#' && strlen(word) == 7) {
        color->index = -1;
        color->rgb = (unsigned)strtoul(word + 1, &end, 16);
        return *end == '\0';
    }
    bool bright = strncmp(word, "bright-", 7) == 0;
    for (int i = 0; i < 8; i++) {
        if (strcmp(NAMES[i], word + (bright ? 7 : 0)) == 0) {
            color->index = i + (bright ? 8 : 0);
            return true;
        }
    }
    long number = strtol(word, &end, 10);
    color->index = (int)number;
    return word[0] >= '0' && word[0] <= '9' && *end == '\0' && number <= 255;
}

static bool attribute_of(const struct cell *cell, const char *word, bool *known)
{
    const struct {
        const char *name;
        bool on;
    } attributes[] = {
        { "bold", cell->bold },   { "underline", cell->underline }, { "italic", cell->italic },
        { "blink", cell->blink }, { "reverse", cell->reverse },     { "strike", cell->strike },
    };
    bool absent = strncmp(word, "no-", 3) == 0;
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
        if (strcmp(attributes[i].name, word + (absent ? 3 : 0)) == 0)
            return attributes[i].on != absent;
    *known = false;
    return false;
}

static bool word_holds(const char *word, const struct cell *cell, bool *known)
{
    struct color color;
    bool front = strncmp(word, "fg=", 3) == 0;
    if (!front && strncmp(word, "bg=", 3) != 0)
        return attribute_of(cell, word, known);
    if (!color_read(word + 3, &color))
        return *known = false;
    int index = front ? cell->front_index : cell->back_index;
    unsigned rgb = front ? cell->front : cell->back;
    return color.index == -1 ? rgb == color.rgb : index == color.index;
}

/* The next word of a list with commas; NULL at its end. */
static const char *word_next(const char *list, char word[WORD_LIMIT])
{
    size_t length = strcspn(list, ",");
    snprintf(word, WORD_LIMIT, "%.*s", (int)length, list);
    return list[length] == ',' ? list + length + 1 : NULL;
}

bool style_check(const char *list, struct error *error)
{
    char word[WORD_LIMIT];
    struct cell cell = { .text = " " };
    while (list != NULL) {
        bool known = true;
        list = word_next(list, word);
        word_holds(word, &cell, &known);
        if (!known)
            return error_set(error, ERROR_USAGE,
                             "unknown style '%s': write bold, underline, italic, blink, reverse, "
                             "strike, no-bold, fg=COLOR or bg=COLOR, with a color such as green, "
                             "bright-red, 208, #20a040 or default",
                             word);
    }
    return true;
}

bool style_holds(const char *list, const struct cell *cell)
{
    char word[WORD_LIMIT];
    while (list != NULL) {
        bool known = true;
        list = word_next(list, word);
        if (!word_holds(word, cell, &known))
            return false;
    }
    return true;
}

static void color_name(int index, unsigned rgb, char name[16])
{
    if (index == -2)
        snprintf(name, 16, "default");
    else if (index == -1)
        snprintf(name, 16, "#%06x", rgb);
    else if (index < 16)
        snprintf(name, 16, "%s%s", index < 8 ? "" : "bright-", NAMES[index % 8]);
    else
        snprintf(name, 16, "%d", index);
}

void style_describe(const struct cell *cell, char *text, int size)
{
    char front[16], back[16];
    color_name(cell->front_index, cell->front, front);
    color_name(cell->back_index, cell->back, back);
    snprintf(text, (size_t)size, "%s%s%s%s%s%sfg=%s,bg=%s", cell->bold ? "bold," : "",
             cell->underline ? "underline," : "", cell->italic ? "italic," : "",
             cell->blink ? "blink," : "", cell->reverse ? "reverse," : "",
             cell->strike ? "strike," : "", front, back);
}

static double luminance(unsigned rgb)
{
    static const double WEIGHTS[] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double part = (rgb >> (16 - 8 * i) & 0xFF) / 255.0;
        sum += WEIGHTS[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double style_contrast(const struct cell *cell)
{
    double front = luminance(cell->front), back = luminance(cell->back);
    return front > back ? (front + 0.05) / (back + 0.05) : (back + 0.05) / (front + 0.05);
}

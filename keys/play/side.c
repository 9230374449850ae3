/* SPDX-License-Identifier: MIT */
#include "keys/play/side.h"
#include "keys/terminal/terminal.h"

#include <stdbool.h>
#include <string.h>

enum { ROWS = 512, WIDTH_LEAST = 30 };

struct lines {
    const char *at[ROWS];
    int length[ROWS];
    int count;
};

static struct lines lines_of(const char *text)
{
    struct lines lines = { 0 };
    while (*text != '\0' && lines.count < ROWS) {
        size_t length = strcspn(text, "\n");
        lines.at[lines.count] = text;
        lines.length[lines.count++] = (int)length;
        text += length + (text[length] == '\n');
    }
    return lines;
}

static bool same(const struct lines *one, const struct lines *other, int i)
{
    if (i < 0 || i >= one->count || i >= other->count)
        return i < 0 || (i >= one->count && i >= other->count);
    return one->length[i] == other->length[i] &&
           memcmp(one->at[i], other->at[i], (size_t)one->length[i]) == 0;
}

static int line_width(const struct lines *lines, int i)
{
    char line[4096];
    snprintf(line, sizeof line, "%.*s", lines->length[i], lines->at[i]);
    return terminal_width(line);
}

void side_write(FILE *out, const char *expected, const char *actual)
{
    struct lines left = lines_of(expected), right = lines_of(actual);
    int rows = left.count > right.count ? left.count : right.count, width = WIDTH_LEAST;
    for (int i = 0; i < left.count; i++)
        if (!same(&left, &right, i) && line_width(&left, i) > width)
            width = line_width(&left, i);
    fprintf(out, "    row  %-*s   actual\n", width, "expected");
    for (int i = 0; i < rows; i++) {
        bool differs = !same(&left, &right, i);
        if (!differs && same(&left, &right, i - 1) && same(&left, &right, i + 1))
            continue;
        int pad = i < left.count ? width - line_width(&left, i) : width;
        fprintf(out, "    %3d  %.*s%*s %c %.*s\n", i + 1, i < left.count ? left.length[i] : 0,
                i < left.count ? left.at[i] : "", pad > 0 ? pad : 0, "", differs ? '|' : ' ',
                i < right.count ? right.length[i] : 0, i < right.count ? right.at[i] : "");
    }
}

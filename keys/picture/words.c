/* SPDX-License-Identifier: MIT */
/*
 * A picture has its rows in place; a film has them once, as definitions, and
 * its frames below each other use them. The file may be anybody's: what is not
 * as svg.c draws it is passed over.
 */
#include "keys/picture/layout.h"
#include "keys/picture/svg.h"
#include "keys/terminal/terminal.h"
#include "shared/error.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 500, COLUMNS = 500 };

struct drawn_row {
    char *text; /* NULL: nothing is in it */
    int width;
};

struct reading {
    struct drawn_row rows[ROWS];
    struct drawn_row *defined;
    int defined_count;
    struct drawn_row *open; /* the row whose texts follow; NULL: none */
    int frame, height;
    int last; /* row with something in it */
};

/* The row at this height, as long as the frame has it. */
static struct drawn_row *row_at(struct reading *reading, int y)
{
    int frame = reading->height > 0 && y >= 0 ? y / reading->height + 1 : 1;
    int row = (y - (frame - 1) * reading->height - MARGIN) / CELL_HEIGHT;
    if (frame != reading->frame || row < 0 || row >= ROWS)
        return NULL;
    reading->last = row > reading->last ? row : reading->last;
    return &reading->rows[row];
}

static struct drawn_row *row_define(struct reading *reading)
{
    size_t count = (size_t)reading->defined_count + 1;
    reading->defined = reallocarray(reading->defined, count, sizeof *reading->defined);
    if (reading->defined == NULL)
        panic("out of memory");
    reading->defined[reading->defined_count] = (struct drawn_row){ 0 };
    return &reading->defined[reading->defined_count++];
}

static void text_plain(char *text)
{
    static const struct {
        const char *written;
        char meant;
    } NAMED[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' } };
    char *to = text;
    for (const char *from = text; *from != '\0';) {
        size_t length = 1;
        *to = *from;
        for (size_t i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++) {
            if (strncmp(from, NAMED[i].written, strlen(NAMED[i].written)) == 0) {
                length = strlen(NAMED[i].written);
                *to = NAMED[i].meant;
            }
        }
        from += length;
        to++;
    }
    *to = '\0';
}

static void text_add(struct drawn_row *row, int x, const char *text, size_t length)
{
    int column = x / CELL_WIDTH;
    char *words = strndup(text, length), *joined = NULL;
    if (words == NULL)
        panic("out of memory");
    text_plain(words);
    int blanks = column > row->width && column < COLUMNS ? column - row->width : 0;
    if (asprintf(&joined, "%s%*s%s", row->text != NULL ? row->text : "", blanks, "", words) < 0)
        panic("out of memory");
    row->width += blanks + terminal_width(words);
    free(words);
    free(row->text);
    row->text = joined;
}

static void line_take(struct reading *reading, const char *line)
{
    int x, y, number;
    const char *from = strchr(line, '>'), *to = from != NULL ? strchr(from, '<') : NULL;
    if (sscanf(line, "<g transform=\"translate(%d %d)\">", &x, &y) == 2) {
        reading->open = row_at(reading, y);
    } else if (strncmp(line, "<g id=\"r", 8) == 0) {
        reading->open = row_define(reading);
    } else if (strncmp(line, "</g>", 4) == 0) {
        reading->open = NULL;
    } else if (sscanf(line, "<text x=\"%d\"", &x) == 1 && to != NULL && reading->open != NULL) {
        text_add(reading->open, x, from + 1, (size_t)(to - from - 1));
    } else if (sscanf(line, "<use href=\"#r%d\" x=\"%d\" y=\"%d\"/>", &number, &x, &y) == 3 &&
               number >= 0 && number < reading->defined_count) {
        struct drawn_row *row = row_at(reading, y);
        const char *text = reading->defined[number].text;
        if (row != NULL && row->text == NULL && text != NULL)
            row->text = strdup(text);
    }
}

char *svg_words(const char *drawing, int frame)
{
    struct reading *reading = calloc(1, sizeof *reading);
    char *words = NULL, *copy = strdup(drawing), *rest = copy;
    size_t length = 0;
    FILE *out = open_memstream(&words, &length);
    if (reading == NULL || copy == NULL || out == NULL)
        panic("out of memory");
    const char *head = strstr(drawing, "height=\"");
    reading->frame = frame;
    reading->height = head != NULL ? atoi(head + strlen("height=\"")) : 0;
    reading->last = -1;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        line_take(reading, line);
    for (int row = 0; row <= reading->last; row++)
        fprintf(out, "%s\n", reading->rows[row].text != NULL ? reading->rows[row].text : "");
    fclose(out);
    for (int row = 0; row < ROWS; row++)
        free(reading->rows[row].text);
    for (int i = 0; i < reading->defined_count; i++)
        free(reading->defined[i].text);
    free(reading->defined);
    free(reading);
    free(copy);
    return words;
}

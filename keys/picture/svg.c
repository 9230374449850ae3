/* SPDX-License-Identifier: MIT */
/*
 * A row is drawn at the height 0 and put in its place by what holds it. A film
 * has each row once, however many frames show it; its frames stand below each
 * other and an animation in steps moves them past the window.
 */
#include "keys/picture/svg.h"
#include "keys/picture/blocks.h"
#include "keys/picture/layout.h"
#include "shared/error.h"
#include "shared/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASELINE = 14 };

static FILE *memory_open(char **text, size_t *length)
{
    FILE *out = open_memstream(text, length);
    if (out == NULL)
        panic("out of memory");
    return out;
}

static void rectangle_write(FILE *out, double x, double y, double width, double height,
                            unsigned color)
{
    fprintf(out, "<path fill=\"#%06x\" d=\"M%g %gh%gv%gh%gz\"/>\n", color, x, y, width, height,
            -width);
}

static void backs_write(FILE *out, const struct shot *shot, int row, unsigned ground)
{
    for (int from = 1, to; from <= shot->columns; from = to) {
        unsigned back = shot_cell(shot, row, from).back;
        for (to = from + 1; to <= shot->columns && shot_cell(shot, row, to).back == back; to++)
            continue;
        if (back != ground)
            rectangle_write(out, (from - 1) * CELL_WIDTH, 0, (to - from) * CELL_WIDTH, CELL_HEIGHT,
                            back);
    }
}

/* A block, and its like to the right where they touch. */
static void blocks_write(FILE *out, const struct shot *shot, int row)
{
    struct block blocks[BLOCKS];
    for (int from = 1, to; from <= shot->columns; from = to) {
        struct cell cell = shot_cell(shot, row, from);
        int count = blocks_of(cell.text, blocks);
        to = from + 1;
        bool whole = count == 1 && blocks[0].left == 0 && blocks[0].right == BLOCK_WIDTH;
        for (; whole && to <= shot->columns; to++) {
            struct cell next = shot_cell(shot, row, to);
            if (strcmp(next.text, cell.text) != 0 || next.front != cell.front)
                break;
        }
        for (int i = 0; i < count; i++) {
            const struct block *block = &blocks[i];
            double width = (to - from - 1) * CELL_WIDTH + (block->right - block->left) / 8.0;
            rectangle_write(out, (from - 1) * CELL_WIDTH + block->left / 8.0, block->top / 8.0,
                            width, (block->bottom - block->top) / 8.0, cell.front);
        }
    }
}

static bool is_text(const struct cell *cell)
{
    struct block blocks[BLOCKS];
    return cell->text[0] != '\0' && strcmp(cell->text, " ") != 0 &&
           blocks_of(cell->text, blocks) == 0;
}

static bool looks_alike(const struct cell *one, const struct cell *other)
{
    return one->front == other->front && one->bold == other->bold && one->italic == other->italic &&
           one->underline == other->underline && one->strike == other->strike;
}

static void text_write(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<' || *text == '>' || *text == '&')
            fprintf(out, "&%s;", *text == '<' ? "lt" : *text == '>' ? "gt" : "amp");
        else
            fputc(*text, out);
    }
}

/* The column after the run of words of one look that begins here; over a single blank. */
static int run_end(const struct shot *shot, int row, int from)
{
    struct cell first = shot_cell(shot, row, from);
    int to = from + (first.wide ? 2 : 1);
    while (to <= shot->columns) {
        struct cell next = shot_cell(shot, row, to);
        bool blank = strcmp(next.text, " ") == 0 && to < shot->columns;
        struct cell look = blank ? shot_cell(shot, row, to + 1) : next;
        if (!is_text(&look) || !looks_alike(&look, &first))
            break;
        to += next.wide ? 2 : 1;
    }
    return to;
}

/* Whether a viewer would turn the run around, which is in the order of its columns already. */
static bool run_turns(const struct shot *shot, int row, int from, int to)
{
    for (int column = from; column < to; column++)
        if (text_has_right_to_left(shot_cell(shot, row, column).text))
            return true;
    return false;
}

/* The width of each element is given, so that any font keeps the columns. */
static void texts_write(FILE *out, const struct shot *shot, int row)
{
    for (int from = 1, to; from <= shot->columns; from = to) {
        struct cell cell = shot_cell(shot, row, from);
        to = from + 1;
        if (!is_text(&cell))
            continue;
        to = run_end(shot, row, from);
        fprintf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"#%06x\"%s%s%s%s>",
                (from - 1) * CELL_WIDTH, BASELINE, (to - from) * CELL_WIDTH, cell.front,
                cell.bold ? " font-weight=\"bold\"" : "",
                cell.italic ? " font-style=\"italic\"" : "",
                cell.underline ? " text-decoration=\"underline\""
                : cell.strike  ? " text-decoration=\"line-through\""
                               : "",
                run_turns(shot, row, from, to) ? " direction=\"ltr\" unicode-bidi=\"bidi-override\""
                                               : "");
        for (int column = from; column < to; column++)
            text_write(out, shot_cell(shot, row, column).text);
        fprintf(out, "</text>\n");
    }
}

static char *row_draw(const struct shot *shot, int row, unsigned ground)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_open(&text, &length);
    backs_write(out, shot, row, ground);
    blocks_write(out, shot, row);
    texts_write(out, shot, row);
    fclose(out);
    return text;
}

static void cursor_write(FILE *out, const struct shot *shot, int y)
{
    if (shot->cursor_row > 0)
        fprintf(
            out,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#888\" opacity=\"0.6\"/>\n",
            MARGIN + (shot->cursor_column - 1) * CELL_WIDTH,
            y + MARGIN + (shot->cursor_row - 1) * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT);
}

static void head_write(FILE *out, int width, int height, const char *title, unsigned ground)
{
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
            "height=\"%d\"\n font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" "
            "font-size=\"15\" xml:space=\"preserve\">\n<title>",
            width, height, width, height);
    text_write(out, title);
    fprintf(out, "</title>\n<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#%06x\"/>\n", width,
            height, ground);
}

char *svg_picture(const struct shot *shot, const char *title)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_open(&text, &length);
    unsigned ground = shot_ground(shot);
    head_write(out, shot->columns * CELL_WIDTH + 2 * MARGIN, shot->rows * CELL_HEIGHT + 2 * MARGIN,
               title, ground);
    for (int row = 1; row <= shot->rows; row++) {
        char *drawn = row_draw(shot, row, ground);
        if (drawn[0] != '\0')
            fprintf(out, "<g transform=\"translate(%d %d)\">\n%s</g>\n", MARGIN,
                    MARGIN + (row - 1) * CELL_HEIGHT, drawn);
        free(drawn);
    }
    cursor_write(out, shot, 0);
    fprintf(out, "</svg>\n");
    fclose(out);
    return text;
}

/* ---- films ---------------------------------------------------------------------- */

void film_add(struct film *film, struct shot *shot, int ms)
{
    if (film->count > 0 && shot_same(film->shots[film->count - 1], shot)) {
        film->ms[film->count - 1] += ms;
        shot_free(shot);
        return;
    }
    size_t count = (size_t)film->count + 1;
    film->shots = reallocarray(film->shots, count, sizeof(struct shot *));
    film->ms = reallocarray(film->ms, count, sizeof *film->ms);
    if (film->shots == NULL || film->ms == NULL)
        panic("out of memory");
    film->shots[film->count] = shot;
    film->ms[film->count++] = ms;
}

void film_finish(struct film *film)
{
    for (int i = 0; i < film->count; i++)
        shot_free(film->shots[i]);
    free(film->shots);
    free(film->ms);
    *film = (struct film){ 0 };
}

struct rows {
    char **drawn;
    int count;
};

/* The number of a row that looks like this; takes the text. */
static int row_number(struct rows *rows, char *drawn)
{
    for (int i = 0; i < rows->count; i++) {
        if (strcmp(rows->drawn[i], drawn) == 0) {
            free(drawn);
            return i;
        }
    }
    rows->drawn = reallocarray(rows->drawn, (size_t)rows->count + 1, sizeof *rows->drawn);
    if (rows->drawn == NULL)
        panic("out of memory");
    rows->drawn[rows->count] = drawn;
    return rows->count++;
}

static void frames_write(FILE *out, const struct film *film, struct rows *rows, int height,
                         unsigned ground)
{
    for (int i = 0; i < film->count; i++) {
        const struct shot *shot = film->shots[i];
        for (int row = 1; row <= shot->rows; row++) {
            char *drawn = row_draw(shot, row, ground);
            bool empty = drawn[0] == '\0';
            if (empty)
                free(drawn);
            else
                fprintf(out, "<use href=\"#r%d\" x=\"%d\" y=\"%d\"/>\n", row_number(rows, drawn),
                        MARGIN, i * height + MARGIN + (row - 1) * CELL_HEIGHT);
        }
        cursor_write(out, shot, i * height);
    }
}

static void steps_write(FILE *out, const struct film *film, int height)
{
    int total = 0, at = 0;
    for (int i = 0; i < film->count; i++)
        total += film->ms[i];
    fprintf(out, "<style>\n@keyframes film {\n");
    for (int i = 0; i < film->count; i++) {
        fprintf(out, "%.3f%% { transform: translateY(%dpx) }\n", 100.0 * at / total, -i * height);
        at += film->ms[i];
    }
    fprintf(out,
            "100%% { transform: translateY(%dpx) }\n}\n"
            "#film { animation: film %.3fs step-end infinite }\n</style>\n",
            -(film->count - 1) * height, total / 1000.0);
}

char *film_draw(const struct film *film, const char *title)
{
    char *text = NULL, *frames = NULL;
    size_t length = 0, frames_length = 0;
    int width = 0, height = 0;
    for (int i = 0; i < film->count; i++) {
        int wide = film->shots[i]->columns * CELL_WIDTH + 2 * MARGIN;
        int high = film->shots[i]->rows * CELL_HEIGHT + 2 * MARGIN;
        width = wide > width ? wide : width;
        height = high > height ? high : height;
    }
    unsigned ground = shot_ground(film->shots[0]);
    struct rows rows = { 0 };
    FILE *inner = memory_open(&frames, &frames_length);
    frames_write(inner, film, &rows, height, ground);
    fclose(inner);
    FILE *out = memory_open(&text, &length);
    head_write(out, width, height, title, ground);
    steps_write(out, film, height);
    fprintf(out, "<defs>\n");
    for (int i = 0; i < rows.count; i++) {
        fprintf(out, "<g id=\"r%d\">\n%s</g>\n", i, rows.drawn[i]);
        free(rows.drawn[i]);
    }
    free(rows.drawn);
    fprintf(out, "</defs>\n<g id=\"film\">\n%s</g>\n</svg>\n", frames);
    fclose(out);
    free(frames);
    return text;
}

char *svg_map_texts(const char *svg, char *(*change)(const void *context, const char *text),
                    const void *context)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_open(&text, &length);
    while (*svg != '\0') {
        const char *end = svg + strcspn(svg, "\n");
        const char *from =
            strncmp(svg, "<text ", 6) == 0 ? memchr(svg, '>', (size_t)(end - svg)) : NULL;
        const char *to = from != NULL ? memchr(from, '<', (size_t)(end - from)) : NULL;
        if (to != NULL) {
            char *inner = strndup(from + 1, (size_t)(to - from - 1));
            char *changed = inner != NULL ? change(context, inner) : NULL;
            if (changed == NULL)
                panic("out of memory");
            fprintf(out, "%.*s%s", (int)(from + 1 - svg), svg, changed);
            free(inner);
            free(changed);
            svg = to;
        }
        fprintf(out, "%.*s\n", (int)(end - svg), svg);
        svg = end + (*end != '\0');
    }
    fclose(out);
    return text;
}

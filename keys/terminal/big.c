/* SPDX-License-Identifier: MIT */
/*
 * At each place of a row the widest glyph that fits is taken, then the place
 * after it is tried. A line of text is a run of glyphs whose tops are in one
 * row; what is no glyph ends it. A run of nothing but glyphs that are part of
 * others below (a row further down) does not occur, as whole glyphs are
 * compared with whole cells.
 */
#include "keys/terminal/big.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GLYPHS = 128, ROWS = 16, COLUMNS = 32, CHARACTER = 8 };

struct glyph {
    char name[CHARACTER];
    char cell[ROWS][COLUMNS][CHARACTER];
    int columns;
};

struct font {
    struct glyph glyph[GLYPHS];
    int count;
    int rows;
};

/* Cuts a line into characters; a byte of UTF-8 that continues one belongs to it. */
static bool row_read(struct glyph *glyph, int row, const char *line)
{
    int column = 0;
    while (*line != '\0') {
        size_t length = 1;
        while (((unsigned char)line[length] & 0xC0) == 0x80)
            length++;
        if (column == COLUMNS || length >= CHARACTER)
            return false;
        memcpy(glyph->cell[row][column++], line, length);
        line += length;
    }
    glyph->columns = column > glyph->columns ? column : glyph->columns;
    return true;
}

static bool glyph_end(struct font *font, int rows, const char *path, struct error *error)
{
    if (font->count == 0)
        return true;
    if (font->rows == 0)
        font->rows = rows;
    const struct glyph *glyph = &font->glyph[font->count - 1];
    if (rows == font->rows && rows > 0 && glyph->columns > 0)
        return true;
    if (rows == 0 || glyph->columns == 0)
        return error_set(error, ERROR_USAGE, "%s: nothing is drawn of the glyph %s", path,
                         glyph->name);
    return error_set(error, ERROR_USAGE,
                     "%s: glyph %s has %d rows where the first has %d; all have as many", path,
                     glyph->name, rows, font->rows);
}

static bool lines_read(struct font *font, FILE *file, const char *path, struct error *error)
{
    char line[512];
    int number = 0, rows = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        if (strncmp(line, "# ", 2) == 0 || (line[0] == '\0' && font->count == 0))
            continue;
        if (strncmp(line, "glyph ", 6) == 0 && line[6] != '\0' && strlen(line + 6) < CHARACTER) {
            if (font->count == GLYPHS)
                return error_set(error, ERROR_USAGE, "%s has more than %d glyphs", path, GLYPHS);
            if (!glyph_end(font, rows, path, error))
                return false;
            rows = 0;
            snprintf(font->glyph[font->count++].name, CHARACTER, "%.*s", CHARACTER - 1, line + 6);
        } else if (font->count == 0 || rows == ROWS ||
                   !row_read(&font->glyph[font->count - 1], rows++, line)) {
            return error_set(error, ERROR_USAGE,
                             "%s:%d: write 'glyph CHARACTER', then its rows as they are drawn, "
                             "at most %d of %d columns",
                             path, number, ROWS, COLUMNS);
        }
    }
    if (font->count == 0)
        return error_set(error, ERROR_USAGE, "%s has no glyph: write 'glyph 0' and its rows", path);
    return glyph_end(font, rows, path, error);
}

struct font *font_load(const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        error_set_errno(error, "cannot read the font %s", path);
        return NULL;
    }
    struct font *font = calloc(1, sizeof *font);
    if (font == NULL)
        panic("out of memory");
    bool good = lines_read(font, file, path, error);
    fclose(file);
    if (good)
        return font;
    font_destroy(font);
    return NULL;
}

void font_destroy(struct font *font)
{
    free(font);
}

static bool glyph_at(const struct font *font, const struct glyph *glyph,
                     const struct terminal *terminal, int top, int left)
{
    for (int row = 0; row < font->rows; row++) {
        for (int column = 0; column < glyph->columns; column++) {
            const char *wanted = glyph->cell[row][column];
            struct cell cell = terminal_cell(terminal, top + row, left + column);
            if (strcmp(cell.text, wanted[0] != '\0' ? wanted : " ") != 0)
                return false;
        }
    }
    return true;
}

static const struct glyph *glyph_find(const struct font *font, const struct terminal *terminal,
                                      struct area area, int top, int left)
{
    const struct glyph *best = NULL;
    for (int i = 0; i < font->count; i++) {
        const struct glyph *glyph = &font->glyph[i];
        bool wider = best == NULL || glyph->columns > best->columns;
        if (wider && left + glyph->columns - 1 <= area.right &&
            glyph_at(font, glyph, terminal, top, left))
            best = glyph;
    }
    return best;
}

static bool column_blank(const struct font *font, const struct terminal *terminal, int top,
                         int left)
{
    for (int row = 0; row < font->rows; row++)
        if (strcmp(terminal_cell(terminal, top + row, left).text, " ") != 0)
            return false;
    return true;
}

static void line_read(const struct font *font, const struct terminal *terminal, struct area area,
                      int top, FILE *out)
{
    bool any = false;
    int blanks = 0;
    for (int column = area.left; column <= area.right;) {
        const struct glyph *glyph = glyph_find(font, terminal, area, top, column);
        if (glyph != NULL) {
            fprintf(out, "%s%s", any && blanks > font->rows ? " " : "", glyph->name);
            column += glyph->columns;
            blanks = 0;
            any = true;
            continue;
        }
        bool blank = column_blank(font, terminal, top, column++);
        blanks += blank;
        if (!blank && any) {
            fputc('\n', out);
            any = false;
        }
    }
    if (any)
        fputc('\n', out);
}

char *font_read(const struct font *font, const struct terminal *terminal, struct area area)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        panic("out of memory");
    for (int top = area.top; top + font->rows - 1 <= area.bottom; top++)
        line_read(font, terminal, area, top, out);
    fclose(out);
    return text;
}

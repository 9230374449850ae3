/* SPDX-License-Identifier: MIT */
#include "bank/console/line.h"

#include "bank/console/paint.h"
#include "shared/error.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTROL(letter) ((letter)&0x1F)
enum { ESCAPE = 27, DELETE = 127 };

void line_set(struct line *line, const char *text)
{
    snprintf(line->text, sizeof line->text, "%s", text);
    line->length = line->cursor = strlen(line->text);
    line->at = line->past_count;
}

/* The bytes of a character beside the cursor. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static size_t before(const struct line *line, size_t at)
{
    while (at > 0 && continues(line->text[at - 1]))
        at--;
    return at > 0 ? at - 1 : 0;
}

static size_t after(const struct line *line, size_t at)
{
    if (at < line->length)
        at++;
    while (at < line->length && continues(line->text[at]))
        at++;
    return at;
}

static void cut(struct line *line, size_t from, size_t to)
{
    memmove(line->text + from, line->text + to, line->length - to + 1);
    line->length -= to - from;
    line->cursor = from;
}

static void insert(struct line *line, char byte)
{
    if (line->length + 1 >= sizeof line->text)
        return;
    memmove(line->text + line->cursor + 1, line->text + line->cursor,
            line->length - line->cursor + 1);
    line->text[line->cursor++] = byte;
    line->length++;
}

void line_append(struct line *line, const char *text)
{
    line->cursor = line->length;
    for (; *text != '\0'; text++)
        insert(line, *text);
}

static void word_cut(struct line *line)
{
    size_t from = line->cursor;
    while (from > 0 && line->text[from - 1] == ' ')
        from--;
    while (from > 0 && line->text[from - 1] != ' ')
        from--;
    cut(line, from, line->cursor);
}

static void past_show(struct line *line, int step)
{
    if ((step < 0 && line->at == 0) || (step > 0 && line->at == line->past_count))
        return;
    if (line->at == line->past_count)
        memcpy(line->kept, line->text, sizeof line->kept);
    const size_t at = step < 0 ? line->at - 1 : line->at + 1;
    line_set(line, at == line->past_count ? line->kept : line->past[at]);
    line->at = at;
}

void line_keep(struct line *line)
{
    if (line->length == 0 ||
        (line->past_count > 0 && strcmp(line->past[line->past_count - 1], line->text) == 0))
        return;
    if (line->past_count == LINE_HISTORY) {
        free(line->past[0]);
        memmove(line->past, line->past + 1, (LINE_HISTORY - 1) * sizeof line->past[0]);
        line->past_count--;
    }
    line->past[line->past_count] = strdup(line->text);
    if (line->past[line->past_count++] == NULL)
        panic("out of memory");
}

void line_finish(struct line *line)
{
    for (size_t i = 0; i < line->past_count; i++)
        free(line->past[i]);
    line->past_count = 0;
}

/* Moves the cursor; false: the key does not. */
static bool moved(struct line *line, int key)
{
    switch (key) {
    case KEY_LEFT:
    case CONTROL('B'):
        line->cursor = before(line, line->cursor);
        return true;
    case KEY_RIGHT:
    case CONTROL('F'):
        line->cursor = after(line, line->cursor);
        return true;
    case KEY_HOME:
    case CONTROL('A'):
        line->cursor = 0;
        return true;
    case KEY_END:
    case CONTROL('E'):
        line->cursor = line->length;
        return true;
    case KEY_UP:
    case CONTROL('P'):
        past_show(line, -1);
        return true;
    case KEY_DOWN:
    case CONTROL('N'):
        past_show(line, 1);
        return true;
    default:
        return false;
    }
}

enum line_step line_key(struct line *line, int key)
{
    if (moved(line, key))
        return LINE_GOES_ON;
    switch (key) {
    case '\r':
    case '\n':
    case KEY_ENTER:
        return LINE_DONE;
    case ESCAPE:
    case CONTROL('C'):
        return LINE_LEFT;
    case '\t':
        return LINE_COMPLETE;
    case '\b':
    case DELETE:
    case KEY_BACKSPACE:
        if (line->length == 0)
            return LINE_LEFT;
        cut(line, before(line, line->cursor), line->cursor);
        break;
    case KEY_DC:
    case CONTROL('D'): {
        const size_t at = line->cursor;
        cut(line, at, after(line, at));
        break;
    }
    case CONTROL('U'):
        cut(line, 0, line->cursor);
        break;
    case CONTROL('K'):
        line->text[line->length = line->cursor] = '\0';
        break;
    case CONTROL('W'):
        word_cut(line);
        break;
    default:
        if (key >= ' ' && key <= 0xFF)
            insert(line, (char)key);
    }
    return LINE_GOES_ON;
}

void line_paint(const struct line *line, int row, int columns, const char *prompt)
{
    char until[LINE_SIZE];
    const int room = columns - (int)strlen(prompt) - 1;
    const char *from = line->text;
    snprintf(until, sizeof until, "%.*s", (int)line->cursor, line->text);
    /* A long line shows the part that ends at the cursor. */
    const char *shown = until;
    while (*shown != '\0' && paint_width(shown) > room) {
        shown++;
        while (continues(*shown))
            shown++;
    }
    from += shown - until;
    paint_left(row, 0, columns, LOOK_PLAIN, "");
    paint_text(row, 0, columns, LOOK_STRONG, prompt);
    paint_text(row, (int)strlen(prompt), room, LOOK_PLAIN, from);
    paint_cursor(row, (int)strlen(prompt) + paint_width(shown));
}

/* SPDX-License-Identifier: MIT */
/*
 * The only place where painters meet ncurses. Text is cut here, once, so that
 * no painter has to reckon with the edges; ncurses would wrap it instead.
 */
#include "atm/tui/paint_canvas.h"
#include "atm/texts/columns.h"
#include "atm/tui/paint_bidi.h"
#include "atm/tui/paint_text.h"
#include "shared/text.h"

#include "atm/tui/tui_curses.h"
#include <stdio.h>
#include <string.h>

#define TEXT_LENGTH 800

/* What will be shown of a text in this theme. */
static const char *text_filtered(const struct canvas *canvas, const char *text,
                                 char buffer[static TEXT_LENGTH])
{
    if (canvas->theme->glyphs == GLYPHS_ASCII) {
        paint_text_ascii(text, buffer, TEXT_LENGTH);
        return buffer;
    }
    size_t used = 0;
    uint32_t character;
    for (size_t bytes;
         (bytes = paint_text_decode(text, &character)) > 0 && used + bytes < TEXT_LENGTH;
         text += bytes) {
        bool odd = character == '?' && *text != '?'; /* no UTF-8, or not seen */
        if (columns_mark(character) && !canvas->right_to_left)
            continue;
        if (character < 0x20 || character == 0x7F || (character >= 0x80 && character < 0xA0) ||
            odd) {
            buffer[used++] = odd ? '?' : ' ';
            continue;
        }
        memcpy(buffer + used, text, bytes);
        used += bytes;
    }
    buffer[used] = '\0';
    return buffer;
}

/* Puts down what is in the order of its columns, as far as the canvas reaches. */
static void text_put(const struct canvas *canvas, int row, int column, enum style style,
                     const char *text)
{
    if (row < 0 || row >= canvas->height || column >= canvas->width)
        return;
    if (column < 0) {
        size_t hidden = paint_text_fit(text, -column);
        column += paint_text_width_of(text, hidden);
        text += hidden;
        if (column < 0)
            return;
    }
    attrset((int)theme_attributes(canvas->theme, style));
    mvaddnstr(canvas->top + row, canvas->left + column, text,
              (int)paint_text_fit(text, canvas->width - column));
}

static void text_paint(const struct canvas *canvas, int row, int column, enum style style,
                       const char *text, bool right_to_left)
{
    char shown[TEXT_LENGTH], seen[TEXT_LENGTH];
    text = text_filtered(canvas, text, shown);
    if ((canvas->right_to_left || text_has_right_to_left(text)) &&
        canvas->theme->glyphs != GLYPHS_ASCII) {
        paint_bidi(text, right_to_left, seen, sizeof seen);
        text = seen;
    }
    text_put(canvas, row, column, style, text);
}

void canvas_text(const struct canvas *canvas, int row, int column, enum style style,
                 const char *text)
{
    text_paint(canvas, row, column, style, text,
               canvas->right_to_left && text_has_right_to_left(text));
}

int canvas_width(const struct canvas *canvas, const char *text)
{
    char buffer[TEXT_LENGTH];
    return paint_text_width(text_filtered(canvas, text, buffer));
}

/* Cuts the text to the width; returns its columns. */
static int text_cut(const struct canvas *canvas, const char *text, int width,
                    char cut[static TEXT_LENGTH])
{
    char buffer[TEXT_LENGTH];
    text = text_filtered(canvas, text, buffer);
    paint_text_cut(text, width, canvas->theme->glyphs == GLYPHS_ASCII, cut, TEXT_LENGTH);
    return paint_text_width(cut);
}

void canvas_left(const struct canvas *canvas, int row, int column, int width, enum style style,
                 const char *text)
{
    char cut[TEXT_LENGTH];
    text_cut(canvas, text, width, cut);
    canvas_text(canvas, row, column, style, cut);
}

void canvas_center(const struct canvas *canvas, int row, int column, int width, enum style style,
                   const char *text)
{
    char cut[TEXT_LENGTH];
    int taken = text_cut(canvas, text, width, cut);
    canvas_text(canvas, row, column + (width - taken) / 2, style, cut);
}

void canvas_right(const struct canvas *canvas, int row, int column, int width, enum style style,
                  const char *text)
{
    char cut[TEXT_LENGTH];
    int taken = text_cut(canvas, text, width, cut);
    canvas_text(canvas, row, column + width - taken, style, cut);
}

void canvas_line(const struct canvas *canvas, int row, int column, int width, enum style style,
                 const char *text, bool right_to_left)
{
    char cut[TEXT_LENGTH];
    int taken = text_cut(canvas, text, width, cut);
    text_paint(canvas, row, right_to_left ? column + width - taken : column, style, cut,
               right_to_left);
}

int canvas_paragraph(const struct canvas *canvas, struct place place, enum style style,
                     const char *text)
{
    char buffer[TEXT_LENGTH], line[TEXT_LENGTH];
    int lines = 0;
    for (text = text_filtered(canvas, text, buffer); *text != '\0' && lines < place.height;
         lines++) {
        const char *next;
        size_t length = paint_text_line(text, place.width, &next);
        bool last = lines + 1 == place.height; /* what is left goes there, with an ellipsis */
        snprintf(line, sizeof line, "%.*s", last ? (int)strlen(text) : (int)length, text);
        canvas_center(canvas, place.row + lines, place.column, place.width, style, line);
        text = next;
    }
    return lines;
}

void canvas_glyph(const struct canvas *canvas, int row, int column, enum style style,
                  enum glyph glyph)
{
    canvas_text(canvas, row, column, style, theme_glyph(canvas->theme, glyph));
}

void canvas_repeat(const struct canvas *canvas, int row, int column, int count, enum style style,
                   enum glyph glyph)
{
    const char *text = theme_glyph(canvas->theme, glyph);
    int width = paint_text_width(text);
    for (int done = 0; width > 0 && done + width <= count; done += width)
        canvas_text(canvas, row, column + done, style, text);
}

void canvas_fill(const struct canvas *canvas, struct place place, enum style style)
{
    for (int row = 0; row < place.height; row++)
        for (int column = 0; column < place.width; column++)
            canvas_text(canvas, place.row + row, place.column + column, style, " ");
}

void canvas_outline(const struct canvas *canvas, struct place place, enum style style)
{
    int bottom = place.row + place.height - 1, right = place.column + place.width - 1;
    canvas_repeat(canvas, place.row, place.column + 1, place.width - 2, style, GLYPH_LINE);
    canvas_repeat(canvas, bottom, place.column + 1, place.width - 2, style, GLYPH_LINE);
    for (int row = place.row + 1; row < bottom; row++) {
        canvas_glyph(canvas, row, place.column, style, GLYPH_PILLAR);
        canvas_glyph(canvas, row, right, style, GLYPH_PILLAR);
    }
    canvas_glyph(canvas, place.row, place.column, style, GLYPH_CORNER_TOP_LEFT);
    canvas_glyph(canvas, place.row, right, style, GLYPH_CORNER_TOP_RIGHT);
    canvas_glyph(canvas, bottom, place.column, style, GLYPH_CORNER_BOTTOM_LEFT);
    canvas_glyph(canvas, bottom, right, style, GLYPH_CORNER_BOTTOM_RIGHT);
}

void canvas_surface(const struct canvas *canvas, struct place place, enum style style,
                    enum style edge)
{
    if (!canvas->theme->filled) {
        canvas_fill(canvas, place, STYLE_GROUND);
        canvas_outline(canvas, place, edge);
        return;
    }
    canvas_repeat(canvas, place.row, place.column, place.width, edge, GLYPH_LOWER);
    canvas_repeat(canvas, place.row + place.height - 1, place.column, place.width, edge,
                  GLYPH_UPPER);
    place.row++;
    place.height -= 2;
    canvas_fill(canvas, place, style);
}

void canvas_click(const struct canvas *canvas, struct place place, struct input input)
{
    place.row += canvas->top;
    place.column += canvas->left;
    hits_add(canvas->hits, place, input);
}

/* SPDX-License-Identifier: MIT */
/*
 * Lines as they are, in one fixed pitch: on a strip of paper, torn off below, or as a list on the
 * ground.
 */
#include "atm/tui/paint_parts.h"
#include "shared/text.h"

enum { PAPER_MARGIN = 2, LIST_COLUMN = 8, LABEL_ROOM = 24, PAIR_COLUMN = 5, PAIR_WIDTH = 35 };

int paint_lines_width(const struct canvas *canvas, const struct view *view)
{
    int widest = 0;
    for (int i = 0; i < view->line_count && i < VIEW_LINES; i++) {
        int width = canvas_width(canvas, view->line[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

bool paint_lines_turned(const struct canvas *canvas, const struct view *view)
{
    for (int i = 0; canvas->right_to_left && i < view->line_count && i < VIEW_LINES; i++)
        if (text_has_right_to_left(view->line[i]))
            return true;
    return false;
}

/* The slot above and the torn edge below are left out where the lines need the rows. */
void paint_paper(const struct canvas *canvas, int top, int bottom, struct span span,
                 const struct view *view)
{
    int width = paint_lines_width(canvas, view) + 2 * PAPER_MARGIN;
    if (width % 2 != 0)
        width++; /* the torn edge comes in pairs */
    width = width > span.width ? span.width : width;
    int column = span.column + (span.width - width) / 2;
    int rows = view->line_count < VIEW_LINES ? view->line_count : VIEW_LINES;
    int spare = bottom - top + 1 - rows;
    int row = top + (spare > 1 ? spare / 2 : 0);
    const bool turned = paint_lines_turned(canvas, view);
    if (spare > 1)
        canvas_repeat(canvas, row - 1, column - 1, width + 2, STYLE_SLOT, GLYPH_SLOT);
    canvas_fill(canvas, (struct place){ row, column, rows, width }, STYLE_PAPER);
    for (int i = 0; i < rows; i++) {
        if (!canvas->theme->filled) {
            canvas_glyph(canvas, row + i, column, STYLE_PAPER_EDGE, GLYPH_PILLAR);
            canvas_glyph(canvas, row + i, column + width - 1, STYLE_PAPER_EDGE, GLYPH_PILLAR);
        }
        canvas_line(canvas, row + i, column + PAPER_MARGIN, width - 2 * PAPER_MARGIN, STYLE_PAPER,
                    view->line[i], turned);
    }
    if (spare > 0)
        canvas_repeat(canvas, row + rows, column, width, STYLE_PAPER_EDGE, GLYPH_TEAR);
}

/* The columns a list may take in this row: a line beside a key with a label ends before that label.
 */
static struct span list_span(const struct view *view, int row)
{
    int key = (row - KEYS_ROW) / KEYS_PITCH;
    bool beside = row >= KEYS_ROW && key < VIEW_FDKS / 2;
    int left = beside && paint_keys_labelled(view, 0, key) ? LABEL_ROOM : LIST_COLUMN;
    int right = beside && paint_keys_labelled(view, 1, key) ? LABEL_ROOM : LIST_COLUMN - 2;
    return (struct span){ left, PAINT_COLUMNS - left - right };
}

/* Short lines too many for the rows go into two columns, unless a label is in the way. */
static bool list_in_pairs(const struct canvas *canvas, int row, int rows, const struct view *view)
{
    if (view->line_count <= rows || paint_lines_width(canvas, view) > PAIR_WIDTH)
        return false;
    for (int i = 0; i < (view->line_count + 1) / 2; i++)
        if (list_span(view, row + i).width < PAINT_COLUMNS - 2 * LIST_COLUMN)
            return false;
    return true;
}

void paint_list(const struct canvas *canvas, int row, int rows, const struct view *view)
{
    const bool turned = paint_lines_turned(canvas, view);
    bool pair = list_in_pairs(canvas, row, rows, view);
    int upright = pair ? (view->line_count + 1) / 2 : view->line_count;
    for (int i = 0; i < view->line_count && i < VIEW_LINES; i++) {
        int at = row + i % upright;
        struct span span = list_span(view, at);
        if (pair)
            span = (struct span){ PAIR_COLUMN + i / upright * PAIR_WIDTH, PAIR_WIDTH };
        if (at < row + rows)
            canvas_line(canvas, at, span.column, span.width,
                        view->line_headed && i == 0 ? STYLE_STRONG : STYLE_GROUND, view->line[i],
                        turned);
    }
}

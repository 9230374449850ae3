/* SPDX-License-Identifier: MIT */
/*
 * Which columns there is room for, and the rows in them. Columns of rank 0 are
 * always there; others come as the terminal is wider, then ids grow to their whole length,
 * and what is left goes to the columns that take the rest.
 */
#include "bank/console/cell.h"
#include "bank/console/grid.h"
#include "bank/console/paint.h"
#include "shared/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GAP = 2,
    ID_WIDTH = 36,
    RANKS = 4,
    PREVIEW_ROWS = 2,
    BAR_CELLS_MAX = 8,
    FULL_CASSETTE = 1000
};

struct layout {
    int count;
    struct {
        const struct view_column *column;
        size_t cell;
        int at, width;
    } part[PAGE_COLUMNS_MAX];
};

static int used(const struct layout *layout)
{
    int width = 0;
    for (int i = 0; i < layout->count; i++)
        width += layout->part[i].width + (i > 0 ? GAP : 0);
    return width;
}

/* The columns up to that rank, in the view's order. */
static void choose(const struct view *view, int rank, struct layout *layout)
{
    layout->count = 0;
    for (size_t i = 0; view->column[i].title != NULL; i++)
        if (view->column[i].rank <= rank) {
            layout->part[layout->count].column = &view->column[i];
            layout->part[layout->count].cell = i;
            layout->part[layout->count++].width = view->column[i].width;
        }
}

static bool takes_rest(const struct view_column *column)
{
    return column->kind == VIEW_REST || column->kind == VIEW_OWNER || column->kind == VIEW_LIST;
}

static void grow(struct layout *layout, int columns)
{
    int left = columns - used(layout), rests = 0;
    for (int i = 0; i < layout->count; i++)
        rests += takes_rest(layout->part[i].column);
    for (int i = 0; i < layout->count && left > 0; i++) {
        const int missing = ID_WIDTH - layout->part[i].width;
        if (layout->part[i].column->kind != VIEW_ID || missing <= 0 || missing > left)
            continue;
        layout->part[i].width += missing;
        left -= missing;
    }
    for (int i = 0; i < layout->count && left > 0; i++)
        if (takes_rest(layout->part[i].column)) {
            const int share = left / rests--;
            layout->part[i].width += share;
            left -= share;
        }
}

static void lay_out(const struct view *view, int columns, struct layout *layout)
{
    for (int rank = RANKS; rank >= 0; rank--) {
        choose(view, rank, layout);
        if (used(layout) <= columns)
            break;
    }
    while (layout->count > 1 && used(layout) > columns)
        layout->count--;
    grow(layout, columns);
    for (int i = 0, at = 0; i < layout->count; i++) {
        layout->part[i].at = at;
        at += layout->part[i].width + GAP;
    }
}

/* ---- cells ---- */

static void denomination_text(long denomination, char text[static MONEY_TEXT_LENGTH])
{
    money_format(denomination, text);
    char *cents = strstr(text, ".00");
    if (cents != NULL)
        *cents = '\0';
}

/* What a bar may have of that width, where each cassette has its name, a blank, a mark and a gap
 * besides.
 */
static int bar_cells(const char *value, int width)
{
    struct cassette cassette;
    int count = 0;
    width++; /* there is no gap after the last one */
    while (cell_cassette(&value, &cassette)) {
        char text[MONEY_TEXT_LENGTH];
        denomination_text(cassette.denomination, text);
        width -= (int)strlen(text) + 3;
        count++;
    }
    const int cells = count > 0 ? width / count : 0;
    return cells < 1 ? 1 : cells > BAR_CELLS_MAX ? BAR_CELLS_MAX : cells;
}

/* Cassettes as bars: "50 ███▌ 20 █▏!". */
static void paint_cash(int row, int column, int width, enum look look, bool chosen,
                       const char *value)
{
    struct cassette cassette;
    const int end = column + width, cells = bar_cells(value, width);
    paint_fill(row, column, width, look, " ");
    while (cell_cassette(&value, &cassette) && column + cells + 3 <= end) {
        char text[MONEY_TEXT_LENGTH];
        const bool low = cassette.notes < cassette.mark;
        const enum look bar = chosen ? look : low ? LOOK_BAD : LOOK_ACCENT;
        denomination_text(cassette.denomination, text);
        column += paint_text(row, column, end - column, look, text) + 1;
        const long part = cassette.notes < FULL_CASSETTE ? cassette.notes : FULL_CASSETTE;
        const long eighths = (part * 8 * cells + FULL_CASSETTE - 1) / FULL_CASSETTE;
        for (int i = 0; i < cells; i++)
            paint_text(row, column + i, 1, bar, paint_eighths((int)eighths - 8 * i));
        const long mark = cassette.mark * cells / FULL_CASSETTE;
        if (mark < cells && 8 * mark >= eighths) /* where the low mark is, beyond what there is */
            paint_text(row, column + (int)mark, 1, chosen ? look : LOOK_DIM,
                       paint_glyph(GLYPH_PILLAR));
        column += cells;
        paint_text(row, column, 1, bar, low ? "!" : " ");
        column += 2;
    }
}

static const char *online_text(struct model *model, const char *id)
{
    static const char *const words[] = {
        [ONLINE_UNKNOWN] = "unknown", [ONLINE_NO] = "away", [ONLINE_YES] = "online"
    };
    return words[model != NULL && id != NULL ? model_online(model, id) : ONLINE_UNKNOWN];
}

static void paint_row(const struct layout *layout, struct model *model, const struct page_row *row,
                      bool chosen, int at, int columns)
{
    const enum look look = chosen ? LOOK_CURSOR : paint_tone(row->tone);
    char buffer[CELL_SIZE];
    paint_fill(at, 0, columns, look, " ");
    for (int i = 0; i < layout->count; i++) {
        const struct view_column *column = layout->part[i].column;
        const char *value = row->cell[layout->part[i].cell];
        const int left = layout->part[i].at, width = layout->part[i].width;
        if (column->kind == VIEW_CASH)
            paint_cash(at, left, width, look, chosen, value);
        else if (column->kind == VIEW_ONLINE)
            paint_left(at, left, width, look, online_text(model, value));
        else if (cell_at_right(column->kind))
            paint_right(at, left, width, look, cell_text(column->kind, value, width, buffer));
        else
            paint_left(at, left, width, look, cell_text(column->kind, value, width, buffer));
    }
}

/* ---- all of it ---- */

static void paint_titles(const struct layout *layout, int row, int columns)
{
    paint_fill(row, 0, columns, LOOK_HEAD, " ");
    for (int i = 0; i < layout->count; i++) {
        const struct view_column *column = layout->part[i].column;
        (cell_at_right(column->kind) ? paint_right : paint_left)(
            row, layout->part[i].at, layout->part[i].width, LOOK_HEAD, column->title);
    }
}

/* Lines of text: as they are. */
static void paint_lines(struct grid *grid, int row, int rows, int columns)
{
    for (int i = 0; i < rows && grid->top + (size_t)i < grid->page->count; i++) {
        const size_t at = grid->top + (size_t)i;
        const struct page_row *line = &grid->page->row[at];
        paint_left(row + i, 0, columns, at == grid->cursor ? LOOK_CURSOR : paint_tone(line->tone),
                   line->cell[0] != NULL ? line->cell[0] : "");
    }
}

/* The whole text of a column under the cursor, on so many lines. */
static void paint_preview(const struct grid *grid, int row, int rows, int columns)
{
    const struct page_row *under = grid_row(grid);
    const size_t cell = view_column(grid->view, grid->view->preview);
    const char *text = under != NULL && under->cell[cell] != NULL ? under->cell[cell] : "";
    paint_wrapped(row, rows, columns, LOOK_STRONG, text);
}

void grid_paint(struct grid *grid, struct model *model, int row, int rows, int columns)
{
    struct layout layout = { 0 };
    const bool titled = grid->view->column != NULL;
    const struct page *head = grid->page != NULL ? grid->page->head : NULL;
    for (size_t i = 0; head != NULL && i < head->count && rows > 2; i++, row++, rows--)
        paint_left(row, 0, columns, paint_tone(head->row[i].tone), head->row[i].cell[0]);
    if (titled) {
        lay_out(grid->view, columns, &layout);
        paint_titles(&layout, row, columns);
        row++;
        rows--;
    }
    if (grid->view->preview != NULL && rows > 2 * PREVIEW_ROWS) {
        rows -= PREVIEW_ROWS;
        paint_preview(grid, row + rows, PREVIEW_ROWS, columns);
    }
    grid_fit(grid, rows > 0 ? (size_t)rows : 1);
    grid->first_row = row;
    if (grid->page == NULL)
        return;
    if (!titled) {
        paint_lines(grid, row, rows, columns);
        return;
    }
    for (int i = 0; i < rows && grid->top + (size_t)i < grid->page->count; i++) {
        const size_t at = grid->top + (size_t)i;
        paint_row(&layout, model, &grid->page->row[at], at == grid->cursor, row + i, columns);
    }
}

/* SPDX-License-Identifier: MIT */
#include "bank/console/grid.h"

#include <stdio.h>
#include <string.h>

enum { WINDOW_LEAST = 60, WINDOW_SCREENS = 3 };

void grid_init(struct grid *grid, const struct view *view, const char *subject)
{
    *grid = (struct grid){ .view = view, .room = 20 };
    snprintf(grid->subject, sizeof grid->subject, "%s", subject);
    grid_reset(grid);
}

void grid_finish(struct grid *grid)
{
    page_destroy(grid->page);
    grid->page = NULL;
}

void grid_reset(struct grid *grid)
{
    grid_finish(grid);
    grid->cursor = grid->top = 0;
    grid->wanted = 0;
    grid->follow = grid->view->at_end;
    grid->from = grid->view->at_end ? ASK_END : ASK_START;
}

static size_t count(const struct grid *grid)
{
    return grid->page != NULL ? grid->page->count : 0;
}

static void show(struct grid *grid)
{
    const size_t rows = count(grid), room = grid->room > 0 ? grid->room : 1;
    if (grid->cursor >= rows)
        grid->cursor = rows > 0 ? rows - 1 : 0;
    if (grid->cursor < grid->top)
        grid->top = grid->cursor;
    if (grid->cursor >= grid->top + room)
        grid->top = grid->cursor - room + 1;
    if (grid->top + room > rows)
        grid->top = rows > room ? rows - room : 0;
}

/* The window from that row on, or up to it. */
static void turn_to(struct grid *grid, enum ask_from from, size_t row)
{
    const struct page_row *at = &grid->page->row[row];
    grid->from = from;
    snprintf(grid->at_sort, sizeof grid->at_sort, "%s", at->sort);
    snprintf(grid->at_key, sizeof grid->at_key, "%s", at->key);
}

static bool keyed(const struct grid *grid)
{
    return count(grid) > 0 && grid->page->row[0].key != NULL;
}

bool grid_move(struct grid *grid, long rows)
{
    const long last = (long)count(grid) - 1, to = (long)grid->cursor + rows;
    grid->follow = false;
    if (last < 0)
        return false;
    if (keyed(grid) && to > last && grid->page->more_after) {
        grid->wanted = to - last;
        grid->cursor = (size_t)last;
        turn_to(grid, ASK_AT, last >= (long)grid->room ? (size_t)last - grid->room : 0);
        show(grid);
        return true;
    }
    if (keyed(grid) && to < 0 && grid->page->more_before) {
        grid->wanted = to;
        grid->cursor = 0;
        turn_to(grid, ASK_BEFORE, grid->room < (size_t)last ? grid->room : (size_t)last);
        show(grid);
        return true;
    }
    grid->cursor = to < 0 ? 0 : to > last ? (size_t)last : (size_t)to;
    grid->follow = grid->view->at_end && rows > 0 && to >= last && !grid->page->more_after;
    show(grid);
    return false;
}

bool grid_home(struct grid *grid)
{
    grid->follow = false;
    grid->cursor = 0;
    grid->wanted = 0;
    show(grid);
    if (count(grid) == 0 || !grid->page->more_before)
        return false;
    grid->from = ASK_START;
    return true;
}

bool grid_end(struct grid *grid)
{
    grid->wanted = 0;
    grid->follow = grid->view->at_end;
    grid->cursor = count(grid) > 0 ? count(grid) - 1 : 0;
    show(grid);
    if (count(grid) == 0 || !grid->page->more_after)
        return false;
    grid->from = ASK_END;
    return true;
}

void grid_select(struct grid *grid, size_t row)
{
    if (row < count(grid))
        grid->cursor = row;
    grid->follow = false;
    show(grid);
}

void grid_ask(const struct grid *grid, struct ask *ask)
{
    const size_t least = WINDOW_SCREENS * grid->room;
    ask->view = grid->view;
    ask->sort = grid->sort;
    ask->turned = grid->turned;
    ask->from = grid->from;
    ask->rows = least > WINDOW_LEAST ? least : WINDOW_LEAST;
    snprintf(ask->subject, sizeof ask->subject, "%s", grid->subject);
    snprintf(ask->filter, sizeof ask->filter, "%s", grid->filter);
    snprintf(ask->at_sort, sizeof ask->at_sort, "%s", grid->at_sort);
    snprintf(ask->at_key, sizeof ask->at_key, "%s", grid->at_key);
}

/* Where a key stands in the page; its count: nowhere. */
static size_t find(const struct page *page, const char *key)
{
    size_t row = 0;
    while (key != NULL && row < page->count &&
           (page->row[row].key == NULL || strcmp(page->row[row].key, key) != 0))
        row++;
    return key != NULL ? row : page->count;
}

/* The window stays where it is when it is fetched again: a window up to a row is then one from its
 * first row on. */
static void settle(struct grid *grid)
{
    if (grid->from == ASK_BEFORE && keyed(grid)) {
        if (grid->page->more_before)
            turn_to(grid, ASK_AT, 0);
        else
            grid->from = ASK_START;
    }
    if (grid->from == ASK_END && !grid->follow && keyed(grid))
        turn_to(grid, ASK_AT, 0);
}

bool grid_take(struct grid *grid, struct page *page)
{
    struct page *before = grid->page;
    const struct page_row *row = grid_row(grid);
    const size_t shown = grid->cursor - grid->top;
    const size_t at = row != NULL ? find(page, row->key) : page->count;
    grid->page = page;
    if (at < page->count) {
        grid->cursor = at;
        grid->top = at > shown ? at - shown : 0;
    }
    page_destroy(before);
    if (grid->from == ASK_END && (grid->follow || before == NULL || at == page->count))
        grid->cursor = page->count > 0 ? page->count - 1 : 0;
    show(grid);
    settle(grid);
    const long wanted = grid->wanted;
    grid->wanted = 0;
    return wanted != 0 && grid_move(grid, wanted);
}

void grid_fit(struct grid *grid, size_t room)
{
    grid->room = room > 0 ? room : 1;
    show(grid);
}

const struct page_row *grid_row(const struct grid *grid)
{
    return grid->cursor < count(grid) ? &grid->page->row[grid->cursor] : NULL;
}

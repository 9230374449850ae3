/* SPDX-License-Identifier: MIT */
/*
 * A table that scrolls: a window of its rows is there, and moving beyond its ends
 * asks for another one. It neither fetches nor knows a database: after a move
 * grid_ask says which window would be right, and grid_take gets it.
 *
 * The cursor stays on its row, by the row's key, when the window comes again
 * with other rows in front of it. A page of lines has the same cursor.
 */
#ifndef BANK_CONSOLE_GRID_H
#define BANK_CONSOLE_GRID_H

#include "bank/console/model.h"

struct grid {
    const struct view *view;
    char subject[ASK_TEXT_SIZE], filter[ASK_TEXT_SIZE];
    unsigned sort;
    bool turned;
    struct page *page;  /* NULL: nothing has come yet */
    size_t cursor, top; /* in the page's rows */
    size_t room;        /* rows that are shown */
    int first_row;      /* where the first of them was painted */
    bool follow;        /* the cursor is to stay on the last row */
    enum ask_from from; /* the window that is there, or was asked for */
    char at_sort[ASK_TEXT_SIZE], at_key[ASK_TEXT_SIZE];
    long wanted; /* rows to move once the window is there */
};

void grid_init(struct grid *grid, const struct view *view, const char *subject);
void grid_finish(struct grid *grid);
/* Begins anew: another filter, another sort. */
void grid_reset(struct grid *grid);

/* Moves by rows; to the first and the last of all. True: another window is wanted. */
bool grid_move(struct grid *grid, long rows);
bool grid_home(struct grid *grid);
bool grid_end(struct grid *grid);
void grid_select(struct grid *grid, size_t row);

/* The window that is right now. */
void grid_ask(const struct grid *grid, struct ask *ask);
/* Takes the page. True: another window is wanted. */
bool grid_take(struct grid *grid, struct page *page);
/* For so many rows on the screen. */
void grid_fit(struct grid *grid, size_t room);

const struct page_row *grid_row(const struct grid *grid); /* NULL: there is none */

/* In these lines and columns: the titles, then the rows. */
struct model;
void grid_paint(struct grid *grid, struct model *model, int row, int rows, int columns);

#endif

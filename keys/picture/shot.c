/* SPDX-License-Identifier: MIT */
#include "keys/picture/shot.h"
#include "shared/error.h"

#include <stdlib.h>
#include <string.h>

struct shot *shot_take(const struct terminal *terminal)
{
    struct shot *shot = calloc(1, sizeof *shot);
    if (shot == NULL)
        panic("out of memory");
    shot->columns = terminal_columns(terminal);
    shot->rows = terminal_rows(terminal);
    if (terminal_cursor_visible(terminal))
        terminal_cursor(terminal, &shot->cursor_row, &shot->cursor_column);
    shot->cells = calloc((size_t)(shot->columns * shot->rows), sizeof *shot->cells);
    if (shot->cells == NULL)
        panic("out of memory");
    for (int row = 1; row <= shot->rows; row++)
        for (int column = 1; column <= shot->columns; column++)
            shot->cells[(row - 1) * shot->columns + column - 1] =
                terminal_cell(terminal, row, column);
    return shot;
}

void shot_free(struct shot *shot)
{
    if (shot == NULL)
        return;
    free(shot->cells);
    free(shot);
}

static bool cell_same(const struct cell *one, const struct cell *other)
{
    return strcmp(one->text, other->text) == 0 && one->front == other->front &&
           one->back == other->back && one->bold == other->bold &&
           one->underline == other->underline && one->italic == other->italic &&
           one->reverse == other->reverse && one->strike == other->strike;
}

bool shot_same(const struct shot *one, const struct shot *other)
{
    if (one->columns != other->columns || one->rows != other->rows ||
        one->cursor_row != other->cursor_row || one->cursor_column != other->cursor_column)
        return false;
    for (int i = 0; i < one->columns * one->rows; i++)
        if (!cell_same(&one->cells[i], &other->cells[i]))
            return false;
    return true;
}

struct cell shot_cell(const struct shot *shot, int row, int column)
{
    struct cell cell = shot->cells[(row - 1) * shot->columns + column - 1];
    if (cell.reverse) {
        unsigned front = cell.front;
        cell.front = cell.back;
        cell.back = front;
    }
    return cell;
}

unsigned shot_ground(const struct shot *shot)
{
    /* Boyer and Moore's vote: the ground is more than half of any screen worth drawing. */
    unsigned ground = 0;
    int votes = 0;
    for (int row = 1; row <= shot->rows; row++) {
        for (int column = 1; column <= shot->columns; column++) {
            unsigned back = shot_cell(shot, row, column).back;
            if (votes == 0)
                ground = back;
            votes += back == ground ? 1 : -1;
        }
    }
    return ground;
}

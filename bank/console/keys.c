/* SPDX-License-Identifier: MIT */
/* What a key does, by what is on the screen. */
#include "bank/console/state.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTROL(letter) ((letter)&0x1F)
enum { ESCAPE = 27, WHEEL_ROWS = 3 };

/* ---- copying ---- */

/* OSC 52: the terminal puts it where its user pastes from. */
static void copy(struct console *console, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char bytes[400] = "\033]52;c;";
    size_t used = strlen(bytes), length = strlen(text);
    for (size_t i = 0; i < length && used + 8 < sizeof bytes; i += 3) {
        unsigned group = 0;
        for (size_t j = 0; j < 3; j++)
            group = group << 8 | (i + j < length ? (unsigned char)text[i + j] : 0U);
        for (size_t j = 0; j < 4; j++)
            bytes[used++] = i + j > length ? '=' : digits[group >> (18 - 6 * j) & 63];
    }
    snprintf(bytes + used, sizeof bytes - used, "\a");
    paint_raw(bytes);
    console_notice(console, LOOK_GOOD, "copied %s", text);
}

static void copy_id(struct console *console)
{
    const struct page_row *row = grid_row(console_grid(console));
    if (row != NULL && row->id != NULL)
        copy(console, row->id);
    else
        console_notice(console, LOOK_DIM, "there is no id in this row");
}

/* ---- a view ---- */

static void sort_next(struct console *console, bool turn)
{
    struct grid *grid = console_grid(console);
    const size_t sorts = view_sorts(grid->view);
    if (sorts == 0)
        return;
    if (turn)
        grid->turned = !grid->turned;
    else {
        grid->sort = (unsigned)((grid->sort + 1) % sorts);
        grid->turned = false;
    }
    grid_reset(grid);
    console_ask(console);
}

static void pause_turn(struct console *console)
{
    struct grid *grid = console_grid(console);
    if (!grid->view->at_end)
        return;
    console->paused = !console->paused;
    if (console->paused)
        grid->follow = false;
    else if (grid_end(grid) || grid->from != ASK_END) {
        grid->from = ASK_END;
        console_ask(console);
    }
}

static bool moved(struct console *console, int key)
{
    struct grid *grid = console_grid(console);
    const long room = (long)grid->room;
    bool wanted;
    switch (key) {
    case KEY_UP:
    case 'k':
        wanted = grid_move(grid, -1);
        break;
    case KEY_DOWN:
    case 'j':
        wanted = grid_move(grid, 1);
        break;
    case PAINT_WHEEL_UP:
        wanted = grid_move(grid, -WHEEL_ROWS);
        break;
    case PAINT_WHEEL_DOWN:
        wanted = grid_move(grid, WHEEL_ROWS);
        break;
    case KEY_PPAGE:
    case CONTROL('B'):
        wanted = grid_move(grid, -room);
        break;
    case KEY_NPAGE:
    case CONTROL('F'):
        wanted = grid_move(grid, room);
        break;
    case KEY_HOME:
    case 'g':
        wanted = grid_home(grid);
        break;
    case KEY_END:
    case 'G':
        wanted = grid_end(grid);
        break;
    default:
        return false;
    }
    if (wanted)
        console_ask(console);
    return true;
}

static void tab_step(struct console *console, int step)
{
    const int key = console->level[0].view->key;
    const int next = key == 0 ? '1' : '1' + (key - '1' + VIEW_KEYS + step) % VIEW_KEYS;
    console_open(console, view_of_key(next));
}

static bool has_action(const struct view *view, int key)
{
    for (const struct view_action *action = view->action; action != NULL && action->key != 0;
         action++)
        if (action->key == key)
            return true;
    return false;
}

static void click(struct console *console, int row)
{
    struct grid *grid = console_grid(console);
    const int at = row - grid->first_row;
    if (at < 0 || grid->page == NULL || grid->top + (size_t)at >= grid->page->count)
        return;
    if (grid->cursor == grid->top + (size_t)at)
        console_drill(console);
    else
        grid_select(grid, grid->top + (size_t)at);
}

static void key_view(struct console *console, int key, int row)
{
    if (moved(console, key))
        return;
    if (key > 0 && view_of_key(key) != NULL) {
        console_open(console, view_of_key(key));
        return;
    }
    switch (key) {
    case 'q':
    case 'Q':
    case CONTROL('C'):
        console->quit = true;
        break;
    case '\r':
    case '\n':
    case KEY_ENTER:
    case KEY_RIGHT:
    case 'l':
        console_drill(console);
        break;
    case ESCAPE:
    case KEY_LEFT:
    case KEY_BACKSPACE:
    case 'h':
        console_back(console);
        break;
    case '\t':
        tab_step(console, 1);
        break;
    case KEY_BTAB:
        tab_step(console, -1);
        break;
    case PAINT_CLICK:
        click(console, row);
        break;
    case '/':
        if (console_grid(console)->view->filter != NULL) {
            line_set(&console->filter, console_grid(console)->filter);
            console->mode = MODE_FILTER;
        }
        break;
    case ':':
        line_set(&console->command, "");
        console->mode = MODE_COMMAND;
        break;
    case 's':
    case 'S':
        sort_next(console, key == 'S');
        break;
    case 'y':
        copy_id(console);
        break;
    case '?':
        console->mode = MODE_HELP;
        break;
    case 'L' & 0x1F:
        paint_again();
        break;
    default:
        if (key == ' ' && has_action(console_grid(console)->view, key))
            pause_turn(console);
        else if (has_action(console_grid(console)->view, key))
            console_act(console, key);
    }
}

/* ---- what lies over it ---- */

static void key_filter(struct console *console, int key)
{
    struct grid *grid = console_grid(console);
    const enum line_step step = line_key(&console->filter, key);
    if (step == LINE_LEFT)
        line_set(&console->filter, "");
    if (step == LINE_GOES_ON || step == LINE_LEFT || step == LINE_DONE) {
        char filter[ASK_TEXT_SIZE];
        snprintf(filter, sizeof filter, "%.*s", ASK_TEXT_SIZE - 1, console->filter.text);
        if (strcmp(filter, grid->filter) != 0) {
            memcpy(grid->filter, filter, sizeof filter);
            grid_reset(grid);
            console_ask(console);
        }
    }
    if (step == LINE_LEFT || step == LINE_DONE)
        console->mode = MODE_VIEW;
}

static void key_command(struct console *console, int key)
{
    switch (line_key(&console->command, key)) {
    case LINE_DONE:
        console_command(console);
        break;
    case LINE_LEFT:
        console->mode = MODE_VIEW;
        break;
    case LINE_COMPLETE:
        console_complete(console);
        break;
    case LINE_GOES_ON:
        break;
    }
}

static void key_now(struct console *console, int key, int row)
{
    switch (console->mode) {
    case MODE_VIEW:
        key_view(console, key, row);
        break;
    case MODE_FILTER:
        key_filter(console, key);
        break;
    case MODE_COMMAND:
        key_command(console, key);
        break;
    case MODE_OUTPUT:
        console_output_key(console, key);
        break;
    case MODE_HELP:
        if (key != KEY_RESIZE)
            console->mode = MODE_VIEW;
        break;
    case MODE_RESOLVE:
    case MODE_DECIDE:
    case MODE_ASK:
        console_act_key(console, key);
        break;
    }
}

/* Whether a key is about a row, and the rows are still being fetched. */
static bool too_early(const struct console *console, int key)
{
    if (key < 0 || key == ESCAPE || key == 'q' || key == CONTROL('C'))
        return false;
    if (console->typed_count > 0)
        return true;
    return console->mode == MODE_VIEW && console->awaited &&
           console->level[console->depth].page == NULL && view_of_key(key) == NULL && key != ':' &&
           key != '?' && key != '/';
}

void console_key(struct console *console, int key, int row)
{
    if (key == ESCAPE)
        console->typed_count = 0;
    if (!too_early(console, key))
        key_now(console, key, row);
    else if (console->typed_count < TYPED_MAX)
        console->typed[console->typed_count++] = key;
}

void console_keys_replay(struct console *console)
{
    const size_t count = console->typed_count;
    int typed[TYPED_MAX];
    memcpy(typed, console->typed, sizeof typed);
    console->typed_count = 0;
    for (size_t i = 0; i < count; i++)
        console_key(console, typed[i], 0);
}

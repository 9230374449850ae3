/* SPDX-License-Identifier: MIT */
/*
 * The console's screen. Its lines, from the top:
 *
 *   the bank: its home, its state, its rate, the clock
 *   the views, with what wants attention
 *   where one is: the levels of the drill-down, the filter, the sort
 *   the view
 *   the whole id of the row under the cursor, or a notice
 *   the keys
 */
#include "bank/console/cell.h"
#include "bank/console/overview.h"
#include "bank/console/state.h"
#include "shared/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TOP_ROWS = 3, BOTTOM_ROWS = 2, LEAST_ROWS = 10, LEAST_COLUMNS = 40, OLD_SECONDS = 3 };

/* ---- the top ---- */

static void paint_bank(const struct console *console, int columns)
{
    char text[HOME_SIZE + 80], clock[16], up[CELL_SIZE];
    const struct figures *figures = &console->figures;
    const time_t now = time(NULL);
    struct tm parts;
    strftime(clock, sizeof clock, "%H:%M:%SZ", gmtime_r(&now, &parts));
    const char *state = figures->state[0] != '\0' ? figures->state : "unknown";
    const int64_t rate =
        figures->seconds > 0 ? figures->series[SERIES_withdrawals][figures->seconds - 1] : 0;
    if (figures->known)
        snprintf(text, sizeof text, "%s since %s   %" PRId64 " withdrawals/s   %s ", state,
                 cell_duration(figures->uptime_s, up), rate, clock);
    else
        snprintf(text, sizeof text, "%s   %s ",
                 figures->trouble[0] != '\0' ? "no answer from the bank" : "asking the bank",
                 clock);
    const int width = paint_width(text);
    paint_fill(0, 0, columns, LOOK_BAND, " ");
    paint_text(0, 1, 7, LOOK_BAND_STRONG, "EsBank");
    paint_text(0, 9, columns - width - 10, LOOK_BAND, console->home.path);
    paint_right(0, columns - width, width,
                (figures->known ? strcmp(state, "active") == 0 : figures->trouble[0] == '\0')
                    ? LOOK_BAND
                    : LOOK_BAND_BAD,
                text);
}

/* How many there are of what a tab counts. */
static int64_t counted(const struct attention *attention, const char *name)
{
    const struct {
        const char *name;
        int64_t count;
    } counts[] = { { "suspects", attention->suspects },
                   { "alerts", attention->alerts },
                   { "approvals", attention->approvals } };
    for (size_t i = 0; attention->known && i < sizeof counts / sizeof counts[0]; i++)
        if (strcmp(counts[i].name, name) == 0)
            return counts[i].count;
    return 0;
}

/* Where there is no room the blank after the key goes first, then the names' ends. */
static const struct tabs_form {
    const char *gap;
    int name; /* characters of it */
} tabs_forms[] = { { " ", 20 }, { "", 20 }, { "", 6 }, { "", 4 } };

/* One tab; the columns that it takes, painted or not. */
static int tab(const struct console *console, const struct view *view, const struct tabs_form *form,
               int at, int columns, bool painted)
{
    char key[8], name[24], count[24] = "";
    const int64_t number = counted(&console->attention, view->name);
    const bool chosen = view == console->level[0].view;
    snprintf(key, sizeof key, "%c%s", view->key, form->gap);
    snprintf(name, sizeof name, "%.*s", form->name, view->name);
    if (number > 0)
        snprintf(count, sizeof count, " %" PRId64, number);
    const int width = (int)(strlen(key) + strlen(name) + strlen(count));
    if (!painted)
        return width;
    const enum look look = chosen ? LOOK_TAB_CHOSEN : number > 0 ? LOOK_WARNING : LOOK_TAB;
    if (chosen) /* it has the blanks beside it, too */
        paint_fill(1, at - 1, at + width < columns ? width + 2 : width + 1, look, " ");
    paint_text(1, at, columns - at, chosen ? look : LOOK_STRONG, key);
    paint_text(1, at + (int)strlen(key), columns - at - (int)strlen(key), look, name);
    paint_text(1, at + (int)(strlen(key) + strlen(name)),
               columns - at - (int)(strlen(key) + strlen(name)), look, count);
    return width;
}

static int tabs(const struct console *console, const struct tabs_form *form, int columns,
                bool painted)
{
    int at = 1;
    for (const struct view *view = views; view->name != NULL; view++)
        if (view->key != 0)
            at += tab(console, view, form, at, columns, painted) + 1;
    return at - 1;
}

static void paint_tabs(const struct console *console, int columns)
{
    const struct tabs_form *form = tabs_forms;
    const struct tabs_form *last = tabs_forms + sizeof tabs_forms / sizeof tabs_forms[0] - 1;
    while (form < last && tabs(console, form, columns, false) > columns)
        form++;
    paint_fill(1, 0, columns, LOOK_PLAIN, " ");
    tabs(console, form, columns, true);
}

static void paint_place(struct console *console, int columns)
{
    char text[500], right[300];
    const struct grid *grid = console_grid(console);
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i <= console->depth && used < sizeof text - 100; i++) {
        const struct grid *level = &console->level[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s%s%s%s", i > 0 ? " " : "",
                                 i > 0 ? paint_glyph(GLYPH_STEP) : "", i > 0 ? " " : "",
                                 level->view->title, level->subject[0] != '\0' ? " " : "", "");
        if (level->subject[0] != '\0') /* the last one whole, those before it by their beginning */
            used += (size_t)snprintf(text + used, sizeof text - used, "%.*s",
                                     i == console->depth ? 36 : 13, level->subject);
    }
    right[0] = '\0';
    if (grid->filter[0] != '\0')
        snprintf(right, sizeof right, "filter \"%.60s\"  ", grid->filter);
    if (view_sorts(grid->view) > 1) {
        const size_t at = strlen(right);
        const bool down = grid->view->sort[grid->sort].descending != grid->turned;
        snprintf(right + at, sizeof right - at, "by %s %s ", grid->view->sort[grid->sort].name,
                 paint_glyph(down ? GLYPH_DOWN : GLYPH_UP));
    }
    if (console->paused)
        snprintf(right + strlen(right), sizeof right - strlen(right), "paused ");
    const int width = paint_width(right);
    paint_left(2, 0, columns - width, LOOK_STRONG, text);
    paint_right(2, columns - width, width, console->paused ? LOOK_WARNING : LOOK_DIM, right);
}

/* ---- the bottom ---- */

static const char *trouble(const struct console *console)
{
    if (console->trouble[0] != '\0')
        return console->trouble;
    if (console->attention.trouble[0] != '\0')
        return console->attention.trouble;
    return console->figures.trouble;
}

static void paint_id(const struct console *console, int row, int columns)
{
    const struct grid *grid = &console->level[console->depth];
    const struct page_row *at = grid_row(grid);
    char right[80] = "";
    if (grid->page != NULL && grid->page->row != NULL && grid->page->row[0].key != NULL)
        snprintf(right, sizeof right, "%s%s %zu row%s here ",
                 grid->page->more_before ? paint_glyph(GLYPH_UP) : "",
                 grid->page->more_after ? paint_glyph(GLYPH_DOWN) : "", grid->page->count,
                 grid->page->count == 1 ? "" : "s");
    else if (grid->page != NULL && grid->page->count > grid->room)
        snprintf(right, sizeof right, "line %zu of %zu ", grid->cursor + 1, grid->page->count);
    const int64_t old_s = (clock_now_ms() - console->taken_ms) / 1000;
    if (grid->page != NULL && old_s > OLD_SECONDS && !console->paused)
        snprintf(right + strlen(right), sizeof right - strlen(right), "%s %" PRId64 " s ago ",
                 paint_glyph(GLYPH_DOT), old_s);
    const int width = paint_width(right);
    const char *left = grid->page == NULL             ? "fetching"
                       : grid->page->count == 0       ? "nothing here"
                       : at != NULL && at->id != NULL ? at->id
                                                      : "";
    paint_left(row, 0, columns - width, LOOK_DIM, left);
    paint_right(row, columns - width, width, LOOK_DIM, right);
}

static void paint_notice(const struct console *console, int row, int columns)
{
    if (clock_now_ms() < console->notice_until_ms && paint_width(console->notice) > columns) {
        paint_fill(row - 1, 0, columns, LOOK_PLAIN, " ");
        paint_fill(row, 0, columns, LOOK_PLAIN, " ");
        paint_wrapped(row - 1, 2, columns, console->notice_look, console->notice);
    } else if (clock_now_ms() < console->notice_until_ms)
        paint_left(row, 0, columns, console->notice_look, console->notice);
    else if (trouble(console)[0] != '\0')
        paint_left(row, 0, columns, LOOK_BAD, trouble(console));
    else if (strcmp(console->level[console->depth].view->name, "overview") != 0)
        paint_id(console, row, columns);
    else
        paint_left(row, 0, columns, LOOK_DIM, "");
}

static int paint_hint(int row, int at, int columns, const char *key, const char *word)
{
    if (at + (int)strlen(key) + (int)strlen(word) + 3 > columns)
        return at;
    at += paint_text(row, at, columns - at, LOOK_KEY, key);
    at += paint_text(row, at, columns - at, LOOK_BAND, " ");
    at += paint_text(row, at, columns - at, LOOK_BAND, word);
    return at + 2;
}

static void paint_keys(struct console *console, int row, int columns)
{
    const struct grid *grid = &console->level[console->depth];
    const struct page_row *under = grid_row(grid);
    int at = 1;
    paint_fill(row, 0, columns, LOOK_BAND, " ");
    if (console->mode == MODE_OUTPUT) {
        at = paint_hint(row, at, columns, "arrows", "scroll");
        at = paint_hint(row, at, columns, "Esc", "back");
        paint_hint(row, at, columns, ":", "command");
        return;
    }
    if (console->mode == MODE_ASK) {
        at = paint_hint(row, at, columns, "y", "yes, do it");
        paint_hint(row, at, columns, "any other key", "no");
        return;
    }
    if (console->mode == MODE_DECIDE) {
        at = paint_hint(row, at, columns, "Enter", console->decide.approve ? "approve" : "reject");
        paint_hint(row, at, columns, "Esc", "back");
        return;
    }
    if (console->mode == MODE_COMMAND) {
        at = paint_hint(row, at, columns, "Enter", "run");
        at = paint_hint(row, at, columns, "Tab", "complete");
        at = paint_hint(row, at, columns, "Up", "those before");
        paint_hint(row, at, columns, "Esc", "back");
        return;
    }
    if (console->mode == MODE_RESOLVE) {
        paint_hint(row, at, columns, "Esc", "back");
        return;
    }
    if (console->mode == MODE_FILTER) {
        at = paint_hint(row, at, columns, "Enter", "keep");
        at = paint_hint(row, at, columns, "Esc", "clear");
        if (grid->view->filter_help != NULL)
            paint_text(row, at, columns - at, LOOK_BAND, grid->view->filter_help);
        return;
    }
    if (under != NULL && under->opens != NULL)
        at = paint_hint(row, at, columns, "Enter", under->opens);
    if (console->depth > 0)
        at = paint_hint(row, at, columns, "Esc", "back");
    for (const struct view_action *action = grid->view->action; action != NULL && action->key != 0;
         action++) {
        const char key[] = { (char)action->key, '\0' }, *what;
        if ((action->key == 'a' || action->key == 'x') && console_proposal(console, &what) == NULL)
            continue;
        at = paint_hint(row, at, columns, action->key == ' ' ? "Space" : key, action->word);
    }
    if (grid->view->filter != NULL)
        at = paint_hint(row, at, columns, "/", "filter");
    if (view_sorts(grid->view) > 1)
        at = paint_hint(row, at, columns, "s", "sort");
    at = paint_hint(row, at, columns, "?", "help");
    at = paint_hint(row, at, columns, ":", "command");
    if (under != NULL && under->id != NULL)
        at = paint_hint(row, at, columns, "y", "copy id");
    paint_hint(row, at, columns, "q", "quit");
}

/* ---- the middle ---- */

static void paint_help(const struct console *console, int row, int rows, int columns)
{
    static const char *const keys[] = {
        "",
        "1-8, Tab       the views                 :NAME  also withdrawals, models",
        "arrows, h j k l, PageUp, PageDown, Home, End, g, G, the wheel: move",
        "Enter, click   what is behind a row      Esc    back",
        "/              filter                    s, S   sort, the other way round",
        "y              copy the row's id         Ctrl-L paint again",
        ":              a command of `bank`, with history (Up) and completion (Tab)",
        "q              quit",
    };
    const struct view *view = console->level[console->depth].view;
    const int last = row + rows;
    paint_left(row++, 0, columns, LOOK_HEAD, view->title);
    row += paint_wrapped(row, last - row, columns, LOOK_PLAIN, view->help);
    for (const struct view_action *action = view->action;
         action != NULL && action->key != 0 && row < last; action++) {
        char text[200];
        snprintf(text, sizeof text, "%-14.*s %s", action->key == ' ' ? 5 : 1,
                 action->key == ' ' ? "Space" : (const char[]){ (char)action->key, '\0' },
                 action->help);
        paint_left(row++, 0, columns, LOOK_STRONG, text);
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && row < last; i++)
        paint_left(row++, 0, columns, LOOK_DIM, keys[i]);
}

/* What follows so many characters of a line. */
static const char *from_column(const char *text, size_t left)
{
    for (; left > 0 && *text != '\0'; left--)
        do
            text++;
        while (((unsigned char)*text & 0xC0) == 0x80);
    return text;
}

static void paint_output(struct console *console, int row, int rows, int columns)
{
    const struct page *page = console->child.page;
    char text[LINE_SIZE + 40];
    const char *state = console->child.pid > 0 ? "running" : "";
    if (console->child.pid == 0 && console->child.status != 0) {
        snprintf(text, sizeof text, "bank %s   exit status %d", console->command.text,
                 console->child.status);
        paint_left(row, 0, columns, LOOK_BAD, text);
    } else {
        snprintf(text, sizeof text, "bank %s   %s", console->command.text, state);
        paint_left(row, 0, columns, LOOK_HEAD, text);
    }
    for (int i = 1; i < rows && page != NULL; i++) {
        const size_t at = console->output_top + (size_t)i - 1;
        if (at < page->count)
            paint_left(row + i, 0, columns, LOOK_PLAIN,
                       from_column(page->row[at].cell[0], console->output_left));
    }
}

/* The command's question, over the lowest lines. */
static void paint_question(const struct console *console, int row, int rows, int columns)
{
    enum { LINES_SHOWN = 4 };
    row += rows > LINES_SHOWN ? rows - LINES_SHOWN : 0;
    for (int i = 0; i < LINES_SHOWN; i++)
        paint_fill(row + i, 0, columns, LOOK_PLAIN, i == 0 ? paint_glyph(GLYPH_LINE) : " ");
    paint_wrapped(row + 1, LINES_SHOWN - 1, columns, LOOK_WARNING, console->question);
}

static void paint_middle(struct console *console, int row, int rows, int columns)
{
    struct grid *grid = console_grid(console);
    if (console->mode == MODE_HELP)
        paint_help(console, row, rows, columns);
    else if (console->mode == MODE_OUTPUT)
        paint_output(console, row, rows, columns);
    else if (strcmp(grid->view->name, "overview") == 0)
        overview_paint(&console->figures, &console->attention, grid->page, row, rows, columns);
    else
        grid_paint(grid, console->model, row, rows, columns);
    if (console->mode == MODE_RESOLVE)
        resolve_paint(&console->resolve, row, rows, columns);
    else if (console->mode == MODE_DECIDE)
        decide_paint(&console->decide, row, rows, columns);
    else if (console->mode == MODE_ASK)
        paint_question(console, row, rows, columns);
}

/* The command line; what it could be completed to stands above it. */
static void paint_command(const struct console *console, int row, int columns)
{
    enum { OFFERED_ROWS = 3 };
    if (clock_now_ms() < console->notice_until_ms) {
        const int width = paint_width(console->notice) / columns + 1;
        const int rows = width < OFFERED_ROWS ? width : OFFERED_ROWS;
        for (int i = 1; i <= rows; i++)
            paint_fill(row - i, 0, columns, LOOK_PLAIN, " ");
        paint_wrapped(row - rows, rows, columns, console->notice_look, console->notice);
    }
    line_paint(&console->command, row, columns, ":");
}

void console_paint(struct console *console)
{
    int rows, columns;
    paint_size(&rows, &columns);
    paint_clear();
    paint_cursor(-1, 0);
    if (rows < LEAST_ROWS || columns < LEAST_COLUMNS) {
        paint_left(0, 0, columns, LOOK_PLAIN, "the window is too small");
        paint_flush();
        return;
    }
    paint_bank(console, columns);
    paint_tabs(console, columns);
    paint_place(console, columns);
    paint_middle(console, TOP_ROWS, rows - TOP_ROWS - BOTTOM_ROWS, columns);
    paint_keys(console, rows - 1, columns);
    if (console->mode == MODE_FILTER)
        line_paint(&console->filter, rows - 2, columns, "/");
    else if (console->mode == MODE_COMMAND)
        paint_command(console, rows - 2, columns);
    else
        paint_notice(console, rows - 2, columns);
    paint_flush();
    paint_title(console_grid(console)->view->name);
}

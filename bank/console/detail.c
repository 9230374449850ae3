/* SPDX-License-Identifier: MIT */
/* The levels of a drill-down, and asking for what they show. */
#include "bank/console/state.h"
#include "shared/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NOTICE_MS = 6000 };

void console_notice(struct console *console, enum look look, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(console->notice, sizeof console->notice, format, list);
    va_end(list);
    console->notice_look = look;
    console->notice_until_ms = clock_now_ms() + NOTICE_MS;
}

void console_ask(struct console *console)
{
    int rows, columns;
    paint_size(&rows, &columns);
    struct ask ask = { .serial = ++console->serial, .columns = (size_t)columns };
    grid_ask(console_grid(console), &ask);
    model_ask(console->model, &ask);
    console->awaited = true;
}

void console_open(struct console *console, const struct view *view)
{
    for (int i = console->depth; i >= 0; i--)
        if (console->level[i].view != NULL)
            grid_finish(&console->level[i]);
    console->depth = 0;
    console->paused = false;
    console->notice_until_ms = 0;
    grid_init(&console->level[0], view, "");
    console_ask(console);
}

void console_drill(struct console *console)
{
    const struct page_row *row = grid_row(console_grid(console));
    const struct view *view =
        row != NULL && row->opens != NULL && row->subject != NULL ? view_find(row->opens) : NULL;
    if (view == NULL)
        return;
    if (console->depth + 1 == LEVELS_MAX) {
        console_notice(console, LOOK_WARNING, "this is as deep as it goes: Esc goes back");
        return;
    }
    grid_init(&console->level[console->depth + 1], view, row->subject);
    console->depth++;
    console_ask(console);
}

void console_back(struct console *console)
{
    if (console->depth > 0) {
        grid_finish(console_grid(console));
        console->depth--;
    } else if (console_grid(console)->filter[0] != '\0') {
        console_grid(console)->filter[0] = '\0';
        grid_reset(console_grid(console));
    }
    console_ask(console);
}

void console_refresh(struct console *console, int64_t now_ms)
{
    const struct grid *grid = console_grid(console);
    if (console->awaited || now_ms < console->next_ms || (grid->view->at_end && console->paused))
        return;
    console_ask(console);
}

void console_take(struct console *console, struct answer *answer)
{
    if (answer->ask.serial != console->serial) { /* of a view that was left */
        page_destroy(answer->page);
        return;
    }
    console->awaited = false;
    console->next_ms = clock_now_ms() + model_pause_ms(answer->page != NULL, answer->took_us);
    console->trouble[0] = '\0';
    if (answer->page == NULL)
        snprintf(console->trouble, sizeof console->trouble, "%.190s", answer->error.message);
    else
        console->taken_ms = clock_now_ms();
    if (answer->page != NULL && grid_take(console_grid(console), answer->page))
        console_ask(console);
}

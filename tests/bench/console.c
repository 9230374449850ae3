/* SPDX-License-Identifier: MIT */
/*
 * Each view of `bank console`, on a database that is large: how long its windows take to come (the
 * first, some in the middle, the last, the same again), and to be painted on a terminal of 132 by
 * 43. The terminal is a pseudo-terminal whose output is thrown away.
 */
#include "bank/console/grid.h"
#include "bank/console/paint.h"
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 43, COLUMNS = 132, TIMES = 9, FRAME = 5 };

static FILE *report; /* what was stdout */

static double since_ms(int64_t began_ns)
{
    return (double)(now_ns() - began_ns) / 1e6;
}

static int compare(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static void tell(const char *view, const char *what, double *times, size_t count)
{
    qsort(times, count, sizeof *times, compare);
    fprintf(report, "%s_%s_ms %.2f\n", view, what, times[count / 2]);
}

/* ---- the terminal ---- */

static void *drain(void *context)
{
    char bytes[65536];
    const int *master = context;
    while (read(*master, bytes, sizeof bytes) > 0)
        continue;
    return NULL;
}

static void terminal_begin(void)
{
    static int master;
    int slave;
    pthread_t thread;
    const struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
    report = fdopen(dup(STDOUT_FILENO), "w");
    if (report == NULL || openpty(&master, &slave, NULL, NULL, &size) != 0 ||
        dup2(slave, STDIN_FILENO) < 0 || dup2(slave, STDOUT_FILENO) < 0 ||
        pthread_create(&thread, NULL, drain, &master) != 0)
        give_up("there is no pseudo-terminal");
    setenv("TERM", "xterm-256color", 1);
    struct error error;
    if (!paint_start(&error))
        give_up("%s", error.message);
}

/* ---- one view ---- */

static double fetch(struct reader *reader, struct grid *grid)
{
    struct ask ask = { .columns = COLUMNS };
    struct error error;
    grid_ask(grid, &ask);
    const int64_t began_ns = now_ns();
    struct page *page = reader_fetch(reader, &ask, &error);
    const double took_ms = since_ms(began_ns);
    if (page == NULL)
        give_up("%s: %s", grid->view->name, error.message);
    grid_take(grid, page);
    return took_ms;
}

static double paint(struct grid *grid)
{
    const int64_t began_ns = now_ns();
    paint_clear();
    grid_paint(grid, NULL, FRAME - 2, ROWS - FRAME, COLUMNS);
    paint_flush();
    return since_ms(began_ns);
}

static void view_measure(struct reader *reader, const struct view *view, const char *subject)
{
    struct grid grid;
    double first[TIMES], page[TIMES] = { 0 }, end[TIMES], again[TIMES], painted[TIMES];
    size_t pages = 0;
    grid_init(&grid, view, subject);
    grid_fit(&grid, ROWS - FRAME);
    for (int i = 0; i < TIMES; i++) {
        grid_reset(&grid);
        first[i] = fetch(reader, &grid);
    }
    for (int i = 0; i < 200 && pages < TIMES; i++)
        if (grid_move(&grid, (long)grid.room))
            page[pages++] = fetch(reader, &grid);
    for (int i = 0; i < TIMES; i++) {
        if (grid_home(&grid))
            fetch(reader, &grid);
        end[i] = grid_end(&grid) ? fetch(reader, &grid) : 0;
    }
    for (int i = 0; i < TIMES; i++) {
        again[i] = fetch(reader, &grid);
        painted[i] = paint(&grid);
    }
    tell(view->name, "first", first, TIMES);
    if (pages > 0)
        tell(view->name, "page", page, pages);
    tell(view->name, "end", end, TIMES);
    tell(view->name, "again", again, TIMES);
    tell(view->name, "paint", painted, TIMES);
    fflush(report);
    grid_finish(&grid);
}

/* The first row of a view's list, for those that are about one. */
static void subject_of(struct reader *reader, const char *view, char subject[static ASK_TEXT_SIZE])
{
    struct ask ask = { .view = view_find(view), .from = ASK_START, .rows = 1 };
    struct error error;
    struct page *page = reader_fetch(reader, &ask, &error);
    if (page == NULL || page->count == 0)
        give_up("there are no %s", view);
    snprintf(subject, ASK_TEXT_SIZE, "%s", page->row[0].subject);
    page_destroy(page);
}

int console_command(const struct bench_options *options)
{
    static const char *const about[][2] = { { "machine", "machines" }, { "account", "accounts" } };
    struct reader reader;
    struct error error;
    char subject[ASK_TEXT_SIZE];
    if (!reader_open(&reader, &options->home, options->db, &error))
        give_up("%s", error.message);
    terminal_begin();
    for (const struct view *view = views; view->name != NULL; view++)
        if (view->fetch == NULL && view->head == NULL)
            view_measure(&reader, view, "");
    for (size_t i = 0; i < sizeof about / sizeof about[0]; i++) {
        subject_of(&reader, about[i][1], subject);
        view_measure(&reader, view_find(about[i][0]), subject);
    }
    paint_stop();
    reader_close(&reader);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * The loop: keys, answers, a child's output, the clock. Nothing in it waits for
 * the bank or the database, and it paints only when something has changed.
 */
#include "bank/console/console.h"

#include "bank/cli/commands.h"
#include "bank/console/state.h"
#include "shared/clock.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLOCK_MS = 1000 };

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
    ended = number;
}

static void on_resize(int number)
{
    (void)number; /* it ends the wait: what is painted next looks for itself */
}

/* So that the terminal is put back whatever ends it. They are blocked but while it waits: none is
 * missed between a look and the wait. */
static void signals_take(sigset_t *waiting)
{
    static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = on_signal }, resize = { .sa_handler = on_resize };
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        sigaction(ending[i], &action, NULL);
        sigaddset(&blocked, ending[i]);
    }
    sigaction(SIGWINCH, &resize, NULL);
    sigaddset(&blocked, SIGWINCH);
    signal(SIGQUIT, SIG_IGN); /* Ctrl-\ from elsewhere is no more than a slip */
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &blocked, waiting);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
        sigdelset(waiting, ending[i]);
    sigdelset(waiting, SIGWINCH);
}

static void keys_take(struct console *console)
{
    int key, row = 0, column = 0;
    while ((key = paint_key(&row, &column)) != PAINT_NO_KEY && !console->quit) {
        if (key == PAINT_GONE) {
            console->quit = true;
            return;
        }
        console_key(console, key, row);
    }
}

static void news_take(struct console *console)
{
    struct answer answer;
    if (model_take(console->model, &answer))
        console_take(console, &answer);
    if (!console->awaited)
        console_keys_replay(console);
    model_figures(console->model, &console->figures);
    model_attention(console->model, &console->attention);
    const bool child_ended = spawn_read(&console->child);
    if (console->output_follow)
        console_output_move(console, LONG_MAX);
    if (child_ended)
        console_child_ended(console);
    if (spawn_read(&console->completion))
        console_complete_take(console);
}

static void doze(const struct console *console, const sigset_t *waiting)
{
    struct pollfd files[] = { { .fd = STDIN_FILENO, .events = POLLIN },
                              { .fd = model_file(console->model), .events = POLLIN },
                              { .fd = console->child.file, .events = POLLIN },
                              { .fd = console->completion.file, .events = POLLIN } };
    const struct timespec most = { .tv_sec = CLOCK_MS / 1000 };
    ppoll(files, sizeof files / sizeof files[0], &most, waiting);
}

static void loop(struct console *console, const sigset_t *waiting)
{
    console_open(console, view_find("overview"));
    while (!console->quit && ended == 0) {
        console_refresh(console, clock_now_ms());
        console_paint(console);
        doze(console, waiting);
        keys_take(console);
        news_take(console);
    }
}

/* False where a thread still waits for a server that stands still. */
static bool finish(struct console *console)
{
    for (int i = 0; i <= console->depth; i++)
        grid_finish(&console->level[i]);
    spawn_stop(&console->child);
    spawn_stop(&console->completion);
    line_finish(&console->filter);
    line_finish(&console->command);
    return model_close(console->model);
}

int console_run(const struct home *home, const char *db)
{
    static struct console console;
    struct error error;
    sigset_t waiting;
    console.home = *home;
    console.db = db;
    console.child.file = console.completion.file = -1;
    signals_take(&waiting);
    if (!paint_start(&error)) {
        complain_error(&error);
        return EXIT_FAILURE;
    }
    setenv("PAGER", "", 1); /* what commands print scrolls here */
    console.model = model_open(home, db);
    loop(&console, &waiting);
    paint_stop();
    if (!finish(&console))
        _exit(EXIT_SUCCESS); /* what exit tidies up, that thread may be using */
    return EXIT_SUCCESS;
}

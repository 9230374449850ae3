/* SPDX-License-Identifier: MIT */
/* The console while it runs: what keys.c changes and screen.c paints. */
#ifndef BANK_CONSOLE_STATE_H
#define BANK_CONSOLE_STATE_H

#include "bank/cli/confirm.h"
#include "bank/console/decide.h"
#include "bank/console/grid.h"
#include "bank/console/line.h"
#include "bank/console/paint.h"
#include "bank/console/resolve.h"
#include "bank/console/spawn.h"

#define LEVELS_MAX  12
#define NOTICE_SIZE 300
#define TYPED_MAX   32

enum mode {
    MODE_VIEW,
    MODE_FILTER,  /* `line` is the filter */
    MODE_COMMAND, /* `line` is a command */
    MODE_OUTPUT,  /* what a command printed */
    MODE_HELP,
    MODE_RESOLVE,
    MODE_DECIDE,
    MODE_ASK, /* whether `command`, which asks before it acts, is to be run */
};

struct console {
    struct home home;
    const char *db;
    struct model *model;
    struct figures figures;
    struct attention attention;

    struct grid level[LEVELS_MAX]; /* a drill-down: each from a row of the one before */
    int depth;                     /* the last of them */
    unsigned serial;               /* of the ask whose answer is awaited or shown */
    bool awaited;
    int64_t taken_ms;  /* when what is shown came */
    int64_t next_ms;   /* when to ask again */
    char trouble[200]; /* why the view could not be fetched; empty: it was */

    /* Keys that came before there was a row for them. */
    int typed[TYPED_MAX];
    size_t typed_count;

    enum mode mode;
    struct line filter, command;
    struct resolve resolve;
    struct decide decide;
    char question[QUESTION_SIZE];
    struct spawn child, completion;
    char completed[LINE_SIZE];      /* the line that the completion is for */
    bool child_quiet;               /* of a resolution: its last line is the notice */
    size_t output_top, output_left; /* the first line and column of it that are shown */
    bool output_follow;             /* its end, as it comes */
    char notice[NOTICE_SIZE];
    enum look notice_look;
    int64_t notice_until_ms;
    bool paused;
    bool quit;
};

static inline struct grid *console_grid(struct console *console)
{
    return &console->level[console->depth];
}

/* detail.c: the levels. Opening a view by its key leaves those there were. */
void console_open(struct console *console, const struct view *view);
void console_drill(struct console *console);
void console_back(struct console *console);
/* Asks for the window that is right now, at once. */
void console_ask(struct console *console);
/* Asks again when it is time. */
void console_refresh(struct console *console, int64_t now_ms);
void console_take(struct console *console, struct answer *answer);

void console_notice(struct console *console, enum look look, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* keys.c */
void console_key(struct console *console, int key, int row);
/* Those that waited for what has come now. */
void console_keys_replay(struct console *console);

/* act.c: the views' own keys r, a and x, and those of the panels that they open. */
void console_act(struct console *console, int key);
void console_act_key(struct console *console, int key);
/* The proposal that the row under the cursor is, or that is open about it, and what it says (NULL:
 * the screen has it); NULL: there is none. */
const char *console_proposal(struct console *console, const char **what);

/* output.c: runs what the command line has, a view's name included; or that text. quiet: its last
 * line becomes the notice, instead of a pane. */
void console_command(struct console *console);
void console_spawn(struct console *console, const char *text, bool quiet);
void console_output_key(struct console *console, int key);
void console_child_ended(struct console *console);
/* Scrolls what a command printed; LONG_MIN and LONG_MAX: to its ends. */
void console_output_move(struct console *console, long lines);

/* complete.c: the command line's Tab: asks, and takes the answer once the child has ended. */
void console_complete(struct console *console);
void console_complete_take(struct console *console);

/* screen.c */
void console_paint(struct console *console);

#endif

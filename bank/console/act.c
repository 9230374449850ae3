/* SPDX-License-Identifier: MIT */
/*
 * What an operator does from the console: a suspect is resolved, a proposal is
 * approved or rejected, a command that asks is asked about. Each becomes a
 * command of `bank`, run in a child.
 */
#include "bank/console/parts.h"
#include "bank/console/state.h"

#include <stdio.h>
#include <string.h>

/* Runs it, and leaves what it was about. */
static void run(struct console *console, const char *command)
{
    console_notice(console, LOOK_DIM, "bank %s", command);
    console_spawn(console, command, true);
    if (console->depth > 0)
        console_back(console);
}

/* ---- resolving ---- */

/* The row under the cursor of the suspects, or the suspect that is shown. */
static void resolve_open(struct console *console)
{
    const struct grid *grid = console_grid(console);
    const struct page_row *row = grid_row(grid);
    if (row == NULL || row->id == NULL)
        return;
    const bool listed = strcmp(grid->view->name, "suspects") == 0;
    const char *saga = row->cell[listed ? view_column(grid->view, "saga") : SUSPECT_SAGA];
    resolve_begin(&console->resolve, saga != NULL ? saga : "withdrawal", row->id);
    console->mode = MODE_RESOLVE;
}

static void key_resolve(struct console *console, int key)
{
    char command[LINE_SIZE];
    switch (resolve_key(&console->resolve, key)) {
    case RESOLVE_GOES_ON:
        return;
    case RESOLVE_LEFT:
        console->mode = MODE_VIEW;
        return;
    case RESOLVE_RUN:
        resolve_command(&console->resolve, command, sizeof command);
        run(console, command);
        return;
    case RESOLVE_EDIT:
        resolve_command(&console->resolve, command, sizeof command);
        line_set(&console->command, command);
        console->mode = MODE_COMMAND;
    }
}

/* ---- deciding what another operator proposed ---- */

const char *console_proposal(struct console *console, const char **what)
{
    const struct grid *grid = console_grid(console);
    const struct page_row *row = grid_row(grid);
    *what = NULL;
    if (row == NULL)
        return NULL;
    if (strcmp(grid->view->name, "approvals") == 0) {
        *what = row->cell[view_column(grid->view, "what")];
        return row->id;
    }
    if (strcmp(grid->view->name, "suspects") == 0) {
        *what = row->cell[view_column(grid->view, "says")];
        return row->cell[view_column(grid->view, "proposal_id")];
    }
    return strcmp(grid->view->name, "suspect") == 0 ? row->cell[SUSPECT_PROPOSAL] : NULL;
}

static void decide_open(struct console *console, bool approve)
{
    const char *what, *id = console_proposal(console, &what);
    if (id == NULL) {
        console_notice(console, LOOK_DIM, "nothing here waits for a second person");
        return;
    }
    decide_begin(&console->decide, approve, id, what);
    console->mode = MODE_DECIDE;
}

static void key_decide(struct console *console, int key)
{
    char command[LINE_SIZE];
    switch (decide_key(&console->decide, key)) {
    case DECIDE_GOES_ON:
        return;
    case DECIDE_LEFT:
        console->mode = MODE_VIEW;
        return;
    case DECIDE_RUN:
        decide_command(&console->decide, command, sizeof command);
        run(console, command);
    }
}

/* ---- a command that asks ---- */

static void key_ask(struct console *console, int key)
{
    char command[LINE_SIZE + 10];
    console->mode = MODE_VIEW;
    if (key != 'y') {
        console_notice(console, LOOK_WARNING, "nothing was done: the answer was not y");
        return;
    }
    snprintf(command, sizeof command, "%s --yes", console->command.text);
    console_spawn(console, command, false);
}

/* ---- keys ---- */

void console_act(struct console *console, int key)
{
    switch (key) {
    case 'r':
        resolve_open(console);
        break;
    case 'a':
    case 'x':
        decide_open(console, key == 'a');
        break;
    default:
        break;
    }
}

void console_act_key(struct console *console, int key)
{
    if (console->mode == MODE_RESOLVE)
        key_resolve(console, key);
    else if (console->mode == MODE_DECIDE)
        key_decide(console, key);
    else
        key_ask(console, key);
}

/* SPDX-License-Identifier: MIT */
/*
 * A line that is edited: the filter, the command line, a reason.
 *
 * An editor of its own, since none fits in here: libedit paints the terminal
 * itself and knows no window, and readline, which can be painted by others, is
 * under the GPL. Its keys are theirs: arrows, Home and End, Ctrl-A E B F U K W,
 * Backspace and Delete, Up and Down for the history, Tab for completion.
 */
#ifndef BANK_CONSOLE_LINE_H
#define BANK_CONSOLE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_SIZE    1000
#define LINE_HISTORY 100

struct line {
    char text[LINE_SIZE];
    size_t length, cursor;
    size_t past_count, at; /* at: which of the past ones is shown; past_count: the new one */
    char *past[LINE_HISTORY];
    char kept[LINE_SIZE]; /* the new one, while an older one is shown */
};

enum line_step { LINE_GOES_ON, LINE_DONE, LINE_LEFT, LINE_COMPLETE };

/* With this text, the cursor at its end. */
void line_set(struct line *line, const char *text);
/* A key as curses has it. */
enum line_step line_key(struct line *line, int key);
/* Puts the line into its history. */
void line_keep(struct line *line);
void line_finish(struct line *line);

/* Adds to the end of what is typed. */
void line_append(struct line *line, const char *text);

void line_paint(const struct line *line, int row, int columns, const char *prompt);

#endif

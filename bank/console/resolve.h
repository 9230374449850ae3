/* SPDX-License-Identifier: MIT */
/*
 * Resolving a suspect by keys: an outcome, what it rests on, Enter. What comes of
 * it is a command of `bank`, which is shown before it is run.
 *
 *     d  1  Enter
 *
 * The tables say which outcomes there are for which saga, and which reasons.
 */
#ifndef BANK_CONSOLE_RESOLVE_H
#define BANK_CONSOLE_RESOLVE_H

#include "bank/console/line.h"

enum resolve_step {
    RESOLVE_OUTCOME,
    RESOLVE_REASON,
    RESOLVE_TEXT, /* a reason is typed */
    RESOLVE_READY,
};

struct resolve {
    char id[40];
    bool deposit;
    enum resolve_step step;
    const struct resolve_outcome *outcome;
    const struct resolve_reason *reason;
    struct line text;
};

enum resolve_result {
    RESOLVE_GOES_ON,
    RESOLVE_LEFT,
    RESOLVE_RUN,  /* resolve_command is to be run */
    RESOLVE_EDIT, /* resolve_command is to be edited first */
};

void resolve_begin(struct resolve *resolve, const char *saga, const char *id);
enum resolve_result resolve_key(struct resolve *resolve, int key);
/* The words of a command line. */
void resolve_command(const struct resolve *resolve, char *buffer, size_t size);
/* Over the lowest of these lines. */
void resolve_paint(const struct resolve *resolve, int row, int rows, int columns);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Deciding by keys what another operator proposed: what it is, a reason that may
 * stay empty, Enter. What comes of it is a command of `bank`.
 */
#ifndef BANK_CONSOLE_DECIDE_H
#define BANK_CONSOLE_DECIDE_H

#include "bank/console/line.h"

struct decide {
    char id[40];    /* the proposal's */
    char what[400]; /* what would be done; empty: the screen shows it */
    bool approve;   /* else rejected */
    struct line reason;
};

enum decide_result { DECIDE_GOES_ON, DECIDE_LEFT, DECIDE_RUN /* decide_command is to be run */ };

void decide_begin(struct decide *decide, bool approve, const char *id, const char *what);
enum decide_result decide_key(struct decide *decide, int key);
/* The words of a command line. */
void decide_command(const struct decide *decide, char *buffer, size_t size);
/* Over the lowest of these lines. */
void decide_paint(const struct decide *decide, int row, int rows, int columns);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * How far a long command has come: one line on the terminal that stderr is,
 * drawn over itself, with rate and time left. On a pipe, and with --json, it is
 * silent.
 *
 *   struct progress progress;
 *   progress_begin(&progress, arguments, "accounts");
 *   progress_step(&progress, done, total);     as often as there is something to say
 *   progress_end(&progress);                   the line is gone, before anything else is said
 */
#ifndef BANK_CLI_PROGRESS_H
#define BANK_CLI_PROGRESS_H

#include "bank/cli/arguments.h"

struct progress {
    const char *what; /* may change from step to step */
    bool shown;
    int64_t began_ms, drawn_ms;
    int64_t from; /* what was done before it began; the caller sets it where that is not 0 */
};

void progress_begin(struct progress *progress, const struct arguments *arguments, const char *what);
/* Another part, with a rate and an end of its own. */
void progress_part(struct progress *progress, const char *what);
void progress_step(struct progress *progress, int64_t done, int64_t total);
void progress_end(struct progress *progress);

/* The line, at most `width` columns: "accounts [####....]  45%  12345 events/s  0:12 left". ms: how
 * long `fresh` of what is done took. */
#define PROGRESS_LINE_SIZE 400
char *progress_line(const char *what, int64_t done, int64_t total, int64_t fresh, int64_t ms,
                    size_t width, char line[static PROGRESS_LINE_SIZE]);

#endif

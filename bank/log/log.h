/* SPDX-License-Identifier: MIT */
/*
 * The bank's log: one line for each event of its life, on stderr or in a file,
 *
 *   bank: ready time=2026-01-31T08:00:00.123Z level=info position=4711
 *
 * a word for what happened, then name=value pairs; text with blanks in it is
 * quoted. Or one JSON object with the same fields:
 *
 *   {"time":"2026-01-31T08:00:00.123Z","level":"info","event":"ready","position":4711}
 *
 * What level an event has is in levels.h. No PAN, PIN or key ever stands there.
 */
#ifndef BANK_LOG_LOG_H
#define BANK_LOG_LOG_H

#include "shared/error.h"

#include <stdbool.h>

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR, LOG_LEVEL_COUNT };

/* All zeros: every line on stderr, not as JSON. */
struct log_options {
    const char *file; /* NULL: stderr; else it stays the caller's */
    bool json;
    enum log_level least;
};

/* LOG_LEVEL_COUNT: there is none of that name. */
enum log_level log_level_find(const char *name);

/* From now on so. False (ERROR_SYSTEM): the file cannot be written to, and nothing has changed. */
bool log_use(const struct log_options *options, struct error *error);

/* The file anew, by its name: after it was moved away. False: the one that was open stays. Without
 * a file nothing happens. */
bool log_reopen(struct error *error);

/* what: one or two words; format: the pairs after the time, may be "". */
void log_event(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Why the bank does not start or ends: as a sentence on stderr, as every command of the program
 * says it, and as an event where the log is not that. */
void log_failed(const char *why);

#endif

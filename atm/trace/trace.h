/* SPDX-License-Identifier: MIT */
/*
 * What passes between the machine, its journal and its bank, for looking at:
 * messages, journal entries with what their flush took, and the bank's events,
 * as the feed of WatchSagas brings them.
 *
 * The last TRACE_ENTRIES are kept for the screen; a file, if one is open, gets
 * all of them as lines of JSON. No entry has a PIN block, a whole card number or
 * a mac: of a message only what trace.c names is taken over.
 *
 * One handle, of the machine's thread. A file that cannot be written ends the
 * file and nothing else.
 */
#ifndef ATM_TRACE_TRACE_H
#define ATM_TRACE_TRACE_H

#include "shared/error.h"
#include "shared/notes.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TRACE_ENTRIES 48

enum trace_kind { TRACE_SENT, TRACE_RECEIVED, TRACE_JOURNAL, TRACE_EVENT };

struct trace_entry {
    enum trace_kind kind;
    int64_t at_us;    /* since 1970, by the machine's clock */
    struct uuid saga; /* nil: of none, or unsaid */
    char name[48];    /* a command's, a reply's code, a journal step's, an event's type */
    char detail[72];  /* amount, masked card, notes, outcome: what there is */
    int64_t took_us;  /* journal: until it was on disk */
    int64_t position; /* event: in the bank's log */
};

struct trace {
    bool on;
    unsigned long count; /* ever; an entry n is at n % TRACE_ENTRIES */
    struct trace_entry entry[TRACE_ENTRIES];
    FILE *file;
};

/* From now on it takes what it is told; path NULL: for the screen alone. */
bool trace_open(struct trace *trace, const char *path, struct error *error);
void trace_close(struct trace *trace);

/* Each does nothing where trace is NULL or not on. Lines are without their newline. */
void trace_sent(struct trace *trace, const char *line, size_t length);
void trace_received(struct trace *trace, const char *line, size_t length);
void trace_journal(struct trace *trace, const char *step, const struct uuid *saga, int64_t took_us);

/* What there is to look at inside a machine. */
struct inside {
    const struct trace *trace;
    struct notes cassettes;
};

/* The entry that came `back` before the last one; NULL: it is not kept, or there was none. */
const struct trace_entry *trace_back(const struct trace *trace, unsigned back);

#endif

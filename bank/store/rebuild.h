/* SPDX-License-Identifier: MIT */
/*
 * Makes a read model again from the log, while the bank goes on and readers
 * keep reading.
 *
 *   esbank.<name>_rebuild   the shadow table, filled in runs of LOG_READER_CHUNK
 *                           events; its comment holds the checkpoint, in the same
 *                           transaction as the run, so that one that was killed
 *                           goes on where it was
 *   the exchange            one transaction with the row of esbank.log_head locked,
 *                           so that no append comes in between: the last events
 *                           are folded, the shadow takes the name
 *
 * A table that is gone is made again first, empty, from the migrations.
 *
 * Locks are taken in the order of an append: table, checkpoint, head. An event
 * that the projection cannot take is parked, and the rest goes on.
 */
#ifndef BANK_STORE_REBUILD_H
#define BANK_STORE_REBUILD_H

#include "bank/models/projection.h"
#include "bank/postgres/query.h"

struct rebuild_progress {
    int64_t position, head; /* folded so far; where the log ends */
    int64_t from;           /* where this run of the program began; above 0 when it resumes */
};

struct rebuild_result {
    int64_t position; /* the log's end that the table is now at */
    int64_t events, parked;
    bool resumed;
    bool made; /* the table was gone, and was made again before */
};

/* progress may be NULL. On failure the live table is as it was, and a later call goes on. */
bool rebuild(struct query *query, const struct projection *projection,
             void (*progress)(void *context, const struct rebuild_progress *progress),
             void *context, struct rebuild_result *result, struct error *error);

/* The projection of that name; NULL when there is none. */
const struct projection *projection_find(const char *name);

/* The projection's statement on that table; the caller's to free. */
char *rebuild_statement(const struct projection *projection, const char *table);

#endif

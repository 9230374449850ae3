/* SPDX-License-Identifier: MIT */
/*
 * A projection: a read model, folded from events into one table.
 *
 * Each is one file in bank/projections and one row of the table there. It
 * condenses a run of events, in order of their positions, into at most one row
 * a key and hands these rows over as the parameters of its one statement,
 * which is prepared with the table's name in place of %1$s: the live table
 * `esbank.<name>`, or the shadow one while it is rebuilt. The same fold serves
 * the append (a moment later, or in its transaction), the follower that catches
 * up, and the rebuild.
 *
 * A statement that mostly meets keys it knows (accounts) or mostly new ones
 * (withdrawals) is an UPDATE whose leftovers are inserted: ON CONFLICT would
 * lock each row first, or announce each insertion, and log both.
 */
#ifndef BANK_MODELS_PROJECTION_H
#define BANK_MODELS_PROJECTION_H

#include "bank/codec/batch.h"
#include "bank/codec/columns.h"

struct projection {
    const char *name; /* of the table in schema esbank, and of the projection */
    int version;      /* raised when the fold changes: the table is then rebuilt */
    const char
        *statement; /* adds the rows to %1$s, where there is one of that key already: to that one */
    unsigned column_count;
    const enum column_type *column; /* the parameters' types, in order */
    /* Adds rows for these events to columns (already reset, column_count of them); none is fine. */
    void (*fold)(struct columns *columns, const struct event_record *records, size_t count);
};

/* All of them; the array ends with a NULL. Defined in bank/projections/projections.c. */
extern const struct projection *const projections[];

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Another file of operators is an event: who may do what, and what needs a second
 * person, has changed. The bank records the act `operators_read` when it starts
 * with a file and at SIGHUP. Its command's id follows from what the file says, whose
 * it is and when it was written, so that one file is one event, however often it is
 * read. One that comes back after another is an event again.
 */
#ifndef BANK_SERVER_OPERATORS_RECORD_H
#define BANK_SERVER_OPERATORS_RECORD_H

#include "bank/engine/engine.h"
#include "bank/server/operators.h"

struct operators_record {
    struct request request;
    struct operators_stamp stamp; /* the last one read */
    bool due, under_way, again;   /* again: another was read meanwhile */
    bool comes_after, came_after; /* another one, which was read before it; of what is under way */
};

/* These were read. */
void operators_record_note(struct operators_record *record, const struct operators *operators);

/* In every turn of a bank that has the log: submits what is due, until it is committed. */
void operators_record_submit(struct operators_record *record, struct engine *engine);

#endif

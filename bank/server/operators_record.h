/* SPDX-License-Identifier: MIT */
/*
 * Another file of operators is an event: who may do what, and what needs a second
 * person, has changed. When the bank becomes active, and at SIGHUP, it compares the
 * file with the last act `operators_read` in the log, and records one where they
 * differ: so also what was written, or removed, while it was down. The command's id
 * follows from what the file says, whose it is, when it was written and the act before,
 * which is how the file of an act is known again, and why one file is one event,
 * however often it is read.
 */
#ifndef BANK_SERVER_OPERATORS_RECORD_H
#define BANK_SERVER_OPERATORS_RECORD_H

#include "bank/engine/engine.h"
#include "bank/server/operators.h"

struct operators_record {
    struct request request;
    struct engine *engine;
    struct operators_stamp stamp; /* the last one read */
    struct uuid settled;          /* the act after which there was nothing to do */
    bool is_settled, under_way;
    bool is_file; /* what is under way is of one */
};

/* These were read. */
void operators_record_note(struct operators_record *record, const struct operators *operators);

/* In every turn of a bank that has the log: submits what the log has otherwise, until it is
 * committed. */
void operators_record_submit(struct operators_record *record, struct engine *engine);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Erasures, so that a restored backup does not undo them.
 *
 * An erasure is an event (Accounts.OwnerErased), and the account's data key
 * goes in its transaction. A restore may bring the key back: with the log that
 * has the event, or with one that is older. For the second the home has a list,
 * HOME/erased, of account ids and times and nothing else.
 *
 *   erasures_open    at the start: what the log has is applied at once; what only the
 *                    list or the key table has is due: it becomes an event
 *   erasures_apply   those, one after another, as commands of the bank
 *   erasures_note    after each commit
 */
#ifndef BANK_SERVER_ERASURES_H
#define BANK_SERVER_ERASURES_H

#include "bank/codec/batch.h"
#include "shared/error.h"
#include "shared/home.h"

struct engine;
struct erasures;

/* NULL with an error: the list or the database cannot be read. */
struct erasures *erasures_open(const struct home *home, const char *conninfo, struct error *error);
void erasures_close(struct erasures *erasures); /* takes NULL */

/* While this bank is active: submits the next one that is due, unless one is under way. */
void erasures_apply(struct erasures *erasures, struct engine *engine);

/* What was just committed, before its replies leave. An owner that was erased is added to the list,
 * or the log says why not, and the next start does it. */
void erasures_note(struct erasures *erasures, const struct event_record *records, size_t count);

#endif

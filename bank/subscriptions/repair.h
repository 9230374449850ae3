/* SPDX-License-Identifier: MIT */
/*
 * Operator actions on subscriptions: reset, retry, skip.
 *
 * Each is one transaction that first locks the subscription's row, as the bank
 * that runs it does, so the two never work on it at once. It takes the lease
 * away, so the bank looks again where the subscription stands before it writes
 * anything. No bank need run.
 *
 * What is left out by a skip, or by a reset that moves ahead, is kept in
 * esbank.subscription_skips, so that verify does not expect its effects.
 */
#ifndef BANK_SUBSCRIPTIONS_REPAIR_H
#define BANK_SUBSCRIPTIONS_REPAIR_H

#include "bank/postgres/query.h"
#include "bank/subscriptions/handler.h"

#define HANDLING_FROM_NOW INT64_MAX /* in place of a position: the end of the log */

/*
 * The next event handled is the one after `position`, which is given back as
 * the one it stands at. 0 also removes what the handler has written, so that
 * all of it is made again. left_out: how many events it never is to handle.
 */
bool repair_reset(struct query *query, const struct handler *handler, int64_t *position,
                  int64_t *left_out, struct error *error);

/*
 * Makes those of its tables again that are gone. `lost`, which ends with NULL, are the handlers of
 * the list whose rows went with them: each is to be reset to 0.
 */
#define HANDLERS_MAX 32
bool repair_remake(struct query *query, const struct handler *handler,
                   const struct handler *const *list,
                   const struct handler *lost[static HANDLERS_MAX], struct error *error);

struct repair_result {
    int64_t handled, failed;
    int64_t waiting;         /* behind one that failed, and not tried */
    int64_t raised, cleared; /* alerts */
    bool sooner;             /* an event that waited for its next try has it now */
};

/* Handles the parked event at that position, which is to be the first of its sequence, or all of
 * them (0), here and now. `why` says why the last one that failed did. */
bool repair_retry(struct query *query, const struct handler *handler, int64_t position,
                  struct repair_result *result, struct error *why, struct error *error);

/* Goes on without an event: one that is parked is forgotten, one that is being tried is passed
 * over. Those behind it stay parked until a retry. */
bool repair_skip(struct query *query, const struct handler *handler, int64_t position,
                 struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What operators did while no bank served the home (shared/noted_acts.h) becomes
 * events of the stream `bank`: one after another, as commands of the bank. By whom
 * is in their metadata.
 */
#ifndef BANK_SERVER_RECORDED_ACTS_H
#define BANK_SERVER_RECORDED_ACTS_H

#include "bank/engine/engine.h"
#include "bank/server/operators.h"

struct recorded_acts;

/* NULL with an error: they cannot be read. */
struct recorded_acts *recorded_acts_open(const struct home *home, const struct operators *operators,
                                         struct error *error);
void recorded_acts_close(struct recorded_acts *acts); /* takes NULL */

/* While this bank is active, in every turn: submits the next one, unless one is under way. */
void recorded_acts_submit(struct recorded_acts *acts, struct engine *engine);

#endif

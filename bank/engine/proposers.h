/* SPDX-License-Identifier: MIT */
/*
 * Who has which proposals open: so that one operator does not take the room of
 * all. Durable without being stored, as deadlines are, and open means that its
 * deadline runs.
 */
#ifndef BANK_ENGINE_PROPOSERS_H
#define BANK_ENGINE_PROPOSERS_H

#include "bank/core/approval.h"
#include "bank/engine/deadlines.h"

struct proposers {
    int count; /* with some that have ended */
    struct proposer {
        struct uuid id; /* of the proposal */
        char name[OPERATOR_NAME_LENGTH];
    } open[PROPOSALS_MAX];
};

/* A new one. There are never more than PROPOSALS_MAX with a deadline. */
void proposers_add(struct proposers *proposers, struct deadlines *deadlines, const struct uuid *id,
                   const char *name);

/* How many are open of that name. */
int proposers_count(struct proposers *proposers, struct deadlines *deadlines, const char *name);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * An advice: what became of a withdrawal, as the terminal tells the bank.
 * Exactly one is ever stored for a withdrawal. A plain value.
 */
#ifndef ATM_ADVICE_H
#define ATM_ADVICE_H

#include "shared/notes.h"
#include "shared/uuid.h"

enum advice_outcome {
    ADVICE_DISPENSED,
    ADVICE_NOT_DISPENSED,
    ADVICE_RETRACTED,
    ADVICE_UNKNOWN,
    ADVICE_OUTCOME_COUNT
};

const char *advice_outcome_name(enum advice_outcome outcome); /* as on the wire */

struct advice {
    struct uuid withdrawal;
    enum advice_outcome outcome;
    struct notes taken, rejected, retracted;
    char reason[61];
};

#endif

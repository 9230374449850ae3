/* SPDX-License-Identifier: MIT */
/*
 * An advice: what became of a withdrawal or a deposit, as the terminal tells
 * the bank. Exactly one is ever stored for each. A plain value.
 */
#ifndef ATM_TERMINAL_ADVICE_H
#define ATM_TERMINAL_ADVICE_H

#include "shared/notes.h"
#include "shared/uuid.h"

enum advice_outcome {
    ADVICE_DISPENSED,
    ADVICE_NOT_DISPENSED,
    ADVICE_RETRACTED,
    ADVICE_UNKNOWN,
    ADVICE_COUNTED,   /* a deposit: the notes are in the machine */
    ADVICE_CANCELLED, /* a deposit: the customer has them */
    ADVICE_LOST,      /* a deposit: their position is unknown */
    ADVICE_OUTCOME_COUNT
};

const char *advice_outcome_name(enum advice_outcome outcome); /* as on the wire */

struct advice {
    struct uuid withdrawal; /* or deposit */
    enum advice_outcome outcome;
    struct notes taken, rejected, retracted;
    struct notes accepted; /* counted */
    char reason[61];
};

#endif

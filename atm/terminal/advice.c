/* SPDX-License-Identifier: MIT */
#include "atm/terminal/advice.h"

const char *advice_outcome_name(enum advice_outcome outcome)
{
    static const char *const names[ADVICE_OUTCOME_COUNT] = {
        [ADVICE_DISPENSED] = "dispensed", [ADVICE_NOT_DISPENSED] = "not_dispensed",
        [ADVICE_RETRACTED] = "retracted", [ADVICE_UNKNOWN] = "unknown",
        [ADVICE_COUNTED] = "counted",     [ADVICE_CANCELLED] = "cancelled",
        [ADVICE_LOST] = "unknown",
    };
    return names[outcome];
}

/* SPDX-License-Identifier: MIT */
/* What a bank is doing as a whole: one word, for status, health and metrics. */
#ifndef BANK_SERVER_STATE_H
#define BANK_SERVER_STATE_H

/* clang-format off */
#define BANK_STATE_TABLE(X) \
    X(STARTING, "starting") /* it does not know yet whether the log is its own */ \
    X(ACTIVE,   "active")   /* it has the log, and its database answers */ \
    X(STANDBY,  "standby")  /* another bank has the log */ \
    X(AWAY,     "away")     /* the database does not answer */ \
    X(ENDING,   "ending")   /* it was asked to end */
/* clang-format on */

enum bank_state {
#define X(enumerator, name) BANK_##enumerator,
    BANK_STATE_TABLE(X)
#undef X
        BANK_STATE_COUNT
};

const char *bank_state_name(enum bank_state state);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Questions: requests that decide nothing, so that the core has no command for
 * them. The server answers them itself, at once, and nothing is recorded.
 *
 * Adding one is a row here, its answer in session.c, which the compiler asks
 * for, and its place in shared/PROTOCOL.md.
 */
#ifndef BANK_SERVER_QUESTION_H
#define BANK_SERVER_QUESTION_H

#include "bank/core/command.h"

/*
 * The enumerator, the name on the wire, who may ask (as in COMMAND_TABLE), the
 * fields that it must have and those it may have. One that must have a teller's id carries that
 * teller's mac.
 */
/* clang-format off */
#define QUESTION_TABLE(X) \
    X(ECHO,     "EchoTest",    BY_TERMINAL | AS_VIEWER, 0,               0) \
    X(STATUS,   "GetStatus",   AS_VIEWER,               0,               0) \
    X(HISTORY,  "GetHistory",  AS_VIEWER,               0,               WITH(COUNT)) \
    X(MACHINES, "GetMachines", AS_VIEWER,               0,               WITH(TELLER_ID)) \
    X(LAB,      "GetLabRules", AS_VIEWER,               0,               0) \
    X(WATCH,    "WatchSagas",  BY_TERMINAL,             WITH(TELLER_ID), 0)
/* clang-format on */

enum question {
#define X(enumerator, name, senders, required, optional) QUESTION_##enumerator,
    QUESTION_TABLE(X)
#undef X
        QUESTION_COUNT
};

struct question_traits {
    const char *name;
    unsigned senders, required, optional;
};

extern const struct question_traits question_traits[QUESTION_COUNT];

/* QUESTION_COUNT: there is none of that name. */
enum question question_find(const char *name);

#endif

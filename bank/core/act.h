/* SPDX-License-Identifier: MIT */
/*
 * Acts: what operators do to the database or to files by themselves, beside the
 * commands that the bank decides. The bank records one before it is done.
 */
#ifndef CORE_ACT_H
#define CORE_ACT_H

#include "bank/core/operator_role.h"

/* clang-format off */
/* The enumerator, the name in events, and the least role that may; ROLE_NONE: the bank's own. */
#define ACT_TABLE(X) \
    X(SUBSCRIPTION_RESET, "subscription_reset", ROLE_OPERATOR) \
    X(SUBSCRIPTION_RETRY, "subscription_retry", ROLE_OPERATOR) \
    X(SUBSCRIPTION_SKIP,  "subscription_skip",  ROLE_OPERATOR) \
    X(PROJECTION_REBUILD, "projection_rebuild", ROLE_OPERATOR) \
    X(SNAPSHOT_TAKE,      "snapshot_take",      ROLE_OPERATOR) \
    X(SNAPSHOT_DROP,      "snapshot_drop",      ROLE_OPERATOR) \
    X(ALERT_SETTLE,       "alert_settle",       ROLE_SUPERVISOR) /* of a lost end of the log */ \
    X(LAB_RULE,           "lab_rule",           ROLE_OPERATOR) /* bank/server/lab.h */ \
    X(LAB_CLEAR,          "lab_clear",          ROLE_OPERATOR) \
    X(ACCOUNT_ERASE,      "account_erase",      ROLE_SUPERVISOR) /* where no bank runs */ \
    X(KEYS_EXPORT,        "keys_export",        ROLE_SUPERVISOR) \
    X(KEYS_IMPORT,        "keys_import",        ROLE_SUPERVISOR) \
    X(OPERATORS_READ,     "operators_read",     ROLE_NONE) /* bank/server/operators_record.h */
/* clang-format on */

enum act {
    ACT_NONE,
#define X(enumerator, name, role) ACT_##enumerator,
    ACT_TABLE(X)
#undef X
        ACT_COUNT
};

const char *act_name(enum act act);
enum operator_role act_role(enum act act);

/* ACT_NONE: there is none of that name. */
enum act act_find(const char *name);

#endif

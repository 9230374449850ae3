/* SPDX-License-Identifier: MIT */
/*
 * The roles of operators, each of which may do what those before it may, and
 * more. COMMAND_TABLE names the least role that a command needs.
 */
#ifndef CORE_OPERATOR_ROLE_H
#define CORE_OPERATOR_ROLE_H

/* clang-format off */
#define ROLE_TABLE(X) \
    X(VIEWER,     "viewer")     /* looks: status */ \
    X(CLERK,      "clerk")      /* serves customers and machines: the counter, cards, cassettes, the day's end */ \
    X(OPERATOR,   "operator")   /* sets limits, bars machines, settles what is suspect */ \
    X(SUPERVISOR, "supervisor") /* what cannot be undone: closing, erasing, keys; and approves */
/* clang-format on */

enum operator_role {
    ROLE_NONE, /* may do nothing */
#define X(enumerator, name) ROLE_##enumerator,
    ROLE_TABLE(X)
#undef X
        ROLE_COUNT
};

#define OPERATOR_NAME_LENGTH 25 /* bytes with its NUL */
#define OPERATOR_FROM_LENGTH 56

/* Who sent a command, and as what; role ROLE_NONE: no operator. */
struct actor {
    enum operator_role role;
    char name[OPERATOR_NAME_LENGTH];
    char from[OPERATOR_FROM_LENGTH]; /* how the bank knows: "uid 1000", "certificate anna" */
};

/* "" of none. */
const char *operator_role_name(enum operator_role role);

/* ROLE_NONE: there is none of that name. */
enum operator_role operator_role_find(const char *name);

#endif

/* SPDX-License-Identifier: MIT */
#include "bank/core/operator_role.h"

#include <string.h>

static const char *const names[ROLE_COUNT] = { "",
#define X(enumerator, name) name,
                                               ROLE_TABLE(X)
#undef X
};

const char *operator_role_name(enum operator_role role)
{
    return (unsigned)role < ROLE_COUNT ? names[role] : "";
}

enum operator_role operator_role_find(const char *name)
{
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (strcmp(names[role], name) == 0)
            return (enum operator_role)role;
    return ROLE_NONE;
}

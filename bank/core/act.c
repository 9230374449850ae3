/* SPDX-License-Identifier: MIT */
#include "bank/core/act.h"

#include <string.h>

static const struct {
    const char *name;
    enum operator_role role;
} table[ACT_COUNT] = { { "", ROLE_NONE },
#define X(enumerator, name, role) { name, role },
                       ACT_TABLE(X)
#undef X
};

const char *act_name(enum act act)
{
    return table[act].name;
}

enum operator_role act_role(enum act act)
{
    return table[act].role;
}

enum act act_find(const char *name)
{
    for (int act = ACT_NONE + 1; act < ACT_COUNT; act++)
        if (strcmp(table[act].name, name) == 0)
            return (enum act)act;
    return ACT_NONE;
}

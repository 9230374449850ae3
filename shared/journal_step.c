/* SPDX-License-Identifier: MIT */
#include "shared/journal_step.h"

#include <string.h>

static const char *const step_names[JOURNAL_STEP_COUNT] = {
#define X(enumerator, name, meaning) name,
    JOURNAL_STEP_TABLE(X)
#undef X
};

const char *journal_step_name(enum journal_step step)
{
    return step_names[step];
}

enum journal_step journal_step_find(const char *name)
{
    for (int i = 0; i < JOURNAL_STEP_COUNT; i++)
        if (strcmp(step_names[i], name) == 0)
            return (enum journal_step)i;
    return JOURNAL_STEP_COUNT;
}

/* SPDX-License-Identifier: MIT */
#include "bank/engine/proposers.h"

#include <stdio.h>
#include <string.h>

static void drop_ended(struct proposers *proposers, struct deadlines *deadlines)
{
    int kept = 0;
    for (int i = 0; i < proposers->count; i++)
        if (deadlines_runs(deadlines, &proposers->open[i].id))
            proposers->open[kept++] = proposers->open[i];
    proposers->count = kept;
}

void proposers_add(struct proposers *proposers, struct deadlines *deadlines, const struct uuid *id,
                   const char *name)
{
    for (int i = 0; i < proposers->count; i++)
        if (uuid_equal(&proposers->open[i].id, id))
            return;
    if (proposers->count == PROPOSALS_MAX)
        drop_ended(proposers, deadlines);
    if (proposers->count == PROPOSALS_MAX)
        return; /* of a log that another program wrote: the whole room is taken anyway */
    struct proposer *proposer = &proposers->open[proposers->count++];
    proposer->id = *id;
    snprintf(proposer->name, sizeof proposer->name, "%s", name);
}

int proposers_count(struct proposers *proposers, struct deadlines *deadlines, const char *name)
{
    int count = 0;
    drop_ended(proposers, deadlines);
    for (int i = 0; i < proposers->count; i++)
        count += strcmp(proposers->open[i].name, name) == 0;
    return count;
}

/* SPDX-License-Identifier: MIT */
/*
 * Sagas for a person: withdrawals, deposits at machines, transfers. Each kind is
 * listed by state from its read model, and shown one by one as a record folded
 * from the events, with the tree of commands and events below it.
 *
 *     static const struct saga_view view = { .noun = "deposit", … };
 *     saga_list(&view, arguments);                      `bank deposit list`
 *     saga_show(&view, arguments);                      `bank deposit show ID`
 *
 * Each prints what was asked for, or says why it cannot, and gives the exit status.
 */
#ifndef BANK_COMMANDS_SAGA_H
#define BANK_COMMANDS_SAGA_H

#include "bank/cli/arguments.h"
#include "bank/cli/table.h"
#include "bank/commands/as_of.h"
#include "bank/postgres/query.h"

struct saga_view {
    const char *noun; /* what people call it, and the first word of its commands */

    const struct table_column *list;
    const char *list_sql; /* $1 is the state, NULL for any; $2 how many at most, 0 for all */
    bool (*state_known)(const char *name);
    const char *states; /* the names it knows, for who gave another one */

    const struct table_column *record;
    /* Fills the record's cells from the events up to that position, or none when no saga has that
     * id. */
    bool (*record_fill)(struct query *query, const struct uuid *id, int64_t to,
                        struct table *record, struct error *error);
};

/* Those of a command that is run by saga_list, by saga_show; ends with a NULL name. */
extern const struct option_spec saga_list_options[], saga_show_options[];

int saga_list(const struct saga_view *view, const struct arguments *arguments);
int saga_show(const struct saga_view *view, const struct arguments *arguments);

#endif

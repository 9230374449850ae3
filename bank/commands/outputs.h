/* SPDX-License-Identifier: MIT */
/*
 * What commands print with --json from a table of columns, beside the lists (listings.h): one
 * record, or an array of rows. docs/schema is made from this table and theirs, so that a column
 * that is added is in the schema, too.
 */
#ifndef BANK_COMMANDS_OUTPUTS_H
#define BANK_COMMANDS_OUTPUTS_H

#include "bank/cli/table.h"

enum { OUTPUT_INNER = 2 };

struct output {
    const char *name, *command; /* of its schema; which prints it: "account show" */
    bool is_array;
    const struct table_column *columns;
    struct {
        const char *name; /* a CELL_RAW column that is an array of rows with these */
        const struct table_column *columns;
    } inner[OUTPUT_INNER];
};

/* clang-format off */
/* One a line: output_NAME is defined beside its command. */
#define OUTPUTS(X) \
    X(account_show) \
    X(account_explain) \
    X(teller_show) \
    X(withdrawal_show) \
    X(deposit_show) \
    X(transfer_show) \
    X(approvals_show) \
    X(subscription_show) \
    X(events_tree) \
    X(lab_list) \
    X(keys_check)
/* clang-format on */

#define X(name) extern const struct output output_##name;
OUTPUTS(X)
#undef X

#endif

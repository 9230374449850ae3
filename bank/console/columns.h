/* SPDX-License-Identifier: MIT */
/*
 * A view's rows as a table (bank/cli/table.h): what batch.c prints, and docs/schema
 * has for programs.
 */
#ifndef BANK_CONSOLE_COLUMNS_H
#define BANK_CONSOLE_COLUMNS_H

#include "bank/cli/table.h"
#include "bank/console/view.h"

/* Whether it is in the table: people see none that is never painted. */
bool column_is_printed(const struct view_column *column, bool json);

/* Those that are, up to a NULL title. */
void view_table_columns(const struct view *view, bool json,
                        struct table_column columns[static PAGE_COLUMNS_MAX + 1]);

/* Fills the next cell with a row's value; NULL: there is none. */
void view_table_cell(struct table *table, enum view_cell kind, const char *value, bool json);

/* The objects of which a VIEW_CASH is an array for programs, named as in `teller show`. */
extern const struct table_column view_cash_columns[];

#endif

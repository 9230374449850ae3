/* SPDX-License-Identifier: MIT */
/* How commands that read come to the database, and print what a statement gives. */
#ifndef BANK_CLI_READING_H
#define BANK_CLI_READING_H

#include "bank/cli/arguments.h"
#include "bank/postgres/query.h"

/* The database that --db, --home and the environment name. */
struct query *query_of(const struct arguments *arguments, struct error *error);
/* The same for reading read models, once they have all that was committed before:
 * query_await_models. */
struct query *query_of_models(const struct arguments *arguments, struct error *error);

/*
 * What a statement gives as a table, under these columns; the exit status. With
 * `none` not NULL, no rows are a failure with that sentence.
 */
struct table_column;
int query_print(const struct arguments *arguments, const struct table_column *columns,
                const char *sql, unsigned count, const char *const *values, const char *none);
/* The same of what event handlers write; see query_await_handlers. printed, unless NULL: how many
 * rows there were, where that succeeded. */
int handlers_print(const struct arguments *arguments, const struct table_column *columns,
                   const char *sql, unsigned count, const char *const *values, size_t *printed);
/* The same from read models; see query_of_models. */
int models_print(const struct arguments *arguments, const struct table_column *columns,
                 const char *sql, unsigned count, const char *const *values, const char *none);

#endif

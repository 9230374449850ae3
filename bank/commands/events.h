/* SPDX-License-Identifier: MIT */
/* Showing events, and how commands that read come to the database. */
#ifndef BANK_COMMANDS_EVENTS_H
#define BANK_COMMANDS_EVENTS_H

#include "bank/commands/arguments.h"
#include "bank/history.h"
#include "shared/json.h"

/* The database that --db, --home and the environment name. */
struct query *query_of(const struct arguments *arguments, struct error *error);
/* The same for reading read models, once they have all that was committed before: query_await_models. */
struct query *query_of_models(const struct arguments *arguments, struct error *error);

/* One line without, and one object with no newline. */
void event_print(const struct stored_event *stored);
void event_print_json(const struct stored_event *stored);

/* Prints the commands and events of one correlation as a tree; the exit status. */
int events_tree(struct query *query, const struct uuid *correlation_id, bool json);

/*
 * What a statement gives as a table, under these columns; the exit status. With
 * `none` not NULL, no rows are a failure with that sentence.
 */
struct table_column;
int query_print(const struct arguments *arguments, const struct table_column *columns, const char *sql,
                unsigned count, const char *const *values, const char *none);
/* The same from read models; see query_of_models. */
int models_print(const struct arguments *arguments, const struct table_column *columns, const char *sql,
                 unsigned count, const char *const *values, const char *none);

#endif

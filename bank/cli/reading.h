/* SPDX-License-Identifier: MIT */
/* How commands that read come to the database. */
#ifndef BANK_CLI_READING_H
#define BANK_CLI_READING_H

#include "bank/cli/arguments.h"
#include "bank/postgres/query.h"

/* The database that --db, --home and the environment name. */
struct query *query_of(const struct arguments *arguments, struct error *error);
/* The same for reading read models, once they have all that was committed before:
 * query_await_models. */
struct query *query_of_models(const struct arguments *arguments, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What sql/ makes, made again as temporary tables and functions of one session:
 * the texts of the migrations with pg_temp in the place of esbank. So verify
 * compares with what this program's own texts give on this very server, and
 * changes nothing in the database. A table that is gone is made again from the
 * same texts.
 */
#ifndef BANK_POSTGRES_SCRATCH_SCHEMA_H
#define BANK_POSTGRES_SCRATCH_SCHEMA_H

#include "bank/postgres/query.h"

/* The same SQL on the temporary ones; the caller's to free. */
char *scratch_sql(const char *sql);

/* All that the migrations make. Within a transaction that is rolled back: the tables' names hide
 * others. */
bool scratch_all(struct query *query, struct error *error);

/* Their functions alone. */
bool scratch_functions(struct query *query, struct error *error);
/* A table of esbank that is gone is made again, empty, from the migrations, with its indexes,
 * comments and grants and the views that went with it. *made: it was gone. In a transaction of its
 * own, with the schema owner's rights. */
bool scratch_remake(struct query *query, const char *table, bool *made, struct error *error);

#endif

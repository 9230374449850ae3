/* SPDX-License-Identifier: MIT */
/*
 * The database for one command of a person: connect, ask, read text cells.
 *
 * Blocking, one statement at a time; the bank itself never uses it. A query
 * is the connection, rows are one answer and the caller's to free. Parameters
 * are text (NULL: SQL NULL), numbered $1, $2, … in the statement.
 */
#ifndef BANK_POSTGRES_QUERY_H
#define BANK_POSTGRES_QUERY_H

#include "bank/codec/columns.h"
#include "shared/error.h"
#include "shared/home.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct query;
struct rows;

/*
 * Connects to `db` when it is not NULL, else to $ESBANK_DB, else to the private
 * cluster of the bank that serves `home`. NULL (ERROR_CONNECTION) when it is not there.
 */
struct query *query_open(const char *db, const struct home *home, struct error *error);
/* The database of another program, whose tables are where its own search path says. */
struct query *query_open_foreign(const char *db, struct error *error);
/* The same for an operator's command, which only reads: QUERY_SEATS of them at most are in the
 * database at once, so that those never take all of its sessions and the bank can always come back.
 * Else NULL (ERROR_CONNECTION). The session has the command's name. */
#define QUERY_SEATS 20
struct query *query_open_seated(const char *db, const struct home *home, const char *command,
                                struct error *error);
void query_close(struct query *query); /* takes NULL */

/*
 * Waits until the read models have every event that is committed now, so that what somebody has
 * been told of is in what he then reads. Not for one that has been put off or is being made again,
 * nor while no bank serves this database, and five seconds at most.
 */
void query_await_models(struct query *query);
/* The same of what event handlers write: alerts. Not for one that is paused or retries. */
void query_await_handlers(struct query *query);

/* Whether a bank serves this database now. */
bool query_bank_serves(struct query *query, bool *serves, struct error *error);

/*
 * For reading long tables in the order of an index, chunk by chunk: the planner
 * is to take that index even while it knows nothing about the table yet, since
 * sorting all of the rest for each chunk takes for ever.
 */
bool query_follow_indexes(struct query *query, struct error *error);
/* Whether tables are joined as a whole; after query_follow_indexes they are not: a read model's
 * statement is to look its rows up in the index, however small the table was when that was planned.
 */
bool query_join_whole(struct query *query, bool whole, struct error *error);

/* One statement with `count` parameters. NULL on failure; a statement without an answer gives no
 * rows. */
struct rows *query_run(struct query *query, const char *sql, unsigned count,
                       const char *const *values, struct error *error);
/* The same where the answer is of no interest. */
bool query_do(struct query *query, const char *sql, unsigned count, const char *const *values,
              struct error *error);
/* Several statements in one text, without parameters. */
bool query_script(struct query *query, const char *sql, struct error *error);
/* Each runs a statement with binary arrays for its parameters. */
struct rows *query_run_columns(struct query *query, const char *sql, struct columns *columns,
                               struct error *error);
bool query_do_columns(struct query *query, const char *sql, struct columns *columns,
                      struct error *error);

size_t rows_count(const struct rows *rows);
unsigned rows_columns(const struct rows *rows);
/* NULL where the value is NULL. Valid until rows_free. */
const char *rows_text(const struct rows *rows, size_t row, unsigned column);
int64_t rows_integer(const struct rows *rows, size_t row, unsigned column); /* 0 for NULL */
bool rows_uuid(const struct rows *rows, size_t row, unsigned column, struct uuid *uuid);
/* A bytea cell as its bytes, at most `size`; how many there are. */
size_t rows_bytes(const struct rows *rows, size_t row, unsigned column, unsigned char *bytes,
                  size_t size);
/* How many rows the statement changed. */
int64_t rows_affected(const struct rows *rows);
void rows_free(struct rows *rows); /* takes NULL */

#endif

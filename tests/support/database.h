/* SPDX-License-Identifier: MIT */
/*
 * A database of its own for one test, on the server that scripts/test started
 * ($ESBANK_TEST_PG). Fails the test, saying what to do, when there is none.
 */
#ifndef TESTS_SUPPORT_DATABASE_H
#define TESTS_SUPPORT_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

enum { DATABASE_NAME_SIZE = 40, DATABASE_CONNINFO_SIZE = 400 };

struct database {
    char name[DATABASE_NAME_SIZE];
    char conninfo[DATABASE_CONNINFO_SIZE]; /* for PQconnectdb, --db and $ESBANK_DB */
};

/* Makes an empty database. It is dropped by database_drop, or when the program exits. */
void database_create(struct database *database);

/* Drops it, ending whatever sessions are left in it. */
void database_drop(struct database *database);

/* Runs statements in it; a statement that fails fails the test. */
void database_run(const struct database *database, const char *sql);

/* The first column of the first row as text, "" when there is no row or it is null; the caller
 * frees it. */
char *database_ask(const struct database *database, const char *sql);

/* Whether that answer is this text. */
bool database_says(const struct database *database, const char *sql, const char *expected);

/* Whether that answer is SQL's true. */
bool database_is(const struct database *database, const char *sql);

/* That answer as a number; one that is none fails the test. */
int64_t database_number(const struct database *database, const char *sql);

/* Fails unless that answer is this text, and says both. */
#define database_check(database, sql, expected)                                                    \
    database_check_at(__FILE__, __LINE__, database, sql, expected)
void database_check_at(const char *file, int line, const struct database *database, const char *sql,
                       const char *expected);

/* Ends the sessions in it that meet a condition on pg_stat_activity ("true": all). Does not wait
 * for that. */
void database_end_sessions(const struct database *database, const char *condition);

/* A session that begins a transaction, runs the statements in it and keeps it open, for its locks.
 */
struct held;
struct held *database_hold(const struct database *database, const char *sql);
/* Runs more statements in it (NULL: none), commits and ends it. */
void database_release(struct held *held, const char *sql);
/* Ends it, whatever has become of it. */
void database_abandon(struct held *held);

#endif

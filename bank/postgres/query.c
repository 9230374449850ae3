/* SPDX-License-Identifier: MIT */
#include "bank/postgres/query.h"

#include "bank/cluster/cluster.h"
#include "bank/postgres/role.h"
#include "bank/postgres/session_settings.h"
#include "bank/postgres/sessions.h"
#include "bank/postgres/sqlstate.h"
#include "shared/hex.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct query {
    PGconn *connection;
};

struct rows {
    PGresult *result;
};

/* Postgres' message without its newlines, which a sentence has none of. */
static bool failed(struct error *error, enum error_kind kind, const char *what, const char *message)
{
    char line[300];
    snprintf(line, sizeof line, "%s", message);
    size_t length = strlen(line);
    while (length > 0 && line[length - 1] == '\n')
        line[--length] = '\0';
    for (char *c = line; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
    return error_set(error, kind, "%s: %s", what, line);
}

static struct query *open_kind(enum session_kind kind, const char *db, const struct home *home,
                               const char *name, struct error *error)
{
    char conninfo[CLUSTER_CONNINFO_SIZE];
    if (db == NULL)
        db = getenv("ESBANK_DB");
    if (db == NULL || db[0] == '\0') {
        if (!cluster_running_conninfo(home, conninfo, sizeof conninfo, error))
            return NULL;
        db = conninfo;
    }
    PGconn *connection = session_connect(
        kind, db, name, "the database cannot be reached: check --db and that it runs", error);
    if (connection == NULL)
        return NULL;
    struct query *query = malloc(sizeof *query);
    if (query == NULL)
        panic("out of memory");
    query->connection = connection;
    if (!role_switch(query->connection)) {
        failed(error, ERROR_DATABASE, "the database refused", PQerrorMessage(query->connection));
        query_close(query);
        return NULL;
    }
    return query;
}

struct query *query_open(const char *db, const struct home *home, struct error *error)
{
    return open_kind(SESSION_OURS, db, home, SESSION_COMMAND, error);
}

struct query *query_open_foreign(const char *db, struct error *error)
{
    return open_kind(SESSION_FOREIGN, db, NULL, SESSION_COMMAND, error);
}

#define TEXT(number)    TEXT_OF(number)
#define TEXT_OF(number) #number

struct query *query_open_seated(const char *db, const struct home *home, const char *command,
                                struct error *error)
{
    char name[64];
    snprintf(name, sizeof name, SESSION_COMMAND " %.40s", command);
    /* A seat is an advisory lock, held as long as the session lasts: a command that dies gives it
     * back. */
    static const char take[] = "SELECT FROM generate_series(1, " TEXT(
        QUERY_SEATS) ") AS seat"
                     " WHERE pg_try_advisory_lock(hashtext('esbank seat'), seat) LIMIT 1";
    struct query *query = open_kind(SESSION_OURS, db, home, name, error);
    struct rows *rows = query != NULL ? query_run(query, take, 0, NULL, error) : NULL;
    bool seated = rows != NULL && rows_count(rows) == 1;
    if (rows != NULL && !seated)
        error_set(
            error, ERROR_CONNECTION,
            "%d other commands are reading this bank's database: end one of them, or wait for it",
            QUERY_SEATS);
    rows_free(rows);
    if (seated)
        return query;
    query_close(query);
    return NULL;
}

bool query_join_whole(struct query *query, bool whole, struct error *error)
{
    return query_do(query, whole ? "SET enable_hashjoin = on" : "SET enable_hashjoin = off", 0,
                    NULL, error) &&
           query_do(query, whole ? "SET enable_mergejoin = on" : "SET enable_mergejoin = off", 0,
                    NULL, error);
}

bool query_follow_indexes(struct query *query, struct error *error)
{
    /* What is discouraged costs so much that compiling the query would seem to pay. */
    return query_do(query, "SET jit = off", 0, NULL, error) &&
           query_do(query, "SET enable_seqscan = off", 0, NULL, error) &&
           query_do(query, "SET enable_bitmapscan = off", 0, NULL, error) &&
           query_do(query, "SET enable_sort = off", 0, NULL, error) &&
           query_join_whole(query, false, error);
}

void query_close(struct query *query)
{
    if (query == NULL)
        return;
    PQfinish(query->connection);
    free(query);
}

static struct rows *rows_of(struct query *query, PGresult *result, struct error *error)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        if (state != NULL && (strcmp(state, "42P01") == 0 || strcmp(state, "3F000") == 0))
            failed(error, ERROR_DATABASE,
                   "the database lacks a table of the bank: run `bank migrate` on it, or `bank "
                   "projection"
                   " rebuild` for a read model that was dropped",
                   PQerrorMessage(query->connection));
        else
            failed(error,
                   PQstatus(query->connection) != CONNECTION_OK ? ERROR_CONNECTION
                   : state != NULL && sqlstate_may_pass(state)  ? ERROR_PASSING
                   : state != NULL && sqlstate_of_data(state)   ? ERROR_VALUES
                                                                : ERROR_DATABASE,
                   "the database refused", PQerrorMessage(query->connection));
        PQclear(result);
        return NULL;
    }
    struct rows *rows = malloc(sizeof *rows);
    if (rows == NULL)
        panic("out of memory");
    rows->result = result;
    return rows;
}

struct rows *query_run(struct query *query, const char *sql, unsigned count,
                       const char *const *values, struct error *error)
{
    return rows_of(query, host_exec_params(query->connection, sql, (int)count, values, NULL, NULL),
                   error);
}

bool query_do(struct query *query, const char *sql, unsigned count, const char *const *values,
              struct error *error)
{
    struct rows *rows = query_run(query, sql, count, values, error);
    rows_free(rows);
    return rows != NULL;
}

bool query_script(struct query *query, const char *sql, struct error *error)
{
    struct rows *rows = rows_of(query, host_exec(query->connection, sql), error);
    rows_free(rows);
    return rows != NULL;
}

struct rows *query_run_columns(struct query *query, const char *sql, struct columns *columns,
                               struct error *error)
{
    const char *values[COLUMNS_MAX];
    int lengths[COLUMNS_MAX], formats[COLUMNS_MAX];
    columns_parameters(columns, values, lengths, formats);
    return rows_of(
        query,
        host_exec_params(query->connection, sql, (int)columns->count, values, lengths, formats),
        error);
}

bool query_do_columns(struct query *query, const char *sql, struct columns *columns,
                      struct error *error)
{
    struct rows *rows = query_run_columns(query, sql, columns, error);
    rows_free(rows);
    return rows != NULL;
}

size_t rows_count(const struct rows *rows)
{
    return (size_t)PQntuples(rows->result);
}

unsigned rows_columns(const struct rows *rows)
{
    return (unsigned)PQnfields(rows->result);
}

const char *rows_text(const struct rows *rows, size_t row, unsigned column)
{
    return PQgetisnull(rows->result, (int)row, (int)column)
               ? NULL
               : PQgetvalue(rows->result, (int)row, (int)column);
}

int64_t rows_integer(const struct rows *rows, size_t row, unsigned column)
{
    const char *text = rows_text(rows, row, column);
    return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool rows_uuid(const struct rows *rows, size_t row, unsigned column, struct uuid *uuid)
{
    const char *text = rows_text(rows, row, column);
    return text != NULL && uuid_read(text, strlen(text), uuid);
}

size_t rows_bytes(const struct rows *rows, size_t row, unsigned column, unsigned char *bytes,
                  size_t size)
{
    const char *text = rows_text(rows, row, column);
    if (text == NULL || strncmp(text, "\\x", 2) != 0)
        return 0;
    size_t digits = strlen(text + 2);
    if (digits % 2 != 0 || digits / 2 > size || !hex_decode(text + 2, digits, bytes))
        return 0;
    return digits / 2;
}

int64_t rows_affected(const struct rows *rows)
{
    return strtoll(PQcmdTuples(rows->result), NULL, 10);
}

void rows_free(struct rows *rows)
{
    if (rows == NULL)
        return;
    PQclear(rows->result);
    free(rows);
}

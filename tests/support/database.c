/* SPDX-License-Identifier: MIT */
/* Names are unique by process, clock and a count, so parallel test programs do not meet. */
#include "tests/support/database.h"

#include "tests/support/check.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DATABASE_MAX = 200 };

static char database_names[DATABASE_MAX][DATABASE_NAME_SIZE]; /* "": dropped */
static int database_count;
static pid_t database_maker;

static const char *database_server(void)
{
    const char *server = getenv("ESBANK_TEST_PG");
    if (server == NULL || server[0] == '\0')
        check_fail(
            "there is no Postgres for the tests ($ESBANK_TEST_PG is not set): run `make test`, or "
            "`scripts/test FILE` for this one");
    return server;
}

/* Runs SQL; returns the first value (the caller's to free), or NULL with a message printed. */
static char *database_execute(const char *conninfo, const char *sql)
{
    PGconn *connection = PQconnectdb(conninfo);
    char *answer = NULL;
    if (PQstatus(connection) == CONNECTION_OK) {
        PGresult *result = PQexec(connection, sql);
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
            answer = strdup(
                PQntuples(result) > 0 && PQnfields(result) > 0 ? PQgetvalue(result, 0, 0) : "");
        PQclear(result);
    }
    if (answer == NULL)
        fprintf(stderr, "# %s: %s", sql, PQerrorMessage(connection));
    PQfinish(connection);
    return answer;
}

static bool database_execute_on_server(const char *sql)
{
    char conninfo[DATABASE_CONNINFO_SIZE];
    snprintf(conninfo, sizeof conninfo, "%s dbname=postgres", database_server());
    char *answer = database_execute(conninfo, sql);
    free(answer);
    return answer != NULL;
}

static bool database_drop_named(char *name)
{
    char sql[100];
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %.39s WITH (FORCE)", name);
    name[0] = '\0';
    return database_execute_on_server(sql);
}

static void database_drop_all(void)
{
    if (getpid() != database_maker)
        return;
    for (int i = 0; i < database_count; i++)
        if (database_names[i][0] != '\0')
            database_drop_named(database_names[i]);
}

void database_create(struct database *database)
{
    const char *server = database_server();
    if (database_count == DATABASE_MAX)
        check_fail("a test program makes more than %d databases: raise DATABASE_MAX", DATABASE_MAX);
    if (database_count == 0) {
        database_maker = getpid();
        atexit(database_drop_all);
    }
    snprintf(database->name, sizeof database->name, "test_%ld_%lx_%d", (long)getpid(),
             (unsigned long)time(NULL), database_count);
    int length = snprintf(database->conninfo, sizeof database->conninfo, "%s dbname=%s", server,
                          database->name);
    if (length < 0 || (size_t)length >= sizeof database->conninfo)
        check_fail("$ESBANK_TEST_PG is too long");
    /* template0 has no sessions, so creating never has to wait for another test's. */
    char sql[100];
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0", database->name);
    if (!database_execute_on_server(sql))
        check_fail("cannot make the database %s", database->name);
    memcpy(database_names[database_count++], database->name, sizeof database->name);
}

void database_drop(struct database *database)
{
    for (int i = 0; i < database_count; i++)
        if (database->name[0] != '\0' && strcmp(database_names[i], database->name) == 0 &&
            !database_drop_named(database_names[i]))
            check_fail("cannot drop the database %s", database->name);
    database->name[0] = '\0';
}

char *database_ask(const struct database *database, const char *sql)
{
    char *answer = database_execute(database->conninfo, sql);
    if (answer == NULL)
        check_fail("a statement failed in %s: %s", database->name, sql);
    return answer;
}

bool database_says(const struct database *database, const char *sql, const char *expected)
{
    char *answer = database_ask(database, sql);
    bool yes = strcmp(answer, expected) == 0;
    free(answer);
    return yes;
}

bool database_is(const struct database *database, const char *sql)
{
    return database_says(database, sql, "t");
}

int64_t database_number(const struct database *database, const char *sql)
{
    char *answer = database_ask(database, sql), *end;
    int64_t number = strtoll(answer, &end, 10);
    if (end == answer || *end != '\0')
        check_fail("%s says '%s', which is not a number", sql, answer);
    free(answer);
    return number;
}

void database_check_at(const char *file, int line, const struct database *database, const char *sql,
                       const char *expected)
{
    char *answer = database_ask(database, sql);
    if (strcmp(answer, expected) != 0)
        check_fail_at(file, line, "%s says '%s', not '%s'", sql, answer, expected);
    free(answer);
}

void database_run(const struct database *database, const char *sql)
{
    free(database_ask(database, sql));
}

void database_end_sessions(const struct database *database, const char *condition)
{
    char sql[600];
    int length = snprintf(sql, sizeof sql,
                          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                          " current_database() AND pid <> pg_backend_pid() AND (%s)",
                          condition);
    if (length < 0 || (size_t)length >= sizeof sql)
        check_fail("the condition is too long: %s", condition);
    database_run(database, sql);
}

/* A held session is its connection. */
static void held_run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        check_fail("a statement failed: %s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
}

struct held *database_hold(const struct database *database, const char *sql)
{
    PGconn *connection = PQconnectdb(database->conninfo);
    if (PQstatus(connection) != CONNECTION_OK)
        check_fail("cannot connect: %s", PQerrorMessage(connection));
    held_run(connection, "BEGIN");
    held_run(connection, sql);
    return (struct held *)connection;
}

void database_release(struct held *held, const char *sql)
{
    PGconn *connection = (PGconn *)held;
    if (sql != NULL)
        held_run(connection, sql);
    held_run(connection, "COMMIT");
    PQfinish(connection);
}

void database_abandon(struct held *held)
{
    PQfinish((PGconn *)held);
}

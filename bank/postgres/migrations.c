/* SPDX-License-Identifier: MIT */
/*
 * A database that is up to date is only read, so starting needs no rights that
 * serving does not. Otherwise one transaction does all: it takes the lock,
 * looks again, runs what is missing, and commits, or leaves nothing behind.
 * The lock is asked for again and again rather than waited for in the server,
 * so that whoever waits can be told to end.
 */
#include "bank/postgres/migrations.h"

#include "bank/postgres/session_settings.h"
#include "bank/postgres/sessions.h"
#include "shared/clock.h"
#include "shared/hex.h"

#include <libpq-fe.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIGRATION_LOCK                                                                             \
    "7310595820010101" /* any number not used otherwise; the writer's lock is another              \
                        */

const struct migration migrations[] = {
#include "sql_files.inc"
    { NULL, NULL },
};

enum { CHECKSUM_DIGITS = 64, LOCK_ASK_MS = 20 };

static void checksum_of(const char *text, char digits[static CHECKSUM_DIGITS + 1])
{
    unsigned char hash[CHECKSUM_DIGITS / 2];
    if (EVP_Digest(text, strlen(text), hash, NULL, EVP_sha256(), NULL) != 1)
        panic("SHA-256 failed");
    hex_encode(hash, sizeof hash, digits);
}

static bool database_error(PGconn *connection, const char *what, struct error *error)
{
    char message[300];
    snprintf(message, sizeof message, "%s", PQerrorMessage(connection));
    for (char *at = message; *at != '\0'; at++)
        if (*at == '\n')
            *at = at[1] == '\0' ? '\0' : ' ';
    return error_set(error,
                     PQstatus(connection) == CONNECTION_OK ? ERROR_DATABASE : ERROR_CONNECTION,
                     "%s: %s", what, message);
}

static bool run(PGconn *connection, const char *what, const char *sql, struct error *error)
{
    PGresult *result = host_exec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
           database_error(connection, what, error);
}

/* What the database has; NULL on failure. No rows when it has no migrations at all. */
static PGresult *recorded(PGconn *connection, struct error *error)
{
    PGresult *result = host_exec(connection, "SELECT to_regclass('esbank.migrations') IS NOT NULL");
    bool there =
        PQresultStatus(result) == PGRES_TUPLES_OK && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    result = host_exec(
        connection, there ? "SELECT number, name, checksum FROM esbank.migrations ORDER BY number"
                          : "SELECT 0, '', '' WHERE false");
    if (PQresultStatus(result) == PGRES_TUPLES_OK)
        return result;
    PQclear(result);
    database_error(connection, "the schema's version cannot be read", error);
    return NULL;
}

static const struct migration *migration_numbered(const struct migration *list, int number)
{
    for (; list->name != NULL; list++)
        if (atoi(list->name) == number)
            return list;
    return NULL;
}

/* Whether what is recorded is ours, as far as it goes. */
static bool recorded_fits(const PGresult *rows, const struct migration *list, struct error *error)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        const struct migration *migration = migration_numbered(list, atoi(PQgetvalue(rows, i, 0)));
        if (migration == NULL)
            return error_set(
                error, ERROR_DATABASE,
                "the database is newer than this program (it has %.60s): use the program that "
                "made it, or a newer one",
                PQgetvalue(rows, i, 1));
        char digits[CHECKSUM_DIGITS + 1];
        checksum_of(migration->text, digits);
        if (strcmp(digits, PQgetvalue(rows, i, 2)) != 0)
            return error_set(
                error, ERROR_DATABASE,
                "the database was made with another sql/%.60s than this program has: put the old "
                "text back and make the change in a new file",
                migration->name);
    }
    return true;
}

static bool is_recorded(const PGresult *rows, int number)
{
    for (int i = 0; i < PQntuples(rows); i++)
        if (atoi(PQgetvalue(rows, i, 0)) == number)
            return true;
    return false;
}

static int missing_count(const PGresult *rows, const struct migration *list)
{
    int missing = 0;
    for (; list->name != NULL; list++)
        missing += !is_recorded(rows, atoi(list->name));
    return missing;
}

static bool apply_one(PGconn *connection, const struct migration *migration, struct error *error)
{
    char what[120], number[12], digits[CHECKSUM_DIGITS + 1];
    snprintf(what, sizeof what, "sql/%.60s failed", migration->name);
    if (!run(connection, what, migration->text, error))
        return false;
    snprintf(number, sizeof number, "%d", atoi(migration->name));
    checksum_of(migration->text, digits);
    PGresult *result = host_exec_params(
        connection,
        "INSERT INTO esbank.migrations (number, name, checksum) VALUES ($1::int, $2, $3)", 3,
        (const char *[]){ number, migration->name, digits }, NULL, NULL);
    bool worked = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return worked || database_error(connection, what, error);
}

const char migrations_ledger[] =
    "CREATE SCHEMA IF NOT EXISTS esbank;"
    "CREATE TABLE IF NOT EXISTS esbank.migrations ("
    "  number int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
    "  applied_at timestamptz NOT NULL DEFAULT now());"
    "COMMENT ON TABLE esbank.migrations IS 'Which files of sql/ made this schema.';"
    "COMMENT ON COLUMN esbank.migrations.number IS 'The digits its name begins with.';"
    "COMMENT ON COLUMN esbank.migrations.name IS 'The file.';"
    "COMMENT ON COLUMN esbank.migrations.checksum IS 'SHA-256 of its text: a released file never "
    "changes.';"
    "COMMENT ON COLUMN esbank.migrations.applied_at IS 'When.'";

static bool lock_take(PGconn *connection, const volatile sig_atomic_t *cancel, struct error *error)
{
    for (bool told = false;; told = true) {
        PGresult *result =
            host_exec(connection, "SELECT pg_try_advisory_xact_lock(" MIGRATION_LOCK ")");
        bool answered = PQresultStatus(result) == PGRES_TUPLES_OK;
        bool taken = answered && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
        PQclear(result);
        if (!answered)
            return database_error(connection, "the schema's lock cannot be taken", error);
        if (taken)
            return true;
        if (cancel != NULL && *cancel)
            return error_set(
                error, ERROR_DATABASE,
                "asked to end while another program was changing the database's schema: "
                "nothing was changed; start again once that program is done");
        if (!told)
            fprintf(stderr,
                    "bank: another program is changing the database's schema; waiting for it\n");
        clock_pause_ms(LOCK_ASK_MS);
    }
}

/* Inside the transaction. */
static bool apply_missing(PGconn *connection, const struct migration *list,
                          const volatile sig_atomic_t *cancel, int *applied, struct error *error)
{
    if (!lock_take(connection, cancel, error))
        return false;
    PGresult *rows = recorded(connection, error);
    bool worked = rows != NULL && recorded_fits(rows, list, error) &&
                  run(connection, "the schema cannot be made", migrations_ledger, error);
    for (; worked && list->name != NULL; list++)
        if (!is_recorded(rows, atoi(list->name))) {
            worked = apply_one(connection, list, error);
            *applied += worked;
        }
    PQclear(rows);
    return worked;
}

/* A login that only serves may find the schema up to date, but not bring it there. */
static bool may_change(PGconn *connection, int missing, struct error *error)
{
    PGresult *result =
        host_exec(connection,
                  "SELECT has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE "
                  "nspname = 'esbank'"
                  " UNION ALL SELECT has_database_privilege(current_database(), 'CREATE') LIMIT 1");
    bool answered = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    bool may = answered && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    if (!answered)
        return database_error(connection, "the database does not say who may change its schema",
                              error);
    return may || error_set(error, ERROR_USAGE,
                            "the database lacks %d of this program's migrations and this login may "
                            "not make them: run "
                            "`bank migrate --db CONNINFO` as the schema's owner",
                            missing);
}

static bool bring_up(PGconn *connection, const struct migration *list,
                     const volatile sig_atomic_t *cancel, int *applied, struct error *error)
{
    if (!run(connection, "the session cannot be set up", "SET client_min_messages = warning",
             error))
        return false;
    PGresult *rows = recorded(connection, error);
    bool worked = rows != NULL && recorded_fits(rows, list, error);
    int missing = worked ? missing_count(rows, list) : 0;
    PQclear(rows);
    if (!worked || missing == 0)
        return worked;
    if (!may_change(connection, missing, error))
        return false;
    if (!run(connection, "a transaction cannot be begun", "BEGIN", error))
        return false;
    if (apply_missing(connection, list, cancel, applied, error) &&
        run(connection, "the schema's change did not commit", "COMMIT", error))
        return true;
    PQclear(host_exec(connection, "ROLLBACK"));
    *applied = 0;
    return false;
}

bool migrations_apply(const char *conninfo, const struct migration *list, int *applied,
                      struct error *error)
{
    return migrations_apply_unless(conninfo, list, NULL, applied, error);
}

bool migrations_apply_unless(const char *conninfo, const struct migration *list,
                             const volatile sig_atomic_t *cancel, int *applied, struct error *error)
{
    int count = 0;
    char *why = NULL;
    PQconninfoOption *options =
        PQconninfoParse(conninfo, &why); /* a name alone is not taken for a database's */
    if (options == NULL) {
        error_set(error, ERROR_USAGE, "the database cannot be reached: %.300s",
                  why != NULL ? why : "no memory");
        PQfreemem(why);
        return false;
    }
    PQconninfoFree(options);
    PGconn *connection = session_connect(SESSION_OURS, conninfo, SESSION_MIGRATIONS,
                                         "the database cannot be reached", error);
    bool worked = connection != NULL && bring_up(connection, list, cancel, &count, error);
    PQfinish(connection);
    if (applied != NULL)
        *applied = count;
    return worked;
}

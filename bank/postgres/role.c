/* SPDX-License-Identifier: MIT */
/*
 * The role is switched to by a start-up option, so there is no session that
 * has not switched, whatever becomes of its first statements: Postgres refuses
 * the session instead. What such a session may do is asked in one, not derived.
 */
#include "bank/postgres/role.h"

#include "bank/postgres/session_settings.h"
#include "bank/postgres/sessions.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- conninfo --------------------------------------------------------------- */

static bool word_add(char *buffer, size_t size, const char *name, const char *value)
{
    size_t used = strlen(buffer);
    int length = snprintf(buffer + used, size - used, "%s%s='", used > 0 ? " " : "", name);
    if (length < 0 || (used += (size_t)length) >= size)
        return false;
    for (; *value != '\0' && used + 4 < size; value++) {
        if (*value == '\'' || *value == '\\')
            buffer[used++] = '\\';
        buffer[used++] = *value;
    }
    buffer[used++] = '\'';
    buffer[used] = '\0';
    return *value == '\0';
}

/* The conninfo with another user, or with an option more; NULL leaves either as it is. */
static bool conninfo_with(const char *conninfo, const char *user, const char *option, char *buffer,
                          struct error *error)
{
    char *why = NULL, options[ROLE_CONNINFO_SIZE];
    PQconninfoOption *words = PQconninfoParse(conninfo, &why);
    if (words == NULL) {
        error_set(error, ERROR_USAGE, "the database cannot be reached: %.300s",
                  why != NULL ? why : "no memory");
        PQfreemem(why);
        return false;
    }
    bool fits = true;
    const char *given = getenv("PGOPTIONS"); /* counts only where the conninfo has none */
    buffer[0] = '\0';
    for (const PQconninfoOption *word = words; word->keyword != NULL; word++) {
        if (word->val == NULL || (user != NULL && strcmp(word->keyword, "user") == 0))
            continue;
        if (option != NULL && strcmp(word->keyword, "options") == 0)
            given = word->val;
        else
            fits = fits && word_add(buffer, ROLE_CONNINFO_SIZE, word->keyword, word->val);
    }
    if (user != NULL)
        fits = fits && word_add(buffer, ROLE_CONNINFO_SIZE, "user", user);
    if (option != NULL) {
        int length = snprintf(options, sizeof options, "%s%s%s", given != NULL ? given : "",
                              given != NULL && given[0] != '\0' ? " " : "", option);
        fits = fits && length < (int)sizeof options &&
               word_add(buffer, ROLE_CONNINFO_SIZE, "options", options);
    }
    PQconninfoFree(words);
    return fits || error_set(error, ERROR_USAGE,
                             "what --db says is longer than this program can take: shorten it");
}

/* ---- sessions --------------------------------------------------------------- */

static bool refused(PGconn *connection, const char *what, struct error *error)
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

/* The caller's to finish; NULL on failure. */
static PGconn *session_open(const char *conninfo, struct error *error)
{
    PGconn *connection = session_connect(SESSION_OURS, conninfo, SESSION_ROLES,
                                         "the database cannot be reached", error);
    if (connection == NULL || session_encoding_fits(connection, error))
        return connection;
    PQfinish(connection);
    return NULL;
}

/* One row; the caller's to clear. NULL on failure. */
static PGresult *row_ask(PGconn *connection, const char *sql, struct error *error)
{
    PGresult *result = host_exec(connection, sql);
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        return result;
    PQclear(result);
    refused(connection, "the database does not say what its roles may do", error);
    return NULL;
}

static bool is_true(const PGresult *result, int column)
{
    return PQgetvalue(result, 0, column)[0] == 't';
}

/* ---- what the login is ------------------------------------------------------ */

struct login {
    bool owner;   /* of the schema; or there is none yet */
    bool usage;   /* it may look into the schema itself */
    bool may_log; /* the role logs in itself */
    bool member;  /* it may become the role, and the role has been given its grants here */
    bool role;    /* there is such a role */
    char name[64];
};

/* Runs without any right in the schema. */
static bool login_ask(PGconn *connection, struct login *login, struct error *error)
{
    char sql[1200];
    /* Since version 16 a member may be one that cannot switch. */
    snprintf(
        sql, sizeof sql,
        "SELECT coalesce(pg_has_role(n.nspowner, 'USAGE'), true), coalesce(r.rolcanlogin, false),"
        " coalesce(pg_has_role(r.oid, '%s') AND has_schema_privilege(r.oid, n.oid, 'USAGE'), "
        "false),"
        " r.oid IS NOT NULL, coalesce(has_schema_privilege(n.oid, 'USAGE'), true), session_user"
        " FROM (SELECT) AS one LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'esbank'"
        " LEFT JOIN pg_catalog.pg_roles r ON r.rolname = '" ROLE_NAME "'",
        PQserverVersion(connection) >= 160000 ? "SET" : "MEMBER");
    PGresult *result = row_ask(connection, sql, error);
    if (result == NULL)
        return false;
    *login = (struct login){ .owner = is_true(result, 0),
                             .may_log = is_true(result, 1),
                             .member = is_true(result, 2),
                             .role = is_true(result, 3),
                             .usage = is_true(result, 4) };
    snprintf(login->name, sizeof login->name, "%s", PQgetvalue(result, 0, 5));
    PQclear(result);
    return true;
}

static bool lacks(const char *name, const char *what, const char *more, struct error *error)
{
    return error_set(error, ERROR_USAGE,
                     "the database role \"%.60s\" lacks %.120s%s: run `bank migrate --db CONNINFO` "
                     "as the schema's "
                     "owner, and GRANT " ROLE_NAME " TO the role that the bank logs in as",
                     name, what, more);
}

bool role_for_schema(const char *conninfo, char buffer[static ROLE_CONNINFO_SIZE],
                     struct error *error)
{
    struct login login;
    PGconn *connection = session_open(conninfo, error);
    bool known = connection != NULL && login_ask(connection, &login, error);
    PQfinish(connection);
    if (known && !login.usage && !login.member)
        return lacks(login.name, "USAGE on the schema esbank", "", error);
    return known &&
           conninfo_with(conninfo, NULL, login.member && !login.owner ? "-c role=" ROLE_NAME : NULL,
                         buffer, error);
}

bool role_switch(PGconn *connection)
{
    struct login login;
    struct error ignored;
    if (!login_ask(connection, &login, &ignored))
        return PQstatus(connection) == CONNECTION_OK;
    if (!login.member)
        return true;
    PGresult *result = host_exec(connection, "SET ROLE " ROLE_NAME);
    bool switched = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return switched;
}

/* ---- what its sessions may do ----------------------------------------------- */

static const char restricted[] =
    "SELECT NOT (r.rolsuper OR pg_has_role(c.relowner, 'MEMBER') OR has_table_privilege(c.oid, "
    "'UPDATE, "
    "DELETE,"
    " TRUNCATE, TRIGGER')), current_user, has_schema_privilege('esbank', 'USAGE')"
    " FROM pg_catalog.pg_roles r, pg_catalog.pg_class c"
    " WHERE r.rolname = current_user AND c.relname = 'events' AND c.relnamespace ="
    " (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'esbank')";

static const char lacking[] = "SELECT count(*), min(format('%s on %s', privilege, relation)) FROM "
                              "(SELECT relation, unnest(privileges)"
                              " AS privilege FROM esbank.bank_grants) AS wanted WHERE NOT "
                              "has_table_privilege(relation, privilege)";

/* Whether a session of the bank can do all it has to; and whether it could do more. */
static bool rights_check(struct role *role, struct error *error)
{
    PGconn *connection = session_open(role->conninfo, error);
    PGresult *rights = connection != NULL ? row_ask(connection, restricted, error) : NULL,
             *missing = NULL;
    bool worked = rights != NULL;
    if (worked) {
        const char *name = PQgetvalue(rights, 0, 1);
        role->restricted = is_true(rights, 0);
        worked = is_true(rights, 2) || lacks(name, "USAGE on the schema esbank", "", error);
        missing = worked ? row_ask(connection, lacking, error) : NULL;
        worked = missing != NULL;
        if (worked && PQgetvalue(missing, 0, 0)[0] != '0') {
            char more[40] = "";
            int count = atoi(PQgetvalue(missing, 0, 0)) - 1;
            if (count > 0)
                snprintf(more, sizeof more, " and %d more", count);
            worked = lacks(name, PQgetvalue(missing, 0, 1), more, error);
        }
    }
    PQclear(rights);
    PQclear(missing);
    PQfinish(connection);
    return worked;
}

/* As the schema's owner. */
static bool role_make(PGconn *connection, bool may_log_in, struct login *login, struct error *error)
{
    PGresult *result = row_ask(connection, "SELECT esbank.bank_role_make()", error);
    bool worked = result != NULL && login_ask(connection, login, error);
    PQclear(result);
    if (worked && may_log_in && login->role && !login->may_log) {
        result = host_exec(connection, "ALTER ROLE " ROLE_NAME " LOGIN");
        worked = PQresultStatus(result) == PGRES_COMMAND_OK ||
                 refused(connection, "the role cannot log in", error);
        login->may_log = worked;
        PQclear(result);
    }
    return worked;
}

bool role_take(const char *conninfo, bool may_log_in, struct role *role, struct error *error)
{
    struct login login;
    *role = (struct role){ 0 };
    PGconn *connection = session_open(conninfo, error);
    bool worked = connection != NULL && login_ask(connection, &login, error) &&
                  (!login.owner || role_make(connection, may_log_in, &login, error));
    PQfinish(connection);
    if (!worked)
        return false;
    bool logs_in = may_log_in && login.may_log,
         switches = login.member && strcmp(login.name, ROLE_NAME) != 0;
    if (!conninfo_with(conninfo, logs_in ? ROLE_NAME : NULL,
                       !logs_in && switches ? "-c role=" ROLE_NAME : NULL, role->conninfo, error) ||
        !rights_check(role, error))
        return false;
    if (!role->restricted)
        snprintf(role->why, sizeof role->why,
                 "the database role %.60s could change history, which triggers alone refuse: as an "
                 "administrator"
                 " %sGRANT " ROLE_NAME " TO it",
                 login.name, login.role ? "" : "CREATE ROLE " ROLE_NAME ", ");
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "bank/postgres/capacity.h"

#include "bank/postgres/session_settings.h"
#include "bank/postgres/sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Limits below 0 are none; superusers have only the server's. Of sessions, this one is no other. */
static const char limits[] =
    "SELECT current_setting('max_connections')::int - CASE WHEN r.rolsuper THEN 0 ELSE"
    " current_setting('superuser_reserved_connections')::int"
    " + coalesce(current_setting('reserved_connections', true)::int, 0) END, a.all_there,"
    " CASE WHEN r.rolsuper THEN -1 ELSE d.datconnlimit END, a.in_database,"
    " CASE WHEN r.rolsuper THEN -1 ELSE r.rolconnlimit END, a.of_role,"
    " session_user, current_database()"
    " FROM pg_roles r, pg_database d, (SELECT count(*) - 1 AS all_there,"
    " count(*) FILTER (WHERE datname = current_database()) - 1 AS in_database,"
    " count(*) FILTER (WHERE usename = session_user) - 1 AS of_role"
    " FROM pg_stat_activity WHERE usesysid IS NOT NULL AND datid IS NOT NULL) a"
    " WHERE r.rolname = session_user AND d.datname = current_database()";

enum { LIMITS = 3 };

static const struct {
    const char *what, *raise;
    int name_column; /* -1: it has none */
} limit[LIMITS] = {
    { "the server", "raise max_connections", -1 },
    { "the database", "ALTER DATABASE … CONNECTION LIMIT", 7 },
    { "the database role", "ALTER ROLE … CONNECTION LIMIT", 6 },
};

static int number(const PGresult *result, int column)
{
    return atoi(PQgetvalue(result, 0, column));
}

static void sentence(const PGresult *result, int i, int needed, char *text, size_t size)
{
    const int column = limit[i].name_column;
    snprintf(text, size,
             "%s%s%.60s%s lets its clients have %d sessions at once, of which %d are taken, and "
             "the bank needs %d: %s",
             limit[i].what, column < 0 ? "" : " \"",
             column < 0 ? "" : PQgetvalue(result, 0, column), column < 0 ? "" : "\"",
             number(result, 2 * i), number(result, 2 * i + 1), needed, limit[i].raise);
}

bool capacity_check(const char *conninfo, int needed, char *scarce, size_t size,
                    struct error *error)
{
    char text[sizeof error->message];
    bool fits = true;
    scarce[0] = '\0';
    PGconn *connection = session_connect(SESSION_OURS, conninfo, SESSION_LIMITS,
                                         "the database cannot be reached", error);
    if (connection == NULL)
        return false;
    PGresult *result = PQexec(connection, limits);
    bool known = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (!known)
        error_set(error, ERROR_DATABASE, "the database does not say how many sessions it allows");
    for (int i = 0; known && fits && i < LIMITS; i++) {
        const int allowed = number(result, 2 * i), taken = number(result, 2 * i + 1);
        sentence(result, i, needed, text, sizeof text);
        if (allowed >= 0 && allowed < needed)
            fits = error_set(error, ERROR_USAGE, "%s", text);
        else if (allowed >= 0 && allowed - taken < needed)
            snprintf(scarce, size, "%s", text);
    }
    PQclear(result);
    PQfinish(connection);
    return known && fits;
}

/* SPDX-License-Identifier: MIT */
/*
 * Settings are made by a statement and not by start-up options: it works with
 * every server and overrides what options say, too. Only the encoding and the
 * name go with the connection, since libpq has words for them.
 *
 * An isolation level that a standby does not have would fail that statement
 * itself, so that one comes before it, by a SET, which needs no snapshot.
 */
#include "bank/postgres/session_settings.h"
#include "bank/postgres/sessions.h"

#include <stdio.h>
#include <string.h>

/* The setting, its value as an expression, the version that knows it, and why. */
#define SETTINGS(X)                                                                                \
    X("client_encoding", "'UTF8'", 0, "bytes of a text")                                           \
    X("standard_conforming_strings", "'on'", 0, "a backslash in a constant is one")                \
    X("array_nulls", "'on'", 0, "NULL in an array is no text")                                     \
    X("transform_null_equals", "'off'", 0, "x = NULL is never true")                               \
    X("datestyle", "'ISO, YMD'", 0, "times as text")                                               \
    X("intervalstyle", "'postgres'", 0, "spans as text")                                           \
    X("timezone", "'UTC'", 0, "times as text, and what a day is")                                  \
    X("bytea_output", "'hex'", 0, "bytes as text")                                                 \
    X("extra_float_digits", "'1'", 0, "fractions as text, without loss")                           \
    X("lc_numeric", "'C'", 0, "to_char's numbers")                                                 \
    X("lc_monetary", "'C'", 0, "likewise")                                                         \
    X("lc_time", "'C'", 0, "names of months")                                                      \
    X("quote_all_identifiers", "'off'", 0, "definitions as text")                                  \
    X("default_transaction_isolation", "'read committed'", 0,                                      \
      "a statement sees what was committed before it")                                             \
    X("default_transaction_read_only", "'off'", 0, "what may be written is for rights to say")     \
    X("default_transaction_deferrable", "'off'", 0, "no transaction waits to begin")               \
    X("row_security", "'off'", 0, "rows that a policy hides are an error, not missing")            \
    X("synchronous_commit",                                                                        \
      "CASE pg_catalog.current_setting('synchronous_commit') WHEN 'off' THEN 'on'"                 \
      " ELSE pg_catalog.current_setting('synchronous_commit') END",                                \
      0, "what is answered is on disk")                                                            \
    X("jit", "'off'", 0, "compiling takes longer than these statements")                           \
    X("plan_cache_mode", "'auto'", 0, "plans")                                                     \
    X("enable_seqscan", "'on'", 0, "likewise")                                                     \
    X("enable_indexscan", "'on'", 0, "likewise")                                                   \
    X("enable_indexonlyscan", "'on'", 0, "likewise")                                               \
    X("enable_bitmapscan", "'on'", 0, "likewise")                                                  \
    X("enable_nestloop", "'on'", 0, "likewise")                                                    \
    X("enable_hashjoin", "'on'", 0, "likewise")                                                    \
    X("enable_mergejoin", "'on'", 0, "likewise")                                                   \
    X("enable_hashagg", "'on'", 0, "likewise")                                                     \
    X("enable_sort", "'on'", 0, "likewise")                                                        \
    X("statement_timeout", "'0'", 0, "what an administrator has set against forgotten sessions")   \
    X("lock_timeout", "'0'", 0, "is not for these: a bank at rest is idle, and one that waits")    \
    X("idle_in_transaction_session_timeout", "'0'", 0, "for a lock waits for its turn")            \
    X("idle_session_timeout", "'0'", 140000, "likewise")                                           \
    X("transaction_timeout", "'0'", 170000, "likewise")

static const struct {
    const char *name, *value;
    int since;
} settings[] = {
#define ROW(name, value, since, why) { name, value, since },
    SETTINGS(ROW)
#undef ROW
};

const char session_first[] = "SET default_transaction_isolation = 'read committed'";

/* Names are looked for where statements say, and nowhere else. */
static const char search_path[] = ", pg_catalog.set_config('search_path', 'pg_catalog', false)";

const char *session_settings(enum session_kind kind, int server_version,
                             char buffer[static SESSION_SETTINGS_SIZE])
{
    size_t used =
        (size_t)snprintf(buffer, SESSION_SETTINGS_SIZE, "SELECT %s%s",
                         "pg_catalog.pg_backend_pid()", kind == SESSION_OURS ? search_path : "");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (server_version >= settings[i].since && used < SESSION_SETTINGS_SIZE)
            used += (size_t)snprintf(buffer + used, SESSION_SETTINGS_SIZE - used,
                                     ", pg_catalog.set_config('%s', %s, false)", settings[i].name,
                                     settings[i].value);
    if (used >= SESSION_SETTINGS_SIZE)
        panic("%zu bytes of settings are more than foreseen", used);
    return buffer;
}

/* ---- connecting ------------------------------------------------------------- */

/* What stands after the conninfo's own words counts in their place. */
struct words {
    const char *name[32], *value[32];
    unsigned count;
    char application[64]; /* as long as Postgres takes it */
};

/* What the conninfo may say otherwise: a server that is gone is known to be within seconds. */
static const char *const patience[][2] = {
    { "connect_timeout", "3" },     { "tcp_user_timeout", "5000" }, { "keepalives_idle", "3" },
    { "keepalives_interval", "1" }, { "keepalives_count", "3" },
};

static void word_add(struct words *words, const char *name, const char *value)
{
    words->name[words->count] = name;
    words->value[words->count++] = value;
}

static void words_make(struct words *words, const char *conninfo, const struct host *host,
                       const char *name)
{
    *words = (struct words){ 0 };
    snprintf(words->application, sizeof words->application, SESSION_PREFIX "%s", name);
    for (size_t i = 0; i < sizeof patience / sizeof *patience; i++)
        word_add(words, patience[i][0], patience[i][1]);
    word_add(words, "dbname", conninfo);
    word_add(words, "client_encoding", "UTF8");
    word_add(words, "application_name", words->application);
    for (unsigned i = 0; i < host->words; i++)
        word_add(words, host->name[i], host->value[i]);
}

static void ignore_notice(void *context, const PGresult *result)
{
    (void)context, (void)result;
}

PGconn *session_start(const char *conninfo, const struct host *host, const char *name)
{
    struct words words;
    words_make(&words, conninfo, host, name);
    PGconn *connection = PQconnectStartParams(words.name, words.value, 1);
    if (connection == NULL)
        panic("out of memory");
    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    return connection;
}

/* Postgres' message without its newlines, which a sentence has none of. */
static PGconn *failed(PGconn *connection, enum error_kind kind, const char *what,
                      struct error *error)
{
    char line[300];
    snprintf(line, sizeof line, "%s", PQerrorMessage(connection));
    for (char *at = line; *at != '\0'; at++)
        if (*at == '\n')
            *at = at[1] == '\0' ? '\0' : ' ';
    error_set(error, kind, "%s: %s", what, line);
    PQfinish(connection);
    return NULL;
}

/* To the first of the servers that takes it. */
static PGconn *connect_any(const char *conninfo, const char *name)
{
    const unsigned count = hosts_count(conninfo), first = hosts_first(count);
    PGconn *connection = NULL;
    for (unsigned i = 0; i < count && PQstatus(connection) != CONNECTION_OK; i++) {
        struct host host;
        struct words words;
        const unsigned place = (first + i) % count;
        host_take(&host, conninfo, place);
        words_make(&words, conninfo, &host, name);
        PQfinish(connection);
        connection = PQconnectdbParams(words.name, words.value, 1);
        if (PQstatus(connection) == CONNECTION_OK)
            hosts_answered(place);
    }
    return connection;
}

PGconn *session_connect(enum session_kind kind, const char *conninfo, const char *name,
                        const char *unreachable, struct error *error)
{
    char sql[SESSION_SETTINGS_SIZE];
    PGconn *connection = connect_any(conninfo, name);
    if (PQstatus(connection) != CONNECTION_OK)
        return failed(connection, ERROR_CONNECTION, unreachable, error);
    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    PGresult *first = host_exec(connection, session_first),
             *result =
                 host_exec(connection, session_settings(kind, PQserverVersion(connection), sql));
    const bool set =
        PQresultStatus(first) == PGRES_COMMAND_OK && PQresultStatus(result) == PGRES_TUPLES_OK;
    /* A pooler gives its client a number of its own making. */
    char pid[20];
    snprintf(pid, sizeof pid, "%d", PQbackendPID(connection));
    const bool pooled = set && strcmp(PQgetvalue(result, 0, 0), pid) != 0;
    PQclear(first);
    PQclear(result);
    if (!set)
        return failed(connection,
                      PQstatus(connection) == CONNECTION_OK ? ERROR_DATABASE : ERROR_CONNECTION,
                      "the database refuses the settings of the bank's sessions", error);
    if (!pooled || kind == SESSION_FOREIGN)
        return connection;
    PQfinish(connection);
    error_set(
        error, ERROR_USAGE,
        "a connection pooler stands before the database, and may give the locks of the bank's "
        "sessions to others: name Postgres itself with --db");
    return NULL;
}

bool session_encoding_fits(const PGconn *connection, struct error *error)
{
    const char *encoding = PQparameterStatus(connection, "server_encoding");
    if (encoding != NULL && strcmp(encoding, "UTF8") == 0)
        return true;
    return error_set(error, ERROR_USAGE,
                     "the database \"%.60s\" keeps text in %.30s, which cannot hold all of UTF-8: "
                     "make another with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'",
                     PQdb(connection), encoding != NULL ? encoding : "an unknown encoding");
}

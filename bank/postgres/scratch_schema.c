/* SPDX-License-Identifier: MIT */
#include "bank/postgres/scratch_schema.h"

#include "bank/postgres/migrations.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESBANK "esbank"
#define TEMP   "pg_temp"
#define REMADE "esbank_remade"

/* What is about the schema itself needs rights that reading does not, and says nothing about what
 * stands in it. */
static const struct {
    const char *sql, *instead;
} of_the_schema[] = {
    { "CREATE SCHEMA IF NOT EXISTS esbank", "SELECT" },
    { "COMMENT ON SCHEMA esbank", "COMMENT ON TABLE esbank.migrations" },
};

static const char *instead_of(const char *at, size_t *length)
{
    for (size_t i = 0; i < sizeof of_the_schema / sizeof *of_the_schema; i++) {
        *length = strlen(of_the_schema[i].sql);
        if (strncmp(at, of_the_schema[i].sql, *length) == 0)
            return of_the_schema[i].instead;
    }
    return NULL;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* A place where the schema is named, and not a part of another word. */
static bool is_schema(const char *sql, const char *at)
{
    return strncmp(at, ESBANK ".", strlen(ESBANK ".")) == 0 && (at == sql || !is_word(at[-1]));
}

/* With that schema in the place of esbank. No name of one is more than three times as long. */
static char *sql_in(const char *schema, const char *sql)
{
    char *text = calloc(strlen(sql) + 1, 3), *out = text;
    if (text == NULL)
        panic("out of memory");
    for (const char *at = sql; *at != '\0';) {
        if (is_schema(sql, at)) {
            out = stpcpy(out, schema);
            at += strlen(ESBANK);
        } else {
            *out++ = *at++;
        }
    }
    return text;
}

char *scratch_sql(const char *sql)
{
    return sql_in(TEMP, sql);
}

/* A migration's text, without what is about the schema itself. */
static char *without_schema(const char *sql)
{
    char *text = calloc(strlen(sql) + 1, 2), *out = text;
    if (text == NULL)
        panic("out of memory");
    for (const char *at = sql; *at != '\0';) {
        size_t length;
        const char *instead = instead_of(at, &length);
        if (instead != NULL) {
            out = stpcpy(out, instead);
            at += length;
        } else {
            *out++ = *at++;
        }
    }
    return text;
}

static bool run(struct query *query, const char *schema, const char *sql, struct error *error)
{
    char *own = without_schema(sql), *text = sql_in(schema, own);
    bool worked = query_script(query, text, error);
    free(text);
    free(own);
    return worked;
}

/* A temporary function's text is not looked into before it runs: what it reads is there by then. */
static bool begin(struct query *query, struct error *error)
{
    return query_do(query, "SET check_function_bodies = off", 0, NULL, error);
}

static bool all(struct query *query, const char *schema, struct error *error)
{
    bool worked = begin(query, error) && run(query, schema, migrations_ledger, error);
    for (const struct migration *migration = migrations; worked && migration->name != NULL;
         migration++)
        worked = run(query, schema, migration->text, error);
    return worked;
}

bool scratch_all(struct query *query, struct error *error)
{
    return all(query, TEMP, error);
}

static bool makes_functions_only(const char *sql)
{
    return (strstr(sql, "CREATE FUNCTION") != NULL ||
            strstr(sql, "CREATE OR REPLACE FUNCTION") != NULL) &&
           strstr(sql, "CREATE TABLE") == NULL && strstr(sql, "ALTER TABLE") == NULL &&
           strstr(sql, "ON SCHEMA") == NULL;
}

bool scratch_functions(struct query *query, struct error *error)
{
    bool worked = begin(query, error);
    for (const struct migration *migration = migrations; worked && migration->name != NULL;
         migration++)
        if (makes_functions_only(migration->text))
            worked = run(query, TEMP, migration->text, error);
    return worked;
}

/* ---- a table that is gone ---- */

/* Comments that name another table of the schema. */
static const char comments_sql[] =
    "DO $$ DECLARE c record; BEGIN"
    " FOR c IN SELECT concat_ws('.', d.objoid::regclass, quote_ident(a.attname)) AS name,"
    " CASE d.objsubid WHEN 0 THEN 'TABLE' ELSE 'COLUMN' END AS kind,"
    " replace(d.description, '" REMADE ".', '" ESBANK ".') AS remark FROM pg_description d"
    " JOIN pg_class r ON r.oid = d.objoid AND d.classoid = 'pg_class'::regclass"
    " LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.objsubid AND d.objsubid > 0"
    " WHERE r.relnamespace = '" REMADE "'::regnamespace AND r.relkind = 'r'"
    " AND d.description LIKE '%" REMADE ".%' LOOP"
    " EXECUTE format('COMMENT ON %s %s IS %L', c.kind, c.name, c.remark); END LOOP; END $$";

/* Views that went with a table, and their comments. */
static const char views_sql[] =
    "DO $$ DECLARE v record; BEGIN"
    " FOR v IN SELECT c.relname, regexp_replace(pg_get_viewdef(c.oid), '\\m" REMADE "\\.',"
    " '" ESBANK ".', 'g') AS text,"
    " replace(obj_description(c.oid, 'pg_class'), '" REMADE ".', '" ESBANK ".') AS remark"
    " FROM pg_class c WHERE c.relnamespace = '" REMADE "'::regnamespace AND c.relkind = 'v'"
    " AND to_regclass(format('" ESBANK ".%I', c.relname)) IS NULL ORDER BY c.oid LOOP"
    " EXECUTE format('CREATE VIEW " ESBANK ".%I AS %s', v.relname, v.text);"
    " EXECUTE format('COMMENT ON VIEW " ESBANK ".%I IS %L', v.relname, v.remark); END LOOP;"
    " FOR v IN SELECT c.relname, a.attname,"
    " replace(col_description(c.oid, a.attnum), '" REMADE ".', '" ESBANK ".') AS remark"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
    " WHERE c.relnamespace = '" REMADE "'::regnamespace AND c.relkind = 'v'"
    " AND col_description(c.oid, a.attnum) IS NOT NULL LOOP"
    " EXECUTE format('COMMENT ON COLUMN " ESBANK ".%I.%I IS %L', v.relname, v.attname,"
    " v.remark); END LOOP; END $$";

static bool may_make(struct query *query, const char *table, struct error *error)
{
    struct rows *rows = query_run(
        query, "SELECT has_database_privilege(current_database(), 'CREATE')", 0, NULL, error);
    if (rows == NULL)
        return false;
    const bool may = rows_text(rows, 0, 0)[0] == 't';
    rows_free(rows);
    return may || error_set(error, ERROR_DATABASE,
                            ESBANK ".%s is gone, and this role may not make it again: run this"
                                   " with --db as the schema's owner",
                            table);
}

static bool is_there(struct query *query, const char *table, bool *there, struct error *error)
{
    char name[100];
    snprintf(name, sizeof name, ESBANK ".%s", table);
    struct rows *rows =
        query_run(query, "SELECT to_regclass($1) IS NOT NULL", 1, (const char *[]){ name }, error);
    if (rows == NULL)
        return false;
    *there = rows_text(rows, 0, 0)[0] == 't';
    rows_free(rows);
    return true;
}

static bool remake(struct query *query, const char *table, struct error *error)
{
    char move[200];
    snprintf(move, sizeof move, "ALTER TABLE " REMADE ".%.63s SET SCHEMA " ESBANK, table);
    return query_script(query,
                        "SET LOCAL client_min_messages = warning;"
                        " SET LOCAL search_path = pg_catalog;"
                        " DROP SCHEMA IF EXISTS " REMADE " CASCADE; CREATE SCHEMA " REMADE,
                        error) &&
           all(query, REMADE, error) && query_script(query, comments_sql, error) &&
           query_script(query, move, error) && query_script(query, views_sql, error) &&
           query_script(query, "DROP SCHEMA " REMADE " CASCADE; SELECT " ESBANK ".bank_role_make()",
                        error);
}

bool scratch_remake(struct query *query, const char *table, bool *made, struct error *error)
{
    struct error ignored;
    bool there = false;
    *made = false;
    if (!is_there(query, table, &there, error) || there)
        return there;
    if (!query_do(query, "BEGIN", 0, NULL, error))
        return false;
    /* As who logged in: the bank's role makes no tables. */
    if (query_do(query, "SET LOCAL ROLE NONE", 0, NULL, error) && may_make(query, table, error) &&
        remake(query, table, error) && query_do(query, "COMMIT", 0, NULL, error)) {
        *made = true;
        return true;
    }
    query_do(query, "ROLLBACK", 0, NULL, &ignored);
    return false;
}

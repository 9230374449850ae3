/* SPDX-License-Identifier: MIT */
#include "bank/postgres/scratch_schema.h"

#include "bank/postgres/migrations.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ESBANK "esbank"

/* What is about the schema itself needs rights that reading does not, and says nothing about what
 * stands in it. */
static const struct {
    const char *sql, *instead;
} of_the_schema[] = {
    { "CREATE SCHEMA IF NOT EXISTS esbank", "SELECT" },
    { "COMMENT ON SCHEMA esbank", "COMMENT ON TABLE pg_temp.migrations" },
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
    return strncmp(at, ESBANK, strlen(ESBANK)) == 0 && at[strlen(ESBANK)] == '.' &&
           (at == sql || !is_word(at[-1]));
}

char *scratch_sql(const char *sql)
{
    /* Nothing that is put in is twice as long as what it is put for. */
    char *text = malloc(strlen(sql) * 2 + 1), *out = text;
    if (text == NULL)
        panic("out of memory");
    for (const char *at = sql; *at != '\0';) {
        size_t length;
        const char *instead = instead_of(at, &length);
        if (instead != NULL) {
            out = stpcpy(out, instead);
            at += length;
        } else if (is_schema(sql, at)) {
            out = stpcpy(out, "pg_temp");
            at += strlen(ESBANK);
        } else {
            *out++ = *at++;
        }
    }
    *out = '\0';
    return text;
}

static bool run(struct query *query, const char *sql, struct error *error)
{
    char *text = scratch_sql(sql);
    bool worked = query_script(query, text, error);
    free(text);
    return worked;
}

/* A temporary function's text is not looked into before it runs: what it reads is there by then. */
static bool begin(struct query *query, struct error *error)
{
    return query_do(query, "SET check_function_bodies = off", 0, NULL, error);
}

bool scratch_all(struct query *query, struct error *error)
{
    bool worked = begin(query, error) && run(query, migrations_ledger, error);
    for (const struct migration *migration = migrations; worked && migration->name != NULL;
         migration++)
        worked = run(query, migration->text, error);
    return worked;
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
            worked = run(query, migration->text, error);
    return worked;
}

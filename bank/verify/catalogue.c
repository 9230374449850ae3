/* SPDX-License-Identifier: MIT */
/*
 * The catalogue: tables with their columns, constraints, indexes and triggers,
 * views and functions, each as one line of text, of the live schema and of what
 * this program's own sql/ makes beside it (scratch_schema.h). The same server
 * writes both, so that its version makes no difference.
 *
 * What is there besides is a finding, too: a table or view in
 * this schema passes for the bank's, and triggers, rules, policies, functions,
 * constraints and tables that inherit change what the bank's own do. What a read
 * model's rebuild leaves for a while is none, and an index more is only noted.
 */
#include "bank/models/projection.h"
#include "bank/postgres/scratch_schema.h"
#include "bank/verify/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* $1: the schema. What is called differently in the two is left out. */
static const char catalogue_sql[] =
    "SELECT name, md5(regexp_replace(said, '\\m(esbank|pg_temp(_[0-9]+)?)\\.', '', 'g')), "
    "foreign_matters"
    " FROM (SELECT 'table ' || c.relname AS name, true AS foreign_matters, concat_ws(' ', "
    "c.relrowsecurity,"
    " c.relforcerowsecurity, (SELECT string_agg(concat_ws(' ', quote_ident(a.attname),"
    " format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, "
    "o.collname,"
    " pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum) FROM pg_attribute a"
    " LEFT JOIN pg_collation o ON o.oid = a.attcollation"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS said"
    " FROM pg_class c WHERE c.relnamespace = $1::oid AND c.relkind IN ('r', 'p', 'f')"
    " UNION ALL SELECT 'view ' || c.relname, true, pg_get_viewdef(c.oid) FROM pg_class c"
    " WHERE c.relnamespace = $1::oid AND c.relkind IN ('v', 'm')"
    " UNION ALL SELECT 'constraint ' || k.conname || ' of ' || c.relname, true,"
    " concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated) FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = $1::oid AND k.contype IN "
    "('p','u','c','f','x')"
    " UNION ALL SELECT 'index ' || x.relname, false, concat_ws(' ', pg_get_indexdef(i.indexrelid),"
    " i.indisvalid, i.indisunique) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid"
    " WHERE x.relnamespace = $1::oid AND x.relkind IN ('i', 'I')"
    " UNION ALL SELECT 'trigger ' || t.tgname || ' of ' || c.relname, true,"
    " concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = $1::oid AND NOT t.tgisinternal"
    " UNION ALL SELECT 'function ' || p.proname || '(' || "
    "pg_get_function_identity_arguments(p.oid) || ')', "
    "true,"
    " concat_ws(' ', pg_get_function_result(p.oid), l.lanname, p.prokind, p.provolatile, "
    "p.prosecdef,"
    " p.proisstrict, p.proconfig, p.prosrc) FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
    " WHERE p.pronamespace = $1::oid"
    " UNION ALL SELECT 'rule ' || r.rulename || ' of ' || c.relname, true,"
    " concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled) FROM pg_rewrite r JOIN pg_class c"
    " ON c.oid = r.ev_class WHERE c.relnamespace = $1::oid AND r.rulename <> '_RETURN'"
    " UNION ALL SELECT 'policy ' || y.polname || ' of ' || c.relname, true, y.polcmd::text FROM "
    "pg_policy y"
    " JOIN pg_class c ON c.oid = y.polrelid WHERE c.relnamespace = $1::oid"
    " UNION ALL SELECT 'table that inherits from ' || c.relname, true, '' FROM pg_inherits h"
    " JOIN pg_class c ON c.oid = h.inhparent WHERE c.relnamespace = $1::oid AND c.relkind IN ('r', "
    "'p')"
    ") AS object ORDER BY name COLLATE \"C\"";

static struct rows *catalogue_read(struct query *query, const char *schema, struct error *error)
{
    struct rows *oid = query_run(query, schema, 0, NULL, error);
    if (oid == NULL)
        return NULL;
    struct rows *rows =
        query_run(query, catalogue_sql, 1, (const char *[]){ rows_text(oid, 0, 0) }, error);
    rows_free(oid);
    return rows;
}

bool catalogue_expect(struct verify *verify, struct error *error)
{
    struct error reason;
    if (!verify->scratch) {
        verify_leave_scratch(verify, VERIFY_CATALOGUE);
        return true;
    }
    if (!query_do(verify->query, "BEGIN", 0, NULL, error))
        return false;
    if (!scratch_all(verify->query, &reason) ||
        (verify->expected =
             catalogue_read(verify->query, "SELECT pg_my_temp_schema()::oid", &reason)) == NULL)
        verify_leave(verify, VERIFY_CATALOGUE, reason.message);
    return query_do(verify->query, "ROLLBACK", 0, NULL, error);
}

/* A table that a rebuild fills beside a read model, or something of one. */
static bool of_rebuild(const char *name)
{
    for (size_t i = 0; projections[i] != NULL; i++) {
        char shadow[100], rebuild[100];
        snprintf(shadow, sizeof shadow, "%.60s_shadow", projections[i]->name);
        snprintf(rebuild, sizeof rebuild, "%.60s_rebuild", projections[i]->name);
        if (strstr(name, shadow) != NULL || strstr(name, rebuild) != NULL)
            return true;
    }
    return false;
}

static void surplus(struct verify *verify, const char *name, bool matters)
{
    if (of_rebuild(name))
        return;
    if (matters)
        verify_fail(verify, VERIFY_CATALOGUE, 0, NULL,
                    "a %.200s is there, which the bank never made", name);
    else
        verify_note(verify, VERIFY_CATALOGUE, "the %.100s is not the bank's", name);
}

static void compare(struct verify *verify, const struct rows *live)
{
    const struct rows *expected = verify->expected;
    const size_t expected_count = rows_count(expected), live_count = rows_count(live);
    size_t i = 0, j = 0;
    while (i < expected_count || j < live_count) {
        const char *wanted = i < expected_count ? rows_text(expected, i, 0) : NULL;
        const char *found = j < live_count ? rows_text(live, j, 0) : NULL;
        assert(wanted != NULL || found != NULL); /* no name is NULL */
        const int order = wanted == NULL ? 1 : found == NULL ? -1 : strcmp(wanted, found);
        if (order < 0)
            verify_fail(verify, VERIFY_CATALOGUE, 0, NULL,
                        "the %.200s is missing: it was dropped or renamed", wanted);
        else if (order == 0 && strcmp(rows_text(expected, i, 1), rows_text(live, j, 1)) != 0)
            verify_fail(verify, VERIFY_CATALOGUE, 0, NULL,
                        "the %.200s is not as this program's sql/ makes it", wanted);
        else if (order > 0)
            surplus(verify, found, rows_text(live, j, 2)[0] == 't');
        verify->report->finding[VERIFY_CATALOGUE].checked += order <= 0;
        i += order <= 0;
        j += order >= 0;
    }
}

bool catalogue_compare(struct verify *verify, struct error *error)
{
    if (verify->expected == NULL)
        return true;
    struct rows *live = catalogue_read(verify->query, "SELECT 'esbank'::regnamespace::oid", error);
    if (live == NULL)
        return false;
    compare(verify, live);
    rows_free(live);
    return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * The catalogue: tables with their columns, constraints, indexes and triggers,
 * views and functions, each as one line of text, of the live schema and of what
 * this program's own sql/ makes beside it (scratch_schema.h). The same server
 * writes both, so that its version makes no difference.
 *
 * What a read model's rebuild leaves for a while and what people add beside
 * (tables, views, indexes) is no finding; triggers, rules, policies, functions
 * and tables that inherit change what the bank's own do, and are.
 */
#include "bank/postgres/scratch_schema.h"
#include "bank/verify/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* $1: the schema. What is called differently in the two is left out. */
static const char catalogue_sql[] =
    "SELECT name, md5(regexp_replace(said, '\\m(esbank|pg_temp(_[0-9]+)?)\\.', '', 'g')), "
    "foreign_matters"
    " FROM (SELECT 'table ' || c.relname AS name, false AS foreign_matters, concat_ws(' ', "
    "c.relrowsecurity,"
    " c.relforcerowsecurity, (SELECT string_agg(concat_ws(' ', quote_ident(a.attname),"
    " format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, "
    "o.collname,"
    " pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum) FROM pg_attribute a"
    " LEFT JOIN pg_collation o ON o.oid = a.attcollation"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS said"
    " FROM pg_class c WHERE c.relnamespace = $1::oid AND c.relkind IN ('r', 'p')"
    " UNION ALL SELECT 'view ' || c.relname, false, pg_get_viewdef(c.oid) FROM pg_class c"
    " WHERE c.relnamespace = $1::oid AND c.relkind = 'v'"
    " UNION ALL SELECT 'constraint ' || k.conname || ' of ' || c.relname, false,"
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

static void compare(struct verify *verify, const struct rows *live)
{
    const struct rows *expected = verify->expected;
    size_t i = 0, j = 0;
    while (i < rows_count(expected) || j < rows_count(live)) {
        const char *wanted = i < rows_count(expected) ? rows_text(expected, i, 0) : NULL;
        const char *found = j < rows_count(live) ? rows_text(live, j, 0) : NULL;
        const int order = wanted == NULL ? 1 : found == NULL ? -1 : strcmp(wanted, found);
        if (order < 0)
            verify_fail(verify, VERIFY_CATALOGUE, 0, NULL,
                        "the %.200s is missing: it was dropped or renamed", wanted);
        else if (order == 0 && strcmp(rows_text(expected, i, 1), rows_text(live, j, 1)) != 0)
            verify_fail(verify, VERIFY_CATALOGUE, 0, NULL,
                        "the %.200s is not as this program's sql/ makes it", wanted);
        else if (order > 0 && rows_text(live, j, 2)[0] == 't')
            verify_fail(verify, VERIFY_CATALOGUE, 0, NULL,
                        "a %.200s is there, which the bank never made", found);
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

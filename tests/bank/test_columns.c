/* SPDX-License-Identifier: MIT */
/* Binary arrays: what is put into columns is what Postgres reads out of them. */
#include "bank/codec/columns.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

static const enum column_type all_types[] = { COLUMN_INT8,        COLUMN_INT4, COLUMN_TEXT,
                                              COLUMN_JSON,        COLUMN_UUID, COLUMN_BYTEA,
                                              COLUMN_TIMESTAMPTZ, COLUMN_BOOL };
enum { TYPE_COUNT = sizeof all_types / sizeof *all_types };

static struct database database;

static int begin(void **state)
{
    (void)state;
    database_create(&database);
    return 0;
}

/* What Postgres makes of the columns, as text. */
static void check_postgres_reads(struct columns *columns, const char *expected)
{
    const char *values[COLUMNS_MAX];
    int lengths[COLUMNS_MAX], formats[COLUMNS_MAX];
    char sql[1000] = "SELECT coalesce(string_agg(t::text, ' '), 'no rows') FROM unnest(";
    columns_parameters(columns, values, lengths, formats);
    for (unsigned i = 0; i < columns->count; i++)
        snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "%s$%u::%s", i == 0 ? "" : ", ",
                 i + 1, column_type_name(columns->column[i].type));
    snprintf(sql + strlen(sql), sizeof sql - strlen(sql), ") AS t");
    PGconn *connection = PQconnectdb(database.conninfo);
    PGresult *result =
        PQexecParams(connection, sql, (int)columns->count, NULL, values, lengths, formats, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        check_fail("%s", PQerrorMessage(connection));
    assert_string_equal(PQgetvalue(result, 0, 0), expected);
    PQclear(result);
    PQfinish(connection);
}

static void test_every_type_arrives_as_it_was(void **state)
{
    (void)state;
    struct columns columns;
    struct uuid uuid;
    assert_true(uuid_read("1c915dd1-8bf0-4662-a2ce-60725b0c7de2", 36, &uuid));
    columns_init(&columns, all_types, TYPE_COUNT);
    columns_int8(&columns, 0, INT64_MIN);
    columns_int4(&columns, 1, -7);
    columns_bytes(&columns, 2, "Ren\xc3\xa9", 5);
    columns_bytes(&columns, 3, "{\"a\":1}", 7);
    columns_uuid(&columns, 4, &uuid);
    columns_bytes(&columns, 5, "\0\xff", 2);
    columns_time(&columns, 6, INT64_C(1700000000123456));
    columns_bool(&columns, 7, true);
    check_postgres_reads(&columns, "(-9223372036854775808,-7,Ren\xc3\xa9,\"{\"\"a\"\":1}\","
                                   "1c915dd1-8bf0-4662-a2ce-60725b0c7de2,"
                                   "\"\\\\x00ff\",\"2023-11-14 22:13:20.123456+00\",t)");
    columns_finish(&columns);
}

static void test_nulls_and_empty_values_differ(void **state)
{
    (void)state;
    struct columns columns;
    columns_init(&columns, all_types, TYPE_COUNT);
    for (unsigned i = 0; i < TYPE_COUNT; i++)
        columns_null(&columns, i);
    check_postgres_reads(&columns, "(,,,,,,,)");
    columns_finish(&columns);

    columns_init(&columns, &all_types[2], 2);
    columns_bytes(&columns, 0, "", 0);
    columns_null(&columns, 1);
    check_postgres_reads(&columns, "(\"\",)");
    columns_finish(&columns);
}

static void test_no_rows_are_an_empty_array(void **state)
{
    (void)state;
    struct columns columns;
    columns_init(&columns, all_types, TYPE_COUNT);
    check_postgres_reads(&columns, "no rows");
    columns_int8(&columns, 0, 1);
    columns_reset(&columns);
    check_postgres_reads(&columns, "no rows");
    columns_finish(&columns);
}

static void test_buffers_are_kept_when_columns_are_reset(void **state)
{
    (void)state;
    static const enum column_type types[] = { COLUMN_INT8, COLUMN_TEXT };
    struct columns columns;
    columns_init(&columns, types, 2);
    for (int i = 0; i < 10000; i++) {
        columns_int8(&columns, 0, i);
        columns_bytes(&columns, 1, "some text", 9);
    }
    assert_int_equal(columns.rows, 10000);
    const unsigned char *bytes = columns.column[1].bytes;
    columns_reset(&columns);
    for (int i = 0; i < 10000; i++) {
        columns_int8(&columns, 0, i);
        columns_bytes(&columns, 1, "some text", 9);
    }
    assert_ptr_equal(columns.column[1].bytes, bytes);
    columns_reset(&columns);
    columns_int8(&columns, 0, 42);
    columns_bytes(&columns, 1, "x", 1);
    check_postgres_reads(&columns, "(42,x)");
    columns_finish(&columns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_arrives_as_it_was),
        cmocka_unit_test(test_nulls_and_empty_values_differ),
        cmocka_unit_test(test_no_rows_are_an_empty_array),
        cmocka_unit_test(test_buffers_are_kept_when_columns_are_reset),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}

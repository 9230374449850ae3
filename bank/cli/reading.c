/* SPDX-License-Identifier: MIT */
#include "bank/cli/reading.h"

#include "bank/cli/commands.h"
#include "bank/cli/table.h"

#include <stdlib.h>
#include <string.h>

struct query *query_of(const struct arguments *arguments, struct error *error)
{
    struct home home;
    if (!home_locate(arguments->home, &home, error))
        return NULL;
    return query_open_seated(arguments->db, &home, arguments->command->name, error);
}

struct query *query_of_models(const struct arguments *arguments, struct error *error)
{
    struct query *query = query_of(arguments, error);
    if (query != NULL)
        query_await_models(query);
    return query;
}

static void cell_fill(struct table *table, const struct table_column *column, const char *text)
{
    if (text != NULL && column->kind == CELL_BOOLEAN)
        table_boolean(table, text[0] == 't');
    else
        table_text(table, text);
}

/* Closes the query; NULL: there is none, because of that error. */
static int print(struct query *query, struct error *error, bool json,
                 const struct table_column *columns, const char *sql, unsigned count,
                 const char *const *values, const char *none, size_t *printed)
{
    struct rows *rows = query != NULL ? query_run(query, sql, count, values, error) : NULL;
    query_close(query);
    if (rows == NULL)
        return complain_error(error);
    if (rows_count(rows) == 0 && none != NULL) {
        rows_free(rows);
        return complain("%s", none);
    }
    struct table table;
    table_init(&table, columns);
    for (size_t row = 0; row < rows_count(rows); row++)
        for (unsigned column = 0; column < table.column_count; column++)
            cell_fill(&table, &columns[column], rows_text(rows, row, column));
    table_print(&table, json);
    table_finish(&table);
    if (printed != NULL)
        *printed = rows_count(rows);
    rows_free(rows);
    return EXIT_SUCCESS;
}

int query_print(const struct arguments *arguments, const struct table_column *columns,
                const char *sql, unsigned count, const char *const *values, const char *none)
{
    struct error error;
    return print(query_of(arguments, &error), &error, arguments->json, columns, sql, count, values,
                 none, NULL);
}

int handlers_print(const struct arguments *arguments, const struct table_column *columns,
                   const char *sql, unsigned count, const char *const *values, size_t *printed)
{
    struct error error;
    struct query *query = query_of(arguments, &error);
    if (query != NULL)
        query_await_handlers(query);
    return print(query, &error, arguments->json, columns, sql, count, values, NULL, printed);
}

int models_print(const struct arguments *arguments, const struct table_column *columns,
                 const char *sql, unsigned count, const char *const *values, const char *none)
{
    struct error error;
    return print(query_of_models(arguments, &error), &error, arguments->json, columns, sql, count,
                 values, none, NULL);
}

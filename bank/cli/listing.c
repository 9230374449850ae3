/* SPDX-License-Identifier: MIT */
#include "bank/cli/listing.h"

#include "bank/cli/commands.h"
#include "bank/cli/layout.h"
#include "bank/cli/listing_sql.h"
#include "bank/cli/reading.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE_ROWS = 1000 };

enum form { FORM_TABLE, FORM_ARRAY, FORM_LINES };

struct run {
    struct listing_request request;
    enum form form;
    bool on_terminal, has_cursor;
    struct query *query;
    void *context; /* of the listing's own */
    struct table table;
    struct layout layout;
    size_t printed;
    bool more;
    char key[200], id[200]; /* of the last row printed, or of --after; "" before there is one */
};

/* ---- reading ---- */

static struct query *query_for(const struct listing *listing, const struct arguments *arguments,
                               struct error *error)
{
    struct query *query = query_of(arguments, error);
    if (query != NULL && listing->waits_for == LISTING_OF_MODELS)
        query_await_models(query);
    if (query != NULL && listing->waits_for == LISTING_OF_HANDLERS)
        query_await_handlers(query);
    return query;
}

static struct rows *statement_run(struct run *run, const struct statement *statement,
                                  struct error *error)
{
    return query_run(run->query, statement->sql, statement->count, statement->value, error);
}

/* The place that --after names: the exit status. An id that is none is a failure of the database's,
 * which is told as any other that is not there. */
static int place_find(struct run *run, struct error *error)
{
    struct statement statement;
    const char *after = argument_text(run->request.arguments, "after");
    if (after == NULL)
        return EXIT_SUCCESS;
    listing_find(&run->request, after, &statement);
    struct rows *rows = statement_run(run, &statement, error);
    const bool found = rows != NULL && rows_count(rows) == 1;
    if (found) {
        snprintf(run->key, sizeof run->key, "%s", rows_text(rows, 0, 0));
        snprintf(run->id, sizeof run->id, "%s", rows_text(rows, 0, 1));
    }
    rows_free(rows);
    if (found)
        return EXIT_SUCCESS;
    if (rows == NULL && error->kind != ERROR_VALUES)
        return complain_error(error);
    return complain_usage("--after wants the id of a row of this list, the last one that was seen: "
                          "there is no \"%.80s\" in it",
                          after);
}

/*
 * An order that no index has is sorted once for all pages, and not for each: its rows come from a
 * cursor, whose snapshot lasts as long as the list.
 */
static bool cursor_open(struct run *run, struct error *error)
{
    struct statement statement;
    static char sql[STATEMENT_SIZE + 60];
    const bool begun = run->id[0] != '\0';
    if (run->request.order == run->request.listing->orders ||
        (run->request.limit > 0 && run->request.limit <= PAGE_ROWS))
        return true;
    listing_page(&run->request, begun ? run->key : NULL, run->id, INT64_MAX, &statement);
    snprintf(sql, sizeof sql, "DECLARE list SCROLL CURSOR FOR %s", statement.sql);
    run->has_cursor = query_do(run->query, "BEGIN READ ONLY", 0, NULL, error) &&
                      query_do(run->query, sql, statement.count, statement.value, error);
    return run->has_cursor;
}

/* One row more than a page has says that there is another page, which begins with it. */
static struct rows *cursor_read(struct run *run, int64_t count, struct error *error)
{
    char sql[60];
    snprintf(sql, sizeof sql, "FETCH %" PRId64 " FROM list", count);
    struct rows *rows = query_run(run->query, sql, 0, NULL, error);
    if (rows == NULL || rows_count(rows) < (size_t)count ||
        query_do(run->query, "MOVE BACKWARD 1 FROM list", 0, NULL, error))
        return rows;
    rows_free(rows);
    return NULL;
}

static struct rows *page_read(struct run *run, int64_t count, struct error *error)
{
    struct statement statement;
    const bool begun = run->id[0] != '\0';
    if (run->has_cursor)
        return cursor_read(run, count, error);
    listing_page(&run->request, begun ? run->key : NULL, run->id, count, &statement);
    return statement_run(run, &statement, error);
}

/* ---- printing ---- */

static void row_add(struct run *run, const struct rows *rows, size_t row)
{
    const struct listing *listing = run->request.listing;
    if (listing->add != NULL) {
        listing->add(run->context, &run->table, rows, row, run->form != FORM_TABLE);
        return;
    }
    for (unsigned i = 0; i < run->table.column_count; i++) {
        const char *text = rows_text(rows, row, i);
        if (text != NULL && column_kind(&listing->columns[i]) == CELL_BOOLEAN)
            table_boolean(&run->table, text[0] == 't');
        else
            table_text(&run->table, text);
    }
}

static void page_print_table(struct run *run)
{
    const bool first = run->printed == 0;
    layout_measure(&run->layout, &run->table);
    if (first) {
        layout_fit(&run->layout, layout_terminal_width());
        pager_begin(run->request.arguments);
        layout_print_titles(&run->layout);
    }
    layout_print_rows(&run->layout, &run->table);
}

static void page_print(struct run *run, const struct rows *rows, size_t count)
{
    if (run->form == FORM_ARRAY && run->printed == 0)
        putchar('[');
    const unsigned columns = rows_columns(rows);
    table_clear(&run->table);
    for (size_t row = 0; row < count; row++)
        row_add(run, rows, row);
    if (run->form == FORM_TABLE)
        page_print_table(run);
    else if (run->table.cell_count > 0) {
        const char *between = run->form == FORM_ARRAY ? ",\n" : "\n";
        if (run->printed > 0)
            fputs(between, stdout);
        table_print_objects(&run->table, between);
    }
    if (count > 0) {
        snprintf(run->key, sizeof run->key, "%s", rows_text(rows, count - 1, columns - 2));
        snprintf(run->id, sizeof run->id, "%s", rows_text(rows, count - 1, columns - 1));
    }
    run->printed += count;
}

/* No rows at all, where a list always has some. */
static bool is_a_failure(const struct run *run, struct error *error)
{
    static const char *const narrowing[] = { "after", "since", "before" };
    const struct listing *listing = run->request.listing;
    if (listing->none == NULL || run->printed > 0)
        return false;
    for (size_t i = 0; i < sizeof narrowing / sizeof *narrowing; i++)
        if (argument_flag(run->request.arguments, narrowing[i]))
            return false;
    error_set(error, ERROR_CONFLICT, "%s", listing->none);
    return true;
}

/* All pages; ends early where nothing of it is read any more. */
static bool pages_print(struct run *run, struct error *error)
{
    const int64_t limit = run->request.limit;
    do {
        int64_t count = PAGE_ROWS;
        if (limit > 0 && limit - (int64_t)run->printed < count)
            count = limit - (int64_t)run->printed;
        struct rows *rows = page_read(run, count + 1, error);
        if (rows == NULL)
            return false;
        if (rows_count(rows) == 0 && is_a_failure(run, error)) {
            rows_free(rows);
            return false;
        }
        run->more = rows_count(rows) > (size_t)count;
        page_print(run, rows, run->more ? (size_t)count : rows_count(rows));
        rows_free(rows);
    } while (run->more && (limit == 0 || (int64_t)run->printed < limit) && ferror(stdout) == 0);
    return true;
}

/* Below the table, for who sees it. */
static void hints_print(const struct run *run)
{
    char missing[300];
    FILE *to = run->on_terminal ? stdout : stderr;
    if (run->form == FORM_TABLE && layout_missing(&run->layout, missing, sizeof missing)[0] != '\0')
        fprintf(to, "(too narrow for %s)\n", missing);
    if (run->more && run->on_terminal)
        fprintf(to, "(there are more: add --after %s, or --limit 0 for all)\n", run->id);
}

static int list(struct run *run, struct error *error)
{
    const int status = place_find(run, error);
    if (status != EXIT_SUCCESS)
        return status;
    if (!cursor_open(run, error) || !pages_print(run, error)) {
        pager_end();
        return complain_error(error);
    }
    if (run->form == FORM_ARRAY)
        puts("]");
    if (run->form == FORM_LINES && run->printed > 0)
        putchar('\n');
    hints_print(run);
    pager_end();
    return EXIT_SUCCESS;
}

int listing_run(const struct listing *listing, const struct arguments *arguments, size_t *printed)
{
    struct error error;
    struct run run = { .form = FORM_TABLE, .on_terminal = isatty(STDOUT_FILENO) };
    if (!listing_request_read(listing, arguments, &run.request))
        return EXIT_USAGE;
    if (argument_flag(arguments, "json-lines"))
        run.form = FORM_LINES;
    else if (arguments->json)
        run.form = FORM_ARRAY;
    run.on_terminal = run.on_terminal && run.form == FORM_TABLE;
    if (run.on_terminal && !argument_flag(arguments, "limit"))
        run.request.limit = LISTING_LIMIT;
    run.query = query_for(listing, arguments, &error);
    if (run.query == NULL)
        return complain_error(&error);
    table_init(&run.table, listing->columns);
    layout_init(&run.layout, listing->columns, run.table.column_count);
    if (listing->open != NULL)
        run.context = listing->open(arguments);
    const int status = list(&run, &error);
    if (listing->close != NULL)
        listing->close(run.context);
    table_finish(&run.table);
    query_close(run.query);
    if (printed != NULL)
        *printed = run.printed;
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "bank/console/select.h"

#include "bank/cli/owner.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SQL_SIZE 8000

/* Columns of every statement before the view's own. */
enum { AT_SORT, AT_KEY, AT_ID, AT_SUBJECT, AT_OPENS, AT_TONE, AT_FIRST };

struct sql {
    char text[SQL_SIZE];
    size_t used;
};

static void add(struct sql *sql, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct sql *sql, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    const int length = vsnprintf(sql->text + sql->used, sizeof sql->text - sql->used, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof sql->text - sql->used)
        panic("a view's statement is longer than %d bytes", SQL_SIZE);
    sql->used += (size_t)length;
}

static const char *or_null(const char *sql)
{
    return sql != NULL ? sql : "NULL";
}

/* The order the rows are fetched in: the view's, or from its end. */
static bool descending(const struct ask *ask)
{
    const bool backwards = ask->from == ASK_END || ask->from == ASK_BEFORE;
    return (ask->view->sort[ask->sort].descending != ask->turned) != backwards;
}

static void statement(const struct ask *ask, struct sql *sql)
{
    const struct view *view = ask->view;
    const struct view_sort *sort = &view->sort[ask->sort];
    const char *direction = descending(ask) ? "DESC" : "ASC";
    add(sql, "SELECT (%s)::text, (%s)::text, (%s)::text, (%s)::text, (%s)::text, (%s)::text",
        sort->sql, view->row_key, or_null(view->id), or_null(view->subject), or_null(view->opens),
        or_null(view->tone));
    for (const struct view_column *column = view->column; column->title != NULL; column++)
        add(sql, ", %s", column->sql);
    /* The last line has every parameter, so that each is known to be a text. */
    add(sql, " FROM %s WHERE (%s)", view->from, view->where != NULL ? view->where : "TRUE");
    struct uuid id;
    if (view->filter_id != NULL && uuid_read(ask->filter, strlen(ask->filter), &id))
        add(sql, " AND (%s)", view->filter_id);
    else if (view->filter != NULL && ask->filter[0] != '\0')
        add(sql, " AND (%s)", view->filter);
    if (ask->from == ASK_AT || ask->from == ASK_BEFORE)
        add(sql, " AND (%s, %s) %s ($3::text::%s, $4::text::%s)", sort->sql, view->row_key,
            descending(ask) ? "<=" : ">=", sort->type, view->row_key_type);
    add(sql, " AND (coalesce($1::text, $2::text, $3::text, $4::text) IS NULL OR TRUE)");
    add(sql, " ORDER BY %s %s, %s %s LIMIT %zu", sort->sql, direction, view->row_key, direction,
        ask->rows + 1);
}

static enum tone tone_of(const char *name)
{
    static const struct {
        const char *name;
        enum tone tone;
    } tones[] = {
        { "dim", TONE_DIM },         { "strong", TONE_STRONG }, { "good", TONE_GOOD },
        { "warning", TONE_WARNING }, { "bad", TONE_BAD },
    };
    for (size_t i = 0; name != NULL && i < sizeof tones / sizeof tones[0]; i++)
        if (strcmp(tones[i].name, name) == 0)
            return tones[i].tone;
    return TONE_PLAIN;
}

static char *owner_cell(struct reader *reader, const struct rows *rows, size_t row, unsigned at)
{
    char buffer[OWNER_TEXT_SIZE];
    struct uuid account = { 0 };
    rows_uuid(rows, row, AT_KEY, &account);
    const struct owner owner =
        owner_read(reader->vault, &account, rows_text(rows, row, at), rows, row, at + 1);
    return page_copy(owner_text(&owner, buffer));
}

static void row_fill(struct reader *reader, const struct ask *ask, struct page_row *to,
                     const struct rows *rows, size_t row)
{
    to->sort = page_copy(rows_text(rows, row, AT_SORT));
    to->key = page_copy(rows_text(rows, row, AT_KEY));
    to->id = page_copy(rows_text(rows, row, AT_ID));
    to->subject = page_copy(rows_text(rows, row, AT_SUBJECT));
    to->opens = page_copy(rows_text(rows, row, AT_OPENS));
    to->tone = tone_of(rows_text(rows, row, AT_TONE));
    unsigned at = AT_FIRST;
    for (size_t i = 0; ask->view->column[i].title != NULL; i++) {
        const bool owner = ask->view->column[i].kind == VIEW_OWNER;
        to->cell[i] =
            owner ? owner_cell(reader, rows, row, at) : page_copy(rows_text(rows, row, at));
        at += owner ? 3 : 1;
    }
}

bool select_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                  struct error *error)
{
    static const char *const empty = "";
    struct sql sql = { .used = 0 };
    const bool placed = ask->from == ASK_AT || ask->from == ASK_BEFORE;
    statement(ask, &sql);
    const char *values[] = { ask->subject, ask->filter, placed ? ask->at_sort : empty,
                             placed ? ask->at_key : empty };
    struct rows *rows = query_run(reader->query, sql.text, 4, values, error);
    if (rows == NULL)
        return false;
    const size_t found = rows_count(rows), kept = found < ask->rows ? found : ask->rows;
    for (size_t row = 0; row < kept; row++)
        row_fill(reader, ask, page_add(page), rows, row);
    page->more_before = ask->from == ASK_AT; /* of ASK_BEFORE and ASK_END once it is turned */
    page->more_after = found > kept;
    if (ask->from == ASK_END || ask->from == ASK_BEFORE) {
        page->more_before = ask->from == ASK_BEFORE;
        page_reverse(page);
    }
    rows_free(rows);
    return true;
}

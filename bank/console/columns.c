/* SPDX-License-Identifier: MIT */
#include "bank/console/columns.h"

#include "bank/console/cell.h"

#include <stdlib.h>

const struct table_column view_cash_columns[] = {
    { "NOTE", "denomination", CELL_MONEY },
    { "NOTES", "count", CELL_NUMBER },
    { "LOW MARK", "low_mark", CELL_NUMBER },
    { NULL, NULL, CELL_TEXT },
};

bool column_is_printed(const struct view_column *column, bool json)
{
    return json || column->rank != RANK_HIDDEN;
}

static int kind_of(enum view_cell kind, bool json)
{
    switch (kind) {
    case VIEW_NUMBER:
    case VIEW_AGE:
    case VIEW_LEFT:
        return CELL_NUMBER | CELL_MAYBE;
    case VIEW_MONEY:
        return CELL_MONEY | CELL_MAYBE;
    case VIEW_TIME:
        return CELL_TIME | CELL_MAYBE;
    case VIEW_YES:
        return CELL_BOOLEAN | CELL_MAYBE;
    case VIEW_ID:
        return CELL_UUID | CELL_MAYBE;
    case VIEW_CASH:
        return json ? CELL_RAW : CELL_TEXT | CELL_MAYBE;
    case VIEW_LIST:
        return CELL_LIST;
    case VIEW_ONLINE:
        return CELL_TEXT;
    case VIEW_TEXT:
    case VIEW_OWNER:
    case VIEW_REST:
        break;
    }
    return CELL_TEXT | CELL_MAYBE;
}

void view_table_columns(const struct view *view, bool json,
                        struct table_column columns[static PAGE_COLUMNS_MAX + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < view_columns(view); i++)
        if (column_is_printed(&view->column[i], json))
            columns[count++] = (struct table_column){ view->column[i].title, view->column[i].name,
                                                      kind_of(view->column[i].kind, json) };
    columns[count] = (struct table_column){ NULL, NULL, CELL_TEXT };
}

static void cash_add(struct table *table, const char *value)
{
    struct table notes;
    struct cassette cassette;
    table_init(&notes, view_cash_columns);
    while (cell_cassette(&value, &cassette)) {
        table_money(&notes, cassette.denomination);
        table_integer(&notes, cassette.notes);
        table_integer(&notes, cassette.mark);
    }
    char *json = table_json(&notes);
    table_text(table, json);
    free(json);
    table_finish(&notes);
}

void view_table_cell(struct table *table, enum view_cell kind, const char *value, bool json)
{
    char buffer[CELL_SIZE];
    if (kind == VIEW_CASH && json)
        cash_add(table, value);
    else if (value == NULL)
        table_text(table, NULL);
    else if (kind == VIEW_TIME)
        table_time(table, strtoll(value, NULL, 10));
    else if (kind == VIEW_CASH)
        table_text(table, cell_text(kind, value, CELL_SIZE, buffer));
    else if (kind == VIEW_YES)
        table_boolean(table, value[0] == 't');
    else
        table_text(table, value);
}

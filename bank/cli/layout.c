/* SPDX-License-Identifier: MIT */
#include "bank/cli/layout.h"

#include "shared/tty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    GAP = 2,           /* blanks between two columns */
    SECONDS_TEXT = 19, /* "2026-11-24T19:40:16" of a time's text */
    ID_TEXT = 8,       /* of an id, and "…" */
};

size_t layout_terminal_width(void)
{
    int rows, columns;
    const char *said = getenv("COLUMNS");
    if (!isatty(STDOUT_FILENO))
        return 0;
    const long wanted = said != NULL ? strtol(said, NULL, 10) : 0;
    if (wanted > 0 && wanted <= TTY_SIDE_MAX)
        return (size_t)wanted;
    return tty_size(STDOUT_FILENO, &rows, &columns) ? (size_t)columns : 0;
}

void layout_init(struct layout *layout, const struct table_column *columns, size_t count)
{
    *layout = (struct layout){ .column = columns, .count = count };
    for (size_t i = 0; i < count; i++) {
        layout->left_out[i] = column_kind(&columns[i]) == CELL_RAW;
        layout->width[i] = text_columns(columns[i].title);
    }
}

static bool id_is_cut(const struct layout *layout, size_t column)
{
    return layout->ids_cut && column > 0 && column_kind(&layout->column[column]) == CELL_UUID;
}

static const char *cut(const struct layout *layout, size_t column, const char *text,
                       char buffer[static CELL_SHOWN_SIZE])
{
    if (layout->times_cut && column_kind(&layout->column[column]) == CELL_TIME) {
        snprintf(buffer, CELL_SHOWN_SIZE, "%.*s", SECONDS_TEXT, text);
        return buffer;
    }
    if (id_is_cut(layout, column) && strlen(text) > ID_TEXT) {
        snprintf(buffer, CELL_SHOWN_SIZE, "%.*s…", ID_TEXT, text);
        return buffer;
    }
    return text;
}

void layout_measure(struct layout *layout, const struct table *table)
{
    char shown[CELL_SHOWN_SIZE], less[CELL_SHOWN_SIZE];
    for (size_t i = 0; i < table->cell_count; i++) {
        const size_t column = i % layout->count;
        if (layout->left_out[column])
            continue;
        const size_t taken = text_columns(cut(layout, column, cell_shown(table, i, shown), less));
        if (taken > layout->width[column])
            layout->width[column] = taken;
    }
}

/* A long last column runs on in the terminal's next line: it counts as its title. */
static size_t total(const struct layout *layout)
{
    size_t sum = 0;
    for (size_t i = 0; i < layout->count; i++)
        if (!layout->left_out[i])
            sum += GAP + ((layout->column[i].kind & CELL_LONG) != 0
                              ? text_columns(layout->column[i].title)
                              : layout->width[i]);
    return sum > GAP ? sum - GAP : 0;
}

/* Columns of that kind but the first take `most` at most, or their titles do. */
static void narrow(struct layout *layout, enum cell_kind kind, size_t most)
{
    for (size_t i = kind == CELL_UUID ? 1 : 0; i < layout->count; i++) {
        const size_t title = text_columns(layout->column[i].title);
        if (column_kind(&layout->column[i]) == kind && layout->width[i] > most)
            layout->width[i] = title > most ? title : most;
    }
}

void layout_fit(struct layout *layout, size_t available)
{
    if (available == 0 || total(layout) <= available)
        return;
    layout->times_cut = true;
    narrow(layout, CELL_TIME, SECONDS_TEXT);
    if (total(layout) <= available)
        return;
    layout->ids_cut = true;
    narrow(layout, CELL_UUID, ID_TEXT + 1);
    for (int rank = CELL_RANK_MAX; rank > 0; rank--)
        for (size_t i = layout->count; i-- > 1;)
            if (column_rank(&layout->column[i]) == rank && !layout->left_out[i] &&
                total(layout) > available)
                layout->left_out[i] = true;
}

static bool at_right(const struct table_column *column)
{
    const enum cell_kind kind = column_kind(column);
    return kind == CELL_NUMBER || kind == CELL_MONEY;
}

static size_t last_shown(const struct layout *layout)
{
    size_t last = 0;
    for (size_t i = 0; i < layout->count; i++)
        last = layout->left_out[i] ? last : i;
    return last;
}

static void cell_print(const struct layout *layout, size_t column, const char *text, bool last)
{
    const size_t taken = text_columns(text);
    const int blanks = layout->width[column] > taken ? (int)(layout->width[column] - taken) : 0;
    const bool right = at_right(&layout->column[column]);
    printf("%*s", right ? blanks : 0, "");
    print_safely(text);
    printf("%*s", right || last ? 0 : blanks, "");
    fputs(last ? "\n" : "  ", stdout);
}

void layout_print_titles(const struct layout *layout)
{
    const size_t last = last_shown(layout);
    for (size_t i = 0; i < layout->count; i++)
        if (!layout->left_out[i])
            cell_print(layout, i, layout->column[i].title, i == last);
}

void layout_print_rows(const struct layout *layout, const struct table *table)
{
    char shown[CELL_SHOWN_SIZE], less[CELL_SHOWN_SIZE];
    const size_t last = last_shown(layout);
    for (size_t i = 0; i < table->cell_count; i++) {
        const size_t column = i % layout->count;
        if (!layout->left_out[column])
            cell_print(layout, column, cut(layout, column, cell_shown(table, i, shown), less),
                       column == last);
    }
}

char *layout_missing(const struct layout *layout, char *buffer, size_t size)
{
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < layout->count && used < size; i++)
        if (layout->left_out[i] && column_kind(&layout->column[i]) != CELL_RAW)
            used += (size_t)snprintf(buffer + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     layout->column[i].title);
    return buffer;
}

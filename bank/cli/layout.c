/* SPDX-License-Identifier: MIT */
#include "bank/cli/layout.h"

#include "shared/error.h"
#include "shared/tty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    GAP = 2,           /* blanks between two columns */
    SECONDS_TEXT = 19, /* "2026-11-24T19:40:16" of a time's text */
    ID_TEXT = 8,       /* of an id at least, and "…" */
    TEXT_LEAST = 8,    /* of a text that loses its end */
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

/* The text's beginning that leaves room for the "…" behind it. */
static const char *text_cut(const char *text, size_t most, char buffer[static CELL_SHOWN_SIZE])
{
    size_t length = strlen(text);
    do { /* whole characters */
        length--;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
        snprintf(buffer, CELL_SHOWN_SIZE, "%.*s…", (int)length, text);
    } while (length > 0 && text_columns(buffer) > most);
    return buffer;
}

static const char *cut(const struct layout *layout, size_t column, const char *text,
                       char buffer[static CELL_SHOWN_SIZE])
{
    if (layout->times_cut && column_kind(&layout->column[column]) == CELL_TIME) {
        snprintf(buffer, CELL_SHOWN_SIZE, "%.*s", SECONDS_TEXT, text);
        return buffer;
    }
    const size_t most = layout->id_text[column];
    if (id_is_cut(layout, column) && strlen(text) > most + 1) {
        snprintf(buffer, CELL_SHOWN_SIZE, "%.*s…", (int)most, text);
        return buffer;
    }
    const size_t columns = layout->text_most[column];
    return columns > 0 && text_columns(text) > columns ? text_cut(text, columns, buffer) : text;
}

static int text_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How many characters tell the ids of a column apart: neighbours in their order are most alike. */
static size_t ids_differ_within(const struct table *table, size_t column)
{
    size_t count = 0, most = ID_TEXT;
    const char **ids = malloc((table->cell_count / table->column_count + 1) * sizeof *ids);
    if (ids == NULL)
        panic("out of memory");
    for (size_t i = column; i < table->cell_count; i += table->column_count)
        if (table->cell[i] != NULL)
            ids[count++] = table->cell[i];
    qsort(ids, count, sizeof *ids, text_order);
    for (size_t i = 1; i < count; i++) {
        size_t alike = 0;
        while (ids[i][alike] != '\0' && ids[i][alike] == ids[i - 1][alike])
            alike++;
        if (ids[i][alike] != ids[i - 1][alike] && alike + 1 > most)
            most = alike + 1;
    }
    free(ids);
    return most;
}

static void ids_measure(struct layout *layout, const struct table *table)
{
    for (size_t i = 1; i < layout->count; i++) {
        if (column_kind(&layout->column[i]) != CELL_UUID)
            continue;
        const size_t within = ids_differ_within(table, i);
        if (within > layout->id_text[i])
            layout->id_text[i] = within;
    }
}

void layout_measure(struct layout *layout, const struct table *table)
{
    char shown[CELL_SHOWN_SIZE], less[CELL_SHOWN_SIZE];
    ids_measure(layout, table);
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

/* The column takes `most` at most, or its title does. */
static void narrow(struct layout *layout, size_t column, size_t most)
{
    const size_t title = text_columns(layout->column[column].title);
    if (layout->width[column] > most)
        layout->width[column] = title > most ? title : most;
}

static void cut_times(struct layout *layout)
{
    layout->times_cut = true;
    for (size_t i = 0; i < layout->count; i++)
        if (column_kind(&layout->column[i]) == CELL_TIME)
            narrow(layout, i, SECONDS_TEXT);
}

static void cut_ids(struct layout *layout)
{
    layout->ids_cut = true;
    for (size_t i = 1; i < layout->count; i++)
        if (column_kind(&layout->column[i]) == CELL_UUID)
            narrow(layout, i, layout->id_text[i] + 1);
}

/* The widest text that can be narrower, the count of columns if none can. */
static size_t widest_text(const struct layout *layout)
{
    size_t widest = layout->count, width = TEXT_LEAST;
    for (size_t i = 0; i < layout->count; i++)
        if (column_kind(&layout->column[i]) == CELL_TEXT && !layout->left_out[i] &&
            (layout->column[i].kind & CELL_LONG) == 0 && layout->width[i] > width &&
            layout->width[i] > text_columns(layout->column[i].title)) {
            widest = i;
            width = layout->width[i];
        }
    return widest;
}

static void cut_texts(struct layout *layout, size_t available)
{
    size_t column;
    while (total(layout) > available && (column = widest_text(layout)) < layout->count) {
        const size_t excess = total(layout) - available, width = layout->width[column];
        narrow(layout, column, width > excess + TEXT_LEAST ? width - excess : TEXT_LEAST);
        layout->text_most[column] = layout->width[column];
    }
}

void layout_fit(struct layout *layout, size_t available)
{
    if (available == 0 || total(layout) <= available)
        return;
    cut_times(layout);
    if (total(layout) <= available)
        return;
    cut_ids(layout);
    for (int rank = CELL_RANK_MAX; rank > 0; rank--)
        for (size_t i = layout->count; i-- > 1;)
            if (column_rank(&layout->column[i]) == rank && !layout->left_out[i] &&
                total(layout) > available)
                layout->left_out[i] = true;
    cut_texts(layout, available);
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

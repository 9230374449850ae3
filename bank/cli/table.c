/* SPDX-License-Identifier: MIT */
#include "bank/cli/table.h"

#include "bank/cli/arguments.h"
#include "bank/cli/layout.h"
#include "bank/cli/values.h"
#include "shared/error.h"
#include "shared/json.h"
#include "shared/text.h"

#include <assert.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void table_init(struct table *table, const struct table_column *columns)
{
    *table = (struct table){ .column = columns };
    while (columns[table->column_count].title != NULL)
        table->column_count++;
    assert(table->column_count > 0 && table->column_count <= TABLE_COLUMNS_MAX);
}

enum cell_kind column_kind(const struct table_column *column)
{
    return (enum cell_kind)(column->kind & 0xf);
}

int column_rank(const struct table_column *column)
{
    return column->kind >> 8;
}

void table_clear(struct table *table)
{
    for (size_t i = 0; i < table->cell_count; i++)
        free(table->cell[i]);
    table->cell_count = 0;
}

void table_finish(struct table *table)
{
    table_clear(table);
    free(table->cell);
    *table = (struct table){ 0 };
}

void table_text(struct table *table, const char *text)
{
    if (table->cell_count == table->capacity) {
        table->capacity = table->capacity == 0 ? 64 : table->capacity * 2;
        table->cell = realloc(table->cell, table->capacity * sizeof *table->cell);
        if (table->cell == NULL)
            panic("out of memory");
    }
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text != NULL && copy == NULL)
        panic("out of memory");
    table->cell[table->cell_count++] = copy;
}

void table_integer(struct table *table, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    table_text(table, text);
}

void table_money(struct table *table, money amount)
{
    table_integer(table, amount);
}

void table_notes(struct table *table, const struct notes *notes)
{
    char text[NOTES_MAX * 64 + 16];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_write_notes(&writer, NULL, notes);
    if (json_finish(&writer) == 0)
        panic("notes take more than %zu bytes", sizeof text);
    table_text(table, notes->length > 0 ? text : NULL);
}

void table_boolean(struct table *table, bool value)
{
    table_text(table, value ? "yes" : "no");
}

void table_uuid(struct table *table, const struct uuid *uuid)
{
    char text[UUID_TEXT_LENGTH];
    table_text(table, uuid_is_nil(uuid) ? NULL : uuid_write(uuid, text));
}

void table_time(struct table *table, int64_t at_us)
{
    char text[TIME_TEXT_SIZE];
    table_text(table, at_us == 0 ? NULL : time_json(at_us, text));
}

/* ---- for people ---- */

/* Shows text, or with show false only measures it. */
static size_t text_walk(const char *text, bool show)
{
    /* The data is UTF-8 whatever the user's locale says; so is every terminal that matters. */
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    char shown[TEXT_SHOWN_MAX];
    size_t width = 0;
    for (size_t length; (length = text_show(text, shown)) > 0; text += length) {
        uint32_t character = 0;
        const bool itself = text_decode(shown, strlen(shown), &character) == strlen(shown);
        int columns = itself ? wcwidth((wchar_t)character) : (int)strlen(shown);
        if (columns < 0) { /* of a later Unicode than this system's */
            snprintf(shown, sizeof shown, "<U+%04X>", (unsigned)character);
            columns = (int)strlen(shown);
        }
        if (show)
            fputs(shown, stdout);
        width += (size_t)columns;
    }
    return width;
}

size_t print_safely(const char *text)
{
    return text_walk(text, true);
}

size_t text_columns(const char *text)
{
    return text_walk(text, false);
}

static_assert(CELL_SHOWN_SIZE >= MONEY_TEXT_LENGTH, "money fits");
static_assert(CELL_SHOWN_SIZE >= TIME_TEXT_SIZE, "times fit");
static_assert(CELL_SHOWN_SIZE >= NOTES_TEXT_SIZE, "notes fit");

static const char *notes_shown(const char *cell, char buffer[static CELL_SHOWN_SIZE])
{
    struct notes notes = { 0 };
    struct error ignored;
    struct json *json = json_parse(cell, strlen(cell), &ignored);
    json_notes(json, &notes);
    json_destroy(json);
    return notes_text(&notes, buffer);
}

const char *cell_shown(const struct table *table, size_t i, char buffer[static CELL_SHOWN_SIZE])
{
    const enum cell_kind kind = column_kind(&table->column[i % table->column_count]);
    int64_t from_us, at_us;
    if (table->cell[i] == NULL)
        return "";
    if (kind == CELL_MONEY)
        return money_format(strtoll(table->cell[i], NULL, 10), buffer);
    if (kind == CELL_TIME && read_time(table->cell[i], &from_us, &at_us))
        return time_text(at_us, buffer);
    if (kind == CELL_NOTES)
        return notes_shown(table->cell[i], buffer);
    if (kind == CELL_LIST)
        return table->cell[i] + (table->cell[i][0] == '-');
    return table->cell[i];
}

static void print_rows(const struct table *table)
{
    struct layout layout;
    layout_init(&layout, table->column, table->column_count);
    layout_measure(&layout, table);
    layout_fit(&layout, layout_terminal_width());
    layout_print_titles(&layout);
    layout_print_rows(&layout, table);
}

/* ---- for programs ---- */

static void write_list(struct json_writer *writer, const char *name, const char *text)
{
    json_open_array(writer, name);
    while (text[0] != '-' && text[0] != '\0') {
        const char *end = strstr(text, ", ");
        const size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        json_write_bytes(writer, NULL, text, length);
        text += length + (end != NULL ? 2 : 0);
    }
    json_close_array(writer);
}

static void write_cell(struct json_writer *writer, const struct table_column *column,
                       const char *text)
{
    if (text == NULL) {
        json_write_null(writer, column->name);
        return;
    }
    switch (column_kind(column)) {
    case CELL_NOTES:
    case CELL_RAW:
        json_write_raw(writer, column->name, text, strlen(text));
        return;
    case CELL_LIST:
        write_list(writer, column->name, text);
        return;
    case CELL_BOOLEAN:
        json_write_boolean(writer, column->name, strcmp(text, "yes") == 0);
        return;
    case CELL_NUMBER:
    case CELL_MONEY:
        json_write_integer(writer, column->name, strtoll(text, NULL, 10));
        return;
    case CELL_TEXT:
    case CELL_TIME:
    case CELL_DATE:
    case CELL_UUID:
        json_write_string(writer, column->name, text);
        return;
    }
}

static void write_row(struct json_writer *writer, const struct table *table, size_t first)
{
    json_open_object(writer, NULL);
    for (size_t i = 0; i < table->column_count; i++)
        write_cell(writer, &table->column[i], table->cell[first + i]);
    json_close_object(writer);
}

/* What these cells take at most as JSON. */
static size_t cells_size(const struct table *table, size_t first, size_t count)
{
    size_t size = 64;
    for (size_t i = first; i < first + count; i++)
        size += strlen(table->column[i % table->column_count].name) + 16 +
                (table->cell[i] != NULL ? strlen(table->cell[i]) * 6 : 4);
    return size;
}

static char *size_make(size_t size)
{
    char *text = malloc(size);
    if (text == NULL)
        panic("out of memory");
    return text;
}

void table_print_objects(const struct table *table, const char *between)
{
    for (size_t i = 0; i < table->cell_count; i += table->column_count) {
        const size_t size = cells_size(table, i, table->column_count);
        char *text = size_make(size);
        struct json_writer writer;
        json_writer_init(&writer, text, size);
        write_row(&writer, table, i);
        if (json_finish(&writer) == 0)
            panic("a row of %zu cells does not fit %zu bytes", table->column_count, size);
        if (i > 0)
            fputs(between, stdout);
        fputs(text, stdout);
        free(text);
    }
}

/* The rows, each an object, within an array or (a single one) without; the caller frees. */
static char *rows_json(const struct table *table, bool as_array)
{
    const size_t size = cells_size(table, 0, table->cell_count);
    char *text = size_make(size);
    struct json_writer writer;
    json_writer_init(&writer, text, size);
    if (as_array)
        json_open_array(&writer, NULL);
    for (size_t i = 0; i < table->cell_count; i += table->column_count)
        write_row(&writer, table, i);
    if (as_array)
        json_close_array(&writer);
    if (json_finish(&writer) == 0)
        panic("a table of %zu cells does not fit %zu bytes", table->cell_count, size);
    return text;
}

char *table_json(const struct table *table)
{
    return rows_json(table, true);
}

void table_print(const struct table *table, bool json)
{
    if (!json) {
        print_rows(table);
        return;
    }
    char *text = rows_json(table, true);
    puts(text);
    free(text);
}

void table_print_record(const struct table *table, bool json)
{
    if (json) {
        char *text = rows_json(table, false);
        puts(text);
        free(text);
        return;
    }
    char buffer[CELL_SHOWN_SIZE];
    size_t width = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        size_t taken = text_walk(table->column[i].title, false);
        width = taken > width ? taken : width;
    }
    for (size_t i = 0; i < table->column_count && i < table->cell_count; i++) {
        if (column_kind(&table->column[i]) == CELL_RAW || table->cell[i] == NULL)
            continue;
        printf("%s%*s", table->column[i].title,
               (int)(width - text_walk(table->column[i].title, false)) + 2, "");
        text_walk(cell_shown(table, i, buffer), true);
        putchar('\n');
    }
}

/* SPDX-License-Identifier: MIT */
#include "bank/cli/table.h"

#include "bank/cli/arguments.h"
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

void table_finish(struct table *table)
{
    for (size_t i = 0; i < table->cell_count; i++)
        free(table->cell[i]);
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

#define SHOWN_SIZE (MONEY_TEXT_LENGTH > TIME_TEXT_SIZE ? MONEY_TEXT_LENGTH : TIME_TEXT_SIZE)

/* What a person reads in a cell; money and times need the buffer. */
static const char *cell_shown(const struct table *table, size_t i, char buffer[static SHOWN_SIZE])
{
    const enum cell_kind kind = table->column[i % table->column_count].kind;
    int64_t from_us, at_us;
    if (table->cell[i] == NULL)
        return "";
    if (kind == CELL_MONEY)
        return money_format(strtoll(table->cell[i], NULL, 10), buffer);
    if (kind == CELL_TIME && read_time(table->cell[i], &from_us, &at_us))
        return time_text(at_us, buffer);
    return table->cell[i];
}

static bool at_right(enum cell_kind kind)
{
    return kind == CELL_NUMBER || kind == CELL_MONEY;
}

static void print_padded(const char *text, size_t width, bool right, bool last)
{
    size_t taken = text_walk(text, false), blanks = width > taken ? width - taken : 0;
    if (right)
        printf("%*s", (int)blanks, "");
    text_walk(text, true);
    if (!right && !last)
        printf("%*s", (int)blanks, "");
    fputs(last ? "\n" : "  ", stdout);
}

static void print_rows(const struct table *table)
{
    char buffer[SHOWN_SIZE];
    size_t width[TABLE_COLUMNS_MAX] = { 0 }, count = table->column_count, last = 0;
    assert(count > 0);
    for (size_t column = 0; column < count; column++) {
        if (table->column[column].kind == CELL_RAW)
            continue;
        last = column;
        width[column] = text_walk(table->column[column].title, false);
        for (size_t i = column; i < table->cell_count; i += count) {
            size_t taken = text_walk(cell_shown(table, i, buffer), false);
            width[column] = taken > width[column] ? taken : width[column];
        }
    }
    for (size_t column = 0; column < count; column++)
        if (table->column[column].kind != CELL_RAW)
            print_padded(table->column[column].title, width[column],
                         at_right(table->column[column].kind), column == last);
    for (size_t i = 0; i < table->cell_count; i++) {
        const struct table_column *column = &table->column[i % count];
        if (column->kind != CELL_RAW)
            print_padded(cell_shown(table, i, buffer), width[i % count], at_right(column->kind),
                         i % count == last);
    }
}

/* ---- for programs ---- */

static void write_cell(struct json_writer *writer, const struct table_column *column,
                       const char *text)
{
    if (text == NULL)
        json_write_null(writer, column->name);
    else if (column->kind == CELL_RAW)
        json_write_raw(writer, column->name, text, strlen(text));
    else if (column->kind == CELL_BOOLEAN)
        json_write_boolean(writer, column->name, strcmp(text, "yes") == 0);
    else if (column->kind == CELL_TEXT || column->kind == CELL_TIME)
        json_write_string(writer, column->name, text);
    else
        json_write_integer(writer, column->name, strtoll(text, NULL, 10));
}

/* The rows, each an object, within an array or (a single one) without; the caller frees. */
static char *rows_json(const struct table *table, bool as_array)
{
    size_t size = 64;
    for (size_t i = 0; i < table->cell_count; i++)
        size += strlen(table->column[i % table->column_count].name) + 16 +
                (table->cell[i] != NULL ? strlen(table->cell[i]) * 6 : 4);
    char *text = malloc(size);
    if (text == NULL)
        panic("out of memory");
    struct json_writer writer;
    json_writer_init(&writer, text, size);
    if (as_array)
        json_open_array(&writer, NULL);
    for (size_t i = 0; i < table->cell_count; i++) {
        if (i % table->column_count == 0)
            json_open_object(&writer, NULL);
        write_cell(&writer, &table->column[i % table->column_count], table->cell[i]);
        if (i % table->column_count == table->column_count - 1)
            json_close_object(&writer);
    }
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
    char buffer[SHOWN_SIZE];
    size_t width = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        size_t taken = text_walk(table->column[i].title, false);
        width = taken > width ? taken : width;
    }
    for (size_t i = 0; i < table->column_count && i < table->cell_count; i++) {
        if (table->column[i].kind == CELL_RAW || table->cell[i] == NULL)
            continue;
        print_padded(table->column[i].title, width, false, false);
        text_walk(cell_shown(table, i, buffer), true);
        putchar('\n');
    }
}

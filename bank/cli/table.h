/* SPDX-License-Identifier: MIT */
/*
 * Rows of values for a person or a program.
 *
 *   table_init(&table, columns);               columns end with a NULL title
 *   table_text(&table, …), table_money(&table, …), …     cell by cell, row after row
 *   table_print(&table, json);                 an aligned table, or an array of objects
 *   table_finish(&table);
 *
 * Numbers stand at the right; money reads 1234.50, in JSON it is a number of
 * minor units, as on the wire. Text is padded by the columns it takes on a
 * terminal, not by its bytes. Characters that are not seen are written out, as in
 * "<U+202E>" (shared/text.h), so that no name can play with the terminal. JSON has them as they
 * are.
 */
#ifndef BANK_CLI_TABLE_H
#define BANK_CLI_TABLE_H

#include "shared/money.h"
#include "shared/notes.h"
#include "shared/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TABLE_COLUMNS_MAX 32

enum cell_kind {
    CELL_TEXT,
    CELL_NUMBER,
    CELL_MONEY,
    CELL_BOOLEAN,
    CELL_TIME, /* as time_json has it; people read it to the millisecond */
    CELL_DATE, /* 2026-11-24 */
    CELL_UUID,
    CELL_NOTES, /* as on the wire; people read 50x2 20x1 */
    CELL_LIST,  /* texts with ", " between, an array in JSON; "-WORD": none, as people read it */
    CELL_RAW,   /* JSON already; not shown to people */
};

/*
 * What goes with a kind, as in CELL_MONEY | CELL_MAYBE | CELL_RANK(2):
 *   CELL_MAYBE    there may be nothing in it: null in JSON
 *   CELL_LONG     text of any length, in the last column: it does not count to a table's width
 *   CELL_RANK(n)  how early a narrow terminal leaves the column out, the highest first; 0: never
 */
#define CELL_MAYBE   0x10
#define CELL_LONG    0x20
#define CELL_RANK(n) ((n) << 8)

#define CELL_RANK_MAX 9

/* to_char's format for such a cell, in the bank's sessions. */
#define CELL_TIME_SQL "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'"

struct table_column {
    const char *title, *name; /* for people; in JSON */
    int kind;                 /* cell_kind, and what goes with it */
};

enum cell_kind column_kind(const struct table_column *column);
int column_rank(const struct table_column *column);

struct table {
    const struct table_column *column;
    size_t column_count, cell_count, capacity;
    char **cell; /* NULL: nothing there */
};

void table_init(struct table *table, const struct table_column *columns);
void table_finish(struct table *table);

/* Forgets its rows, and keeps the memory. */
void table_clear(struct table *table);

/* Each fills the next cell. NULL is no value. */
void table_text(struct table *table, const char *text);
void table_integer(struct table *table, int64_t number);
void table_money(struct table *table, money amount);
void table_notes(struct table *table, const struct notes *notes); /* none are no value */
void table_boolean(struct table *table, bool value);
void table_uuid(struct table *table, const struct uuid *uuid); /* the nil one is no value */
void table_time(struct table *table, int64_t at_us);           /* 0 is no value */

void table_print(const struct table *table, bool json);
/* Its rows as objects, with that between two of them. */
void table_print_objects(const struct table *table, const char *between);
/* Its only row, as lines of title and value, or as one object. */
void table_print_record(const struct table *table, bool json);
/* The rows as a JSON array, for a CELL_RAW of another table; the caller's to free. */
char *table_json(const struct table *table);

/* What a person reads in a cell; money and times need the buffer. */
#define CELL_SHOWN_SIZE 200
const char *cell_shown(const struct table *table, size_t cell, char buffer[static CELL_SHOWN_SIZE]);

/* Prints text of others as a table does; how many columns it took. */
size_t print_safely(const char *text);
/* How many it would take. */
size_t text_columns(const char *text);

#endif

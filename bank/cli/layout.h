/* SPDX-License-Identifier: MIT */
/*
 * How a table stands on a terminal: the width of each column, and what a narrow
 * one does without.
 *
 *   layout_init(&layout, columns, count);
 *   layout_measure(&layout, &table);              once for each lot of rows; widths only grow
 *   layout_fit(&layout, layout_terminal_width()); after the first lot
 *   layout_print_titles(&layout);
 *   layout_print_rows(&layout, &table);
 *
 * Where it is too wide, times lose their fractions, ids but the first column's are cut to the eight
 * characters and "…" (more, where these do not tell them apart), then columns are left out by
 * their rank, and last the widest texts lose their ends. Nothing is cut that is not on a terminal.
 */
#ifndef BANK_CLI_LAYOUT_H
#define BANK_CLI_LAYOUT_H

#include "bank/cli/table.h"

struct layout {
    const struct table_column *column;
    size_t count, width[TABLE_COLUMNS_MAX];
    bool left_out[TABLE_COLUMNS_MAX];
    size_t id_text[TABLE_COLUMNS_MAX];   /* so much of an id tells those of a column apart */
    size_t text_most[TABLE_COLUMNS_MAX]; /* a text's columns; 0: any number */
    bool times_cut, ids_cut;
};

/* The columns of the terminal that standard output is ($COLUMNS, where that is set); 0 when it is
 * none. */
size_t layout_terminal_width(void);

void layout_init(struct layout *layout, const struct table_column *columns, size_t count);
void layout_measure(struct layout *layout, const struct table *table);
/* So that it takes `available` columns at most, if it can; 0: any number. */
void layout_fit(struct layout *layout, size_t available);
void layout_print_titles(const struct layout *layout);
void layout_print_rows(const struct layout *layout, const struct table *table);

/* The titles of the columns left out, with commas; "" when there is none. Returns buffer. */
char *layout_missing(const struct layout *layout, char *buffer, size_t size);

#endif

/* SPDX-License-Identifier: MIT */
#include "atm/screens/supervisor_table.h"

#include "atm/texts/columns.h"

#include <stdio.h>
#include <string.h>

enum {
    NOTE_COLUMNS = 11,
    COUNT_COLUMNS = 7,
    VALUE_COLUMNS = 14,
    BIN_COLUMNS = 11,
    GAUGE_CELLS = 10,
};

/* Adds a text at the right of a column of that width, a blank before it at least. */
static void column_add(const struct terminal *terminal, char *line, const char *text, int width)
{
    columns_add(line, VIEW_TEXT_LENGTH, terminal->language, text,
                columns_of(text) < width ? width : columns_of(text) + 1);
}

static void column_add_count(const struct terminal *terminal, char *line, int64_t count, int width)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)count);
    column_add(terminal, line, text, width);
}

static char *line_begin(struct view *view)
{
    if (view->line_count == VIEW_LINES)
        view->line_count--; /* more denominations than a machine has */
    char *line = view->line[view->line_count++];
    line[0] = '\0';
    return line;
}

static char *line_headed(const struct terminal *terminal, struct view *view)
{
    char *line = line_begin(view);
    view->line_headed = true;
    column_add(terminal, line, text_get(terminal->language, TEXT_TABLE_NOTE), NOTE_COLUMNS);
    column_add(terminal, line, text_get(terminal->language, TEXT_TABLE_COUNT), COUNT_COLUMNS);
    column_add(terminal, line, text_get(terminal->language, TEXT_TABLE_VALUE), VALUE_COLUMNS);
    return line;
}

static char *line_of(const struct terminal *terminal, struct view *view, const char *label,
                     int64_t count, money value)
{
    char text[MONEY_TEXT_LENGTH];
    char *line = line_begin(view);
    column_add(terminal, line, label, NOTE_COLUMNS);
    column_add_count(terminal, line, count, COUNT_COLUMNS);
    column_add(terminal, line, phase_money(terminal, value, text), VALUE_COLUMNS);
    return line;
}

static char *line_of_note(const struct terminal *terminal, struct view *view,
                          const struct note_count *note)
{
    char text[MONEY_TEXT_LENGTH];
    return line_of(terminal, view, phase_money(terminal, note->denomination, text), note->count,
                   (money)note->denomination * note->count);
}

static char *line_of_sum(const struct terminal *terminal, struct view *view, enum text label,
                         const struct notes *notes)
{
    return line_of(terminal, view, text_get(terminal->language, label), notes_count(notes),
                   notes_value(notes));
}

void table_notes(const struct terminal *terminal, const struct notes *notes, int count,
                 struct view *view)
{
    line_headed(terminal, view);
    for (int i = 0; i < count; i++)
        line_of_note(terminal, view, &notes->item[i]);
    if (count == (int)notes->length)
        line_of_sum(terminal, view, TEXT_TABLE_SUM, notes);
}

static void gauge_add(const struct terminal *terminal, char *line, int count)
{
    char gauge[GAUGE_CELLS * 3 + 1] = "";
    const int full = count >= CASSETTE_NOTES_MAX ? GAUGE_CELLS
                     : count > 0 ? 1 + count * (GAUGE_CELLS - 1) / CASSETTE_NOTES_MAX
                                 : 0;
    for (int i = 0; i < GAUGE_CELLS; i++)
        strcat(gauge, i < full ? "█" : "░");
    column_add(terminal, line, gauge, GAUGE_CELLS + 2);
}

void table_counters(const struct terminal *terminal, struct view *view)
{
    const struct facts *facts = &terminal->facts;
    char *line = line_headed(terminal, view);
    column_add(terminal, line, text_get(terminal->language, TEXT_TABLE_LEVEL), GAUGE_CELLS + 2);
    column_add(terminal, line, text_get(terminal->language, TEXT_TABLE_REJECTED), BIN_COLUMNS);
    column_add(terminal, line, text_get(terminal->language, TEXT_TABLE_RETRACTED), BIN_COLUMNS);
    for (uint32_t i = 0; i < facts->cassettes.length; i++) {
        const struct note_count *note = &facts->cassettes.item[i];
        line = line_of_note(terminal, view, note);
        gauge_add(terminal, line, note->count);
        column_add_count(terminal, line, notes_of(&facts->reject_bin, note->denomination),
                         BIN_COLUMNS);
        column_add_count(terminal, line, notes_of(&facts->retract_bin, note->denomination),
                         BIN_COLUMNS);
    }
    line = line_of_sum(terminal, view, TEXT_TABLE_SUM, &facts->cassettes);
    column_add(terminal, line, "", GAUGE_CELLS + 2);
    column_add_count(terminal, line, notes_count(&facts->reject_bin), BIN_COLUMNS);
    column_add_count(terminal, line, notes_count(&facts->retract_bin), BIN_COLUMNS);
    line_begin(view);
    line_of_sum(terminal, view, TEXT_TABLE_DEPOSITED, &facts->deposit_bin);
}

/* SPDX-License-Identifier: MIT */
#include "atm/machine/lists.h"

#include "atm/devices/faults.h"
#include "atm/files/log.h"
#include "atm/machine/tally.h"
#include "atm/texts/columns.h"
#include "atm/texts/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *line_add(struct lines *lines)
{
    char *line = lines->line[lines->count++];
    line[0] = '\0';
    return line;
}

/* ---- the journal, as it is ---- */

enum { JOURNAL_CELLS = 5 };

static void journal_cells(char row[static VIEW_TEXT_LENGTH], int language,
                          const char *const cells[static JOURNAL_CELLS])
{
    static const int widths[JOURNAL_CELLS] = { 6, -13, -16, -8, 0 };
    row[0] = '\0';
    for (int i = 0; i < JOURNAL_CELLS; i++) {
        columns_add(row, VIEW_TEXT_LENGTH, language, cells[i], widths[i]);
        if (i < JOURNAL_CELLS - 1)
            columns_add(row, VIEW_TEXT_LENGTH, language, " ", 0);
    }
}

/* Sequence, the time of day, the step, the withdrawal's end and the details. */
static void journal_row(char *line, int language, char row[static VIEW_TEXT_LENGTH])
{
    char sequence[24] = "", time[32] = "", step[32] = "", id[40] = "";
    int used = 0;
    sscanf(line, "%23s %31s %31s %39s %n", sequence, time, step, id, &used);
    const size_t id_length = strlen(id);
    char *hash = strrchr(line, ' ');
    if (hash != NULL && hash >= line + used)
        *hash = '\0';
    else
        line[used] = '\0';
    sequence[10] = step[20] = '\0';
    const char *cells[] = { sequence, strlen(time) > 11 ? time + 11 : time, step,
                            id_length > 8 ? id + id_length - 8 : id, line + used };
    journal_cells(row, language, cells);
}

void lists_journal(struct machine *machine, int back)
{
    struct lines *lines = &machine_answer(machine, EVENT_LIST)->lines;
    const int language = machine->terminal.language;
    static char found[LIST_PAGE_LINES][JOURNAL_LINE_LENGTH];
    const int count =
        journal_tail(&machine->journal, back, found[0], JOURNAL_LINE_LENGTH, LIST_PAGE_LINES);
    const char *headings[] = { text_get(language, TEXT_JOURNAL_NUMBER),
                               text_get(language, TEXT_JOURNAL_TIME),
                               text_get(language, TEXT_JOURNAL_STEP),
                               text_get(language, TEXT_JOURNAL_OF),
                               text_get(language, TEXT_JOURNAL_DETAILS) };
    if (count > 0)
        journal_cells(line_add(lines), language, headings);
    for (int i = 0; i < count; i++)
        journal_row(found[i], language, line_add(lines));
}

/* ---- what happened how often ---- */

enum { CODE_COLUMNS = TALLY_CODE_SIZE, DAY_COLUMNS = 7 };

static void tally_read(void *context, const struct journal_entry *entry)
{
    tally_add(context, entry);
}

/* The dates, today's first. */
static void days_headed(int language, int64_t now_s, char *line)
{
    columns_add(line, VIEW_TEXT_LENGTH, language, text_get(language, TEXT_DAYS_CODE),
                -CODE_COLUMNS);
    for (int ago = 0; ago < TALLY_DAYS; ago++) {
        char day[FORMAT_DATE_LENGTH];
        const struct tm date = tally_date(now_s, ago);
        format_time(day, language, TEXT_FORMAT_DAY, &date);
        columns_add(line, VIEW_TEXT_LENGTH, language, day, DAY_COLUMNS);
    }
}

void lists_days(struct machine *machine, int skip)
{
    static struct tally tally;
    struct lines *lines = &machine_answer(machine, EVENT_LIST)->lines;
    const int language = machine->terminal.language;
    struct error error;
    const int64_t now_s = time(NULL);
    tally_begin(&tally, now_s);
    if (!journal_each(&machine->journal, tally_read, &tally, &error))
        log_line("%s", error.message);
    if (skip >= tally.count)
        return;
    days_headed(language, now_s, line_add(lines));
    for (int i = skip; i < tally.count && i < skip + LIST_PAGE_LINES; i++) {
        char *line = line_add(lines);
        columns_add(line, VIEW_TEXT_LENGTH, language, tally.item[i].code, -CODE_COLUMNS);
        for (int ago = 0; ago < TALLY_DAYS; ago++) {
            char count[16];
            snprintf(count, sizeof count, "%d", tally.item[i].count[ago]);
            columns_add(line, VIEW_TEXT_LENGTH, language, count, DAY_COLUMNS);
        }
    }
}

/* ---- what an operator has to settle ---- */

struct said {
    struct lines *lines;
    int language;
};

static void suspect_cells(char *line, int language, const char *time, const char *id,
                          const char *outcome)
{
    columns_add(line, VIEW_TEXT_LENGTH, language, time, -16);
    columns_add(line, VIEW_TEXT_LENGTH, language, " ", 0);
    columns_add(line, VIEW_TEXT_LENGTH, language, id, -36);
    columns_add(line, VIEW_TEXT_LENGTH, language, " ", 0);
    columns_add(line, VIEW_TEXT_LENGTH, language, outcome, 0);
}

static void suspects_read(void *context, const struct journal_entry *entry)
{
    const struct said *said = context;
    struct lines *lines = said->lines;
    char outcome[24], id[UUID_TEXT_LENGTH];
    const bool filed = entry->step == JOURNAL_REFUSED;
    if (!filed && (entry->step != JOURNAL_ADVICE ||
                   !journal_detail_get(entry->detail, "outcome", outcome, sizeof outcome) ||
                   (strcmp(outcome, "retracted") != 0 && strcmp(outcome, "unknown") != 0)))
        return;
    if (lines->count == LIST_PAGE_LINES) {
        memmove(lines->line[0], lines->line[1], sizeof lines->line[0] * (LIST_PAGE_LINES - 1));
        lines->count--;
    }
    char time[20];
    snprintf(time, sizeof time, "%.16s", entry->time);
    suspect_cells(line_add(lines), said->language, time, uuid_write(&entry->withdrawal, id),
                  filed ? "refused" : outcome);
}

void lists_suspects(struct machine *machine)
{
    struct lines *lines = &machine_answer(machine, EVENT_LIST)->lines;
    const int language = machine->terminal.language;
    struct error error;
    struct said said = { lines, language };
    if (!journal_each(&machine->journal, suspects_read, &said, &error))
        log_line("%s", error.message);
    if (lines->count == 0)
        return;
    memmove(lines->line[1], lines->line[0], sizeof lines->line[0] * (size_t)lines->count);
    lines->count++;
    lines->line[0][0] = '\0';
    suspect_cells(lines->line[0], language, text_get(language, TEXT_JOURNAL_TIME),
                  text_get(language, TEXT_JOURNAL_OF), text_get(language, TEXT_JOURNAL_STEP));
}

/* ---- faults ---- */

void lists_faults(struct lines *lines, char misspelt[static 80])
{
    lines->count = FAULT_COUNT;
    for (int i = 0; i < FAULT_COUNT; i++)
        faults_armed((enum fault)i, lines->line[i], VIEW_TEXT_LENGTH);
    faults_misspelt(misspelt, 80);
}

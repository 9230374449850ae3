/* SPDX-License-Identifier: MIT */
#include "atm/machine/lists.h"

#include "atm/devices/faults.h"
#include "atm/files/log.h"
#include "atm/machine/tally.h"
#include "atm/texts/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *line_add(struct lines *lines)
{
    return lines->line[lines->count++];
}

/* ---- the journal, as it is ---- */

/* Sequence, the time of day, the step, the withdrawal's end and the details. */
static void journal_row(char *line, char row[static VIEW_TEXT_LENGTH])
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
    snprintf(row, VIEW_TEXT_LENGTH, "%6.10s %-8.8s %-16.20s %-8.8s %.60s", sequence,
             strlen(time) > 11 ? time + 11 : time, step, id_length > 8 ? id + id_length - 8 : id,
             line + used);
}

void lists_journal(struct machine *machine, int back)
{
    struct lines *lines = &machine_answer(machine, EVENT_LIST)->lines;
    const int language = machine->terminal.language;
    static char found[LIST_PAGE_LINES][JOURNAL_LINE_LENGTH];
    const int count =
        journal_tail(&machine->journal, back, found[0], JOURNAL_LINE_LENGTH, LIST_PAGE_LINES);
    if (count > 0)
        snprintf(line_add(lines), VIEW_TEXT_LENGTH, "%6s %-8s %-16s %-8s %s",
                 text_get(language, TEXT_JOURNAL_NUMBER), text_get(language, TEXT_JOURNAL_TIME),
                 text_get(language, TEXT_JOURNAL_STEP), text_get(language, TEXT_JOURNAL_OF),
                 text_get(language, TEXT_JOURNAL_DETAILS));
    for (int i = 0; i < count; i++)
        journal_row(found[i], line_add(lines));
}

/* ---- what happened how often ---- */

enum { CODE_COLUMNS = TALLY_CODE_SIZE, DAY_COLUMNS = 7 };

static void tally_read(void *context, const struct journal_entry *entry)
{
    tally_add(context, entry);
}

/* The dates, today's first. */
static void days_headed(const struct machine *machine, int64_t now_s, char *line)
{
    size_t length = (size_t)snprintf(line, VIEW_TEXT_LENGTH, "%-*s", CODE_COLUMNS,
                                     text_get(machine->terminal.language, TEXT_DAYS_CODE));
    for (int ago = 0; ago < TALLY_DAYS; ago++) {
        char day[FORMAT_DATE_LENGTH];
        const struct tm date = tally_date(now_s, ago);
        format_time(day, machine->terminal.language, TEXT_FORMAT_DAY, &date);
        length += (size_t)snprintf(line + length, VIEW_TEXT_LENGTH - length, "%*.*s", DAY_COLUMNS,
                                   DAY_COLUMNS - 1, day);
    }
}

void lists_days(struct machine *machine, int skip)
{
    static struct tally tally;
    struct lines *lines = &machine_answer(machine, EVENT_LIST)->lines;
    struct error error;
    const int64_t now_s = time(NULL);
    tally_begin(&tally, now_s);
    if (!journal_each(&machine->journal, tally_read, &tally, &error))
        log_line("%s", error.message);
    if (skip >= tally.count)
        return;
    days_headed(machine, now_s, line_add(lines));
    for (int i = skip; i < tally.count && i < skip + LIST_PAGE_LINES; i++) {
        char *line = line_add(lines);
        size_t length =
            (size_t)snprintf(line, VIEW_TEXT_LENGTH, "%-*s", CODE_COLUMNS, tally.item[i].code);
        for (int ago = 0; ago < TALLY_DAYS; ago++)
            length += (size_t)snprintf(line + length, VIEW_TEXT_LENGTH - length, "%*d", DAY_COLUMNS,
                                       tally.item[i].count[ago]);
    }
}

/* ---- what an operator has to settle ---- */

static void suspects_read(void *context, const struct journal_entry *entry)
{
    struct lines *lines = context;
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
    snprintf(line_add(lines), VIEW_TEXT_LENGTH, "%-16.16s %s %s", entry->time,
             uuid_write(&entry->withdrawal, id), filed ? "refused" : outcome);
}

void lists_suspects(struct machine *machine)
{
    struct lines *lines = &machine_answer(machine, EVENT_LIST)->lines;
    const int language = machine->terminal.language;
    struct error error;
    if (!journal_each(&machine->journal, suspects_read, lines, &error))
        log_line("%s", error.message);
    if (lines->count == 0)
        return;
    memmove(lines->line[1], lines->line[0], sizeof lines->line[0] * (size_t)lines->count);
    lines->count++;
    snprintf(lines->line[0], VIEW_TEXT_LENGTH, "%-16s %-36s %s",
             text_get(language, TEXT_JOURNAL_TIME), text_get(language, TEXT_JOURNAL_OF),
             text_get(language, TEXT_JOURNAL_STEP));
}

/* ---- faults ---- */

void lists_faults(struct lines *lines, char misspelt[static 80])
{
    lines->count = FAULT_COUNT;
    for (int i = 0; i < FAULT_COUNT; i++)
        faults_armed((enum fault)i, lines->line[i], VIEW_TEXT_LENGTH);
    faults_misspelt(misspelt, 80);
}

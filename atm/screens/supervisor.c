/* SPDX-License-Identifier: MIT */
/* The supervisor's pages. Tables have their columns from supervisor_table.c. */
#include "atm/files/supervisor_code.h"
#include "atm/screens/screens.h"
#include "atm/screens/supervisor_table.h"
#include "atm/terminal/fault.h"

#include <stdio.h>
#include <string.h>

static void say_detail(const struct terminal *terminal, struct view *view, enum text text,
                       const char *first, const char *second)
{
    text_fill(view->detail, sizeof view->detail, terminal->language, text, first, second);
}

static void fill_menu(const struct terminal *terminal, struct view *view)
{
    static const enum text labels[VIEW_FDKS] = {
        TEXT_SUPERVISOR_COUNTERS, TEXT_SUPERVISOR_REPLENISH, TEXT_SUPERVISOR_TEST,
        TEXT_SUPERVISOR_JOURNAL,  TEXT_SUPERVISOR_SUSPECTS,  TEXT_SUPERVISOR_CUT_OVER,
        TEXT_SUPERVISOR_FAULTS,   TEXT_SUPERVISOR_LEAVE,
    };
    say_detail(terminal, view, TEXT_SUPERVISOR_DETAIL, "", "");
    for (int i = 0; i < VIEW_FDKS; i++)
        screen_label(terminal, view, i, labels[i]);
}

static void field_fill(const struct terminal *terminal, struct view *view)
{
    view->entry = ENTRY_TEXT;
    snprintf(view->typed, sizeof view->typed, "%s", terminal->typed);
}

static void fill_replenish(const struct terminal *terminal, struct view *view)
{
    char value[MONEY_TEXT_LENGTH];
    const struct note_count *note = &terminal->replenish.item[terminal->replenish_at];
    say_detail(terminal, view, TEXT_SUPERVISOR_HOW_MANY,
               phase_money(terminal, note->denomination, value), terminal->currency);
    field_fill(terminal, view);
    if (terminal->replenish_at > 0)
        table_notes(terminal, &terminal->replenish, terminal->replenish_at, view);
}

static void fill_faults(const struct terminal *terminal, struct view *view)
{
    say_detail(terminal, view, TEXT_SUPERVISOR_FAULT_HOW, "", "");
    field_fill(terminal, view);
    for (int i = 0; i < FAULT_COUNT; i++) {
        const char *armed = terminal->page_lines.line[i];
        const bool on = terminal->page_lines.count > i && armed[0] != '\0';
        snprintf(view->line[view->line_count++], VIEW_TEXT_LENGTH, "%2d%c%.60s", i + 1,
                 on ? '*' : ' ', on ? armed : fault_line((enum fault)i));
    }
}

/* The time left is terminal_view's to tell. */
static void fill_locked(const struct terminal *terminal, struct view *view)
{
    char wrong[16];
    snprintf(wrong, sizeof wrong, "%d", terminal->facts.code_wrong);
    say_detail(terminal, view,
               terminal->page == PAGE_LOCKED ? TEXT_SUPERVISOR_LOCKED : TEXT_SUPERVISOR_DELAY,
               wrong, "");
    view->busy = terminal->page == PAGE_DELAY;
    view->countdown_full_ms = (int)supervisor_code_delay_ms(terminal->facts.code_wrong);
}

static void fill_code(const struct terminal *terminal, struct view *view)
{
    say_detail(terminal, view, TEXT_SUPERVISOR_CODE, "", "");
    view->entry = ENTRY_PIN;
    view->pin_digits = (int)strlen(terminal->typed);
}

/* What is about to be done, in full. */
static void fill_confirm(const struct terminal *terminal, struct view *view)
{
    char value[FORMAT_DATE_LENGTH];
    switch (terminal->act) {
    case ACT_REPLENISH:
        say_detail(terminal, view, TEXT_SUPERVISOR_CONFIRM_NOTES,
                   phase_money(terminal, notes_value(&terminal->replenish), value),
                   terminal->currency);
        table_notes(terminal, &terminal->replenish, (int)terminal->replenish.length, view);
        break;
    case ACT_CUT_OVER:
        say_detail(terminal, view, TEXT_SUPERVISOR_CONFIRM_DAY,
                   format_date(value, terminal->language, terminal->business_day), "");
        break;
    case ACT_TEST:
        say_detail(terminal, view, TEXT_SUPERVISOR_CONFIRM_TEST, "", "");
        break;
    }
    screen_label(terminal, view, FDK_L4, TEXT_SUPERVISOR_DO_IT);
}

static void fill_lines(const struct terminal *terminal, struct view *view)
{
    view->line_count = terminal->page_lines.count;
    memcpy(view->line, terminal->page_lines.line, sizeof view->line);
}

/* Under its headings; older or further ones, where there are any, are a key away. */
static void fill_list(const struct terminal *terminal, struct view *view, enum text further)
{
    fill_lines(terminal, view);
    view->line_headed = true;
    if (further == TEXT_NONE)
        return;
    view->scrolls = true;
    if (view->line_count == 1 + LIST_PAGE_LINES)
        screen_label(terminal, view, FDK_L4, further);
}

static void fill_page(const struct terminal *terminal, struct view *view)
{
    char day[FORMAT_DATE_LENGTH];
    switch (terminal->page) {
    case PAGE_CLOSED:
        say_detail(terminal, view, TEXT_SUPERVISOR_CLOSED, "", "");
        break;
    case PAGE_DELAY:
    case PAGE_LOCKED:
        fill_locked(terminal, view);
        break;
    case PAGE_CODE:
        fill_code(terminal, view);
        break;
    case PAGE_MENU:
        fill_menu(terminal, view);
        break;
    case PAGE_COUNTERS:
        table_counters(terminal, view);
        screen_label(terminal, view, FDK_L4, TEXT_SUPERVISOR_DAYS);
        break;
    case PAGE_REPLENISH:
        fill_replenish(terminal, view);
        break;
    case PAGE_CONFIRM:
        fill_confirm(terminal, view);
        break;
    case PAGE_TOTALS:
        text_fill(view->heading, sizeof view->heading, terminal->language, TEXT_DAY_TOTALS,
                  format_date(day, terminal->language, terminal->ended_day), "");
        fill_lines(terminal, view);
        break;
    case PAGE_JOURNAL:
        fill_list(terminal, view, TEXT_SUPERVISOR_OLDER);
        break;
    case PAGE_DAYS:
        fill_list(terminal, view, TEXT_SUPERVISOR_FURTHER);
        break;
    case PAGE_LIST:
        fill_list(terminal, view, TEXT_NONE);
        break;
    case PAGE_FAULTS:
        fill_faults(terminal, view);
        break;
    case PAGE_WAIT:
        say_detail(terminal, view, TEXT_SUPERVISOR_SENDING, "", "");
        view->busy = true;
        break;
    }
}

static const enum text hints[] = {
    [PAGE_CLOSED] = TEXT_HINT_BACK,     [PAGE_CODE] = TEXT_HINT_CODE,
    [PAGE_DELAY] = TEXT_HINT_LEAVE,     [PAGE_LOCKED] = TEXT_HINT_BACK,
    [PAGE_MENU] = TEXT_HINT_SUPERVISOR, [PAGE_COUNTERS] = TEXT_HINT_COUNTERS,
    [PAGE_REPLENISH] = TEXT_HINT_FIELD, [PAGE_CONFIRM] = TEXT_HINT_DO_IT,
    [PAGE_TOTALS] = TEXT_HINT_BACK,     [PAGE_JOURNAL] = TEXT_HINT_SCROLL,
    [PAGE_DAYS] = TEXT_HINT_SCROLL,     [PAGE_LIST] = TEXT_HINT_BACK,
    [PAGE_FAULTS] = TEXT_HINT_FIELD,    [PAGE_WAIT] = TEXT_HINT_WAIT,
};

void screen_supervisor(const struct terminal *terminal, struct view *view)
{
    const enum supervisor_page page = terminal->page;
    enum text title =
        page == PAGE_CODE || page == PAGE_MENU ? TEXT_SUPERVISOR : terminal->page_title;
    screen_say(terminal, view, title, TEXT_NONE, hints[page]);
    fill_page(terminal, view);
    if (terminal->page_note[0] != '\0') {
        memcpy(terminal->page_bad ? view->error : view->detail, terminal->page_note,
               sizeof view->detail);
        view->tone = terminal->page_bad ? TONE_BAD : TONE_GOOD;
    }
    if (page != PAGE_CODE && page != PAGE_MENU && page != PAGE_DELAY && page != PAGE_WAIT)
        screen_label(terminal, view, FDK_R4,
                     !view->scrolls || terminal->list_at == 0 ? TEXT_SUPERVISOR_BACK
                     : page == PAGE_JOURNAL                   ? TEXT_SUPERVISOR_NEWER
                                                              : TEXT_SUPERVISOR_BEFORE);
}

/* SPDX-License-Identifier: MIT */
/* The supervisor's pages. */
#include "atm/files/supervisor_code.h"
#include "atm/screens/screens.h"
#include "atm/terminal/fault.h"

#include <stdio.h>
#include <string.h>

static void line_add(struct view *view, const char *text)
{
    if (view->line_count < VIEW_LINES)
        snprintf(view->line[view->line_count++], VIEW_TEXT_LENGTH, "%s", text);
}

static void fill_menu(const struct terminal *terminal, struct view *view)
{
    static const enum text labels[VIEW_FDKS] = {
        TEXT_SUPERVISOR_COUNTERS, TEXT_SUPERVISOR_REPLENISH, TEXT_SUPERVISOR_TEST,
        TEXT_SUPERVISOR_JOURNAL,  TEXT_SUPERVISOR_SUSPECTS,  TEXT_SUPERVISOR_CUT_OVER,
        TEXT_SUPERVISOR_FAULTS,   TEXT_SUPERVISOR_LEAVE,
    };
    for (int i = 0; i < VIEW_FDKS; i++)
        screen_label(terminal, view, i, labels[i]);
}

static void fill_counters(const struct terminal *terminal, struct view *view)
{
    const struct facts *facts = &terminal->facts;
    char text[VIEW_TEXT_LENGTH], value[MONEY_TEXT_LENGTH];
    for (uint32_t i = 0; i < facts->cassettes.length; i++) {
        const struct note_count *note = &facts->cassettes.item[i];
        snprintf(text, sizeof text, "%10s  x %8d   %s %d / %d",
                 money_format(note->denomination, value), note->count,
                 text_get(terminal->language, TEXT_SUPERVISOR_IN_BINS),
                 notes_of(&facts->reject_bin, note->denomination),
                 notes_of(&facts->retract_bin, note->denomination));
        line_add(view, text);
    }
    snprintf(text, sizeof text, "%s %s %s",
             text_get(terminal->language, TEXT_SUPERVISOR_IN_CASSETTES),
             money_format(notes_value(&facts->cassettes), value), terminal->currency);
    line_add(view, text);
    snprintf(text, sizeof text, "%s %s %s",
             text_get(terminal->language, TEXT_SUPERVISOR_IN_DEPOSIT_BIN),
             money_format(notes_value(&facts->deposit_bin), value), terminal->currency);
    line_add(view, text);
}

static void fill_replenish(const struct terminal *terminal, struct view *view)
{
    char value[MONEY_TEXT_LENGTH];
    const struct note_count *note = &terminal->replenish.item[terminal->replenish_at];
    text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_SUPERVISOR_HOW_MANY,
              money_format(note->denomination, value), terminal->currency);
    view->entry = ENTRY_TEXT;
    snprintf(view->typed, sizeof view->typed, "%s", terminal->typed);
    for (int i = 0; i < terminal->replenish_at; i++) {
        char text[VIEW_TEXT_LENGTH];
        note = &terminal->replenish.item[i];
        snprintf(text, sizeof text, "%10s  + %8d", money_format(note->denomination, value),
                 note->count);
        line_add(view, text);
    }
}

static void fill_faults(const struct terminal *terminal, struct view *view)
{
    text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_SUPERVISOR_FAULT_HOW, "",
              "");
    view->entry = ENTRY_TEXT;
    snprintf(view->typed, sizeof view->typed, "%s", terminal->typed);
    for (int i = 0; i < FAULT_COUNT; i++) {
        char text[VIEW_TEXT_LENGTH];
        snprintf(text, sizeof text, "%2d %s", i + 1, fault_line((enum fault)i));
        line_add(view, text);
    }
}

/* The time left is terminal_view's to tell. */
static void fill_locked(const struct terminal *terminal, struct view *view)
{
    char wrong[16];
    snprintf(wrong, sizeof wrong, "%d", terminal->facts.code_wrong);
    text_fill(view->detail, sizeof view->detail, terminal->language,
              terminal->page == PAGE_LOCKED ? TEXT_SUPERVISOR_LOCKED : TEXT_SUPERVISOR_DELAY, wrong,
              "");
    view->busy = terminal->page == PAGE_DELAY;
    view->countdown_full_ms = (int)supervisor_code_delay_ms(terminal->facts.code_wrong);
}

void screen_supervisor(const struct terminal *terminal, struct view *view)
{
    enum text title = terminal->page == PAGE_CODE || terminal->page == PAGE_MENU
                          ? TEXT_SUPERVISOR
                          : terminal->page_title;
    screen_say(terminal, view, title, TEXT_NONE, TEXT_HINT_CHOOSE);
    switch (terminal->page) {
    case PAGE_CLOSED:
        text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_SUPERVISOR_CLOSED, "",
                  "");
        break;
    case PAGE_DELAY:
    case PAGE_LOCKED:
        fill_locked(terminal, view);
        break;
    case PAGE_CODE:
        text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_SUPERVISOR_CODE, "",
                  "");
        view->entry = ENTRY_PIN;
        view->pin_digits = (int)strlen(terminal->typed);
        text_fill(view->hint, sizeof view->hint, terminal->language, TEXT_HINT_PIN, "", "");
        break;
    case PAGE_MENU:
        text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_SUPERVISOR_DETAIL, "",
                  "");
        fill_menu(terminal, view);
        break;
    case PAGE_COUNTERS:
        fill_counters(terminal, view);
        break;
    case PAGE_REPLENISH:
        fill_replenish(terminal, view);
        break;
    case PAGE_LIST:
        view->line_count = terminal->page_lines.count;
        memcpy(view->line, terminal->page_lines.line, sizeof view->line);
        break;
    case PAGE_FAULTS:
        fill_faults(terminal, view);
        break;
    case PAGE_WAIT:
        text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_SUPERVISOR_SENDING,
                  "", "");
        view->busy = true;
        break;
    }
    if (terminal->page_note[0] != '\0') {
        memcpy(terminal->page_bad ? view->error : view->detail, terminal->page_note,
               sizeof view->detail);
        view->tone = terminal->page_bad ? TONE_BAD : TONE_GOOD;
    }
    if (terminal->page != PAGE_CODE && terminal->page != PAGE_MENU && terminal->page != PAGE_DELAY)
        screen_label(terminal, view, FDK_R4, TEXT_SUPERVISOR_BACK);
}

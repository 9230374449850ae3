/* SPDX-License-Identifier: MIT */
/*
 * Supervisor mode, between customers only: a page at a time, opened by a code.
 * The code is looked at outside of here (EFFECT_TRY_CODE): what it is, how often it
 * was wrong and how long the next one has to wait come as facts.
 */
#include "atm/terminal/supervisor.h"

#include "atm/files/supervisor_code.h"

#include <stdio.h>
#include <string.h>

void page_open(struct terminal *terminal, enum supervisor_page page, enum text title)
{
    terminal->page = page;
    terminal->page_title = title;
    terminal->page_note[0] = '\0';
    terminal->page_bad = false;
    terminal->page_lines.count = 0;
    memset(terminal->typed, 0, sizeof terminal->typed);
}

void page_say(struct terminal *terminal, enum text text, const char *detail, bool bad)
{
    text_fill(terminal->page_note, sizeof terminal->page_note, terminal->language, text, detail,
              "");
    terminal->page_bad = bad;
}

bool page_type(struct terminal *terminal, const struct input *input)
{
    const size_t length = strlen(terminal->typed);
    if (input->kind == INPUT_CLEAR) {
        if (length > 0)
            terminal->typed[length - 1] = '\0';
        return true;
    }
    if (input->kind != INPUT_TEXT && input->kind != INPUT_DIGIT)
        return false;
    if (length < sizeof terminal->typed - 1)
        terminal->typed[length] = (char)input->value;
    terminal->page_note[0] = '\0';
    terminal->page_bad = false;
    return true;
}

static bool code_waits(const struct terminal *terminal)
{
    return terminal->facts.now_ms < terminal->facts.code_until_ms;
}

static enum supervisor_page code_page(const struct terminal *terminal)
{
    if (!terminal->facts.code_set)
        return PAGE_CLOSED;
    if (!code_waits(terminal))
        return PAGE_CODE;
    return terminal->facts.code_wrong >= SUPERVISOR_LOCKED_AT ? PAGE_LOCKED : PAGE_DELAY;
}

void supervisor_enter(struct terminal *terminal)
{
    page_open(terminal, code_page(terminal), TEXT_SUPERVISOR);
}

bool supervisor_tick(struct terminal *terminal)
{
    bool waited = terminal->page == PAGE_DELAY || terminal->page == PAGE_LOCKED;
    if (!waited || code_waits(terminal))
        return false;
    supervisor_enter(terminal);
    return true;
}

static enum signal code_handle(struct terminal *terminal, const struct input *input,
                               struct effects *effects)
{
    if (phase_type_digits(terminal, input, 12))
        return SIGNAL_NONE;
    if (input->kind == INPUT_CANCEL)
        return SIGNAL_LEAVE;
    if (input->kind != INPUT_ENTER)
        return SIGNAL_NONE;
    if (terminal->typed[0] == '\0')
        return SIGNAL_NONE;
    struct effect *effect = effects_add(effects, EFFECT_TRY_CODE);
    snprintf(effect->text, sizeof effect->text, "%s", terminal->typed);
    memset(terminal->typed, 0, sizeof terminal->typed);
    return SIGNAL_NONE;
}

static void code_tried(struct terminal *terminal, const struct terminal_event *event,
                       struct effects *effects)
{
    if (event->text[0] != '\0') {
        page_say(terminal, TEXT_SUPERVISOR_FAILED, event->text, true);
    } else if (event->flag) {
        effects_journal(effects, JOURNAL_SUPERVISOR, NULL, "%s", "code=right");
        page_open(terminal, PAGE_MENU, TEXT_SUPERVISOR);
    } else {
        int wrong = terminal->facts.code_wrong;
        effects_journal(effects, JOURNAL_SUPERVISOR, NULL, "code=wrong in_a_row=%d next_in_s=%lld",
                        wrong, (long long)(supervisor_code_delay_ms(wrong) / 1000));
        supervisor_enter(terminal);
        page_say(terminal, TEXT_SUPERVISOR_WRONG, "", true);
    }
}

/* Lists that are scrolled: which way their beginning is, and where one goes back to. */
static const struct scrolled {
    enum supervisor_page page, parent;
    enum text title, parent_title;
    enum effect_kind lists;
    int up; /* lines that an arrow up goes on from the beginning */
} lists[] = {
    { PAGE_JOURNAL, PAGE_MENU, TEXT_SUPERVISOR_JOURNAL, TEXT_SUPERVISOR, EFFECT_LIST_JOURNAL, 1 },
    { PAGE_DAYS, PAGE_COUNTERS, TEXT_SUPERVISOR_DAYS, TEXT_SUPERVISOR_COUNTERS, EFFECT_LIST_DAYS,
      -1 },
};

static const struct scrolled *list_find(enum supervisor_page page)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (lists[i].page == page)
            return &lists[i];
    return NULL;
}

static void list_open(struct terminal *terminal, enum supervisor_page page, int at,
                      struct effects *effects)
{
    const struct scrolled *list = list_find(page);
    if (list == NULL)
        return;
    page_open(terminal, page, list->title);
    terminal->list_at = at < 0 ? 0 : at;
    effects_add(effects, list->lists)->amount = terminal->list_at;
}

/* How many lines on from the beginning the input goes; 0: none. */
static int list_step(const struct scrolled *list, const struct input *input)
{
    if (input->kind == INPUT_FDK)
        return input->value == FDK_L4   ? LIST_PAGE_LINES
               : input->value == FDK_R4 ? -LIST_PAGE_LINES
                                        : 0;
    if (input->kind != INPUT_MOVE)
        return 0;
    return input->value == MOVE_UP          ? list->up
           : input->value == MOVE_DOWN      ? -list->up
           : input->value == MOVE_PAGE_UP   ? list->up * LIST_PAGE_LINES
           : input->value == MOVE_PAGE_DOWN ? -list->up * LIST_PAGE_LINES
                                            : 0;
}

static void list_handle(struct terminal *terminal, const struct input *input,
                        struct effects *effects)
{
    const struct scrolled *list = list_find(terminal->page);
    if (list == NULL)
        return;
    const int at = terminal->list_at, step = list_step(list, input);
    const bool full = terminal->page_lines.count == 1 + LIST_PAGE_LINES;
    const bool back = input->kind == INPUT_FDK && input->value == FDK_R4;
    if (input->kind == INPUT_CANCEL || (back && at == 0))
        page_open(terminal, list->parent, list->parent_title);
    else if ((step > 0 && full) || (step < 0 && at > 0))
        list_open(terminal, terminal->page, at + step, effects);
}

static enum signal menu_handle(struct terminal *terminal, const struct input *input,
                               struct effects *effects)
{
    if (input->kind == INPUT_CANCEL || (input->kind == INPUT_FDK && input->value == FDK_R4))
        return SIGNAL_LEAVE;
    if (input->kind != INPUT_FDK)
        return SIGNAL_NONE;
    switch (input->value) {
    case FDK_L1:
        page_open(terminal, PAGE_COUNTERS, TEXT_SUPERVISOR_COUNTERS);
        break;
    case FDK_L2:
        replenish_begin(terminal);
        break;
    case FDK_L3:
        act_begin(terminal, ACT_TEST);
        break;
    case FDK_L4:
        list_open(terminal, PAGE_JOURNAL, 0, effects);
        break;
    case FDK_R1:
        page_open(terminal, PAGE_LIST, TEXT_SUPERVISOR_SUSPECTS);
        effects_add(effects, EFFECT_LIST_SUSPECTS);
        break;
    case FDK_R2:
        act_begin(terminal, ACT_CUT_OVER);
        break;
    case FDK_R3:
        faults_begin(terminal, effects);
        break;
    default:
        break;
    }
    return SIGNAL_NONE;
}

static void told(struct terminal *terminal, const struct terminal_event *event,
                 struct effects *effects)
{
    if (event->kind == EVENT_CODE) {
        code_tried(terminal, event, effects);
    } else if (event->kind == EVENT_LIST) {
        terminal->page_lines = event->lines;
        if (event->lines.count == 0 && terminal->page != PAGE_FAULTS)
            page_say(terminal, TEXT_SUPERVISOR_NOTHING, "", false);
        if (event->text[0] != '\0')
            page_say(terminal, TEXT_SUPERVISOR_FAULT_NONE, event->text, true);
    } else if (event->kind == EVENT_DONE && terminal->page == PAGE_FAULTS) {
        fault_told(terminal, event);
    } else if (event->kind == EVENT_DONE) {
        page_say(terminal, event->flag ? TEXT_SUPERVISOR_DONE : TEXT_SUPERVISOR_FAILED, event->text,
                 !event->flag);
    } else if (terminal->page == PAGE_WAIT && event->kind == EVENT_NO_REPLY) {
        page_open(terminal, PAGE_MENU, TEXT_SUPERVISOR);
        page_say(terminal, TEXT_SUPERVISOR_OFFLINE, "", true);
    } else if (terminal->page == PAGE_WAIT && event->kind == EVENT_REPLY &&
               uuid_equal(&event->reply.id, &terminal->asking)) {
        cut_over_told(terminal, event, effects);
    }
}

enum signal supervisor_handle(struct terminal *terminal, const struct terminal_event *event,
                              struct effects *effects)
{
    if (event->kind != EVENT_INPUT) {
        told(terminal, event, effects);
        return SIGNAL_NONE;
    }
    const struct input *input = &event->input;
    if (terminal->page == PAGE_CODE)
        return code_handle(terminal, input, effects);
    if (terminal->page == PAGE_MENU)
        return menu_handle(terminal, input, effects);
    if (terminal->page == PAGE_CLOSED || terminal->page == PAGE_DELAY ||
        terminal->page == PAGE_LOCKED) {
        bool leaves = input->kind == INPUT_CANCEL ||
                      (input->kind == INPUT_FDK && input->value == FDK_R4) ||
                      (input->kind == INPUT_ENTER && terminal->page != PAGE_DELAY);
        return leaves ? SIGNAL_LEAVE : SIGNAL_NONE;
    }
    if (terminal->page == PAGE_CONFIRM) {
        confirm_handle(terminal, input, event, effects);
    } else if (terminal->page == PAGE_REPLENISH) {
        replenish_handle(terminal, input);
    } else if (list_find(terminal->page) != NULL) {
        list_handle(terminal, input, effects);
    } else if (terminal->page == PAGE_COUNTERS && input->kind == INPUT_FDK &&
               input->value == FDK_L4) {
        list_open(terminal, PAGE_DAYS, 0, effects);
    } else if (terminal->page == PAGE_WAIT) {
        return SIGNAL_NONE; /* the bank may have done it: the answer is waited for */
    } else if (input->kind == INPUT_CANCEL ||
               (input->kind == INPUT_FDK && input->value == FDK_R4)) {
        page_open(terminal, PAGE_MENU, TEXT_SUPERVISOR);
    } else if (terminal->page == PAGE_FAULTS) {
        faults_handle(terminal, input, effects);
    }
    return SIGNAL_NONE;
}

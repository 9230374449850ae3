/* SPDX-License-Identifier: MIT */
/*
 * Supervisor mode, between customers only: a page at a time, opened by a code.
 * The code is looked at outside of here (EFFECT_TRY_CODE): what it is, how often it
 * was wrong and how long the next one has to wait come as facts.
 *
 * Replenishing is a message to the bank like an advice: stored first, sent
 * until it is answered, and only then counted in by the dispenser, once. So
 * the notes are in both counts or on the way, never in one for good.
 */
#include "atm/files/supervisor_code.h"
#include "atm/terminal/fault.h"
#include "atm/terminal/phases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CUT_OVER_SAME_MS                                                                           \
    (12 * 3600 * 1000) /* asked again by then, it is the same one, else another day's              \
                        */

static void page_open(struct terminal *terminal, enum supervisor_page page, enum text title)
{
    terminal->page = page;
    terminal->page_title = title;
    terminal->page_note[0] = '\0';
    terminal->page_bad = false;
    terminal->page_lines.count = 0;
    memset(terminal->typed, 0, sizeof terminal->typed);
}

static void page_say(struct terminal *terminal, enum text text, const char *detail, bool bad)
{
    text_fill(terminal->page_note, sizeof terminal->page_note, terminal->language, text, detail,
              "");
    terminal->page_bad = bad;
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

/* Every denomination the cassettes are made for, with no notes yet. */
static void replenish_begin(struct terminal *terminal)
{
    if (terminal->facts.replenishing) {
        page_say(terminal, TEXT_SUPERVISOR_PENDING, "", true);
        return;
    }
    terminal->replenish = terminal->facts.cassettes;
    for (uint32_t i = 0; i < terminal->replenish.length; i++)
        terminal->replenish.item[i].count = 0;
    terminal->replenish_at = 0;
    if (terminal->replenish.length > 0)
        page_open(terminal, PAGE_REPLENISH, TEXT_SUPERVISOR_REPLENISH);
    else
        page_say(terminal, TEXT_SUPERVISOR_NO_CASSETTES, "", true);
}

static enum signal menu_handle(struct terminal *terminal, const struct input *input,
                               const struct terminal_event *event, struct effects *effects)
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
        effects_add(effects, EFFECT_TEST_DISPENSE);
        break;
    case FDK_L4:
        page_open(terminal, PAGE_LIST, TEXT_SUPERVISOR_JOURNAL);
        effects_add(effects, EFFECT_LIST_JOURNAL);
        break;
    case FDK_R1:
        page_open(terminal, PAGE_LIST, TEXT_SUPERVISOR_SUSPECTS);
        effects_add(effects, EFFECT_LIST_SUSPECTS);
        break;
    case FDK_R2:
        if (!terminal->online) {
            page_say(terminal, TEXT_SUPERVISOR_OFFLINE, "", true);
            break;
        }
        page_open(terminal, PAGE_WAIT, TEXT_SUPERVISOR_CUT_OVER);
        if (uuid_is_nil(&terminal->cut_over) ||
            event->facts.now_ms - terminal->cut_over_ms > CUT_OVER_SAME_MS) {
            terminal->cut_over = event->facts.fresh_id;
            terminal->cut_over_ms = event->facts.now_ms;
        }
        terminal->asking = terminal->cut_over;
        effects_add(effects, EFFECT_ASK_CUT_OVER)->id = terminal->asking;
        break;
    case FDK_R3:
        page_open(terminal, PAGE_FAULTS, TEXT_SUPERVISOR_FAULTS);
        break;
    default:
        break;
    }
    return SIGNAL_NONE;
}

static void replenish_handle(struct terminal *terminal, const struct input *input,
                             const struct terminal_event *event, struct effects *effects)
{
    if (phase_type_digits(terminal, input, 6) || input->kind != INPUT_ENTER)
        return;
    struct note_count *note = &terminal->replenish.item[terminal->replenish_at];
    long count = strtol(terminal->typed, NULL, 10);
    note->count = (int32_t)(count > NOTES_COUNT_MAX ? NOTES_COUNT_MAX : count);
    memset(terminal->typed, 0, sizeof terminal->typed);
    if (++terminal->replenish_at < (int)terminal->replenish.length)
        return;
    page_open(terminal, PAGE_MENU, TEXT_SUPERVISOR);
    if (notes_count(&terminal->replenish) == 0)
        return;
    struct effect *effect = effects_add(effects, EFFECT_REPLENISH);
    effect->id = event->facts.fresh_id;
    for (uint32_t i = 0; i < terminal->replenish.length; i++)
        if (terminal->replenish.item[i].count > 0)
            effect->notes.item[effect->notes.length++] = terminal->replenish.item[i];
}

static void faults_handle(struct terminal *terminal, const struct input *input,
                          struct effects *effects)
{
    size_t length = strlen(terminal->typed);
    if ((input->kind == INPUT_TEXT || input->kind == INPUT_DIGIT) &&
        length < sizeof terminal->typed - 1) {
        terminal->typed[length] = (char)input->value;
    } else if (input->kind == INPUT_CLEAR && length > 0) {
        terminal->typed[length - 1] = '\0';
    } else if (input->kind == INPUT_ENTER && length > 0) {
        /* "3" is the third line; "3 7" the same with 7 for its N, "9 stack" with the step for its
         * NAME. */
        char *rest, text[160] = "";
        long number = strtol(terminal->typed, &rest, 10);
        rest += strspn(rest, " ");
        if (number < 1 || number > FAULT_COUNT) {
            page_say(terminal, TEXT_SUPERVISOR_FAILED, terminal->typed, true);
        } else {
            const char *line = fault_line((enum fault)(number - 1)), *mark = strstr(line, " N");
            bool named = mark != NULL && strcmp(mark, " NAME") == 0;
            if (mark == NULL)
                snprintf(text, sizeof text, "%s", line);
            else
                snprintf(text, sizeof text, "%.*s %s%s", (int)(mark - line), line,
                         *rest != '\0' ? rest
                         : named       ? "stack"
                                       : "1",
                         mark + (named ? 5 : 2));
            snprintf(effects_add(effects, EFFECT_FAULT)->text, sizeof text, "%s", text);
        }
        memset(terminal->typed, 0, sizeof terminal->typed);
    }
}

/* A label's bytes are not its columns: what it lacks is filled up by characters. */
static void day_line(struct terminal *terminal, enum text label, const char *value)
{
    const char *words = text_get(terminal->language, label);
    int columns = 0;
    for (const char *at = words; *at != '\0'; at++)
        columns += ((unsigned char)*at & 0xC0) != 0x80;
    struct lines *lines = &terminal->page_lines;
    snprintf(lines->line[lines->count++], VIEW_TEXT_LENGTH, "%.60s%*s", words, 32 - columns, value);
}

static void day_list(struct terminal *terminal, const struct reply *reply)
{
    const struct {
        enum text label;
        int count;
        money amount; /* -1: it is a count */
    } rows[] = {
        { TEXT_DAY_WITHDRAWALS, reply->total_withdrawals, -1 },
        { TEXT_DAY_DISPENSED, 0, reply->total_dispensed },
        { TEXT_DAY_REVERSED, 0, reply->total_reversed },
        { TEXT_DAY_DECLINED, reply->total_declined, -1 },
        { TEXT_DAY_SUSPECT, reply->total_suspect, -1 },
        { TEXT_DAY_DEPOSITS, reply->total_deposits, -1 },
        { TEXT_DAY_DEPOSITED, 0, reply->total_deposited },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char value[MONEY_TEXT_LENGTH];
        if (rows[i].amount < 0)
            snprintf(value, sizeof value, "%d", rows[i].count);
        else
            money_format(rows[i].amount, value);
        day_line(terminal, rows[i].label, value);
    }
}

static void told(struct terminal *terminal, const struct terminal_event *event,
                 struct effects *effects)
{
    if (event->kind == EVENT_CODE) {
        code_tried(terminal, event, effects);
    } else if (event->kind == EVENT_LIST) {
        terminal->page_lines = event->lines;
        if (event->lines.count == 0)
            page_say(terminal, TEXT_SUPERVISOR_NOTHING, "", false);
    } else if (event->kind == EVENT_DONE) {
        enum text done =
            terminal->page == PAGE_FAULTS ? TEXT_SUPERVISOR_FAULT_SET : TEXT_SUPERVISOR_DONE;
        page_say(terminal, event->flag ? done : TEXT_SUPERVISOR_FAILED, event->text, !event->flag);
    } else if (terminal->page == PAGE_WAIT && event->kind == EVENT_NO_REPLY) {
        page_open(terminal, PAGE_MENU, TEXT_SUPERVISOR);
        page_say(terminal, TEXT_SUPERVISOR_OFFLINE, "", true);
    } else if (terminal->page == PAGE_WAIT && event->kind == EVENT_REPLY &&
               uuid_equal(&event->reply.id, &terminal->asking)) {
        const struct reply *reply = &event->reply;
        page_open(terminal, reply->ok ? PAGE_LIST : PAGE_MENU, TEXT_SUPERVISOR_CUT_OVER);
        /* A refusal is the answer to that id for ever: the next try is another one. */
        if (reply->ok || reply->refusal == REFUSED_CUT_OVER_TOO_EARLY)
            terminal->cut_over = (struct uuid){ { 0 } };
        if (reply->refusal == REFUSED_CUT_OVER_TOO_EARLY) {
            page_say(terminal, TEXT_SUPERVISOR_TOO_EARLY, reply->business_day, true);
            return;
        }
        if (!reply->ok) {
            page_say(terminal, TEXT_SUPERVISOR_FAILED, reply->refusal_text, true);
            return;
        }
        page_say(terminal, TEXT_SUPERVISOR_DONE, reply->business_day, false);
        day_list(terminal, reply);
        effects_journal(effects, JOURNAL_CUT_OVER, NULL, "day=%s", reply->business_day);
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
        return menu_handle(terminal, input, event, effects);
    if (terminal->page == PAGE_CLOSED || terminal->page == PAGE_DELAY ||
        terminal->page == PAGE_LOCKED) {
        bool leaves = input->kind == INPUT_CANCEL ||
                      (input->kind == INPUT_FDK && input->value == FDK_R4) ||
                      (input->kind == INPUT_ENTER && terminal->page != PAGE_DELAY);
        return leaves ? SIGNAL_LEAVE : SIGNAL_NONE;
    }
    if (input->kind == INPUT_CANCEL || (input->kind == INPUT_FDK && input->value == FDK_R4)) {
        page_open(terminal, PAGE_MENU, TEXT_SUPERVISOR);
        return SIGNAL_NONE;
    }
    if (terminal->page == PAGE_REPLENISH)
        replenish_handle(terminal, input, event, effects);
    else if (terminal->page == PAGE_FAULTS)
        faults_handle(terminal, input, effects);
    return SIGNAL_NONE;
}

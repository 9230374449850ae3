/* SPDX-License-Identifier: MIT */
/*
 * What a supervisor changes: notes put in, the business day, the transport. Each
 * act is typed, judged, summed up on a page of its own and done only when that
 * page is answered with yes; whatever else is pressed there leaves all as it was.
 *
 * Replenishing is a message to the bank like an advice: stored first, sent until
 * it is answered, and only then counted in by the dispenser, once. So the notes
 * are in both counts or on the way, never in one for good.
 */
#include "atm/terminal/supervisor.h"

#include "atm/texts/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CUT_OVER_SAME_MS                                                                           \
    (12 * 3600 * 1000) /* asked again by then, it is the same one, else another day's              \
                        */
#define COUNT_DIGITS 5 /* more is no number of notes */

void act_begin(struct terminal *terminal, enum supervisor_act act)
{
    static const enum text titles[] = {
        [ACT_REPLENISH] = TEXT_SUPERVISOR_REPLENISH,
        [ACT_CUT_OVER] = TEXT_SUPERVISOR_CUT_OVER,
        [ACT_TEST] = TEXT_SUPERVISOR_TEST,
    };
    if (act == ACT_CUT_OVER && !terminal->online) {
        page_say(terminal, TEXT_SUPERVISOR_OFFLINE, "", true);
        return;
    }
    terminal->act = act;
    page_open(terminal, PAGE_CONFIRM, titles[act]);
}

/* ---- notes ---- */

/* Every denomination the cassettes are made for, with no notes yet. */
void replenish_begin(struct terminal *terminal)
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

/* How many more notes the cassette takes. */
static int cassette_room(const struct terminal *terminal, int32_t denomination)
{
    const int there = notes_of(&terminal->facts.cassettes, denomination);
    return there < CASSETTE_NOTES_MAX ? CASSETTE_NOTES_MAX - there : 0;
}

/* A number of notes is digits and nothing else, and fits; the page says what is wrong with it. */
static bool count_read(struct terminal *terminal, int32_t denomination, int32_t *count)
{
    const size_t length = strlen(terminal->typed);
    const bool digits = length > 0 && strspn(terminal->typed, "0123456789") == length;
    const int room = cassette_room(terminal, denomination);
    char most[16];
    *count = digits && length <= COUNT_DIGITS ? atoi(terminal->typed) : 0;
    memset(terminal->typed, 0, sizeof terminal->typed);
    if (!digits) {
        page_say(terminal, TEXT_SUPERVISOR_NO_COUNT, "", true);
        return false;
    }
    if (length <= COUNT_DIGITS && *count <= room)
        return true;
    snprintf(most, sizeof most, "%d", room);
    page_say(terminal, TEXT_SUPERVISOR_NO_ROOM, most, true);
    return false;
}

static void replenish_back(struct terminal *terminal)
{
    const int at = terminal->replenish_at;
    page_open(terminal, at > 0 ? PAGE_REPLENISH : PAGE_MENU,
              at > 0 ? TEXT_SUPERVISOR_REPLENISH : TEXT_SUPERVISOR);
    if (at > 0)
        terminal->replenish_at--;
    else
        page_say(terminal, TEXT_SUPERVISOR_NOTHING_DONE, "", false);
}

void replenish_handle(struct terminal *terminal, const struct input *input)
{
    struct note_count *note = &terminal->replenish.item[terminal->replenish_at];
    if (input->kind == INPUT_CANCEL || (input->kind == INPUT_FDK && input->value == FDK_R4)) {
        replenish_back(terminal);
        return;
    }
    if (page_type(terminal, input) || input->kind != INPUT_ENTER ||
        !count_read(terminal, note->denomination, &note->count))
        return;
    page_open(terminal, PAGE_REPLENISH, TEXT_SUPERVISOR_REPLENISH);
    if (++terminal->replenish_at < (int)terminal->replenish.length)
        return;
    if (notes_count(&terminal->replenish) > 0) {
        act_begin(terminal, ACT_REPLENISH);
        return;
    }
    page_open(terminal, PAGE_MENU, TEXT_SUPERVISOR);
    page_say(terminal, TEXT_SUPERVISOR_NOTHING_DONE, "", false);
}

static void replenish_do(struct terminal *terminal, const struct terminal_event *event,
                         struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_REPLENISH);
    effect->id = event->facts.fresh_id;
    for (uint32_t i = 0; i < terminal->replenish.length; i++)
        if (terminal->replenish.item[i].count > 0)
            effect->notes.item[effect->notes.length++] = terminal->replenish.item[i];
}

/* ---- the business day ---- */

static void cut_over_do(struct terminal *terminal, const struct terminal_event *event,
                        struct effects *effects)
{
    page_open(terminal, PAGE_WAIT, TEXT_SUPERVISOR_CUT_OVER);
    if (uuid_is_nil(&terminal->cut_over) ||
        event->facts.now_ms - terminal->cut_over_ms > CUT_OVER_SAME_MS) {
        terminal->cut_over = event->facts.fresh_id;
        terminal->cut_over_ms = event->facts.now_ms;
    }
    terminal->asking = terminal->cut_over;
    effects_add(effects, EFFECT_ASK_CUT_OVER)->id = terminal->asking;
}

static void day_line(struct terminal *terminal, enum text label, const char *value)
{
    enum { LABEL_COLUMNS = 20, VALUE_COLUMNS = 12 };
    char *line = terminal->page_lines.line[terminal->page_lines.count++];
    line[0] = '\0';
    columns_add(line, VIEW_TEXT_LENGTH, terminal->language, text_get(terminal->language, label),
                -LABEL_COLUMNS);
    columns_add(line, VIEW_TEXT_LENGTH, terminal->language, value, VALUE_COLUMNS);
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
            phase_money(terminal, rows[i].amount, value);
        day_line(terminal, rows[i].label, value);
    }
}

/* The totals are those of the day that has ended; the reply names the one that has begun. */
void cut_over_told(struct terminal *terminal, const struct terminal_event *event,
                   struct effects *effects)
{
    const struct reply *reply = &event->reply;
    char day[FORMAT_DATE_LENGTH];
    format_date(day, terminal->language, reply->business_day);
    page_open(terminal, reply->ok ? PAGE_TOTALS : PAGE_MENU, TEXT_SUPERVISOR_CUT_OVER);
    /* A refusal is the answer to that id for ever: the next try is another one. */
    if (reply->ok || reply->refusal == REFUSED_CUT_OVER_TOO_EARLY)
        terminal->cut_over = (struct uuid){ { 0 } };
    if (reply->refusal == REFUSED_CUT_OVER_TOO_EARLY) {
        page_say(terminal, TEXT_SUPERVISOR_TOO_EARLY, day, true);
        return;
    }
    if (!reply->ok) {
        page_say(terminal, TEXT_SUPERVISOR_FAILED, reply->refusal_text, true);
        return;
    }
    page_say(terminal, TEXT_SUPERVISOR_DAY_BEGUN, day, false);
    day_list(terminal, reply);
    memcpy(terminal->ended_day, terminal->business_day, sizeof terminal->ended_day);
    memcpy(terminal->business_day, reply->business_day, sizeof terminal->business_day);
    effects_journal(effects, JOURNAL_CUT_OVER, NULL, "day=%s", reply->business_day);
}

/* ---- the question ---- */

void confirm_handle(struct terminal *terminal, const struct input *input,
                    const struct terminal_event *event, struct effects *effects)
{
    const bool yes = input->kind == INPUT_FDK && input->value == FDK_L4;
    const bool no =
        input->kind == INPUT_CANCEL || (input->kind == INPUT_FDK && input->value == FDK_R4);
    if (!yes && !no)
        return;
    page_open(terminal, PAGE_MENU, TEXT_SUPERVISOR);
    if (no)
        page_say(terminal, TEXT_SUPERVISOR_NOTHING_DONE, "", false);
    else if (terminal->act == ACT_REPLENISH)
        replenish_do(terminal, event, effects);
    else if (terminal->act == ACT_CUT_OVER)
        cut_over_do(terminal, event, effects);
    else
        effects_add(effects, EFFECT_TEST_DISPENSE);
}

/* SPDX-License-Identifier: MIT */
/*
 * The view of a state: what every screen has in common, then its own part.
 */
#include "atm/screens/screens.h"

#include <stdio.h>
#include <string.h>

const char *screen_name(enum screen screen)
{
    static const char *const names[SCREEN_COUNT] = {
#define X(enumerator, name, cancels, picture) name,
        SCREEN_TABLE(X)
#undef X
    };
    return names[screen];
}

static screen_fill *const screens[STATE_COUNT] = {
#define X(enumerator, screen, patience, decides, fill, phase) screen_##fill,
    STATE_TABLE(X)
#undef X
};

void screen_say(const struct terminal *terminal, struct view *view, enum text heading,
                enum text detail, enum text hint)
{
    text_fill(view->heading, sizeof view->heading, terminal->language, heading, "", "");
    text_fill(view->detail, sizeof view->detail, terminal->language, detail, "", "");
    text_fill(view->hint, sizeof view->hint, terminal->language, hint, "", "");
}

void screen_label(const struct terminal *terminal, struct view *view, int fdk, enum text label)
{
    text_fill(view->fdk[fdk].label, sizeof view->fdk[fdk].label, terminal->language, label, "", "");
}

static void view_frame(const struct terminal *terminal, struct view *view)
{
    char clock[FORMAT_DATE_LENGTH] = "";
    if (terminal->facts.wall_s > 0)
        format_moment(clock, terminal->language, TEXT_FORMAT_CLOCK, terminal->facts.wall_s);
    snprintf(view->clock, sizeof view->clock, "%.39s", clock);
    view->screen = terminal_screen_of(terminal->state);
    view->right_to_left = text_right_to_left(terminal->language);
    view->bank_online = terminal->online;
    view->lab = terminal->lab;
    view->owed = terminal->facts.owed;
    memcpy(view->teller, terminal->settings.teller, sizeof view->teller);
    memcpy(view->currency, terminal->currency, sizeof view->currency);
    view->card_light = terminal->card_inside ? LIGHT_ON : LIGHT_OFF;
    view->cash_light = notes_count(&terminal->deposit.slot) > 0 ? LIGHT_BLINK
                       : terminal->facts.attention              ? LIGHT_FAULT
                                                                : LIGHT_OFF;
    view->receipt_light = terminal->receipt_failed      ? LIGHT_FAULT
                          : terminal->receipt.count > 0 ? LIGHT_BLINK
                                                        : LIGHT_OFF;
    text_fill(view->error, sizeof view->error, terminal->language, terminal->error, "", "");
}

void terminal_view(const struct terminal *terminal, int64_t now_ms, struct view *view)
{
    memset(view, 0, sizeof *view);
    view_frame(terminal, view);
    screens[terminal->state](terminal, view);
    if (view->amount_shown)
        phase_money(terminal, view->amount, view->amount_text);
    bool counts = terminal->state == STATE_RETURNING_CARD || terminal->state == STATE_TAKING_CASH ||
                  terminal->state == STATE_EJECTING || terminal->state == STATE_DEPOSIT_BACK ||
                  terminal->state == STATE_MORE_TIME;
    if (counts) {
        int64_t left = terminal_deadline(terminal) - now_ms;
        view->countdown_full_ms = (int)(terminal_deadline(terminal) - terminal->entered_ms);
        view->countdown_ms = left > 0 ? (int)left : 0;
    } else if (view->countdown_full_ms > 0) { /* until the supervisor's next code */
        int64_t left = terminal->facts.code_until_ms - now_ms;
        view->countdown_ms = left > 0 ? (int)left : 0;
    }
}

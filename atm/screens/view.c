/* SPDX-License-Identifier: MIT */
/*
 * The view of a state: what every screen has in common, then its own part.
 */
#include "atm/screens/screens.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const char *screen_name(enum screen screen)
{
    static const char *const names[SCREEN_COUNT] = {
#define X(enumerator, name) name,
        SCREEN_TABLE(X)
#undef X
    };
    return names[screen];
}

static screen_fill *const screens[STATE_COUNT] = {
    [STATE_OFF] = screen_out_of_service,
    [STATE_OUT_OF_SERVICE] = screen_out_of_service,
    [STATE_WELCOME] = screen_welcome,
    [STATE_LANGUAGE] = screen_language,
    [STATE_PIN_ENTRY] = screen_pin_entry,
    [STATE_MENU] = screen_menu,
    [STATE_AMOUNT] = screen_amount,
    [STATE_NOTE_MIX] = screen_note_mix,
    [STATE_RECEIPT_CHOICE] = screen_receipt_choice,
    [STATE_ASKING_BALANCE] = screen_please_wait,
    [STATE_ASKING_CASH] = screen_please_wait,
    [STATE_RETURNING_CARD] = screen_take_card,
    [STATE_DISPENSING] = screen_please_wait,
    [STATE_TAKING_CASH] = screen_take_cash,
    [STATE_BALANCE] = screen_balance,
    [STATE_ASKING_DEPOSIT] = screen_please_wait,
    [STATE_DEPOSIT_OPEN] = screen_deposit_open,
    [STATE_DEPOSIT_COUNTING] = screen_please_wait,
    [STATE_DEPOSIT_COUNTED] = screen_deposit_counted,
    [STATE_DEPOSIT_CREDITING] = screen_please_wait,
    [STATE_ANOTHER] = screen_another,
    [STATE_EJECTING] = screen_take_card,
    [STATE_GOODBYE] = screen_goodbye,
    [STATE_MESSAGE] = screen_message,
    [STATE_MORE_TIME] = screen_more_time,
    [STATE_SUPERVISOR] = screen_supervisor,
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
    time_t wall = (time_t)terminal->facts.wall_s;
    struct tm parts;
    if (wall > 0 && localtime_r(&wall, &parts) != NULL)
        strftime(view->clock, sizeof view->clock, "%d %b %Y %H:%M", &parts);
    view->screen = terminal_screen_of(terminal->state);
    view->bank_online = terminal->online;
    view->owed = terminal->facts.owed;
    memcpy(view->teller, terminal->settings.teller, sizeof view->teller);
    memcpy(view->currency, terminal->currency, sizeof view->currency);
    view->card_light = terminal->card_inside ? LIGHT_ON : LIGHT_OFF;
    view->cash_light = terminal->facts.attention ? LIGHT_FAULT : LIGHT_OFF;
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
    bool counts = terminal->state == STATE_RETURNING_CARD || terminal->state == STATE_TAKING_CASH ||
                  terminal->state == STATE_EJECTING || terminal->state == STATE_MORE_TIME;
    if (counts) {
        int64_t left = terminal_deadline(terminal) - now_ms;
        view->countdown_full_ms = (int)(terminal_deadline(terminal) - terminal->entered_ms);
        view->countdown_ms = left > 0 ? (int)left : 0;
    } else if (view->countdown_full_ms > 0) { /* until the supervisor's next code */
        int64_t left = terminal->facts.code_until_ms - now_ms;
        view->countdown_ms = left > 0 ? (int)left : 0;
    }
}

/* SPDX-License-Identifier: MIT */
/* The screens of a deposit: notes into the slot, then what was counted. */
#include "atm/screens/screens.h"

#include <string.h>

void screen_deposit_open(const struct terminal *terminal, struct view *view)
{
    char notes[VIEW_TEXT_LENGTH];
    const struct deposit *deposit = &terminal->deposit;
    screen_say(terminal, view, TEXT_DEPOSIT, TEXT_DEPOSIT_DETAIL, TEXT_HINT_DEPOSIT);
    if (terminal->typed[0] != '\0') {
        text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_DEPOSIT_TYPED,
                  terminal->typed, "");
    } else if (notes_count(&deposit->slot) > 0) {
        screen_notes(&deposit->slot, notes, sizeof notes);
        text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_DEPOSIT_SLOT, notes,
                  "");
    }
    view->notes = deposit->slot;
    view->amount = notes_value(&deposit->slot);
    view->amount_shown = true;
    view->cash_light = LIGHT_BLINK;
    view->digits_type = true;
    for (int i = 0; i < DEPOSIT_NOTES_COUNT; i++) {
        char amount[MONEY_TEXT_LENGTH];
        text_fill(view->fdk[i].label, sizeof view->fdk[i].label, terminal->language,
                  TEXT_MENU_AMOUNT, phase_money(terminal, deposit_notes[i], amount),
                  terminal->currency);
    }
    screen_label(terminal, view, FDK_R3, TEXT_DEPOSIT_COUNT);
    screen_label(terminal, view, FDK_R4, TEXT_CANCEL);
}

void screen_deposit_back(const struct terminal *terminal, struct view *view)
{
    const struct deposit *deposit = &terminal->deposit;
    screen_say(terminal, view, TEXT_DEPOSIT_BACK, deposit->why_back, TEXT_HINT_TAKE_NOTES);
    screen_label(terminal, view, FDK_L1, TEXT_DEPOSIT_TAKE);
    view->notes = deposit->slot;
    view->amount = notes_value(&deposit->slot);
    view->amount_shown = true;
    view->tone = deposit->why_back == TEXT_DEPOSIT_BACK_DETAIL ? TONE_NEUTRAL : TONE_WARNING;
    view->cash_light = LIGHT_BLINK;
    view->line_count = 1;
    screen_notes(&deposit->slot, view->line[0], sizeof view->line[0]);
    if (deposit->why_back == TEXT_DEPOSIT_FAILED)
        uuid_write(&terminal->withdrawal.id, view->reference);
}

void screen_deposit_counted(const struct terminal *terminal, struct view *view)
{
    char notes[VIEW_TEXT_LENGTH], sum[MONEY_TEXT_LENGTH];
    const struct deposit *deposit = &terminal->deposit;
    screen_say(terminal, view, TEXT_NONE, TEXT_NONE, TEXT_HINT_COUNTED);
    text_fill(view->heading, sizeof view->heading, terminal->language, TEXT_DEPOSIT_COUNTED,
              phase_money(terminal, notes_value(&deposit->counted), sum), terminal->currency);
    screen_notes(&deposit->counted, notes, sizeof notes);
    text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_DEPOSIT_COUNTED_DETAIL,
              notes, "");
    view->amount = notes_value(&deposit->counted);
    view->amount_shown = true;
    view->cash_light = notes_count(&deposit->slot) > 0 ? LIGHT_BLINK : LIGHT_ON;
    screen_label(terminal, view, FDK_L1, TEXT_DEPOSIT_CONFIRM);
    screen_label(terminal, view, FDK_R1, TEXT_DEPOSIT_RETURN);
}

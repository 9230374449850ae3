/* SPDX-License-Identifier: MIT */
/* Screens that tell something, or ask whether anybody is still there. */
#include "atm/screens/screens.h"

#include <stdio.h>
#include <string.h>

void screen_message(const struct terminal *terminal, struct view *view)
{
    const struct message *message = &terminal->message;
    screen_say(terminal, view, message->heading, TEXT_NONE, TEXT_PRESS_ENTER);
    memcpy(view->detail, message->detail, sizeof view->detail);
    memcpy(view->reference, message->reference, sizeof view->reference);
    view->tone = message->tone;
    bool offers = false;
    for (int i = 0; i < 2; i++) {
        char amount[MONEY_TEXT_LENGTH];
        if (message->offer[i] == 0)
            continue;
        offers = true;
        text_fill(view->fdk[FDK_L1 + i].label, sizeof view->fdk[0].label, terminal->language,
                  TEXT_OFFER, phase_money(terminal, message->offer[i], amount), terminal->currency);
    }
    screen_label(terminal, view, FDK_R1, offers ? TEXT_MENU_OTHER : TEXT_CONTINUE);
    if (offers)
        text_fill(view->hint, sizeof view->hint, terminal->language, TEXT_HINT_CHOOSE, "", "");
}

void screen_more_time(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_MORE_TIME, TEXT_MORE_TIME_DETAIL, TEXT_HINT_YES_NO);
    screen_label(terminal, view, FDK_L1, TEXT_YES);
    screen_label(terminal, view, FDK_R1, TEXT_NO);
    view->tone = TONE_WARNING;
}

/* SPDX-License-Identifier: MIT */
/* The screens before and after a transaction: welcome, language, PIN, taking the card, goodbye. */
#include "atm/screens/screens.h"

#include <stdio.h>
#include <string.h>

void screen_out_of_service(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_OUT_OF_SERVICE,
               terminal->trouble           ? TEXT_OUT_TROUBLE
               : terminal->facts.older     ? TEXT_OUT_OLDER
               : terminal->facts.displaced ? TEXT_OUT_DISPLACED
                                           : TEXT_OUT_OFFLINE,
               TEXT_NONE);
    view->tone = TONE_WARNING;
}

/* Where the card at hand, or the wallet's that is inside, has a note, it hangs beside the screen.
 */
static void screen_sticky(const struct terminal *terminal, struct view *view)
{
    const struct wallet_card *inside = wallet_card_inside(terminal);
    if (inside != NULL) {
        if (inside->note[0] != '\0')
            text_fill(view->sticky[0], sizeof view->sticky[0], terminal->language, TEXT_STICKY_CARD,
                      "", "");
        snprintf(view->sticky[1], sizeof view->sticky[1], "%s", inside->note);
        return;
    }
    if (terminal->settings.card_note[0] == '\0')
        return;
    text_fill(view->sticky[0], sizeof view->sticky[0], terminal->language, TEXT_STICKY_PIN,
              terminal->settings.card_owner, "");
    snprintf(view->sticky[1], sizeof view->sticky[1], "%s", terminal->settings.card_note);
}

void screen_welcome(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_WELCOME, TEXT_WELCOME_DETAIL,
               !terminal->settings.card_at_hand || terminal->typed[0] != '\0'
                   ? TEXT_HINT_WELCOME_TYPED
               : terminal->settings.wallet_count > 0 ? TEXT_HINT_WELCOME_WALLET
                                                     : TEXT_HINT_WELCOME);
    screen_sticky(terminal, view);
    view->entry = ENTRY_CARD;
    snprintf(view->typed, sizeof view->typed, "%s", terminal->typed);
    view->card_light = LIGHT_BLINK;
    screen_no_cash(terminal, view);
    if (terminal->settings.wallet_count > 0)
        screen_label(terminal, view, FDK_L1, TEXT_WALLET_LABEL);
    else if (terminal->settings.card_at_hand)
        screen_own_card(terminal, view);
    if (text_language_count() > 1)
        screen_label(terminal, view, FDK_R1, TEXT_LANGUAGE_OTHER);
}

void screen_language(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_LANGUAGE_HEADING, TEXT_NONE, TEXT_HINT_CHOOSE);
    for (int i = 0; i < VIEW_FDKS; i++) {
        const int language = session_language(terminal, i);
        if (language >= 0)
            snprintf(view->fdk[i].label, sizeof view->fdk[i].label, "%s",
                     text_get(language, TEXT_LANGUAGE));
        else if (language == SESSION_MORE_LANGUAGES)
            screen_label(terminal, view, i, TEXT_MENU_MORE);
    }
}

void screen_pin_entry(const struct terminal *terminal, struct view *view)
{
    const bool code = terminal->by_code;
    screen_say(terminal, view, code ? TEXT_CODE_ENTER_PIN : TEXT_PIN, TEXT_PIN_DETAIL,
               code ? TEXT_HINT_CODE : TEXT_HINT_PIN);
    view->entry = ENTRY_PIN;
    if (text_language_count() > 1)
        screen_label(terminal, view, FDK_R1, TEXT_LANGUAGE_OTHER);
    view->pin_digits = terminal->pin_digits;
    if (!code)
        screen_sticky(terminal, view);
}

void screen_new_pin(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_NEW_PIN, TEXT_NEW_PIN_DETAIL, TEXT_HINT_NEW_PIN);
    view->entry = ENTRY_PIN;
    view->pin_digits = terminal->pin_digits;
}

void screen_repeat_pin(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_REPEAT_PIN, TEXT_PIN_DETAIL, TEXT_HINT_NEW_PIN);
    view->entry = ENTRY_PIN;
    view->pin_digits = terminal->pin_digits;
}

void screen_take_card(const struct terminal *terminal, struct view *view)
{
    bool cash_follows = terminal->state == STATE_RETURNING_CARD;
    screen_say(terminal, view, TEXT_TAKE_CARD,
               cash_follows ? TEXT_TAKE_CARD_CASH : TEXT_TAKE_CARD_DETAIL, TEXT_HINT_TAKE_CARD);
    screen_label(terminal, view, FDK_L1, TEXT_TAKE_CARD_LABEL);
    view->card_light = LIGHT_BLINK;
}

void screen_goodbye(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_GOODBYE, TEXT_GOODBYE_DETAIL, TEXT_HINT_GOODBYE);
    view->tone = TONE_GOOD;
}

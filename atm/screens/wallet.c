/* SPDX-License-Identifier: MIT */
/* The demonstration's wallet: a key for each card. */
#include "atm/screens/screens.h"

#include <stdio.h>

void screen_own_card(const struct terminal *terminal, struct view *view)
{
    const bool owned = terminal->settings.card_owner[0] != '\0';
    text_fill(view->fdk[FDK_L1].label, sizeof view->fdk[FDK_L1].label, terminal->language,
              owned ? TEXT_WELCOME_INSERT_OWNER : TEXT_WELCOME_INSERT,
              terminal->settings.card_owner, "");
}

void screen_wallet(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_WALLET, TEXT_WALLET_DETAIL, TEXT_HINT_CHOOSE);
    view->card_light = LIGHT_BLINK;
    screen_own_card(terminal, view);
    for (int i = 0; i < terminal->settings.wallet_count; i++)
        snprintf(view->fdk[i + 1].label, sizeof view->fdk[i + 1].label, "%s",
                 wallet_card_words(&terminal->settings.wallet[i], terminal->language));
}

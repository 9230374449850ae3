/* SPDX-License-Identifier: MIT */
/* The screens of a transfer: whose card, how much, and whether both are right. */
#include "atm/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

void screen_receiver(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_RECEIVER, TEXT_RECEIVER_DETAIL, TEXT_HINT_DIGITS);
    view->entry = ENTRY_CARD;
    snprintf(view->typed, sizeof view->typed, "%s", terminal->typed);
    const struct wallet_card *second = wallet_receiver(terminal);
    if (second != NULL)
        snprintf(view->fdk[FDK_L1].label, sizeof view->fdk[FDK_L1].label, "%s",
                 wallet_card_words(second, terminal->language));
    screen_label(terminal, view, FDK_R4, TEXT_AMOUNT_CONFIRM);
}

void screen_type_amount(const struct terminal *terminal, struct view *view, enum text heading)
{
    screen_say(terminal, view, heading, TEXT_TRANSFER_AMOUNT_DETAIL, TEXT_HINT_DIGITS);
    view->entry = ENTRY_AMOUNT;
    view->amount = strtoll(terminal->typed, NULL, 10) * 100;
    view->amount_shown = true;
    screen_label(terminal, view, FDK_R4, TEXT_AMOUNT_CONFIRM);
}

void screen_confirm(const struct terminal *terminal, struct view *view, enum text heading)
{
    char sum[MONEY_TEXT_LENGTH];
    screen_say(terminal, view, TEXT_NONE, TEXT_NONE, TEXT_HINT_CHOOSE);
    text_fill(view->heading, sizeof view->heading, terminal->language, heading,
              phase_money(terminal, terminal->withdrawal.amount, sum), terminal->currency);
    view->amount = terminal->withdrawal.amount;
    view->amount_shown = true;
    screen_label(terminal, view, FDK_L1, TEXT_YES);
    screen_label(terminal, view, FDK_R1, TEXT_NO);
}

void screen_transfer_amount(const struct terminal *terminal, struct view *view)
{
    screen_type_amount(terminal, view, TEXT_TRANSFER_AMOUNT);
}

void screen_transfer_confirm(const struct terminal *terminal, struct view *view)
{
    char masked[PAN_DIGITS_MAX + 1];
    screen_confirm(terminal, view, TEXT_TRANSFER_CONFIRM);
    text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_TRANSFER_CONFIRM_DETAIL,
              pan_mask(terminal->receiver, masked), "");
}

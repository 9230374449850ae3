/* SPDX-License-Identifier: MIT */
/* The screens of a cash code: how much, a PIN of its own, whether both are right, and the number.
 */
#include "atm/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

void screen_code_amount(const struct terminal *terminal, struct view *view)
{
    screen_say(terminal, view, TEXT_CODE_AMOUNT, TEXT_TRANSFER_AMOUNT_DETAIL, TEXT_HINT_DIGITS);
    view->entry = ENTRY_AMOUNT;
    view->amount = strtoll(terminal->typed, NULL, 10) * 100;
    view->amount_shown = true;
    screen_label(terminal, view, FDK_R4, TEXT_AMOUNT_CONFIRM);
}

static void screen_pin(const struct terminal *terminal, struct view *view, enum text heading,
                       enum text detail)
{
    screen_say(terminal, view, heading, detail, TEXT_HINT_NEW_PIN);
    view->entry = ENTRY_PIN;
    view->pin_digits = terminal->pin_digits;
}

void screen_code_pin(const struct terminal *terminal, struct view *view)
{
    screen_pin(terminal, view, TEXT_CODE_PIN, TEXT_CODE_PIN_DETAIL);
}

void screen_repeat_code_pin(const struct terminal *terminal, struct view *view)
{
    screen_pin(terminal, view, TEXT_CODE_REPEAT_PIN, TEXT_PIN_DETAIL);
}

void screen_code_confirm(const struct terminal *terminal, struct view *view)
{
    char sum[MONEY_TEXT_LENGTH];
    screen_say(terminal, view, TEXT_NONE, TEXT_CODE_CONFIRM_DETAIL, TEXT_HINT_CHOOSE);
    text_fill(view->heading, sizeof view->heading, terminal->language, TEXT_CODE_CONFIRM,
              phase_money(terminal, terminal->withdrawal.amount, sum), terminal->currency);
    view->amount = terminal->withdrawal.amount;
    view->amount_shown = true;
    screen_label(terminal, view, FDK_L1, TEXT_YES);
    screen_label(terminal, view, FDK_R1, TEXT_NO);
}

/* In groups, as it is told on; typed it is without them. */
void screen_code_shown(const struct terminal *terminal, struct view *view)
{
    char until[FORMAT_DATE_LENGTH] = "", number[CASH_CODE_LENGTH + 2] = "";
    screen_say(terminal, view, TEXT_NONE, TEXT_NONE, TEXT_PRESS_ENTER);
    snprintf(number, sizeof number, "%.4s %.3s %.3s", terminal->code, terminal->code + 4,
             terminal->code + 7);
    text_fill(view->heading, sizeof view->heading, terminal->language, TEXT_CODE_SHOWN, number, "");
    format_moment(until, terminal->language, TEXT_FORMAT_CLOCK, terminal->code_until_s);
    text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_CODE_SHOWN_DETAIL, until,
              "");
    view->amount = terminal->withdrawal.amount;
    view->amount_shown = true;
    view->tone = TONE_GOOD;
    screen_label(terminal, view, FDK_R4, TEXT_CONTINUE);
}

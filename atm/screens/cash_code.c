/* SPDX-License-Identifier: MIT */
/* The screens of a cash code: how much, a PIN of its own, whether both are right, and the number.
 */
#include "atm/screens/screens.h"

#include <stdio.h>

void screen_code_amount(const struct terminal *terminal, struct view *view)
{
    screen_type_amount(terminal, view, TEXT_CODE_AMOUNT);
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
    screen_confirm(terminal, view, TEXT_CODE_CONFIRM);
    text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_CODE_CONFIRM_DETAIL, "",
              "");
}

/* The number is shown large and in groups, to be read out. It is typed without blanks. */
void screen_code_shown(const struct terminal *terminal, struct view *view)
{
    char until[FORMAT_DATE_LENGTH] = "", amount[MONEY_TEXT_LENGTH];
    screen_say(terminal, view, TEXT_NONE, TEXT_NONE, TEXT_PRESS_ENTER);
    phase_money(terminal, terminal->withdrawal.amount, amount);
    text_fill(view->heading, sizeof view->heading, terminal->language, TEXT_CODE_SHOWN, amount,
              terminal->currency);
    format_moment(until, terminal->language, TEXT_FORMAT_CLOCK, terminal->code_until_s);
    text_fill(view->detail, sizeof view->detail, terminal->language, TEXT_CODE_SHOWN_DETAIL, until,
              "");
    cash_code_show(terminal->code, view->number);
    view->tone = TONE_GOOD;
    screen_label(terminal, view, FDK_R1, TEXT_CONTINUE);
}

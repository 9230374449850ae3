/* SPDX-License-Identifier: MIT */
/* What the phases share. */
#include "atm/terminal/phases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool phase_type_digits(struct terminal *terminal, const struct input *input, size_t most)
{
    size_t length = strlen(terminal->typed);
    if (input->kind == INPUT_CLEAR) {
        memset(terminal->typed, 0, sizeof terminal->typed);
        terminal->error = TEXT_NONE;
        return true;
    }
    if (input->kind != INPUT_DIGIT)
        return false;
    if (length < most && length < sizeof terminal->typed - 1)
        terminal->typed[length] = (char)input->value;
    terminal->error = TEXT_NONE;
    return true;
}

void phase_message(struct terminal *terminal, enum text heading, enum text detail,
                   const char *first, const char *second, enum view_tone tone,
                   enum terminal_state after)
{
    terminal->message = (struct message){ .heading = heading, .tone = tone, .after = after };
    text_fill(terminal->message.detail, sizeof terminal->message.detail, terminal->language, detail,
              first, second);
}

struct advice *phase_advise(struct terminal *terminal, struct effects *effects,
                            enum advice_outcome outcome, const char *reason)
{
    struct advice *advice = &effects_add(effects, EFFECT_ADVISE)->advice;
    advice->withdrawal = terminal->withdrawal.id;
    advice->outcome = outcome;
    snprintf(advice->reason, sizeof advice->reason, "%.*s", (int)sizeof advice->reason - 1, reason);
    return advice;
}

char *phase_money(const struct terminal *terminal, money amount,
                  char buffer[static MONEY_TEXT_LENGTH])
{
    return format_money(buffer, terminal->language, amount);
}

bool phase_goes_on(const struct input *input, int key)
{
    return input->kind == INPUT_ENTER || (input->kind == INPUT_FDK && input->value == key);
}

enum signal phase_type_amount(struct terminal *terminal, const struct input *input,
                              enum signal typed)
{
    enum { AMOUNT_DIGITS = 6 };
    if (phase_type_digits(terminal, input, AMOUNT_DIGITS) || !phase_goes_on(input, FDK_R4))
        return SIGNAL_NONE;
    const money amount = strtoll(terminal->typed, NULL, 10) * 100;
    terminal->withdrawal = (struct withdrawal){ .amount = amount };
    terminal->error = amount > 0 ? TEXT_NONE : TEXT_AMOUNT_NONE;
    return amount > 0 ? typed : SIGNAL_NONE;
}

enum signal phase_confirm(const struct terminal *terminal, const struct input *input)
{
    if (input->kind == INPUT_FDK && input->value == FDK_R1)
        return SIGNAL_NO;
    if (input->kind != INPUT_FDK || input->value != FDK_L1)
        return SIGNAL_NONE;
    return terminal->online ? SIGNAL_YES : SIGNAL_OFFLINE;
}

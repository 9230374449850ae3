/* SPDX-License-Identifier: MIT */
/*
 * The second page of the menu, and the mini statement, which is asked for there:
 * the last movements of the account on the screen, and on paper if they are
 * wanted there.
 */
#include "atm/terminal/phases.h"

#include <stdio.h>

static enum signal page_signal(struct terminal *terminal, const struct input *input)
{
    if (input->kind != INPUT_FDK)
        return SIGNAL_NONE;
    switch (input->value) {
    case FDK_L1:
        return terminal->online ? SIGNAL_STATEMENT_ASKED : SIGNAL_OFFLINE;
    case FDK_L2:
        return terminal->online ? SIGNAL_NEW_PIN_ASKED : SIGNAL_OFFLINE;
    case FDK_L3:
        return terminal->online ? SIGNAL_TRANSFER_ASKED : SIGNAL_OFFLINE;
    case FDK_L4:
        terminal->no_receipts = !terminal->no_receipts;
        return SIGNAL_NONE;
    case FDK_R1:
        return terminal->online ? SIGNAL_CODE_ASKED : SIGNAL_OFFLINE;
    case FDK_R3:
        return SIGNAL_CANCEL;
    case FDK_R4:
        return SIGNAL_BACK;
    default:
        return SIGNAL_NONE;
    }
}

static enum signal statement_signal(const struct terminal *terminal, const struct input *input)
{
    if (input->kind == INPUT_FDK && input->value == FDK_L4 && terminal->statement.count > 0 &&
        !terminal->facts.no_paper)
        return SIGNAL_PRINT;
    if (phase_goes_on(input, FDK_R4))
        return SIGNAL_GO_ON;
    return SIGNAL_NONE;
}

enum signal more_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind != EVENT_INPUT)
        return SIGNAL_NONE;
    return terminal->state == STATE_MORE ? page_signal(terminal, &event->input)
                                         : statement_signal(terminal, &event->input);
}

PHASE_ACTION(statement_ask)
{
    terminal->asking = event->facts.fresh_id;
    terminal->wants = WANTS_STATEMENT;
    effects_add(effects, EFFECT_ASK_STATEMENT)->id = terminal->asking;
}

PHASE_ACTION(statement_told)
{
    terminal->balance = event->reply.balance;
    terminal->statement = event->reply.statement;
    effects_add(effects, EFFECT_PIN_WIPE);
}

PHASE_ACTION(statement_print)
{
    struct effect *print = effects_add(effects, EFFECT_PRINT);
    print->id = terminal->asking;
    print->balance = terminal->balance;
    print->statement = terminal->statement;
    print->language = terminal->language;
    snprintf(print->text, sizeof print->text, "%s", terminal->card);
}

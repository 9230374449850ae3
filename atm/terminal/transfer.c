/* SPDX-License-Identifier: MIT */
/*
 * Money to another account: the receiver's card is typed, the amount, both are
 * confirmed, and the bank is asked. No note moves, so nothing is owed
 * afterwards; without an answer it is not known whether the bank has made the
 * transfer, and the customer is told just that.
 */
#include "atm/terminal/phases.h"

#include <stdio.h>
#include <string.h>

static enum signal receiver_signal(struct terminal *terminal, const struct input *input)
{
    const struct wallet_card *second = wallet_receiver(terminal);
    if (second != NULL && input->kind == INPUT_FDK && input->value == FDK_L1) {
        snprintf(terminal->typed, sizeof terminal->typed, "%s", second->receiver);
        return SIGNAL_NONE; /* seen first, then confirmed */
    }
    if (phase_type_digits(terminal, input, PAN_DIGITS_MAX) || !phase_goes_on(input, FDK_R4))
        return SIGNAL_NONE;
    if (!pan_valid(terminal->typed)) {
        terminal->error = TEXT_WELCOME_INVALID;
        return SIGNAL_NONE;
    }
    snprintf(terminal->receiver, sizeof terminal->receiver, "%.*s", PAN_DIGITS_MAX,
             terminal->typed);
    return SIGNAL_RECEIVER_TYPED;
}

enum signal transfer_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind != EVENT_INPUT)
        return SIGNAL_NONE;
    return terminal->state == STATE_RECEIVER ? receiver_signal(terminal, &event->input)
           : terminal->state == STATE_TRANSFER_AMOUNT
               ? phase_type_amount(terminal, &event->input, SIGNAL_TRANSFER_AMOUNT)
               : phase_confirm(terminal, &event->input);
}

PHASE_ACTION(transfer_ask)
{
    char masked[PAN_DIGITS_MAX + 1];
    terminal->withdrawal.id = terminal->asking = event->facts.fresh_id;
    terminal->wants = WANTS_TRANSFER;
    effects_journal(effects, JOURNAL_TRANSFER_REQUEST, &terminal->asking,
                    "amount=%lld card=%s to=%s", (long long)terminal->withdrawal.amount,
                    terminal->card, pan_mask(terminal->receiver, masked));
    struct effect *ask = effects_add(effects, EFFECT_ASK_TRANSFER);
    ask->id = terminal->asking;
    ask->amount = terminal->withdrawal.amount;
    snprintf(ask->text, sizeof ask->text, "%s", terminal->receiver);
}

PHASE_ACTION(transfer_done)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    effects_journal(effects, JOURNAL_TRANSFERRED, &terminal->asking, "%s", "");
    struct effect *print = effects_add(effects, EFFECT_PRINT);
    print->id = terminal->asking;
    print->amount = terminal->withdrawal.amount;
    print->balance = event->reply.balance;
    print->language = terminal->language;
    snprintf(print->text, sizeof print->text, "%s", terminal->card);
    pan_mask(terminal->receiver, print->receiver);
}

PHASE_ACTION(transfer_no_reply)
{
    effects_journal(effects, JOURNAL_NO_REPLY, &terminal->asking, "%s", "");
    effects_add(effects, EFFECT_PIN_WIPE);
    phase_message(terminal, TEXT_NO_REPLY, TEXT_TRANSFER_UNKNOWN, "", "", TONE_WARNING,
                  STATE_EJECTING);
    uuid_write(&terminal->asking, terminal->message.reference);
}

PHASE_ACTION(transfer_not_asked)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    phase_message(terminal, TEXT_MESSAGE_SORRY, TEXT_TROUBLE_DETAIL, "", "", TONE_BAD,
                  STATE_EJECTING);
}

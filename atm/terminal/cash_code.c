/* SPDX-License-Identifier: MIT */
/*
 * Issues a cash code: its amount, a PIN of its own that is typed twice, and the
 * number, which is shown once the bank has answered. The PIN's digits never come
 * here; the number does, and is wiped when the visit ends.
 *
 * No money moves, so nothing is owed afterwards. Without an answer the number is
 * not shown; a code that the bank has issued all the same expires unused.
 */
#include "atm/terminal/phases.h"

#include <stdio.h>
#include <string.h>

static enum signal shown_signal(const struct input *input)
{
    return phase_goes_on(input, FDK_R1) ? SIGNAL_GO_ON : SIGNAL_NONE;
}

enum signal cash_code_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind == EVENT_RECEIPT)
        return SIGNAL_RECEIPT_READY;
    if (event->kind != EVENT_INPUT)
        return SIGNAL_NONE;
    return terminal->state == STATE_CODE_AMOUNT
               ? phase_type_amount(terminal, &event->input, SIGNAL_CODE_AMOUNT)
           : terminal->state == STATE_CODE_CONFIRM ? phase_confirm(terminal, &event->input)
                                                   : shown_signal(&event->input);
}

PHASE_ACTION(code_begin)
{
    terminal->wants = WANTS_CODE;
    terminal->codes_taken = 0;
    effects_add(effects, EFFECT_PIN_FORGET)->pin_entry = PIN_NEW;
}

PHASE_ACTION(code_ask)
{
    char masked[PAN_DIGITS_MAX + 1];
    terminal->withdrawal.id = terminal->asking = event->facts.fresh_id;
    memcpy(terminal->code, event->facts.fresh_code, sizeof terminal->code);
    effects_journal(effects, JOURNAL_CODE_REQUEST, &terminal->asking, "amount=%lld card=%s code=%s",
                    (long long)terminal->withdrawal.amount, terminal->card,
                    pan_mask(terminal->code, masked));
    struct effect *ask = effects_add(effects, EFFECT_ASK_CODE);
    ask->id = terminal->asking;
    ask->amount = terminal->withdrawal.amount;
    snprintf(ask->text, sizeof ask->text, "%s", terminal->code);
}

PHASE_ACTION(code_taken)
{
    effects_journal(effects, JOURNAL_DECLINED, &terminal->asking, "reason=%s",
                    event->reply.refusal_text);
    terminal->codes_taken++;
    code_ask(terminal, event, effects);
}

PHASE_ACTION(code_differs)
{
    new_pin_again(terminal, effects, TEXT_NEW_PIN_DIFFERS, TEXT_CODE_PIN_DIFFERS, STATE_CODE_PIN);
}

PHASE_ACTION(code_weak)
{
    new_pin_again(terminal, effects, TEXT_NEW_PIN_WEAK, TEXT_CODE_PIN_WEAK, STATE_CODE_PIN);
}

PHASE_ACTION(code_issued)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    terminal->code_until_s = event->reply.until_s;
    effects_journal(effects, JOURNAL_CODE_ISSUED, &terminal->asking, "%s", "");
    if (terminal->no_receipts)
        return;
    struct effect *print = effects_add(effects, EFFECT_PRINT);
    print->id = terminal->asking;
    print->amount = terminal->withdrawal.amount;
    print->until_s = terminal->code_until_s;
    print->language = terminal->language;
    snprintf(print->text, sizeof print->text, "%s", terminal->code);
}

PHASE_ACTION(code_no_reply)
{
    effects_journal(effects, JOURNAL_NO_REPLY, &terminal->asking, "%s", "");
    effects_add(effects, EFFECT_PIN_WIPE);
    phase_message(terminal, TEXT_NO_REPLY, TEXT_CODE_UNKNOWN, "", "", TONE_WARNING, STATE_EJECTING);
    uuid_write(&terminal->asking, terminal->message.reference);
}

/* SPDX-License-Identifier: MIT */
/*
 * Another PIN, and a cash code's, which is typed as a new one is: the new one is typed twice, and
 * the bank is asked. The old one is what was typed at the visit's beginning. The PIN pad compares
 * the two; their digits never come here.
 *
 * Without an answer it is not known which of the two PINs holds, and the
 * customer is told just that. There is nothing to undo.
 */
#include "atm/terminal/phases.h"

enum signal new_pin_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind != EVENT_INPUT || phase_type_pin(terminal, &event->input) ||
        event->input.kind != INPUT_ENTER)
        return SIGNAL_NONE;
    if (!terminal->online)
        return SIGNAL_OFFLINE;
    const bool first = terminal->state == STATE_NEW_PIN || terminal->state == STATE_CODE_PIN;
    return first ? SIGNAL_NEW_PIN_TYPED : SIGNAL_NEW_PIN_REPEATED;
}

PHASE_ACTION(new_pin_begin)
{
    terminal->wants = WANTS_NEW_PIN;
    effects_add(effects, EFFECT_PIN_FORGET)->pin_entry = PIN_NEW;
}

PHASE_ACTION(new_pin_repeat)
{
    effects_add(effects, EFFECT_PIN_FORGET)->pin_entry = PIN_REPEATED;
}

PHASE_ACTION(new_pin_ask)
{
    terminal->asking = event->facts.fresh_id;
    effects_add(effects, EFFECT_ASK_NEW_PIN)->id = terminal->asking;
}

void new_pin_again(struct terminal *terminal, struct effects *effects, enum text heading,
                   enum text detail, enum terminal_state first)
{
    effects_add(effects, EFFECT_PIN_FORGET)->pin_entry = PIN_NEW;
    phase_message(terminal, heading, detail, "", "", TONE_WARNING, first);
}

PHASE_ACTION(new_pin_differs)
{
    new_pin_again(terminal, effects, TEXT_NEW_PIN_DIFFERS, TEXT_NEW_PIN_DIFFERS_DETAIL,
                  STATE_NEW_PIN);
}

PHASE_ACTION(new_pin_weak)
{
    new_pin_again(terminal, effects, TEXT_NEW_PIN_WEAK, TEXT_REFUSAL_WEAK_PIN, STATE_NEW_PIN);
}

PHASE_ACTION(new_pin_changed)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    terminal_note_is_wrong(terminal, terminal->card);
    effects_journal(effects, JOURNAL_PIN_CHANGED, NULL, "card=%s", terminal->card);
    phase_message(terminal, TEXT_NEW_PIN_CHANGED, TEXT_NEW_PIN_CHANGED_DETAIL, "", "", TONE_GOOD,
                  STATE_ANOTHER);
}

PHASE_ACTION(new_pin_no_reply)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    phase_message(terminal, TEXT_NO_REPLY, TEXT_NEW_PIN_UNKNOWN, "", "", TONE_WARNING,
                  STATE_EJECTING);
}

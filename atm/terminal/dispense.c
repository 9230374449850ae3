/* SPDX-License-Identifier: MIT */
/*
 * From the bank's approval to the withdrawal's one end: card, notes, cash.
 *
 * Every path out of here stores exactly one advice:
 *
 *   card not taken, nothing put out, trouble   not_dispensed
 *   all or some notes taken                    dispensed
 *   drawn back                                 retracted
 *   not known                                  unknown
 *
 * A journal entry stands before and after each movement. Before: without it
 * nothing moves. After: what has moved is told even when the journal fails.
 */
#include "atm/terminal/phases.h"
#include "shared/notes_text.h"

#include <stdio.h>

enum signal dispense_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind == EVENT_INPUT) {
        bool takes = phase_goes_on(&event->input, FDK_L1);
        if (!takes || (terminal->state == STATE_TAKING_CASH && terminal->withdrawal.walks_away))
            return SIGNAL_NONE;
        return terminal->state == STATE_RETURNING_CARD ? SIGNAL_CARD_TAKEN
               : terminal->state == STATE_TAKING_CASH  ? SIGNAL_CASH_TAKEN
                                                       : SIGNAL_NONE;
    }
    if (event->kind == EVENT_CARD_KEPT)
        return SIGNAL_CARD_KEPT;
    if (event->kind == EVENT_STACKED)
        return SIGNAL_STACKED;
    if (event->kind == EVENT_PRESENTED)
        return SIGNAL_PRESENTED;
    if (event->kind == EVENT_DISPENSE_FAILED)
        return SIGNAL_DISPENSE_FAILED;
    if (event->kind == EVENT_POSITION_UNKNOWN)
        return SIGNAL_POSITION_UNKNOWN;
    if (event->kind == EVENT_RETRACTED)
        return SIGNAL_RETRACTED;
    return SIGNAL_NONE;
}

static void sorry(struct terminal *terminal, enum text detail, enum view_tone tone,
                  enum terminal_state after)
{
    phase_message(terminal, TEXT_MESSAGE_SORRY, detail, "", "", tone, after);
    uuid_write(&terminal->withdrawal.id, terminal->message.reference);
}

static void journal_approved(struct terminal *terminal, const struct terminal_event *event,
                             struct effects *effects)
{
    char notes[NOTES_TEXT_LENGTH];
    terminal->withdrawal.notes = event->reply.notes;
    terminal->withdrawal.balance = event->reply.balance;
    effects_journal(effects, JOURNAL_APPROVED, &terminal->withdrawal.id, "notes=%s",
                    notes_text_format(&event->reply.notes, notes));
}

PHASE_ACTION(dispense_return_card)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    journal_approved(terminal, event, effects);
    effects_journal(effects, JOURNAL_CARD_EJECTED, &terminal->withdrawal.id, "card=%s",
                    terminal->card);
    effects_add(effects, EFFECT_EJECT);
}

/* The machine is being stopped, or the bank's notes make no sense here: nothing is put out. */
PHASE_ACTION(dispense_called_off)
{
    bool wrong = terminal->state == STATE_ASKING_CASH && !terminal->quitting;
    if (terminal->state == STATE_ASKING_CASH)
        journal_approved(terminal, event, effects);
    phase_advise(terminal, effects, ADVICE_NOT_DISPENSED,
                 wrong ? "notes do not fit" : "terminal stopped");
    if (terminal->state == STATE_RETURNING_CARD)
        session_leave(terminal, event, effects);
    else if (!wrong)
        session_eject(terminal, event, effects);
    if (wrong)
        sorry(terminal, TEXT_NOT_DISPENSED_DETAIL, TONE_WARNING, STATE_EJECTING);
}

static void stack(struct terminal *terminal, struct effects *effects)
{
    char notes[NOTES_TEXT_LENGTH];
    struct withdrawal *withdrawal = &terminal->withdrawal;
    effects_journal(effects, JOURNAL_STACK, &withdrawal->id, "notes=%s",
                    notes_text_format(&withdrawal->notes, notes));
    struct effect *effect = effects_add(effects, EFFECT_STACK);
    effect->id = withdrawal->id;
    effect->notes = withdrawal->notes;
}

PHASE_ACTION(dispense_stack)
{
    terminal->card_inside = false;
    effects_journal(effects, JOURNAL_CARD_TAKEN, &terminal->withdrawal.id, "%s", "");
    stack(terminal, effects);
}

/* With a cash code there is no card to take first. */
PHASE_ACTION(dispense_at_once)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    journal_approved(terminal, event, effects);
    stack(terminal, effects);
}

PHASE_ACTION(dispense_present)
{
    terminal->withdrawal.rejected =
        terminal->withdrawal.notes; /* where they go when they are not put out */
    effects_journal(effects, JOURNAL_STACKED, &terminal->withdrawal.id, "%s", "");
    effects_journal(effects, JOURNAL_PRESENT, &terminal->withdrawal.id, "%s", "");
    effects_add(effects, EFFECT_PRESENT);
}

PHASE_ACTION(dispense_presented)
{
    char notes[NOTES_TEXT_LENGTH], rejected[NOTES_TEXT_LENGTH];
    struct withdrawal *withdrawal = &terminal->withdrawal;
    withdrawal->presented = event->notes;
    withdrawal->rejected = event->rejected;
    withdrawal->walks_away = event->flag;
    withdrawal->out = true;
    effects_journal(effects, JOURNAL_PRESENTED, &withdrawal->id, "notes=%s rejected=%s",
                    notes_text_format(&event->notes, notes),
                    notes_text_format(&event->rejected, rejected));
}

PHASE_ACTION(dispense_failed)
{
    char notes[NOTES_TEXT_LENGTH];
    effects_journal(effects, JOURNAL_DISPENSE_FAILED, &terminal->withdrawal.id, "rejected=%s",
                    notes_text_format(&event->rejected, notes));
    phase_advise(terminal, effects, ADVICE_NOT_DISPENSED, event->text)->rejected = event->rejected;
    sorry(terminal, TEXT_NOT_DISPENSED_DETAIL, TONE_WARNING, STATE_GOODBYE);
}

PHASE_ACTION(dispense_unknown)
{
    effects_journal(effects, JOURNAL_POSITION_UNKNOWN, &terminal->withdrawal.id, "%s", "");
    phase_advise(terminal, effects, ADVICE_UNKNOWN, event->text);
    sorry(terminal, TEXT_UNKNOWN_DETAIL, TONE_BAD, STATE_GOODBYE);
}

/* After all that is owed. A cash code is used once, and so is nothing to remember by. */
static void remember(const struct terminal *terminal, struct effects *effects)
{
    if (terminal->by_code)
        return;
    struct effect *effect = effects_add(effects, EFFECT_REMEMBER);
    effect->language = terminal->language_chosen ? terminal->language : -1;
    effect->amount = terminal->withdrawal.amount;
}

PHASE_ACTION(dispense_taken)
{
    struct withdrawal *withdrawal = &terminal->withdrawal;
    char notes[NOTES_TEXT_LENGTH];
    effects_add(effects, EFFECT_TAKE);
    effects_journal(effects, JOURNAL_TAKEN, &withdrawal->id, "notes=%s",
                    notes_text_format(&withdrawal->presented, notes));
    bool all = notes_value(&withdrawal->presented) == withdrawal->amount;
    struct advice *advice =
        phase_advise(terminal, effects, ADVICE_DISPENSED, all ? "" : "some notes jammed");
    advice->taken = withdrawal->presented;
    advice->rejected = withdrawal->rejected;
    remember(terminal, effects);
    if (!withdrawal->receipt)
        return;
    struct effect *print = effects_add(effects, EFFECT_PRINT);
    print->id = withdrawal->id;
    print->amount = notes_value(&withdrawal->presented);
    print->balance = withdrawal->balance + withdrawal->amount - print->amount;
    print->by_code = terminal->by_code;
    print->notes = withdrawal->presented;
    print->language = terminal->language;
    snprintf(print->text, sizeof print->text, "%s", terminal->card);
}

PHASE_ACTION(dispense_retract)
{
    effects_journal(effects, JOURNAL_RETRACT, &terminal->withdrawal.id, "%s", "");
    effects_add(effects, EFFECT_RETRACT);
}

PHASE_ACTION(dispense_retracted)
{
    char notes[NOTES_TEXT_LENGTH];
    effects_journal(effects, JOURNAL_RETRACTED, &terminal->withdrawal.id, "notes=%s",
                    notes_text_format(&event->notes, notes));
    struct advice *advice = phase_advise(terminal, effects, ADVICE_RETRACTED, "not taken");
    advice->retracted = event->notes;
    advice->rejected = terminal->withdrawal.rejected;
    sorry(terminal, TEXT_RETRACTED_DETAIL, TONE_WARNING, STATE_GOODBYE);
}

PHASE_ACTION(dispense_card_kept)
{
    terminal->card_inside = false;
    if (event->kind != EVENT_CARD_KEPT)
        effects_add(effects, EFFECT_RETAIN);
    effects_journal(effects, JOURNAL_CARD_RETAINED, &terminal->withdrawal.id, "card=%s",
                    terminal->card);
    phase_advise(terminal, effects, ADVICE_NOT_DISPENSED, "card not taken");
    phase_message(terminal, TEXT_CARD_RETAINED, TEXT_CARD_RETAINED_CASH, "", "", TONE_BAD,
                  STATE_GOODBYE);
    uuid_write(&terminal->withdrawal.id, terminal->message.reference);
}

/* The journal failed before the next movement, which was then left out. What is stacked goes to the
 * reject bin. */
PHASE_ACTION(dispense_trouble)
{
    bool stacked = notes_count(&terminal->withdrawal.rejected) > 0;
    if (stacked)
        effects_add(effects, EFFECT_PURGE);
    struct advice *advice = phase_advise(terminal, effects, ADVICE_NOT_DISPENSED, "journal");
    advice->rejected = terminal->withdrawal.rejected;
    sorry(terminal, TEXT_NOT_DISPENSED_DETAIL, TONE_WARNING,
          terminal->card_inside ? STATE_EJECTING : STATE_GOODBYE);
}

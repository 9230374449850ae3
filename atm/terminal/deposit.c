/* SPDX-License-Identifier: MIT */
/*
 * A deposit, from the question to the receipt:
 *
 *   ASKING_DEPOSIT → DEPOSIT_OPEN → DEPOSIT_COUNTING → [DEPOSIT_BACK] → DEPOSIT_COUNTED
 *      → DEPOSIT_CREDITING → ANOTHER, or → DEPOSIT_RETURNING → DEPOSIT_BACK → EJECTING
 *
 * From its journal entry on it is owed an end, and every path out of here
 * stores exactly one advice: counted once the notes are to stay in the
 * machine, cancelled as long as the customer has them or has them again. Notes
 * that were counted and that are left undecided are not left to strangers:
 * they stay, and are credited. Notes in the slot are the customer's, also those
 * that came back: the machine asks for them to be taken before it goes on.
 */
#include "atm/terminal/phases.h"
#include "shared/notes_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int32_t deposit_notes[DEPOSIT_NOTES_COUNT] = { 500, 1000, 2000, 5000, 10000, 20000 };

/* ---- what is done with the keys ---- */

/* So many notes as were typed, or one, into the slot. */
static void slot_add(struct terminal *terminal, int32_t denomination)
{
    struct notes *slot = &terminal->deposit.slot;
    int count = terminal->typed[0] == '\0' ? 1 : atoi(terminal->typed);
    if (notes_count(slot) + count > SLOT_NOTES_MAX)
        terminal->error = TEXT_DEPOSIT_FULL;
    else
        notes_add(slot, denomination, count);
    memset(terminal->typed, 0, sizeof terminal->typed);
}

static enum signal open_signal(struct terminal *terminal, const struct input *input)
{
    bool nothing_typed = terminal->typed[0] == '\0';
    bool done = phase_goes_on(input, FDK_R3);
    if (input->kind == INPUT_CLEAR && nothing_typed)
        terminal->deposit.slot = (struct notes){ 0 };
    if (phase_type_digits(terminal, input, 3))
        return SIGNAL_NONE;
    terminal->error = TEXT_NONE;
    if (input->kind == INPUT_FDK && input->value < DEPOSIT_NOTES_COUNT) {
        slot_add(terminal, deposit_notes[input->value]);
        return SIGNAL_NONE;
    }
    if (input->kind == INPUT_FDK && input->value == FDK_R4)
        return SIGNAL_CANCEL;
    notes_drop_zeros(&terminal->deposit.slot);
    if (done && notes_count(&terminal->deposit.slot) > 0)
        return SIGNAL_NOTES_INSERTED;
    if (done)
        terminal->error = TEXT_DEPOSIT_NONE;
    return SIGNAL_NONE;
}

static enum signal counted_signal(const struct input *input)
{
    if (phase_goes_on(input, FDK_L1))
        return SIGNAL_YES;
    return input->kind == INPUT_FDK && input->value == FDK_R1 ? SIGNAL_NO : SIGNAL_NONE;
}

static enum signal back_signal(const struct input *input)
{
    return phase_goes_on(input, FDK_L1) ? SIGNAL_NOTES_TAKEN : SIGNAL_NONE;
}

static bool reply_holds(const struct reply *reply)
{
    return strcmp(reply->state, "held") == 0;
}

enum signal deposit_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind == EVENT_NOTES_COUNTED)
        return SIGNAL_NOTES_COUNTED;
    if (event->kind == EVENT_COUNT_FAILED)
        return SIGNAL_COUNT_FAILED;
    if (event->kind == EVENT_NOTES_RETURNED)
        return event->flag ? SIGNAL_NOTES_RETURNED : SIGNAL_NOTES_STAY;
    if (event->kind == EVENT_ADVISED && uuid_equal(&event->reply.id, &terminal->withdrawal.id))
        return event->reply.ok &&
                       (strcmp(event->reply.state, "completed") == 0 || reply_holds(&event->reply))
                   ? SIGNAL_CREDITED
                   : SIGNAL_NOT_CREDITED;
    if (event->kind == EVENT_INPUT && terminal->state == STATE_DEPOSIT_OPEN)
        return open_signal(terminal, &event->input);
    if (event->kind == EVENT_INPUT && terminal->state == STATE_DEPOSIT_BACK)
        return back_signal(&event->input);
    if (event->kind == EVENT_INPUT && terminal->state == STATE_DEPOSIT_COUNTED)
        return counted_signal(&event->input);
    return SIGNAL_NONE;
}

/* ---- notes to take back ---- */

/* Where the slot has some they are asked for; then, or at once, the card comes. */
static void slot_empties(struct terminal *terminal, const struct terminal_event *event,
                         struct effects *effects, enum text why)
{
    notes_drop_zeros(&terminal->deposit.slot);
    terminal->deposit.why_back = why;
    terminal->deposit.goes_on = false;
    terminal->chosen = STATE_DEPOSIT_BACK;
    if (notes_count(&terminal->deposit.slot) > 0)
        return;
    terminal->chosen = STATE_EJECTING;
    session_eject(terminal, event, effects);
}

PHASE_ACTION(deposit_go_on)
{
    if (event->kind == EVENT_INPUT)
        terminal->deposit.slot = (struct notes){ 0 };
    terminal->chosen = terminal->deposit.goes_on ? STATE_DEPOSIT_COUNTED : STATE_EJECTING;
    if (!terminal->deposit.goes_on)
        session_eject(terminal, event, effects);
}

PHASE_ACTION(deposit_leave)
{
    terminal->chosen = terminal->deposit.goes_on ? STATE_DEPOSIT_RETURNING : STATE_OFF;
    if (terminal->deposit.goes_on)
        deposit_give_back(terminal, event, effects);
    else
        session_leave(terminal, event, effects);
}

/* ---- the question ---- */

PHASE_ACTION(deposit_ask)
{
    terminal->withdrawal = (struct withdrawal){ .id = event->facts.fresh_id };
    terminal->deposit = (struct deposit){ 0 };
    terminal->asking = event->facts.fresh_id;
    terminal->wants = WANTS_DEPOSIT;
    effects_add(effects, EFFECT_RESERVE);
    effects_journal(effects, JOURNAL_DEPOSIT_REQUEST, &terminal->withdrawal.id, "card=%s",
                    terminal->card);
    effects_add(effects, EFFECT_ASK_DEPOSIT)->id = terminal->withdrawal.id;
}

PHASE_ACTION(deposit_approved)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    effects_journal(effects, JOURNAL_APPROVED, &terminal->withdrawal.id, "%s", "deposit");
}

PHASE_ACTION(deposit_no_reply)
{
    effects_journal(effects, JOURNAL_NO_REPLY, &terminal->withdrawal.id, "%s", "");
    phase_advise(terminal, effects, ADVICE_CANCELLED,
                 event->kind == EVENT_NO_REPLY ? "timeout" : "bank undecided");
    effects_add(effects, EFFECT_PIN_WIPE);
    phase_message(terminal, TEXT_NO_REPLY, TEXT_OFFLINE_DETAIL, "", "", TONE_WARNING,
                  STATE_EJECTING);
    uuid_write(&terminal->withdrawal.id, terminal->message.reference);
}

/* The journal failed before any note went in. */
PHASE_ACTION(deposit_trouble)
{
    phase_advise(terminal, effects, ADVICE_CANCELLED, "journal");
    effects_add(effects, EFFECT_PIN_WIPE);
    if (notes_count(&terminal->deposit.slot) > 0) {
        slot_empties(terminal, event, effects, TEXT_DEPOSIT_FAILED);
        return;
    }
    phase_message(terminal, TEXT_MESSAGE_SORRY, TEXT_DEPOSIT_NOTHING, "", "", TONE_BAD,
                  STATE_EJECTING);
    terminal->chosen = STATE_MESSAGE;
}

/* Esc is a step back, where no note is in the slot; the card stays for what the customer does
 * next. */
PHASE_ACTION(deposit_abandon)
{
    phase_advise(terminal, effects, ADVICE_CANCELLED, "no notes");
    if (event->kind == EVENT_INPUT && notes_count(&terminal->deposit.slot) == 0)
        terminal->chosen = STATE_ANOTHER;
    else
        slot_empties(terminal, event, effects, TEXT_DEPOSIT_BACK_DETAIL);
}

/* ---- the notes ---- */

PHASE_ACTION(deposit_count)
{
    char notes[NOTES_TEXT_LENGTH];
    struct deposit *deposit = &terminal->deposit;
    effects_journal(effects, JOURNAL_ACCEPT, &terminal->withdrawal.id, "notes=%s",
                    notes_text_format(&deposit->slot, notes));
    struct effect *accept = effects_add(effects, EFFECT_ACCEPT);
    accept->id = terminal->withdrawal.id;
    accept->notes = deposit->slot;
}

PHASE_ACTION(deposit_counted)
{
    char notes[NOTES_TEXT_LENGTH], rejected[NOTES_TEXT_LENGTH];
    terminal->deposit.counted = event->notes;
    terminal->deposit.unreadable = terminal->deposit.slot = event->rejected;
    terminal->deposit.why_back = TEXT_DEPOSIT_UNREADABLE;
    terminal->deposit.goes_on = notes_count(&event->rejected) > 0;
    terminal->chosen = terminal->deposit.goes_on ? STATE_DEPOSIT_BACK : STATE_DEPOSIT_COUNTED;
    effects_journal(effects, JOURNAL_COUNTED, &terminal->withdrawal.id, "notes=%s rejected=%s",
                    notes_text_format(&event->notes, notes),
                    notes_text_format(&event->rejected, rejected));
}

PHASE_ACTION(deposit_failed)
{
    effects_journal(effects, JOURNAL_COUNT_FAILED, &terminal->withdrawal.id, "why=%s", event->text);
    phase_advise(terminal, effects, ADVICE_CANCELLED, event->text);
    slot_empties(terminal, event, effects, TEXT_DEPOSIT_FAILED);
}

PHASE_ACTION(deposit_give_back)
{
    effects_journal(effects, JOURNAL_GIVE_BACK, &terminal->withdrawal.id, "%s", "");
    effects_add(effects, EFFECT_GIVE_BACK);
}

PHASE_ACTION(deposit_returned)
{
    effects_journal(effects, JOURNAL_GIVEN_BACK, &terminal->withdrawal.id, "%s", "");
    phase_advise(terminal, effects, ADVICE_CANCELLED,
                 terminal->quitting ? "terminal stopped" : "customer");
    /* Those that were not taken lie there yet. */
    notes_add_all(&terminal->deposit.slot, &terminal->deposit.counted);
    slot_empties(terminal, event, effects, TEXT_DEPOSIT_BACK_DETAIL);
}

/* The machine is being stopped, and has none of the notes. */
PHASE_ACTION(deposit_called_off)
{
    phase_advise(terminal, effects, ADVICE_CANCELLED, "terminal stopped");
    if (terminal->state == STATE_ASKING_DEPOSIT)
        session_eject(terminal, event, effects);
    else
        session_leave(terminal, event, effects);
}

PHASE_ACTION(deposit_keep)
{
    char notes[NOTES_TEXT_LENGTH];
    effects_journal(effects, JOURNAL_KEEP, &terminal->withdrawal.id, "%s", "");
    effects_add(effects, EFFECT_KEEP);
    effects_journal(effects, JOURNAL_KEPT, &terminal->withdrawal.id, "notes=%s",
                    notes_text_format(&terminal->deposit.counted, notes));
    phase_advise(terminal, effects, ADVICE_COUNTED, "")->accepted = terminal->deposit.counted;
}

/* Notes that cannot come out are the customer's all the same. */
PHASE_ACTION(deposit_stays)
{
    deposit_keep(terminal, event, effects);
    phase_message(terminal, TEXT_MESSAGE_SORRY, TEXT_DEPOSIT_STAYS, "", "", TONE_WARNING,
                  STATE_EJECTING);
    uuid_write(&terminal->withdrawal.id, terminal->message.reference);
}

/* ---- the end ---- */

/* With the bank's answer there is a balance to print; without it the advice is on its way all the
 * same. */
PHASE_ACTION(deposit_credited)
{
    struct effect *print = effects_add(effects, EFFECT_PRINT);
    print->id = terminal->withdrawal.id;
    print->deposit = true;
    print->amount = notes_value(&terminal->deposit.counted);
    print->balance_known = event->kind == EVENT_ADVISED;
    terminal->deposit.held = event->kind == EVENT_ADVISED && reply_holds(&event->reply);
    print->balance = event->reply.balance;
    print->notes = terminal->deposit.counted;
    print->language = terminal->language;
    snprintf(print->text, sizeof print->text, "%s", terminal->card);
}

PHASE_ACTION(deposit_not_credited)
{
    phase_message(terminal, TEXT_MESSAGE_SORRY, TEXT_DEPOSIT_SUSPECT, "", "", TONE_BAD,
                  STATE_EJECTING);
    uuid_write(&terminal->withdrawal.id, terminal->message.reference);
}

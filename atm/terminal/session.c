/* SPDX-License-Identifier: MIT */
/*
 * The customer's visit around the transactions: card in, language, PIN,
 * messages, another transaction, card out. The PIN's digits never come here:
 * the PIN pad keeps them and this file only counts.
 */
#include "atm/terminal/phases.h"

#include <stdio.h>
#include <string.h>

static enum signal welcome_signal(struct terminal *terminal, const struct input *input)
{
    const struct terminal_settings *settings = &terminal->settings;
    if (input->kind == INPUT_SUPERVISOR)
        return SIGNAL_SUPERVISOR;
    if (phase_type_digits(terminal, input, PAN_DIGITS_MAX))
        return SIGNAL_NONE;
    if (input->kind == INPUT_FDK && input->value == FDK_R1 && text_language_count() > 1)
        return SIGNAL_LANGUAGE_ASKED;
    if (input->kind == INPUT_FDK && input->value == FDK_L1 && settings->card_at_hand) {
        terminal->typed[0] = '\0';
        return settings->wallet_count > 0 ? SIGNAL_WALLET_ASKED : SIGNAL_CARD_OFFERED;
    }
    if (input->kind == INPUT_ENTER && (settings->card_at_hand || terminal->typed[0] != '\0'))
        return SIGNAL_CARD_OFFERED;
    if (input->kind == INPUT_ENTER)
        terminal->error = TEXT_WELCOME_NO_CARD;
    return SIGNAL_NONE;
}

bool phase_type_pin(struct terminal *terminal, const struct input *input)
{
    const bool early = input->kind == INPUT_ENTER && terminal->pin_digits < PIN_DIGITS_MIN;
    if (input->kind == INPUT_CLEAR)
        terminal->pin_digits = 0;
    else if (input->kind == INPUT_DIGIT)
        terminal->pin_digits += terminal->pin_digits < PIN_DIGITS_MAX;
    else if (!early)
        return false;
    terminal->error = early ? TEXT_PIN_SHORT : TEXT_NONE;
    return true;
}

static enum signal pin_signal(struct terminal *terminal, const struct input *input)
{
    if (phase_type_pin(terminal, input)) {
        return SIGNAL_NONE;
    } else if (input->kind == INPUT_FDK && input->value == FDK_R1 && text_language_count() > 1) {
        return SIGNAL_LANGUAGE_ASKED;
    } else if (input->kind == INPUT_ENTER) {
        return terminal->pin_again ? SIGNAL_PIN_TYPED_AGAIN
               : terminal->by_code ? SIGNAL_CODE_TYPED
               : terminal->online  ? SIGNAL_PIN_TYPED
                                   : SIGNAL_OFFLINE;
    }
    return SIGNAL_NONE;
}

/* Yes is the left top key, No the right top one, wherever a question is answered so. */
static enum signal yes_or_no(const struct input *input)
{
    if (input->kind == INPUT_FDK && input->value == FDK_L1)
        return SIGNAL_YES;
    if (input->kind == INPUT_CANCEL || (input->kind == INPUT_FDK && input->value == FDK_R1))
        return SIGNAL_NO;
    return SIGNAL_NONE;
}

static enum signal message_signal(struct terminal *terminal, const struct input *input)
{
    bool offers = terminal->message.offer[0] != 0 || terminal->message.offer[1] != 0;
    for (int i = 0; i < 2; i++)
        if (input->kind == INPUT_FDK && input->value == FDK_L1 + i &&
            terminal->message.offer[i] != 0) {
            terminal->withdrawal = (struct withdrawal){ .amount = terminal->message.offer[i] };
            return withdrawal_offer(terminal);
        }
    if (offers && input->kind == INPUT_FDK && input->value == FDK_R1)
        return SIGNAL_OTHER_AMOUNT;
    if (input->kind == INPUT_CANCEL && terminal->card_inside) {
        const bool ends = terminal->cancels > 1 || terminal->message.after == STATE_EJECTING;
        return offers && terminal->cancels == 1 ? SIGNAL_OTHER_AMOUNT
               : ends                           ? SIGNAL_CANCEL
                                                : SIGNAL_GO_ON;
    }
    if (input->kind == INPUT_ENTER || input->kind == INPUT_CANCEL ||
        (!offers && input->kind == INPUT_FDK && input->value == FDK_R1))
        return SIGNAL_GO_ON;
    return SIGNAL_NONE;
}

int session_language(const struct terminal *terminal, int key)
{
    const int count = text_language_count(), page = VIEW_FDKS - 1;
    if (count <= VIEW_FDKS)
        return key < count ? key : SESSION_NO_LANGUAGE;
    if (key == page)
        return SESSION_MORE_LANGUAGES;
    const int language = terminal->language_page * page + key;
    return language < count ? language : SESSION_NO_LANGUAGE;
}

static enum signal language_signal(struct terminal *terminal, int key)
{
    const int language = session_language(terminal, key), page = VIEW_FDKS - 1;
    if (language == SESSION_MORE_LANGUAGES)
        terminal->language_page =
            (terminal->language_page + 1) % ((text_language_count() + page - 1) / page);
    if (language < 0)
        return SIGNAL_NONE;
    terminal->language = language;
    terminal->language_chosen = true;
    terminal->language_ms = terminal->facts.now_ms;
    return SIGNAL_LANGUAGE_CHOSEN;
}

static enum signal input_signal(struct terminal *terminal, const struct input *input)
{
    enum signal answer = yes_or_no(input);
    enum terminal_state state = terminal->state;
    if (state == STATE_WELCOME)
        return welcome_signal(terminal, input);
    if (state == STATE_OUT_OF_SERVICE)
        return input->kind == INPUT_SUPERVISOR ? SIGNAL_SUPERVISOR : SIGNAL_NONE;
    if (state == STATE_PIN_ENTRY)
        return pin_signal(terminal, input);
    if (state == STATE_MESSAGE)
        return message_signal(terminal, input);
    if (state == STATE_LANGUAGE && input->kind == INPUT_FDK)
        return language_signal(terminal, input->value);
    if (state == STATE_ANOTHER && input->kind == INPUT_FDK && input->value == FDK_R4)
        return terminal->receipt_qr[0] != '\0' ? SIGNAL_QR_ASKED : SIGNAL_NONE;
    if (state == STATE_ANOTHER && terminal->by_code) /* it is used: there is no other transaction */
        return answer == SIGNAL_NO || input->kind == INPUT_ENTER ? SIGNAL_NO : SIGNAL_NONE;
    if (state == STATE_ANOTHER)
        return answer;
    if (state == STATE_MORE_TIME)
        return input->kind == INPUT_ENTER ? SIGNAL_YES : answer;
    if (state == STATE_EJECTING && (input->kind == INPUT_ENTER || answer == SIGNAL_YES))
        return SIGNAL_CARD_TAKEN;
    if (state == STATE_GOODBYE && input->kind == INPUT_ENTER)
        return SIGNAL_GO_ON;
    if (state == STATE_QR_CODE && phase_goes_on(input, FDK_R4))
        return SIGNAL_GO_ON;
    if (state == STATE_BALANCE && phase_goes_on(input, FDK_R1))
        return SIGNAL_GO_ON;
    return SIGNAL_NONE;
}

enum signal session_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind == EVENT_INPUT)
        return input_signal(terminal, &event->input);
    if (event->kind == EVENT_CARD_IN)
        return SIGNAL_CARD_READ;
    if (event->kind == EVENT_CARD_INVALID)
        return SIGNAL_CARD_INVALID;
    if (event->kind == EVENT_CARD_JAM)
        return SIGNAL_CARD_JAMMED;
    if (event->kind == EVENT_CARD_UNREADABLE)
        return SIGNAL_CARD_UNREADABLE;
    if (event->kind == EVENT_CARD_KEPT)
        return SIGNAL_CARD_KEPT;
    if (event->kind == EVENT_RECEIPT)
        return SIGNAL_RECEIPT_READY;
    return SIGNAL_NONE;
}

PHASE_ACTION(session_offer_card)
{
    if (terminal->state == STATE_ANOTHER && terminal->card_inside) {
        effects_add(effects, EFFECT_PIN_WIPE);
        snprintf(effects_add(effects, EFFECT_INSERT)->text, 2, "=");
        return;
    }
    struct effect *insert = effects_add(effects, EFFECT_INSERT);
    snprintf(insert->text, sizeof insert->text, "%s",
             terminal->state == STATE_ANOTHER ? "*" : terminal->typed);
}

/* As a chip says it: the language that was chosen with this card. The customer's own choice in
 * this visit takes precedence; one that was made before the machine stood idle does not. */
static void session_recognise(struct terminal *terminal, const struct terminal_event *event)
{
    const bool left = terminal->state == STATE_WELCOME &&
                      event->facts.now_ms - terminal->language_ms > terminal->settings.idle_ms;
    if (left)
        terminal->language_chosen = false;
    if (event->remembered.language_known && !terminal->language_chosen)
        terminal->language = event->remembered.language;
    terminal->last_amount = event->remembered.amount;
}

PHASE_ACTION(session_begin)
{
    session_recognise(terminal, event);
    snprintf(terminal->card, sizeof terminal->card, "%.*s", PAN_DIGITS_MAX, event->text);
    terminal->by_code = event->flag;
    terminal->card_inside = !terminal->by_code;
    terminal->pin_again = false;
    terminal->receipt.count = 0;
    terminal->receipt_qr[0] = '\0';
    terminal->receipt_failed = terminal->no_receipts = false;
    terminal->spendable = -1;
    terminal->withdrawal = (struct withdrawal){ 0 };
    effects_add(effects, EFFECT_PIN_WIPE);
    effects_journal(effects, terminal->by_code ? JOURNAL_CODE_TYPED : JOURNAL_CARD_IN, NULL,
                    terminal->by_code ? "code=%s" : "card=%s", terminal->card);
}

PHASE_ACTION(session_again)
{
    bool was_inside = terminal->card_inside;
    session_begin(terminal, event, effects);
    if (was_inside)
        effects->count = 0;
    effects_add(effects, EFFECT_PIN_WIPE);
}

/* Without the number there is nothing wrong with it. */
PHASE_ACTION(session_forget)
{
    (void)event;
    (void)effects;
    terminal->error = TEXT_NONE;
}

PHASE_ACTION(session_card_trouble)
{
    const enum terminal_state after =
        terminal->state == STATE_ANOTHER ? STATE_GOODBYE : STATE_WELCOME;
    terminal->card_inside = false;
    if (event->kind == EVENT_CARD_INVALID)
        terminal->error = TEXT_WELCOME_INVALID;
    else if (event->kind == EVENT_CARD_JAM)
        phase_message(terminal, TEXT_MESSAGE_SORRY, TEXT_CARD_JAM, "", "", TONE_BAD, after);
    else
        phase_message(terminal, TEXT_MESSAGE_SORRY, TEXT_CARD_UNREADABLE, "", "", TONE_WARNING,
                      after);
}

/* Half a PIN is typed anew afterwards; all else is there again. */
PHASE_ACTION(session_remember)
{
    terminal->back = terminal->state;
    terminal->language_page = 0;
    memcpy(terminal->back_typed, terminal->typed, sizeof terminal->back_typed);
    const enum pin_entry typed = terminal_wants_pin(terminal);
    if (typed == PIN_OF_CARD)
        effects_add(effects, EFFECT_PIN_WIPE);
    else if (typed != PIN_ENTRY_COUNT)
        effects_add(effects, EFFECT_PIN_FORGET)->pin_entry = typed;
}

PHASE_ACTION(session_go_back)
{
    terminal->chosen = terminal->back;
    terminal->resumes = true;
}

PHASE_ACTION(session_eject)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    if (!terminal->card_inside)
        return;
    effects_journal(effects, JOURNAL_CARD_EJECTED, NULL, "card=%s", terminal->card);
    effects_add(effects, EFFECT_EJECT);
}

PHASE_ACTION(session_no_more_time)
{
    terminal->chosen = STATE_EJECTING;
    session_eject(terminal, event, effects);
}

PHASE_ACTION(session_retain)
{
    terminal->card_inside = false;
    effects_add(effects, EFFECT_PIN_WIPE);
    if (event->kind != EVENT_CARD_KEPT)
        effects_add(effects, EFFECT_RETAIN);
    effects_journal(effects, JOURNAL_CARD_RETAINED, NULL, "card=%s reason=%s", terminal->card,
                    event->kind == EVENT_CARD_KEPT ? "reader" : "not_taken");
    phase_message(terminal, TEXT_CARD_RETAINED, TEXT_CARD_RETAINED_DETAIL, "", "", TONE_BAD,
                  STATE_GOODBYE);
}

PHASE_ACTION(session_after_message)
{
    terminal->chosen = terminal->message.after;
    if (terminal->chosen == STATE_EJECTING)
        session_eject(terminal, event, effects);
}

/* Those that the customer typed, and a cash code's. */
static void numbers_forget(struct terminal *terminal)
{
    memset(terminal->receiver, 0, sizeof terminal->receiver);
    memset(terminal->code, 0, sizeof terminal->code);
    memset(terminal->back_typed, 0, sizeof terminal->back_typed);
}

/* Switched off: what is inside goes back first. */
PHASE_ACTION(session_leave)
{
    if (terminal->card_inside && terminal->state != STATE_EJECTING)
        session_eject(terminal, event, effects);
    numbers_forget(terminal);
    effects_add(effects, EFFECT_CARD_GONE);
    effects_journal(effects, JOURNAL_STOPPED, NULL, "%s", "");
    effects_add(effects, EFFECT_EXIT);
}

PHASE_ACTION(session_card_gone)
{
    terminal->card_inside = false;
    effects_journal(effects, JOURNAL_CARD_TAKEN, NULL, "card=%s", terminal->card);
    effects_add(effects, EFFECT_CARD_GONE);
}

PHASE_ACTION(session_end)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    effects_add(effects, EFFECT_CARD_GONE);
    terminal->card_inside = terminal->by_code = false;
    terminal->card[0] = '\0';
    terminal->last_amount = 0;
    numbers_forget(terminal);
    terminal->deposit = (struct deposit){ 0 };
    terminal->receipt.count = 0;
    terminal->receipt_qr[0] = '\0';
    terminal->language = terminal->settings.language;
    terminal->language_chosen = false;
}

PHASE_ACTION(session_keep_receipt)
{
    terminal->receipt = event->lines;
    terminal->receipt_failed = !event->flag;
    snprintf(terminal->receipt_qr, sizeof terminal->receipt_qr, "%.*s", VIEW_QR_SIZE - 1,
             event->text);
    effects_journal(effects, event->flag ? JOURNAL_RECEIPT : JOURNAL_PAPER_OUT,
                    &terminal->withdrawal.id, "%s", "");
}

PHASE_ACTION(session_supervisor)
{
    supervisor_enter(terminal);
}

PHASE_ACTION(session_note_out)
{
    if (terminal->trouble)
        return; /* the journal is what is wrong */
    effects_journal(effects, JOURNAL_OUT_OF_SERVICE, NULL, "reason=offline");
}

PHASE_ACTION(session_note_in)
{
    effects_journal(effects, JOURNAL_IN_SERVICE, NULL, "%s", "");
}

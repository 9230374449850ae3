/* SPDX-License-Identifier: MIT */
/*
 * From the menu to the bank's answer: the amount, the notes, the receipt, the
 * request, and what each refusal means to the customer. A withdrawal is
 * journalled before it is asked for: from then on it is owed an end.
 */
#include "atm/terminal/phases.h"
#include "shared/notes_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const money fast_cash[FAST_CASH_COUNT] = { 2000, 5000, 10000, 20000 };

static const struct {
    enum terminal_state asking;
    void (*ask)(struct terminal *terminal, const struct terminal_event *event,
                struct effects *effects);
    enum signal told;
    bool quotable;
} wanted[WANTS_COUNT] = {
#define X(enumerator, asking, ask, told, quotable) { STATE_##asking, ask, SIGNAL_##told, quotable },
    WANTS_TABLE(X)
#undef X
};

/* Chooses among the notes in the machine; the bank has the last word. */
static enum signal amount_signal(struct terminal *terminal, money amount)
{
    struct withdrawal *withdrawal = &terminal->withdrawal;
    *withdrawal = (struct withdrawal){ .amount = amount };
    if (!terminal->facts.attention) /* else no note comes out any more */
        withdrawal->choice_count = note_mix_choices(&terminal->facts.cassettes, amount,
                                                    terminal->note_limit, withdrawal->choice);
    return withdrawal->choice_count == 0  ? SIGNAL_AMOUNT_NOT_PAYABLE
           : withdrawal->choice_count > 1 ? SIGNAL_AMOUNT_WITH_CHOICE
                                          : SIGNAL_AMOUNT_PAYABLE;
}

bool withdrawal_affordable(const struct terminal *terminal, money amount)
{
    return terminal->spendable < 0 || amount <= terminal->spendable;
}

money withdrawal_again(const struct terminal *terminal)
{
    struct notes mix;
    const money amount = terminal->last_amount;
    return amount > 0 && !terminal->facts.attention && withdrawal_affordable(terminal, amount) &&
                   note_mix_find(&terminal->facts.cassettes, amount, terminal->note_limit, &mix)
               ? amount
               : 0;
}

/* Nothing more is asked: the bank chooses the notes, and the receipt is a setting. */
static enum signal fast_signal(struct terminal *terminal, money amount)
{
    if (amount_signal(terminal, amount) == SIGNAL_AMOUNT_NOT_PAYABLE ||
        !withdrawal_affordable(terminal, amount))
        return SIGNAL_AMOUNT_NOT_PAYABLE; /* the key is grey: it says why, and what can be had */
    if (!terminal->online)
        return SIGNAL_OFFLINE;
    terminal->withdrawal.receipt = !terminal->no_receipts && !terminal->facts.no_paper;
    return terminal->facts.no_paper && !terminal->no_receipts ? SIGNAL_NO_PAPER : SIGNAL_FAST_CASH;
}

static enum signal menu_signal(struct terminal *terminal, const struct input *input)
{
    if (input->kind != INPUT_FDK)
        return SIGNAL_NONE;
    if (input->value < FAST_CASH_COUNT)
        return fast_signal(terminal, fast_cash[input->value]);
    switch (input->value) {
    case FDK_R1:
        return SIGNAL_OTHER_AMOUNT;
    case FDK_R2:
        return terminal->online ? SIGNAL_BALANCE_ASKED : SIGNAL_OFFLINE;
    case FDK_R3:
        return !terminal->online             ? SIGNAL_OFFLINE
               : terminal->facts.no_deposits ? SIGNAL_NONE
                                             : SIGNAL_DEPOSIT_ASKED;
    case FDK_R4:
        return SIGNAL_MORE_ASKED;
    default:
        return SIGNAL_NONE;
    }
}

static enum signal typed_amount_signal(struct terminal *terminal, const struct input *input)
{
    const money again = withdrawal_again(terminal);
    if (phase_type_digits(terminal, input, 6))
        return SIGNAL_NONE;
    if (again > 0 && input->kind == INPUT_FDK && input->value == FDK_L4)
        return fast_signal(terminal, again);
    if (!phase_goes_on(input, FDK_R4))
        return SIGNAL_NONE;
    money amount = strtoll(terminal->typed, NULL, 10) * 100;
    if (amount > 0)
        return amount_signal(terminal, amount);
    terminal->error = TEXT_AMOUNT_NONE;
    return SIGNAL_NONE;
}

/* A reply to what is waited for, as a signal; a retried request's reply has the same id. */
static enum signal reply_signal(struct terminal *terminal, const struct reply *reply)
{
    if (!uuid_equal(&reply->id, &terminal->asking))
        return SIGNAL_NONE;
    if (reply->ok && wanted[terminal->wants].told != SIGNAL_NONE)
        return wanted[terminal->wants].told;
    if (reply->ok && terminal->state == STATE_ASKING_DEPOSIT)
        return terminal->quitting ? SIGNAL_APPROVED_TOO_LATE : SIGNAL_APPROVED;
    if (reply->ok) {
        struct notes left = terminal->facts.cassettes;
        if (notes_value(&reply->notes) != terminal->withdrawal.amount ||
            !notes_take_all(&left, &reply->notes))
            return SIGNAL_APPROVED_WRONGLY;
        return terminal->quitting  ? SIGNAL_APPROVED_TOO_LATE
               : terminal->by_code ? SIGNAL_APPROVED_AT_ONCE
                                   : SIGNAL_APPROVED;
    }
    if (reply->refusal == REFUSED_WEAK_PIN)
        return SIGNAL_WEAK_PIN;
    if (reply->refusal == REFUSED_ALREADY_EXISTS && terminal->wants == WANTS_CODE &&
        terminal->codes_taken < CODES_TAKEN_MAX)
        return SIGNAL_CODE_TAKEN;
    if (reply->refusal == REFUSED_WRONG_PIN)
        return SIGNAL_WRONG_PIN;
    if (reply->refusal == REFUSED_PIN_TRIES_EXCEEDED)
        return SIGNAL_CARD_BARRED;
    /* A refusal that is not the bank's last word, or that need not be the bank's at all (link.c):
     * no money is known to have stayed where it was, so a reversal follows. */
    bool signed_word =
        reply->refusal == REFUSED_NO_SUCH_CARD || reply->refusal == REFUSED_AUTHENTICATION_LIMIT;
    bool decided =
        reply->refusal == REFUSAL_COUNT || refusal_is_domain(reply->refusal) || signed_word;
    return decided ? SIGNAL_DECLINED : SIGNAL_UNDECIDED;
}

enum signal withdrawal_offer(struct terminal *terminal)
{
    return amount_signal(terminal, terminal->withdrawal.amount);
}

/* Without paper the question is another one: whether to go on without a receipt. */
static enum signal receipt_signal(struct terminal *terminal, const struct input *input)
{
    const bool yes = input->kind == INPUT_FDK && input->value == FDK_L1;
    const bool no = input->kind == INPUT_FDK && input->value == FDK_R1;
    if (!yes && !no)
        return SIGNAL_NONE;
    if (no && terminal->facts.no_paper)
        return SIGNAL_BACK;
    terminal->withdrawal.receipt = yes && !terminal->facts.no_paper;
    return terminal->online ? SIGNAL_RECEIPT_CHOSEN : SIGNAL_OFFLINE;
}

enum signal withdrawal_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind == EVENT_REPLY)
        return reply_signal(terminal, &event->reply);
    if (event->kind == EVENT_NO_REPLY)
        return SIGNAL_NO_REPLY;
    if (event->kind == EVENT_PINS_DIFFER)
        return SIGNAL_PINS_DIFFER;
    if (event->kind != EVENT_INPUT)
        return SIGNAL_NONE;
    const struct input *input = &event->input;
    if (terminal->state == STATE_MENU)
        return menu_signal(terminal, input);
    if (terminal->state == STATE_AMOUNT)
        return typed_amount_signal(terminal, input);
    if (terminal->state == STATE_NOTE_MIX && input->kind == INPUT_FDK &&
        input->value < terminal->withdrawal.choice_count) {
        terminal->withdrawal.mix = terminal->withdrawal.choice[input->value];
        return SIGNAL_MIX_CHOSEN;
    }
    return terminal->state == STATE_RECEIPT_CHOICE ? receipt_signal(terminal, input) : SIGNAL_NONE;
}

static void message_offer(struct terminal *terminal, money first, money second)
{
    struct notes mix;
    money amounts[2] = { first, second };
    int count = 0;
    for (int i = 0; i < 2; i++)
        if (amounts[i] > 0 && amounts[i] != terminal->withdrawal.amount &&
            (i == 0 || amounts[i] != first) &&
            (terminal->spendable < 0 || amounts[i] <= terminal->spendable) &&
            note_mix_find(&terminal->facts.cassettes, amounts[i], terminal->note_limit, &mix))
            terminal->message.offer[count++] = amounts[i];
}

PHASE_ACTION(withdrawal_not_payable)
{
    money below, above;
    char amount[MONEY_TEXT_LENGTH];
    note_mix_nearest(&terminal->facts.cassettes, terminal->withdrawal.amount, terminal->note_limit,
                     &below, &above);
    if (terminal->facts.attention)
        below = above = 0;
    /* What the notes could pay and the account could not is no offer. */
    if (terminal->spendable >= 0 && below > terminal->spendable)
        note_mix_nearest(&terminal->facts.cassettes, terminal->spendable + 1, terminal->note_limit,
                         &below, &above);
    const bool none = below == 0 && above == 0;
    const bool too_much =
        terminal->spendable >= 0 && terminal->withdrawal.amount > terminal->spendable;
    phase_message(terminal, TEXT_NOT_PAYABLE,
                  terminal->facts.attention ? TEXT_NO_CASH_NOW
                  : none                    ? TEXT_NO_CASH_DETAIL
                  : too_much                ? TEXT_AMOUNT_TOO_MUCH
                                            : TEXT_NOT_PAYABLE_DETAIL,
                  phase_money(terminal, terminal->withdrawal.amount, amount), terminal->currency,
                  TONE_WARNING, STATE_MENU);
    message_offer(terminal, below, above);
}

PHASE_ACTION(withdrawal_offline)
{
    phase_message(terminal, TEXT_OFFLINE, TEXT_OFFLINE_DETAIL, "", "", TONE_WARNING,
                  STATE_EJECTING);
}

PHASE_ACTION(withdrawal_ask)
{
    struct withdrawal *withdrawal = &terminal->withdrawal;
    char notes[NOTES_TEXT_LENGTH];
    withdrawal->id = terminal->asking = event->facts.fresh_id;
    terminal->wants = WANTS_CASH;
    effects_add(effects, EFFECT_RESERVE);
    effects_journal(effects, JOURNAL_REQUEST, &withdrawal->id, "amount=%lld card=%s notes=%s",
                    (long long)withdrawal->amount, terminal->card,
                    notes_text_format(&withdrawal->mix, notes));
    struct effect *ask = effects_add(effects, EFFECT_ASK_CASH);
    ask->id = withdrawal->id;
    ask->amount = withdrawal->amount;
    ask->notes = withdrawal->mix;
}

/* The balance is asked for as soon as a PIN is there: so it is told at once when it is wrong, which
 * counts as a try like any other, and no more is offered than the account has. */
PHASE_ACTION(pin_ask)
{
    terminal->asking = event->facts.fresh_id;
    terminal->wants = WANTS_PIN;
    effects_add(effects, EFFECT_ASK_BALANCE)->id = terminal->asking;
}

PHASE_ACTION(pin_right)
{
    const struct reply *reply = &event->reply;
    const money free = reply->balance - reply->held;
    terminal->spendable = reply->has_available && reply->available < free ? reply->available : free;
    /* Not before: who knows a card's number could else choose its language. */
    if (terminal->language_chosen)
        effects_add(effects, EFFECT_REMEMBER)->language = terminal->language;
}

PHASE_ACTION(balance_ask)
{
    terminal->asking = event->facts.fresh_id;
    terminal->wants = WANTS_BALANCE;
    effects_add(effects, EFFECT_ASK_BALANCE)->id = terminal->asking;
}

PHASE_ACTION(withdrawal_ask_again)
{
    terminal->pin_again = false;
    if (!terminal->online) {
        withdrawal_offline(terminal, event, effects);
        terminal->chosen = STATE_MESSAGE;
    } else {
        terminal->chosen = wanted[terminal->wants].asking;
        wanted[terminal->wants].ask(terminal, event, effects);
    }
}

static void journal_declined(struct terminal *terminal, const struct terminal_event *event,
                             struct effects *effects)
{
    if (wanted[terminal->wants].quotable)
        effects_journal(effects, JOURNAL_DECLINED, &terminal->withdrawal.id, "reason=%s",
                        event->reply.refusal_text);
}

PHASE_ACTION(withdrawal_wrong_pin)
{
    char tries[16];
    journal_declined(terminal, event, effects);
    effects_add(effects, EFFECT_PIN_WIPE);
    terminal->pin_again = true;
    snprintf(tries, sizeof tries, "%d", event->reply.tries_left);
    phase_message(terminal, TEXT_WRONG_PIN,
                  event->reply.tries_left != 1 ? TEXT_WRONG_PIN_DETAIL
                  : terminal->by_code          ? TEXT_CODE_WRONG_PIN_LAST
                                               : TEXT_WRONG_PIN_LAST,
                  tries, "", TONE_WARNING, STATE_PIN_ENTRY);
}

PHASE_ACTION(withdrawal_card_barred)
{
    journal_declined(terminal, event, effects);
    if (terminal->by_code) {
        effects_add(effects, EFFECT_PIN_WIPE);
        phase_message(terminal, TEXT_DECLINED, TEXT_CODE_ENDED, "", "", TONE_BAD, STATE_GOODBYE);
        return;
    }
    session_retain(terminal, event, effects);
    phase_message(terminal, TEXT_CARD_RETAINED, TEXT_REFUSAL_PIN_TRIES_EXCEEDED, "", "", TONE_BAD,
                  STATE_GOODBYE);
}

/* Of the account that a cash code draws on nothing is said; the bank does not say it either. */
static enum text sentence_of(const struct terminal *terminal, const struct reply *reply)
{
    const enum refusal refusal = reply->refusal;
    if (terminal->by_code && refusal == REFUSED_NO_SUCH_CARD)
        return TEXT_CODE_NONE;
    if (terminal->by_code && (refusal == REFUSED_INSUFFICIENT_FUNDS ||
                              refusal == REFUSED_DAILY_LIMIT || refusal == REFUSED_FREQUENCY_LIMIT))
        return TEXT_CODE_NOT_NOW;
    if (refusal == REFUSED_INSUFFICIENT_FUNDS && reply->held > 0)
        return TEXT_DECLINED_HELD;
    return refusal < REFUSAL_COUNT ? text_refusal(refusal) : TEXT_DECLINED_DETAIL;
}

/* What would still be paid, where the sentence says it; else 0. */
static money limit_of(enum text sentence, const struct reply *reply)
{
    switch (sentence) {
    case TEXT_REFUSAL_INSUFFICIENT_FUNDS:
    case TEXT_DECLINED_HELD:
        return reply->balance - reply->held;
    case TEXT_REFUSAL_DAILY_LIMIT:
    case TEXT_REFUSAL_CASH_CODE_AMOUNT:
        return reply->available;
    default:
        return 0;
    }
}

PHASE_ACTION(withdrawal_declined)
{
    const struct reply *reply = &event->reply;
    const enum text sentence = sentence_of(terminal, reply);
    const money limit = limit_of(sentence, reply);
    char amount[MONEY_TEXT_LENGTH];
    money offered = 0, other = 0;
    struct notes mix;
    journal_declined(terminal, event, effects);
    if (reply->refusal == REFUSED_NOT_PAYABLE || reply->refusal == REFUSED_OUT_OF_CASH) {
        offered = reply->below;
        other = reply->above;
    } else if (limit > 0 &&
               note_mix_find(&terminal->facts.cassettes, limit, terminal->note_limit, &mix)) {
        offered = limit;
    } else if (limit > 0) {
        note_mix_nearest(&terminal->facts.cassettes, limit, terminal->note_limit, &offered, &other);
        other = 0; /* more than the customer may have */
    }
    phase_message(terminal, TEXT_DECLINED, sentence, phase_money(terminal, limit, amount),
                  terminal->currency, TONE_WARNING, STATE_EJECTING);
    if (terminal->wants == WANTS_CASH) /* what could be paid instead */
        message_offer(terminal, offered, other);
    if (wanted[terminal->wants].quotable)
        uuid_write(&terminal->withdrawal.id, terminal->message.reference);
}

PHASE_ACTION(withdrawal_no_reply)
{
    effects_journal(effects, JOURNAL_NO_REPLY, &terminal->withdrawal.id, "%s", "");
    phase_advise(terminal, effects, ADVICE_NOT_DISPENSED,
                 event->kind == EVENT_NO_REPLY ? "timeout" : "bank undecided");
    effects_add(effects, EFFECT_PIN_WIPE);
    phase_message(terminal, TEXT_NO_REPLY, TEXT_NO_REPLY_DETAIL, "", "", TONE_WARNING,
                  STATE_EJECTING);
    uuid_write(&terminal->withdrawal.id, terminal->message.reference);
}

/* The request's own entry may have been written before the trouble: the reversal is owed then, and
 * harmless else. */
PHASE_ACTION(withdrawal_not_asked)
{
    phase_advise(terminal, effects, ADVICE_NOT_DISPENSED, "journal");
    effects_add(effects, EFFECT_PIN_WIPE);
    phase_message(terminal, TEXT_MESSAGE_SORRY, TEXT_TROUBLE_DETAIL, "", "", TONE_BAD,
                  STATE_EJECTING);
}

PHASE_ACTION(balance_told)
{
    terminal->balance = event->reply.balance;
    terminal->available = event->reply.available;
    terminal->has_available = event->reply.has_available;
    effects_add(effects, EFFECT_PIN_WIPE);
}

PHASE_ACTION(balance_no_reply)
{
    effects_add(effects, EFFECT_PIN_WIPE);
    phase_message(terminal, TEXT_OFFLINE, TEXT_OFFLINE_DETAIL, "", "", TONE_WARNING,
                  STATE_EJECTING);
}

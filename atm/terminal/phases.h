/* SPDX-License-Identifier: MIT */
/*
 * Between terminal.c and the files of its phases; included nowhere else.
 *
 * A phase condenses an event to a signal, keeping what is typed on the way,
 * and has the actions that the table of transitions names.
 */
#ifndef ATM_TERMINAL_PHASES_H
#define ATM_TERMINAL_PHASES_H

#include "atm/terminal/terminal.h"
#include "atm/texts/format.h"

#define PHASE_ACTION(name)                                                                         \
    void name(struct terminal *terminal __attribute__((unused)),                                   \
              const struct terminal_event *event __attribute__((unused)),                          \
              struct effects *effects __attribute__((unused)))

enum { FDK_L1, FDK_L2, FDK_L3, FDK_L4, FDK_R1, FDK_R2, FDK_R3, FDK_R4 };

#define FAST_CASH_COUNT 4
extern const money fast_cash[FAST_CASH_COUNT];

#define DEPOSIT_NOTES_COUNT 6
extern const int32_t deposit_notes[DEPOSIT_NOTES_COUNT]; /* what the acceptor knows */

enum signal session_signal(struct terminal *terminal, const struct terminal_event *event);
enum signal wallet_signal(struct terminal *terminal, const struct terminal_event *event);
enum signal withdrawal_signal(struct terminal *terminal, const struct terminal_event *event);
/* Whether the account has that much, as far as the bank has said. */
bool withdrawal_affordable(const struct terminal *terminal, money amount);
/* The amount that this card was given last, where it can be had again now; else 0. */
money withdrawal_again(const struct terminal *terminal);
/* An offer was taken: it is the withdrawal's amount. */
enum signal withdrawal_offer(struct terminal *terminal);
enum signal deposit_signal(struct terminal *terminal, const struct terminal_event *event);
enum signal new_pin_signal(struct terminal *terminal, const struct terminal_event *event);
enum signal transfer_signal(struct terminal *terminal, const struct terminal_event *event);
enum signal cash_code_signal(struct terminal *terminal, const struct terminal_event *event);
enum signal more_signal(struct terminal *terminal, const struct terminal_event *event);
enum signal dispense_signal(struct terminal *terminal, const struct terminal_event *event);

/* The supervisor's pages are a small machine of their own; SIGNAL_LEAVE when it is over. */
enum signal supervisor_handle(struct terminal *terminal, const struct terminal_event *event,
                              struct effects *effects);

/* Which page a supervisor comes to. */
void supervisor_enter(struct terminal *terminal);

/* Once the time between two codes is over the next can be typed. False: it is not that. */
bool supervisor_tick(struct terminal *terminal);

/* Counting the digits of a PIN: true when the input was a digit, Clear, or Enter too early. */
bool phase_type_pin(struct terminal *terminal, const struct input *input);

/* Typing into terminal->typed: true when the input was a digit or Clear. */
bool phase_type_digits(struct terminal *terminal, const struct input *input, size_t most);

/* Enter, or the key beside the words that say so. */
bool phase_goes_on(const struct input *input, int key);

/* An amount that is typed in whole units, and confirmed: it is the withdrawal's, and the signal
 * says so. */
enum signal phase_type_amount(struct terminal *terminal, const struct input *input,
                              enum signal typed);

/* The last question before the bank is asked. */
enum signal phase_confirm(const struct terminal *terminal, const struct input *input);

/* Sets the message shown next; detail is filled from a text with {1} and {2}. */
void phase_message(struct terminal *terminal, enum text heading, enum text detail,
                   const char *first, const char *second, enum view_tone tone,
                   enum terminal_state after);

/* The one advice of the withdrawal or deposit; reason is cut to what the wire allows. */
struct advice *phase_advise(struct terminal *terminal, struct effects *effects,
                            enum advice_outcome outcome, const char *reason);

/* A note for the money a customer reads. */
char *phase_money(const struct terminal *terminal, money amount,
                  char buffer[static MONEY_TEXT_LENGTH]);

/* The language that a key of the choice is for: more of them than keys come in pages, with the last
 * key for the next one. Below 0: none. */
enum { SESSION_NO_LANGUAGE = -1, SESSION_MORE_LANGUAGES = -2 };
int session_language(const struct terminal *terminal, int key);

/* The wallet's card that is in the machine; NULL: none of them is. And the one that money can be
 * sent to by a key; NULL: there is none but the one inside. */
const struct wallet_card *wallet_card_inside(const struct terminal *terminal);
const struct wallet_card *wallet_receiver(const struct terminal *terminal);

/* What it is called. */
const char *wallet_card_words(const struct wallet_card *card, int language);

PHASE_ACTION(wallet_offer);

PHASE_ACTION(session_offer_card);
PHASE_ACTION(session_begin);
PHASE_ACTION(session_card_trouble);
PHASE_ACTION(session_forget);
PHASE_ACTION(session_go_back);
PHASE_ACTION(session_remember);
PHASE_ACTION(session_no_more_time);
PHASE_ACTION(session_eject);
PHASE_ACTION(session_retain);
PHASE_ACTION(session_after_message);
PHASE_ACTION(session_leave);
PHASE_ACTION(session_card_gone);
PHASE_ACTION(session_end);
PHASE_ACTION(session_again);
PHASE_ACTION(session_supervisor);
PHASE_ACTION(session_note_out);
PHASE_ACTION(session_note_in);
PHASE_ACTION(session_keep_receipt);

PHASE_ACTION(pin_ask);
PHASE_ACTION(pin_right);
PHASE_ACTION(withdrawal_not_payable);
PHASE_ACTION(withdrawal_offline);
PHASE_ACTION(withdrawal_ask);
PHASE_ACTION(balance_ask);
PHASE_ACTION(withdrawal_ask_again);
PHASE_ACTION(withdrawal_declined);
PHASE_ACTION(withdrawal_wrong_pin);
PHASE_ACTION(withdrawal_card_barred);
PHASE_ACTION(withdrawal_no_reply);
PHASE_ACTION(withdrawal_not_asked);
PHASE_ACTION(balance_told);
PHASE_ACTION(balance_no_reply);

/* Says why, and has both typed anew from that state on. */
void new_pin_again(struct terminal *terminal, struct effects *effects, enum text heading,
                   enum text detail, enum terminal_state first);
PHASE_ACTION(new_pin_begin);
PHASE_ACTION(new_pin_repeat);
PHASE_ACTION(new_pin_ask);
PHASE_ACTION(new_pin_differs);
PHASE_ACTION(new_pin_weak);
PHASE_ACTION(new_pin_changed);
PHASE_ACTION(new_pin_no_reply);

PHASE_ACTION(transfer_ask);
PHASE_ACTION(transfer_done);
PHASE_ACTION(transfer_no_reply);
PHASE_ACTION(transfer_not_asked);

PHASE_ACTION(code_begin);
PHASE_ACTION(code_ask);
enum { CODES_TAKEN_MAX = 2 }; /* after so many the bank's refusal is shown */
PHASE_ACTION(code_taken);
PHASE_ACTION(code_differs);
PHASE_ACTION(code_weak);
PHASE_ACTION(code_issued);
PHASE_ACTION(code_no_reply);

PHASE_ACTION(statement_ask);
PHASE_ACTION(statement_told);
PHASE_ACTION(statement_print);

PHASE_ACTION(deposit_ask);
PHASE_ACTION(deposit_approved);
PHASE_ACTION(deposit_no_reply);
PHASE_ACTION(deposit_trouble);
PHASE_ACTION(deposit_abandon);
PHASE_ACTION(deposit_count);
PHASE_ACTION(deposit_counted);
PHASE_ACTION(deposit_failed);
PHASE_ACTION(deposit_give_back);
PHASE_ACTION(deposit_go_on);
PHASE_ACTION(deposit_leave);
PHASE_ACTION(deposit_returned);
PHASE_ACTION(deposit_stays);
PHASE_ACTION(deposit_called_off);
PHASE_ACTION(deposit_keep);
PHASE_ACTION(deposit_credited);
PHASE_ACTION(deposit_not_credited);

PHASE_ACTION(dispense_return_card);
PHASE_ACTION(dispense_stack);
PHASE_ACTION(dispense_at_once);
PHASE_ACTION(dispense_present);
PHASE_ACTION(dispense_presented);
PHASE_ACTION(dispense_failed);
PHASE_ACTION(dispense_unknown);
PHASE_ACTION(dispense_taken);
PHASE_ACTION(dispense_retract);
PHASE_ACTION(dispense_retracted);
PHASE_ACTION(dispense_card_kept);
PHASE_ACTION(dispense_called_off);
PHASE_ACTION(dispense_trouble);

#endif

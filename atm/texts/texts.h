/* SPDX-License-Identifier: MIT */
/*
 * What a customer reads, by key and language. The keys are the table below;
 * the words stand in assets/languages/<code>/texts as `key = words`, where {1}
 * and {2} mark what is filled in. A key that a language lacks falls back to
 * English, and a test names it.
 */
#ifndef ATM_TEXTS_TEXTS_H
#define ATM_TEXTS_TEXTS_H

#include "shared/error.h"
#include "shared/refusal.h"

#include <stdbool.h>
#include <stddef.h>

#define TEXT_LANGUAGES_MAX 32

/* clang-format off */
#define TEXT_TABLE(X) \
    X(LANGUAGE, "language") \
    X(DIRECTION, "direction") \
    X(LANGUAGE_HEADING, "language.heading") \
    X(LANGUAGE_OTHER, "language.other") \
    X(FORMAT_DECIMAL, "format.decimal") \
    X(FORMAT_GROUP, "format.group") \
    X(FORMAT_MONTHS, "format.months") \
    X(FORMAT_DATE, "format.date") \
    X(FORMAT_CLOCK, "format.clock") \
    X(FORMAT_DAY, "format.day") \
    X(PRESS_ENTER, "hint.enter") \
    X(HINT_DIGITS, "hint.digits") \
    X(HINT_DIGITS_LEAVE, "hint.digits_leave") \
    X(HINT_CHOOSE, "hint.choose") \
    X(HINT_PIN, "hint.pin") \
    X(HINT_MENU, "hint.menu") \
    X(HINT_NEW_PIN, "hint.new_pin") \
    X(HINT_CODE, "hint.code") \
    X(HINT_GOODBYE, "hint.goodbye") \
    X(HINT_STATEMENT, "hint.statement") \
    X(HINT_BACK, "hint.back") \
    X(HINT_LEAVE, "hint.leave") \
    X(HINT_DO_IT, "hint.do_it") \
    X(HINT_COUNTERS, "hint.counters") \
    X(HINT_YES_NO, "hint.yes_no") \
    X(HINT_TAKE_CARD, "hint.take_card") \
    X(HINT_TAKE_CASH, "hint.take_cash") \
    X(HINT_WELCOME, "hint.welcome") \
    X(HINT_WELCOME_TYPED, "hint.welcome_typed") \
    X(HINT_SUPERVISOR, "hint.supervisor") \
    X(STICKY_PIN, "sticky.pin") \
    X(HINT_WAIT, "hint.wait") \
    X(YES, "yes") \
    X(NO, "no") \
    X(CONTINUE, "continue") \
    X(CANCEL, "cancel") \
    X(WELCOME, "welcome.heading") \
    X(WELCOME_DETAIL, "welcome.detail") \
    X(WELCOME_INSERT, "welcome.insert") \
    X(WELCOME_INSERT_OWNER, "welcome.insert_owner") \
    X(WELCOME_NO_CARD, "welcome.no_card") \
    X(WELCOME_INVALID, "welcome.invalid") \
    X(CARD_JAM, "card.jam") \
    X(CARD_UNREADABLE, "card.unreadable") \
    X(CARD_RETAINED, "card.retained") \
    X(CARD_RETAINED_DETAIL, "card.retained_detail") \
    X(CARD_RETAINED_CASH, "card.retained_cash") \
    X(PIN, "pin.heading") \
    X(PIN_DETAIL, "pin.detail") \
    X(PIN_SHORT, "pin.short") \
    X(WRONG_PIN, "pin.wrong") \
    X(WRONG_PIN_DETAIL, "pin.wrong_detail") \
    X(WRONG_PIN_LAST, "pin.wrong_last") \
    X(MENU, "menu.heading") \
    X(MENU_DETAIL, "menu.detail") \
    X(MENU_AMOUNT, "menu.amount") \
    X(MENU_OTHER, "menu.other") \
    X(MENU_BALANCE, "menu.balance") \
    X(MENU_DEPOSIT, "menu.deposit") \
    X(MENU_RETURN, "menu.return") \
    X(MENU_MORE, "menu.more_label") \
    X(MENU_BACK, "menu.back_label") \
    X(MENU_NEW_PIN, "menu.new_pin_label") \
    X(NEW_PIN, "new_pin.heading") \
    X(NEW_PIN_DETAIL, "new_pin.detail") \
    X(REPEAT_PIN, "new_pin.repeat.heading") \
    X(NEW_PIN_DIFFERS, "new_pin.differs.heading") \
    X(NEW_PIN_DIFFERS_DETAIL, "new_pin.differs.detail") \
    X(NEW_PIN_WEAK, "new_pin.weak.heading") \
    X(NEW_PIN_CHANGED, "new_pin.changed.heading") \
    X(NEW_PIN_CHANGED_DETAIL, "new_pin.changed.detail") \
    X(NEW_PIN_UNKNOWN, "new_pin.unknown") \
    X(MENU_STATEMENT, "menu.statement_label") \
    X(STATEMENT, "statement.heading") \
    X(STATEMENT_NONE, "statement.none") \
    X(STATEMENT_PRINT, "statement.print_label") TEXT_MOVEMENT_TABLE(X) TEXT_TRANSFER_TABLE(X) TEXT_CODE_TABLE(X) \
    X(AMOUNT, "amount.heading") \
    X(AMOUNT_LIMITS, "amount.limits") \
    X(AMOUNT_RANGE, "amount.range") \
    X(AMOUNT_IN_TENS, "amount.in_tens") \
    X(AMOUNT_IN_STEPS, "amount.in_steps") \
    X(AMOUNT_TOO_MUCH, "amount.too_much") \
    X(AMOUNT_NO_NOTES, "amount.no_notes") \
    X(AMOUNT_NONE, "amount.none") \
    X(AMOUNT_CONFIRM, "amount.confirm") \
    X(NOTE_MIX, "note_mix.heading") \
    X(NOTE_MIX_DETAIL, "note_mix.detail") \
    X(RECEIPT_CHOICE, "receipt_choice.heading") \
    X(NO_PAPER, "no_paper.heading") \
    X(NO_PAPER_DETAIL, "no_paper.detail") \
    X(RECEIPTS_ON, "menu.receipts_on_label") \
    X(RECEIPTS_OFF, "menu.receipts_off_label") \
    X(WAIT, "wait.heading") \
    X(WAIT_BANK, "wait.bank") \
    X(WAIT_CASH, "wait.cash") \
    X(TAKE_CARD, "take_card.heading") \
    X(TAKE_CARD_CASH, "take_card.cash") \
    X(TAKE_CARD_DETAIL, "take_card.detail") \
    X(TAKE_CARD_LABEL, "take_card.label") \
    X(TAKE_CASH, "take_cash.heading") \
    X(TAKE_CASH_DETAIL, "take_cash.detail") \
    X(TAKE_CASH_PARTIAL, "take_cash.partial") \
    X(TAKE_CASH_LABEL, "take_cash.label") \
    X(WAIT_NOTES, "wait.notes") \
    X(HINT_DEPOSIT, "hint.deposit") \
    X(DEPOSIT, "deposit.heading") \
    X(DEPOSIT_DETAIL, "deposit.detail") \
    X(DEPOSIT_TYPED, "deposit.typed") \
    X(DEPOSIT_SLOT, "deposit.slot") \
    X(DEPOSIT_NONE, "deposit.none") \
    X(DEPOSIT_FULL, "deposit.full") \
    X(DEPOSIT_COUNT, "deposit.count_label") \
    X(DEPOSIT_COUNTED, "deposit.counted") \
    X(DEPOSIT_COUNTED_DETAIL, "deposit.counted_detail") \
    X(DEPOSIT_UNREADABLE, "deposit.unreadable") \
    X(DEPOSIT_CONFIRM, "deposit.confirm_label") \
    X(DEPOSIT_RETURN, "deposit.return_label") \
    X(DEPOSIT_NOTHING, "deposit.nothing") \
    X(DEPOSIT_FAILED, "deposit.failed") \
    X(DEPOSIT_TAKE, "deposit.take_label") \
    X(HINT_TAKE_NOTES, "hint.take_notes") \
    X(HINT_COUNTED, "hint.counted") \
    X(DEPOSIT_BACK, "deposit.back") \
    X(DEPOSIT_BACK_DETAIL, "deposit.back_detail") \
    X(DEPOSIT_STAYS, "deposit.stays") \
    X(DEPOSIT_SUSPECT, "deposit.suspect") \
    X(DAY_DEPOSITS, "day.deposits") \
    X(DAY_DEPOSITED, "day.deposited") \
    X(BALANCE, "balance.heading") \
    X(BALANCE_DETAIL, "balance.detail") \
    X(ANOTHER, "another.heading") \
    X(ANOTHER_DETAIL, "another.detail") \
    X(ANOTHER_NO_PAPER, "another.no_paper") \
    X(ANOTHER_PARTIAL, "another.partial") \
    X(ANOTHER_HELD, "another.held") \
    X(MENU_AMOUNT_AGAIN, "menu.amount_again") \
    X(MENU_OTHER_AGAIN, "menu.other_again") \
    X(AMOUNT_AGAIN, "amount.again_label") \
    X(WALLET_LABEL, "wallet.label") \
    X(WALLET, "wallet.heading") \
    X(WALLET_DETAIL, "wallet.detail") \
    X(HINT_WELCOME_WALLET, "hint.welcome_wallet") \
    X(STICKY_CARD, "sticky.card") \
    TEXT_WALLET_TABLE(X) \
    X(QR_LABEL, "qr.label") \
    X(QR, "qr.heading") \
    X(HINT_RECEIPT, "hint.receipt") \
    X(GOODBYE, "goodbye.heading") \
    X(GOODBYE_DETAIL, "goodbye.detail") \
    X(MORE_TIME, "more_time.heading") \
    X(MORE_TIME_DETAIL, "more_time.detail") \
    X(POWER_OUT, "power.out") \
    X(POWER_ON_AGAIN, "power.on_again") \
    X(MESSAGE_SORRY, "message.sorry") \
    X(DECLINED, "declined.heading") \
    X(DECLINED_DETAIL, "declined.detail") \
    X(DECLINED_HELD, "declined.held") \
    X(NOT_PAYABLE, "not_payable.heading") \
    X(NOT_PAYABLE_DETAIL, "not_payable.detail") \
    X(NO_CASH_DETAIL, "not_payable.no_cash") \
    X(OFFER, "offer") \
    X(OFFLINE, "offline.heading") \
    X(OFFLINE_DETAIL, "offline.detail") \
    X(NO_REPLY, "no_reply.heading") \
    X(NO_REPLY_DETAIL, "no_reply.detail") \
    X(TROUBLE_DETAIL, "trouble.detail") \
    X(NOT_DISPENSED_DETAIL, "dispense.failed") \
    X(UNKNOWN_DETAIL, "dispense.unknown") \
    X(RETRACTED_DETAIL, "dispense.retracted") \
    X(OUT_OF_SERVICE, "out_of_service.heading") \
    X(OUT_OFFLINE, "out_of_service.offline") \
    X(OUT_TROUBLE, "out_of_service.trouble") \
    X(OUT_OLDER, "out_of_service.older") \
    X(OUT_DISPLACED, "out_of_service.displaced") \
    X(NO_CASH_NOW, "no_cash_now") \
    X(SUPERVISOR, "supervisor.heading") \
    X(SUPERVISOR_CODE, "supervisor.code") \
    X(SUPERVISOR_WRONG, "supervisor.wrong") \
    X(SUPERVISOR_CLOSED, "supervisor.closed") \
    X(SUPERVISOR_DELAY, "supervisor.delay") \
    X(SUPERVISOR_LOCKED, "supervisor.locked") \
    X(SUPERVISOR_DETAIL, "supervisor.detail") \
    X(SUPERVISOR_COUNTERS, "supervisor.counters") \
    X(SUPERVISOR_REPLENISH, "supervisor.replenish") \
    X(SUPERVISOR_TEST, "supervisor.test") \
    X(SUPERVISOR_JOURNAL, "supervisor.journal") \
    X(SUPERVISOR_SUSPECTS, "supervisor.suspects") \
    X(SUPERVISOR_CUT_OVER, "supervisor.cut_over") \
    X(SUPERVISOR_TOO_EARLY, "supervisor.too_early") \
    X(SUPERVISOR_FAULTS, "supervisor.faults") \
    X(SUPERVISOR_LEAVE, "supervisor.leave") \
    X(SUPERVISOR_BACK, "supervisor.back") \
    X(SUPERVISOR_HOW_MANY, "supervisor.how_many") \
    X(SUPERVISOR_OFFLINE, "supervisor.offline") \
    X(SUPERVISOR_SENDING, "supervisor.sending") \
    X(SUPERVISOR_DONE, "supervisor.done") \
    X(SUPERVISOR_FAILED, "supervisor.failed") \
    X(SUPERVISOR_STORED, "supervisor.stored") \
    X(SUPERVISOR_PENDING, "supervisor.pending") \
    X(SUPERVISOR_NO_COUNT, "supervisor.no_count") \
    X(SUPERVISOR_NO_ROOM, "supervisor.no_room") \
    X(SUPERVISOR_NOTHING_DONE, "supervisor.nothing_done") \
    X(SUPERVISOR_CONFIRM_NOTES, "supervisor.confirm_notes") \
    X(SUPERVISOR_CONFIRM_DAY, "supervisor.confirm_day") \
    X(SUPERVISOR_CONFIRM_TEST, "supervisor.confirm_test") \
    X(SUPERVISOR_DO_IT, "supervisor.do_it_label") \
    X(SUPERVISOR_OLDER, "supervisor.older_label") \
    X(JOURNAL_NUMBER, "journal.number") \
    X(JOURNAL_TIME, "journal.time") \
    X(JOURNAL_STEP, "journal.step") \
    X(JOURNAL_OF, "journal.of") \
    X(JOURNAL_DETAILS, "journal.details") \
    X(DAYS_CODE, "days.code") \
    X(SUPERVISOR_DAYS, "supervisor.days") \
    X(SUPERVISOR_NEWER, "supervisor.newer_label") \
    X(SUPERVISOR_FURTHER, "supervisor.further_label") \
    X(SUPERVISOR_BEFORE, "supervisor.before_label") \
    X(HINT_SCROLL, "hint.scroll") \
    X(SUPERVISOR_DAY_BEGUN, "supervisor.day_begun") \
    X(SUPERVISOR_FAULT_NONE, "supervisor.fault_none") \
    X(SUPERVISOR_FAULT_OFF, "supervisor.fault_off") \
    X(DAY_TOTALS, "day.totals") \
    X(TABLE_NOTE, "table.note") \
    X(TABLE_COUNT, "table.count") \
    X(TABLE_VALUE, "table.value") \
    X(TABLE_LEVEL, "table.level") \
    X(TABLE_REJECTED, "table.rejected") \
    X(TABLE_RETRACTED, "table.retracted") \
    X(TABLE_SUM, "table.sum") \
    X(TABLE_DEPOSITED, "table.deposited") \
    X(HINT_FIELD, "hint.field") \
    X(SUPERVISOR_FAULT_HOW, "supervisor.fault_how") \
    X(SUPERVISOR_FAULT_SET, "supervisor.fault_set") \
    X(SUPERVISOR_NOTHING, "supervisor.nothing") \
    X(SUPERVISOR_NO_CASSETTES, "supervisor.no_cassettes") \
    X(SUPERVISOR_TESTED, "supervisor.tested") \
    X(DAY_WITHDRAWALS, "day.withdrawals") \
    X(DAY_DISPENSED, "day.dispensed") \
    X(DAY_REVERSED, "day.reversed") \
    X(DAY_DECLINED, "day.declined") \
    X(DAY_SUSPECT, "day.suspect") \
    X(PLAIN_HOW, "plain.how") \
    X(PLAIN_AGAIN, "plain.again") \
    X(PLAIN_DISABLED, "plain.disabled") \
    X(PLAIN_SECONDS, "plain.seconds") \
    X(PLAIN_DEPOSIT, "plain.deposit") \
    TEXT_FRAME_TABLE(X) TEXT_REFUSAL_TABLE(X)

/* The words of the machine itself; paint_words.h has the same names. */
#define TEXT_FRAME_TABLE(X) \
    X(FRAME_BANK, "frame.bank") \
    X(FRAME_LAB, "frame.lab") \
    X(FRAME_TELLER, "frame.teller") \
    X(FRAME_ONLINE, "frame.online") \
    X(FRAME_OFFLINE, "frame.offline") \
    X(FRAME_OWED, "frame.owed") \
    X(FRAME_CARD, "frame.card") \
    X(FRAME_CASH, "frame.cash") \
    X(FRAME_RECEIPT, "frame.receipt") \
    X(FRAME_LIGHT_OFF, "frame.light_off") \
    X(FRAME_LIGHT_ON, "frame.light_on") \
    X(FRAME_LIGHT_BLINK, "frame.light_blink") \
    X(FRAME_LIGHT_FAULT, "frame.light_fault") \
    X(FRAME_CANCEL, "frame.cancel") \
    X(FRAME_CLEAR, "frame.clear") \
    X(FRAME_ENTER, "frame.enter") \
    X(FRAME_REFERENCE, "frame.reference") \
    X(FRAME_TOO_SMALL, "frame.too_small") \
    X(FRAME_IS_NOW, "frame.is_now") \
    X(FRAME_QR_SMALL, "frame.qr_small") \
    X(INSIDE, "inside.title") \
    X(INSIDE_MESSAGES, "inside.messages") \
    X(INSIDE_EVENTS, "inside.events") \
    X(INSIDE_CASSETTES, "inside.cassettes") \
    X(INSIDE_JOURNAL, "inside.journal") \
    X(INSIDE_ASKED, "inside.asked") \
    X(INSIDE_AUTHORISED, "inside.authorised") \
    X(INSIDE_REFUSED, "inside.refused") \
    X(INSIDE_CHANGED, "inside.changed") \
    X(INSIDE_WITHDRAWN, "inside.withdrawn") \
    X(INSIDE_NOTES_OUT, "inside.notes_out") \
    X(INSIDE_RETRACTED, "inside.retracted") \
    X(INSIDE_CONFIRMED, "inside.confirmed") \
    X(INSIDE_REVERSED, "inside.reversed") \
    X(INSIDE_SUSPECT, "inside.suspect") \
    X(INSIDE_SLOT_OPEN, "inside.slot_open") \
    X(INSIDE_COUNTED, "inside.counted") \
    X(INSIDE_GIVEN_BACK, "inside.given_back") \
    X(INSIDE_CREDITED, "inside.credited") \
    X(INSIDE_HELD, "inside.held") \
    X(INSIDE_CANCELLED, "inside.cancelled") \
    X(INSIDE_WAITS, "inside.waits") \
    X(INSIDE_WAITS_FOR_YOU, "inside.waits_for_you")

/* The demonstration's cards; their keys are the words of shared/demo_wallet.h. */
#define TEXT_WALLET_TABLE(X) \
    X(WALLET_PLENTY, "wallet.plenty") \
    X(WALLET_POOR, "wallet.poor") \
    X(WALLET_LIMITED, "wallet.limited") \
    X(WALLET_BLOCKED, "wallet.blocked") \
    X(WALLET_SECOND, "wallet.second")

/* The lines of a statement; their keys are the bank's words, with _ for a blank. */
#define TEXT_MOVEMENT_TABLE(X) \
    X(MOVEMENT_OPENING, "movement.opening") \
    X(MOVEMENT_DEPOSIT, "movement.deposit") \
    X(MOVEMENT_HELD_DEPOSIT, "movement.held_deposit") \
    X(MOVEMENT_RELEASE, "movement.release") \
    X(MOVEMENT_RETURN, "movement.return") \
    X(MOVEMENT_WITHDRAWAL, "movement.withdrawal") \
    X(MOVEMENT_REVERSAL, "movement.reversal") \
    X(MOVEMENT_TRANSFER_IN, "movement.transfer_in") \
    X(MOVEMENT_TRANSFER_OUT, "movement.transfer_out")

#define TEXT_TRANSFER_TABLE(X) \
    X(MENU_TRANSFER, "menu.transfer_label") \
    X(RECEIVER, "receiver.heading") \
    X(RECEIVER_DETAIL, "receiver.detail") \
    X(TRANSFER_AMOUNT, "transfer.amount.heading") \
    X(TRANSFER_AMOUNT_DETAIL, "transfer.amount.detail") \
    X(TRANSFER_CONFIRM, "transfer.confirm.heading") \
    X(TRANSFER_CONFIRM_DETAIL, "transfer.confirm.detail") \
    X(TRANSFER_UNKNOWN, "transfer.unknown")

#define TEXT_CODE_TABLE(X) \
    X(MENU_CODE, "menu.code_label") \
    X(CODE_AMOUNT, "code.amount.heading") \
    X(CODE_PIN, "code.pin.heading") \
    X(CODE_PIN_DETAIL, "code.pin.detail") \
    X(CODE_REPEAT_PIN, "code.repeat.heading") \
    X(CODE_PIN_DIFFERS, "code.differs") \
    X(CODE_PIN_WEAK, "code.weak") \
    X(CODE_CONFIRM, "code.confirm.heading") \
    X(CODE_CONFIRM_DETAIL, "code.confirm.detail") \
    X(CODE_SHOWN, "code.shown.heading") \
    X(CODE_SHOWN_DETAIL, "code.shown.detail") \
    X(CODE_UNKNOWN, "code.unknown") \
    X(CODE_ENTER_PIN, "code.enter_pin.heading") \
    X(CODE_WRONG_PIN_LAST, "code.wrong_last") \
    X(CODE_NONE, "code.none") \
    X(CODE_ENDED, "code.ended") \
    X(CODE_NOT_NOW, "code.not_now") \
    X(CODE_USED, "code.used")

/* The refusals a customer can meet; their keys are the wire's names. */
#define TEXT_REFUSAL_TABLE(X) \
    X(REFUSAL_INSUFFICIENT_FUNDS, "refusal.insufficient_funds") \
    X(REFUSAL_WRONG_PIN, "refusal.wrong_pin") \
    X(REFUSAL_WEAK_PIN, "refusal.weak_pin") \
    X(REFUSAL_PIN_TRIES_EXCEEDED, "refusal.pin_tries_exceeded") \
    X(REFUSAL_CARD_BLOCKED, "refusal.card_blocked") \
    X(REFUSAL_NO_SUCH_CARD, "refusal.no_such_card") \
    X(REFUSAL_DAILY_LIMIT, "refusal.daily_limit") \
    X(REFUSAL_FREQUENCY_LIMIT, "refusal.frequency_limit") \
    X(REFUSAL_CASH_CODE_AMOUNT, "refusal.cash_code_amount") \
    X(REFUSAL_CASH_CODE_LIMIT, "refusal.cash_code_limit") \
    X(REFUSAL_ACCOUNT_CLOSED, "refusal.account_closed") \
    X(REFUSAL_AUTHENTICATION_LIMIT, "refusal.authentication_limit") \
    X(REFUSAL_NO_SUCH_ACCOUNT, "refusal.no_such_account") \
    X(REFUSAL_OUT_OF_CASH, "refusal.atm_out_of_cash") \
    X(REFUSAL_NOT_PAYABLE, "refusal.amount_not_payable") \
    X(REFUSAL_NOTES_MISMATCH, "refusal.notes_mismatch") \
    X(REFUSAL_REVERSED_BEFORE, "refusal.reversed_before") \
    X(REFUSAL_TELLER_BARRED, "refusal.teller_barred") \
    X(REFUSAL_NO_SUCH_RECEIVER, "refusal.no_such_receiver") \
    X(REFUSAL_RECEIVER_LIMIT, "refusal.receiver_limit") \
    X(REFUSAL_SAME_ACCOUNT, "refusal.same_account") \
    X(REFUSAL_BALANCE_LIMIT, "refusal.balance_limit")

enum text {
    TEXT_NONE,
#define X(enumerator, key) TEXT_##enumerator,
    TEXT_TABLE(X)
#undef X
    TEXT_COUNT
};
/* clang-format on */

/* Reads the languages' files: those of the program, and over them those of `directory` where it is
 * not NULL; a folder there may bring a language of its own. An error names the file, the line and
 * what to do. */
bool texts_load(const char *directory, struct error *error);

/* Whether its name is in Latin letters: such a language can be shown in ASCII, more or less. */
bool text_latin(int language);

/* Forgets the languages that are not; the texts are loaded. */
void texts_keep_latin(void);

int text_language_count(void);
const char *text_language_code(int language); /* "en" */
int text_language_find(const char *code);     /* -1: there is none */

/* What the environment's locale asks for, else the first one. */
int text_language_of_locale(void);

const char *text_key(enum text text);
enum text text_find(const char *key); /* TEXT_NONE: there is none such */
const char *text_get(int language, enum text text);
/* Whether the language has words of its own for that key. */
bool text_has(int language, enum text text);

bool text_right_to_left(int language);

/* Copies a text that is put into others of that language. Where these run from right to left, and
 * it does not, it is held together by marks (U+2066, U+2069). Cut as text_fill cuts. */
void text_isolate(char *buffer, size_t size, int language, const char *text);

/* Fills {1} and {2} in, isolated; cuts what does not fit, never inside a character. */
void text_fill(char *buffer, size_t size, int language, enum text text, const char *first,
               const char *second);

/* The sentence for a refusal: a general one where there is none of its own. */
enum text text_refusal(enum refusal refusal);

#endif

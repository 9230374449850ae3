/* SPDX-License-Identifier: MIT */
/*
 * Why the bank says no: the one table of refusals.
 *
 * Columns: the enumerator, the ISO 8583 response code (field 39), the name on
 * the wire and in events, and a sentence for the reply's reader. What a
 * customer reads at the ATM is in assets/, by language, under the same name.
 *
 * DOMAIN refusals are decisions of the bank: remembered under the command's id
 * and given again for ever. TRANSPORT ones say that nothing was decided: the
 * same command may succeed when it is mended or sent again.
 */
#ifndef SHARED_REFUSAL_H
#define SHARED_REFUSAL_H

#include <stdbool.h>

/* clang-format off */
#define REFUSAL_TABLE(X) \
    /* enumerator             code  wire name                  domain sentence */ \
    X(NONE,                   "00", "approved",                true,  "Approved.") \
    X(INSUFFICIENT_FUNDS,     "51", "insufficient_funds",      true,  "The account does not hold that much.") \
    X(WRONG_PIN,              "55", "wrong_pin",               true,  "The PIN is wrong.") \
    X(WEAK_PIN,               "89", "weak_pin",                true,  "The new PIN is the old one, a row of digits such as 1234, or one digit over and over: choose another.") \
    X(PIN_TRIES_EXCEEDED,     "75", "pin_tries_exceeded",      true,  "The PIN was wrong three times; the card is now blocked, or the cash code has ended.") \
    X(CARD_BLOCKED,           "62", "card_blocked",            true,  "The card is blocked; the account's bank can unblock it.") \
    X(NO_SUCH_CARD,           "14", "no_such_card",            false, "No account has a card of that number.") \
    X(DAILY_LIMIT,            "61", "daily_limit",             true,  "The amount is above what may still be withdrawn today.") \
    X(CASH_CODE_AMOUNT,       "61", "cash_code_amount",        true,  "The amount is above what the cash code is good for.") \
    X(CASH_CODE_LIMIT,        "65", "cash_code_limit",         true,  "As many cash codes were asked for today as an account may have.") \
    X(FREQUENCY_LIMIT,        "65", "frequency_limit",         true,  "There were as many withdrawals today as the account allows.") \
    X(AUTHENTICATION_LIMIT,   "65", "authentication_limit",    false, "Too many cards or PINs were wrong at this machine: try again in some minutes.") \
    X(ACCOUNT_CLOSED,         "62", "account_closed",          true,  "The account is closed.") \
    X(OWNER_ERASED,           "12", "owner_erased",            true,  "The account's owner was erased: no name is given again.") \
    X(NO_SUCH_RECEIVER,       "14", "no_such_receiver",        true,  "There is no account to take the transfer.") \
    X(RECEIVER_LIMIT,         "65", "receiver_limit",          true,  "Too many receivers were wrong today: the account transfers nothing at machines until tomorrow.") \
    X(SAME_ACCOUNT,           "12", "same_account",            true,  "A transfer goes to another account than the one it comes from.") \
    X(NO_SUCH_ACCOUNT,        "14", "no_such_account",         true,  "There is no account of that id.") \
    X(OUT_OF_CASH,            "51", "atm_out_of_cash",         true,  "The machine does not hold that much cash.") \
    X(NOT_PAYABLE,            "13", "amount_not_payable",      true,  "The amount cannot be paid in the notes at hand.") \
    X(NOTES_MISMATCH,         "13", "notes_mismatch",          true,  "The notes do not fit the amount or the machine.") \
    X(REVERSED_BEFORE,        "12", "reversed_before",         true,  "The terminal had given this up before it arrived.") \
    X(NO_SUCH_TELLER,         "58", "no_such_teller",          true,  "There is no teller of that id: provision it first.") \
    X(TELLER_BARRED,          "58", "teller_barred",           true,  "The machine is barred: nothing new may be begun there.") \
    X(TELLER_NOT_BARRED,      "12", "teller_not_barred",       true,  "The machine is not barred.") \
    X(KEY_REPLACED,           "58", "key_replaced",            true,  "The key is not the terminal's any more: give it the one in force.") \
    X(DISPLACED,              "58", "displaced",               true,  "Another machine has signed on as this teller since: find out which is the right one, and start that anew.") \
    X(COUNTS_DIFFER,          "58", "counts_differ",           true,  "The machine counts other notes than the bank: it stays out of service until they were counted.") \
    X(NO_SUCH_CASSETTE,       "25", "no_such_cassette",        true,  "The machine has no cassette of that number or denomination.") \
    X(CASSETTE_MISMATCH,      "13", "cassette_mismatch",       true,  "The notes do not fit the cassette: name the one denomination in it, and to take it out how many notes were in it, 0 for none.") \
    X(NO_TELLER_KEY,          "12", "no_teller_key",           true,  "The terminal's key was withdrawn already: replace it to give it a new one.") \
    X(NOT_SIGNED_ON,          "58", "not_signed_on",           false, "The terminal has to sign on with its own teller id and key first.") \
    X(BAD_MAC,                "63", "bad_mac",                 false, "The line does not end with the mac that this terminal's key makes.") \
    X(OTHER_TELLER,           "58", "other_teller",            false, "A terminal acts for its own teller id only.") \
    X(NO_SUCH_WITHDRAWAL,     "25", "no_such_withdrawal",      true,  "There is no withdrawal of that id.") \
    X(OTHER_WITHDRAWAL,       "25", "other_withdrawal",        true,  "The withdrawal belongs to another teller.") \
    X(WITHDRAWAL_ENDED,       "21", "withdrawal_ended",        true,  "The withdrawal has ended otherwise already.") \
    X(NO_SUCH_DEPOSIT,        "25", "no_such_deposit",         true,  "There is no deposit of that id.") \
    X(OTHER_DEPOSIT,          "25", "other_deposit",           true,  "The deposit belongs to another teller.") \
    X(DEPOSIT_CAPACITY,       "61", "deposit_capacity",        true,  "The machine says that it took more notes in one deposit than it has room for.") \
    X(DEPOSIT_LIMIT,          "61", "deposit_limit",           true,  "The deposit is above what is available without a review.") \
    X(DEPOSIT_DAILY,          "61", "deposit_daily",           true,  "The card has put in more today than is available without a review.") \
    X(DEPOSIT_ENDED,          "21", "deposit_ended",           true,  "The deposit has ended otherwise already.") \
    X(NOT_SUSPECT,            "12", "not_suspect",             true,  "Only a suspect withdrawal, or a suspect or held deposit, can be resolved.") \
    X(ALREADY_EXISTS,         "12", "already_exists",          true,  "There is one of that id already.") \
    X(ACCOUNT_NOT_EMPTY,      "12", "account_not_empty",       true,  "The account still holds money or a withdrawal: settle it first.") \
    X(CARD_NOT_BLOCKED,       "12", "card_not_blocked",        true,  "The card is not blocked.") \
    X(TOO_MANY_CARDS,         "12", "too_many_cards",          true,  "The account has as many cards as it can have.") \
    X(CUT_OVER_TOO_EARLY,     "12", "cut_over_too_early",      true,  "The business day cannot be ended yet: the next is at most tomorrow's, and a machine ends one a calendar day.") \
    X(WRONG_VERSION,          "12", "wrong_version",           false, "What the command is about has another version than expected: look at it again.") \
    X(TOO_MANY_NOTES,         "13", "too_many_notes",          true,  "The machine has no room for that many notes or denominations.") \
    X(BALANCE_LIMIT,          "13", "balance_limit",           true,  "The balance would leave the range the bank can count.") \
    X(INVALID_AMOUNT,         "13", "invalid_amount",          false, "The amount has to be a whole number of minor units above 0 and below 10^15.") \
    X(INVALID_REQUEST,        "30", "invalid_request",         false, "The request is not well formed.") \
    X(UNKNOWN_COMMAND,        "40", "unknown_command",         false, "There is no command of that name here.") \
    X(NOT_PERMITTED,          "58", "not_permitted",           false, "That command is not for this socket.") \
    X(NO_OPERATOR,            "58", "no_operator",             false, "That user is no operator of this bank: a line of the file operators in its home makes one.") \
    X(ROLE_NEEDED,            "58", "role_needed",             false, "The command needs a higher role than the operator's.") \
    X(NO_SUCH_PROPOSAL,       "25", "no_such_proposal",        true,  "There is no proposal of that id.") \
    X(PROPOSAL_ENDED,         "21", "proposal_ended",          true,  "The proposal was decided already, or its time is over.") \
    X(SAME_PERSON,            "58", "same_person",             false, "A proposal is approved by another operator than the one who made it.") \
    X(TOO_MANY_PROPOSALS,     "12", "too_many_proposals",      false, "As many proposals are open as there may be, of one operator or in all: approve or reject some first.") \
    X(ID_CONFLICT,            "94", "id_conflict",             false, "That id was used before, with other content.") \
    X(BANK_UNAVAILABLE,       "91", "bank_unavailable",        false, "The bank cannot answer now: send the same request again.") \
    X(SYSTEM_ERROR,           "96", "system_error",            false, "The bank could not carry this out; the log says why.")
/* clang-format on */

enum refusal {
#define X(name, code, wire, domain, sentence) REFUSED_##name,
    REFUSAL_TABLE(X)
#undef X
        REFUSAL_COUNT
};

#define NOT_REFUSED REFUSED_NONE

const char *refusal_code(enum refusal refusal);     /* two digits */
const char *refusal_name(enum refusal refusal);     /* its name on the wire */
const char *refusal_sentence(enum refusal refusal); /* for the reply's "message" */
bool refusal_is_domain(enum refusal refusal);

/* Whether a terminal takes it without the bank's mac: what the bank says before it knows who asks,
 * or without looking at the request. Nothing is decided by it. */
bool refusal_is_unsigned(enum refusal refusal);

/* By its wire name; REFUSAL_COUNT when there is none such. */
enum refusal refusal_find(const char *name);

#endif

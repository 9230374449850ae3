/* SPDX-License-Identifier: MIT */
/* The steps that the electronic journal knows: shared/journal_line.h has its lines. */
#ifndef SHARED_JOURNAL_STEP_H
#define SHARED_JOURNAL_STEP_H

/* enumerator, name in the file, what it says */
/* clang-format off */
#define JOURNAL_STEP_TABLE(X) \
    X(STARTED,        "started",        "the machine came up") \
    X(ADOPTED,        "adopted",        "what this folder keeps carries MACs from now on") \
    X(STOPPED,        "stopped",        "the machine was switched off") \
    X(LOADED,         "loaded",         "a new machine took over what the bank says is in its cassettes") \
    X(CUT_OFF,        "cut_off",        "a line torn by a power cut was cut off the end of this file") \
    X(CARD_IN,        "card_in",        "a card was put in") \
    X(REQUEST,        "request",        "a withdrawal is about to be asked for") \
    X(APPROVED,       "approved",       "the bank says: dispense these notes") \
    X(DECLINED,       "declined",       "the bank says no; this withdrawal is over") \
    X(NO_REPLY,       "no_reply",       "the machine gave up waiting for the bank") \
    X(LATE_REPLY,     "late_reply",     "a reply came after that and was thrown away") \
    X(CARD_EJECTED,   "card_ejected",   "the card is in the slot") \
    X(CARD_TAKEN,     "card_taken",     "the customer has the card") \
    X(CARD_RETAINED,  "card_retained",  "the machine keeps the card") \
    X(STACK,          "stack",          "notes are about to leave the cassettes") \
    X(STACKED,        "stacked",        "they lie on the stacker") \
    X(PRESENT,        "present",        "they are about to be put out") \
    X(PRESENTED,      "presented",      "they are in front of the customer") \
    X(TAKEN,          "taken",          "the customer has them") \
    X(RETRACT,        "retract",        "notes that were not taken are about to be drawn back") \
    X(RETRACTED,      "retracted",      "they are in the retract bin") \
    X(DISPENSE_FAILED, "dispense_failed", "nothing was put out") \
    X(POSITION_UNKNOWN, "position_unknown", "where the notes are is unknown") \
    X(DEPOSIT_REQUEST, "deposit_request", "a deposit is about to be asked for") \
    X(ACCEPT,         "accept",         "notes are about to be drawn in and counted") \
    X(COUNTED,        "counted",        "they lie in the escrow") \
    X(COUNT_FAILED,   "count_failed",   "the customer has them back: they could not be counted") \
    X(KEEP,           "keep",           "they are about to go into the deposit bin") \
    X(KEPT,           "kept",           "they are in the deposit bin") \
    X(GIVE_BACK,      "give_back",      "they are about to be given back") \
    X(GIVEN_BACK,     "given_back",     "the customer has them back") \
    X(PIN_CHANGED,    "pin_changed",    "a card has another PIN, which its holder chose") \
    X(TRANSFER_REQUEST, "transfer_request", "a transfer is about to be asked for") \
    X(TRANSFERRED,    "transferred",    "the bank has made it") \
    X(CODE_TYPED,     "code_typed",     "a cash code's number was typed in a card's place") \
    X(CODE_REQUEST,   "code_request",   "a cash code is about to be asked for") \
    X(CODE_ISSUED,    "code_issued",    "the bank has issued it, and it is shown") \
    X(RECEIPT,        "receipt",        "a receipt was printed") \
    X(PAPER_OUT,      "paper_out",      "there was no paper for it") \
    X(ADVICE,         "advice",         "what became of the withdrawal or deposit is stored for the bank") \
    X(ACKNOWLEDGED,   "acknowledged",   "the bank has it") \
    X(REFUSED,        "refused",        "the bank refused it for good; it is filed") \
    X(SUPERVISOR,     "supervisor",     "a supervisor was at the machine") \
    X(REPLENISH,      "replenish",      "notes were put in") \
    X(RECOUNTED,      "recounted",      "what was counted in the cassettes is taken over from the bank") \
    X(COUNTERS,       "counters",       "the counters after that") \
    X(TEST_DISPENSE,  "test_dispense",  "notes were moved without leaving the machine") \
    X(CUT_OVER,       "cut_over",       "the business day ended") \
    X(OUT_OF_SERVICE, "out_of_service", "the machine serves nobody") \
    X(IN_SERVICE,     "in_service",     "the machine serves again")

enum journal_step {
#define X(enumerator, name, meaning) JOURNAL_##enumerator,
    JOURNAL_STEP_TABLE(X)
#undef X
    JOURNAL_STEP_COUNT
};
/* clang-format on */

const char *journal_step_name(enum journal_step step);
enum journal_step journal_step_find(const char *name); /* JOURNAL_STEP_COUNT: there is none such */

#endif

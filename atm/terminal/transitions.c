/* SPDX-License-Identifier: MIT */
/*
 * The terminal's transitions: state, signal, next state, what is done, why.
 *
 *   WELCOME → [WALLET] → PIN_ENTRY → ASKING_PIN → MENU → [AMOUNT → [NOTE_MIX] → RECEIPT_CHOICE]
 *      → ASKING_CASH → RETURNING_CARD → DISPENSING → TAKING_CASH → ANOTHER → GOODBYE → WELCOME
 *   MENU → ASKING_DEPOSIT → DEPOSIT_OPEN → DEPOSIT_COUNTING → DEPOSIT_COUNTED
 *      → DEPOSIT_CREDITING → ANOTHER, or → DEPOSIT_RETURNING → DEPOSIT_BACK → EJECTING
 *   MENU → MORE → ASKING_STATEMENT → STATEMENT → ANOTHER
 *   MENU → MORE → NEW_PIN → REPEAT_PIN → ASKING_NEW_PIN → MESSAGE → ANOTHER
 *   MENU → MORE → RECEIVER → TRANSFER_AMOUNT → TRANSFER_CONFIRM → ASKING_TRANSFER → ANOTHER
 *   MENU → MORE → CODE_AMOUNT → CODE_PIN → REPEAT_CODE_PIN → CODE_CONFIRM → ASKING_CODE
 *      → CODE_SHOWN → ANOTHER
 *   With a cash code: WELCOME → PIN_ENTRY → AMOUNT → [NOTE_MIX] → RECEIPT_CHOICE → ASKING_CASH
 *      → DISPENSING → TAKING_CASH → ANOTHER → GOODBYE
 *
 * A row for the state itself comes before one for STATE_CUSTOMER. A signal
 * without a row changes nothing: ASKING_CASH, for instance, has none for
 * Cancel, because the withdrawal may have happened already.
 */
#include "atm/terminal/phases.h"

#define ON(signal) SIGNAL_##signal

/* clang-format off */
static const struct transition table[] = {
    { STATE_OUT_OF_SERVICE, ON(IN_ORDER), STATE_WELCOME, session_note_in, "the bank and the devices are there" },
    { STATE_OUT_OF_SERVICE, ON(SUPERVISOR), STATE_SUPERVISOR, session_supervisor, "between customers only" },
    { STATE_OUT_OF_SERVICE, ON(QUIT), STATE_OFF, session_leave, "no customer is at the machine" },

    { STATE_WELCOME, ON(OUT_OF_ORDER), STATE_OUT_OF_SERVICE, session_note_out, "no transaction is possible" },
    { STATE_WELCOME, ON(CARD_OFFERED), STATE_WELCOME, session_offer_card, "the reader tells what it finds" },
    { STATE_WELCOME, ON(CARD_READ), STATE_PIN_ENTRY, session_begin, "a card is inside" },
    { STATE_WELCOME, ON(CARD_INVALID), STATE_WELCOME, session_card_trouble, "no card has that number" },
    { STATE_WELCOME, ON(CARD_JAMMED), STATE_MESSAGE, session_card_trouble, "the card never went in" },
    { STATE_WELCOME, ON(CARD_UNREADABLE), STATE_MESSAGE, session_card_trouble, "the card came out again" },
    { STATE_WELCOME, ON(LANGUAGE_ASKED), STATE_LANGUAGE, session_remember, "before the card is as good as after" },
    { STATE_WELCOME, ON(SUPERVISOR), STATE_SUPERVISOR, session_supervisor, "between customers only" },
    { STATE_WELCOME, ON(PATIENCE_OVER), STATE_WELCOME, session_forget, "a partial card number is discarded" },
    { STATE_WELCOME, ON(QUIT), STATE_OFF, session_leave, "no customer is at the machine" },
    { STATE_WELCOME, ON(CANCEL), STATE_WELCOME, session_forget, "what was typed is discarded" },

    { STATE_WELCOME, ON(WALLET_ASKED), STATE_WALLET, NULL, "the demonstration has several cards" },
    { STATE_WALLET, ON(OUT_OF_ORDER), STATE_OUT_OF_SERVICE, session_note_out, "no transaction is possible" },
    { STATE_WALLET, ON(CARD_OFFERED), STATE_WALLET, wallet_offer, "the reader tells what it finds" },
    { STATE_WALLET, ON(CARD_READ), STATE_PIN_ENTRY, session_begin, "a card is inside" },
    { STATE_WALLET, ON(CARD_INVALID), STATE_WALLET, session_card_trouble, "no card has that number" },
    { STATE_WALLET, ON(CARD_JAMMED), STATE_MESSAGE, session_card_trouble, "the card never went in" },
    { STATE_WALLET, ON(CARD_UNREADABLE), STATE_MESSAGE, session_card_trouble, "the card came out again" },
    { STATE_WALLET, ON(CANCEL), STATE_WELCOME, NULL, "no card was put in" },
    { STATE_WALLET, ON(PATIENCE_OVER), STATE_WELCOME, NULL, "no card was put in" },
    { STATE_WALLET, ON(QUIT), STATE_OFF, session_leave, "no customer is at the machine" },

    { STATE_LANGUAGE, ON(LANGUAGE_CHOSEN), STATE_CHOSEN, session_go_back, "back to where the question came from" },
    { STATE_LANGUAGE, ON(CANCEL), STATE_CHOSEN, session_go_back, "the language stays" },
    { STATE_LANGUAGE, ON(PATIENCE_OVER), STATE_CHOSEN, session_go_back, "the language stays" },

    { STATE_PIN_ENTRY, ON(LANGUAGE_ASKED), STATE_LANGUAGE, session_remember, "with the card inside too" },
    { STATE_PIN_ENTRY, ON(PIN_TYPED), STATE_ASKING_PIN, pin_ask, "a wrong one is told at once" },
    { STATE_PIN_ENTRY, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_PIN_ENTRY, ON(PIN_TYPED_AGAIN), STATE_CHOSEN, withdrawal_ask_again, "the same transaction, a new id" },

    { STATE_PIN_ENTRY, ON(CODE_TYPED), STATE_AMOUNT, NULL, "a cash code is good for cash alone" },

    { STATE_ASKING_PIN, ON(PIN_RIGHT), STATE_MENU, pin_right, "each transaction carries it again" },
    { STATE_ASKING_PIN, ON(WRONG_PIN), STATE_MESSAGE, withdrawal_wrong_pin, "there are tries left" },
    { STATE_ASKING_PIN, ON(CARD_BARRED), STATE_MESSAGE, withdrawal_card_barred, "the PIN was wrong too often" },
    { STATE_ASKING_PIN, ON(DECLINED), STATE_MESSAGE, withdrawal_declined, "the bank said no" },
    { STATE_ASKING_PIN, ON(UNDECIDED), STATE_MESSAGE, balance_no_reply, "nothing is open" },
    { STATE_ASKING_PIN, ON(NO_REPLY), STATE_MESSAGE, balance_no_reply, "nothing is open" },
    { STATE_ASKING_PIN, ON(QUIT), STATE_OFF, session_leave, "a question may be dropped" },

    { STATE_MENU, ON(OTHER_AMOUNT), STATE_AMOUNT, NULL, "fast cash did not suit" },
    { STATE_MENU, ON(FAST_CASH), STATE_ASKING_CASH, withdrawal_ask, "the usual notes, at once" },
    { STATE_MENU, ON(NO_PAPER), STATE_RECEIPT_CHOICE, NULL, "whether it may be without a receipt" },
    { STATE_MENU, ON(AMOUNT_NOT_PAYABLE), STATE_MESSAGE, withdrawal_not_payable, "the nearest amounts are offered" },
    { STATE_MENU, ON(BALANCE_ASKED), STATE_ASKING_BALANCE, balance_ask, "the bank knows" },
    { STATE_MENU, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_MENU, ON(DEPOSIT_ASKED), STATE_ASKING_DEPOSIT, deposit_ask, "whether the holder may put notes in" },

    { STATE_AMOUNT, ON(STEP_BACK), STATE_MENU, NULL, "a step back" },
    { STATE_NOTE_MIX, ON(STEP_BACK), STATE_AMOUNT, NULL, "a step back" },
    { STATE_RECEIPT_CHOICE, ON(STEP_BACK), STATE_MENU, NULL, "a step back" },
    { STATE_MORE, ON(STEP_BACK), STATE_MENU, NULL, "a step back" },
    { STATE_BALANCE, ON(STEP_BACK), STATE_ANOTHER, NULL, "the customer has read it" },
    { STATE_STATEMENT, ON(STEP_BACK), STATE_ANOTHER, NULL, "the customer has read it" },
    { STATE_NEW_PIN, ON(STEP_BACK), STATE_MORE, new_pin_begin, "a step back" },
    { STATE_REPEAT_PIN, ON(STEP_BACK), STATE_NEW_PIN, new_pin_begin, "both are typed anew" },
    { STATE_RECEIVER, ON(STEP_BACK), STATE_MORE, NULL, "a step back" },
    { STATE_TRANSFER_AMOUNT, ON(STEP_BACK), STATE_RECEIVER, NULL, "a step back" },
    { STATE_TRANSFER_CONFIRM, ON(STEP_BACK), STATE_TRANSFER_AMOUNT, NULL, "a step back" },
    { STATE_CODE_AMOUNT, ON(STEP_BACK), STATE_MORE, NULL, "a step back" },
    { STATE_CODE_PIN, ON(STEP_BACK), STATE_CODE_AMOUNT, code_begin, "a step back" },
    { STATE_REPEAT_CODE_PIN, ON(STEP_BACK), STATE_CODE_PIN, code_begin, "both are typed anew" },
    { STATE_CODE_CONFIRM, ON(STEP_BACK), STATE_CODE_PIN, code_begin, "both are typed anew" },
    { STATE_CODE_SHOWN, ON(STEP_BACK), STATE_ANOTHER, NULL, "the customer has it" },

    { STATE_MENU, ON(MORE_ASKED), STATE_MORE, NULL, "a second page" },
    { STATE_MORE, ON(BACK), STATE_MENU, NULL, "the first page" },
    { STATE_MORE, ON(STATEMENT_ASKED), STATE_ASKING_STATEMENT, statement_ask, "the bank knows" },
    { STATE_MORE, ON(NEW_PIN_ASKED), STATE_NEW_PIN, new_pin_begin, "the old one was typed already" },
    { STATE_MORE, ON(TRANSFER_ASKED), STATE_RECEIVER, NULL, "whose account it goes to" },
    { STATE_MORE, ON(CODE_ASKED), STATE_CODE_AMOUNT, NULL, "how much it is to be good for" },
    { STATE_MORE, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },

    { STATE_AMOUNT, ON(AMOUNT_PAYABLE), STATE_RECEIPT_CHOICE, NULL, "there is one way to pay it" },
    { STATE_AMOUNT, ON(AMOUNT_WITH_CHOICE), STATE_NOTE_MIX, NULL, "there are several ways to pay it" },
    { STATE_AMOUNT, ON(AMOUNT_NOT_PAYABLE), STATE_MESSAGE, withdrawal_not_payable, "the nearest amounts are offered" },
    { STATE_AMOUNT, ON(FAST_CASH), STATE_ASKING_CASH, withdrawal_ask, "as last time, at once" },
    { STATE_AMOUNT, ON(NO_PAPER), STATE_RECEIPT_CHOICE, NULL, "whether it may be without a receipt" },
    { STATE_AMOUNT, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_NOTE_MIX, ON(MIX_CHOSEN), STATE_RECEIPT_CHOICE, NULL, "the customer's choice goes with the request" },
    { STATE_RECEIPT_CHOICE, ON(RECEIPT_CHOSEN), STATE_ASKING_CASH, withdrawal_ask, "all questions are answered" },
    { STATE_RECEIPT_CHOICE, ON(BACK), STATE_MENU, NULL, "not without a receipt" },
    { STATE_RECEIPT_CHOICE, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },

    { STATE_ASKING_CASH, ON(APPROVED), STATE_RETURNING_CARD, dispense_return_card, "the card comes before the cash" },
    { STATE_ASKING_CASH, ON(APPROVED_AT_ONCE), STATE_DISPENSING, dispense_at_once, "there is no card to return" },
    { STATE_ASKING_CASH, ON(APPROVED_TOO_LATE), STATE_EJECTING, dispense_called_off, "the machine is being stopped" },
    { STATE_ASKING_CASH, ON(APPROVED_WRONGLY), STATE_MESSAGE, dispense_called_off, "the notes do not fit the amount" },
    { STATE_ASKING_CASH, ON(WRONG_PIN), STATE_MESSAGE, withdrawal_wrong_pin, "there are tries left" },
    { STATE_ASKING_CASH, ON(CARD_BARRED), STATE_MESSAGE, withdrawal_card_barred, "the PIN was wrong too often" },
    { STATE_ASKING_CASH, ON(DECLINED), STATE_MESSAGE, withdrawal_declined, "the bank said no; no money moved" },
    { STATE_ASKING_CASH, ON(UNDECIDED), STATE_MESSAGE, withdrawal_no_reply, "reversed, to be sure" },
    { STATE_ASKING_CASH, ON(NO_REPLY), STATE_MESSAGE, withdrawal_no_reply, "reversed: it may have been approved" },
    { STATE_ASKING_CASH, ON(TROUBLE), STATE_MESSAGE, withdrawal_not_asked, "not journalled, so not sent" },

    { STATE_ASKING_BALANCE, ON(BALANCE_TOLD), STATE_BALANCE, balance_told, "the bank answered" },
    { STATE_ASKING_BALANCE, ON(WRONG_PIN), STATE_MESSAGE, withdrawal_wrong_pin, "there are tries left" },
    { STATE_ASKING_BALANCE, ON(CARD_BARRED), STATE_MESSAGE, withdrawal_card_barred, "the PIN was wrong too often" },
    { STATE_ASKING_BALANCE, ON(DECLINED), STATE_MESSAGE, withdrawal_declined, "the bank said no" },
    { STATE_ASKING_BALANCE, ON(UNDECIDED), STATE_MESSAGE, balance_no_reply, "nothing is open" },
    { STATE_ASKING_BALANCE, ON(NO_REPLY), STATE_MESSAGE, balance_no_reply, "nothing is open" },
    { STATE_ASKING_BALANCE, ON(QUIT), STATE_OFF, session_leave, "a question may be dropped" },
    { STATE_BALANCE, ON(GO_ON), STATE_ANOTHER, NULL, "the customer has read it" },

    { STATE_ASKING_STATEMENT, ON(STATEMENT_TOLD), STATE_STATEMENT, statement_told, "the bank answered" },
    { STATE_ASKING_STATEMENT, ON(WRONG_PIN), STATE_MESSAGE, withdrawal_wrong_pin, "there are tries left" },
    { STATE_ASKING_STATEMENT, ON(CARD_BARRED), STATE_MESSAGE, withdrawal_card_barred, "the PIN was wrong too often" },
    { STATE_ASKING_STATEMENT, ON(DECLINED), STATE_MESSAGE, withdrawal_declined, "the bank said no" },
    { STATE_ASKING_STATEMENT, ON(UNDECIDED), STATE_MESSAGE, balance_no_reply, "nothing is open" },
    { STATE_ASKING_STATEMENT, ON(NO_REPLY), STATE_MESSAGE, balance_no_reply, "nothing is open" },
    { STATE_ASKING_STATEMENT, ON(QUIT), STATE_OFF, session_leave, "a question may be dropped" },
    { STATE_STATEMENT, ON(PRINT), STATE_ANOTHER, statement_print, "the paper comes with the next question" },
    { STATE_STATEMENT, ON(GO_ON), STATE_ANOTHER, NULL, "the customer has read it" },

    { STATE_NEW_PIN, ON(NEW_PIN_TYPED), STATE_REPEAT_PIN, new_pin_repeat, "the same once more" },
    { STATE_NEW_PIN, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_REPEAT_PIN, ON(NEW_PIN_REPEATED), STATE_ASKING_NEW_PIN, new_pin_ask, "the PIN pad compares them" },
    { STATE_REPEAT_PIN, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_ASKING_NEW_PIN, ON(PINS_DIFFER), STATE_MESSAGE, new_pin_differs, "nothing was sent" },
    { STATE_ASKING_NEW_PIN, ON(PIN_CHANGED), STATE_MESSAGE, new_pin_changed, "the bank has the new one" },
    { STATE_ASKING_NEW_PIN, ON(WEAK_PIN), STATE_MESSAGE, new_pin_weak, "the old one holds; no try was lost" },
    { STATE_ASKING_NEW_PIN, ON(WRONG_PIN), STATE_MESSAGE, withdrawal_wrong_pin, "there are tries left" },
    { STATE_ASKING_NEW_PIN, ON(CARD_BARRED), STATE_MESSAGE, withdrawal_card_barred, "the PIN was wrong too often" },
    { STATE_ASKING_NEW_PIN, ON(DECLINED), STATE_MESSAGE, withdrawal_declined, "the bank said no" },
    { STATE_ASKING_NEW_PIN, ON(UNDECIDED), STATE_MESSAGE, new_pin_no_reply, "one of the two holds" },
    { STATE_ASKING_NEW_PIN, ON(NO_REPLY), STATE_MESSAGE, new_pin_no_reply, "one of the two holds" },

    { STATE_RECEIVER, ON(RECEIVER_TYPED), STATE_TRANSFER_AMOUNT, NULL, "whether it is one the bank says" },
    { STATE_TRANSFER_AMOUNT, ON(TRANSFER_AMOUNT), STATE_TRANSFER_CONFIRM, NULL, "both are shown once more" },
    { STATE_TRANSFER_CONFIRM, ON(YES), STATE_ASKING_TRANSFER, transfer_ask, "all questions are answered" },
    { STATE_TRANSFER_CONFIRM, ON(NO), STATE_MORE, NULL, "nothing was sent" },
    { STATE_TRANSFER_CONFIRM, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_ASKING_TRANSFER, ON(TRANSFERRED), STATE_ANOTHER, transfer_done, "the receipt has the balance" },
    { STATE_ASKING_TRANSFER, ON(WRONG_PIN), STATE_MESSAGE, withdrawal_wrong_pin, "there are tries left" },
    { STATE_ASKING_TRANSFER, ON(CARD_BARRED), STATE_MESSAGE, withdrawal_card_barred, "the PIN was wrong too often" },
    { STATE_ASKING_TRANSFER, ON(DECLINED), STATE_MESSAGE, withdrawal_declined, "the bank said no; no money moved" },
    { STATE_ASKING_TRANSFER, ON(UNDECIDED), STATE_MESSAGE, transfer_no_reply, "it may have been made" },
    { STATE_ASKING_TRANSFER, ON(NO_REPLY), STATE_MESSAGE, transfer_no_reply, "it may have been made" },
    { STATE_ASKING_TRANSFER, ON(TROUBLE), STATE_MESSAGE, transfer_not_asked, "not journalled, so not sent" },

    { STATE_CODE_AMOUNT, ON(CODE_AMOUNT), STATE_CODE_PIN, code_begin, "a PIN of its own" },
    { STATE_CODE_PIN, ON(NEW_PIN_TYPED), STATE_REPEAT_CODE_PIN, new_pin_repeat, "the same once more" },
    { STATE_CODE_PIN, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_REPEAT_CODE_PIN, ON(NEW_PIN_REPEATED), STATE_CODE_CONFIRM, NULL, "the amount is shown once more" },
    { STATE_REPEAT_CODE_PIN, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_CODE_CONFIRM, ON(YES), STATE_ASKING_CODE, code_ask, "the PIN pad compares the two" },
    { STATE_CODE_CONFIRM, ON(NO), STATE_MORE, code_begin, "nothing was sent" },
    { STATE_CODE_CONFIRM, ON(OFFLINE), STATE_MESSAGE, withdrawal_offline, "nothing was sent, nothing is open" },
    { STATE_ASKING_CODE, ON(PINS_DIFFER), STATE_MESSAGE, code_differs, "nothing was sent" },
    { STATE_ASKING_CODE, ON(CODE_ISSUED), STATE_CODE_SHOWN, code_issued, "the number is shown" },
    { STATE_ASKING_CODE, ON(CODE_TAKEN), STATE_ASKING_CODE, code_taken, "another number is drawn" },
    { STATE_ASKING_CODE, ON(WEAK_PIN), STATE_MESSAGE, code_weak, "no code, and no try was lost" },
    { STATE_ASKING_CODE, ON(WRONG_PIN), STATE_MESSAGE, withdrawal_wrong_pin, "there are tries left" },
    { STATE_ASKING_CODE, ON(CARD_BARRED), STATE_MESSAGE, withdrawal_card_barred, "the PIN was wrong too often" },
    { STATE_ASKING_CODE, ON(DECLINED), STATE_MESSAGE, withdrawal_declined, "the bank said no" },
    { STATE_ASKING_CODE, ON(UNDECIDED), STATE_MESSAGE, code_no_reply, "a code that was not shown expires unused" },
    { STATE_ASKING_CODE, ON(NO_REPLY), STATE_MESSAGE, code_no_reply, "a code that was not shown expires unused" },
    { STATE_ASKING_CODE, ON(TROUBLE), STATE_MESSAGE, transfer_not_asked, "not journalled, so not sent" },
    { STATE_CODE_SHOWN, ON(RECEIPT_READY), STATE_CODE_SHOWN, session_keep_receipt, "printed, or not" },
    { STATE_CODE_SHOWN, ON(GO_ON), STATE_ANOTHER, NULL, "the customer has it" },

    { STATE_RETURNING_CARD, ON(CARD_TAKEN), STATE_DISPENSING, dispense_stack, "now the cash" },
    { STATE_RETURNING_CARD, ON(PATIENCE_OVER), STATE_MESSAGE, dispense_card_kept, "the card was not taken, so no cash comes out" },
    { STATE_RETURNING_CARD, ON(CARD_KEPT), STATE_MESSAGE, dispense_card_kept, "no cash without the card" },
    { STATE_RETURNING_CARD, ON(TROUBLE), STATE_MESSAGE, dispense_trouble, "no cash moves unjournalled" },
    { STATE_RETURNING_CARD, ON(QUIT), STATE_OFF, dispense_called_off, "no cash has moved yet" },

    { STATE_DISPENSING, ON(STACKED), STATE_DISPENSING, dispense_present, "they are counted" },
    { STATE_DISPENSING, ON(PRESENTED), STATE_TAKING_CASH, dispense_presented, "they are out" },
    { STATE_DISPENSING, ON(DISPENSE_FAILED), STATE_MESSAGE, dispense_failed, "nothing came out: reversed" },
    { STATE_DISPENSING, ON(POSITION_UNKNOWN), STATE_MESSAGE, dispense_unknown, "a person has to look" },
    { STATE_DISPENSING, ON(RETRACTED), STATE_MESSAGE, dispense_retracted, "suspect until counted" },
    { STATE_DISPENSING, ON(TROUBLE), STATE_MESSAGE, dispense_trouble, "no cash moves unjournalled" },

    { STATE_TAKING_CASH, ON(CASH_TAKEN), STATE_ANOTHER, dispense_taken, "completed" },
    { STATE_TAKING_CASH, ON(PATIENCE_OVER), STATE_DISPENSING, dispense_retract, "cash is not left to strangers" },

    { STATE_ASKING_DEPOSIT, ON(APPROVED), STATE_DEPOSIT_OPEN, deposit_approved, "the slot is open" },
    { STATE_ASKING_DEPOSIT, ON(APPROVED_TOO_LATE), STATE_EJECTING, deposit_called_off, "the machine is being stopped" },
    { STATE_ASKING_DEPOSIT, ON(WRONG_PIN), STATE_MESSAGE, withdrawal_wrong_pin, "there are tries left" },
    { STATE_ASKING_DEPOSIT, ON(CARD_BARRED), STATE_MESSAGE, withdrawal_card_barred, "the PIN was wrong too often" },
    { STATE_ASKING_DEPOSIT, ON(DECLINED), STATE_MESSAGE, withdrawal_declined, "the bank said no; no note went in" },
    { STATE_ASKING_DEPOSIT, ON(UNDECIDED), STATE_MESSAGE, deposit_no_reply, "cancelled, to be sure" },
    { STATE_ASKING_DEPOSIT, ON(NO_REPLY), STATE_MESSAGE, deposit_no_reply, "cancelled: it may have been approved" },
    { STATE_ASKING_DEPOSIT, ON(TROUBLE), STATE_CHOSEN, deposit_trouble, "not journalled, so not asked" },

    { STATE_DEPOSIT_OPEN, ON(NOTES_INSERTED), STATE_DEPOSIT_COUNTING, deposit_count, "the notes are drawn in" },
    { STATE_DEPOSIT_OPEN, ON(CANCEL), STATE_CHOSEN, deposit_abandon, "all notes are the customer's" },
    { STATE_DEPOSIT_OPEN, ON(PATIENCE_OVER), STATE_CHOSEN, deposit_abandon, "no notes were put in" },
    { STATE_DEPOSIT_OPEN, ON(TROUBLE), STATE_CHOSEN, deposit_trouble, "no note moves unjournalled" },
    { STATE_DEPOSIT_OPEN, ON(QUIT), STATE_OFF, deposit_called_off, "no note has moved yet" },

    { STATE_DEPOSIT_COUNTING, ON(NOTES_COUNTED), STATE_CHOSEN, deposit_counted, "now the customer's word, once the others were taken" },
    { STATE_DEPOSIT_COUNTING, ON(COUNT_FAILED), STATE_CHOSEN, deposit_failed, "the notes came back: cancelled" },
    { STATE_DEPOSIT_COUNTING, ON(TROUBLE), STATE_CHOSEN, deposit_trouble, "no note moves unjournalled" },

    { STATE_DEPOSIT_BACK, ON(NOTES_TAKEN), STATE_CHOSEN, deposit_go_on, "the slot is empty" },
    { STATE_DEPOSIT_BACK, ON(PATIENCE_OVER), STATE_CHOSEN, deposit_go_on, "the light stays on" },
    { STATE_DEPOSIT_BACK, ON(QUIT), STATE_CHOSEN, deposit_leave, "what is in the escrow comes out first" },

    { STATE_DEPOSIT_COUNTED, ON(YES), STATE_DEPOSIT_CREDITING, deposit_keep, "the bank is told" },
    { STATE_DEPOSIT_COUNTED, ON(PATIENCE_OVER), STATE_DEPOSIT_CREDITING, deposit_keep, "cash is not left to strangers" },
    { STATE_DEPOSIT_COUNTED, ON(NO), STATE_DEPOSIT_RETURNING, deposit_give_back, "the notes are to come back" },
    { STATE_DEPOSIT_COUNTED, ON(CANCEL), STATE_DEPOSIT_RETURNING, deposit_give_back, "the notes are to come back" },
    { STATE_DEPOSIT_COUNTED, ON(QUIT), STATE_DEPOSIT_RETURNING, deposit_give_back, "the notes are to come back" },

    { STATE_DEPOSIT_RETURNING, ON(NOTES_RETURNED), STATE_CHOSEN, deposit_returned, "they are in the slot: cancelled" },
    { STATE_DEPOSIT_RETURNING, ON(NOTES_STAY), STATE_MESSAGE, deposit_stays, "the acceptor kept them: credited" },
    { STATE_DEPOSIT_RETURNING, ON(TROUBLE), STATE_MESSAGE, deposit_stays, "no note moves unjournalled: credited" },

    { STATE_DEPOSIT_CREDITING, ON(CREDITED), STATE_ANOTHER, deposit_credited, "the receipt has the balance" },
    { STATE_DEPOSIT_CREDITING, ON(NOT_CREDITED), STATE_MESSAGE, deposit_not_credited, "an operator settles it" },
    { STATE_DEPOSIT_CREDITING, ON(PATIENCE_OVER), STATE_ANOTHER, deposit_credited, "the advice is on its way" },

    { STATE_ANOTHER, ON(RECEIPT_READY), STATE_ANOTHER, session_keep_receipt, "printed, or not" },
    { STATE_ANOTHER, ON(QR_ASKED), STATE_QR_CODE, NULL, "the receipt for a phone" },
    { STATE_ANOTHER, ON(YES), STATE_ANOTHER, session_offer_card, "the card goes in again" },
    { STATE_ANOTHER, ON(CARD_READ), STATE_PIN_ENTRY, session_again, "the PIN is asked for again" },
    { STATE_ANOTHER, ON(CARD_JAMMED), STATE_MESSAGE, session_card_trouble, "the card never went in" },
    { STATE_ANOTHER, ON(CARD_UNREADABLE), STATE_MESSAGE, session_card_trouble, "the card came out again" },
    { STATE_ANOTHER, ON(NO), STATE_EJECTING, session_eject, "a card that is still inside comes out" },

    { STATE_QR_CODE, ON(GO_ON), STATE_ANOTHER, NULL, "the phone has it" },
    { STATE_QR_CODE, ON(CANCEL), STATE_ANOTHER, NULL, "a step back: there the visit ends, with or without a card inside" },

    { STATE_EJECTING, ON(CARD_TAKEN), STATE_GOODBYE, session_card_gone, "the customer has the card" },
    { STATE_EJECTING, ON(PATIENCE_OVER), STATE_MESSAGE, session_retain, "a forgotten card is kept safe" },
    { STATE_EJECTING, ON(CARD_KEPT), STATE_MESSAGE, session_retain, "the reader kept it" },
    { STATE_EJECTING, ON(QUIT), STATE_OFF, session_leave, "the card is in the slot" },

    { STATE_GOODBYE, ON(GO_ON), STATE_WELCOME, session_end, "the next customer" },
    { STATE_GOODBYE, ON(PATIENCE_OVER), STATE_WELCOME, session_end, "the next customer" },
    { STATE_GOODBYE, ON(QUIT), STATE_OFF, session_leave, "no customer is at the machine" },

    { STATE_MESSAGE, ON(GO_ON), STATE_CHOSEN, session_after_message, "read" },
    { STATE_MESSAGE, ON(PATIENCE_OVER), STATE_CHOSEN, session_after_message, "read, or the customer has left" },
    { STATE_MESSAGE, ON(AMOUNT_PAYABLE), STATE_RECEIPT_CHOICE, NULL, "the offer was taken" },
    { STATE_MESSAGE, ON(AMOUNT_WITH_CHOICE), STATE_NOTE_MIX, NULL, "the offer was taken" },
    { STATE_MESSAGE, ON(AMOUNT_NOT_PAYABLE), STATE_MESSAGE, withdrawal_not_payable, "the notes have changed since" },
    { STATE_MESSAGE, ON(OTHER_AMOUNT), STATE_AMOUNT, NULL, "neither offer suited" },
    { STATE_MESSAGE, ON(CANCEL), STATE_EJECTING, session_eject, "the customer gave up" },

    { STATE_MORE_TIME, ON(YES), STATE_CHOSEN, session_go_back, "where the customer was" },
    { STATE_MORE_TIME, ON(NO), STATE_CHOSEN, session_no_more_time, "the customer is done" },
    { STATE_MORE_TIME, ON(PATIENCE_OVER), STATE_CHOSEN, session_no_more_time, "the customer has left" },

    { STATE_SUPERVISOR, ON(LEAVE), STATE_WELCOME, session_end, "back to customers" },
    { STATE_SUPERVISOR, ON(PATIENCE_OVER), STATE_WELCOME, session_end, "a supervisor who left" },
    { STATE_SUPERVISOR, ON(QUIT), STATE_OFF, session_leave, "no customer is at the machine" },

    { STATE_CUSTOMER, ON(CANCEL), STATE_EJECTING, session_eject, "Cancel gives the card back" },
    { STATE_CUSTOMER, ON(PATIENCE_OVER), STATE_MORE_TIME, session_remember, "perhaps reading takes long" },
    { STATE_CUSTOMER, ON(QUIT), STATE_OFF, session_leave, "no money has moved" },
};
/* clang-format on */

const struct transition *terminal_transitions(int *count)
{
    *count = (int)(sizeof table / sizeof table[0]);
    return table;
}

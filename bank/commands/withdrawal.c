/* SPDX-License-Identifier: MIT */
/* `bank withdrawal resolve`: a person has counted, and ends what only a count could end. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"

const struct bank_command command_withdrawal_resolve = {
    .name = "withdrawal resolve",
    .help = "end a suspect or disputed withdrawal by what a count has shown",
    .detail = "Without lists, what the machine has reported stands, and with `dispensed` all the "
              "rest was taken.\n"
              "A disputed one takes no lists: with `dispensed` the machine's statement stands in "
              "its books, with\n"
              "`not-dispensed` the notes are in the cassettes after all. No account's money moves: "
              "`bank account\n"
              "withdraw` or `deposit` does that, once it is known whose it is.",
    .words =
        WORDS(WORD("ID", WITHDRAWAL_ID, .fills = "withdrawal_id"),
              WORD("OUTCOME", CHOICE, .choices = "dispensed|not-dispensed", .fills = "outcome")),
    .options = WORDS(OPTION("taken", "notes the customer has, 50x1,20x2", NOTES, .fills = "taken"),
                     OPTION("rejected", "notes in the reject bin", NOTES, .fills = "rejected"),
                     OPTION("retracted", "notes in the retract bin", NOTES, .fills = "retracted"),
                     EVIDENCE_OPTION,
                     OPTION("reason", "why; it goes into the event", REASON, .fills = "reason")),
    .effect = SENDS,
    .sends = TELLER_RESOLVE_WITHDRAWAL,
    .asks = ASKS_AT_TERMINAL,
    .question = "End withdrawal {ID} as {OUTCOME}?",
    .reply = "withdrawal {withdrawal_id} is {state}; {reversed$} went back to the account",
    .run = order_run,
};

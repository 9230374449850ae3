/* SPDX-License-Identifier: MIT */
/*
 * One run of `bank terminal …`: a card and its PIN, a sign-on as a teller, and the first request
 * with both. Wiped at its end.
 */
#ifndef BANK_CLI_VISIT_H
#define BANK_CLI_VISIT_H

#include "bank/cli/card.h"
#include "bank/cli/terminal.h"

struct visit {
    const struct arguments *arguments;
    struct terminal terminal;
    struct uuid id; /* of its first request: the withdrawal's or deposit's */
    char pan[PAN_DIGITS_MAX + 1], pin[CARD_LINE_SIZE];
};

/* Card, PIN, --request-id, and the sign-on. The exit status; visit_end only after a success. */
int visit_begin(struct visit *visit, const struct arguments *arguments);
void visit_end(struct visit *visit);

/* Begins the first request, with the card and the PIN, which is wiped; the caller adds fields to
 * terminal.writer. */
void visit_request(struct visit *visit, const char *command);

#define NEVER "" /* it cannot be given up */

/* Sends it. NULL when it was refused or had no answer, which stderr then says. give_up: the
 * outcome that says that nothing came of it, or NEVER; NULL: it changes nothing. */
struct json *visit_ask(struct visit *visit, const char *give_up);

/* The reply for people, by the sentence; with --json as it came. */
void visit_say(const struct visit *visit, const char *sentence, const struct json *reply);

#define TELLER_OPTION                                                                              \
    OPTION("teller", "as which teller; the default one otherwise", TELLER_ID,                      \
           .otherwise = DEFAULT_TELLER_ID)

#define REQUEST_OPTION                                                                             \
    OPTION("request-id", "the request's id; the same one again does nothing twice", NEW_ID,        \
           .aside = true)

#define ABOUT                                                                                      \
    "Signs on as a teller whose key is in the home. No notes move but in the bank's books: a "     \
    "machine of that\nteller counts others from then on, so use a teller of its own. Without "     \
    "--card-file the card's number is\nasked for, and without a source of the PIN that is, too."

#endif

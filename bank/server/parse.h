/* SPDX-License-Identifier: MIT */
/*
 * From a line of the wire to a request the engine can take, or to the reason
 * why not. Behind this door there are no PANs, PIN blocks, terminal keys or
 * names: only keyed tokens and references and what is sealed, made here with
 * the vault.
 */
#ifndef BANK_SERVER_PARSE_H
#define BANK_SERVER_PARSE_H

#include "bank/engine/request.h"
#include "bank/vault/vault.h"

enum parse_outcome {
    PARSED_COMMAND, /* request->command, content, actor and repeat are filled in */
    PARSED_REFUSED, /* the refusal is filled in */
    PARSED_QUESTION /* and above: + enum question (question.h); command has its fields */
};

/* Nothing was decided, and why. */
struct parse_refusal {
    enum refusal refusal;
    char message[200]; /* one sentence; empty: the refusal's own */
};

/*
 * Reads one line (without its newline). The caller has set request->sender and
 * request->signed_on, and zeroed the rest;
 * command.id is set whenever the line had one that could be read, else nil.
 *
 * Amounts, notes and texts come out in range. Whether a terminal may act for
 * the teller it names is checked before its PIN block is opened.
 */
enum parse_outcome request_parse(struct vault *vault, const char *line, size_t length,
                                 struct request *request, struct parse_refusal *refusal);

/* Whether an account's owner can be called so: under OWNER_NAME_LENGTH, not empty, fit for a
 * terminal. */
bool owner_name_fits(const char *name);

/* For commands the bank gives itself: the content hash and the actor, from the command and the
 * sender. */
void request_complete(struct request *request);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A terminal for one command: signs on over atm.sock as a teller whose key is
 * in the home, signs what it sends, and takes no decision of the bank's without
 * the bank's mac. It has no dispenser, no acceptor and no memory: what it does
 * not get to say, the caller tells its user.
 *
 *   struct terminal terminal;
 *   if (!terminal_open(&terminal, arguments, &error)) …
 *   terminal_begin(&terminal, "BalanceEnquiry", NULL);
 *   terminal_card(&terminal, pan, pin);
 *   struct json *reply = terminal_send(&terminal, &error);
 *   terminal_close(&terminal);
 *
 * A request that gets no answer goes out again, the same, for up to half a
 * minute, so that it takes effect once.
 */
#ifndef BANK_CLI_TERMINAL_H
#define BANK_CLI_TERMINAL_H

#include "bank/cli/arguments.h"
#include "shared/json.h"
#include "shared/refusal.h"
#include "shared/wire.h"

struct terminal {
    struct home home;
    struct uuid teller;
    struct pin_key key;
    struct wire_keys wire;
    struct client *client; /* NULL: not connected */
    struct uuid request;   /* the one being written or sent */
    struct json_writer writer;
    char line[WIRE_LINE_MAX];
    char *reply; /* the last one's text; NULL: none */
};

/* With --teller, else the default teller; signed on. On failure closed, with the error. */
bool terminal_open(struct terminal *terminal, const struct arguments *arguments,
                   struct error *error);
void terminal_close(struct terminal *terminal);

/* Begins a request. id: NULL for a fresh one. */
void terminal_begin(struct terminal *terminal, const char *command, const struct uuid *id);

/* Adds card and PIN block. The same request id, card and PIN make the same block, so that a
 * request can be sent again by another run. False when they make none. */
bool terminal_card(struct terminal *terminal, const char *pan, const char *pin);

/* Adds the block of a new PIN, likewise. */
bool terminal_new_pin(struct terminal *terminal, const char *pan, const char *pin);

/* The bank's answer, approved or refused, for json_destroy. NULL: there was none, and the request
 * may have taken effect. */
struct json *terminal_send(struct terminal *terminal, struct error *error);

/* Whether the reply says yes; else prints the bank's sentence. */
bool terminal_approved(const struct json *reply);

#endif

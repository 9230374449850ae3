/* SPDX-License-Identifier: MIT */
/*
 * The wire between a terminal or an operator and the bank: the numbers and
 * the few computations both ends must agree on. PROTOCOL.md is its manual.
 */
#ifndef SHARED_WIRE_H
#define SHARED_WIRE_H

#include "shared/pin_block.h"
#include "shared/uuid.h"

#define WIRE_VERSION    1
#define WIRE_LINE_MAX   65536 /* bytes of one line, its newline included */
#define WIRE_MAC_LENGTH 16

#define DEFAULT_TELLER_ID "1c915dd1-8bf0-4662-a2ce-60725b0c7de2"

/* The proof a terminal signs on with: AES-CMAC over "SignOn", the request's id and the teller id, each
 * followed by a newline, under the key that is itself the AES-CMAC of "EsBank sign-on" under the terminal
 * key. */
void wire_sign_on_mac(const struct pin_key *key, const struct uuid *request_id, const struct uuid *teller_id,
                      unsigned char mac[static WIRE_MAC_LENGTH]);

#endif

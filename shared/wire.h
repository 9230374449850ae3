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

/* Of the demonstration's card, until its holder changes it; no secret. */
#define DEMO_PIN "1234"

/*
 * Keys of one use each, derived from a terminal key, so that the terminal key
 * itself neither enciphers nor signs anything: the KDF in counter mode of NIST
 * SP 800-108r1 with AES-CMAC as its PRF, one block of it:
 *
 *   K = AES-CMAC(terminal key, 01 || label || 00 || context || 0080)
 *
 *   label             context        use
 *   "EsBank PIN"      request's id   the PIN block of that one request
 *   "EsBank new PIN"  request's id   the block of the PIN that it is to be changed to
 *   "EsBank request"  teller's id    the mac of what the terminal sends
 *   "EsBank reply"    teller's id    the mac of what the bank answers
 */
struct wire_keys {
    struct pin_key request, reply;
};

void wire_keys_derive(const struct pin_key *terminal, const struct uuid *teller_id,
                      struct wire_keys *keys);
/* Wipes them, and what is kept of them. */
void wire_keys_forget(struct wire_keys *keys);

/* For operators' PIN blocks, the terminal key is pin-entry.key. */
void wire_pin_key(const struct pin_key *terminal, const struct uuid *request_id,
                  struct pin_key *key);
void wire_new_pin_key(const struct pin_key *terminal, const struct uuid *request_id,
                      struct pin_key *key);

/*
 * The mac of a line is AES-CMAC over all its bytes before `,"mac":"`, which
 * with 32 hexadecimal digits in lower case and `"}` are its last 42 bytes.
 */
#define WIRE_SIGNATURE_LENGTH 42

/* Signs an object of `length` bytes without newline; line has room for the signature. Returns the
 * new length. */
size_t wire_sign(const struct pin_key *key, char *line, size_t length);

/* Whether a line, without newline, ends with the mac that the key makes. Takes the same time for
 * each wrong mac. */
bool wire_signed(const struct pin_key *key, const char *line, size_t length);

#endif

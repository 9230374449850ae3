/* SPDX-License-Identifier: MIT */
/*
 * The PIN pad. The digits live in one locked page of memory that is in no
 * core file, and leave it only as PIN blocks, each good for one request. They
 * stay until the card or the transaction is done, so that another amount can
 * be asked for without typing the PIN again. A new PIN is typed twice, and
 * compared here.
 */
#ifndef ATM_PIN_PAD_H
#define ATM_PIN_PAD_H

#include "atm/terminal/input.h"
#include "shared/wire.h"

#include <stdbool.h>

/* Locks the memory and forbids core files and debuggers. What the system refuses is logged, once.
 */
void pin_pad_init(void);

/* '0' to '9'; more than PIN_DIGITS_MAX are dropped; the first after a block begins anew. */
void pin_pad_digit(enum pin_entry entry, int digit);
void pin_pad_clear(enum pin_entry entry);  /* its digits, unless a block was made of them */
void pin_pad_forget(enum pin_entry entry); /* its digits */
void pin_pad_wipe(void);                   /* all digits */

/* The block for this card in the request of that id, under the terminal key. False without a PIN.
 */
bool pin_pad_block(const struct pin_key *key, const struct uuid *request_id, const char *pan,
                   unsigned char block[static PIN_BLOCK_LENGTH]);

/* Whether the new PIN was typed the same twice. Takes the same time wherever they differ. */
bool pin_pad_repeated(void);

/* The block of the new PIN in that request. False unless it was repeated. */
bool pin_pad_new_block(const struct pin_key *key, const struct uuid *request_id, const char *pan,
                       unsigned char block[static PIN_BLOCK_LENGTH]);

#endif

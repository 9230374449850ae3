/* SPDX-License-Identifier: MIT */
/*
 * The PIN pad. The digits live in one locked page of memory that is in no
 * core file, and leave it only as PIN blocks, each good for one request. They
 * stay until the card or the transaction is done, so that another amount can
 * be asked for without typing the PIN again.
 */
#ifndef ATM_PIN_PAD_H
#define ATM_PIN_PAD_H

#include "shared/wire.h"

#include <stdbool.h>

/* Locks the memory and forbids core files and debuggers. What the system refuses is logged, once.
 */
void pin_pad_init(void);

void pin_pad_digit(int digit); /* '0' to '9'; more than PIN_DIGITS_MAX are dropped; the first after
                                * a block begins anew */
void pin_pad_clear(void);      /* the digits, unless a block was made of them */
void pin_pad_wipe(void);       /* the digits */

/* The block for this card in the request of that id, under the terminal key. False without a PIN.
 */
bool pin_pad_block(const struct pin_key *key, const struct uuid *request_id, const char *pan,
                   unsigned char block[static PIN_BLOCK_LENGTH]);

#endif

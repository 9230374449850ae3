/* SPDX-License-Identifier: MIT */
/*
 * The PIN pad. The digits live in one locked page of memory that is in no
 * core file, and leave it only as a PIN block; making the block wipes them.
 * The block stays until the card or the transaction is done, so that another
 * amount can be asked for without typing the PIN again.
 */
#ifndef ATM_PIN_PAD_H
#define ATM_PIN_PAD_H

#include "shared/pin_block.h"

#include <stdbool.h>

/* Locks the memory and forbids core files and debuggers. What the system refuses is logged, once. */
void pin_pad_init(void);

void pin_pad_digit(int digit); /* '0' to '9'; more than PIN_DIGITS_MAX are dropped */
void pin_pad_clear(void);      /* the digits */
void pin_pad_wipe(void);       /* digits and block */

/* The block for this card, made of the digits where there are any, else the one made before. */
bool pin_pad_block(const struct pin_key *key, const char *pan, unsigned char block[static PIN_BLOCK_LENGTH]);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The card reader: holds the number of the card inside, and of the one just
 * returned, until the customer leaves.
 */
#ifndef ATM_CARD_READER_H
#define ATM_CARD_READER_H

#include "shared/demo_wallet.h"
#include "shared/pin_block.h"

enum card_result { CARD_READ, CARD_INVALID, CARD_JAMMED, CARD_UNREADABLE };

struct card_reader {
    char at_hand[PAN_DIGITS_MAX + 1]; /* of --card-file or the demo card; empty: none */
    char wallet[DEMO_WALLET_MAX][PAN_DIGITS_MAX + 1]; /* further ones of the demonstration */
    char pan[PAN_DIGITS_MAX + 1];                     /* inside, or last inside; empty: none */
};

/* number: its digits; "" the card at hand; "#1" the first of the wallet; "*" or "=" the one that
 * was inside last. */
enum card_result card_reader_insert(struct card_reader *reader, const char *number);

/* Puts the card into the slot; false when the reader keeps it instead. */
bool card_reader_eject(struct card_reader *reader);

/* The customer has gone: the number is wiped. */
void card_reader_forget(struct card_reader *reader);

#endif

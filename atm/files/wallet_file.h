/* SPDX-License-Identifier: MIT */
/*
 * The demonstration's further cards: shared/demo_wallet.h has the form of their file.
 */
#ifndef ATM_FILES_WALLET_FILE_H
#define ATM_FILES_WALLET_FILE_H

#include "shared/demo_wallet.h"
#include "shared/error.h"
#include "shared/pin_block.h"

#define WALLET_WORDS_SIZE 64

struct wallet_entry {
    char card[PAN_DIGITS_MAX + 1];
    char pin[PIN_DIGITS_MAX + 1];
    char kind[WALLET_WORDS_SIZE];
};

struct wallet_file {
    int count;
    struct wallet_entry entry[DEMO_WALLET_MAX];
};

/* Reads the file; one that is not there is an empty wallet. A file of others' reach, or with a line
 * of another form, is ERROR_USAGE. */
bool wallet_file_read(const char *path, struct wallet_file *wallet, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Where the number of the card at hand comes from: a file, or standard input.
 * Never an argument: every user of a machine can read the arguments of every
 * process. First line the number, second line (optional) whose card it is.
 */
#ifndef ATM_FILES_CARD_FILE_H
#define ATM_FILES_CARD_FILE_H

#include "shared/error.h"
#include "shared/pin_block.h"

#define CARD_OWNER_SIZE 48

/* The file's text, of at most size - 1 bytes; a file of others' reach, or with zero bytes,
 * is ERROR_USAGE. */
bool card_file_load(const char *path, char *text, size_t size, struct error *error);

/*
 * Reads the file; "-" is one line of standard input, asked for unseen where
 * that is a terminal, and nothing after it is read. A file of others' reach, or
 * without a card's number, is ERROR_USAGE.
 */
bool card_file_read(const char *path, char card[static PAN_DIGITS_MAX + 1],
                    char owner[static CARD_OWNER_SIZE], struct error *error);

#endif

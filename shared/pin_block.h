/* SPDX-License-Identifier: MIT */
/*
 * ISO 9564-1 format 4 PIN blocks (AES-128), and the key they travel under.
 *
 *   PIN field   4, length, PIN digits, fill A up to 16 nibbles, 8 random bytes
 *   PAN field   length of the PAN − 12, the PAN's digits, zeros up to 32 nibbles;
 *               a PAN of fewer than 12 digits is left-padded with zeros to 12
 *   block       AES(AES(PIN field) xor PAN field)
 *
 * The clear PIN lives only in buffers of the caller, which wipes them
 * (pin_wipe). Nothing here is logged.
 */
#ifndef SHARED_PIN_BLOCK_H
#define SHARED_PIN_BLOCK_H

#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>

#define PIN_DIGITS_MIN    4
#define PIN_DIGITS_MAX    12
#define PAN_DIGITS_MIN    8
#define PAN_DIGITS_MAX    19
#define PAN_DIGITS_HIDDEN 6
#define PIN_BLOCK_LENGTH  16
#define PIN_KEY_LENGTH    16

struct pin_key {
    unsigned char bytes[PIN_KEY_LENGTH];
};

/* 8 to 19 digits with a right Luhn check digit (ISO/IEC 7812-1). */
bool pan_valid(const char *pan);

/* Whether digits of the text may be a card's number of the usual length, in one run or in groups.
 */
bool pan_within(const char *text);

/* The check digit that makes these digits a valid PAN. */
char pan_check_digit(const char *digits);

/* Writes the PAN with digits replaced by '*'; buffer has PAN_DIGITS_MAX + 1. At most the first six
 * and the last four are shown, and at least PAN_DIGITS_HIDDEN are not: a short PAN loses its first
 * digits first, then its last ones. A masked PAN is masked again by the same rule. */
char *pan_mask(const char *pan, char *buffer);

/* The same in the middle of a text: whatever pan_within finds, and each run of 13 digits or more,
 * which may be a number with a digit mistyped. In place; returns the text. */
char *pan_hide_within(char *text);

/* Makes the block; random is 8 fresh bytes. False when the PIN is not 4 to 12 digits or the PAN is
 * not digits. */
bool pin_block_encode(const struct pin_key *key, const char *pan, const char *pin,
                      const unsigned char *random, unsigned char block[static PIN_BLOCK_LENGTH]);

/* Takes the PIN out: pin has PIN_DIGITS_MAX + 1 bytes. False for a block that is not a well-formed
 * one for this PAN and key; the time taken does not depend on which. */
bool pin_block_decode(const struct pin_key *key, const char *pan,
                      const unsigned char block[static PIN_BLOCK_LENGTH], char *pin);

/* The key check value: the first three bytes of AES-CMAC over a zero block, as six hex digits and a
 * NUL. */
void pin_key_check_value(const struct pin_key *key, char text[static 7]);

/* AES-CMAC (NIST SP 800-38B) over a message. */
void pin_key_mac(const struct pin_key *key, const void *message, size_t length,
                 unsigned char mac[static 16]);

/* Wipes what pin_key_mac keeps of a key that is no longer used. */
void pin_key_forget(const struct pin_key *key);

/* Reads a key file: 32 hexadecimal digits, mode 0600. */
bool pin_key_load(const char *path, struct pin_key *key, struct error *error);

/* As pin_key_load, and makes the file with a fresh random key when it is not there. */
bool pin_key_load_or_create(const char *path, struct pin_key *key, struct error *error);

/* Overwrites a secret so that the compiler cannot leave it out. */
void pin_wipe(void *secret, size_t length);

#endif

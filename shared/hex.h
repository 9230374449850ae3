/* SPDX-License-Identifier: MIT */
/* Bytes as lower-case hexadecimal text, and back. */
#ifndef SHARED_HEX_H
#define SHARED_HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Writes 2 * length digits and a NUL. */
void hex_encode(const void *bytes, size_t length, char *text);

/* The same in upper case, as check values of keys are written. */
void hex_encode_upper(const void *bytes, size_t length, char *text);

/* Reads exactly digits (an even number) digits of either case into digits / 2 bytes. */
bool hex_decode(const char *text, size_t digits, unsigned char *bytes);

#endif

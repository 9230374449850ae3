/* SPDX-License-Identifier: MIT */
/*
 * The number of a cash code: CASH_CODE_DIGITS digits, the first a 0, which no
 * bank's card has, and the last the check digit. A valid PAN, so that a PIN
 * block can be made for it.
 */
#ifndef SHARED_CASH_CODE_H
#define SHARED_CASH_CODE_H

#include <stdbool.h>
#include <stddef.h>

#define CASH_CODE_DIGITS 10
#define CASH_CODE_LENGTH (CASH_CODE_DIGITS + 1) /* with its NUL */
#define CASH_CODE_SHOWN  (CASH_CODE_LENGTH + 2) /* in its groups */

bool cash_code_is(const char *number);

/* Whether a blank follows that many digits where a number is shown: "0123 456 782". */
bool cash_code_gap(size_t digits);

/* A number in its groups. Returns shown. */
char *cash_code_show(const char *number, char shown[static CASH_CODE_SHOWN]);

/* Draws one, each as likely as another. False where the system has no randomness. */
bool cash_code_draw(char number[static CASH_CODE_LENGTH]);

#endif

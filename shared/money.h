/* SPDX-License-Identifier: MIT */
/*
 * Money: a signed 64-bit count of minor units (cents), never a fraction.
 *
 * Every amount stays below MONEY_CAP in magnitude: JSON readers that know
 * only doubles still read it exactly, and sums of two never overflow.
 * Addition is checked; a sum above the cap is the caller's refusal to make.
 */
#ifndef SHARED_MONEY_H
#define SHARED_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t money;

#define MONEY_CAP         INT64_C(1000000000000000) /* 10^15 minor units */
#define MONEY_TEXT_LENGTH 40 /* room for any amount in any language, its sign and the NUL */

/* Whether amount can stand on its own: between -MONEY_CAP and MONEY_CAP, both excluded. */
bool money_in_range(money amount);

/* *sum = a + b; false, with *sum unchanged, when the sum leaves the range. */
bool money_add(money a, money b, money *sum);

/* "1234.50"; the buffer has MONEY_TEXT_LENGTH bytes. Returns buffer. */
char *money_format(money amount, char *buffer);

/* Reads "1234.50", "1234.5" or "1234" (a leading minus too); nothing may follow. */
bool money_parse(const char *text, money *amount);

#endif

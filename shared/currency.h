/* SPDX-License-Identifier: MIT */
/*
 * The notes there are, by currency (ISO 4217).
 *
 * The bank and its machines deal in one currency, CURRENCY, and in its notes
 * alone: the door refuses any other denomination wherever notes are named, so the
 * cost of choosing notes is known beforehand. Every row of the table can become
 * the bank's, as long as its minor units are hundredths, which is how money.h
 * writes amounts.
 */
#ifndef SHARED_CURRENCY_H
#define SHARED_CURRENCY_H

#include "shared/notes.h"

#define CURRENCY             "EUR"
#define CURRENCY_LIST_LENGTH 96 /* room for any row's denominations as text, and the NUL */

struct currency {
    char code[4];
    int32_t minor; /* minor units in one of the currency: 100, or 1 where it has none */
    uint32_t length;
    int32_t denomination[NOTES_MAX]; /* minor units, the smallest first */
};

/* NULL when the table has no such row. */
const struct currency *currency_find(const char *code);

/* The bank's. */
const struct currency *currency_own(void);

/* All rows, one after the other: NULL gives the first, the last gives NULL. */
const struct currency *currency_next(const struct currency *currency);

bool currency_has(const struct currency *currency, int32_t denomination);

/* Whether all denominations that are named, those of count 0 too, are the currency's. */
bool currency_has_all(const struct currency *currency, const struct notes *notes);

/* Leaves out the denominations that are not the currency's. */
void currency_drop_others(const struct currency *currency, struct notes *notes);

/* "5, 10, 20, 50, 100, 200 or 500": the denominations in so many minor units (1, or
 * currency->minor). Returns buffer. */
char *currency_list(const struct currency *currency, int32_t unit,
                    char buffer[static CURRENCY_LIST_LENGTH]);

#endif

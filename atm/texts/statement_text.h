/* SPDX-License-Identifier: MIT */
/*
 * A line of an account's statement, as the bank tells it and as a customer
 * reads it: on the screen with the time of day, on paper 36 columns wide.
 */
#ifndef ATM_TEXTS_STATEMENT_TEXT_H
#define ATM_TEXTS_STATEMENT_TEXT_H

#include "shared/money.h"

#include <stddef.h>
#include <stdint.h>

#define STATEMENT_LINES 10 /* that the bank tells at most */

struct statement_line {
    int64_t at_s;  /* since 1970 */
    char kind[24]; /* the bank's word */
    money amount, balance;
};

struct statement {
    int count;
    struct statement_line line[STATEMENT_LINES]; /* the last one first */
};

enum statement_place { STATEMENT_SCREEN, STATEMENT_PAPER };

/* In that language; a word that it does not know stays the bank's. */
void statement_text(const struct statement_line *line, enum statement_place place, int language,
                    char *text, size_t size);

#endif

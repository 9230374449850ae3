/* SPDX-License-Identifier: MIT */
/*
 * The receipt printer: fills the template assets/receipt or receipt_deposit
 * (receipt.<language> where there is one) and prints it to <folder>/receipts/<withdrawal>.txt; the
 * same lines are for the screen.
 */
#ifndef ATM_PRINTER_H
#define ATM_PRINTER_H

#include "atm/terminal/event.h"

struct receipt {
    struct uuid withdrawal; /* or deposit */
    bool deposit;
    const char *teller, *card, *currency, *language;
    money amount, balance;
    bool balance_known;
    struct notes notes;
    int64_t wall_s;
};

/* False: there is no paper, or the file could not be written; the lines are there all the same. */
bool printer_print(const char *folder, const char *assets, const struct receipt *receipt,
                   struct lines *lines);

#endif

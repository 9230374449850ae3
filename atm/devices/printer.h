/* SPDX-License-Identifier: MIT */
/*
 * The receipt printer: fills a template of the language's folder (receipt, receipt_deposit,
 * receipt_statement, receipt_transfer, receipt_code or receipt_code_cash) and prints it to
 * <folder>/receipts/<id>.txt; the same lines are for the screen, and its essence is for a QR code.
 * A line {movements} is as many as the statement has.
 */
#ifndef ATM_PRINTER_H
#define ATM_PRINTER_H

#include "atm/terminal/event.h"

struct receipt {
    struct uuid withdrawal; /* or deposit, or the request for a statement */
    bool deposit;
    const struct statement *statement; /* NULL: it is none of one */
    const char *teller, *card, *currency, *language;
    const char *receiver; /* masked; empty: it is none of a transfer */
    money amount, balance;
    bool balance_known;
    int64_t until_s; /* a cash code's end, and card is its number; 0: it is none of one */
    bool by_code; /* paid out for a cash code: card is its masked number, and there is no balance */
    struct notes notes;
    int64_t wall_s;
};

/* Whether the templates of the directory (NULL: the program's own) have only fields that there are;
 * the texts are loaded. An error names the file, the line and what to do. */
bool printer_check(const char *assets, struct error *error);

/* False: there is no paper, or the file could not be written; the lines are there all the same. */
bool printer_print(const char *folder, const char *assets, const struct receipt *receipt,
                   struct lines *lines, char qr[static VIEW_QR_SIZE]);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What a machine remembers of a card: the language last chosen there, and the amount last taken. It
 * is a courtesy. So nothing here fails: what cannot be read is not known, what cannot be written is
 * forgotten, and a line in the log says so.
 *
 * A MAC of its number under the memory key stands for a card, so that the files name none. There
 * are 64 of them, <folder>/preferences/cards-00 to cards-3f, by that MAC, with 64 cards each; one
 * that is not as the machine wrote it is set aside. The card used last comes last, and the first is
 * forgotten for one too many. There is no time in them.
 *
 *   version 1
 *   9e2c… de 13000      the card's MAC; the language, "-" for none; minor units, 0 for none
 *   journal N           these two by memory.h
 *   mac HEX
 *
 * Without a memory key nothing is remembered. A card's visit costs one file of at most 4 KiB, read
 * when it goes in; written when there is something new, and never before cash that is on its way.
 */
#ifndef ATM_FILES_PREFERENCES_H
#define ATM_FILES_PREFERENCES_H

#include "atm/files/memory.h"
#include "shared/money.h"

#define PREFERENCE_LANGUAGE_SIZE 12

struct preference {
    char language[PREFERENCE_LANGUAGE_SIZE]; /* its code; empty: none was chosen */
    money amount;                            /* 0: none */
};

/* What is remembered of that card, which may be nothing. */
struct preference preferences_find(struct memory *memory, const char *folder, const char *pan);

/* Remembers what of `now` is there; the rest stays as it was. */
void preferences_keep(struct memory *memory, const char *folder, const char *pan,
                      const struct preference *now);

#endif

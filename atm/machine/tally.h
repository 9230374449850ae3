/* SPDX-License-Identifier: MIT */
/*
 * How often what happened on the last days, by the codes of the journal: a step,
 * with its reason where it has one ("declined insufficient_funds"). Days are
 * those of the local time. Pure.
 */
#ifndef ATM_MACHINE_TALLY_H
#define ATM_MACHINE_TALLY_H

#include "shared/journal_line.h"

#include <stdint.h>
#include <time.h>

#define TALLY_DAYS      5
#define TALLY_CODES     64
#define TALLY_CODE_SIZE 28 /* bytes of a code with its NUL */

struct tally {
    int64_t now_s;
    int count;
    struct {
        enum journal_step step;
        char code[TALLY_CODE_SIZE];
        int count[TALLY_DAYS]; /* today first */
    } item[TALLY_CODES];       /* in the order of the steps, then of the reasons */
};

void tally_begin(struct tally *tally, int64_t now_s);

/* Entries of other days, and steps that only lead to another one, are left out. */
void tally_add(struct tally *tally, const struct journal_entry *entry);

/* The local date so many days before. */
struct tm tally_date(int64_t now_s, int ago);

#endif

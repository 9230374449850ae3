/* SPDX-License-Identifier: MIT */
/*
 * What the supervisor's pages show of the machine's own files. Each answers with
 * an EVENT_LIST. Where there is anything its first line has the columns' headings;
 * the faults are a line each, as they are armed, and have none.
 */
#ifndef ATM_MACHINE_LISTS_H
#define ATM_MACHINE_LISTS_H

#include "atm/machine/machine.h"

/* The last LIST_PAGE_LINES entries but `back`, oldest first. */
void lists_journal(struct machine *machine, int back);

/* What happened how often on the last days, by the codes of the journal's current file: a line for
 * each code, all but the first `skip`. */
void lists_days(struct machine *machine, int skip);

/* Withdrawals that only an operator can settle, oldest first. */
void lists_suspects(struct machine *machine);

void lists_faults(struct lines *lines, char misspelt[static 80]);

#endif

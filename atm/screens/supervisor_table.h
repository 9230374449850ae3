/* SPDX-License-Identifier: MIT */
/* The supervisor's tables: lines of columns under their headings. */
#ifndef ATM_SCREENS_SUPERVISOR_TABLE_H
#define ATM_SCREENS_SUPERVISOR_TABLE_H

#include "atm/terminal/phases.h"

/* The first so many denominations: note, count, value; and the sum of all. */
void table_notes(const struct terminal *terminal, const struct notes *notes, int count,
                 struct view *view);

/* Each cassette with a gauge of how full it is, and what the bins hold. */
void table_counters(const struct terminal *terminal, struct view *view);

#endif

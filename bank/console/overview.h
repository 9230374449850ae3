/* SPDX-License-Identifier: MIT */
#ifndef BANK_CONSOLE_OVERVIEW_H
#define BANK_CONSOLE_OVERVIEW_H

#include "bank/console/figures.h"
#include "bank/console/model.h"

/* In these lines: the plots, and below them what was refused, the bank, the database, the lag.
 * page: what overview_fetch gave; NULL: nothing yet. */
void overview_paint(const struct figures *figures, const struct attention *attention,
                    const struct page *page, int row, int rows, int columns);

#endif

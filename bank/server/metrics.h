/* SPDX-License-Identifier: MIT */
/* Every metric of the bank, as text: the figures of figures.h, and what has labels. */
#ifndef BANK_SERVER_METRICS_H
#define BANK_SERVER_METRICS_H

#include "bank/server/census.h"
#include "bank/server/turn.h"

#define METRICS_TELLERS_MAX 1024 /* whose cassettes are shown: those last used */

/* The text is the caller's to free. It is made of what is in memory, and waits for nothing. */
char *metrics_text(const struct turn *turn, const struct census *census, bool open_metrics,
                   size_t *length);

#endif

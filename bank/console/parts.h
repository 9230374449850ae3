/* SPDX-License-Identifier: MIT */
/* The views that are no list, and the lines above some that are; see view.h for what each does. */
#ifndef BANK_CONSOLE_PARTS_H
#define BANK_CONSOLE_PARTS_H

#include "bank/console/model.h"

/* overview_fetch.c: rows of WHAT, NAME and VALUE: the lag of each follower, figures of Postgres. */
bool overview_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                    struct error *error);

/* The same of what the bank itself says: its state, its rate, what it refused in ten minutes. */
void overview_add_bank(const struct figures *figures, struct page *page);

/* saga_fetch.c: the tree of a correlation with what its events say; one event whole. */
bool saga_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                struct error *error);
bool event_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                 struct error *error);

/* suspect_fetch.c: who says what. Its rows have further cells, for the keys: whether it is a
 * "withdrawal" or a "deposit", and the proposal that is open about it (NULL: none). */
enum { SUSPECT_SAGA = 3, SUSPECT_PROPOSAL };
bool suspect_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                   struct error *error);

/* heads.c */
bool machine_head(struct reader *reader, const struct ask *ask, struct page *head,
                  struct error *error);
bool account_head(struct reader *reader, const struct ask *ask, struct page *head,
                  struct error *error);

#endif

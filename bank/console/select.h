/* SPDX-License-Identifier: MIT */
/*
 * A view's statement: a window of its rows in the order of a sort and the row's
 * own key, from a place on. The place is the pair of both, so that the rows
 * before it cost nothing, however many there are.
 */
#ifndef BANK_CONSOLE_SELECT_H
#define BANK_CONSOLE_SELECT_H

#include "bank/console/model.h"

/* Fills the page; false with the error. */
bool select_fetch(struct reader *reader, const struct ask *ask, struct page *page,
                  struct error *error);

#endif

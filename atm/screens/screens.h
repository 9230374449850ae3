/* SPDX-License-Identifier: MIT */
/*
 * The screens: each fills a view from the terminal's state. One function a
 * state, found through one table (view.c); they decide nothing.
 */
#ifndef ATM_SCREENS_H
#define ATM_SCREENS_H

#include "atm/terminal/phases.h"

typedef void screen_fill(const struct terminal *terminal, struct view *view);

#define X(enumerator, screen, patience, decides, fill, phase) screen_fill screen_##fill;
STATE_TABLE(X)
#undef X

void screen_say(const struct terminal *terminal, struct view *view, enum text heading,
                enum text detail, enum text hint);
void screen_label(const struct terminal *terminal, struct view *view, int fdk, enum text label);

/* The first key puts the card at hand in. */
void screen_own_card(const struct terminal *terminal, struct view *view);

/* An amount is typed under that heading, in whole units. */
void screen_type_amount(const struct terminal *terminal, struct view *view, enum text heading);

/* That amount is to be confirmed; heading: with the amount and the currency. */
void screen_confirm(const struct terminal *terminal, struct view *view, enum text heading);

void screen_no_cash(const struct terminal *terminal, struct view *view);

char *screen_whole(const struct terminal *terminal, money amount,
                   char text[static MONEY_TEXT_LENGTH]);

/* "2 × 50 + 1 × 20". */
void screen_notes(const struct notes *notes, char *text, size_t size);

#endif

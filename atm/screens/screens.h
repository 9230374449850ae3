/* SPDX-License-Identifier: MIT */
/*
 * The screens: each fills a view from the terminal's state. One function a
 * state, found through one table (view.c); they decide nothing.
 */
#ifndef ATM_SCREENS_H
#define ATM_SCREENS_H

#include "atm/terminal/phases.h"

typedef void screen_fill(const struct terminal *terminal, struct view *view);

screen_fill screen_out_of_service, screen_welcome, screen_language, screen_pin_entry,
    screen_new_pin, screen_repeat_pin, screen_menu, screen_more, screen_statement, screen_amount,
    screen_note_mix, screen_receipt_choice, screen_please_wait, screen_take_card, screen_take_cash,
    screen_receiver, screen_transfer_amount, screen_transfer_confirm, screen_balance,
    screen_deposit_open, screen_deposit_counted, screen_another, screen_goodbye, screen_message,
    screen_more_time, screen_supervisor;

void screen_say(const struct terminal *terminal, struct view *view, enum text heading,
                enum text detail, enum text hint);
void screen_label(const struct terminal *terminal, struct view *view, int fdk, enum text label);

/* "2 × 50 + 1 × 20". */
void screen_notes(const struct notes *notes, char *text, size_t size);

#endif

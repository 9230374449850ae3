/* SPDX-License-Identifier: MIT */
/*
 * The machine around its screen, where the terminal has the room: a face with
 * the card's, the cash's and the receipt's slot, and a tray below each, in which
 * things come out.
 *
 * From 34 rows the slots are alive: lights are above them instead of on the
 * screen, what is to be taken lies in its tray, and a click there takes it. With
 * fewer rows a frame is all there is.
 */
#ifndef ATM_TUI_PAINT_MACHINE_H
#define ATM_TUI_PAINT_MACHINE_H

#include "atm/tui/paint.h"

/* Where the screen's first row is on a terminal of so many rows, with the machine around it. */
int machine_screen_top(int rows);

/* Paints it around the screen `canvas`; whether the slots are alive. The screen is painted after
 * it. */
bool paint_machine(const struct canvas *terminal, const struct canvas *canvas,
                   const struct view *view, const struct moment *moment);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A screen is answered without function keys: what is pressed becomes the key of
 * the view that is meant. Pure.
 *
 * Where nothing is typed 1 to 8 are the keys. The letters are those of machines: A
 * to D down the right side, I to F down the left. Arrows move a focus over the keys
 * that do something, and Enter then presses the one that has it; up and down are the
 * lines' on a view that scrolls.
 */
#ifndef ATM_TUI_CHOOSE_H
#define ATM_TUI_CHOOSE_H

#include "atm/terminal/input.h"
#include "atm/terminal/view.h"

#define CHOOSE_NONE (-1)

/* What is painted on the key: a digit, a letter where digits are typed, or its function key where
 * letters are, too. */
#define CHOOSE_NAME_SIZE 4
void choose_name(const struct view *view, int key, char name[static CHOOSE_NAME_SIZE]);

/* What the input means on the view; the focus moves with it. INPUT_NONE: nothing, or only the focus
 * has moved. */
struct input choose(const struct view *view, struct input input, int *focus);

#endif

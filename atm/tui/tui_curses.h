/* SPDX-License-Identifier: MIT */
/*
 * <curses.h>, with its `struct screen` out of the way of view.h's `enum screen`: tags share one
 * name space in C.
 */
#ifndef ATM_TUI_TUI_CURSES_H
#define ATM_TUI_TUI_CURSES_H

#define NCURSES_WIDECHAR 1
#define screen           curses_screen
#include <curses.h>
#undef screen

#endif

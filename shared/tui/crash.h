/* SPDX-License-Identifier: MIT */
/*
 * Gives the terminal back, whatever happens.
 *
 * Everything needed is prepared beforehand, so that tui_crash_restore uses
 * only write(2) and tcsetattr(3), which a signal's handler may call.
 * tui_crash_prepare comes before curses changes the line's settings,
 * tui_crash_arm after curses knows the terminal's type.
 */
#ifndef SHARED_TUI_CRASH_H
#define SHARED_TUI_CRASH_H

#include <stdbool.h>

/* Remembers the settings of the terminal's line as they are now. */
void tui_crash_prepare(void);

/* Collects what has to be written to leave, and installs the handlers of SIGSEGV, SIGBUS, SIGILL,
 * SIGFPE and SIGABRT: they restore, then let the signal do what it does. Title: the terminal's own
 * was put aside and comes back. */
void tui_crash_arm(bool title);

/* Restores; the second time, and before tui_crash_arm, does nothing. */
void tui_crash_restore(void);

/* Also written to leave, after the rest: what was changed later on. */
void tui_crash_add(const char *text);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The ATM's face: paints views on the terminal and reads what a person does.
 *
 * There is one terminal, so there is no handle. Order of calls: tui_start,
 * then tui_paint, tui_read and tui_timeout_ms in any order from one thread,
 * then tui_stop. Everything read and written goes through standard input and
 * output; nothing else may write there in between. Times are milliseconds.
 *
 *   loop:  tui_paint(&view, NULL);
 *          poll(stdin, …, the sooner of your own deadline and tui_timeout_ms());
 *          while ((input = tui_read()).kind != INPUT_NONE) …
 *
 * A view's countdown_ms counts from the moment a view that differs from the
 * last one is painted; between such paints the bar goes on by itself.
 *
 * Signals: SIGINT, SIGTERM and SIGWINCH are the program's. It should have its
 * handlers in place before tui_start, because curses installs its own where
 * there are none. A SIGWINCH has to end the poll above; the window's size is
 * looked at in tui_paint and tui_read.
 */
#ifndef ATM_TUI_TUI_H
#define ATM_TUI_TUI_H

#include "atm/terminal/input.h"
#include "atm/terminal/view.h"
#include "shared/error.h"

#include <stdbool.h>

struct inside;
struct palette;

struct tui_options {
    enum face face;
    bool mono;                     /* no colours: bold and reverse only */
    bool ascii;                    /* no character beyond ASCII */
    bool high_contrast;            /* black, white and yellow */
    const struct palette *palette; /* NULL: the program's own */
    bool still;                    /* nothing moves but the seconds of a countdown */
};

/* What the environment asks for: NO_COLOR, the locale's character set. Sets the process's locale. A
 * terminal without colours is painted without them whatever the options say. */
void tui_options_from_environment(struct tui_options *options);

/* Whether tui_start would find a terminal it can use; changes nothing. Fails as tui_start does. */
bool tui_possible(struct error *error);

/* Takes the terminal over. Fails (ERROR_USAGE), leaving it as it was, when standard input or output
 * is no terminal or is of a type that cannot place text. Also installs handlers that give the
 * terminal back when the program crashes. */
bool tui_start(const struct tui_options *options, struct error *error);

/* Shows the view; cheap when nothing changed. Once things have come to rest the terminal's title
 * becomes "atm: NAME", after all that was painted has been written. */
void tui_paint(const struct view *view, const struct inside *inside); /* NULL: none */

/* The next thing a person did; INPUT_NONE when there is nothing more for now: call it until then
 * whenever standard input is readable or the window changed its size. INPUT_QUIT when the terminal
 * went away. */
struct input tui_read(void);
void tui_discard(void); /* what was typed and not read yet */

/* How soon tui_paint should be called again for something that moves; -1: nothing does. */
int tui_timeout_ms(void);

/* Gives the terminal back as it was. May be called twice, and from a fatal signal's handler. */
void tui_stop(void);

/* Once it was given back: nothing is left on it. */
void tui_clear(void);

#endif

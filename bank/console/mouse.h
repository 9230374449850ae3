/* SPDX-License-Identifier: MIT */
/*
 * The mouse's reports among the keys.
 *
 * Curses' own decoder waits for the rest of a report as long as that takes,
 * and a line that breaks off in the middle of one would stop the program with
 * its timers and its signals. So curses only tells that a report begins, and
 * what follows is taken key by key; one that is not whole in a moment is none.
 */
#ifndef BANK_CONSOLE_MOUSE_H
#define BANK_CONSOLE_MOUSE_H

#include <stdbool.h>
#include <stdint.h>

#define MOUSE_ON  "\033[?1006;1000h"
#define MOUSE_OFF "\033[?1006;1000l"

enum mouse_step {
    MOUSE_NONE,    /* the key is not the mouse's */
    MOUSE_PART,    /* it is, and there is nothing to do */
    MOUSE_PRESSED, /* the left button, there */
    MOUSE_UP,      /* the wheel, there */
    MOUSE_DOWN,
};

/* Within curses. Whether this terminal has a mouse. */
bool mouse_start(void);

/* Each key, as it was read. Row and column count from 0. */
enum mouse_step mouse_key(int key, int64_t now_ms, int *row, int *column);

#endif

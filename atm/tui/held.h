/* SPDX-License-Identifier: MIT */
/*
 * A key that is held down must not travel through the screens: its first press
 * answers the question that was read, its repetitions would answer the next ones.
 *
 * A key that comes again soon, on a screen that came up since its last press,
 * waits for HELD_WAIT_MS: when the same one follows it was a repetition, and all
 * are dropped until it has been quiet for as long. Otherwise it was a press. On
 * the screen where it was pressed first a key repeats as it likes. Pure.
 */
#ifndef ATM_TUI_HELD_H
#define ATM_TUI_HELD_H

#include "atm/terminal/input.h"

#include <stdbool.h>
#include <stdint.h>

#define HELD_WAIT_MS 150  /* more than the pause between two repetitions */
#define HELD_SOON_MS 1000 /* more than the pause before the first one */

struct held {
    struct input last;  /* the key pressed last */
    int64_t last_ms;    /* when it came */
    unsigned screen;    /* which screen was up when it was taken */
    bool waits;         /* it is not decided whether it counts */
    bool runs;          /* it repeats on a screen that it is not for */
    struct input after; /* pressed after the one that waited */
};

/* What to do now, INPUT_NONE: nothing. `screen` is another number for each screen. */
struct input held_press(struct held *held, struct input input, unsigned screen, int64_t now_ms);

/* The key that came after one that waited: call it before anything else that is read. */
struct input held_after(struct held *held, unsigned screen, int64_t now_ms);

/* The key that waited, once its time has come and nothing else has. */
struct input held_release(struct held *held, unsigned screen, int64_t now_ms);

int64_t held_deadline(const struct held *held); /* -1: nothing waits */
void held_forget(struct held *held);            /* what waits */

#endif

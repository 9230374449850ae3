/* SPDX-License-Identifier: MIT */
/*
 * What a person can do at the machine, whatever keyboard or mouse did it.
 */
#ifndef ATM_TERMINAL_INPUT_H
#define ATM_TERMINAL_INPUT_H

enum input_kind {
    INPUT_NONE,
    INPUT_DIGIT, /* value: '0' to '9' */
    INPUT_TEXT,  /* value: another printable ASCII character; supervisor fields only */
    INPUT_ENTER,
    INPUT_CLEAR,  /* Backspace */
    INPUT_CANCEL, /* Esc */
    INPUT_FDK,    /* value: 0 to 7, F1–F4 left from the top, F5–F8 right */
    INPUT_QUIT,   /* Ctrl-C, SIGTERM, end of input: only between customers; else the transaction is
                     brought to an end first. value 1: the input has ended */
    INPUT_MOVE,   /* value: an enum move; the frontend's own, but where the view scrolls */
    INPUT_SUPERVISOR, /* F12 or Ctrl-S on the welcome and out-of-service screens: asks for the
                         supervisor's code */
};

/* Arrows are numbered as the line has them, A to D. */
enum move { MOVE_UP, MOVE_DOWN, MOVE_RIGHT, MOVE_LEFT, MOVE_PAGE_UP, MOVE_PAGE_DOWN };

/* Which PIN is being typed; the PIN pad keeps each by itself. */
enum pin_entry { PIN_OF_CARD, PIN_NEW, PIN_REPEATED, PIN_ENTRY_COUNT };

struct input {
    enum input_kind kind;
    int value;
};

#endif

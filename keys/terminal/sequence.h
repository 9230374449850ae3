/* SPDX-License-Identifier: MIT */
/*
 * The control sequences a program writes, one at a time, and the terminal
 * modes and title they set.
 *
 * Bytes go in as they are read, in pieces of any size. Out come runs of plain
 * bytes and whole sequences, through the sink, in order. A sequence that is
 * not complete yet is held back. The struct is plain and owned by the caller;
 * it has nothing to free and cannot fail.
 */
#ifndef KEYS_SEQUENCE_H
#define KEYS_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>

#define SEQUENCE_LIMIT                                                                             \
    512 /* bytes; a longer string is passed on in pieces, anything else is none */
#define TITLE_LIMIT 256

enum sequence_state {
    SEQUENCE_PLAIN,
    SEQUENCE_ESCAPE,     /* after ESC */
    SEQUENCE_CSI,        /* after ESC [ */
    SEQUENCE_STRING,     /* after ESC ], P, X, ^ or _: until BEL or ESC \ */
    SEQUENCE_STRING_END, /* ESC inside a string */
};

/* What a program can leave behind in a terminal: each is off in a fresh one. */
enum sequence_mode {
    MODE_CURSOR_HIDDEN = 1 << 0,
    MODE_ALTERNATE_SCREEN = 1 << 1,
    MODE_MOUSE = 1 << 2,
    MODE_PASTE = 1 << 3,       /* bracketed paste */
    MODE_FOCUS = 1 << 4,       /* reports of the focus */
    MODE_CURSOR_KEYS = 1 << 5, /* application mode of the arrows */
    MODE_KEYPAD = 1 << 6,      /* application mode of the keypad */
};

struct sequence {
    enum sequence_state state;
    char held[SEQUENCE_LIMIT];
    size_t length;
    bool cut;     /* more than fits was held, and is gone */
    char last[4]; /* of the plain bytes: what a repetition would repeat */

    unsigned modes;         /* enum sequence_mode, each a bit */
    unsigned title_changes; /* how often a title was written, the same one included */
    char title[TITLE_LIMIT];
};

typedef void sequence_sink(void *context, const char *bytes, size_t length);

void sequence_feed(struct sequence *sequence, const char *bytes, size_t length, sequence_sink *sink,
                   void *context);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * From the bytes of a terminal's line to what a person did. Pure: bytes and time
 * in, keys out; no byte blocks, and a sequence that no key here has is ignored as
 * a whole, never taken for Esc or for the digits in it.
 *
 * A sequence may come in pieces. Esc alone is a key once nothing has followed it
 * for KEYS_ESCAPE_MS; anything else that stays unfinished for KEYS_SEQUENCE_MS is
 * dropped. Feed what has come before looking at the time: a program that was held
 * up must not take a whole sequence for an Esc.
 *
 *   GROUND ── ESC ──> ESCAPE ── [ ──> CSI ── final ──> GROUND
 *                        │── O ──> SS3 ── final ──> GROUND
 *                        │── ] P X ^ _ ──> STRING ── BEL, ESC \ ──> GROUND
 *                        └── anything else: Alt and a key ──> GROUND
 */
#ifndef ATM_TUI_KEYS_H
#define ATM_TUI_KEYS_H

#include "atm/terminal/input.h"

#include <stdbool.h>
#include <stdint.h>

#define KEYS_ESCAPE_MS    60
#define KEYS_SEQUENCE_MS  150
#define KEYS_SEQUENCE_MAX 32
#define KEYS_OTHERS_MAX   16

enum key_kind {
    KEYS_NOTHING,
    KEYS_INPUT,
    KEYS_CLICK,   /* the left button's way down, at row and column, from 0 */
    KEYS_REPAINT, /* Ctrl-L: the old way to have a garbled screen painted again */
};

struct key {
    enum key_kind kind;
    struct input input;
    int row, column;
};

enum keys_state {
    KEYS_GROUND,
    KEYS_ESCAPE,
    KEYS_CSI,
    KEYS_CONSOLE, /* ESC [ [ and one more byte: the Linux console's F1 to F5 */
    KEYS_SS3,
    KEYS_STRING,
    KEYS_OLD_CLICK, /* ESC [ M and three bytes */
};

/* A sequence of this terminal's description, without its ESC. */
struct keys_other {
    char sequence[KEYS_SEQUENCE_MAX];
    struct input input;
};

struct keys {
    enum keys_state state;
    int escapes;                      /* ESCAPE, CSI, SS3: in a row; with two of them it is Alt */
    char sequence[KEYS_SEQUENCE_MAX]; /* since ESC, with a NUL; what is too long is no key */
    int length;                       /* may be more than is kept */
    int64_t since_ms;                 /* the last byte's time */
    int other_count;
    struct keys_other other[KEYS_OTHERS_MAX];
};

/* Adds a sequence (with its ESC) that stands for an input on this terminal; one that this file's
 * own table has is the table's. NULL, one without ESC and one too many are left out. */
void keys_add(struct keys *keys, const char *sequence, struct input input);

struct key keys_feed(struct keys *keys, unsigned char byte, int64_t now_ms);

/* What time makes of the bytes that came; call it until it has nothing more. */
struct key keys_expire(struct keys *keys, int64_t now_ms);

/* When keys_expire has to be called; -1: no sequence is under way. */
int64_t keys_deadline(const struct keys *keys);

/* What has begun means nothing any more, but its rest is still its rest. */
void keys_forget(struct keys *keys);

#endif

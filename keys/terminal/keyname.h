/* SPDX-License-Identifier: MIT */
/*
 * The keys of a keyboard by the names scripts use, and what they send.
 *
 * Plain values. A key is either one of libvterm's special keys, whose bytes
 * depend on modes the program sets, or fixed bytes. On a vt100 some keys send
 * other bytes than on an xterm: those of its terminfo entry.
 */
#ifndef KEYS_KEYNAME_H
#define KEYS_KEYNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <vterm_keycodes.h>

struct key {
    char name[16];
    VTermModifier modifier;
    VTermKey special;  /* VTERM_KEY_NONE: `bytes` are sent */
    char bytes[8];     /* may have a zero byte, which is Ctrl-Space */
    size_t length;     /* of bytes */
    const char *vt100; /* NULL: as on an xterm */
};

/* Finds Enter, F5, Ctrl-C, Shift-Tab, Alt-x, a digit or any other single character; false when
 * there is no such key. */
bool key_named(const char *name, struct key *key);

/* What a name of other tools or of a manual probably means (C-x, ^X, PgUp, ENTER): a name that
 * key_named takes; false when nothing comes to mind. */
bool key_meant(const char *name, char meant[static 16]);

/* The key whose bytes an xterm sends at the start of `bytes`: its name and, in *length, how many
 * bytes it took. NULL when the bytes begin with no named key. */
const char *key_recognise(const char *bytes, size_t size, size_t *length);

#endif

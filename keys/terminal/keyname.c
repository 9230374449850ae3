/* SPDX-License-Identifier: MIT */
/*
 * One table of named keys. The same rows encode a key for the tested program
 * and, when a session is recorded, recognise what a person pressed.
 */
#include "keys/terminal/keyname.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* name, libvterm's key, bytes on an xterm, bytes in application mode or NULL, bytes on a vt100 or
 * NULL */
static const struct {
    const char *name;
    VTermKey special;
    const char *bytes;
    const char *application;
    const char *vt100;
} NAMED[] = {
    { "Enter", VTERM_KEY_ENTER, "\r", NULL, NULL },
    { "Backspace", VTERM_KEY_BACKSPACE, "\177", "\b", "\b" },
    { "Tab", VTERM_KEY_TAB, "\t", NULL, NULL },
    { "Space", VTERM_KEY_NONE, " ", NULL, NULL },
    { "Up", VTERM_KEY_UP, "\033[A", "\033OA", NULL },
    { "Down", VTERM_KEY_DOWN, "\033[B", "\033OB", NULL },
    { "Right", VTERM_KEY_RIGHT, "\033[C", "\033OC", NULL },
    { "Left", VTERM_KEY_LEFT, "\033[D", "\033OD", NULL },
    { "Home", VTERM_KEY_HOME, "\033[H", "\033OH", NULL },
    { "End", VTERM_KEY_END, "\033[F", "\033OF", NULL },
    { "Insert", VTERM_KEY_INS, "\033[2~", NULL, NULL },
    { "Delete", VTERM_KEY_DEL, "\033[3~", NULL, NULL },
    { "PageUp", VTERM_KEY_PAGEUP, "\033[5~", NULL, NULL },
    { "PageDown", VTERM_KEY_PAGEDOWN, "\033[6~", NULL, NULL },
    { "F1", VTERM_KEY_FUNCTION(1), "\033OP", NULL, NULL },
    { "F2", VTERM_KEY_FUNCTION(2), "\033OQ", NULL, NULL },
    { "F3", VTERM_KEY_FUNCTION(3), "\033OR", NULL, NULL },
    { "F4", VTERM_KEY_FUNCTION(4), "\033OS", NULL, NULL },
    { "F5", VTERM_KEY_FUNCTION(5), "\033[15~", NULL, "\033Ot" },
    { "F6", VTERM_KEY_FUNCTION(6), "\033[17~", NULL, "\033Ou" },
    { "F7", VTERM_KEY_FUNCTION(7), "\033[18~", NULL, "\033Ov" },
    { "F8", VTERM_KEY_FUNCTION(8), "\033[19~", NULL, "\033Ol" },
    { "F9", VTERM_KEY_FUNCTION(9), "\033[20~", NULL, "\033Ow" },
    { "F10", VTERM_KEY_FUNCTION(10), "\033[21~", NULL, "\033Ox" },
    { "F11", VTERM_KEY_FUNCTION(11), "\033[23~", NULL, NULL },
    { "F12", VTERM_KEY_FUNCTION(12), "\033[24~", NULL, NULL },
    { "Esc", VTERM_KEY_ESCAPE, "\033", NULL, NULL }, /* last: every other escape begins like it */
};

#define NAMED_COUNT (sizeof NAMED / sizeof NAMED[0])

static bool special_named(const char *name, struct key *key)
{
    for (size_t i = 0; i < NAMED_COUNT; i++) {
        if (strcmp(NAMED[i].name, name) != 0)
            continue;
        key->special = NAMED[i].special;
        key->vt100 = key->modifier == VTERM_MOD_NONE ? NAMED[i].vt100 : NULL;
        key->length = (size_t)snprintf(key->bytes, sizeof key->bytes, "%s", NAMED[i].bytes);
        return true;
    }
    return false;
}

/* One character of UTF-8: a first byte, and as many as continue it. */
static bool is_character(const char *name)
{
    size_t length = strlen(name), continued = 0;
    for (size_t i = 1; i < length; i++)
        continued += ((unsigned char)name[i] & 0xC0) == 0x80;
    return length > 0 && length <= 4 && continued == length - 1 && (unsigned char)name[0] > ' ';
}

static const char *modifiers_skip(const char *name, VTermModifier *modifier)
{
    static const struct {
        const char *name;
        VTermModifier modifier;
    } MODIFIERS[] = { { "Ctrl-", VTERM_MOD_CTRL },
                      { "Alt-", VTERM_MOD_ALT },
                      { "Shift-", VTERM_MOD_SHIFT } };
    unsigned found = VTERM_MOD_NONE;
    for (size_t i = 0; i < 3;) {
        size_t length = strlen(MODIFIERS[i].name);
        bool here = strncmp(name, MODIFIERS[i].name, length) == 0 && name[length] != '\0';
        found |= here ? MODIFIERS[i].modifier : 0;
        name += here ? length : 0;
        i = here ? 0 : i + 1;
    }
    *modifier = (VTermModifier)found;
    return name;
}

/* Enter, Tab, Backspace and Esc are one byte, which has no room for Ctrl and Shift: a terminal
 * sends them all the same. Those that send more are Shift-Tab and, with another byte,
 * Ctrl-Backspace. */
static bool literal_named(const char *rest, struct key *key)
{
    const unsigned held = key->modifier;
    if (!special_named(rest, key))
        return false;
    if (key->special == VTERM_KEY_BACKSPACE && (held & VTERM_MOD_CTRL) != 0) {
        key->special = VTERM_KEY_NONE;
        key->length = (size_t)snprintf(key->bytes, sizeof key->bytes, "%s\b",
                                       (held & VTERM_MOD_ALT) != 0 ? "\033" : "");
    } else if (key->special == VTERM_KEY_ENTER || key->special == VTERM_KEY_ESCAPE ||
               key->special == VTERM_KEY_BACKSPACE) {
        key->modifier = (VTermModifier)(held & VTERM_MOD_ALT);
    } else if (key->special == VTERM_KEY_TAB) {
        key->modifier = (VTermModifier)(held & (VTERM_MOD_ALT | VTERM_MOD_SHIFT));
    }
    return true;
}

/* The byte of a character with Ctrl; -1 where a terminal has none. */
static int control_byte(char character)
{
    if (character == ' ')
        return 0;
    if (character == '/')
        return 0x1F; /* as Ctrl-_, on every keyboard that has them on one key */
    if (character == '?')
        return 0x7F;
    return character >= '@' && character <= 'z' ? character & 0x1F : -1;
}

bool key_named(const char *name, struct key *key)
{
    *key = (struct key){ .special = VTERM_KEY_NONE };
    snprintf(key->name, sizeof key->name, "%s", name);
    const char *rest = modifiers_skip(name, &key->modifier);
    bool space = strcmp(rest, "Space") == 0;
    if (!space && literal_named(rest, key))
        return true;
    rest = space ? " " : rest;
    bool control = (key->modifier & VTERM_MOD_CTRL) != 0;
    bool shift = (key->modifier & VTERM_MOD_SHIFT) != 0;
    if (!(space || is_character(rest)) || (shift && !space) ||
        (control && control_byte(rest[0]) < 0))
        return false;
    if ((key->modifier & VTERM_MOD_ALT) != 0)
        key->bytes[key->length++] = '\033';
    size_t length = control ? 1 : strlen(rest); /* at most four bytes, of seven */
    memcpy(key->bytes + key->length, rest, length);
    if (control)
        key->bytes[key->length] = (char)control_byte(rest[0]);
    key->length += length;
    return true;
}

/* ---- names of other tools ---------------------------------------------------------- */

static const struct {
    const char *other;
    const char *name;
} OTHER_NAMES[] = {
    { "return", "Enter" },       { "ret", "Enter" },        { "cr", "Enter" },
    { "newline", "Enter" },      { "escape", "Esc" },       { "del", "Delete" },
    { "ins", "Insert" },         { "pgup", "PageUp" },      { "page_up", "PageUp" },
    { "prior", "PageUp" },       { "pgdn", "PageDown" },    { "pgdown", "PageDown" },
    { "page_down", "PageDown" }, { "next", "PageDown" },    { "bs", "Backspace" },
    { "bspace", "Backspace" },   { "spacebar", "Space" },   { "backtab", "Shift-Tab" },
    { "btab", "Shift-Tab" },     { "arrowup", "Up" },       { "arrowdown", "Down" },
    { "arrowleft", "Left" },     { "arrowright", "Right" },
};

/* Ctrl, C, M and so on before a - or +, in any case; adds the modifier's own name to `meant`. */
static const char *prefix_meant(const char *name, char meant[16])
{
    static const char *const PREFIXES[][2] = {
        { "ctrl", "Ctrl-" },   { "control", "Ctrl-" }, { "c", "Ctrl-" },     { "alt", "Alt-" },
        { "meta", "Alt-" },    { "m", "Alt-" },        { "option", "Alt-" }, { "a", "Alt-" },
        { "shift", "Shift-" }, { "s", "Shift-" },
    };
    size_t length = strcspn(name, "-+");
    for (size_t i = 0; name[length] != '\0' && name[length + 1] != '\0' &&
                       i < sizeof PREFIXES / sizeof PREFIXES[0];
         i++) {
        if (strlen(PREFIXES[i][0]) == length && strncasecmp(name, PREFIXES[i][0], length) == 0) {
            strncat(meant, PREFIXES[i][1], 15 - strlen(meant));
            return name + length + 1;
        }
    }
    return name;
}

static const char *name_meant(const char *rest)
{
    for (size_t i = 0; i < sizeof OTHER_NAMES / sizeof OTHER_NAMES[0]; i++)
        if (strcasecmp(rest, OTHER_NAMES[i].other) == 0)
            return OTHER_NAMES[i].name;
    for (size_t i = 0; i < NAMED_COUNT; i++)
        if (strcasecmp(rest, NAMED[i].name) == 0)
            return NAMED[i].name;
    return rest;
}

bool key_meant(const char *name, char meant[static 16])
{
    struct key key;
    char bare[16];
    meant[0] = '\0';
    size_t length = strlen(name);
    bool brackets = length > 2 && name[0] == '<' && name[length - 1] == '>';
    snprintf(bare, sizeof bare, "%.*s", (int)(brackets ? length - 2 : length), name + brackets);
    const char *rest = bare;
    if (rest[0] == '^' && rest[1] != '\0' && rest[2] == '\0') {
        snprintf(meant, 16, "Ctrl-");
        rest++;
    }
    for (const char *next; (next = prefix_meant(rest, meant)) != rest;)
        rest = next;
    rest = name_meant(rest);
    strncat(meant, rest, 15 - strlen(meant));
    if (key_named(meant, &key))
        return true;
    /* Shift with a character is that character. */
    if (strncmp(meant, "Shift-", 6) == 0 && is_character(meant + 6))
        memmove(meant, meant + 6, strlen(meant + 6) + 1);
    return key_named(meant, &key);
}

static bool begins(const char *bytes, size_t size, const char *with, size_t *length)
{
    if (with == NULL)
        return false;
    *length = strlen(with);
    return size >= *length && memcmp(bytes, with, *length) == 0;
}

const char *key_recognise(const char *bytes, size_t size, size_t *length)
{
    static const char controls[][8] = { "Ctrl-A", "Ctrl-B", "Ctrl-C", "Ctrl-D", "Ctrl-E", "Ctrl-F",
                                        "Ctrl-G", "Ctrl-H", "Ctrl-I", "Ctrl-J", "Ctrl-K", "Ctrl-L",
                                        "Ctrl-M", "Ctrl-N", "Ctrl-O", "Ctrl-P", "Ctrl-Q", "Ctrl-R",
                                        "Ctrl-S", "Ctrl-T", "Ctrl-U", "Ctrl-V", "Ctrl-W", "Ctrl-X",
                                        "Ctrl-Y", "Ctrl-Z" };
    for (size_t i = 0; i < NAMED_COUNT; i++)
        if (begins(bytes, size, NAMED[i].bytes, length) ||
            begins(bytes, size, NAMED[i].application, length))
            return NAMED[i].name;
    *length = 1;
    if (size > 0 && bytes[0] >= 1 && bytes[0] <= 26)
        return controls[bytes[0] - 1];
    return NULL;
}

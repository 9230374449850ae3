/* SPDX-License-Identifier: MIT */
/*
 * The states are those of ECMA-48: parameters and intermediates up to a final
 * byte. What terminals send for a key is in the tables at the top; a modifier
 * makes it another key, which this machine does not have.
 */
#include "atm/tui/keys.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ESC = 27,
    BEL = 7,
    DELETE = 127,
    SUPERVISOR_KEY = 's' & 0x1F,
    QUIT_KEY = 'c' & 0x1F,
    REPAINT_KEY = 'l' & 0x1F,
    ESCAPES_MAX = 2,
    PARAMETERS_MAX = 3,
    PARAMETER_MAX = 99999,
    OLD_CLICK_BYTES = 3,
    OLD_CLICK_FIRST = 32, /* a byte's value of 0 */
    MODIFIERS = 4 | 8 | 16,
    KITTY_DIGIT_0 = 57399,
    KITTY_KEYPAD_ENTER = 57414,
};

#define FDK(number)                                                                                \
    {                                                                                              \
        INPUT_FDK, (number)-1                                                                      \
    }

static const struct {
    const char *sequence; /* after ESC */
    struct input input;
} table[] = {
    { "OP", FDK(1) },
    { "OQ", FDK(2) },
    { "OR", FDK(3) },
    { "OS", FDK(4) },
    { "[11~", FDK(1) },
    { "[12~", FDK(2) },
    { "[13~", FDK(3) },
    { "[14~", FDK(4) },
    { "[[A", FDK(1) },
    { "[[B", FDK(2) },
    { "[[C", FDK(3) },
    { "[[D", FDK(4) },
    { "[P", FDK(1) },
    { "[Q", FDK(2) },
    { "[R", FDK(3) },
    { "[S", FDK(4) },
    { "[15~", FDK(5) },
    { "[[E", FDK(5) },
    { "[17~", FDK(6) },
    { "[18~", FDK(7) },
    { "[19~", FDK(8) },
    { "OM", { INPUT_ENTER, 0 } },
    { "[24~", { INPUT_SUPERVISOR, 0 } },
    { "[A", { INPUT_MOVE, MOVE_UP } },
    { "[B", { INPUT_MOVE, MOVE_DOWN } },
    { "[C", { INPUT_MOVE, MOVE_RIGHT } },
    { "[D", { INPUT_MOVE, MOVE_LEFT } },
    { "[5~", { INPUT_MOVE, MOVE_PAGE_UP } },
    { "[6~", { INPUT_MOVE, MOVE_PAGE_DOWN } },
    { "OA", { INPUT_MOVE, MOVE_UP } },
    { "OB", { INPUT_MOVE, MOVE_DOWN } },
    { "OC", { INPUT_MOVE, MOVE_RIGHT } },
    { "OD", { INPUT_MOVE, MOVE_LEFT } },
};

/* ---- keys of one byte ---- */

static struct key key_none(void)
{
    return (struct key){ .kind = KEYS_NOTHING };
}

static struct key key_input(enum input_kind kind, int value)
{
    return (struct key){ .kind = KEYS_INPUT, .input = { kind, value } };
}

static struct key key_byte(long byte)
{
    if (byte >= '0' && byte <= '9')
        return key_input(INPUT_DIGIT, (int)byte);
    if (byte >= ' ' && byte <= '~')
        return key_input(INPUT_TEXT, (int)byte);
    switch (byte) {
    case '\r':
    case '\n':
        return key_input(INPUT_ENTER, 0);
    case '\b':
    case DELETE:
        return key_input(INPUT_CLEAR, 0);
    case ESC:
        return key_input(INPUT_CANCEL, 0);
    case SUPERVISOR_KEY:
        return key_input(INPUT_SUPERVISOR, 0);
    case QUIT_KEY:
        return key_input(INPUT_QUIT, 0);
    case REPAINT_KEY:
        return (struct key){ .kind = KEYS_REPAINT };
    default:
        return key_none();
    }
}

/* ---- keys of a sequence ---- */

/* The parameters between `from` and the final byte; how many there were, or -1: not numbers. */
static int parameters_read(const char *from, long value[static PARAMETERS_MAX])
{
    int count = 0;
    for (;;) {
        char *end;
        const size_t digits = strspn(from, "0123456789");
        if (count == PARAMETERS_MAX || digits > 6)
            return -1;
        value[count] = digits == 0 ? 0 : strtol(from, &end, 10);
        if (value[count] > PARAMETER_MAX)
            return -1;
        count++;
        from += digits;
        if (*from != ';')
            return from[0] != '\0' && from[1] == '\0' ? count : -1;
        from++;
    }
}

static struct key click_at(long button, long column, long row)
{
    if ((button & ~MODIFIERS) != 0 || column < 1 || row < 1)
        return key_none();
    return (struct key){ .kind = KEYS_CLICK, .row = (int)row - 1, .column = (int)column - 1 };
}

/* "[<0;79;18M": the button's way down; m: up. */
static struct key click_read(const char *sequence)
{
    long value[PARAMETERS_MAX];
    if (sequence[strlen(sequence) - 1] != 'M' ||
        parameters_read(sequence + 2, value) != PARAMETERS_MAX)
        return key_none();
    return click_at(value[0], value[1], value[2]);
}

/* "[13u": a key by its character, where a program before this one has asked for that. */
static struct key character_read(const char *sequence)
{
    long value[PARAMETERS_MAX];
    if (parameters_read(sequence + 1, value) != 1)
        return key_none(); /* a second one is a modifier */
    if (value[0] >= KITTY_DIGIT_0 && value[0] <= KITTY_DIGIT_0 + 9)
        return key_input(INPUT_DIGIT, (int)('0' + value[0] - KITTY_DIGIT_0));
    return key_byte(value[0] == KITTY_KEYPAD_ENTER ? '\r' : value[0]);
}

static struct key key_sequence(const struct keys *keys)
{
    const char *sequence = keys->sequence;
    const int length = keys->length;
    if (keys->escapes >= ESCAPES_MAX || length >= KEYS_SEQUENCE_MAX)
        return key_none();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i].sequence, sequence) == 0)
            return (struct key){ .kind = KEYS_INPUT, .input = table[i].input };
    for (int i = 0; i < keys->other_count; i++)
        if (strcmp(keys->other[i].sequence, sequence) == 0)
            return (struct key){ .kind = KEYS_INPUT, .input = keys->other[i].input };
    if (length == 2 && sequence[0] == 'O' && sequence[1] >= 'p' && sequence[1] <= 'y')
        return key_input(INPUT_DIGIT, '0' + sequence[1] - 'p'); /* the keypad as an application's */
    if (sequence[0] == '[' && sequence[1] == '<')
        return click_read(sequence);
    if (sequence[0] == '[' && sequence[length - 1] == 'u')
        return character_read(sequence);
    return key_none();
}

void keys_add(struct keys *keys, const char *sequence, struct input input)
{
    if (sequence == NULL || sequence == (const char *)-1 || sequence[0] != ESC ||
        strlen(sequence) > KEYS_SEQUENCE_MAX - 1 || sequence[1] == '\0' ||
        keys->other_count == KEYS_OTHERS_MAX)
        return;
    struct keys_other *other = &keys->other[keys->other_count++];
    snprintf(other->sequence, sizeof other->sequence, "%s", sequence + 1);
    other->input = input;
}

/* ---- the states ---- */

static void keep(struct keys *keys, unsigned char byte)
{
    if (keys->length < KEYS_SEQUENCE_MAX - 1) {
        keys->sequence[keys->length] = (char)byte;
        keys->sequence[keys->length + 1] = '\0';
    }
    if (keys->length < KEYS_SEQUENCE_MAX)
        keys->length++;
}

static struct key ended(struct keys *keys, struct key key)
{
    keys->state = KEYS_GROUND;
    return key;
}

/* A further ESC: the sequence before it is no more. Of three in a row the first was a key. */
static struct key escape_again(struct keys *keys)
{
    const bool bare = keys->state == KEYS_ESCAPE;
    const bool key = bare && keys->escapes == ESCAPES_MAX;
    keys->escapes = !bare ? 1 : keys->escapes < ESCAPES_MAX ? keys->escapes + 1 : ESCAPES_MAX;
    keys->state = KEYS_ESCAPE;
    keys->length = 0;
    keys->sequence[0] = '\0';
    return key ? key_input(INPUT_CANCEL, 0) : key_none();
}

static struct key escape_feed(struct keys *keys, unsigned char byte)
{
    keep(keys, byte);
    switch (byte) {
    case '[':
        keys->state = KEYS_CSI;
        return key_none();
    case 'O':
        keys->state = KEYS_SS3;
        return key_none();
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        keys->state = KEYS_STRING;
        return key_none();
    default:
        return ended(keys, key_none()); /* Alt and a key, or a string's end */
    }
}

static struct key csi_feed(struct keys *keys, unsigned char byte)
{
    if (byte < ' ' || byte > '~')
        return ended(keys, key_byte(byte)); /* it broke off */
    keep(keys, byte);
    if (byte < '@')
        return key_none();
    if (byte == '[' && keys->length == 2)
        keys->state = KEYS_CONSOLE;
    else if (byte == 'M' && keys->length == 2)
        keys->state = KEYS_OLD_CLICK;
    else
        return ended(keys, key_sequence(keys));
    return key_none();
}

static struct key final_feed(struct keys *keys, unsigned char byte)
{
    if (byte < ' ' || byte > '~')
        return ended(keys, key_byte(byte));
    keep(keys, byte);
    if (keys->state == KEYS_SS3 && byte >= '0' && byte <= '9')
        return key_none(); /* a modifier, as some terminals send it */
    return ended(keys, key_sequence(keys));
}

static struct key old_click_feed(struct keys *keys, unsigned char byte)
{
    const unsigned char *report = (const unsigned char *)keys->sequence + 2;
    keep(keys, byte);
    if (keys->length < 2 + OLD_CLICK_BYTES)
        return key_none();
    return ended(keys, click_at(report[0] - OLD_CLICK_FIRST, report[1] - OLD_CLICK_FIRST,
                                report[2] - OLD_CLICK_FIRST));
}

struct key keys_feed(struct keys *keys, unsigned char byte, int64_t now_ms)
{
    keys->since_ms = now_ms;
    if (byte == ESC && keys->state != KEYS_OLD_CLICK)
        return escape_again(keys);
    switch (keys->state) {
    case KEYS_GROUND:
        break;
    case KEYS_ESCAPE:
        return escape_feed(keys, byte);
    case KEYS_CSI:
        return csi_feed(keys, byte);
    case KEYS_CONSOLE:
    case KEYS_SS3:
        return final_feed(keys, byte);
    case KEYS_STRING:
        return byte == BEL ? ended(keys, key_none()) : key_none();
    case KEYS_OLD_CLICK:
        return old_click_feed(keys, byte);
    }
    return key_byte(byte);
}

struct key keys_expire(struct keys *keys, int64_t now_ms)
{
    if (keys->state == KEYS_GROUND || now_ms < keys_deadline(keys))
        return key_none();
    if (keys->state != KEYS_ESCAPE || keys->escapes == 0)
        return ended(keys, key_none());
    if (--keys->escapes == 0)
        keys->state = KEYS_GROUND;
    return key_input(INPUT_CANCEL, 0);
}

int64_t keys_deadline(const struct keys *keys)
{
    return keys->state == KEYS_GROUND
               ? -1
               : keys->since_ms + (keys->state == KEYS_ESCAPE ? KEYS_ESCAPE_MS : KEYS_SEQUENCE_MS);
}

void keys_forget(struct keys *keys)
{
    if (keys->state == KEYS_ESCAPE)
        keys->escapes = 0;
    else if (keys->state != KEYS_GROUND)
        keys->escapes = ESCAPES_MAX;
}

/* SPDX-License-Identifier: MIT */
/*
 * Stands between the program and libvterm, for five reasons found by trying:
 *
 * - libvterm 0.1.4 forgets a title whose bytes arrive in two reads;
 * - of `ESC [ ? 1006 ; 1000 h`, which is how terminfo switches an xterm's mouse
 *   on, it obeys the first number only; here it becomes two sequences;
 * - leaving the alternate screen makes it show the cursor, which an xterm does
 *   not do, and would hide a program that forgets to;
 * - it repeats a character without end (`ESC [ b`) where the last one has no
 *   width, or there was none;
 * - numbers of a sequence beyond the sixteenth are written past its memory where
 *   colons part them.
 *
 * So modes and title are kept here, and libvterm gets the rest of the meaning.
 *
 *     PLAIN --ESC--> ESCAPE --[--> CSI --final byte--> PLAIN
 *                       |  --] P X ^ _--> STRING --BEL--> PLAIN
 *                       |                   |
 *                       `--other--> PLAIN  ESC
 *                                           `--> STRING_END --\--> PLAIN
 *                                                     `--other--> ESCAPE
 */
#include "keys/terminal/sequence.h"

#include "shared/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { NUMBERS = 16 }; /* of one sequence */

static const struct {
    long number;
    enum sequence_mode mode;
} PRIVATE_MODES[] = {
    { 1, MODE_CURSOR_KEYS },
    { 9, MODE_MOUSE },
    { 47, MODE_ALTERNATE_SCREEN },
    { 1000, MODE_MOUSE },
    { 1002, MODE_MOUSE },
    { 1003, MODE_MOUSE },
    { 1004, MODE_FOCUS },
    { 1047, MODE_ALTERNATE_SCREEN },
    { 1049, MODE_ALTERNATE_SCREEN },
    { 2004, MODE_PASTE },
};

static void mode_put(struct sequence *sequence, enum sequence_mode mode, bool on)
{
    sequence->modes = on ? sequence->modes | mode : sequence->modes & ~(unsigned)mode;
}

static void mode_set(struct sequence *sequence, long number, bool on)
{
    if (number == 25)
        mode_put(sequence, MODE_CURSOR_HIDDEN, !on);
    for (size_t i = 0; i < sizeof PRIVATE_MODES / sizeof PRIVATE_MODES[0]; i++)
        if (PRIVATE_MODES[i].number == number)
            mode_put(sequence, PRIVATE_MODES[i].mode, on);
}

/* ESC [ ? n ; n h or l: noted, and passed on one number at a time. Says whether it was one of
 * those. */
static bool private_modes(struct sequence *sequence, sequence_sink *sink, void *context)
{
    const char *held = sequence->held;
    char final = held[sequence->length - 1];
    if (sequence->length < 5 || held[2] != '?' || (final != 'h' && final != 'l'))
        return false;
    char numbers[SEQUENCE_LIMIT];
    snprintf(numbers, sizeof numbers, "%.*s", (int)sequence->length - 4, held + 3);
    if (strspn(numbers, "0123456789;") != strlen(numbers))
        return false;
    char *rest = NULL;
    for (char *number = strtok_r(numbers, ";", &rest); number != NULL;
         number = strtok_r(NULL, ";", &rest)) {
        char single[32];
        long mode = strtol(number, NULL, 10);
        int length = snprintf(single, sizeof single, "\033[?%ld%c", mode, final);
        mode_set(sequence, mode, final == 'h');
        sink(context, single, (size_t)length);
    }
    return true;
}

/* Cuts the numbers off that libvterm has no room for. False: the sequence is longer than any that
 * means something, and its beginning is gone. */
static bool numbers_fit(struct sequence *sequence)
{
    int parted = 0;
    if (sequence->cut)
        return false;
    for (size_t i = 2; i < sequence->length; i++) {
        parted += sequence->held[i] == ';' || sequence->held[i] == ':';
        if (parted < NUMBERS)
            continue;
        sequence->held[i] = sequence->held[sequence->length - 1];
        sequence->length = i + 1;
    }
    return true;
}

/* ESC ] 0 ; text and ESC ] 2 ; text, closed by BEL or ESC \. */
static void title_note(struct sequence *sequence)
{
    const char *held = sequence->held;
    if (sequence->length < 5 || held[1] != ']' || (held[2] != '0' && held[2] != '2') ||
        held[3] != ';')
        return;
    size_t end = sequence->length - (held[sequence->length - 1] == '\\' ? 2 : 1);
    snprintf(sequence->title, sizeof sequence->title, "%.*s", (int)(end - 4), held + 4);
    sequence->title_changes++;
}

static void plain_pass(struct sequence *sequence, const char *bytes, size_t length,
                       sequence_sink *sink, void *context)
{
    const size_t size = sizeof sequence->last;
    const size_t kept = length < size ? size - length : 0, added = size - kept;
    memmove(sequence->last, sequence->last + size - kept, kept);
    memcpy(sequence->last + kept, bytes + length - added, added);
    sink(context, bytes, length);
}

/* Whether the last character has a width, so that it can be repeated. */
static bool repeatable(const struct sequence *sequence)
{
    size_t at = sizeof sequence->last - 1;
    while (at > 0 && ((unsigned char)sequence->last[at] & 0xC0) == 0x80)
        at--;
    uint32_t character = 0;
    return text_decode(sequence->last + at, sizeof sequence->last - at, &character) ==
               sizeof sequence->last - at &&
           wcwidth((wchar_t)character) > 0;
}

static bool is_string(const struct sequence *sequence)
{
    return sequence->state == SEQUENCE_STRING || sequence->state == SEQUENCE_STRING_END;
}

/* Strings that no terminal of today does anything with, and libvterm takes for text: ESC X, ^, _.
 */
static bool is_unread(const struct sequence *sequence)
{
    return is_string(sequence) && (sequence->cut || strchr("X^_", sequence->held[1]) != NULL);
}

static void sequence_complete(struct sequence *sequence, sequence_sink *sink, void *context)
{
    bool passed_on = false;
    if (sequence->state == SEQUENCE_CSI)
        passed_on = !numbers_fit(sequence) || private_modes(sequence, sink, context) ||
                    (sequence->held[sequence->length - 1] == 'b' && !repeatable(sequence));
    else if (is_unread(sequence))
        passed_on = true;
    else if (sequence->state != SEQUENCE_ESCAPE)
        title_note(sequence);
    else if (sequence->held[1] == 'c') /* full reset */
        sequence->modes = 0;
    else if (sequence->held[1] == '=' || sequence->held[1] == '>')
        mode_put(sequence, MODE_KEYPAD, sequence->held[1] == '=');
    if (!passed_on)
        sink(context, sequence->held, sequence->length);
    sequence->state = SEQUENCE_PLAIN;
    sequence->length = 0;
    sequence->cut = false;
}

/* Takes one byte of a sequence; true when it was the last. */
static bool sequence_byte(struct sequence *sequence, char byte)
{
    switch (sequence->state) {
    case SEQUENCE_ESCAPE:
        if (byte == '[') {
            sequence->state = SEQUENCE_CSI;
            return false;
        }
        if (byte != '\0' && strchr("]PX^_", byte) != NULL) {
            sequence->state = SEQUENCE_STRING;
            return false;
        }
        return byte < ' ' || byte > '/'; /* ESC ( 0 and its like have a byte more */
    case SEQUENCE_CSI:
        return byte >= '@' && byte <= '~';
    case SEQUENCE_STRING:
        if (byte == '\033')
            sequence->state = SEQUENCE_STRING_END;
        return byte == '\a';
    case SEQUENCE_STRING_END: /* another than ESC \ was dealt with before */
        return true;
    case SEQUENCE_PLAIN:
        break;
    }
    return true;
}

static bool is_control(char byte)
{
    return (byte >= 0 && byte < ' ') || byte == 0x7f;
}

static void sequence_restart(struct sequence *sequence, enum sequence_state state)
{
    sequence->state = state;
    sequence->held[0] = '\033';
    sequence->length = state == SEQUENCE_PLAIN ? 0 : 1;
    sequence->cut = false;
}

/* Whether a byte goes on with an escape sequence. Of others ESC begins a new one; CAN, SUB and what
 * is not ASCII give it up; control characters leave it as it is. */
static bool belongs(struct sequence *sequence, char byte)
{
    if (byte == '\033')
        sequence_restart(sequence, SEQUENCE_ESCAPE);
    else if (byte == 0x18 || byte == 0x1a || (unsigned char)byte >= 0x80)
        sequence_restart(sequence, SEQUENCE_PLAIN);
    return !is_control(byte) && (unsigned char)byte < 0x80;
}

void sequence_feed(struct sequence *sequence, const char *bytes, size_t length, sequence_sink *sink,
                   void *context)
{
    size_t plain = 0; /* where the run of plain bytes not passed on yet begins */
    for (size_t i = 0; i < length; i++) {
        if (sequence->state == SEQUENCE_PLAIN) {
            if (bytes[i] != '\033')
                continue;
            if (i > plain)
                plain_pass(sequence, bytes + plain, i - plain, sink, context);
            sequence->state = SEQUENCE_ESCAPE;
            sequence->held[0] = bytes[i];
            sequence->length = 1;
            continue;
        }
        if (!is_string(sequence) && !belongs(sequence, bytes[i])) {
            if (sequence->state == SEQUENCE_PLAIN)
                plain = i + is_control(bytes[i]);
            else if (bytes[i] != '\033' && bytes[i] != '\0' && bytes[i] != 0x7f)
                sink(context, bytes + i, 1); /* a control character is obeyed at once */
            continue;
        }
        if (sequence->state == SEQUENCE_STRING_END && bytes[i] != '\\') {
            sequence_restart(sequence, SEQUENCE_ESCAPE); /* the string was given up */
            i--;
            continue;
        }
        if (sequence->length == sizeof sequence->held) {
            if (sequence->state == SEQUENCE_CSI || is_unread(sequence))
                sequence->cut = true;
            else
                sink(context, sequence->held, sequence->length);
            sequence->length = 0;
        }
        sequence->held[sequence->length++] = bytes[i];
        if (sequence_byte(sequence, bytes[i])) {
            sequence_complete(sequence, sink, context);
            plain = i + 1;
        }
    }
    if (sequence->state == SEQUENCE_PLAIN && length > plain)
        plain_pass(sequence, bytes + plain, length - plain, sink, context);
}

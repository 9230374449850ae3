/* SPDX-License-Identifier: MIT */
/*
 * Has its own decoder because the C locale's knows no UTF-8, while the texts
 * of the screens are UTF-8 in any locale. Control characters never pass: a
 * text cannot move the cursor.
 */
#include "atm/tui/paint_text.h"

#include "atm/texts/columns.h"
#include "shared/text.h"

#include <stdio.h>
#include <string.h>

size_t paint_text_decode(const char *text, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] == '\0')
        return 0;
    *character = bytes[0] < 0x80 ? bytes[0] : (uint32_t)'?';
    size_t length = bytes[0] >= 0xF0 && bytes[0] < 0xF5   ? 4
                    : bytes[0] >= 0xE0 && bytes[0] < 0xF0 ? 3
                    : bytes[0] >= 0xC2 && bytes[0] < 0xE0 ? 2
                                                          : 1;
    if (length == 1)
        return 1;
    uint32_t value = bytes[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (bytes[i] & 0x3F);
    }
    const bool shows = value < 0xA0 || !text_hidden(value) || columns_mark(value);
    *character = shows ? value : (uint32_t)'?';
    return length;
}

int paint_text_width_of(const char *text, size_t length)
{
    int width = 0;
    for (size_t at = 0; at < length;) {
        uint32_t character;
        size_t bytes = paint_text_decode(text + at, &character);
        if (bytes == 0)
            break;
        width += columns_of_character(character);
        at += bytes;
    }
    return width;
}

int paint_text_width(const char *text)
{
    return paint_text_width_of(text, strlen(text));
}

size_t paint_text_fit(const char *text, int columns)
{
    size_t at = 0;
    int width = 0;
    uint32_t character;
    for (size_t bytes; (bytes = paint_text_decode(text + at, &character)) > 0; at += bytes) {
        width += columns_of_character(character);
        if (width > columns)
            break;
    }
    return at;
}

void paint_text_cut(const char *text, int columns, bool ascii, char *buffer, size_t size)
{
    const char *ellipsis = ascii ? ".." : "…";
    if (paint_text_width(text) <= columns) {
        snprintf(buffer, size, "%s", text);
        return;
    }
    int room = columns - (ascii ? 2 : 1);
    if (room < 0) {
        ellipsis = "";
        room = columns > 0 ? columns : 0;
    }
    snprintf(buffer, size, "%.*s%s", (int)paint_text_fit(text, room), text, ellipsis);
}

/* Whether a line may not begin with it, as with the end of a sentence; the small letters of
 * Japanese are among them. */
static bool closes(uint32_t character)
{
    static const uint32_t signs[] = { 0x3001, 0x3002, 0x300D, 0x300F, 0x3011, 0x30FC, 0x30FB,
                                      0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083,
                                      0x3085, 0x3087, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9,
                                      0x30C3, 0x30E3, 0x30E5, 0x30E7, 0xFF01, 0xFF09, 0xFF0C,
                                      0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (signs[i] == character)
            return true;
    return false;
}

static bool opens(uint32_t character)
{
    return character == 0x300C || character == 0x300E || character == 0x3010 || character == 0xFF08;
}

/* Whether a line may end between two characters: after a blank, and beside a wide one. */
static bool may_break(uint32_t before, uint32_t after)
{
    if (before == ' ' || after == ' ')
        return true;
    return (columns_of_character(before) == 2 || columns_of_character(after) == 2) &&
           !opens(before) && !closes(after);
}

size_t paint_text_line(const char *text, int columns, const char **next)
{
    uint32_t character, before = 0;
    size_t at = 0, end = 0, bytes;
    for (int width = 0; (bytes = paint_text_decode(text + at, &character)) > 0; at += bytes) {
        if (at > 0 && may_break(before, character))
            end = at;
        width += columns_of_character(character);
        if (character == '\n' || width > columns)
            break;
        before = character;
    }
    if (bytes == 0 || character == '\n')
        end = at;
    else if (end == 0) /* longer than a line; and where not one fits, go on all the same */
        end = at > 0 ? at : bytes;
    *next = text + end + (bytes > 0 && character == '\n');
    while (**next == ' ')
        (*next)++;
    while (end > 0 && text[end - 1] == ' ')
        end--;
    return end;
}

int paint_text_lines(const char *text, int columns)
{
    int lines = 0;
    for (; *text != '\0'; lines++)
        paint_text_line(text, columns, &text);
    return lines;
}

/* The letters of Latin-1 from U+00C0 on, without their accents; signs[] goes before. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";

static const struct {
    uint32_t character;
    const char *ascii;
} signs[] = {
    { 0x00C4, "Ae" },  { 0x00D6, "Oe" }, { 0x00DC, "Ue" }, { 0x00E4, "ae" },  { 0x00F6, "oe" },
    { 0x00FC, "ue" },  { 0x00DF, "ss" }, { 0x00C6, "AE" }, { 0x00E6, "ae" },  { 0x00A0, " " },
    { 0x00B0, "o" },   { 0x00B7, "." },  { 0x00AB, "\"" }, { 0x00BB, "\"" },  { 0x00A3, "GBP" },
    { 0x2010, "-" },   { 0x2011, "-" },  { 0x2013, "-" },  { 0x2014, "-" },   { 0x2018, "'" },
    { 0x2019, "'" },   { 0x201C, "\"" }, { 0x201D, "\"" }, { 0x201E, "\"" },  { 0x2022, "*" },
    { 0x2026, "..." }, { 0x202F, " " },  { 0x2009, " " },  { 0x20AC, "EUR" }, { 0x2190, "<-" },
    { 0x2192, "->" },  { 0x2212, "-" },  { 0x25A0, "#" },  { 0x25CB, "o" },   { 0x25CF, "*" },
    { 0x2713, "+" },   { 0x2500, "-" },  { 0x2502, "|" },  { 0x0152, "OE" },  { 0x0153, "oe" },
    { 0x00BF, "" },    { 0x00A1, "" },   { 0x00BA, "o" },  { 0x00AA, "a" },   { 0x2191, "^" },
    { 0x2193, "v" },   { 0x2588, "#" },  { 0x2591, "-" },
};

static const char *sign_ascii(uint32_t character)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (signs[i].character == character)
            return signs[i].ascii;
    return NULL;
}

void paint_text_ascii(const char *text, char *buffer, size_t size)
{
    size_t used = 0;
    uint32_t character;
    for (size_t bytes; (bytes = paint_text_decode(text, &character)) > 0; text += bytes) {
        char one[2] = { '?', '\0' };
        if (columns_mark(character))
            continue;
        if (character < 0x20 || character == 0x7F)
            one[0] = ' ';
        else if (character < 0x7F)
            one[0] = (char)character;
        else if (character >= 0xC0 && character <= 0xFF)
            one[0] = latin[character - 0xC0];
        const char *sign = sign_ascii(character);
        const char *ascii = sign != NULL ? sign : one;
        size_t length = strlen(ascii);
        if (used + length >= size)
            break;
        memcpy(buffer + used, ascii, length);
        used += length;
    }
    buffer[used] = '\0';
}

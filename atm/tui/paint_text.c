/* SPDX-License-Identifier: MIT */
/*
 * Has its own decoder because the C locale's knows no UTF-8, while the texts
 * of the screens are UTF-8 in any locale. Control characters never pass: a
 * text cannot move the cursor.
 */
#include "atm/tui/paint_text.h"

#include "shared/text.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

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
    *character = value >= 0xA0 && text_hidden(value) ? (uint32_t)'?' : value;
    return length;
}

static int character_width(uint32_t character)
{
    if (character < 0x20 || character == 0x7F)
        return 1; /* shown as a blank */
    int width = wcwidth((wchar_t)character);
    return width < 0 ? 1 : width;
}

int paint_text_width_of(const char *text, size_t length)
{
    int width = 0;
    for (size_t at = 0; at < length;) {
        uint32_t character;
        size_t bytes = paint_text_decode(text + at, &character);
        if (bytes == 0)
            break;
        width += character_width(character);
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
        width += character_width(character);
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

size_t paint_text_line(const char *text, int columns, const char **next)
{
    size_t fits = paint_text_fit(text, columns);
    const char *newline = memchr(text, '\n', fits + (text[fits] != '\0'));
    if (newline != NULL) {
        *next = newline + 1;
        return (size_t)(newline - text);
    }
    size_t end = fits;
    if (text[fits] != '\0' && text[fits] != ' ') {
        while (end > 0 && text[end] != ' ')
            end--;
        if (end == 0)
            end = fits;
    }
    uint32_t character;
    if (end == 0) /* not even one character fits: go on all the same */
        end = paint_text_decode(text, &character);
    *next = text + end;
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
    { 0x2191, "^" },   { 0x2193, "v" },  { 0x2588, "#" },  { 0x2591, "-" },
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

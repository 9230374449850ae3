/* SPDX-License-Identifier: MIT */
/* The table of what is hidden follows Unicode's general categories Cc, Cf, Co, Zl and Zp, its
 * default ignorable and noncharacter code points, and letters that are drawn as nothing. */
#include "shared/text.h"

#include <stdio.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* In order. */
static const struct range hidden[] = {
    { 0x0000, 0x001F },   /* controls */
    { 0x007F, 0x009F },   /* more of them */
    { 0x00AD, 0x00AD },   /* soft hyphen */
    { 0x034F, 0x034F },   /* grapheme joiner */
    { 0x0600, 0x0605 },   /* Arabic number signs */
    { 0x061C, 0x061C },   /* Arabic letter mark */
    { 0x06DD, 0x06DD },   /* Arabic end of ayah */
    { 0x070F, 0x070F },   /* Syriac abbreviation mark */
    { 0x0890, 0x0891 },   /* Arabic pound and piastre marks */
    { 0x08E2, 0x08E2 },   /* Arabic disputed end of ayah */
    { 0x115F, 0x1160 },   /* Hangul fillers */
    { 0x17B4, 0x17B5 },   /* Khmer inherent vowels */
    { 0x180B, 0x180F },   /* Mongolian selectors and vowel separator */
    { 0x200B, 0x200F },   /* zero width, and direction marks */
    { 0x2028, 0x202E },   /* line and paragraph separators, direction embeddings and overrides */
    { 0x2060, 0x206F },   /* word joiner, invisible operators, direction isolates */
    { 0x2800, 0x2800 },   /* blank Braille pattern */
    { 0x3164, 0x3164 },   /* Hangul filler */
    { 0xD800, 0xF8FF },   /* surrogates, private use */
    { 0xFDD0, 0xFDEF },   /* noncharacters */
    { 0xFE00, 0xFE0F },   /* variation selectors */
    { 0xFEFF, 0xFEFF },   /* byte order mark */
    { 0xFFA0, 0xFFA0 },   /* halfwidth Hangul filler */
    { 0xFFF0, 0xFFFC },   /* interlinear annotation, object replacement */
    { 0xFFFE, 0xFFFF },   /* noncharacters, as the last two of every plane */
    { 0x110BD, 0x110BD }, /* Kaithi number signs */
    { 0x110CD, 0x110CD }, { 0x13430, 0x1345F }, /* Egyptian format controls */
    { 0x1BCA0, 0x1BCA3 },                       /* shorthand format controls */
    { 0x1D173, 0x1D17A },                       /* musical format controls */
    { 0xE0000, 0xE0FFF },                       /* tags, more variation selectors */
    { 0xF0000, 0x10FFFF }                       /* private use */
};

/* The blocks that Unicode keeps for scripts written from right to left. */
static const struct range right_to_left[] = { { 0x0590, 0x08FF },
                                              { 0xFB1D, 0xFDFF },
                                              { 0xFE70, 0xFEFF },
                                              { 0x10800, 0x10FFF },
                                              { 0x1E800, 0x1EFFF } };

static const struct range blanks[] = { { 0x0020, 0x0020 }, { 0x00A0, 0x00A0 }, { 0x1680, 0x1680 },
                                       { 0x2000, 0x200A }, { 0x202F, 0x202F }, { 0x205F, 0x205F },
                                       { 0x3000, 0x3000 } };

static bool in_ranges(const struct range *ranges, size_t count, uint32_t character)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (character > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && character >= ranges[low].first;
}

bool text_hidden(uint32_t character)
{
    if (character >= 0x20 && character < 0x7F)
        return false;
    return (character & 0xFFFE) == 0xFFFE ||
           in_ranges(hidden, sizeof hidden / sizeof hidden[0], character);
}

bool text_blank(uint32_t character)
{
    return in_ranges(blanks, sizeof blanks / sizeof blanks[0], character);
}

size_t text_decode(const char *text, size_t left, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (left == 0 || bytes[0] == '\0')
        return 0;
    if (bytes[0] < 0x80) {
        *character = bytes[0];
        return 1;
    }
    const size_t length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4 || left < length)
        return 0;
    uint32_t value = bytes[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    const bool overlong = value < (length == 4 ? 0x10000U : length == 3 ? 0x800U : 0x80U);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *character = value;
    return length;
}

bool text_has_right_to_left(const char *text)
{
    uint32_t character;
    for (size_t left = strlen(text), length; left > 0; text += length, left -= length) {
        length = text_decode(text, left, &character);
        if (length > 0 &&
            in_ranges(right_to_left, sizeof right_to_left / sizeof right_to_left[0], character))
            return true;
        length += length == 0;
    }
    return false;
}

bool text_plain(const char *text)
{
    size_t left = strlen(text);
    uint32_t character = 0, first = 0;
    for (size_t length; left > 0; text += length, left -= length) {
        length = text_decode(text, left, &character);
        if (length == 0 || text_hidden(character))
            return false;
        if (first == 0)
            first = character;
    }
    return !text_blank(first) && !text_blank(character);
}

size_t text_show(const char *text, char shown[static TEXT_SHOWN_MAX])
{
    uint32_t character;
    shown[0] = '\0';
    if (text[0] == '\0')
        return 0;
    const size_t length = text_decode(text, strnlen(text, 4), &character);
    if (length == 0)
        snprintf(shown, TEXT_SHOWN_MAX, "<%02X>", (unsigned)(unsigned char)text[0]);
    else if (text_hidden(character))
        snprintf(shown, TEXT_SHOWN_MAX, "<U+%04X>", (unsigned)character);
    else
        snprintf(shown, TEXT_SHOWN_MAX, "%.*s", (int)length, text);
    return length == 0 ? 1 : length;
}

char *text_shown(const char *text, char *buffer, size_t size)
{
    char shown[TEXT_SHOWN_MAX];
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t length; (length = text_show(text, shown)) > 0; text += length) {
        const size_t more = strlen(shown);
        if (used + more >= size)
            break;
        memcpy(buffer + used, shown, more + 1);
        used += more;
    }
    return buffer;
}
